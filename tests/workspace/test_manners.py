"""An import or a scan that is stopped, starved of disk, hurried or handed half a file leaves the last good state."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from medaudit.errors import MedauditError
from medaudit.nightly.base import Base
from medaudit.nightly.base import write as write_base
from medaudit.runs.folder import demand_run, unfinished
from medaudit.workspace import importing
from medaudit.workspace.catalogue import MARK, read
from medaudit.workspace.importing import Means, bring
from medaudit.workspace.lock import locked
from medaudit.workspace.parts import damaged
from medaudit.workspace.repairing import repair
from tests.small_county import Row, csv_text, generate, line, settlement, write
from tests.small_disk import small_disk
from tests.workspace.conftest import Workspace

MEDAUDIT = [sys.executable, "-m", "medaudit"]
FEW = ["--select", "STY", "--threads", "1", "-q"]


def typed(*words: str | Path, **how: object) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"LC_ALL": "C.UTF-8"}
    return subprocess.run([*MEDAUDIT, *map(str, words)], env=env, capture_output=True, text=True, check=False, **how)  # type: ignore[call-overload,no-any-return]  # fmt: skip


def left(folder: Path) -> set[str]:
    """What lies in a workspace besides what belongs there."""
    ours = {".lock", MARK, "records", "rejects", "changes", "nights"}
    return {one.name for one in folder.iterdir()} - ours


# Half a file.

ROWS: list[Row] = [settlement(f"S{n}", psn_no=f"P{n}", dscg_way="1") for n in range(3000)]


def packed(text: bytes, how: str) -> bytes:
    page = io.BytesIO()
    match how:
        case "settlement.csv.gz":
            return gzip.compress(text)
        case "settlement.zip":
            with zipfile.ZipFile(page, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("settlement.csv", text)
        case "settlement.parquet":
            import pandas as pd

            pd.read_csv(io.BytesIO(text), dtype=str).to_parquet(page)
        case _:
            return text
    return page.getvalue()


@pytest.mark.parametrize(
    "name", ["settlement.csv", "settlement.csv.gz", "settlement.zip", "settlement.parquet"]
)
def test_half_a_file_is_named_and_nothing_of_its_delivery_is_stored(
    county: Workspace, name: str
) -> None:
    county.bring(settlement=ROWS[:5])
    before = (county.folder / MARK).read_text("utf-8")
    place = write(county.inbox / "half", {"fee_item": [line()]})
    whole = packed(csv_text(ROWS).encode(), name)
    half = whole[: len(whole) // 2]
    (place / name).write_bytes(half.rpartition(b",")[0] if name.endswith("csv") else half)
    with pytest.raises(MedauditError) as told:
        county.files(place)
    assert name in str(told.value)
    assert (county.folder / MARK).read_text("utf-8") == before
    assert left(county.folder) == set()
    (place / name).write_bytes(whole)
    assert county.files(place).delivery


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_text_that_ends_with_its_last_line_is_whole_with_or_without_a_line_end(
    county: Workspace, end: str
) -> None:
    place = county.inbox / "whole"
    place.mkdir(parents=True)
    (place / "settlement.csv").write_text(csv_text(ROWS[:3]).rstrip("\n") + end, "utf-8")
    assert county.files(place).delivery
    assert len(county.values("setl_id")) == 3


def test_a_file_that_grows_while_it_is_read_is_not_stored(
    county: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = write(county.inbox / "growing", {"settlement": ROWS[:3]})
    usual = importing.merge

    def merge(*given: object) -> object:
        with (place / "settlement.csv").open("a") as file:
            file.write(csv_text(ROWS[3:4]).splitlines()[1] + "\n")
        return usual(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(importing, "merge", merge)
    with pytest.raises(MedauditError, match="读取期间文件变了"):
        county.files(place)
    monkeypatch.undo()
    assert not (county.folder / MARK).exists()
    assert county.files(place).delivery
    assert len(county.values("setl_id")) == 4


def test_an_empty_folder_is_said_once(county: Workspace) -> None:
    (county.inbox / "empty").mkdir(parents=True)
    with pytest.raises(MedauditError, match="没有找到可读的表") as told:
        county.files(county.inbox / "empty")
    assert len(told.value.problems) == 1


# Repaired, in the right order.


def test_what_is_imported_again_does_not_undo_what_was_put_right_since(county: Workspace) -> None:
    march, april = settlement("S1", enddate="2025-03-08"), settlement("S2", begndate="2025-04-01", enddate="2025-04-02")  # fmt: skip
    county.bring(settlement=[march, april])
    county.bring(settlement=[april | {"medfee_sumamt": 900}])
    [file] = [part.name for part in county.catalogue.of("settlement") if part.month == "2025-03"]
    (county.folder / file).unlink()
    made = repair(county.folder)
    assert [Path(one).parent.name for one in made.again] == ["1", "2"]
    assert county.catalogue.missing()
    for one in made.again:
        county.files(Path(one))
    assert county.values("setl_id") == ["S1", "S2"]
    assert sorted(map(float, map(str, county.values("medfee_sumamt")))) == [900, 1000]
    assert county.catalogue.missing() == []


# A power cut: what is named is on the disk before it is named.


def test_every_file_and_folder_is_on_the_disk_before_the_catalogue_names_it(
    county: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    county.bring(settlement=ROWS[:40])
    done: list[tuple[str, Path]] = []
    fsync, replace = os.fsync, Path.replace

    def settled(handle: int) -> None:
        fsync(handle)
        done.append(("fsync", Path(f"/proc/self/fd/{handle}").readlink()))

    def moved(self: Path, target: Path) -> Path:
        done.append(("from", self.resolve()))
        done.append(("to", Path(target).resolve()))
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", settled)
    monkeypatch.setattr(Path, "replace", moved)
    county.bring(settlement=[settlement("T9", begndate="2025-08-01", enddate="2025-08-02")], fee_item=[line()])  # fmt: skip
    named = done.index(("to", (county.folder / MARK).resolve()))
    there = {part.name for part in county.catalogue.parts if part.delivery == 2}
    assert len(there) == 2
    for file in [*there, "rejects/2.parquet", "changes/2.parquet"]:
        place = (county.folder / file).resolve()
        at = done.index(("to", place))
        assert done[at - 2] == ("fsync", done[at - 1][1]), f"{file} moved before it was on the disk"
        for folder in place.parents:
            if folder == county.folder.resolve().parent:
                break
            if folder == place.parent or "2025-08" in str(folder) or "fee_item" in str(place):
                assert ("fsync", folder) in done[at:named], f"{folder}, which names {file}"
    assert done[named - 2][0] == "fsync" and ("fsync", county.folder.resolve()) in done[named:]


# Two at once.


def test_an_import_while_another_works_is_told_so_and_waits_if_asked(tmp_path: Path) -> None:
    write(tmp_path / "inbox", {"settlement": ROWS[:3]})
    folder = tmp_path / "县 的 workspace"
    folder.mkdir()
    words = ("import", tmp_path / "inbox", "--workspace", folder)
    with locked(folder):
        told = typed(*words)
        assert told.returncode == 2
        assert f"进程 {os.getpid()}" in told.stderr
        waiting = subprocess.Popen([*MEDAUDIT, *map(str, words), "--wait", "60", "-q"])
    assert waiting.wait(60) == 0
    assert len(read(folder).deliveries) == 1


# A disk that is full or read-only.


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few megabytes."""
    with small_disk(tmp_path / "小 disk", "6m") as place:
        yield place


