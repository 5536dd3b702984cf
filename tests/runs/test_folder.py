"""The run folder: there whole or not at all, and nobody else's folder is ever touched."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from medaudit import __version__
from medaudit.engine import SQLFailed
from medaudit.errors import MedauditError
from medaudit.runs.folder import FORM, MARK, demand_run, demand_writable, told_of, unfinished
from medaudit.runs.kept import explaining, kept, missing_and_changed

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


def run_of(place: Path, **told: Any) -> Path:
    """A folder with a run.json that says so."""
    place.mkdir()
    (place / MARK).write_text(json.dumps({"medaudit": __version__} | told), "utf-8")
    return place


def refused(run: Path, *needed: str) -> list[str]:
    with pytest.raises(MedauditError) as error:
        told_of(run, needed)
    return [str(one) for one in error.value.problems]


@pytest.mark.parametrize("version", ["0.0.9", "0.1.0", "0", "dev", __version__ + ".dev1", None])
def test_a_run_of_this_version_or_an_earlier_one_is_read(tmp_path: Path, version: object) -> None:
    assert told_of(run_of(tmp_path / "run", medaudit=version))["medaudit"] == version


@pytest.mark.parametrize(
    "told", [{"medaudit": "99.0.0"}, {"medaudit": "0.10000"}, {"form": FORM + 1}], ids=str
)
def test_a_run_of_a_later_version_is_refused_with_what_to_do(
    tmp_path: Path, told: dict[str, Any]
) -> None:
    run = run_of(tmp_path / "run", **told)
    [problem] = refused(run)
    assert "由更新的 medaudit" in problem
    assert "升级" in problem
    # A new scan may take its place all the same.
    demand_writable(run)


def test_what_a_run_must_say_and_does_not_is_named_at_once(tmp_path: Path) -> None:
    run = run_of(tmp_path / "run", detectors={}, paths=[])
    [problem] = refused(run, "paths", "inputs", "settings", "detectors")
    assert "inputs、settings、detectors" in problem
    assert "paths" not in problem


@pytest.mark.parametrize("text", ["", '{"medaudit": "0.1.0"', "[" * 100_000], ids=["empty", "cut", "deep"])  # fmt: skip
def test_a_run_json_that_is_damaged_is_told_apart_from_none(tmp_path: Path, text: str) -> None:
    run = run_of(tmp_path / "run")
    (run / MARK).write_text(text)
    [problem] = refused(run)
    assert "已损坏" in problem
    assert MARK in problem


def test_tables_that_are_gone_or_cut_short_are_named_at_once(tmp_path: Path) -> None:
    run = tmp_path / "run"
    (run / "records").mkdir(parents=True)
    for name in ("findings.parquet", "suspects.xlsx", "records/person.parquet", "parts.parquet"):
        (run / name).write_text("some content")
    (run / MARK).write_text(json.dumps({"medaudit": __version__, "files": kept(run)}))
    assert set(told_of(run)["files"]) == {"findings.parquet", "suspects.xlsx", "records/person.parquet", "parts.parquet"}  # fmt: skip
    (run / "suspects.xlsx").write_text("notes of mine")  # for people, who may write into it
    (run / "records" / "person.parquet").unlink()
    (run / "findings.parquet").write_text("some")
    problems = refused(run)
    assert ["findings.parquet" in problems[0], "已损坏" in problems[0]] == [True, True]
    assert ["person.parquet" in problems[1], "缺这个文件" in problems[1]] == [True, True]
    # Who asks by their hashes sees the list that was changed as well.
    assert missing_and_changed(run, told_of(run, whole=False)) == (
        ["records/person.parquet"],
        ["findings.parquet", "suspects.xlsx"],
    )


def test_a_statement_that_fails_over_a_damaged_table_names_the_table(tmp_path: Path) -> None:
    run = run_of(tmp_path / "run")
    (run / "claims.parquet").write_text("as it was")
    (run / MARK).write_text(json.dumps({"medaudit": __version__, "files": kept(run)}))
    with pytest.raises(SQLFailed), explaining(run):
        raise SQLFailed("of another cause")
    (run / "claims.parquet").write_text("as it IS.")
    with pytest.raises(MedauditError, match="claims\\.parquet: 文件已损坏"), explaining(run):
        raise SQLFailed("don't know what type")
