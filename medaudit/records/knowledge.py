"""The user's own tables of knowledge, in place of those that ship with medaudit or beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from medaudit.engine import Engine
from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.records.schema import OF_PEOPLE, TABLES, Table
from medaudit.records.small import put_shipped
from medaudit.records.source import Source


def demand_knowledge(sources: Iterable[Source], folders: Sequence[Path]) -> None:
    """Raise MedauditError for a table of people or bills in `folders`: it would be read as data."""
    wrong = [
        source
        for source in sources
        if source.table in OF_PEOPLE and any(source.path.is_relative_to(f) for f in folders)
    ]
    problems = []
    for source in wrong:
        label = TABLES[source.table].label
        what = say(f"知识表文件夹里有{label}表", f"a table of {label} among the knowledge")
        do = say("把它放到数据里，或改文件名", "move it to the data, or rename the file")
        problems.append(Problem(what, source.name, do))
    if problems:
        raise MedauditError(problems)


def not_replaced(engine: Engine, table: Table, parts: Sequence[str]) -> str:
    """A SELECT of the shipped rows of which the user's (`parts`, SELECTs) say nothing: the user is right."""
    put_shipped(engine, table, f"shipped_{table.name}")
    same = " AND ".join(
        f"coalesce(CAST(g.{key} AS VARCHAR), '') = coalesce(CAST(s.{key} AS VARCHAR), '')"
        for key in table.key
    )
    given = " UNION ALL ".join(parts)
    return f"SELECT s.* FROM shipped_{table.name} s WHERE NOT EXISTS (SELECT 1 FROM ({given}) g WHERE {same})"
