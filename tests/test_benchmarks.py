"""The benchmarks run, and what they compare medaudit with finds the same. Nothing is said about time here."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import pytest

ROOT = Path(__file__).parent.parent
BENCHMARKS = ROOT / "benchmarks"
RULES = ("STY01", "BIL01", "BIL05", "IDN01", "IDN02")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def printed(folder: Path) -> str:
    """What the script prints about a county of 2,000 people that it makes in `folder`."""
    asked = ["--people", "2000", "--repeat", "1", "--only", "simulate", "scan", "pandas"]
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


def test_a_difference_between_the_two_is_told(tmp_path: Path) -> None:
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


def test_too_little_memory_is_an_answer_and_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(BENCHMARKS)
    measuring = importlib.import_module("measuring")
    with pytest.raises(measuring.TooLarge):
        measuring.run("-c", "import time; held = b'1' * 200_000_000; time.sleep(60)", most=100)


def test_every_table_is_whole(printed: str) -> None:
    found = tables(printed)
    assert len(found) == 3
    for head, rule, *rows in found:
        assert head[0] == "measured"
        assert head[1] == "2,000 people"
        assert set(rule) == {"---"}
        assert rows
        assert {row[0] for row in rows if not row[1]} == set()


def test_the_figures_of_a_scan_agree_with_one_another(printed: str) -> None:
    cells = {row[0]: row[1] for row in tables(printed)[1]}
    wall = float(cells["`scan`, by the clock"].removesuffix(" s"))
    copied = float(cells["copy Parquet → Parquet, by the clock"].removesuffix(" s"))
    assert float(cells["`scan` ÷ copy, by the clock"]) == pytest.approx(wall / copied, rel=0.1)
    assert int(cells["findings"].replace(",", "")) > 0


def test_the_rows_told_are_those_of_the_files(folder: Path, printed: str) -> None:
    cells = {row[0]: row[1] for row in tables(printed)[0]}
    data = folder / "county-2000-seed1" / "data"
    lines = duckdb.execute(f"SELECT count(*) FROM '{data}/fee_item*.parquet'").fetchall()
    assert cells["fee lines"] == f"{lines[0][0]:,}"


def test_medaudit_and_pandas_are_given_the_same_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(BENCHMARKS)
    parts, pandas_rules = map(importlib.import_module, ("parts", "pandas_rules"))
    assert parts.FIVE == tuple(pandas_rules.RULES) == RULES


def test_a_ring_is_found_in_one_group_that_is_half_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(BENCHMARKS)
    truth = importlib.import_module("links_truth")
    # Ring a is whole but a third of its group; b has three of its four alone; c is in pieces; nobody found d.
    groups = {"g": "a1 a2 x1 x2 x3 x4", "h": "b1 b2 b3 y1", "i": "c1", "j": "c2", "k": "c3"}
    rings = {"a": "a1 a2", "b": "b1 b2 b3 b4", "c": "c1 c2 c3", "d": "d1"}
    found = pd.DataFrame(
        [(g, p) for g, people in groups.items() for p in people.split()],
        columns=["ring_id", "person_id"],
    )
    planted = pd.DataFrame(
        [(r, p, 1.0) for r, people in rings.items() for p in people.split()],
        columns=["planted", "person_id", "intensity"],
    )
    met = truth.matched(planted, found).set_index("planted")
    assert dict(met["found"]) == {"a": False, "b": True, "c": False, "d": False}
    assert met.loc["b", ["share", "purity"]].tolist() == [0.75, 0.75]


@pytest.mark.slow
def test_the_benchmark_of_links_prints_whole_tables(folder: Path) -> None:
    asked = ["--people", "2000", "--seeds", "1"]
    command = [sys.executable, BENCHMARKS / "links.py", folder / "links", *asked]
    told = subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout
    cards, wrong, steering, stays, cost = tables(told)
    assert [len(rows) for rows in (cards, steering, stays)] == [17, 9, 8]
    assert int(cost[2][1].replace(",", "")) == 2000
    assert wrong[0][0] == "what it is"
    for rows in (cards, steering, stays, cost):
        assert all(cell for row in rows[2:] for cell in row[:3])
    assert not (folder / "links" / "county-2000-1").exists()
