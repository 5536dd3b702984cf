"""A workspace that is damaged, locked or of a later medaudit: said, with what to do, and the rest stays usable."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from medaudit.errors import MedauditError
from medaudit.nightly.opened import records_of
from medaudit.runs.plan import Plan
from medaudit.workspace.catalogue import BEGUN, MARK
from medaudit.workspace.lock import locked
from medaudit.workspace.parts import damaged, demand_sound
from medaudit.workspace.repairing import repair
from tests.small_county import line, settlement
from tests.workspace.conftest import Workspace

HELD = """
import sys, time
from pathlib import Path
from medaudit.workspace.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def broken(county: Workspace, how: str) -> Path:
    county.bring(settlement=[settlement("S1", enddate="2025-03-08"), settlement("S2", begndate="2025-05-01", enddate="2025-05-02")])  # fmt: skip
    file = county.folder / county.catalogue.of("settlement")[0].name
    data = file.read_bytes()
    match how:
        case "gone":
            file.unlink()
        case "cut short":
            file.write_bytes(data[: len(data) // 2])
        case "one byte differs":
            file.write_bytes(data[:40] + bytes([data[40] ^ 1]) + data[41:])
    return file


@pytest.mark.parametrize("how", ["gone", "cut short"])
def test_a_damaged_file_is_named_and_stops_an_import(county: Workspace, how: str) -> None:
    file = broken(county, how)
    with pytest.raises(MedauditError, match="workspace --repair") as told:
        county.bring(settlement=[settlement("S3")])
    assert str(file) in str(told.value)


def test_a_byte_that_changed_shows_by_the_hash(county: Workspace) -> None:
    broken(county, "one byte differs")
    demand_sound(county.folder, county.catalogue)  # a quick look does not read the files
    assert list(damaged(county.folder, county.catalogue, whole=True).values()) == [
        "内容与登记的哈希不符"
    ]


def test_repaired_the_rest_is_usable_and_what_is_missing_can_come_again(county: Workspace) -> None:
    file = broken(county, "cut short")
    made = repair(county.folder)
    assert list(made.damaged) == [str(file.relative_to(county.folder))]
    assert made.again == [str(county.inbox / "1" / "settlement.csv")]
    assert county.values("setl_id") == ["S2"]
    assert [one["rows"] for one in county.catalogue.lost] == [1]
    county.files(county.inbox / "1")
    assert county.values("setl_id") == ["S1", "S2"]


def test_a_sound_workspace_is_left_as_it_is(county: Workspace) -> None:
    county.bring(settlement=[settlement()])
    before = (county.folder / MARK).read_text("utf-8")
    assert repair(county.folder).damaged == {}
    assert (county.folder / MARK).read_text("utf-8") == before


def test_a_workspace_of_a_newer_version_is_refused_in_words(county: Workspace) -> None:
    county.bring(settlement=[settlement()])
    told = json.loads((county.folder / MARK).read_text("utf-8"))
    (county.folder / MARK).write_text(json.dumps(told | {"form": 99}), "utf-8")
    with pytest.raises(MedauditError, match="更新版本"):
        county.bring(fee_item=[line()])


@pytest.mark.parametrize("content", ["", "{", "[]", '{"form": 1}', '{"form": 1, "parts": [{}]}'])
def test_a_damaged_catalogue_is_said_and_nothing_is_changed(
    county: Workspace, content: str
) -> None:
    county.bring(settlement=[settlement()])
    (county.folder / MARK).write_text(content, "utf-8")
    with pytest.raises(MedauditError, match="目录文件损坏"):
        county.bring(settlement=[settlement("S2")])
    assert (county.folder / MARK).read_text("utf-8") == content


def test_two_at_once_the_second_is_told_who_is_at_work(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HELD, str(tmp_path)], stdout=subprocess.PIPE)
    try:
        assert holder.stdout and holder.stdout.readline() == b"held\n"
        with pytest.raises(MedauditError, match=f"进程 {holder.pid}"), locked(tmp_path):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        with locked(tmp_path, wait=10):  # a dead process keeps no lock
            pass
    finally:
        holder.kill()
        holder.wait()


def test_waiting_for_the_other_to_end(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HELD.replace("60", "1"), str(tmp_path)], stdout=subprocess.PIPE
    )
    assert holder.stdout and holder.stdout.readline() == b"held\n"
    with locked(tmp_path, wait=30):
        assert holder.wait(timeout=30) == 0


@pytest.mark.slow
def test_an_import_killed_at_any_moment_leaves_the_last_good_state(county: Workspace) -> None:
    rows = [settlement(f"S{n}", psn_no=f"P{n}") for n in range(3000)]
    lines = [line(f"F{n}", setl_id=f"S{n % 3000}") for n in range(20000)]
    county.bring(settlement=rows[:10])
    place = county.inbox / "big"
    place.mkdir()
    from tests.small_county import csv_text

    (place / "settlement.csv").write_text(csv_text(rows), "utf-8")
    (place / "fee_item.csv").write_text(csv_text(lines), "utf-8")
    command = [
        sys.executable,
        "-m",
        "medaudit",
        "import",
        str(place),
        "--workspace",
        str(county.folder),
        "-q",
    ]
    started = time.perf_counter()
    copy = county.folder.with_name("whole")
    subprocess.run(["cp", "-r", str(county.folder), str(copy)], check=True)
    subprocess.run([*command[:-2], str(copy), "-q"], check=True)
    whole = time.perf_counter() - started
    killed = 0
    for step in range(20):
        job = subprocess.Popen(command)
        time.sleep(whole * (step + 1) / 22)
        if job.poll() is None:
            os.kill(job.pid, signal.SIGKILL)
            killed += 1
        job.wait()
        assert not damaged(county.folder, county.catalogue, whole=True)
        assert len(county.values("setl_id")) in (10, 3000)
    assert killed > 5
    subprocess.run(command, check=True)
    assert len(county.values("setl_id")) == 3000
    assert len(county.values("feedetl_sn", "fee_item")) == 20000


def test_a_workspace_that_has_lost_its_catalogue_is_not_taken_for_an_empty_folder(
    county: Workspace,
) -> None:
    county.bring(settlement=[settlement()])
    stored = sorted(county.folder.rglob("*.parquet"))
    (county.folder / MARK).unlink()
    with pytest.raises(MedauditError, match=MARK):
        county.bring(settlement=[settlement("S2")])
    with (
        pytest.raises(MedauditError, match=MARK),
        records_of([county.folder], Plan(), county.inbox),
    ):
        pass
    assert sorted(county.folder.rglob("*.parquet")) == stored


def test_a_first_import_that_did_not_end_is_begun_again(county: Workspace) -> None:
    county.bring(settlement=[settlement()])
    (county.folder / MARK).unlink()
    (county.folder / BEGUN).touch()  # as a killed process leaves it
    county.bring(settlement=[settlement("S2")])
    assert county.values("setl_id") == ["S2"]
    assert not (county.folder / BEGUN).exists()
