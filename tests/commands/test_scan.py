"""`medaudit scan` as it is typed: exit codes, what goes where, languages, and what it leaves when it is stopped."""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import medaudit
from medaudit.cli import main
from tests.small_county import generate, of_visit, rule, settlement, write
from tests.small_disk import small_disk

Scan = Callable[..., tuple[int, str, str]]
ROOT = Path(__file__).parents[2]
CHINESE = re.compile(r"[一-鿿]")


@pytest.fixture
def scan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Scan:
    """Type `medaudit scan data …` in a folder with two settlements and a rule STY90 that finds both."""
    monkeypatch.chdir(tmp_path)
    write(
        tmp_path / "data",
        {"settlement": [settlement("S1"), settlement("S2", psn_no="P2", psn_name="张三丰")]},
    )
    rule(tmp_path / "own", "STY90", of_visit(), responsible='["institution", "patient"]')

    def typed(*arguments: str, data: str = "data") -> tuple[int, str, str]:
        own = [] if "--select" in arguments else ["--rules", "own", "--select", "STY90"]
        with pytest.raises(SystemExit) as ended:
            main(["scan", data, "--threads", "1", *own, *arguments])
        told = capfd.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    return typed


def test_a_scan_lists_suspects_on_stdout_and_what_it_did_on_stderr(
    scan: Scan, tmp_path: Path
) -> None:
    code, out, err = scan()
    assert code == 0
    assert "S1" in out
    assert "试验STY90" in out
    assert "结算：读入 2" in err
    assert "疑点 2 条" in err
    assert (tmp_path / "medaudit-run" / "run.json").is_file()
    assert "Traceback" not in err


def test_an_earlier_run_and_a_workspace_among_the_data_are_named_and_not_read(
    scan: Scan, tmp_path: Path
) -> None:
    scan("--out", "data/run")
    (tmp_path / "data" / "ws").mkdir()
    (tmp_path / "data" / "ws" / "medaudit-workspace.json").write_text("{}", "utf-8")
    code, _, err = scan("--out", "data/run")  # beside it lies, meanwhile, what is not finished
    assert code == 0
    assert "结算：读入 2，" in err
    assert [line for line in err.splitlines() if line.startswith("未读取")] == [
        "未读取 data/run：这是扫描的结果，不是数据",
        "未读取 data/ws：这是工作区，不是一批文件",
    ]


def test_a_run_given_for_data_is_refused(scan: Scan) -> None:
    scan()
    code, _, err = scan(data="medaudit-run")
    assert code == 2
    assert "medaudit-run: 这是扫描的结果，不是数据" in err


def test_a_folder_of_rules_named_twice_is_one(scan: Scan, tmp_path: Path) -> None:
    (tmp_path / "medaudit.toml").write_text('[rules]\nfolders = ["own"]\n', "utf-8")
    assert scan("--rules", "./own")[0] == 0


def test_quiet_says_nothing_but_the_list(scan: Scan) -> None:
    code, out, err = scan("--quiet")
    assert (code, err) == (0, "")
    assert "S1" in out


@pytest.mark.parametrize(("level", "code"), [("violation", 0), ("suspected", 1), ("lead", 1)])
def test_fail_on_ends_with_one_when_its_level_is_reached(scan: Scan, level: str, code: int) -> None:
    assert scan("--fail-on", level)[0] == code


def test_nothing_found_is_no_failure(scan: Scan) -> None:
    code, out, _ = scan("--select", "MED", "--fail-on", "lead")
    assert code == 0
    assert "没有" in out


