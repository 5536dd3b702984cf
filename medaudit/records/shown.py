"""The tables as they are read: all typed rows of each, and of them the ones that count."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from medaudit.engine import Engine, no_rows
from medaudit.records.knowledge import not_replaced
from medaudit.records.schema import SHIPPED, TABLES, Table
from medaudit.records.small import put_shipped
from medaudit.records.source import Source
from medaudit.records.stored import NOTHING, Stored
from medaudit.records.verdicts import Verdicts
from medaudit.settings import Settings


def typed_name(source: Source) -> str:
    return f"typed_{source.table}_{source.number}"


def show_used(
    engine: Engine,
    settings: Settings,
    given: Collection[str],
    verdicts: Verdicts,
    planned_two: bool,
    names: Collection[str] = tuple(TABLES),
) -> None:
    """Show tables by their own names: the typed rows that count, changed as the verdicts say. planned_two: see planned_is_two."""
    for name in names:
        _show_table(engine, TABLES[name], settings, "visit" in given, verdicts, planned_two)


def show_typed(
    engine: Engine,
    table: Table,
    sources: Sequence[Source],
    settings: Settings,
    stored: Stored = NOTHING,
) -> None:
    """Show all typed rows of a table as `typed_<table>`, also where there is no source of it."""
    name = f"typed_{table.name}"
    kept = stored.rows(engine, table, settings)
    if not sources and not kept and table.name in SHIPPED:
        put_shipped(engine, table, name)
        return
    parts = [kept] if kept else []
    parts += [f"SELECT * FROM {typed_name(source)}" for source in sources if source.is_remote]
    files = [engine.local.folder / f"{typed_name(s)}.parquet" for s in sources if not s.is_remote]
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


def _show_table(
    engine: Engine,
    table: Table,
    settings: Settings,
    has_visits: bool,
    verdicts: Verdicts,
    planned_two: bool,
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
    if table.name == "settlement" and planned_two:
        planned = filled.get("days_rinp_flag_31", "t.days_rinp_flag_31")
        filled["days_rinp_flag_31"] = f"CASE {planned} WHEN '2' THEN '1' WHEN '1' THEN '0' END"
    # The fact `visit` is a settlement in its own right; the table of that name only fills gaps.
    if table.name != "visit":
        verdicts.show_used(table, columns, filled, joined)


def planned_is_two(engine: Engine) -> bool:
    """Whether the readmission flag is coded 1 no, 2 yes, as on the front page of a medical record.

    A single 2 tells; it must be told of the whole delivery and not of the part a later command reads.
    """
    twos = " UNION ALL ".join(
        f"SELECT 1 FROM typed_{name} WHERE days_rinp_flag_31 = '2'"
        for name in ("settlement", "visit")
    )
    return bool(engine.value(f"SELECT count(*) FROM (SELECT 1 FROM ({twos}) LIMIT 1)"))
