"""What the command says of an export, and of earlier ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from medaudit.export.leaving import Left
from medaudit.export.load import Load
from medaudit.language import counted, say
from medaudit.ledger import Event, Ledger
from medaudit.output import show as output
from medaudit.output.columns import label

if TYPE_CHECKING:
    import pandas as pd


def told(left: Left, load: Load, where: str) -> str:
    """The number, the folder, how much went out, and what to write down. where: the ledger."""
    theme, event = load.wanted.profile, left.event
    lines = [
        f"{left.number}  {left.folder}" + (f"  {theme.heading}" if theme else ""),
        _many(left, load),
        *_left_out(left, load),
        say("文件：", "Files: ") + " ".join(left.files),
        say(
            "含姓名、证件号、人员编号，已记入台账，注意保管",
            "Names and numbers in clear, which is recorded: keep it safe",
        )
        if load.reveal
        else say("姓名、证件号、电话已遮盖", "Names, numbers and telephones are masked"),
    ]
    if left.behind:
        at = f"{left.behind:%Y-%m-%d %H:%M}"
        lines.append(
            say(
                f"本机时钟比台账上一条（{at}）慢，请校准",
                f"This clock is behind the ledger's last event ({at}): set it right",
            )
        )
    lines += [
        say(
            f"台账 {where} 第 {event.number} 条，校验值（请抄下）：{event.hash}",
            f"Ledger {where}, event {event.number}; its hash, to write down: {event.hash}",
        ),
        say("以上是线索，不是结论。", "These are leads, not conclusions."),
    ]
    return "\n".join(lines) + "\n"


def _many(left: Left, load: Load) -> str:
    """Cases by kind, findings and yuan."""
    money, many = sum(case.amount for case in load.cases), len(load.cases)
    kinds = Counter(case.kind for case in load.cases)
    some = say("，", ", ").join(f"{label('subject_type', kind)} {n}" for kind, n in kinds.items())
    fit = load.chosen.listed
    return say(
        f"案件 {many} 个（{some}；符合条件的共 {fit} 个），疑点 {left.findings:,} 条，涉及基金 {money:,.2f} 元",
        f"{counted(many, 'case')} ({some}; {fit} fit), {counted(left.findings, 'finding')}, fund money {money:,.2f} yuan",
    )


def _left_out(left: Left, load: Load) -> Iterator[str]:
    findings, subjects = load.chosen.dismissed, load.chosen.cleared
    if findings or subjects:
        yield say(
            f"以前已排除，未列入：疑点 {findings} 条，对象 {subjects} 个",
            f"Left out as dismissed before: {counted(findings, 'finding')}, {counted(subjects, 'subject')}",
        )
    if left.unasked:
        yield say(
            f"{left.unasked} 条疑点没有机构，未写入函件",
            f"{counted(left.unasked, 'finding')} with no institution: in no letter",
        )


def nothing(load: Load) -> str:
    """That no list was made, because nobody fits."""
    left_out = load.chosen.cleared
    more = (
        say(
            f"（{left_out} 个对象以前已排除）",
            f" ({counted(left_out, 'subject')} dismissed before)",
        )
        if left_out
        else ""
    )
    return say(
        f"没有符合条件的对象{more}：没有写文件，也没有记入台账。\n  → 放宽 --by、--profile、日期、区划或金额的条件\n",
        f"Nobody fits{more}: no file was written and nothing was recorded.\n"
        "  → ask for more with --by, --profile, dates, area or amount\n",
    )


def show_earlier(ledger: Ledger, format: str) -> None:
    """Put the exports that the ledger records before the user, latest first."""
    from medaudit.ledger.tables import events

    exports = _earlier(ledger.events(events.c.kind == "export"))
    if format not in ("table", "markdown"):
        output.show(exports, format)
        return
    words = {"masked": say("已遮盖", "masked"), "revealed": say("未遮盖", "in clear")}
    columns = {
        "number": say("编号", "Number"),
        "at": say("时间", "When"),
        "who": say("谁", "Who"),
        "names": say("姓名", "Names"),
        "cases": say("案件", "Cases"),
        "findings": say("疑点", "Findings"),
        "amount": say("基金(元)", "Yuan"),
        "told": say("专项与原因", "Theme and why"),
    }
    told = exports.assign(
        at=exports["at"].str[:16],
        names=exports["names"].map(words),
        told=exports["profile"] + " " + exports["why"],
    )
    output.show(told, format, columns=columns)


def _earlier(exports: Sequence[Event]) -> pd.DataFrame:
    """One row an export; values do not depend on the language."""
    import pandas as pd

    columns = [
        "number",
        "at",
        "who",
        "names",
        "cases",
        "findings",
        "amount",
        "profile",
        "why",
        "folder",
        "event",
        "hash",
    ]
    rows = [
        [
            one.content.get("number", ""), one.at.isoformat(" ", "minutes") if one.at else "", one.who, one.action,
            len(one.content.get("subjects", ())), len(one.content.get("finding_ids", ())), one.content.get("amount"),
            one.content.get("profile", ""), one.why, one.content.get("folder", ""), one.number, one.hash,
        ]
        for one in reversed(exports)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns, dtype=object)
