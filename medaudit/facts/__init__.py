"""Facts: what several rules need to know, computed once from the records.

A file in this folder is a fact. Its leading comment says its grain and columns; its SQL reads record
tables and other facts. `compute` brings the wanted ones, and what they stand on, into the engine.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from medaudit.engine import Engine, index, portable
from medaudit.facts.calendar import show_calendar
from medaudit.language import say
from medaudit.progress import SILENT, Progress
from medaudit.records.schema import TABLES

FOLDER = Path(__file__).parent

# Made beside the SQL facts: days with their weekday and holidays; med_type → setting.
MADE = ("calendar", "med_type")


@dataclass(frozen=True)
class Fact:
    """A fact: its SELECT, what it reads, its grain and the words for its own columns."""

    name: str
    sql: str
    reads: frozenset[str]
    grain: dict[str, str]
    columns: dict[str, dict[str, str]]
    made: str = (
        ""  # the room that fills it in; its SELECT only says its columns and what it is made of
    )


def split(text: str) -> tuple[dict[str, Any], str]:
    """The TOML in a file's leading comment, and the SQL after it. Raises ValueError without a comment."""
    start, end = text.find("/*"), text.find("*/")
    if text[:start].strip() or start < 0 or end < 0:
        raise ValueError(say("开头没有 /* … */ 注释", "no leading /* … */ comment"))
    # A final semicolon, as editors add it, is no second statement.
    return tomllib.loads(text[start + 2 : end]), text[end + 2 :].strip().rstrip("; \n")


@cache
def facts() -> dict[str, Fact]:
    """All facts by name, each after those it reads."""
    found = {}
    for path in sorted(FOLDER.glob("*.sql")):
        text = path.read_text(encoding="utf-8")
        header, sql = split(text)
        known = index.gist(text)
        reads = known.reads if known else frozenset(portable.tables_in(portable.parse(sql)))
        found[path.stem] = Fact(
            path.stem,
            sql,
            reads,
            header["grain"],
            header.get("columns", {}),
            header.get("made", ""),
        )
    order = TopologicalSorter({name: fact.reads & found.keys() for name, fact in found.items()})
    return {name: found[name] for name in order.static_order()}


def readable() -> set[str]:
    """The names a rule may read: record tables, facts and what is made beside them."""
    return (set(TABLES) - {"visit"}) | set(facts()) | set(MADE)


def needed(names: Iterable[str]) -> list[Fact]:
    """The facts behind `names` (tables and facts), each after those it reads."""
    wanted: set[str] = set()

    def want(name: str) -> None:
        if name in facts() and name not in wanted:
            wanted.add(name)
            for behind in facts()[name].reads:
                want(behind)

    for name in names:
        want(name)
    return [fact for name, fact in facts().items() if name in wanted]


def compute(engine: Engine, names: Iterable[str], progress: Progress = SILENT) -> None:
    """Compute the facts behind `names` once, in order, as tables of the engine."""
    show_calendar(engine)
    wanted = needed(names)
    progress.stage("facts", len(wanted))
    for fact in wanted:
        progress.step(fact.name)
        engine.keep(fact.name, fact.sql)