def fill(disk: Path, but: int) -> Path:
    file = disk / "filler"
    free = shutil.disk_usage(disk).free
    file.write_bytes(b"\0" * max(0, free - but))
    return file


@pytest.mark.slow
@pytest.mark.parametrize("but", [0, 40_000, 300_000])
def test_a_full_disk_ends_an_import_in_words_and_once_there_is_room_it_goes_on(
    disk: Path, tmp_path: Path, but: int
) -> None:
    folder = disk / "workspace"
    write(tmp_path / "1", {"settlement": ROWS[:20]})
    big = [settlement(f"S{n}", psn_no=f"P{n * 7919}", medfee_sumamt=n) for n in range(60_000)]
    write(tmp_path / "2", {"settlement": big})
    bring([tmp_path / "1"], folder, Means(importing.Settings()))
    before = (folder / MARK).read_text("utf-8")
    filler = fill(disk, but)
    told = typed("import", tmp_path / "2", "--workspace", folder)
    assert told.returncode == 2, told.stderr
    assert "磁盘" in told.stderr and "Traceback" not in told.stderr
    assert (folder / MARK).read_text("utf-8") == before
    assert left(folder) == set()
    assert not damaged(folder, read(folder), whole=True)
    filler.unlink()
    write(tmp_path / "3", {"settlement": ROWS[20:30]})
    assert typed("import", tmp_path / "3", "--workspace", folder).returncode == 0


