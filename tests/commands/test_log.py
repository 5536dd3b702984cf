"""`--log-format json`: stderr is one object a line, whatever happens, and the exit codes stay what they are."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from medaudit.progress import STAGES
from tests.small_county import generate, of_visit, rule, settlement, write
from tests.terminal import on_terminal
from tests.typed import Type

Lines = list[dict[str, Any]]
Scan = Callable[..., tuple[int, str, Lines]]


@pytest.fixture
def scan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: Type) -> Scan:
    """Type `medaudit scan data --log-format json …` where rule STY90 finds both of two settlements."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "data", {"settlement": [settlement("S1"), settlement("S2", psn_no="P2")]})
    rule(tmp_path / "own", "STY90", of_visit())

    def scan(*words: str) -> tuple[int, str, Lines]:
        own = () if "--select" in words else ("--rules", "own", "--select", "STY90")
        told = typed("scan", "data", "--threads", "1", *own, "--log-format", "json", *words)
        return told.exit_code, told.stdout, [json.loads(line) for line in told.stderr.splitlines()]

    return scan


def test_every_line_has_its_time_with_zone_its_level_and_its_event(scan: Scan) -> None:
    _, _, lines = scan()
    times = [dt.datetime.fromisoformat(line["time"]) for line in lines]
    assert all(time.tzinfo for time in times)
    assert times == sorted(times)
    assert {line["level"] for line in lines} == {"info"}
    assert {line["event"] for line in lines} == {"stage", "step", "done", "outcome"}


def test_stages_begin_and_end_and_steps_are_counted(scan: Scan) -> None:
    _, _, lines = scan()
    begun = [line["stage"] for line in lines if line["event"] == "stage"]
    assert begun[:3] == ["starting", "opening", "reading"]
    assert begun[-1] == "writing"
    assert set(begun) <= set(STAGES)
    done = [line for line in lines if line["event"] == "done"]
    assert [line["stage"] for line in done] == begun
    assert all(line["seconds"] >= 0 for line in done)
    steps = [line for line in lines if line["event"] == "step" and line["stage"] == "rules"]
    assert [(one["step"], one["number"], one["of"]) for one in steps] == [("STY90 试验STY90", 1, 1)]


def test_the_last_line_is_the_outcome(scan: Scan) -> None:
    code, out, lines = scan()
    outcome = lines[-1]
    assert (outcome.pop("event"), outcome.pop("level")) == ("outcome", "info")
    assert outcome.pop("seconds") > 0
    del outcome["time"]
    assert outcome == {
        "exit": code,
        "findings": {"violation": 0, "suspected": 2, "lead": 0},
        "rules": {"ran": 1, "skipped": 0, "failed": 0},
        "folder": "medaudit-run",
    }
    assert "S1" in out


def test_names_of_fields_are_english_and_texts_in_the_runs_language(scan: Scan) -> None:
    told = {}
    for language in ("zh", "en"):
        _, _, lines = scan("--lang", language)
        told[language] = {tuple(line) for line in lines}, lines[0]["text"]
    assert told["zh"][0] == told["en"][0]
    assert (told["zh"][1], told["en"][1]) == ("准备", "getting ready")


def test_quiet_leaves_warnings_errors_and_the_outcome(scan: Scan, tmp_path: Path) -> None:
    page = tmp_path / "data" / "settlement.csv"
    page.write_text(page.read_text("utf-8").replace("2025-03-08", "2025-99-99", 1), "utf-8")
    (tmp_path / "data" / "notes.doc").write_text("x")
    _, _, lines = scan("--quiet")
    assert [line["event"] for line in lines] == ["warning", "warning", "outcome"]
    unread, rejected, _ = lines
    assert (unread["where"], unread["level"]) == ("data/notes.doc", "warning")
    assert rejected["what"] == "剔除 1 行"
    assert "rejects.csv" in rejected["do"]


WRONG = {
    "an option that is none": (("--bogus",), "--bogus"),
    "a value that is none": (("--engine", "sparc"), "sparc"),
    "settings that are not there": (("--config", "none.toml"), "none.toml"),
    "a rule that is none": (("--select", "XYZ"), "XYZ"),
    "a file of no known kind": (("--output", "list.doc"), "list.doc"),
    "data that is not there": (("nowhere",), "nowhere"),
}


