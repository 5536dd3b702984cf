"""Finished runs to report on: a small one with everything that points at a person, one with a ring, one without findings."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from medaudit import ledger as book
from medaudit.audit import audit_to
from medaudit.cases import read_cases
from medaudit.detectors.catalogue import FOLDER, read_rule
from medaudit.language import speak
from medaudit.ledger import Ledger
from medaudit.report import Order, report
from medaudit.runs.plan import Plan
from tests.detectors.anomalies.test_anomalies import county
from tests.export.conftest import SECRETS, run
from tests.forged import saying
from tests.small_county import csv_text

__all__ = ["SECRETS", "run"]

Made = Callable[..., str]
RINGS = read_cases(read_rule(FOLDER / "links" / "card_ring.sql", own=True).cases)


def scanned(tables: dict[str, str], place: Path) -> Path:
    county = place / "county"
    county.mkdir()
    for name, text in tables.items():
        (county / f"{name}.csv").write_text(text.strip() + "\n", encoding="utf-8")
    audit_to(place / "run", [county], Plan())
    return place / "run"


@pytest.fixture(scope="session")
def ring_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    speak("zh")
    case = next(one for one in RINGS if "one after another on three days" in one.name)
    return scanned(case.tables, tmp_path_factory.mktemp("ring"))


@pytest.fixture(scope="session")
def clean_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    speak("zh")
    row = {
        "setl_id": "S1", "psn_no": "P1", "fixmedins_code": "H1", "med_type": "11", "begndate": "2025-03-03",
        "enddate": "2025-03-03", "medfee_sumamt": "50.10", "fund_pay_sumamt": "30.05",
    }  # fmt: skip
    table = ",".join(row) + "\n" + ",".join(row.values())
    return scanned({"settlement": table}, tmp_path_factory.mktemp("clean"))


@pytest.fixture(scope="session")
def peer_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty-one hospitals alike, one of them large, and HDEAR, which costs four times as much."""
    speak("zh")
    return scanned({"settlement": csv_text(county(4.0))}, tmp_path_factory.mktemp("peers"))


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return book.opened(str(tmp_path / "ledger.db"))


@pytest.fixture
def made(tmp_path: Path, ledger: Ledger) -> Made:
    """The HTML of a run, as it was written."""

    def make(folder: Path, **order: Any) -> str:
        path = tmp_path / "report.html"
        report(Order(folder, path, **order), ledger)
        return path.read_text("utf-8")

    return make


def data(html: str, name: str) -> Any:
    """What the page carries as JSON under that name."""
    [text] = re.findall(rf'<script type="application/json" id="data-{name}">(.*?)</script>', html)
    return json.loads(text)


@pytest.fixture
def hostile_run(run: Path, tmp_path: Path) -> Path:
    """The small run with names that would be code in a careless page."""
    import duckdb

    copy = tmp_path / "hostile"
    shutil.copytree(run, copy)
    name = "'</script><script>alert(\"甲\")</script>&amp;院'"
    for table, column, where in (
        ("suspects", "subject_name", "WHERE subject_type IN ('institution', 'pharmacy')"),
        ("findings", "reason", ""),
        ("records/institution", "fixmedins_name", ""),
    ):
        path, new = copy / f"{table}.parquet", copy / "new.parquet"
        condition = where.removeprefix("WHERE ") or "TRUE"
        told = f"CASE WHEN {condition} THEN {name} ELSE {column} END"
        duckdb.sql(f"COPY (SELECT * REPLACE ({told} AS {column}) FROM '{path}') TO '{new}'")
        new.replace(path)
    return saying(
        copy,
        not_read=[{"file": "<img src=x onerror=alert(1)>.csv", "why": "<b>why</b>"}],
        files=None,
    )
