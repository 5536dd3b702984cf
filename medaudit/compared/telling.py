"""Two compared runs put before the user: what differs about the runs, a summary by rule, and the suspects that moved most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medaudit.compared import Compared
from medaudit.compared.changes import changed_inputs, changed_rules
from medaudit.language import counted, say
from medaudit.output import show as output
from medaudit.output.columns import LABELS, label
from medaudit.output.mask import masked
from medaudit.output.table import UNKNOWN_WIDTH, table
from medaudit.output.wrap import wrap

if TYPE_CHECKING:
    import pandas as pd

TOP = 10  # suspects of each kind on a screen
FEW = 6  # rules named of those that changed

# Why something differs, most certain first.
REASONS: Mapping[str, tuple[str, str]] = {
    "data": ("数据增减", "data came or went"),
    "records": ("明细有改动", "records changed"),
    "params": ("参数改了", "parameters changed"),
    "rule_version": ("规则改了", "rule changed"),
    "settings": ("读取设置改了", "settings changed"),
    "selection": ("未选用此规则", "rule not selected"),
    "rule_skipped": ("规则被跳过", "rule skipped"),
    "rule_failed": ("规则运行失败", "rule failed"),
    "rule_absent": ("没有此规则", "rule not there"),
    "covered": ("并入别的疑点", "told in another"),
    "inputs": ("其他数据改了", "other data changed"),
    "decided": ("台账已作决定", "decided in ledger"),
    "reviews": ("复核调整概率", "reviews weighed in"),
    "peers": ("同类变了", "peers changed"),
    "others": ("因别人升降", "others moved"),
    "software": ("软件版本不同", "other software"),
    "unexplained": ("原因不明", "unexplained"),
}
_KINDS = {
    "new": ("新增", "new"), "gone": ("消失", "gone"), "moved": ("升降", "moved"), "changed": ("变动", "changed"),
}  # fmt: skip


def tell(made: Compared, by: str | None, top: int | None, format: str, target: Path | None) -> None:
    """Show the comparison: on a screen a summary and the suspects that moved most, else one row a difference (compared.COLUMNS).

    Names are masked on standard output; a file has them in full. Raises MedauditError for a form that is not known.
    """
    form = output.format_of(format, target)
    if form == "table" and target is None:
        text = "\n\n".join(_screen(made, by, top or TOP)) + "\n"
        with output.standard_output() as stream:
            stream.write(text.encode("utf-8", "replace"))
        return
    rows = made.differences(by, top)
    for name in ("rank_old", "rank_new"):
        rows[name] = rows[name].astype("Int64")
    if form in ("table", "markdown"):
        rows = rows.assign(reason=[reason(code) for code in rows["reason"]])
    shown = rows if target else masked(rows, names_only=True)
    output.show(shown, format, target, title=say("两次运行的差异", "Differences of two runs"))


def reason(code: str) -> str:
    """A reason's code in words."""
    return say(*REASONS[code]) if code in REASONS else code


def _screen(made: Compared, by: str | None, top: int) -> Iterator[str]:
    yield "\n".join(_runs(made))
    yield from (wrap(note, UNKNOWN_WIDTH) for note in made.notes)
    if differing := list(_differing(made)):
        heading = say("两次运行的条件不同：", "The runs were not made alike:")
        yield "\n".join([heading, *(wrap(f"  {line}", UNKNOWN_WIDTH) for line in differing)])
    if not made.counts():
        yield say("两次运行的疑点和名单完全相同。", "Both runs have the same findings and the same lists.")  # fmt: skip
        return
    rules = made.by_rule(by)
    if rules.empty:
        yield say("疑点相同，只有名单不同。", "The findings are the same; only the lists differ.")
    else:
        yield _by_rule(rules)
    yield from _suspects(made, by, top)
    yield say(
        "原因是按两次运行的记录推断的；全部差异一行一条：--format csv 或 --output 文件。",
        "Reasons are inferred from what both runs recorded. For one row a difference:\n--format csv or --output FILE.",
    )


def _runs(made: Compared) -> Iterator[str]:
    words = (say("旧", "Old"), say("新", "New"))
    for word, folder, told in zip(words, made.sides.folders, made.told, strict=True):
        finished = str(told.get("finished", ""))[:16].replace("T", " ")
        found, amount = told.get("findings"), told.get("amount")
        yield f"{word}{say('：', ': ')}{folder}" + say("，", ", ") + say("完成于 ", "finished ") + finished  # fmt: skip
        if found is not None and amount is not None:
            yield say(
                f"    疑点 {found:,} 条，涉及基金 {amount:,.2f} 元",
                f"     {counted(found, 'finding')}, fund money {amount:,.2f} yuan",
            )