def test_a_rule_that_fails_ends_with_two_after_everything_else_is_written(
    scan: Scan, tmp_path: Path
) -> None:
    rule(tmp_path / "own", "STY91", of_visit("CAST(v.psn_no AS INT) > 1"))
    arguments = ("--rules", "own", "--select", "STY9", "--fail-on", "lead", "--quiet")
    code, out, err = scan(*arguments)
    assert code == 2
    assert "STY91" in err
    assert "失败" in err
    assert "P2" not in err
    assert "S1" in out
    told = json.loads((tmp_path / "medaudit-run" / "run.json").read_text("utf-8"))
    assert {entry["rule"]: entry["state"] for entry in told["detectors"]} == {
        "STY90": "ran",
        "STY91": "failed",
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--select", "XYZ"], "没有以 XYZ 开头的规则"),
        (["--ignore", "STX9"], "没有以 STX9 开头的规则"),
        (["--rules", "nowhere"], "没有这个规则文件夹"),
        (["--memory-limit", "much"], "看不懂内存大小"),
        (["--config", "none.toml"], "读不到设置文件"),
        (["--output", "list.doc"], ".xlsx"),
        (["--since", "yesterday"], "2025-01-31"),
        (["--top", "0"], "--top"),
        (["--threads", "0"], "--threads"),
        (["--by", "clinic"], "--by"),
        (["--format", "yaml"], "--format"),
        (["--fail-on", "fraud"], "--fail-on"),
        (["--nonsense"], "--nonsense"),
    ],
)
def test_what_cannot_be_done_ends_with_two_before_any_work(
    scan: Scan, tmp_path: Path, arguments: list[str], said: str
) -> None:
    code, out, err = scan(*arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err
    assert not list(tmp_path.glob("medaudit-run*"))


def test_data_that_is_not_there_is_named(scan: Scan) -> None:
    code, _, err = scan(data="nowhere")
    assert code == 2
    assert "nowhere: 没有这个文件或文件夹" in err


def test_somebody_elses_folder_is_refused_and_left_alone(scan: Scan, tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("one")
    code, _, err = scan("--out", "thesis")
    assert code == 2
    assert "不会覆盖" in err
    assert [path.name for path in (tmp_path / "thesis").iterdir()] == ["chapter.txt"]
    code, _, err = scan("--out", "data/settlement.csv")
    assert code == 2
    assert "已有同名文件" in err


def test_lists_on_stdout_read_back(scan: Scan) -> None:
    _, out, err = scan("--format", "csv")
    table = pd.read_csv(io.StringIO(out.lstrip("\ufeff")), dtype=str)
    assert set(table["subject_id"]) == {"H1", "P1", "P2", "S1", "S2"}
    assert "读入" in err
    _, out, _ = scan("--format", "json", "--by", "patient")
    assert [one["subject_id"] for one in json.loads(out)] == ["P1", "P2"]
    _, out, _ = scan("--format", "markdown", "--top", "1")
    assert len(out.strip().splitlines()) == 2 + 3


def test_limits_are_taken_from_the_command_line(scan: Scan) -> None:
    def ids(*limits: str) -> set[str]:
        out = scan("--format", "json", *limits)[1]
        return {one["subject_id"] for one in json.loads(out)}

    assert ids("--since", "2025-03-02") == set()
    assert ids("--until", "2025-03-01", "--by", "institution") == {"H1"}
    assert ids("--person", "P2") == {"P2", "S2", "H1"}
    assert ids("--institution", "H2") == set()
    assert ids("--min-amount", "1400") == {"H1"}


def test_a_list_may_go_to_a_file(scan: Scan, tmp_path: Path) -> None:
    code, out, _ = scan("--output", "list.xlsx")
    assert (code, out) == (0, "")
    book = openpyxl.load_workbook(tmp_path / "list.xlsx")
    cells = {cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
    assert {"S1", "P2", "H1"} <= cells


def test_a_list_to_a_folder_that_is_not_there_ends_with_two(scan: Scan) -> None:
    code, _, err = scan("--output", "none/list.csv")
    assert code == 2
    assert "none" in err
    assert "Traceback" not in err


def test_everything_is_said_in_english_when_english_is_asked_for(scan: Scan) -> None:
    _, out, err = scan("--lang", "en")
    assert "Trial STY90" in out
    assert "Findings: 2" in err
    assert not CHINESE.search(re.sub("张三?[*丰]*", "", out + err))


def test_the_settings_say_the_language_and_the_command_line_overrules_them(
    scan: Scan, tmp_path: Path
) -> None:
    (tmp_path / "medaudit.toml").write_text('[output]\nlang = "en"\n')
    assert "Findings: 2" in scan()[2]
    assert "疑点 2 条" in scan("--lang", "zh")[2]
    (tmp_path / "medaudit.toml").rename(tmp_path / "own.toml")
    assert "Findings: 2" in scan("--config", "own.toml")[2]


@pytest.mark.parametrize(
    ("locale", "said"),
    [("C", "疑点"), ("POSIX", "疑点"), ("zh_CN.UTF-8", "疑点"), ("en_US.UTF-8", "Findings"), ("de_DE.UTF-8", "疑点")],
)  # fmt: skip
def test_the_locale_says_the_language_when_nobody_else_does(
    scan: Scan, monkeypatch: pytest.MonkeyPatch, locale: str, said: str
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    assert said in scan()[2]


def test_settings_select_rules_as_the_command_line_does(scan: Scan, tmp_path: Path) -> None:
    (tmp_path / "medaudit.toml").write_text('[rules]\nfolders = ["own"]\nselect = ["STY90"]\n')
    with pytest.raises(SystemExit):
        main(["scan", "data"])
    told = json.loads((tmp_path / "medaudit-run" / "run.json").read_text("utf-8"))
    assert [entry["rule"] for entry in told["detectors"]] == ["STY90"]


def test_a_draft_of_ones_own_is_told_when_it_does_not_run(scan: Scan, tmp_path: Path) -> None:
    (tmp_path / "own" / "STY90.cases.toml").unlink()
    with pytest.raises(SystemExit):
        main(["scan", "data", "--rules", "own", "--ignore", "BIL"])
    told = json.loads((tmp_path / "medaudit-run" / "run.json").read_text("utf-8"))
    [draft] = [entry for entry in told["detectors"] if entry["rule"] == "STY90"]
    assert draft["state"] == "skipped"
    assert "--select" in draft["why"]
    assert "S1" in scan()[1]  # selected by name it runs


def test_the_version_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert not ended.value.code
    assert capfd.readouterr().out == f"medaudit {medaudit.__version__}\n"


# ---- in a process of its own --------------------------------------------------------------------

MEDAUDIT = [sys.executable, "-m", "medaudit"]


def environment(**more: str) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"} | more


def test_head_ends_the_list_quietly(tmp_path: Path) -> None:
    write(tmp_path / "data", generate(seed=6, people=30))
    command = shlex.join(
        [*MEDAUDIT, "scan", "data", "--quiet", "--select", "STY", "--format", "csv"]
    )
    told = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command} | head -n 1"],
        cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.stdout.lstrip("\ufeff").startswith("rank,")
    assert told.stderr == ""
    assert told.returncode == 0
    assert (tmp_path / "medaudit-run" / "run.json").is_file()


def test_a_console_that_knows_no_chinese_stops_nothing(tmp_path: Path) -> None:
    write(tmp_path / "data", {"settlement": [settlement()]})
    told = subprocess.run(
        [*MEDAUDIT, "scan", "data", "--select", "STY"],
        cwd=tmp_path, env=environment(PYTHONIOENCODING="ascii"), capture_output=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0
    assert b"Traceback" not in told.stderr


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data that takes some seconds."""
    return write(tmp_path_factory.mktemp("large") / "data", generate(seed=8, people=2500))


def _begun(tmp_path: Path, data: Path) -> subprocess.Popen[bytes]:
    """A scan that has begun to write into its unfinished folder."""
    process = subprocess.Popen(
        [*MEDAUDIT, "scan", str(data), "--out", "run", "--threads", "1"],
        cwd=tmp_path, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("run.unfinished-*/staging/typed_*.parquet")):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return process


@pytest.mark.slow
def test_a_killed_scan_leaves_what_the_next_one_removes(tmp_path: Path, large: Path) -> None:
    process = _begun(tmp_path, large)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (tmp_path / "run").exists()
    [left] = tmp_path.glob("run.unfinished-*")
    assert left.stat().st_mode & 0o077 == 0
    write(tmp_path / "data", {"settlement": [settlement()]})
    done = [*MEDAUDIT, "scan", "data", "--out", "run", "--quiet", "--select", "STY"]
    subprocess.run(done, cwd=tmp_path, env=environment(), check=True, stdout=subprocess.DEVNULL)
    assert {path.name for path in tmp_path.iterdir()} == {"data", "run"}


@pytest.mark.slow
@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_scan_asked_to_stop_leaves_an_earlier_run_and_nothing_else(
    tmp_path: Path, large: Path, asked: signal.Signals
) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "run.json").write_text('{"medaudit": "0"}')
    process = _begun(tmp_path, large)
    process.send_signal(asked)
    said = process.communicate(timeout=30)[1].decode()
    assert process.returncode == 2
    assert said == "已中断，没有写出结果\n"
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["run.json"]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of three megabytes."""
    with small_disk(tmp_path / "disk", "3m") as place:
        yield place


@pytest.mark.slow
def test_a_full_disk_ends_with_two_and_leaves_nothing(disk: Path, large: Path) -> None:
    told = subprocess.run(
        [*MEDAUDIT, "scan", str(large), "--out", "run"],
        cwd=disk, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 2
    assert "磁盘已满" in told.stderr
    assert "Traceback" not in told.stderr
    assert list(disk.iterdir()) == []


WRONG_VALUES = {
    "an engine that is none": (
        ("--engine", "sparc"),
        "--engine: 没有 sparc，可用 'duckdb', 'spark'",
        "--engine: 'sparc' is not one of 'duckdb', 'spark'",
    ),
    "threads in words": (
        ("--threads", "two"),
        "--threads: 应为整数",
        "--threads: must be a whole number",
    ),
    "no threads": (("--threads", "0"), "--threads: 不能小于 1", "--threads: must be at least 1"),
    "an amount in words": (
        ("--min-amount", "x"),
        "--min-amount: 应为数字",
        "--min-amount: must be a number",
    ),
}


@pytest.mark.parametrize(("options", "zh", "en"), WRONG_VALUES.values(), ids=WRONG_VALUES)
def test_a_wrong_value_is_told_in_the_runs_language(
    options: tuple[str, ...], zh: str, en: str, scan: Scan
) -> None:
    assert scan(*options, "--lang", "zh")[2].startswith(zh + "\n")
    assert scan(*options, "--lang", "en")[2].startswith(en + "\n")
