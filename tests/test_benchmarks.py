"""The benchmarks run, and what they compare medaudit with finds the same. Nothing is said about time here."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from medaudit.records.schema import TABLES

ROOT = Path(__file__).parent.parent
BENCHMARKS = ROOT / "benchmarks"
RULES = ("STY01", "BIL01", "BIL05", "IDN01", "IDN02")


def typed(csv: Path, target: Path) -> None:
    """Write a table of the sample as Parquet of the national types."""
    columns = TABLES[csv.stem].columns
    held = duckdb.execute(f"DESCRIBE FROM read_csv('{csv}', all_varchar = true)").fetchall()
    listed = ", ".join(
        f"CAST({name} AS {columns[name].sql_type}) AS {name}"
        for name, *_ in held
        if name in columns
    )
    duckdb.execute(
        f"COPY (SELECT {listed} FROM read_csv('{csv}', all_varchar = true)) TO '{target}' (FORMAT parquet)"
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A benchmark's folder in which the sample stands for a county of 3,000 people."""
    folder = tmp_path_factory.mktemp("bench")
    data = folder / "county-3000-seed1" / "data"
    data.mkdir(parents=True)
    for csv in sorted((ROOT / "sample_data").glob("*.csv")):
        typed(csv, data / f"{csv.stem}.parquet")
    (data.parent / "truth.csv").touch()
    return folder


@pytest.fixture(scope="module")
def printed(folder: Path) -> str:
    asked = ["--people", "3000", "--repeat", "1", "--only", "scan", "pandas"]
    command = [sys.executable, BENCHMARKS / "run.py", folder, *asked]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout


def tables(printed: str) -> list[list[list[str]]]:
    """The cells of every Markdown table."""
    blocks = re.findall(r"(?:^\|.*\|$\n?)+", printed, re.M)
    return [[line.strip("| ").split(" | ") for line in block.splitlines()] for block in blocks]


def test_pandas_and_medaudit_find_the_same_and_find_something(printed: str) -> None:
    (cell,) = re.findall(r"^\| hits of both, the same \| (.+?) \|", printed, re.M)
    counts = dict(one.split(" ") for one in cell.split(", "))
    assert tuple(counts) == RULES
    assert all(int(count) > 0 for count in counts.values())


def test_a_difference_between_the_two_is_told(folder: Path, tmp_path: Path) -> None:
    lines = "SELECT 'BIL01-0' AS finding_id, 'S1' AS setl_id, NULL::VARCHAR AS feedetl_sn"
    hits = "SELECT 'BIL01' AS rule, 'S2' AS setl_id, '' AS feedetl_sn"
    duckdb.execute(f"COPY ({lines}) TO '{tmp_path}/finding_lines.parquet' (FORMAT parquet)")
    duckdb.execute(f"COPY ({hits}) TO '{tmp_path}/found.parquet' (FORMAT parquet)")
    command = [sys.executable, BENCHMARKS / "child.py", "same_hits"]
    done = subprocess.run(
        [*command, tmp_path, tmp_path / "found.parquet"], capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 1
    assert "2 hits differ" in done.stderr


def test_too_little_memory_is_an_answer_and_no_crash(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(BENCHMARKS)
    measuring = importlib.import_module("measuring")
    with pytest.raises(measuring.TooLarge):
        measuring.run("-c", "import time; held = b'1' * 200_000_000; time.sleep(60)", most=100)


def test_every_table_is_whole(printed: str) -> None:
    found = tables(printed)
    assert len(found) == 2
    for head, rule, *rows in found:
        assert head[0] == "measured"
        assert head[1] == "3,000 people"
        assert set(rule) == {"---"}
        assert rows
        assert {row[0] for row in rows if not row[1]} == set()


def test_the_figures_of_a_scan_agree_with_one_another(printed: str) -> None:
    cells = {row[0]: row[1] for row in tables(printed)[0]}
    wall = float(cells["`scan`, by the clock"].removesuffix(" s"))
    copied = float(cells["copy Parquet → Parquet, by the clock"].removesuffix(" s"))
    assert float(cells["`scan` ÷ copy, by the clock"]) == pytest.approx(wall / copied, rel=0.1)
    assert int(cells["findings"].replace(",", "")) > 0


def test_the_rows_told_are_those_of_the_files(folder: Path) -> None:
    data = folder / "county-3000-seed1" / "data"
    command = [sys.executable, BENCHMARKS / "child.py", "rows", data]
    told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    lines = duckdb.execute(f"SELECT count(*) FROM '{data}/fee_item.parquet'").fetchall()
    assert told["lines"] == lines[0][0]