@pytest.mark.slow
def test_a_full_disk_ends_a_scan_in_words_and_the_last_good_result_stands(
    disk: Path, tmp_path: Path
) -> None:
    folder, out = disk / "workspace", disk / "run"
    bring([write(tmp_path / "1", generate(seed=4))], folder, Means(importing.Settings()))
    subprocess.run(["mount", "-o", "remount,size=60m", str(disk)], check=True)
    assert typed("scan", folder, "--out", out, *FEW).returncode == 0
    before = (out / "run.json").read_text("utf-8")
    for but in (0, 200_000):
        filler = fill(disk, but)
        told = typed("scan", folder, "--out", out, *FEW, "--full")
        assert told.returncode == 2, told.stderr
        assert "磁盘" in told.stderr and "Traceback" not in told.stderr
        filler.unlink()
        assert (out / "run.json").read_text("utf-8") == before
        demand_run(out)
        assert left(folder) == set()
        assert {one.name for one in disk.iterdir()} == {"workspace", "run"}
    assert typed("scan", folder, "--out", out, *FEW).returncode == 0


def test_a_workspace_that_cannot_be_written_is_said(disk: Path, tmp_path: Path) -> None:
    folder = disk / "workspace"
    bring([write(tmp_path / "1", {"settlement": ROWS[:5]})], folder, Means(importing.Settings()))
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    for words in (("import", tmp_path / "1", "--workspace", folder), ("scan", folder, "--out", tmp_path / "run", *FEW)):  # fmt: skip
        told = typed(*words)
        assert told.returncode == 2, told.stderr
        assert "工作区写不了" in told.stderr
        assert str(folder) in told.stderr and "Traceback" not in told.stderr
    assert typed("workspace", folder, "--check").returncode == 0  # to look needs no writing