@pytest.mark.parametrize(("words", "named"), WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("quiet", [(), ("-q",)])
def test_what_cannot_be_done_is_an_object_with_what_where_and_what_to_do(
    scan: Scan, words: tuple[str, ...], named: str, quiet: tuple[str, ...]
) -> None:
    code, out, lines = scan(*words, *quiet)
    assert (code, out) == (2, "")
    *_, error, outcome = lines
    assert (error["level"], error["event"]) == ("error", "error")
    assert {"what", "where", "do"} <= set(error)
    assert named in error["what"] + error["where"]
    assert error["do"]
    assert (outcome["event"], outcome["exit"], outcome["level"]) == ("outcome", 2, "error")
    assert len(lines) == 2 or not quiet


def test_the_format_is_known_however_it_is_written(
    typed: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for words in (("--log-format=json", "--bogus"), ("--bogus", "--log-format", "json")):
        lines = typed("scan", "data", *words).stderr.splitlines()
        assert json.loads(lines[0])["event"] == "error"
    for words in (("--log-format", "text", "--bogus"), ("--", "--log-format", "json")):
        assert not typed("scan", *words).stderr.startswith("{")


def test_a_rule_that_fails_is_an_error_and_the_outcome_counts_it(
    scan: Scan, tmp_path: Path
) -> None:
    rule(tmp_path / "own", "STY91", of_visit("CAST(v.psn_no AS INT) > 1"))
    code, out, lines = scan("--rules", "own", "--select", "STY9", "--quiet", "--fail-on", "lead")
    assert code == 2
    error, outcome = lines
    assert error["where"] == "STY91 试验STY91"
    assert "stage" not in error  # it is told after the work
    assert outcome["rules"] == {"ran": 1, "skipped": 0, "failed": 1}
    assert outcome["exit"] == 2
    assert "S1" in out


@pytest.mark.parametrize("how", [(), ("--quiet",), ("--output", "list.csv")])
@pytest.mark.parametrize(
    ("level", "code", "grave"),
    [("violation", 0, "info"), ("suspected", 1, "warning"), ("lead", 1, "warning")],
)
def test_exit_codes_hold_however_things_are_told(
    scan: Scan, tmp_path: Path, how: tuple[str, ...], level: str, code: int, grave: str
) -> None:
    told, out, lines = scan("--fail-on", level, *how)
    assert told == code
    assert (lines[-1]["exit"], lines[-1]["level"]) == (code, grave)
    assert ("S1" in out) is ("--output" not in how)
    assert (tmp_path / "list.csv").exists() is ("--output" in how)


def test_an_error_under_way_names_its_stage_and_step(
    scan: Scan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("medaudit.detectors.run._keep", interrupted)
    code, _, lines = scan()
    assert code == 2
    assert lines[-2]["what"] == "已中断，没有写出结果"
    assert (lines[-2]["stage"], lines[-2]["step"]) == ("rules", "STY90 试验STY90")


def test_a_fault_of_ours_is_an_object_too_and_debug_adds_where(
    scan: Scan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("medaudit.detectors.run._keep", broken)
    _, _, lines = scan("--quiet")
    assert "ZeroDivisionError" in lines[0]["what"]
    assert "traceback" not in lines[0]
    _, _, lines = scan("--quiet", "--debug")
    assert "in broken" in lines[0]["traceback"]


def test_a_terminal_gets_the_same_lines_and_no_bar(scan: Scan, tmp_path: Path) -> None:
    seen = on_terminal("scan", "data", "--select", "STY", "--log-format", "json", cwd=tmp_path)
    assert [json.loads(line)["event"] for line in seen.drawn.splitlines()][-1] == "outcome"
    assert "\x1b" not in seen.drawn


OTHERS = {
    "check": ("check", "data"),
    "anomalies": ("anomalies", "crowd"),
    "links": ("links", "data"),
    "verify": ("verify", "medaudit-run"),
}


@pytest.mark.parametrize("words", OTHERS.values(), ids=OTHERS)
def test_other_commands_that_audit_tell_a_log_as_well(
    scan: Scan, typed: Type, tmp_path: Path, words: tuple[str, ...]
) -> None:
    scan()
    write(tmp_path / "crowd", generate(seed=4))
    told = typed(*words, *(("--rules", "own") if words[0] == "verify" else ()), "--log-format", "json")  # fmt: skip
    lines = [json.loads(line) for line in told.stderr.splitlines()]
    assert lines[0]["stage"] == "starting"
    assert (lines[-1]["event"], lines[-1]["exit"]) == ("outcome", told.exit_code)
    assert told.stdout


def test_a_check_says_in_the_log_why_data_cannot_be_audited(
    scan: Scan, typed: Type, tmp_path: Path
) -> None:
    (tmp_path / "data" / "settlement.csv").unlink()
    told = typed("check", "data", "--log-format", "json", "--quiet")
    error, outcome = (json.loads(line) for line in told.stderr.splitlines())
    assert error["what"] == "没有结算表（settlement）"
    assert (told.exit_code, outcome["exit"]) == (2, 2)
