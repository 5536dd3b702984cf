"""`medaudit points`: the list, a statement, two schemes, and recording what a person decided."""

from __future__ import annotations

import json
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
    """What `points` reads of a run folder: names, and the values of indicators."""
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "run.json").write_text('{"medaudit": "0"}', "utf-8")
    pd.DataFrame({"subject_type": ["doctor"], "subject_id": ["D1"], "subject_name": ["欧阳小明"]}).to_parquet(folder / "subjects.parquet")  # fmt: skip
    evidence = json.dumps({"percent": 30, "peer_percent": 25})  # 1.2 times
    pd.DataFrame({"finding_id": ["DOC08-1"], "rule": ["DOC08"], "evidence": [evidence]}).to_parquet(folder / "findings.parquet")  # fmt: skip
    return folder


def flat(text: str) -> str:
    """Without the breaks and gaps that fitting a line makes."""
    return "".join(text.split())


def award(typed: Type, doctor: str, points: float, when: str, *more: object) -> None:
    told = typed("points", doctor, "--award", points, "--why", "决定书", "--day", when, "-q", *more)
    assert told.exit_code == 0, told.stderr


def test_without_a_ledger_there_is_an_empty_list(typed: Type, tmp_path: Path) -> None:
    told = typed("points")
    assert (told.exit_code, told.stdout.strip()) == (0, "（无）")
    assert not list(tmp_path.glob("*.db"))


