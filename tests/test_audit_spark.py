"""A whole audit on Spark: the same files as DuckDB's, to the byte, or nothing at all."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

import medaudit
from medaudit.errors import MedauditError
from medaudit.synth.county import Order
from medaudit.synth.simulate import simulate
from tests.small_disk import small_disk
from tests.spark_session import session

pytestmark = pytest.mark.spark

SAMPLE = Path(__file__).parent.parent / "sample_data"
LISTS = ("findings.csv", "suspects.csv", "rejects.csv")


def same(duck: Path, spark: Path) -> None:
    for name in LISTS:
        assert (duck / name).read_bytes() == (spark / name).read_bytes(), name
    tables = [json.loads((run / "run.json").read_text("utf-8"))["tables"] for run in (duck, spark)]
    assert tables[0] == tables[1]
    kept = [sorted(path.name for path in run.rglob("*.*")) for run in (duck, spark)]
    assert kept[0] == kept[1]


# One or two of each family: all rules are held against DuckDB on their cases, and on the counties below.
SOME = (
    "STY02",
    "STY03",
    "BIL01",
    "BIL06",
    "POL01",
    "IDN01",
    "MED01",
    "CHR01",
    "PHA01",
    "DOC01",
    "CAP01",
    "INS01",
)


def test_the_sample_county_gives_the_same_lists_to_the_byte(tmp_path: Path) -> None:
    medaudit.audit(SAMPLE, out=tmp_path / "duck", select=SOME)
    told = medaudit.audit(SAMPLE, out=tmp_path / "spark", select=SOME, spark=session())
    same(tmp_path / "duck", tmp_path / "spark")
    assert (told.run["engine"], bool(told.run["libraries"]["pyspark"])) == ("spark", True)


@pytest.mark.slow
def test_all_rules_on_the_sample_county_give_the_same_lists_to_the_byte(tmp_path: Path) -> None:
    medaudit.audit(SAMPLE, out=tmp_path / "duck")
    medaudit.audit(SAMPLE, out=tmp_path / "spark", spark=session())
    same(tmp_path / "duck", tmp_path / "spark")


@pytest.mark.slow
@pytest.mark.parametrize("seed", [401, 402])
def test_a_county_of_twenty_thousand_gives_the_same_lists_to_the_byte(
    tmp_path: Path, seed: int
) -> None:
    simulate(tmp_path / "county", Order(people=20_000, seed=seed))
    medaudit.audit(tmp_path / "county" / "data", out=tmp_path / "duck")
    medaudit.audit(tmp_path / "county" / "data", out=tmp_path / "spark", spark=session())
    same(tmp_path / "duck", tmp_path / "spark")


@pytest.mark.slow
def test_a_messy_export_gives_the_same_lists_to_the_byte(tmp_path: Path) -> None:
    simulate(tmp_path / "county", Order(people=2_000, seed=403), form="messy")
    medaudit.audit(tmp_path / "county" / "data", out=tmp_path / "duck")
    medaudit.audit(tmp_path / "county" / "data", out=tmp_path / "spark", spark=session())
    same(tmp_path / "duck", tmp_path / "spark")


OWN = """/*
code = "STY90"
status = "stable"
level = "lead"
subject = "settlement"
key = ["setl_id"]
basis = ["-"]
prior = 0.5
[title]
zh = "试"
en = "trial"
[message]
zh = "试"
en = "trial"
[benign]
zh = "无"
en = "none"
[next]
zh = "看"
en = "look"
*/
SELECT setl_id, psn_no, fixmedins_code, dr_codg, begndate AS occurred_on, charge AS charge_amount, 1 AS strength
FROM visit WHERE {where}
"""


def test_a_rule_that_spark_does_not_take_is_named_before_anything_is_read(tmp_path: Path) -> None:
    # DuckDB reads a list of columns that does not exist only when the rule runs.
    (tmp_path / "own.sql").write_text(OWN.format(where="no_such_column = 1"), "utf-8")
    with pytest.raises(MedauditError) as told:
        medaudit.audit(tmp_path / "nowhere", rules=[tmp_path], select=["STY90"], spark=session())
    said = str(told.value)
    assert "STY90" in said and "no_such_column" in said
    assert "nowhere" not in said


MEDAUDIT = [
    sys.executable,
    "-m",
    "medaudit",
    "scan",
    str(SAMPLE),
    "--out",
    "run",
    "--engine",
    "spark",
]


@contextmanager
def begun(folder: Path, *more: str) -> Iterator[subprocess.Popen[str]]:
    here = str(Path(__file__).parent.parent)
    process = subprocess.Popen(
        [*MEDAUDIT, *more], cwd=folder, env=os.environ | {"PYTHONPATH": here, "LC_ALL": "C.UTF-8"},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()


def until_it_computes(process: subprocess.Popen[str], folder: Path) -> None:
    until = time.monotonic() + 400
    while not list(folder.glob("run.unfinished-*/staging/tables/visit")):
        assert process.poll() is None and time.monotonic() < until
        time.sleep(0.2)


@pytest.mark.slow
def test_a_spark_that_is_lost_ends_with_two_and_leaves_nothing(tmp_path: Path) -> None:
    with begun(tmp_path) as process:
        until_it_computes(process, tmp_path)
        for child in psutil.Process(process.pid).children(recursive=True):
            if child.name() == "java":
                child.kill()
        said = process.communicate(timeout=60)[1]
    assert process.returncode == 2
    assert "执行器丢失" in said and "Traceback" not in said and "\tat " not in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_ctrl_c_says_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    with begun(tmp_path) as process:
        until_it_computes(process, tmp_path)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1]
    assert (process.returncode, said) == (2, "已中断，没有写出结果\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_full_staging_folder_ends_with_two_and_leaves_nothing(tmp_path: Path) -> None:
    disk, work = tmp_path / "disk", tmp_path / "work"
    work.mkdir()
    # Lazily: the Java of a scan that was killed goes a moment later.
    with (
        small_disk(disk, "60k", lazily=True),
        begun(work, "--spark-conf", f"spark.medaudit.staging={disk}") as process,
    ):
        said = process.communicate(timeout=400)[1]
    shutil.rmtree(disk)
    assert process.returncode == 2
    assert "磁盘已满" in said and "Traceback" not in said
    assert list(work.iterdir()) == []
