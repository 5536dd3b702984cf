"""`--max-seconds`: whatever is under way is broken off, and what was there before stays."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from medaudit.commands import _limit
from medaudit.commands._limit import limited
from medaudit.engine.duckdb import DuckEngine
from medaudit.errors import MedauditError
from medaudit.progress import STAGES, Progress
from tests.small_county import of_visit, rule, settlement, write

ROOT = Path(__file__).parents[2]
# More rows than any machine counts while a test waits, and nothing that an optimiser sees through.
LONG = "SELECT count(*) AS n FROM range(30000000) a, range(3000) b WHERE hash(a.range + b.range) % 7 = 1"


def calculate() -> None:
    n = 1
    while n:
        n = n * 3 % 1_000_003


def wait() -> None:
    threading.Event().wait(600)


WORK: dict[str, Callable[[DuckEngine], object]] = {
    "a table being computed": lambda engine: engine.keep("long", LONG),
    "rows being fetched": lambda engine: engine.rows(LONG),
    "a value being fetched": lambda engine: engine.value(LONG),
    "a frame being fetched": lambda engine: engine.frame(LONG),
    "batches being read": lambda engine: list(engine.batches(LONG)),
    "a calculation": lambda _: calculate(),
    "a wait": lambda _: wait(),
}


@pytest.mark.parametrize("work", WORK.values(), ids=WORK)
def test_whatever_is_under_way_is_broken_off_and_named(
    tmp_path: Path, work: Callable[[DuckEngine], object]
) -> None:
    engine, progress = DuckEngine(tmp_path, threads=1), Progress()
    usual = [signal.getsignal(one) for one in (signal.SIGALRM, signal.SIGINT)]
    with pytest.raises(MedauditError) as stopped, limited(0.2, progress):
        progress.stage("rules", 2)
        progress.step("STY02")
        work(engine)
    [problem] = stopped.value.problems
    assert problem.where == "运行规则 STY02"
    assert "超过了 0.2 秒" in problem.what
    assert engine.value("SELECT 1") == 1  # what breaks off one statement does no harm to the next
    assert [signal.getsignal(one) for one in (signal.SIGALRM, signal.SIGINT)] == usual


def test_where_there_is_only_the_signal_of_ctrl_c_that_one_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(signal, "pthread_kill")
    monkeypatch.setattr(_limit, "_SIGNAL", signal.SIGINT)
    with pytest.raises(MedauditError), limited(0.2, Progress()):
        calculate()


def test_what_was_swallowed_ends_the_work_at_its_next_step() -> None:
    progress = Progress()

    def swallowing() -> None:
        with contextlib.suppress(KeyboardInterrupt):  # as a library may do
            calculate()
        progress.step("the next")
        raise AssertionError("it went on")

    with pytest.raises(MedauditError), limited(0.2, progress):
        swallowing()


def test_an_error_of_ones_own_and_ctrl_c_stay_what_they_are() -> None:
    with pytest.raises(MedauditError, match="mine"), limited(600, Progress()):
        raise MedauditError("mine")
    with pytest.raises(KeyboardInterrupt), limited(600, Progress()):
        raise KeyboardInterrupt


def test_what_is_done_is_not_broken_off_any_more() -> None:
    progress = Progress()
    with limited(0.1, progress):
        progress.done()
        threading.Event().wait(0.5)
    assert not progress.is_stopped


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """Two settlements in `data`, a rule in `own` that never ends, and an earlier run."""
    write(
        tmp_path / "data",
        {
            "settlement": [
                settlement("S1"),
                settlement("S2", begndate="2025-12-01", enddate="2025-12-08"),
            ]
        },
    )
    days = ", ".join(f"calendar {name}" for name in "abcdefgh")
    endless = f"SELECT sum(a.weekday + b.weekday + c.weekday + d.weekday) FROM {days}"
    rule(tmp_path / "own", "STY91", of_visit(f"v.charge > ({endless})"))
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "run.json").write_text('{"medaudit": "0"}')
    return tmp_path


@pytest.mark.parametrize("in_background", [False, True])
def test_a_scan_that_takes_too_long_leaves_the_earlier_run_and_says_where_it_was(
    county: Path, in_background: bool
) -> None:
    """In the background, as a script starts it with &, Ctrl-C is ignored."""

    def ignore() -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    words = ["scan", "data", "--rules", "own", "--select", "STY91", "--out", "run"]
    told = subprocess.run(
        [sys.executable, "-m", "medaudit", *words, "--max-seconds", "3"],
        cwd=county, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, encoding="utf-8",
        check=False, timeout=120, preexec_fn=ignore if in_background else None,
    )  # fmt: skip
    assert (told.returncode, told.stdout) == (2, "")
    first, second = told.stderr.splitlines()
    assert first.endswith(": 超过了 3 秒，已停止，没有写出结果")
    assert any(first.startswith(zh) for zh, _ in STAGES.values())
    assert "--max-seconds" in second
    assert {path.name for path in county.iterdir()} == {"data", "own", "run"}
    assert [path.name for path in (county / "run").iterdir()] == ["run.json"]
