"""What a rule may read: the record tables, the shipped knowledge and the facts, column by column."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from medaudit import facts
from medaudit.errors import MedauditError, Problem, did_you_mean, likely
from medaudit.facts.shape import shapes
from medaudit.handbook.lines import aligned
from medaudit.handbook.shelf import find
from medaudit.handbook.words import meaning
from medaudit.language import pick, say
from medaudit.output import show as output
from medaudit.output.table import markdown
from medaudit.output.wrap import wrap
from medaudit.records.schema import SHIPPED, TABLES

if TYPE_CHECKING:
    import pandas as pd

WIDTHS = (22, 14, 38)  # of name, type and label

# The two facts that are made by code.
_MADE = {
    "calendar": (
        (
            "每天一行，从数据第一年的元旦到最后一年次年的年底",
            "one row per day, from the first year of the data to the end of the one after the last",
        ),
        {
            "day": ("日期", "the day"),
            "weekday": ("星期几，1 为星期一", "day of the week, 1 is Monday"),
            "is_weekend": ("周六、周日", "Saturday or Sunday"),
            "is_holiday": ("法定节假日", "public holiday"),
            "month": ("月份，形如 2025-01", "month as 2025-01"),
            "year": ("年", "year"),
        },
    ),
    "med_type": (
        ("每个医疗类别一行", "one row per kind of care"),
        {
            "med_type": ("医疗类别", "code of the kind of care"),
            "setting": ("住院、门诊、药店等，见 visit", "inpatient, outpatient …: see visit"),
            "is_stay": ("是否住院", "whether it is a hospital stay"),
        },
    ),
}


@dataclass(frozen=True)
class Readable:
    """A table or fact: its kind (record, knowledge, fact), what a row is, and (name, type, label) of its columns."""

    name: str
    kind: str
    grain: str
    columns: Sequence[tuple[str, str, str]]


def readables(names: Collection[str] = ()) -> list[Readable]:
    """Everything a rule may read (or those of `names`): facts first, in the order they are computed."""
    found = [*_facts(), *_records()]
    return [one for one in found if not names or one.name in names]


def asked_for(code: str | None, folders: Sequence[Path] = ()) -> Collection[str]:
    """The table or fact of that name, else those that the rule of this code reads; () without one.

    Raises MedauditError for a name that is neither's.
    """
    if code is None or code in facts.readable():
        return () if code is None else (code,)
    near = likely(code, facts.readable())
    try:
        return find(code, folders).reads
    except MedauditError:
        if near is None or code[-1].isdigit():  # STY2 is meant for a rule
            raise
        what = say(f"没有名为 {code} 的表或事实", f"no table or fact called {code}")
        raise MedauditError(Problem(what, "", did_you_mean(near, [near]))) from None


def show_tables(names: Collection[str], format: str, target: Path | None) -> None:
    """Put the tables and facts before the user, each under its heading on a terminal, else as one table."""
    found = readables(names)
    form = output.format_of(format, target)
    if form not in ("table", "markdown") or target is not None:
        output.show(_plain(found), format, target)
        return
    with output.standard_output() as stream:
        text = "\n\n".join(_sections(found, form))
        stream.write((text + "\n").encode("utf-8", "replace"))


def _plain(found: Sequence[Readable]) -> pd.DataFrame:
    import pandas as pd

    rows = [(one.name, one.kind, *column) for one in found for column in one.columns]
    return pd.DataFrame(rows, columns=["table", "kind", "column", "type", "label"], dtype=object)


def _sections(found: Sequence[Readable], form: str) -> Iterator[str]:
    import pandas as pd

    kinds = {
        "fact": say("事实", "fact"),
        "record": say("记录表", "record table"),
        "knowledge": say("随附知识表", "shipped knowledge"),
    }
    heads = {
        "column": say("列", "Column"),
        "type": say("类型", "Type"),
        "label": say("含义", "Meaning"),
    }
    for one in found:
        title = f"{one.name} · {kinds[one.kind]} · {one.grain}"
        if form == "markdown":
            frame = pd.DataFrame(list(one.columns), columns=list(heads), dtype=object)
            yield f"## {title}\n\n{markdown(frame, heads)}"
        else:
            lines = aligned(one.columns, WIDTHS)
            yield "\n".join(
                [wrap(title, 80), *(f"  {line}".replace("\n", "\n  ") for line in lines)]
            )


def _records() -> Iterator[Readable]:
    for one in TABLES.values():
        if one.name == "visit":  # it fills gaps of settlement; rules read the fact of that name
            continue
        columns = [(c.name, c.sql_type, c.label) for c in one.columns.values()]
        yield Readable(
            one.name, "knowledge" if one.name in SHIPPED else "record", one.label, columns
        )


def _facts() -> Iterator[Readable]:
    types = shapes()
    for name, (grain, labels) in _MADE.items():
        told = [(column, kind, say(*labels[column])) for column, kind in types[name].items()]
        yield Readable(name, "fact", say(*grain), told)
    for fact in facts.facts().values():
        told = [(column, kind, _label(fact, column)) for column, kind in types[fact.name].items()]
        yield Readable(fact.name, "fact", pick(fact.grain), told)


def _label(fact: facts.Fact, column: str) -> str:
    """A fact's own words for a column, else those of what it reads, else of the first that has it."""
    known = facts.facts()
    near = [known[name] for name in sorted(fact.reads) if name in known]
    for other in (fact, *near):
        if column in other.columns:
            return pick(other.columns[column])
    tables = sorted(TABLES.values(), key=lambda one: one.name not in fact.reads)
    found = next((one.columns[column].label for one in tables if column in one.columns), "")
    return found or meaning(column)
