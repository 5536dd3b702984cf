"""Values of coded columns that no code table knows, and hospital levels that look turned round."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from medaudit.engine.duckdb import DuckEngine, quoted
from medaudit.errors import likely
from medaudit.language import say
from medaudit.records.canonical import canonical, was_lost
from medaudit.records.load import Records
from medaudit.records.schema import CLOSED, CODES, KNOWN, TABLES, Column
from medaudit.records.source import Source
from medaudit.settings import Settings

FEW = (
    30  # kinds; a column with more unknown values is probably not the coded column it is taken for
)
# What institutions of the first level, and of the second and third, are called.
SMALL_PLACE = "卫生院|社区卫生|卫生室|卫生所|卫生站|诊所|门诊部"
LARGE_PLACE = "人民医院|中心医院|省立医院|附属.*医院|第.医院"

# Where people are named or numbered.
_PEOPLE = {
    "settlement": ("psn_name", "psn_no", "certno", "coner_tel"),
    "visit": ("psn_name", "psn_no", "certno"),
    "person": ("psn_name", "psn_no", "certno", "tel"),
    "fee_item": ("bilg_dr_name",),
    "doctor": ("dr_name",),
}


@dataclass(frozen=True)
class OddCode:
    """A value that no code table knows: on how many rows it stands, and what it probably means.

    ours: the canonical value, "" when nothing suggests one; why: what suggests it. `value` is "" where
    showing it could show somebody's data.
    """

    table: str
    column: str
    value: str
    rows: int
    ours: str = ""
    why: str = ""


@dataclass
class Odd:
    """What is odd about one coded column."""

    table: str
    column: str
    rows: int  # that hold an unknown value
    of: int
    kinds: int
    codes: list[OddCode]  # at most FEW, the commonest first


def odd_codes(engine: DuckEngine, records: Records, settings: Settings) -> list[Odd]:
    """Every coded column with values that no code table knows. Needs the decoded sources kept."""
    odd: list[Odd] = []
    for name, account in records.accounts.items():
        columns = TABLES[name].columns
        for column in account.columns if account.used and name != "visit" else ():
            if column in KNOWN or column == "med_type":
                odd += _told(engine, name, columns[column], _kept(engine, name, column))
        for column in sorted(account.unread):
            if column in CLOSED or columns[column].type == "flag":
                rows = _dropped(records.recognised.of(name), columns[column], settings)
                odd += _told(engine, name, columns[column], rows)
    _hide_people(engine, odd)
    return odd


def _kept(engine: DuckEngine, table: str, column: str) -> str:
    """Unknown values that stand as they came, in columns whose code table is open."""
    known = KNOWN.get(column) or [row[0] for row in engine.rows("SELECT med_type FROM med_type")]
    listed = ", ".join(map(quoted, known))
    rows = f"SELECT {column} AS v, NULL AS place FROM {table} WHERE {column} NOT IN ({listed})"
    # A local kind of care is taken by its first two digits.
    return rows if column in KNOWN else f"{rows} AND substr({column}, 1, 2) NOT IN ({listed})"


def _dropped(sources: Sequence[Source], column: Column, settings: Settings) -> str:
    """Unknown values of closed columns, which are blank once typed: looked up in the files again."""
    parts = []
    for source in sources:
        if column.name in source.mapping:
            place = source.mapping[column.name]
            field, kind = source.fields[place], source.types[place]
            told = settings.codes.get(column.name, {})
            value = canonical(column, field, kind, told)
            hint = "NULL"
            if column.name == "hosp_lv" and "fixmedins_name" in source.mapping:
                hint = f"CAST({source.fields[source.mapping['fixmedins_name']]} AS VARCHAR)"
            parts.append(
                f"SELECT trim(CAST({field} AS VARCHAR)) AS v, {hint} AS place FROM {source.relation} "
                f"WHERE {was_lost(column, value, field, kind, told)}"
            )
    return " UNION ALL ".join(parts)


def _told(engine: DuckEngine, table: str, column: Column, rows: str) -> list[Odd]:
    """The values `v` of `rows` by number; `place`, where there is one, is the institution's name."""
    small, large = (
        f"count(DISTINCT CASE WHEN regexp_matches(CAST(place AS VARCHAR), '{names}') THEN place END)"
        for names in (SMALL_PLACE, LARGE_PLACE)
    )
    values = engine.rows(
        f"SELECT v, n, small, large, count(*) OVER () AS kinds, sum(n) OVER () AS rows FROM "
        f"(SELECT v, count(*) AS n, {small} AS small, {large} AS large FROM ({rows}) GROUP BY v) "
        f"ORDER BY n DESC, v LIMIT {FEW}"
    )
    if not values:
        return []
    codes = [
        OddCode(table, column.name, value, n, *_meaning(column, value, in_small, in_large))
        for value, n, in_small, in_large, _, _ in values
    ]
    *_, kinds, total = values[0]
    of = engine.value(f"SELECT count(*) FROM typed_{table}")
    return [Odd(table, column.name, int(total), of, kinds, codes)]


def _meaning(column: Column, value: str, small: int, large: int) -> tuple[str, str]:
    """What a value probably means and why; ("", "") when nothing says."""
    if column.name == "hosp_lv" and bool(small) != bool(large):
        count = small or large
        return ("1", say(f"{count} 家卫生院、诊所等", f"health centres or clinics: {count}")) if small else (
            "3", say(f"{count} 家人民医院、中心医院等", f"general hospitals: {count}")
        )  # fmt: skip
    if value.isascii():
        return "", ""  # one digit is near every other digit
    words = dict(CODES.get("flag" if column.type == "flag" else column.name, {}))
    words |= {told["zh"]: code for code, told in KNOWN.get(column.name, {}).items()}
    close = likely(value, words)
    return (words[close], say(f"近似“{close}”", f'like "{close}"')) if close else ("", "")


def _hide_people(engine: DuckEngine, odd: Sequence[Odd]) -> None:
    """Blank the values that could be somebody's data: a column may be taken for what it is not."""
    values = {code.value for one in odd for code in one.codes}
    if not values:
        return
    listed = ", ".join(map(quoted, sorted(values)))
    people = [
        f"SELECT {column} FROM typed_{table} WHERE {column} IN ({listed})"
        for table, columns in _PEOPLE.items()
        for column in columns
    ]
    hidden = {row[0] for row in engine.rows(" UNION ".join(people))}
    hidden |= {value for value in values if len(value) > 20 or re.search(r"\d{7}", value)}
    for one in odd:
        if one.kinds > FEW:
            one.codes = []
        one.codes = [
            OddCode(c.table, c.column, "", c.rows) if c.value in hidden else c for c in one.codes
        ]
