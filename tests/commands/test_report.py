"""`medaudit report`: a run as one file, and what is refused before anything is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from medaudit import ledger as book
from tests.export.conftest import run
from tests.typed import Type

__all__ = ["run"]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_run_becomes_a_file_beside_it(typed: Type, run: Path, tmp_path: Path) -> None:
    told = typed("report", run)
    assert told.exit_code == 0
    assert told.stdout.startswith("report.html（")
    assert "已遮盖" in told.stdout
    assert "线索，不是结论" in told.stdout
    assert [one.name for one in tmp_path.iterdir()] == ["report.html"]


def test_the_run_may_be_named_by_the_option_as_elsewhere(
    typed: Type, run: Path, tmp_path: Path
) -> None:
    told = typed("report", "--run", run, "--output", "page.htm", "--lang", "en")
    assert told.exit_code == 0
    assert "suspects listed" in told.stdout
    assert '<html lang="en">' in (tmp_path / "page.htm").read_text("utf-8")


def test_names_in_clear_are_told_with_their_event(typed: Type, run: Path) -> None:
    told = typed("report", run, "--reveal", "--why", "查办", "--who", "甲", "--ledger", "l.db")
    assert told.exit_code == 0
    [event] = book.opened("l.db").events()
    assert event.hash in told.stdout
    listed = typed("export", "--list", "--ledger", "l.db").stdout
    assert "未遮盖" in listed


def test_everything_wrong_is_told_at_once(typed: Type, tmp_path: Path) -> None:
    told = typed(
        "report",
        tmp_path / "none",
        "--reveal",
        "--output",
        "page.pdf",
        "--compare",
        tmp_path / "older",
    )
    assert told.exit_code == 2
    assert "没有完成的运行结果" in told.stderr
    assert "older" in told.stderr
    assert "写明原因" in told.stderr
    assert "page.html" in told.stderr
    assert not list(tmp_path.iterdir())


def test_a_report_is_not_put_where_the_next_scan_replaces_it(typed: Type, run: Path) -> None:
    told = typed("report", run, "--output", run / "report.html")
    assert told.exit_code == 2
    assert "下次扫描会把它替换掉" in told.stderr
    assert not (run / "report.html").exists()


def test_a_folder_that_is_not_there_is_told(typed: Type, run: Path) -> None:
    told = typed("report", run, "--output", "nowhere/report.html")
    assert told.exit_code == 2
    assert "文件夹不存在" in told.stderr
