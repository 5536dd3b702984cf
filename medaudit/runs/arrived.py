"""What a run of a workspace says of it: what came when, how far it reaches, and how the lists were computed from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from medaudit.errors import Problem
from medaudit.language import counted, say
from medaudit.records.schema import TABLES

LATE = 2  # days without a delivery from which on it is said


def days_without(last: str, now: str) -> int:
    """Whole days from the last delivery to `now`, both as they are written down."""
    return (dt.datetime.fromisoformat(now) - dt.datetime.fromisoformat(last)).days


def late(days: int) -> str:
    return say(
        f"已有 {days} 天没有导入新数据", f"nothing has been imported for {counted(days, 'day')}"
    )


def said(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What was there and how it was gone about, a heading and words each; nothing for a run of files. told: the content of run.json."""
    of = told.get("workspace")
    if not of:
        return
    times = counted(of["deliveries"], "delivery", "deliveries")
    last = _minute(of["last"])
    came = say(f"导入 {of['deliveries']} 次，最近一次 {last}", f"{times}, the last on {last}")
    until = of.get("settled_until")
    if until:
        came += say(f"；结算到 {until}", f"; settlements up to {until}")
    yield say("工作区", "Workspace"), came
    yield say("怎样算的", "Computed"), "".join(_how(of))


def fields(told: Mapping[str, Any]) -> dict[str, Any]:
    """The same for programs; empty for a run of files."""
    of = told.get("workspace", {})
    names = ("deliveries", "last", "settled_until", "as_of", "computed", "since_delivery", "people")
    return {name: of[name] for name in names if name in of}


def _how(of: Mapping[str, Any]) -> Iterator[str]:
    if of.get("as_of"):
        yield say(f"只看 {of['as_of']} 以前结算的，", f"what was settled by {of['as_of']}; ")
    if of["computed"] == "all":
        yield say("全部重算", "everything anew")
        return
    n, since = of["people"], of["since_delivery"]
    yield say(
        f"接着第 {since} 次导入后的全部重算，只重算变动涉及的 {n:,} 人",
        f"going on from the full scan after delivery {since}, anew for the {counted(n, 'person', 'people')} whom changes concern",
    )


def warnings(told: Mapping[str, Any]) -> Iterator[Problem]:
    """That nothing has come for days, and that rows were lost which are not back."""
    of = told.get("workspace")
    if not of:
        return
    days = days_without(of["last"], told["finished"])
    if days >= LATE and not of.get("as_of"):
        yield Problem(late(days), say("工作区", "workspace"), say("看当天的文件到了没有", "see whether the day's files have come"))  # fmt: skip
    for one in of.get("lost", ()):
        label = TABLES[one["table"]].label if one["table"] in TABLES else one["table"]
        n = one["rows"]
        what = say(f"文件损坏，丢失 {n:,} 行", f"{counted(n, 'row')} lost with a damaged file")
        do = say(
            "重新导入 medaudit workspace --repair 列出的原始文件",
            "import the original files again that `medaudit workspace --repair` listed",
        )
        yield Problem(what, f"{label} {one['month'].strip('-')}".strip(), do)


def lines(told: Mapping[str, Any]) -> Iterator[str]:
    """The same in lines."""
    colon = say("：", ": ")
    for heading, words in said(told):
        yield f"{heading}{colon}{words}"
    for one in warnings(told):
        yield say("注意：", "Mind: ") + str(one)


def _minute(at: str) -> str:
    return at[:16].replace("T", " ")
