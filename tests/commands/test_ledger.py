"""`medaudit ledger`: whether it holds, the log, the backup."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from medaudit.ledger import Event, Ledger, opened
from tests.typed import Type


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ledger = opened(str(tmp_path / "ledger.db"))
    ledger.add(
        Event("review", "confirmed", "张三", finding_id="STY02-1", amount=Decimal("12.50")),
        Event("tip", "vague", "李四", "夜间无人", subject_type="institution", subject_id="H1"),
    )
    return ledger


def test_a_sound_ledger_tells_the_check_to_write_down(typed: Type, ledger: Ledger) -> None:
    told = typed("ledger", "verify", "--ledger", ledger.where)
    assert told.exit_code == 0
    last = ledger.events()[-1].hash
    assert last in told.stdout
    assert typed("ledger", "verify", "--ledger", ledger.where, "--expect", last[:10]).exit_code == 0
    assert typed("ledger", "verify", "--ledger", ledger.where, "--expect", "0" * 10).exit_code == 1


def test_a_changed_event_is_told_by_its_number(typed: Type, ledger: Ledger) -> None:
    with ledger.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE event SET amount = 99 WHERE number = 1")
    told = typed("ledger", "verify", "--ledger", ledger.where)
    assert told.exit_code == 1
    assert "第 1 条：内容与校验不符" in told.stderr
    assert told.stdout == ""


def test_the_log_says_who_did_what(typed: Type, ledger: Ledger) -> None:
    told = typed("ledger", "log", "--ledger", ledger.where).stdout
    assert "复核：查实 12.50" in " ".join(told.split())
    rows = json.loads(typed("ledger", "log", "--format", "json", "--ledger", ledger.where).stdout)
    assert [(row["number"], row["who"], row["kind"], row["amount"]) for row in rows] == [
        (1, "张三", "review", 12.5),
        (2, "李四", "tip", None),
    ]


def test_a_backup_is_the_same_ledger_and_overwrites_none(
    typed: Type, ledger: Ledger, tmp_path: Path
) -> None:
    target = tmp_path / "backup.db"
    assert typed("ledger", "backup", target, "--ledger", ledger.where).exit_code == 0
    assert opened(str(target)).events() == ledger.events()
    again = typed("ledger", "backup", target, "--ledger", ledger.where)
    assert again.exit_code == 2
    assert "已有记录" in again.stderr
    assert typed("ledger", "verify", "--ledger", target).exit_code == 0


def test_a_broken_ledger_is_not_copied_as_if_it_were_sound(
    typed: Type, ledger: Ledger, tmp_path: Path
) -> None:
    with ledger.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM event WHERE number = 1")
    told = typed("ledger", "backup", tmp_path / "backup.db", "--ledger", ledger.where)
    assert told.exit_code == 2
    assert not (tmp_path / "backup.db").exists()


def test_a_summary_by_something_else_is_refused(typed: Type, ledger: Ledger) -> None:
    told = typed("ledger", "summary", "--by", "year", "--ledger", ledger.where)
    assert told.exit_code == 2
    assert "month" in told.stderr


def test_a_ledger_that_is_not_there_is_empty(typed: Type, tmp_path: Path) -> None:
    for words in (("log",), ("summary",)):
        assert typed("ledger", *words, "--ledger", tmp_path / "none.db").exit_code == 0
    # A mistyped name must not pass for a sound ledger.
    for words in (("verify",), ("upgrade",)):
        assert typed("ledger", *words, "--ledger", tmp_path / "none.db").exit_code == 2
    assert not (tmp_path / "none.db").exists()


def test_what_is_something_else_is_no_ledger(typed: Type, tmp_path: Path) -> None:
    import sqlite3

    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE letters (text)")
    other.commit()
    for place, word in ((tmp_path, "文件夹"), (tmp_path / "other.db", "不是台账")):
        told = typed("ledger", "log", "--ledger", place)
        assert told.exit_code == 2
        assert word in told.stderr


def test_an_event_that_makes_no_sense_is_told_by_its_number(typed: Type, ledger: Ledger) -> None:
    with ledger.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE event SET at = 'garbage' WHERE number = 2")
    told = typed("ledger", "verify", "--ledger", ledger.where)
    assert told.exit_code == 1
    assert "第 2 条：内容与校验不符" in told.stderr
    assert "第 2 条读不懂" in typed("ledger", "log", "--ledger", ledger.where).stderr
