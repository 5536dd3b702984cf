"""The run folder: there whole or not at all, and nobody else's folder is ever touched."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from medaudit.errors import MedauditError
from medaudit.runs.folder import MARK, demand_run, demand_writable, unfinished

DEAD = 2**22 + 1  # above the highest process number Linux gives


def finish(out: Path, **files: str) -> None:
    """Write a run of these files to `out`."""
    with unfinished(out) as folder:
        for name, text in files.items():
            (folder / f"{name}.csv").write_text(text)
        (folder / MARK).write_text(json.dumps({"medaudit": "0"}))


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_run_appears_whole_at_its_end(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "run"
    with unfinished(out) as folder:
        (folder / "findings.csv").write_text("a")
        assert not out.exists()
        (folder / MARK).write_text('{"medaudit": "0"}')
    assert names(out) == {"findings.csv", MARK}
    assert names(out.parent) == {"run"}
    assert out.stat().st_mode & 0o777 == 0o700


def test_an_earlier_run_is_replaced_whole(tmp_path: Path) -> None:
    out = tmp_path / "run"
    finish(out, findings="old", gone="old")
    finish(out, findings="new")
    assert names(out) == {"findings.csv", MARK}
    assert (out / "findings.csv").read_text() == "new"
    assert names(tmp_path) == {"run"}


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, OSError])
def test_whatever_ends_a_run_early_leaves_the_earlier_one_and_nothing_else(
    tmp_path: Path, error: type[BaseException]
) -> None:
    out = tmp_path / "run"
    finish(out, findings="old")
    with pytest.raises((error, MedauditError)), unfinished(out) as folder:
        (folder / "findings.csv").write_text("new")
        raise error
    assert (out / "findings.csv").read_text() == "old"
    assert names(tmp_path) == {"run"}


def test_an_empty_folder_may_be_used(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    finish(tmp_path / "run", findings="new")
    assert (tmp_path / "run" / MARK).is_file()


@pytest.mark.parametrize(
    "mark", [None, "{}", '{"run": 1}', "[]", "not json", '"medaudit"'], ids=str
)
def test_a_folder_that_is_no_run_of_ours_is_refused_and_left_as_it_was(
    tmp_path: Path, mark: str | None
) -> None:
    out = tmp_path / "run"
    out.mkdir()
    (out / "thesis.txt").write_text("years of work")
    if mark is not None:  # other programs write a run.json as well
        (out / MARK).write_text(mark)
    before = names(out)
    with pytest.raises(MedauditError, match="不会覆盖"), unfinished(out):
        pytest.fail("the work has begun")
    assert names(out) == before
    assert names(tmp_path) == {"run"}


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("a file")
    with pytest.raises(MedauditError, match="已有同名文件"):
        demand_writable(tmp_path / "run")
    with pytest.raises(MedauditError), unfinished(tmp_path / "run" / "below"):
        pytest.fail("the work has begun")


def test_a_mount_point_is_refused_before_the_work_begins() -> None:
    with pytest.raises(MedauditError, match="--out /run"), unfinished(Path("/")):
        pytest.fail("the work has begun")


def test_a_link_to_an_earlier_run_is_replaced_and_leaves_no_litter(tmp_path: Path) -> None:
    finish(tmp_path / "there", findings="old")
    (tmp_path / "run").symlink_to(tmp_path / "there")
    finish(tmp_path / "run", findings="new")
    assert (tmp_path / "there" / "findings.csv").read_text() == "new"
    assert (tmp_path / "run").is_symlink()
    assert names(tmp_path) == {"there", "run"}


def leave(tmp_path: Path, pid: int, host: str | None = None, suffix: str = "") -> Path:
    """What a killed process leaves behind."""
    left = tmp_path / f"run.unfinished-{host or socket.gethostname()}-{pid}{suffix}"
    left.mkdir()
    (left / "secret.parquet").write_text("names")
    return left


def test_what_a_killed_process_left_is_removed_at_the_next_start(tmp_path: Path) -> None:
    left = leave(tmp_path, DEAD)
    finish(tmp_path / "run", findings="new")
    assert not left.exists()
    assert names(tmp_path) == {"run"}


def test_what_a_living_process_or_another_machine_has_begun_is_left_alone(tmp_path: Path) -> None:
    living = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    theirs = [
        leave(tmp_path, living.pid),
        leave(tmp_path, DEAD, host="elsewhere"),
        tmp_path / "run.unfinished-by-hand",
        tmp_path / f"other.unfinished-{socket.gethostname()}-{DEAD}",
    ]
    for path in theirs[2:]:
        path.mkdir()
    finish(tmp_path / "run", findings="new")
    living.communicate(b"\n")
    assert all(path.exists() for path in theirs)


def test_a_run_moved_aside_by_a_killed_process_comes_back(tmp_path: Path) -> None:
    old = leave(tmp_path, DEAD, suffix="-old")
    (old / MARK).write_text('{"medaudit": "0"}')
    with pytest.raises(ZeroDivisionError), unfinished(tmp_path / "run"):
        _ = 1 / 0
    assert names(tmp_path / "run") == {"secret.parquet", MARK}
    assert not old.exists()


def test_a_name_with_wildcards_removes_nobody_elses(tmp_path: Path) -> None:
    (tmp_path / "runX").mkdir()
    other = tmp_path / f"runX.unfinished-{socket.gethostname()}-{DEAD}"
    other.mkdir()
    finish(tmp_path / "run?", findings="new")
    finish(tmp_path / "run[X]", findings="new")
    assert other.exists()


def test_a_full_disk_says_so(tmp_path: Path) -> None:
    with pytest.raises(MedauditError, match="磁盘已满"), unfinished(tmp_path / "run"):
        raise OSError(28, "No space left on device")
    assert names(tmp_path) == set()


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(MedauditError, match="结果文件夹写不了"),
        unfinished(tmp_path / "file" / "deep" / "run"),
    ):
        pytest.fail("the work has begun")


def test_only_a_finished_run_can_be_read(tmp_path: Path) -> None:
    with pytest.raises(MedauditError, match="先运行 medaudit scan"):
        demand_run(tmp_path)
    finish(tmp_path / "run")
    assert demand_run(tmp_path / "run") == tmp_path / "run"


def test_two_runs_to_one_place_do_not_disturb_each_other(tmp_path: Path) -> None:
    out = tmp_path / "run"
    script = (
        "import sys, pathlib\n"
        "from medaudit.runs.folder import unfinished\n"
        "with unfinished(pathlib.Path(sys.argv[1])) as folder:\n"
        "    (folder / 'findings.csv').write_text('other')\n"
        "    (folder / 'run.json').write_text('{\"medaudit\": \"0\"}')\n"
        "    print('ready', flush=True); input()\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", script, str(out)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert other.stdout is not None
    other.stdout.readline()
    finish(out, findings="mine")
    assert (out / "findings.csv").read_text() == "mine"
    other.communicate(b"\n")
    assert other.returncode == 0
    assert (out / "findings.csv").read_text() == "other"
    assert names(tmp_path) == {"run"}
