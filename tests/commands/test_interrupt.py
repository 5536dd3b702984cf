"""Ctrl-C in the middle of a scan: one line, exit 2, and nothing that looks like a result."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

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
