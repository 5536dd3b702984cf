"""The rows of a delivery put where they belong, and whom they concern written down."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from medaudit.engine.duckdb import DuckEngine, quoted
from medaudit.records.account import Account
from medaudit.records.schema import TABLES, Table
from medaudit.records.stored import Reading, as_now, count_in
from medaudit.settings import Settings
from medaudit.workspace import meeting
from medaudit.workspace.catalogue import Catalogue, Delivery
from medaudit.workspace.parts import add, put, rewrite

# From this share of the settlements on a delivery concerns everybody: nobody is told apart.
EVERYBODY = 0.25


def merge(
    engine: DuckEngine, table: Table, folder: Path, settings: Settings, catalogue: Catalogue, delivery: Delivery
) -> dict[str, int]:  # fmt: skip
    """Put the rows of one table where they belong; how many were new, the same, older or put right others."""
    there = [folder / part.name for part in catalogue.of(table.name)]
    if there:
        listed = ", ".join(map(quoted, there))
        filed = f"filed_{table.name}"
        engine.view(
            filed, f"SELECT * FROM read_parquet([{listed}], union_by_name = true, filename = true)"
        )
        columns = ", ".join(as_now(engine, filed, table, settings))
        engine.view(
            f"stored_{table.name}", f"SELECT row_id, {columns}, filename AS file FROM {filed}"
        )
    extra = settings.extra.get(table.name, ())
    meeting.take(engine, table, delivery.number, extra)
    meeting.meet(engine, table, bool(there))
    fates = dict(engine.rows(f"SELECT fate, count(*) FROM met_{table.name} GROUP BY fate"))
    rewrite(engine, table, folder, catalogue, delivery.number)
    target = engine.folder / "new" / table.name
    shutil.rmtree(target, ignore_errors=True)
    target.parent.mkdir(exist_ok=True)
    listed = ", ".join(meeting.columns(table, extra))
    engine.run(
        f"COPY (SELECT {listed}, {meeting.month(table)} AS month_ FROM ({meeting.coming(table)}) n) "
        f"TO {quoted(target)} (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (month_))"
    )
    new = 0
    for written in sorted(target.rglob("*.parquet")):
        month = written.parent.name.removeprefix("month_=")
        new += add(folder, catalogue, written, table.name, month, delivery.number)
    return {
        "new": new - fates.get("replaces", 0),
        "replaces": fates.get("replaces", 0),
        "same": fates.get("same", 0),
        "older": fates.get("older", 0),
    }


def go_on(catalogue: Catalogue, account: Account) -> None:
    """Add the account of this delivery's rows to that of all."""
    reading = catalogue.readings.setdefault(account.table, Reading())
    reading.read += account.read
    reading.columns = sorted({*reading.columns, *account.columns})
    count_in(reading.rejects, account.rejects)
    count_in(reading.unread, account.unread)


def keep_changes(
    engine: DuckEngine, folder: Path, catalogue: Catalogue, delivery: Delivery, given: Sequence[str], replaced: Sequence[str]
) -> None:  # fmt: skip
    """Write down whom the rows of a delivery concern, unless that is everybody."""
    settlements = sum(part.rows for part in catalogue.of("settlement"))
    came = sum(delivery.tables.get("settlement", {}).get(one, 0) for one in ("new", "replaces"))
    delivery.whole = bool(replaced) or came >= EVERYBODY * settlements
    if delivery.whole:
        return
    selects = [meeting.concerned(TABLES[name], _was_there(engine, name)) for name in given]
    engine.keep("changes", " UNION ALL ".join(selects))
    put(engine.folder / "changes.parquet", folder / "changes" / f"{delivery.number}.parquet")


def _was_there(engine: DuckEngine, name: str) -> bool:
    return (engine.folder / f"old_{name}.parquet").exists()