def test_a_limit_of_the_file_system_is_told_as_one_and_not_as_a_fault_of_the_data(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "workspace"
    bring([write(tmp_path / "1", {"settlement": ROWS[:5]})], folder, Means(importing.Settings()))
    rows = [settlement(f"S{n}", psn_no=f"P{n * 7919}", medfee_sumamt=n) for n in range(20_000)]
    write(tmp_path / "2", {"settlement": rows})
    limited = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (40960,) * 2); "
        "from medaudit.cli import main; main(sys.argv[1:])"
    )
    told = subprocess.run(
        [sys.executable, "-c", limited, "import", str(tmp_path / "2"), "--workspace", str(folder)],
        env=os.environ | {"LC_ALL": "C.UTF-8"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 2
    assert "磁盘" in told.stderr and "分隔文本" not in told.stderr
    assert len(read(folder).deliveries) == 1
    assert left(folder) == set()


# Stopped.


@pytest.mark.slow
def test_a_scan_killed_at_any_moment_leaves_the_last_good_result_and_the_next_one_works(
    tmp_path: Path,
) -> None:
    folder, out = tmp_path / "workspace", tmp_path / "run"
    bring([write(tmp_path / "1", generate(seed=4))], folder, Means(importing.Settings()))
    words = [*MEDAUDIT, "scan", str(folder), "--out", str(out), *FEW]
    begun = time.perf_counter()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    whole = time.perf_counter() - begun
    first = (out / "findings.csv").read_text("utf-8-sig")
    killed = 0
    for step in range(8):
        how = signal.SIGTERM if step == 4 else signal.SIGKILL
        job = subprocess.Popen([*words, "--full"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        time.sleep(whole * (step + 1) / 9)
        if job.poll() is None:
            job.send_signal(how)
            killed += 1
        job.wait(60)
        if out.exists():  # else it was moved away a moment ago, and the next scan puts it back
            demand_run(out)
    assert killed > 3
    assert not damaged(folder, read(folder), whole=True)
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    assert (out / "findings.csv").read_text("utf-8-sig") == first
    assert left(folder) == set()
    assert {one.name for one in tmp_path.iterdir()} == {"1", "workspace", "run"}


@pytest.mark.slow
def test_an_import_asked_to_stop_leaves_nothing_of_itself(tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    bring([write(tmp_path / "1", {"settlement": ROWS[:5]})], folder, Means(importing.Settings()))
    rows = [settlement(f"S{n}", psn_no=f"P{n}") for n in range(120_000)]
    place = write(tmp_path / "2", {"settlement": rows})
    job = subprocess.Popen([*MEDAUDIT, "import", str(place), "--workspace", str(folder)], stderr=subprocess.PIPE, env=os.environ | {"LC_ALL": "C.UTF-8"})  # fmt: skip
    while job.poll() is None and not list(folder.glob(".import-*")):
        time.sleep(0.01)
    job.terminate()
    said = job.communicate(timeout=60)[1].decode()
    assert job.returncode == 2
    assert "已中断" in said and "Traceback" not in said
    assert len(read(folder).deliveries) == 1
    assert left(folder) == set()


def test_a_run_folder_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled: list[Path] = []
    renamed: list[Path] = []
    fsync, rename = os.fsync, Path.rename

    def settle(handle: int) -> None:
        fsync(handle)
        settled.append(Path(f"/proc/self/fd/{handle}").readlink())

    def move(self: Path, target: Path) -> Path:
        there = {self, *self.rglob("*")}
        assert there <= set(settled), there - set(settled)
        renamed.append(target)
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", settle)
    monkeypatch.setattr(Path, "rename", move)
    with unfinished(tmp_path / "run") as folder:
        (folder / "records").mkdir()
        (folder / "records" / "a.parquet").write_bytes(b"1")
        (folder / "run.json").write_text("{}")
    assert renamed == [tmp_path / "run"]
    assert settled[-1] == tmp_path


def test_what_a_full_scan_leaves_is_on_the_disk_before_its_mark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled: list[Path] = []
    fsync, replace = os.fsync, Path.replace

    def settle(handle: int) -> None:
        fsync(handle)
        settled.append(Path(f"/proc/self/fd/{handle}").readlink())

    def move(self: Path, target: Path) -> Path:
        if target.name == "base.json":
            assert tmp_path / "made" / "visit.parquet" in settled
            assert {tmp_path / "nights", tmp_path} <= set(settled)
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", settle)
    monkeypatch.setattr(Path, "replace", move)
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "visit.parquet").write_bytes(b"PAR1PAR1")
    write_base(Base(tmp_path / "nights", "key", 1, {"visit": "by"}), tmp_path / "made")
    assert (tmp_path / "nights" / "base.json").is_file()
