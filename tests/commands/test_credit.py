"""`medaudit credit`: the list, a scorecard, and recording what a person decided."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from medaudit.output.wrap import width
from tests.ledger.points.books import Desk
from tests.typed import Type

AS_OF = ("--as-of", "2025-12-31")


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MEDAUDIT_LEDGER", str(tmp_path / "ledger.db"))
    return Desk(str(tmp_path / "ledger.db"))


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """What `credit` reads of a run folder: fund payments with their days, and who works where."""
    folder = tmp_path / "run"
    (folder / "records").mkdir(parents=True)
    (folder / "run.json").write_text('{"medaudit": "0"}', "utf-8")
    days = {"first_day": [dt.date(2025, 1, 1)] * 2, "last_day": [dt.date(2025, 12, 31)] * 2}
    pd.DataFrame(
        {"subject_type": ["institution", "pharmacy"], "subject_id": ["H1", "P1"], "subject_name": ["某县第一人民医院", "某大药房"],
         "fund_money": [Decimal("100000.00"), Decimal("5000.00")]} | days
    ).to_parquet(folder / "subjects.parquet")  # fmt: skip
    codes = [f"D{number}" for number in range(1, 11)]
    pd.DataFrame({"dr_codg": codes, "fixmedins_code": ["H1"] * 10}).to_parquet(folder / "records" / "doctor.parquet")  # fmt: skip
    return folder


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_screen_is_no_wider_than_eighty_columns(
    typed: Type, desk: Desk, run: Path, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    desk.finding("BIL09-1", "条例 38(4)", "条例 40(3)")
    desk.award("2025-12-20", 9)
    for words in (("credit",), ("credit", "H1"), ("credit", "H1", "--run", run), ("credit", "--run", run)):  # fmt: skip
        told = typed(*words, *AS_OF, "--lang", language)
        assert told.exit_code == 0, told.stderr
        assert all(width(line) <= 80 for line in told.stdout.splitlines())


def test_the_scorecard_shows_its_arithmetic(typed: Type, desk: Desk, run: Path) -> None:
    desk.finding("BIL03-1", "条例 38(3)", amount="2500", level="violation")
    desk.award("2025-12-20", 9)
    shown = typed("credit", "H1", *AS_OF, "--run", run).stdout
    told = "".join(shown.split())
    for said in (
        "某县第一人民医院", "违规 1 条 × 3 分", "2,500.00 / 100,000.00 = 2.50%", "100 − 3 − 10 = 87", "1 / 10 = 10.00%",
        "超过，降 1 级", "等级 A，黄牌", "未见全国标准",
    ):  # fmt: skip
        assert "".join(said.split()) in told, said


def test_the_list_knows_the_run_and_is_the_same_in_both_languages_for_machines(
    typed: Type, desk: Desk, run: Path
) -> None:
    desk.finding("BIL03-1", "条例 38(3)", at="H9")
    words = ("credit", *AS_OF, "--run", run, "--format", "json", "-q")
    rows = json.loads(typed(*words).stdout)
    assert {one["fixmedins_code"] for one in rows} == {"H1", "P1", "H9"}
    assert rows == json.loads(typed(*words, "--lang", "en").stdout)


def test_a_decision_is_kept_with_its_reason_and_shown_by_day(typed: Type, desk: Desk) -> None:
    told = typed("credit", "H1", "--list", "black", "--why", "行政处罚", "--day", "2025-03-01", "--who", "王")  # fmt: skip
    assert told.exit_code == 0
    assert "已记为 #1" in told.stderr
    assert "黑名单：#1 2025-03-01，行政处罚；王" in typed("credit", "H1", *AS_OF).stdout
    typed("credit", "H1", "--grade", "A", "--why", "会议纪要", "--day", "2025-04-01", "-q")
    document = json.loads(typed("credit", "H1", *AS_OF, "--format", "json").stdout)
    assert (document["grade"], document["computed"], document["black_list"]) == ("A", "AAA", "listed")  # fmt: skip
    assert [one["action"] for one in document["decisions"]] == ["listed", "graded"]
    before = json.loads(typed("credit", "H1", "--as-of", "2025-03-31", "--format", "json").stdout)
    assert before["grade"] == "AAA"


def test_the_history_has_a_line_a_year(typed: Type, desk: Desk) -> None:
    desk.finding("BIL03-1", "条例 38(3)", when="2023-05-01", level="violation")
    desk.finding("BIL03-2", "条例 38(3)", when="2024-05-01", level="violation")
    told = json.loads(typed("credit", "H1", *AS_OF, "--format", "json").stdout)
    assert [(one["as_of"], one["score"]) for one in told["history"]] == [
        ("2023-12-31", "97"),
        ("2024-12-31", "92"),  # three for the finding, five for the same rule again
    ]


def test_what_cannot_be_done_is_said(typed: Type, desk: Desk) -> None:
    desk.finding("BIL03-1", "条例 38(3)", at="H34180001")
    for words, said in (
        (("H34180002",), "是不是 H34180001？"),
        (("--list", "red", "--why", "x"), "没有写机构编码"),
        (("H34180001", "--list", "red"), "没有写理由"),
        (("H34180001", "--list", "red", "--grade", "A", "--why", "x"), "一次只记一笔"),
        (("H34180001", "--why", "x"), "连用"),
        (("H34180001", "--grade", "B", "--why", "x"), "没有 B 这一等级"),
        (("--scheme", "national2024"), "这不是所要的那类方案"),
        (("--scheme", "aab"), "是不是 aaa？"),
        (("--run", "none"), "没有完成的运行结果"),
    ):  # fmt: skip
        told = typed("credit", *words)
        assert told.exit_code == 2, words
        assert said in told.stderr, told.stderr
        assert "Traceback" not in told.stderr
