"""The records room's door: paths in, typed tables out, and an account of every row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from medaudit.engine import Engine, SQLFailed, no_rows
from medaudit.engine.duckdb import quoted
from medaudit.engine.spark_places import ROW_BITS
from medaudit.progress import SILENT, Progress
from medaudit.records import netting
from medaudit.records.account import Account, accounts_of
from medaudit.records.fit import demand_fit
from medaudit.records.knowledge import demand_rows, misread, not_replaced
from medaudit.records.recognise import Recognised, demand, recognise
from medaudit.records.schema import SHIPPED, TABLES, Table
from medaudit.records.small import put_med_types, put_shipped, put_undivided
from medaudit.records.source import Source
from medaudit.records.sources import find
from medaudit.records.typed import typed
from medaudit.records.unreadable import why_unreadable
from medaudit.records.verdicts import Verdicts
from medaudit.settings import Settings


@dataclass
class Records:
    """Typed tables, readable through the engine by their national names, and how they came about."""

    recognised: Recognised
    accounts: dict[str, Account]

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
) -> Records:
    """Read everything in `paths`, and `tables` (ours → theirs) of a catalogue, into the engine's folder.

    knowledge: folders of tables that stand for those shipped with medaudit, or beside them.

    Raises MedauditError (exit 2) for a file named but not readable, for no settlement table, for a
    settlement file without a required column and for knowledge that cannot be gone by: all problems at once.
    """
    demand_fit(settings)
    progress.stage("opening")
    recognised = recognise(find(paths, engine, tables, knowledge), settings)
    demand(recognised, misread(recognised, knowledge))
    records = read(recognised, settings, engine, progress)
    demand(recognised)
    demand_rows(recognised, knowledge, records.accounts)
    return records


def read(
    recognised: Recognised,
    settings: Settings,
    engine: Engine,
    progress: Progress = SILENT,
    keep_text: bool = False,
) -> Records:
    """Read the recognised sources into the engine's folder; one that proves damaged joins the unread.

    keep_text: leave decoded copies of the sources where they are, so that they can be looked into again.
    """
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
        _show_typed(engine, table, recognised.of(table.name), settings)
    given = {name: sources for name in TABLES if (sources := recognised.of(name))}
    verdicts = netting.judge(engine, list(given))
    for table in TABLES.values():
        _show_used(engine, table, settings, "visit" in given, verdicts)
    accounts = accounts_of(engine, given)
    put_med_types(engine, settings)
    return Records(recognised, accounts)


def _read_source(source: Source, settings: Settings, engine: Engine) -> None:
    """Type a source: files by the engine that is local, what lies elsewhere by its own."""
    if source.is_remote:
        engine.keep(_typed_name(source), typed(source, settings))
        return
    local = engine.local
    # The order of the rows in a file is what makes a reject's line number true.
    local.run("SET preserve_insertion_order = true")
    local.keep(_typed_name(source), typed(source, settings))
    local.run("SET preserve_insertion_order = false")
    if source.rejects:
        source.undivided = local.value(f"SELECT count(DISTINCT line) FROM {source.rejects}")


def _typed_name(source: Source) -> str:
    return f"typed_{source.table}_{source.number}"


def _show_typed(
    engine: Engine, table: Table, sources: Sequence[Source], settings: Settings
) -> None:
    """Show all typed rows of a table as `typed_<table>`, also where there is no source of it."""
    name = f"typed_{table.name}"
    if not sources and table.name in SHIPPED:
        put_shipped(engine, table, name)
        return
    parts = [f"SELECT * FROM {_typed_name(source)}" for source in sources if source.is_remote]
    files = [engine.local.folder / f"{_typed_name(s)}.parquet" for s in sources if not s.is_remote]
    if files:
        engine.show(f"read_{table.name}", files)
        parts.append(f"SELECT * FROM read_{table.name}")
    if table.name in settings.knowledge.get("extend", ()):
        parts.append(not_replaced(engine, table, parts))
    engine.view(name, " UNION ALL ".join(parts) or _no_rows(table, settings))


def _no_rows(table: Table, settings: Settings) -> str:
    texts = (*settings.extra.get(table.name, ()), "reject_reason", "reject_column", "unread")
    columns = {column.name: column.sql_type for column in table.columns.values()}
    return no_rows({"row_id": "BIGINT"} | columns | dict.fromkeys(texts, "VARCHAR"))


def _show_used(
    engine: Engine, table: Table, settings: Settings, has_visits: bool, verdicts: Verdicts
) -> None:
    columns = [*table.columns, *settings.extra.get(table.name, ())]
    filled: dict[str, str] = {}
    if table.name == "settlement" and has_visits:
        # A visit is told once; where a settlement leaves a column blank, its visit fills it.
        shared = [
            name for name in TABLES["visit"].columns if name in table.columns and name != "mdtrt_id"
        ]
        engine.view(
            "visit_filled",
            "SELECT * FROM typed_visit t WHERE reject_reason IS NULL AND NOT EXISTS "
            "(SELECT 1 FROM change_visit c WHERE c.row_id = t.row_id)",
        )
        filled = {name: f'coalesce(t."{name}", v."{name}")' for name in shared}
    joined = "LEFT JOIN visit_filled v ON v.mdtrt_id = t.mdtrt_id" if filled else ""
    if table.name == "settlement" and _planned_is_two(engine):
        planned = filled.get("days_rinp_flag_31", "t.days_rinp_flag_31")
        filled["days_rinp_flag_31"] = f"CASE {planned} WHEN '2' THEN '1' WHEN '1' THEN '0' END"
    # The fact `visit` is a settlement in its own right; the table of that name only fills gaps.
    if table.name != "visit":
        verdicts.show_used(table, columns, filled, joined)


def _planned_is_two(engine: Engine) -> bool:
    """Whether the readmission flag is coded 1 no, 2 yes, as on the front page of a medical record.

    A single 2 tells; it must be told of the whole delivery and not of the part a later command reads.
    """
    twos = " UNION ALL ".join(
        f"SELECT 1 FROM typed_{name} WHERE days_rinp_flag_31 = '2'"
        for name in ("settlement", "visit")
    )
    return bool(engine.value(f"SELECT count(*) FROM (SELECT 1 FROM ({twos}) LIMIT 1)"))


def keep_rejects(engine: Engine, records: Records) -> None:
    """Keep the rows that were not accepted as table `rejects`: file, line, column_name, reason (a code).

    Lines are those of the file; where a cell holds a line break, or lines are blank, they are its records.
    Of Parquet the line is the row; a table of a catalogue has none.
    """
    parts = [_rejects_of(source) for source in records.sources]
    parts += [
        f"SELECT {quoted(source.name)}, line, '', 'columns' FROM undivided WHERE source = {source.number}"
        for source in records.sources
        if source.rejects
    ]
    engine.keep(
        "rejects", "SELECT * FROM (" + " UNION ALL ".join(parts) + ") r ORDER BY file, line"
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
