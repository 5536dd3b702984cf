"""The reviewer's lists and sentences."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from medaudit.language import counted, say
from medaudit.review.against import SAID
from medaudit.review.returned import SHOWN, Returned
from medaudit.review.worklist import TO_DO

if TYPE_CHECKING:
    import pandas as pd

_STATES = {
    "changed": ("决定后有变化", "changed since decided"), "open": ("未决定", "open"), "waiting": ("待第二人确认", "waits for a second person"),
    "escalated": ("已移送上报", "escalated"), "confirmed": ("已查实", "confirmed"), "dismissed": ("已排除", "dismissed"),
}  # fmt: skip
_KEPT = ("state", "decided_by", "decided_on", "number", "drawn")


def summary(every: pd.DataFrame, some: pd.DataFrame) -> str:
    """How everything stands, and how much of it is listed: nothing is hidden."""
    counts = every["state"].value_counts()
    told = [
        f"{say(*words)} {counts[state]:,}" for state, words in _STATES.items() if counts.get(state)
    ]
    to_do = int(sum(counts.get(state, 0) for state in TO_DO))
    line = say("，", ", ").join(told) or say("没有疑点", "no findings")
    return say(
        f"共 {len(every):,} 项：{line}。本次看 {len(some):,} 项，其余待办 {to_do - len(some):,} 项未列出。",
        f"{counted(len(every), 'thing')} in all: {line}. {len(some):,} to look at now; {to_do - len(some):,} more to do are not listed.",
    )


def columns(subject: str) -> dict[str, str]:
    """What a list on the terminal has room for, and the headings."""
    if subject:
        return {
            "subject_id": say("对象", "Subject"), "subject_name": say("名称", "Name"), "state": say("状态", "State"),
            "amount": say("涉及基金", "Yuan"), "reasons": say("主要疑点", "Why"),
        }  # fmt: skip
    return {
        "finding_id": say("疑点编号", "Finding"), "state": say("状态", "State"), "amount": say("涉及基金", "Yuan"),
        "reason": say("疑点", "What"),
    }  # fmt: skip


def plain(some: pd.DataFrame) -> list[str]:
    """The columns for programs: as the run has them, then how they stand."""
    return [name for name in some.columns if name not in ("key", "worth", *_KEPT)] + [*_KEPT]


def worded(some: pd.DataFrame) -> pd.DataFrame:
    """States in words."""
    return some.assign(state=[say(*_STATES[one]) for one in some["state"]])


def returned(told: Returned, partly: bool) -> str:
    """What came of a returned list, with every conflict."""
    lines = [str(one) for one in told.problems[:SHOWN]]
    if len(told.problems) > SHOWN:
        rest = len(told.problems) - SHOWN
        lines.append(say(f"另有 {rest} 个问题", f"and {counted(rest, 'more problem')}"))
    if told.problems and not partly:
        lines.append(
            say(
                "一条也没有导入。改好后重试，或加 --partly 只导入没有问题的行。",
                "nothing was imported. Mend the list and try again, or import the rows without a problem with --partly.",
            )
        )
        return "\n".join(lines)
    yuan = sum((one.amount or Decimal(0) for one in told.added), Decimal(0))
    by = {name: sum(one.action == name for one in told.added) for name in SAID}
    words = say("，", ", ").join(f"{say(*SAID[name])} {n}" for name, n in by.items() if n)
    lines.append(
        say(
            f"导入 {len(told.added)} 条决定{'：' + words if words else ''}，查实 {yuan:,.2f} 元；台账里已有 {told.again} 条，未填 {told.blank} 行",
            f"imported {counted(len(told.added), 'decision')}{': ' + words if words else ''}; {yuan:,.2f} yuan confirmed; {told.again} known already, "
            f"{told.blank} left blank",
        )
    )
    return "\n".join(lines)
