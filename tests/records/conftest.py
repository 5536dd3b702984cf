"""Files of every kind, loaded through the records room, and what became of their rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from medaudit.engine.duckdb import DuckEngine
from medaudit.records.account import Account
from medaudit.records.load import Records, keep_rejects, load
from medaudit.settings import Settings

SETTLEMENT = {
    "setl_id": "S1", "psn_no": "P1", "fixmedins_code": "H1", "med_type": "11", "begndate": "2025-01-05",
    "enddate": "2025-01-05", "medfee_sumamt": "100.00", "fund_pay_sumamt": "60.00",
}  # fmt: skip
FEE_ITEM = {
    "feedetl_sn": "F1", "setl_id": "S1", "fee_ocur_time": "2025-01-05 08:30:00", "med_list_codg": "X1",
    "med_chrgitm_type": "09", "cnt": "1", "pric": "100", "det_item_fee_sumamt": "100.00",
}  # fmt: skip
CHINESE = {
    "setl_id": "结算ID", "psn_no": "人员编号", "fixmedins_code": "医疗机构编码", "med_type": "医疗类别",
    "begndate": "入院日期", "enddate": "出院日期", "medfee_sumamt": "医疗费总额(元)",
    "fund_pay_sumamt": "基金支付总额", "dise_name": "诊断名称",
}  # fmt: skip


def settlement(number: int = 1, **values: str) -> dict[str, str]:
    return {**SETTLEMENT, "setl_id": f"S{number}", **values}


def line(number: int = 1, **values: str) -> dict[str, str]:
    return {**FEE_ITEM, "feedetl_sn": f"F{number}", **values}


def text(*rows: Mapping[str, str], sep: str = ",", end: str = "\n", **names: str) -> str:
    """Rows as delimited text, with the columns that any of them has; `names` renames headers."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    head = sep.join(names.get(name, name) for name in columns)
    return end.join([head, *(sep.join(row.get(n, "") for n in columns) for row in rows)]) + end


@dataclass
class Loaded:
    records: Records
    engine: DuckEngine

    def account(self, table: str = "settlement") -> Account:
        return self.records.accounts[table]

    def rows(self, columns: str, table: str = "settlement") -> list[tuple[Any, ...]]:
        return self.engine.rows(f"SELECT {columns} FROM {table} ORDER BY ALL")

    def values(self, column: str, table: str = "settlement") -> list[Any]:
        return [row[0] for row in self.rows(column, table)]

    def rejects(self) -> list[tuple[Any, ...]]:
        keep_rejects(self.engine, self.records)
        return self.engine.rows("SELECT line, column_name, reason FROM rejects ORDER BY ALL")


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


Load = Callable[..., Loaded]


@pytest.fixture
def loaded(tmp_path: Path) -> Iterator[Load]:
    """Loads files (name → content) or paths, and holds every account to its two equations."""
    engines: list[DuckEngine] = []

    def load_all(
        files: Mapping[str, str | bytes] | None = None,
        *paths: Path,
        settings: Settings | None = None,
    ) -> Loaded:
        number = len(engines)
        if files is not None:
            paths = (*paths, write(tmp_path / f"data{number}", files))
        engine = DuckEngine(tmp_path / f"staging{number}", threads=2)
        engines.append(engine)
        told = Loaded(load(list(paths), settings or Settings(), engine), engine)
        for account in told.records.accounts.values():
            balances(told, account)
        return told

    yield load_all
    for engine in engines:
        engine.close()


def balances(told: Loaded, account: Account) -> None:
    assert account.read == account.accepted + account.rejected
    assert account.accepted == account.used + account.netted + account.duplicates
    assert account.rejected == sum(account.rejects.values())
    if account.table != "visit":  # the fact of that name is made later
        assert account.used == told.engine.value(f"SELECT count(*) FROM {account.table}")
