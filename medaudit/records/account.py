"""The account of a table: what became of every row of its files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from medaudit.engine import Engine
from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.records.schema import TABLES
from medaudit.records.source import Source
from medaudit.records.stored import NOTHING, Reading, Stored, count_in
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


def accounts_of(
    engine: Engine, given: Mapping[str, Sequence[Source]], stored: Stored = NOTHING
) -> dict[str, Account]:
    """The accounts of the tables that have rows, once their refunds are netted. Of what is stored the account of its reading goes on."""
    counts: dict[str, dict[str, dict[str, int]]] = {
        name: {"read": {}, "fate": {}, "unread": {}} for name in given
    }
    counted = engine.rows(" UNION ALL ".join(map(_counts, given))) if given else []
    for name, what, which, rows in counted:
        counts[name][what][which] = rows
    told = {name: _account(name, sources, **counts[name]) for name, sources in given.items()}
    for name, account in told.items():
        if stored.of(name):
            _go_on(account, stored.accounts[name])
    return told


def _go_on(account: Account, before: Reading) -> None:
    """Add what was read before. Of its accepted rows those that are no longer stored were repeated or replaced."""
    account.columns = sorted({*account.columns, *before.columns})
    account.read += before.read - before.stored
    account.rejected += before.rejected
    account.accepted = account.read - account.rejected
    account.duplicates += before.read - before.rejected - before.stored
    account.used = account.accepted - account.netted - account.duplicates
    count_in(account.rejects, before.rejects)
    count_in(account.unread, before.unread)


def _counts(table: str) -> str:
    """Rows of a table's files by why they were rejected ('' when not), by fate, and by what could not be read."""
    return f"""
    SELECT '{table}' AS name, 'read' AS what, coalesce(reject_reason, '') AS which, count(*) AS n
    FROM typed_{table} WHERE row_id >= 0 GROUP BY coalesce(reject_reason, '')
    UNION ALL SELECT '{table}', 'fate', fate, count(*) FROM change_{table} GROUP BY fate
    UNION ALL SELECT '{table}', 'unread', unread, count(*) FROM typed_{table} WHERE unread IS NOT NULL GROUP BY unread
    """


def _account(
    table: str,
    sources: Sequence[Source],
    read: Mapping[str, int],
    fate: Mapping[str, int],
    unread: Mapping[str, int],
) -> Account:
    account = Account(table)
    account.columns = sorted({name for source in sources for name in source.mapping})
    account.rejects = {reason: rows for reason, rows in read.items() if reason}
    undivided = sum(source.undivided for source in sources)
    if undivided:
        account.rejects["columns"] = undivided
    if fate.get("conflict"):
        account.rejects["conflict"] = fate["conflict"]
    account.read = sum(read.values()) + undivided
    account.rejected = sum(account.rejects.values())
    account.accepted = account.read - account.rejected
    account.duplicates = fate.get("duplicate", 0)
    account.aside = fate.get("aside", 0)
    account.netted = fate.get("netted", 0) + account.aside
    account.reduced = fate.get("reduced", 0)
    account.used = account.accepted - account.netted - account.duplicates
    for names, rows in unread.items():
        count_in(account.unread, dict.fromkeys(names.split(), rows))
    return account


def demand_used(account: Account, as_of: dt.date | None = None) -> None:
    """Raise MedauditError when no settlement is left to audit: finding nothing must not read as clean. as_of: the day until which
    settlements were asked for."""
    if not account.used and as_of:
        what = say(f"到 {as_of} 还没有结算", f"nothing was settled by {as_of}")
        do = say("给出更晚的日子", "give a later day")
        raise MedauditError(Problem(what, "--as-of", do))
    if not account.used:
        raise MedauditError(nothing_used(account, TABLES["settlement"].label))


def nothing_used(account: Account, where: str) -> Problem:
    """That no row of a table can be used, and what became of those that were read."""
    words = reasons()
    why = say("、", ", ").join(
        f"{words[reason]} {rows:,}" for reason, rows in account.rejects.items()
    )
    told = say(f"读入 {account.read:,} 行", f"{account.read:,} rows read") + (
        f" ({why})" if why else ""
    )
    table = TABLES[account.table].label
    return Problem(
        say(
            f"{table}表没有一行可用：{told}", f"no row of the table of {table} can be used: {told}"
        ),
        where,
        say("用 medaudit check 逐项查看", "`medaudit check` shows it in detail"),
    )