def _differing(made: Compared) -> Iterator[str]:
    """What is not the same about the runs themselves."""
    old, new = made.told
    before, after = changed_inputs(old, new)
    if before or after:
        yield say(
            f"输入文件：旧的 {before:,} 个、新的 {after:,} 个在对方没有（按内容）",
            f"inputs: {before:,} of the old and {after:,} of the new are not in the other (by content)",
        )
    if old.get("medaudit") != new.get("medaudit"):
        yield f"medaudit{say('：', ': ')}{old.get('medaudit')} → {new.get('medaudit')}"
    for code, rules in changed_rules(old, new).items():
        some = " ".join(rules[:FEW])
        if len(rules) > FEW:
            more = len(rules) - FEW
            some += say(f" 等 {len(rules)} 条", f" and {more} more")
        yield f"{reason(code)}{say('：', ': ')}{some}"
    before, after = (told.get("ledger", {}).get("set_aside", 0) for told in (old, new))
    if before != after:
        yield say(
            f"台账里已排除的疑点：{before:,} → {after:,}",
            f"findings dismissed in the ledger: {before:,} → {after:,}",
        )


def _by_rule(rules: pd.DataFrame) -> str:
    """New, gone and changed findings and their yuan, a row a rule and kind of subject, the sum last."""
    import pandas as pd

    kinds = ("new", "gone", "changed")
    sums = {name: rules[name].sum() for kind in kinds for name in (kind, f"{kind}_yuan")}
    total = {"rule": say("合计", "All"), "subject_type": "", "reasons": ""} | sums
    rows: list[Mapping[Any, Any]] = list(rules.to_dict("records"))
    rows += [total] if len(rows) > 1 else []
    cells = [
        {
            "rule": row["rule"],
            "of": label("subject_type", row["subject_type"]),
            **{kind: _cell(int(row[kind]), float(row[f"{kind}_yuan"]), kind) for kind in kinds},
            "why": say("、", ", ").join(map(reason, str(row["reasons"]).split())),
        }
        for row in rows
    ]
    headings = {
        "rule": say("规则", "Rule"), "of": say("对象", "Subject"),
        "new": say("新增（元）", "New (yuan)"), "gone": say("消失（元）", "Gone (yuan)"),
        "changed": say("变动（元）", "Changed (yuan)"), "why": say("可能原因", "Likely reason"),
    }  # fmt: skip
    return say("疑点，按规则：", "Findings by rule:") + "\n" + table(pd.DataFrame(cells), headings)


def _cell(count: int, yuan: float, kind: str) -> str:
    if not count:
        return ""
    return f"{count:,} ({yuan:+z,.0f})" if kind == "changed" else f"{count:,} ({yuan:z,.0f})"


def _suspects(made: Compared, by: str | None, top: int) -> Iterator[str]:
    """Those that moved most, kind by kind; how many more there are, and how many only made room."""
    rows, counts = made.differences(by, top), made.listed(by)
    own = masked(rows[(rows["of"] == "suspect") & (rows["reason"] != "others")], names_only=True)
    moved = dict(list(own.groupby("subject_type")))
    for kind in LABELS["subject_type"]:
        if kind in moved:
            yield _moved(kind, moved[kind], counts[kind][0])
    if many := sum(others for _, others in counts.values()):
        yield say(
            f"另有 {many:,} 个对象自身未变，只因别人升降而换了名次。",
            f"{counted(many, 'more subject')} did not change; others moved past them.",
        )


def _moved(kind: str, some: pd.DataFrame, all_of_them: int) -> str:
    import pandas as pd

    cells = [_suspect(row) for row in some.to_dict("records")]
    name = label("subject_type", kind)
    headings = {
        "who": name, "kind": say("变化", "Change"), "rank": say("名次", "#"),
        "amount": say("涉及基金（元）", "Yuan"), "why": say("可能原因", "Likely reason"),
    }  # fmt: skip
    more = all_of_them - len(some)
    tail = say(f"（另有 {more:,} 个，--top 可多列）", f"({more:,} more; --top lists them)") if more > 0 else ""  # fmt: skip
    return table(pd.DataFrame(cells), headings) + (f"\n{tail}" if tail else "")


def _suspect(row: Mapping[Any, Any]) -> dict[str, str]:
    name = row["subject_name"]
    code = str(row["subject_id"])
    return {
        "who": f"{name}\n{code}" if isinstance(name, str) and name else code,
        "kind": say(*_KINDS[row["kind"]]),
        "rank": _change(row["rank_old"], row["rank_new"], "{:.0f}"),
        "amount": _change(row["amount_old"], row["amount_new"], "{:,.2f}"),
        "why": reason(row["reason"]),
    }


def _change(old: Any, new: Any, form: str) -> str:
    """1 → 3; one value where both are the same, - for none."""
    told = ["-" if one is None or one != one else form.format(float(one)) for one in (old, new)]
    return told[0] if told[0] == told[1] else " → ".join(told)