def test_the_list_has_everybody_with_points_or_proposals_the_suspended_first(
    typed: Type, desk: Desk
) -> None:
    desk.finding("BIL03-1", "条例 38(3)", doctor="D1")
    award(typed, "D2", 3, "2025-03-01")
    award(typed, "D3", 9, "2025-12-15")
    rows = json.loads(typed("points", *AS_OF, "--format", "json").stdout)
    assert [(one["dr_codg"], one["standing"], one["lost"], one["until_day"]) for one in rows] == [
        ("D3", "suspended", 9, "2026-01-15"),
        ("D2", "qualified", 3, ""),
        ("D1", "qualified", 0, ""),
    ]
    assert rows[2]["findings"] == 1
    assert rows[2]["proposed"] == "4~6"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_screen_is_no_wider_than_eighty_columns(
    typed: Type, desk: Desk, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    desk.finding("BIL09-1", "条例 38(4)", "条例 40(3)")
    award(typed, "D1", 9, "2025-03-01", "--at", "H34180000012")
    for words in (("points",), ("points", "D1"), ("points", "--what-if", "qinzhou"), ("points", "D1", "--what-if", "lixin")):  # fmt: skip
        told = typed(*words, *AS_OF, "--lang", language)
        assert told.exit_code == 0, told.stderr
        assert all(width(line) <= 80 for line in told.stdout.splitlines())


def test_a_statement_tells_events_suspensions_and_proposals_with_their_arithmetic(
    typed: Type, desk: Desk
) -> None:
    desk.finding("BIL03-1", "条例 38(3)", amount="1234.5")
    award(typed, "D1", 4, "2025-03-01", "--at", "H1", "--who", "王")
    award(typed, "D1", 5, "2025-04-01", "--at", "H2", "--who", "王")
    told = typed("points", "D1", "--as-of", "2025-04-15").stdout
    for said in (
        "暂停支付资格至 2025-05-01", "已扣 9 分（满分 12，余 3）", "H1；决定书；王", "H2；决定书；王", "期限尚未确定",
        "1,234.50 元", "9 + 4~6 = 13~15 分", "未核：",
    ):  # fmt: skip
        assert flat(said) in flat(told), said


def test_a_correction_says_that_the_suspension_never_was(typed: Type) -> None:
    award(typed, "D1", 9, "2025-03-01")
    told = typed("points", "D1", "--correct", 1, "--to", 2, "--why", "复议", "--day", "2025-03-20", "-q")  # fmt: skip
    assert told.exit_code == 0
    text = flat(typed("points", "D1", *AS_OF).stdout)
    assert flat("因 #2 更正自始撤销") in text
    assert flat("由 #2 更正（原 9 分）") in text
    assert "支付资格正常" in text
    before = typed("points", "D1", "--as-of", "2025-03-19").stdout
    assert "暂停支付资格至 2025-04-01" in before


def test_an_appeal_is_pending_until_it_is_rejected(typed: Type) -> None:
    award(typed, "D1", 4, "2025-03-01")
    typed("points", "D1", "--appeal", 1, "--why", "病历可证", "--day", "2025-03-05", "-q")
    assert "待处理的申诉" in typed("points", "D1", *AS_OF).stdout
    typed("points", "D1", "--reject", 2, "--why", "不成立", "--day", "2025-03-09", "-q")
    assert "待处理的申诉" not in typed("points", "D1", *AS_OF).stdout
    assert "待处理的申诉" in typed("points", "D1", "--as-of", "2025-03-08").stdout


def test_the_same_events_by_two_schemes(typed: Type) -> None:
    award(typed, "D1", 6, "2025-03-01")
    award(typed, "D2", 3, "2025-03-01")
    [row] = json.loads(typed("points", "--as-of", "2025-04-01", "--what-if", "qinzhou", "--format", "json").stdout)  # fmt: skip
    assert (row["dr_codg"], row["one"], row["other"]) == ("D1", "支付资格正常", "暂停支付资格至 2025-06-01")  # fmt: skip
    told = json.loads(typed("points", "D1", *AS_OF, "--what-if", "qinzhou", "--what-if", "lixin", "--format", "json").stdout)  # fmt: skip
    assert set(told["what_if"]) == {"qinzhou", "lixin"}
    assert told["suspensions"] == []
    assert told["what_if"]["qinzhou"]["suspensions"][0]["until"] == "2025-06-01"


def test_regained_points_need_their_approvers(typed: Type) -> None:
    award(typed, "D1", 12, "2025-03-01")
    words = ("points", "D1", "--scheme", "lixin", "--restore", 12, "--why", "考核合格", "--day", "2025-06-01")  # fmt: skip
    told = typed(*words, "--approved", "甲", "--approved", "乙")
    assert told.exit_code == 2
    assert "要 3 名不同的批准人" in told.stderr
    told = typed(*words, "--approved", "甲", "--approved", "乙", "--approved", "丙")
    assert told.exit_code == 0
    assert "已记为 #2" in told.stderr
    document = json.loads(typed("points", "D1", "--scheme", "lixin", *AS_OF, "--format", "json").stdout)  # fmt: skip
    assert document["suspensions"][0]["until"] == "2025-05-31"


def test_names_are_masked_and_codes_are_not(typed: Type, run: Path, desk: Desk) -> None:
    award(typed, "D1", 4, "2025-03-01", "--who", "王")
    typed("points", "D1", "--appeal", 1, "--why", "欧阳小明称病历可证", "--day", "2025-03-02", "-q")
    for form in ("table", "json", "csv", "markdown"):
        for words in (("points",), ("points", "D1")):
            told = typed(*words, *AS_OF, "--run", run, "--format", form).stdout
            assert "欧阳小明" not in told
            assert "D1" in told or form == "csv"
    assert "欧***" in typed("points", "D1", *AS_OF, "--run", run).stdout


def test_an_indicator_within_the_limits_of_the_scheme_is_not_counted_when_the_run_is_there(
    typed: Type, run: Path, desk: Desk
) -> None:
    desk.finding("DOC08-1", "条例 38(2)")
    words = ("points", "D1", "--scheme", "liaocheng", *AS_OF, "--format", "json")
    assert json.loads(typed(*words).stdout)["lost"] == "3"
    assert json.loads(typed(*words, "--run", run).stdout)["lost"] == "0"


def test_a_statement_is_a_table_in_files_of_tables(typed: Type, tmp_path: Path) -> None:
    award(typed, "D1", 4, "2025-03-01", "--who", "王")
    typed("points", "D1", *AS_OF, "--output", tmp_path / "D1.csv")
    text = (tmp_path / "D1.csv").read_text("utf-8-sig")
    assert text.splitlines()[0] == "number,day,action,points,lost,fixmedins_code,about"
    assert text.splitlines()[1].startswith("1,2025-03-01,awarded,4,4,")
    typed("points", *AS_OF, "--output", tmp_path / "all.xlsx")
    assert (tmp_path / "all.xlsx").stat().st_size > 0


def test_the_scheme_of_the_settings_is_taken(typed: Type, tmp_path: Path) -> None:
    (tmp_path / "medaudit.toml").write_text('[points]\nscheme = "qinzhou"\n', "utf-8")
    award(typed, "D1", 4, "2025-03-01")
    assert "2025-03-01 至 2025-04-01" in typed("points", "D1", *AS_OF).stdout


def test_what_cannot_be_done_is_said(typed: Type, run: Path) -> None:
    award(typed, "D340001", 4, "2025-03-01")
    for words, said in (
        (("D34001",), "是不是 D340001？"),
        (("X",), "没有医师 X 的积分或查实疑点"),
        (("--award", 3, "--why", "x"), "没有写医师编码"),
        (("D340001", "--award", 3), "没有写理由"),
        (("D340001", "--award", 3, "--restore", 1, "--why", "x"), "一次只记一笔"),
        (("D340001", "--to", 3), "要与 --correct 连用"),
        (("D340001", "--why", "x"), "连用"),
        (("D340001", "--choose", 1, "--why", "x"), "没有写 --months"),
        (("D340001", "--award", "many", "--why", "x"), "分值写成"),
        (("D340001", "--award", "1.234", "--why", "x"), "分值写成"),
        (("D340001", "--as-of", "yesterday"), "2025-01-31"),
        (("--scheme", "national"), "是不是 national2024？"),
        (("--what-if", "qinzhou", "--what-if", "lixin"), "一次只比较两个方案"),
        (("--run", "none"), "没有完成的运行结果"),
        (("--format", "yaml"), "yaml"),
    ):  # fmt: skip
        told = typed("points", *words)
        assert told.exit_code == 2, words
        assert said in told.stderr, told.stderr
        assert "Traceback" not in told.stderr
    assert len(json.loads(typed("points", "D340001", *AS_OF, "--format", "json").stdout)["events"]) == 1  # fmt: skip


@pytest.mark.slow
def test_the_list_of_a_large_ledger_is_quick(desk: Desk) -> None:
    """Two hundred thousand events here, a fifth of what a city has in years: a fifth of the time it may take, and slack."""
    import time

    from medaudit.ledger.event import Event, row
    from medaudit.ledger.points import book, read
    from medaudit.ledger.tables import events
    from tests.ledger.points.books import day

    desk.award("2025-01-01", 1)
    usual = row(Event("review", "confirmed", "李", content={"basis": ["条例 38(3)"], "occurred_on": "2025-01-05"}))  # fmt: skip
    made = []
    for number in range(2, 200_000):
        about = {"number": number, "at": "2025-01-01T00:00:00.000000+08:00", "previous": f"p{number}", "hash": f"h{number}"}  # fmt: skip
        doctor = {"dr_codg": f"D{number % 4000}", "fixmedins_code": f"H{number % 400}", "day": "2025-02-01"}  # fmt: skip
        kind = {"kind": "points", "action": "awarded", "points": 100} if number % 10 == 0 else {"finding_id": f"BIL03-{number // 2}"}  # fmt: skip
        made.append(usual | about | doctor | kind)
    with desk.ledger.engine.begin() as connection:
        connection.execute(events.insert(), made)
    began = time.perf_counter()
    told = book.reckoned(book.opened(desk.ledger, day("2025-12-31")), read())
    assert time.perf_counter() - began < 5
    # Two events decide on each finding, the later (of an odd number) last; every tenth event is of points.
    assert len(told) == 2000 + 400
