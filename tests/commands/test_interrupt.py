"""Ctrl-C in the middle of a scan: one line, exit 2, and nothing that looks like a result."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import weakref
from pathlib import Path

import pytest

from medaudit.cli import _stopped_like_ctrl_c

SAMPLE = Path(__file__).parents[2] / "sample_data"


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [1.0, 2.0, 3.0, 4.0])
def test_ctrl_c_leaves_one_line_and_no_folder(tmp_path: Path, seconds: float) -> None:
    scan = [sys.executable, "-m", "medaudit", "scan", str(SAMPLE), "--out", str(tmp_path / "run")]
    process = subprocess.Popen(
        scan, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    told = process.communicate()[1]
    if process.returncode == 0:  # the machine was quicker than the signal
        assert (tmp_path / "run" / "run.json").is_file()
    else:
        assert process.returncode == 2
        assert told == "已中断，没有写出结果\n"
        assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="there SIGTERM ends a process at once")
def test_being_asked_to_stop_while_python_tidies_up_is_not_forgotten(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """What a weak reference's callback raises is lost, and KeyboardInterrupt with it."""

    class Something:
        pass

    thing, reached = Something(), []

    def stop(_: object) -> None:
        signal.raise_signal(signal.SIGTERM)
        reached.append("the end of the callback")

    with pytest.raises(KeyboardInterrupt), _stopped_like_ctrl_c():
        kept = weakref.ref(thing, stop)
        del thing
        assert kept() is None
        assert reached == []  # it was broken off, and what was raised is lost
        time.sleep(10)
    assert capfd.readouterr().err == ""
