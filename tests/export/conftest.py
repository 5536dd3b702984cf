"""A small finished run to export from, with telephones to hide."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from medaudit.audit import audit_to
from medaudit.detectors import catalogue
from medaudit.dossier.opened import opened
from medaudit.export import chosen, going
from medaudit.export.load import Load
from medaudit.export.wanted import Wanted
from medaudit.language import speak
from medaudit.runs.plan import Plan
from tests.dossier import conftest as dossier
from tests.forged import forgetting

PERSON = """
psn_no,psn_name,certno,gend,brdy,tel
P100000001,张三丰,110101195001011234,1,1950-01-01,13812345671
P100000003,王五,110101197001011234,1,1970-01-01,13812345673
P100000006,钱七,110101199001011234,1,1990-01-01,13812345676
"""
# Everything in the county that points at a person: names, and what certificates, numbers and telephones begin with.
SECRETS = (
    "张三丰", "王五", "钱七", "周八", "孙医生", "1101011", "P10000000", "1381234567",
)  # fmt: skip


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    speak("zh")
    county, out = tmp_path_factory.mktemp("county"), tmp_path_factory.mktemp("runs") / "run"
    tables = {
        "settlement": dossier.SETTLEMENT,
        "fee_item": f"{dossier.LINES}\n{dossier.BEDS}{dossier.OTHERS}",
        "institution": dossier.INSTITUTION,
        "doctor": dossier.DOCTOR,
        "price_limit": dossier.PRICE_LIMIT,
        "person": PERSON,
    }
    for name, text in tables.items():
        (county / f"{name}.csv").write_text(text.strip() + "\n", encoding="utf-8")
    audit_to(out, [county], Plan())
    return out


@pytest.fixture
def changed(run: Path, tmp_path: Path) -> Callable[..., Path]:
    """A copy of the run in which tables say something else: table → SELECT over `t`."""

    def copy(**tables: str) -> Path:
        import duckdb

        place = tmp_path / "changed"
        forgetting(Path(shutil.copytree(run, place)))
        for name, select in tables.items():
            path = place / f"{name.replace('__', '/')}.parquet"
            old = path.rename(path.with_suffix(".old"))
            duckdb.sql(
                f"COPY (WITH t AS (FROM read_parquet('{old}')) {select}) TO '{path}' (FORMAT parquet)"
            )
        return place

    return copy


@contextmanager
def loaded(
    run: Path, wanted: Wanted | None = None, reveal: bool = False, **states: str
) -> Iterator[Load]:
    """The cases of a run."""
    wanted = wanted or Wanted()
    rules = {rule.code: rule for rule in catalogue.known()}
    rings = [code for code, rule in rules.items() if rule.subject == "ring"]
    with opened(run) as open_run:
        chosen.demand_present(open_run)
        picked = chosen.choose(open_run, wanted, rings, states)
        going.prepare(open_run, picked.cases)
        yield Load(open_run, wanted, picked, rules, states, {}, reveal)
