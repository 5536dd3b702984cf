"""The account of a table: what became of every row of its files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from medaudit.engine.duckdb import DuckEngine
from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.records.schema import TABLES, Table
from medaudit.records.sources import Source
from medaudit.records.typed import reasons


@dataclass
class Account:
    """What became of the rows of one table: read = accepted + rejected; accepted = used + netted + duplicates.

    `aside` of the netted are negative rows that match nothing; `reduced` of the used were refunded in part;
    `unread` counts, per optional column, values that could not be read and stand as blank.
    """

    table: str
    read: int = 0
    accepted: int = 0
    rejected: int = 0
    used: int = 0
    netted: int = 0
    duplicates: int = 0
    aside: int = 0
    reduced: int = 0
    rejects: dict[str, int] = field(default_factory=dict)  # reason → rows
    unread: dict[str, int] = field(default_factory=dict)  # column → values
    columns: list[str] = field(default_factory=list)  # columns that the files have

    @property
    def given(self) -> bool:
        return bool(self.columns)


def account_of(engine: DuckEngine, table: Table, sources: Sequence[Source]) -> Account:
    """The account of one table, once its refunds are netted."""
    account = Account(table.name)
    account.columns = sorted({name for source in sources for name in source.mapping})
    rejects = dict(
        engine.rows(
            f"SELECT reject_reason, count(*) FROM typed_{table.name} WHERE reject_reason IS NOT NULL GROUP BY 1"
        )
    )
    divided = sum(_undivided(engine, source) for source in sources)
    if divided:
        rejects["columns"] = divided
    fates = dict(engine.rows(f"SELECT fate, count(*) FROM change_{table.name} GROUP BY fate"))
    if fates.get("conflict"):
        rejects["conflict"] = fates["conflict"]
    account.read = engine.value(f"SELECT count(*) FROM typed_{table.name}") + divided
    account.rejects = rejects
    account.rejected = sum(rejects.values())
    account.accepted = account.read - account.rejected
    account.duplicates = fates.get("duplicate", 0)
    account.aside = fates.get("aside", 0)
    account.netted = fates.get("netted", 0) + account.aside
    account.reduced = fates.get("reduced", 0)
    account.used = account.accepted - account.netted - account.duplicates
    for names, count in engine.rows(
        f"SELECT unread, count(*) FROM typed_{table.name} WHERE unread IS NOT NULL GROUP BY 1"
    ):
        for name in names.split():
            account.unread[name] = account.unread.get(name, 0) + count
    return account


def _undivided(engine: DuckEngine, source: Source) -> int:
    """Rows of a delimited file that did not divide into its columns."""
    if not source.rejects:
        return 0
    return int(engine.value(f"SELECT count(DISTINCT line) FROM {source.rejects}") or 0)


def demand_used(account: Account) -> None:
    """Raise MedauditError when no settlement is left to audit: finding nothing must not read as clean."""
    if account.used:
        return
    words = reasons()
    why = say("、", ", ").join(
        f"{words[reason]} {rows:,}" for reason, rows in account.rejects.items()
    )
    told = say(f"读入 {account.read:,} 行", f"{account.read:,} rows read") + (
        f" ({why})" if why else ""
    )
    raise MedauditError(
        Problem(
            say("结算表没有一行可用", "no row of the settlement table can be used") + f": {told}",
            TABLES["settlement"].label,
            say("用 medaudit check 逐项查看", "`medaudit check` shows it in detail"),
        )
    )
