"""What was read and what was compared, said after a list of who stands out among its peers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from medaudit.detectors.anomalies import Seen
from medaudit.language import counted, say
from medaudit.output.columns import label
from medaudit.records.load import Records
from medaudit.records.schema import TABLES
from medaudit.runs.told import account_line


def summary(seen: Seen, records: Records) -> str:
    """The rows of every table, how many were compared by how many features, which were left out and why, and whether
    anybody stands out."""
    lines = [
        f"{TABLES[name].label}{say('：', ': ')}{account_line(asdict(account))}"
        for name, account in records.accounts.items()
    ]
    lines += [
        say(f"未读取 {one.name}：{one.why}", f"Not read {one.name}: {one.why}")
        for one in records.recognised.unread
    ]
    return "\n".join([*lines, *_compared(seen), *_noticed(seen)]) + "\n"


def _compared(seen: Seen) -> Iterator[str]:
    kind, many = label("subject_type", seen.profile.kind), len(seen.profile)
    left_out, whole = seen.left_out(), len(seen.features)
    yield say(
        f"与同类比较：{kind} {many:,}，指标 {whole - len(left_out)} 项（共 {whole} 项）",
        f"Held against peers: {kind} {many:,}, by {whole - len(left_out)} of {whole} features",
    )
    titles = {one.feature.name: one.feature.title for one in seen.features}
    for why in dict.fromkeys(left_out.values()):
        names = say("、", ", ").join(titles[name] for name, told in left_out.items() if told == why)
        yield say(f"  未比较（{why}）：{names}", f"  left out ({why}): {names}")


def _noticed(seen: Seen) -> Iterator[str]:
    if seen.few:
        yield say(
            "不足 200 个，只按三个最大 z 的平均排名，百分位只说明名次。",
            "Fewer than 200: ranked by the mean of their three largest z alone; the percentile tells the place and no more.",
        )
    out = int(seen.noticed.sum())
    if out == 0:
        yield say(
            "没有谁突出：名单只是排个先后。", "Nobody stands out: the list is an order and no more."
        )
    else:
        plainly = int(seen.stands_out.sum())
        yield say(
            f"突出的 {out:,} 个，其中明显的 {plainly:,} 个。",
            f"{counted(out, 'subject stands', 'subjects stand')} out, {plainly:,} of them plainly.",
        )
    yield say("与众不同不等于违规。", "Being unlike others is no wrong.")
