"""What becomes of accepted rows, and the tables of those that count.

Verdicts go into small tables `change_<table>` (row_id, fate, and what is left of a row that was refunded in
part); the table itself is a view over the typed rows and the verdicts.

Fates: `duplicate` (same key), `conflict` (same key, other content, none the latest: rejected),
`netted` (refunded and its refund), `aside` (a negative row that matches nothing), `reduced`.
"""

from __future__ import annotations

from medaudit.engine import Engine, no_rows
from medaudit.records.schema import TABLES, Table

ACCEPTED = "reject_reason IS NULL"

# What a partial refund takes off the row it refunds.
AMOUNTS = {
    "settlement": [
        name for name, column in TABLES["settlement"].columns.items() if column.type == "money"
    ],
    "fee_item": ["cnt", "det_item_fee_sumamt", "inscp_amt"],
}

ORIGIN = ("upload_time", "source")  # whence a row comes, which makes no other row of it


def keys(table: Table) -> list[str]:
    """SQL for the parts of a table's key; all its columns where it has none."""
    return [f"coalesce(CAST({name} AS VARCHAR), '')" for name in table.key or tuple(table.columns)]


def content(table: Table) -> str:
    """SQL for a row's content; whence it comes makes no other row of it."""
    values = [
        f"coalesce(CAST({name} AS VARCHAR), '')" for name in table.columns if name not in ORIGIN
    ]
    return f"md5(concat_ws('|', {', '.join(values)}))"


class Verdicts:
    """The tables `change_<table>`, added to step by step, and the tables that come of them."""

    def __init__(self, engine: Engine):
        self.engine = engine
        self._steps: dict[str, list[str]] = {}
        for name in TABLES:
            self._show(name)

    def add(self, table: str, step: str, sql: str, amounts: bool = False) -> None:
        """Add the verdicts of a SELECT of row_id and fate (and the table's amounts)."""
        name = f"{step}_{table}"
        blank = "" if amounts else _no_amounts(table)
        self.engine.keep(name, f"SELECT row_id, fate{blank} FROM ({sql}) v" if blank else sql)
        self._steps.setdefault(table, []).append(name)
        self._show(table)

    def any(self, table: str) -> bool:
        """Whether any row of a table has a verdict."""
        return table in self._steps and bool(
            self.engine.value(f"SELECT count(*) FROM change_{table}")
        )

    def show_used(
        self, table: Table, columns: list[str], filled: dict[str, str], joined: str
    ) -> None:
        """Make `table` the rows that count; `filled` gives other SQL for columns, over t and what is `joined`."""
        amounts = set(AMOUNTS.get(table.name, ()))
        changed = self.any(table.name)
        values = []
        for name in columns:
            plain = filled.get(name, f't."{name}"')
            values.append(
                f'coalesce(c."{name}", {plain}) AS "{name}"'
                if changed and name in amounts
                else f'{plain} AS "{name}"'
            )
        joins = f"LEFT JOIN change_{table.name} c ON c.row_id = t.row_id" if changed else ""
        counts = "AND (c.fate IS NULL OR c.fate = 'reduced')" if changed else ""
        self.engine.view(
            table.name,
            f"SELECT {', '.join(values)} FROM typed_{table.name} t {joins} {joined} "
            f"WHERE t.{ACCEPTED} {counts}",
        )

    def _show(self, table: str) -> None:
        columns = TABLES[table].columns
        amounts = {name: columns[name].sql_type for name in AMOUNTS.get(table, ())}
        none = no_rows({"row_id": "BIGINT", "fate": "VARCHAR"} | amounts)
        steps = [f"SELECT * FROM {name}" for name in self._steps.get(table, ())]
        self.engine.view(f"change_{table}", " UNION ALL ".join(steps) or none)


def _no_amounts(table: str) -> str:
    columns = TABLES[table].columns
    return "".join(f", CAST(NULL AS {columns[a].sql_type}) AS {a}" for a in AMOUNTS.get(table, ()))
