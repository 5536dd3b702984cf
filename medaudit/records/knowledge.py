"""The user's own tables of knowledge, in place of those that ship with medaudit or beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from medaudit.engine import Engine
from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.records.account import Account, nothing_used
from medaudit.records.recognise import Recognised, lacks, remedy
from medaudit.records.schema import OF_PEOPLE, TABLES, Table
from medaudit.records.small import put_shipped


def misread(recognised: Recognised, folders: Sequence[Path]) -> Iterator[Problem]:
    """Tables of people or bills, which would be read as data, and those that lack a column they need."""
    for source in recognised.sources:
        if source.table in OF_PEOPLE and _lies_in(folders, source.path):
            label = TABLES[source.table].label
            what = say(f"知识表文件夹里有{label}表", f"a table of {label} among the knowledge")
            do = say("把它放到数据里，或改文件名", "move it to the data, or rename the file")
            yield Problem(what, source.name, do)
    for gap in recognised.missing:
        if gap.source.table not in OF_PEOPLE and _lies_in(folders, gap.source.path):
            yield Problem(lacks(gap), gap.source.name, remedy(gap))


def demand_rows(
    recognised: Recognised, folders: Sequence[Path], accounts: Mapping[str, Account]
) -> None:
    """Raise MedauditError for tables in `folders` of which no row can be used."""
    problems = list(unused(recognised, folders, accounts))
    if problems:
        raise MedauditError(problems)


def unused(
    recognised: Recognised, folders: Sequence[Path], accounts: Mapping[str, Account]
) -> Iterator[Problem]:
    """Whole tables in `folders` that are empty or all rejected: nothing would stand for a list."""
    told = [gap.source for gap in recognised.missing]
    for source in recognised.sources:
        used = accounts[source.table].used
        if _lies_in(folders, source.path) and not used and source not in told:
            yield nothing_used(accounts[source.table], source.name)


def _lies_in(folders: Sequence[Path], path: Path) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)


def not_replaced(engine: Engine, table: Table, parts: Sequence[str]) -> str:
    """A SELECT of the shipped rows of which the user's (`parts`, SELECTs) say nothing: the user is right."""
    put_shipped(engine, table, f"shipped_{table.name}")
    same = " AND ".join(
        f"coalesce(CAST(g.{key} AS VARCHAR), '') = coalesce(CAST(s.{key} AS VARCHAR), '')"
        for key in table.key
    )
    given = " UNION ALL ".join(parts)
    return f"SELECT s.* FROM shipped_{table.name} s WHERE NOT EXISTS (SELECT 1 FROM ({given}) g WHERE {same})"
