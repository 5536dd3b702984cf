"""The records room's door: paths in, typed tables out, and an account of every row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from medaudit.engine import Engine, SQLFailed, no_rows
from medaudit.engine.duckdb import quoted
from medaudit.engine.spark_places import ROW_BITS
from medaudit.progress import SILENT, Progress
from medaudit.records import netting
from medaudit.records.account import Account, accounts_of
from medaudit.records.fit import demand_fit
from medaudit.records.knowledge import demand_rows, misread
from medaudit.records.recognise import Recognised, demand, recognise
from medaudit.records.schema import SHIPPED, TABLES
from medaudit.records.shown import planned_is_two, show_typed, show_used, typed_name
from medaudit.records.small import put_med_types, put_undivided
from medaudit.records.source import Source
from medaudit.records.sources import find
from medaudit.records.stored import NOTHING, Stored
from medaudit.records.typed import typed
from medaudit.records.unreadable import why_unreadable
from medaudit.records.verdicts import Verdicts
from medaudit.settings import Settings

Judge = Callable[[Engine, Collection[str], Collection[str]], Verdicts]


@dataclass
class Records:
    """Typed tables, readable through the engine by their national names, and how they came about."""

    recognised: Recognised
    accounts: dict[str, Account]
    stored: Stored = NOTHING
    how: dict[str, Any] = field(default_factory=dict)  # what is told of a workspace in run.json

    @property
    def sources(self) -> list[Source]:
        return self.recognised.sources

    def lacks(self, need: str) -> bool:
        """Whether `table` or `table.column` is not there to be audited; `a|b` needs only one of them."""
        if "|" in need:
            return all(self.lacks(one) for one in need.split("|"))
        table, _, column = need.partition(".")
        account = self.accounts.get(table)
        if account is None and table in SHIPPED:
            return False
        if account is None or not account.used:
            return True
        wanted = [column] if column else TABLES[table].required
        return any(name not in account.columns and not self._lent(table, name) for name in wanted)

    def _lent(self, table: str, column: str) -> bool:
        """Whether the visit table fills this column of the settlements."""
        visits = self.accounts.get("visit")
        return (
            table == "settlement"
            and visits is not None
            and bool(visits.used)
            and column in visits.columns
            and "mdtrt_id" in self.accounts[table].columns
        )


def load(
    paths: Sequence[str | Path],
    settings: Settings,
    engine: Engine,
    progress: Progress = SILENT,
    tables: Mapping[str, str] | None = None,
    knowledge: Sequence[Path] = (),
    stored: Stored = NOTHING,
    judge: Judge = netting.judge,
) -> Records:
    """Read everything in `paths`, and `tables` (ours → theirs) of a catalogue, into the engine's folder.

    knowledge: folders of tables that stand for those shipped with medaudit, or beside them. stored: rows that were read before.

    Raises MedauditError (exit 2) for a file named but not readable, for no settlement table, for a
    settlement file without a required column and for knowledge that cannot be gone by: all problems at once.
    """
    demand_fit(settings)
    progress.stage("opening")
    recognised = recognise(find(paths, engine, tables, knowledge), settings)
    stands = bool(stored.of("settlement"))
    demand(recognised, misread(recognised, knowledge), stands)
    records = read(recognised, settings, engine, progress, stored=stored, judge=judge)
    demand(recognised, stands=stands)
    demand_rows(recognised, knowledge, records.accounts)
    return records


def read(
    recognised: Recognised,
    settings: Settings,
    engine: Engine,
    progress: Progress = SILENT,
    keep_text: bool = False,
    stored: Stored = NOTHING,
    judge: Judge = netting.judge,
) -> Records:
    """Read the recognised sources into the engine's folder; one that proves damaged joins the unread.

    keep_text: leave decoded copies of the sources where they are, so that they can be looked into again. judge: finds the
    verdicts on the typed rows, of the tables that have any and of those that may have several rows of one key.
    """
    given = type_all(recognised, settings, engine, progress, keep_text, stored)
    # What is stored has one row a key.
    judged = judge(engine, given, [name for name in given if recognised.of(name)])
    show_used(engine, settings, given, judged, planned_is_two(engine))
    accounts = accounts_of(engine, given, stored)
    put_med_types(engine, settings)
    return Records(recognised, accounts, stored)


def type_all(
    recognised: Recognised,
    settings: Settings,
    engine: Engine,
    progress: Progress = SILENT,
    keep_text: bool = False,
    stored: Stored = NOTHING,
) -> dict[str, list[Source]]:
    """Show every table as `typed_<table>`: what is stored, and the sources, each typed once. Table → sources, for tables that have rows."""
    progress.stage("reading", len(recognised.sources))
    for source in list(recognised.sources):
        progress.step(source.called)
        try:
            _read_source(source, settings, engine)
        except SQLFailed as error:
            recognised.give_up(source, *why_unreadable(error, source.form))
        if source.temporary and not keep_text:
            source.temporary.unlink(missing_ok=True)
    progress.stage("sorting")
    put_undivided(engine, recognised.sources)
    for table in TABLES.values():
        show_typed(engine, table, recognised.of(table.name), settings, stored)
    return {name: found for name in TABLES if (found := recognised.of(name)) or stored.of(name)}


def _read_source(source: Source, settings: Settings, engine: Engine) -> None:
    """Type a source: files by the engine that is local, what lies elsewhere by its own."""
    if source.is_remote:
        engine.keep(typed_name(source), typed(source, settings))
        return
    local = engine.local
    # The order of the rows in a file is what makes a reject's line number true.
    local.run("SET preserve_insertion_order = true")
    local.keep(typed_name(source), typed(source, settings))
    local.run("SET preserve_insertion_order = false")
    if source.rejects:
        source.undivided = local.value(f"SELECT count(DISTINCT line) FROM {source.rejects}")


def keep_rejects(engine: Engine, records: Records) -> None:
    """Keep the rows that were not accepted as table `rejects`: file, line, column_name, reason (a code).

    Lines are those of the file; where a cell holds a line break, or lines are blank, they are its records.
    Of Parquet the line is the row; a table of a catalogue has none.
    """
    parts = [f"SELECT * FROM {name}" for name in records.stored.show_rejects(engine)]
    parts += [_rejects_of(source) for source in records.sources]
    parts += [
        f"SELECT {quoted(source.name)}, line, '', 'columns' FROM undivided WHERE source = {source.number}"
        for source in records.sources
        if source.rejects
    ]
    nothing = no_rows(
        {"file": "VARCHAR", "line": "BIGINT", "column_name": "VARCHAR", "reason": "VARCHAR"}
    )
    engine.keep(
        "rejects", f"SELECT * FROM ({' UNION ALL '.join(parts) or nothing}) r ORDER BY file, line"
    )


def _rejects_of(source: Source) -> str:
    rows = (
        f"(SELECT row_id, reject_column, reject_reason FROM typed_{source.table} "
        f"WHERE reject_reason IS NOT NULL AND {source.rows} UNION ALL "
        f"SELECT row_id, '', fate FROM change_{source.table} WHERE fate = 'conflict' AND {source.rows}) r"
    )
    file, line = quoted(source.name), f"row_id - {source.first_row} + {source.first_line - 1}"
    if source.files:
        names = " ".join(f"WHEN {i} THEN {quoted(name)}" for i, name in enumerate(source.files))
        file = f"CASE (row_id - {source.first_row}) >> {ROW_BITS} {names} END"
        line = f"((row_id - {source.first_row}) & {(1 << ROW_BITS) - 1}) + 1"
    elif source.is_remote:
        line = "NULL"
    elif source.undivided:
        # Rows that did not divide stand between the divided ones: count those above.
        rows += (
            f" JOIN above a ON a.source = {source.number} AND {line} BETWEEN a.since AND a.until"
        )
        line += " + a.above"
    return (
        f"SELECT {file} AS file, CAST({line} AS BIGINT) AS line, reject_column AS column_name, "
        f"reject_reason AS reason FROM {rows}"
    )
