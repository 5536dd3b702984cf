"""The records room's door: paths in, typed tables out, and an account of every row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from medaudit.engine.duckdb import DuckEngine, SQLFailed, quoted
from medaudit.records import netting
from medaudit.records.account import Account, account_of
from medaudit.records.fit import demand_fit
from medaudit.records.recognise import Recognised, demand, recognise
from medaudit.records.schema import MED_TYPES, SHIPPED, TABLES, Table
from medaudit.records.sources import Source, find
from medaudit.records.typed import ROWS, quoted_name, write_typed
from medaudit.records.unreadable import why_unreadable
from medaudit.settings import Settings

KNOWLEDGE = Path(__file__).parent.parent / "knowledge"

Progress = Callable[[str], None]


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
    paths: Sequence[Path],
    settings: Settings,
    engine: DuckEngine,
    progress: Progress = lambda _: None,
) -> Records:
    """Read everything in `paths` into the engine's folder.

    Raises MedauditError (exit 2) for a file named but not readable, for no settlement table and for a
    settlement file without a required column: all problems at once.
    """
    demand_fit(settings)
    recognised = recognise(find(paths, engine), settings)
    demand(recognised)
    records = read(recognised, settings, engine, progress)
    demand(recognised)
    return records


def read(
    recognised: Recognised,
    settings: Settings,
    engine: DuckEngine,
    progress: Progress = lambda _: None,
    keep_text: bool = False,
) -> Records:
    """Read the recognised sources into the engine's folder; one that proves damaged joins the unread.

    keep_text: leave decoded copies of the sources where they are, so that they can be looked into again.
    """
    # The order of the rows in a file is what makes a reject's line number true.
    engine.run("SET preserve_insertion_order = true")
    typed = engine.folder / "typed"
    typed.mkdir(exist_ok=True)
    for source in list(recognised.sources):
        progress(source.name)
        try:
            write_typed(engine, source, settings, typed / f"{source.table}-{source.number}.parquet")
        except SQLFailed as error:
            recognised.give_up(source, *why_unreadable(error, source.form))
        if source.temporary and not keep_text:
            source.temporary.unlink(missing_ok=True)
    engine.run("SET preserve_insertion_order = false")
    accounts = {}
    for table in TABLES.values():
        _show_typed(engine, table, recognised.of(table.name), typed, settings)
        netting.start(engine, table)
        if recognised.of(table.name):
            netting.drop_duplicates(engine, table)
    netting.net_settlements(engine)
    netting.net_lines(engine)
    for table in TABLES.values():
        _show_used(engine, table, settings, bool(recognised.of("visit")))
        if recognised.of(table.name):
            accounts[table.name] = account_of(engine, table, recognised.of(table.name))
    _show_med_types(engine, settings)
    return Records(recognised, accounts)


def _show_typed(
    engine: DuckEngine, table: Table, sources: Sequence[Source], folder: Path, settings: Settings
) -> None:
    name = f"typed_{table.name}"
    if sources:
        engine.show(name, [folder / f"{table.name}-{source.number}.parquet" for source in sources])
        return
    columns = [
        f"CAST(NULL AS {column.sql_type}) AS {column.name}" for column in table.columns.values()
    ]
    columns += [
        f"CAST(NULL AS VARCHAR) AS {quoted_name(header)}"
        for header in settings.extra.get(table.name, ())
    ]
    shipped = KNOWLEDGE / f"{table.name}.csv"
    if table.name in SHIPPED:
        types = ", ".join(f"'{c.name}': '{c.sql_type}'" for c in table.columns.values())
        engine.run(
            f"CREATE TABLE shipped_{table.name} AS SELECT row_number() OVER () AS row_id, *, "
            f"CAST(NULL AS VARCHAR) AS reject_reason, CAST(NULL AS VARCHAR) AS reject_column, "
            f"CAST(NULL AS VARCHAR) AS unread FROM read_csv({quoted(shipped)}, header=true, "
            f"auto_detect=false, delim=',', quote='\"', columns={{{types}}})"
        )
        engine.view(name, f"SELECT * FROM shipped_{table.name}")
        return
    verdict = ", ".join(
        f"CAST(NULL AS VARCHAR) AS {name}" for name in ("reject_reason", "reject_column", "unread")
    )
    engine.view(
        name, f"SELECT CAST(NULL AS BIGINT) AS row_id, {', '.join(columns)}, {verdict} WHERE FALSE"
    )


def _show_used(engine: DuckEngine, table: Table, settings: Settings, has_visits: bool) -> None:
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
        netting.show_used(engine, table, columns, filled, joined)


def _planned_is_two(engine: DuckEngine) -> bool:
    """Whether the readmission flag is coded 1 no, 2 yes, as on the front page of a medical record.

    A single 2 tells; it must be told of the whole delivery and not of the part a later command reads.
    """
    twos = " UNION ALL ".join(
        f"SELECT 1 FROM typed_{name} WHERE days_rinp_flag_31 = '2'"
        for name in ("settlement", "visit")
    )
    return bool(engine.value(f"SELECT count(*) FROM (SELECT 1 FROM ({twos}) LIMIT 1)"))


def keep_rejects(engine: DuckEngine, records: Records) -> None:
    """Keep the rows that were not accepted as table `rejects`: file, line, column_name, reason (a code).

    Lines are those of the file; where a cell holds a line break, or lines are blank, they are its records.
    """
    parts = [f"SELECT {_reject_columns(source)}" for source in records.sources]
    parts += [
        f"SELECT {quoted(source.name)}, CAST(line AS BIGINT), '', 'columns' FROM (SELECT DISTINCT line FROM {source.rejects})"
        for source in records.sources
        if source.rejects
    ]
    engine.keep("rejects", "SELECT * FROM (" + " UNION ALL ".join(parts) + ") ORDER BY file, line")


def _reject_columns(source: Source) -> str:
    first = source.number * ROWS
    line = f"row_id - {first} + {source.first_line - 1}"
    if source.rejects:
        # Rows that did not divide stand between the divided ones: count those above.
        line += (
            f" + (SELECT count(*) FROM (SELECT line - row_number() OVER (ORDER BY line) + 1 AS above "
            f"FROM (SELECT DISTINCT line FROM {source.rejects})) WHERE above <= {line})"
        )
    mine = f"row_id BETWEEN {first} AND {first + ROWS - 1}"
    return (
        f"{quoted(source.name)} AS file, CAST({line} AS BIGINT) AS line, reject_column AS column_name, reject_reason AS reason "
        f"FROM (SELECT row_id, reject_column, reject_reason FROM typed_{source.table} "
        f"WHERE reject_reason IS NOT NULL AND {mine} UNION ALL "
        f"SELECT row_id, '', fate FROM change_{source.table} WHERE fate = 'conflict' AND {mine})"
    )


def _show_med_types(engine: DuckEngine, settings: Settings) -> None:
    """A small table: med_type → setting and whether it is a hospital stay."""
    told: dict[str, tuple[str, bool]] = {
        code: (entry["setting"], bool(entry["stay"])) for code, entry in MED_TYPES.items()
    }
    for code, setting in settings.codes.get("setting", {}).items():
        told[code] = (setting, setting == "inpatient")
    values = ", ".join(
        f"({quoted(code)}, {quoted(setting)}, {stay})"
        for code, (setting, stay) in sorted(told.items())
    )
    engine.run("CREATE TABLE med_type (med_type VARCHAR, setting VARCHAR, is_stay BOOLEAN)")
    engine.run(f"INSERT INTO med_type VALUES {values}")
