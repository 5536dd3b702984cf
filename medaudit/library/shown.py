"""What is on the shelf, valid when and used by which rules, and what differs between two batches."""

from __future__ import annotations

import datetime as dt
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medaudit import facts
from medaudit.detectors.catalogue import known
from medaudit.detectors.rule import Rule
from medaudit.errors import MedauditError, Problem
from medaudit.findings.words import worded
from medaudit.language import say
from medaudit.library import PLACE, shelf
from medaudit.library.account import batches, in_force, is_shelf
from medaudit.library.layouts import Layout, layouts
from medaudit.library.points import Point
from medaudit.library.spans import NEVER
from medaudit.library.told import headed
from medaudit.output.show import show as put
from medaudit.records.schema import KNOWLEDGE, SHIPPED, TABLES

if TYPE_CHECKING:
    import pandas as pd

FEW = 12  # rules named on a terminal; of more the first and how many


def show_shelf(
    folder: Path | None = None,
    compared: tuple[str, str] | None = None,
    rules: Sequence[Path] = (),
    format: str = "table",
    output: Path | None = None,
) -> None:
    """Put before the user what is on the shelf and what comes with medaudit, or what differs between two batches.

    folder: None for the usual place, which need not be there. Raises MedauditError for another without a shelf.
    """
    there = folder or PLACE
    if not is_shelf(there):
        what = say("这里没有导入的清单", "no list was imported here")
        do = say("先运行 medaudit knowledge import", "run medaudit knowledge import first")
        problem = Problem(what, str(there), do)
        if folder or compared:
            raise MedauditError(problem)
        print(problem, file=sys.stderr)
    if compared:
        frame = changes(there, *compared)
    else:
        frame = shelved(there, known(rules))
        if format == "table" and output is None:
            frame = frame.drop(columns=["imported", "files"])
            frame["rules"] = frame["rules"].map(_few)
    put(frame, format, output, columns=headed(frame))


def shelved(folder: Path, rules: Sequence[Rule]) -> pd.DataFrame:
    """A row for every batch and list, and for every table that comes with medaudit.

    Told are points (rows), dates, when and from which files it came, and the rules that use it.
    """
    import pandas as pd

    comma = say("、", ", ")
    rows: list[list[Any]] = []
    if is_shelf(folder):
        there = {batch.name: batch for batch in batches(folder)}
        inforce = in_force(there.values())
        counted = Counter((batch, point.layout) for batch, point in shelf.points(folder))
        for (name, layout), points in sorted(
            counted.items(), key=lambda one: (list(there).index(one[0][0]), one[0][1])
        ):
            batch, using = there[name], comma.join(users(layouts()[layout], rules))
            files = comma.join(file["name"] for file in batch.files)
            rows.append(
                [name, layouts()[layout].label, points, batch.since, _end(*inforce[name]), using, batch.imported[:10], files]
            )  # fmt: skip
    for name in SHIPPED:
        using = comma.join(readers(name, rules))
        points = len(pd.read_csv(KNOWLEDGE / f"{name}.csv", dtype=str))
        own = say("随附", "shipped")
        rows.append([own, TABLES[name].label, points, None, None, using, None, f"{name}.csv"])
    columns = ["batch", "list", "points", "begndate", "enddate", "rules", "imported", "files"]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def _end(since: dt.date, until: dt.date) -> Any:
    if since > until:
        return say("已被取代", "replaced")
    return None if until == NEVER else until


def readers(table: str, rules: Sequence[Rule]) -> list[str]:
    """The rules that read a table, themselves or through facts; those that need it where any says so."""
    needing = [
        rule.code for rule in rules
        if any(one.partition(".")[0] == table for need in rule.needs for one in need.split("|"))
    ]  # fmt: skip
    return needing or [
        rule.code for rule in rules
        if table in rule.reads.union(*(fact.reads for fact in facts.needed(rule.reads)))
        or (table == "exclusion_icd" and rule.excludes)
    ]  # fmt: skip


def _few(codes: str) -> str:
    named = codes.split(say("、", ", "))
    if len(named) <= FEW:
        return codes
    first = say("、", ", ").join(named[:3])
    return say(f"{first} 等 {len(named)} 条", f"{first} and {len(named) - 3} more")


def users(layout: Layout, rules: Sequence[Rule]) -> list[str]:
    """The rules that need what a list is brought into."""
    table, _, column = layout.into.partition(".")
    wanted = {table, layout.into, *({f"{table}.{column}_min"} if column == "lmt_age" else ())}
    needing = {
        rule.code
        for rule in rules
        if any(one in wanted for need in rule.needs for one in need.split("|"))
    }
    return sorted(needing | {rule.code for rule in rules if rule.code in layout.also})


def changes(folder: Path, old: str, new: str) -> pd.DataFrame:
    """What differs between two batches: points that are gone, new, or say something else.

    Raises MedauditError for a batch that is not there.
    """
    import pandas as pd

    names = [batch.name for batch in batches(folder)]
    for name in (old, new):
        if name not in names:
            there = say("、", ", ").join(names)
            what = say(f"没有批次 {name}", f"there is no batch {name}")
            raise MedauditError(
                Problem(what, str(folder), say(f"已有：{there}", f"there are: {there}"))
            )
    said: dict[str, dict[tuple[str, ...], set[str]]] = {
        old: defaultdict(set),
        new: defaultdict(set),
    }
    for batch, point in shelf.points(folder):
        if batch in said:
            said[batch][_what(point)].add(_says(point))
    rows = []
    for key in sorted(said[old].keys() | said[new].keys()):
        before, after = said[old].get(key), said[new].get(key)
        if before != after:
            state = say(*_STATES[before is None, after is None])
            told = [say("；", "; ").join(sorted(one)) if one else None for one in (before, after)]
            rows.append([layouts()[key[0]].label, key[1] or key[2], key[3] or key[4], state, *told])
    return pd.DataFrame(
        rows, columns=["list", "item", "other", "change", "before", "after"], dtype=object
    )


# Whether a point was not there before, and whether it is not there now.
_STATES = {
    (True, False): ("新增", "new"),
    (False, True): ("取消", "gone"),
    (False, False): ("改变", "changed"),
}


def _what(point: Point) -> tuple[str, ...]:
    return (point.layout, point.name, point.code, point.other_name, point.other_code)


def _says(point: Point) -> str:
    columns = TABLES[layouts()[point.layout].table].columns
    return say("，", ", ").join(
        f"{columns[name].label} {worded(name, value) or value}"
        for name, value in sorted(point.values.items())
    ) or say("有", "there")
