"""The ledger: events are added and never changed, by several at once, on SQLite and on PostgreSQL."""

from __future__ import annotations

import datetime as dt
import os
import signal
import sqlite3
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from medaudit.errors import MedauditError
from medaudit.ledger import Event, Ledger, forms, opened
from medaudit.ledger.chain import verify
from medaudit.ledger.tables import HEAD, events, metadata

WHOLE = Event(
    "review", "confirmed", "张三", "住院号重复", subject_type="settlement", subject_id="S1", finding_id="STY02-1", rule="STY02",
    level="suspected", fixmedins_code="H1", dr_codg="D1", amount=Decimal("1234.56"), points=Decimal("2.5"),
    day=dt.date(2026, 2, 28), until=dt.date(2027, 2, 28), content={"basis": ["条例 38(3)"], "amount_found": "1234.56"},
)  # fmt: skip


def problem(error: pytest.ExceptionInfo[MedauditError]) -> str:
    return "\n".join(map(str, error.value.problems))


def test_an_event_is_read_as_it_was_written(ledger: Ledger) -> None:
    [added] = ledger.add(WHOLE)
    [read] = ledger.events()
    assert read == added
    assert (read.amount, read.points, read.day, read.content) == (
        WHOLE.amount, WHOLE.points, WHOLE.day, WHOLE.content,
    )  # fmt: skip
    assert read.number == 1
    assert read.at is not None
    assert read.at.utcoffset() is not None  # with its zone


def test_nothing_is_made_before_the_first_event(where: str, tmp_path: Path) -> None:
    ledger = opened(where)
    assert ledger.events() == []
    assert verify(ledger).number == 0
    assert list(tmp_path.iterdir()) == []


def test_all_events_of_one_writing_are_there_or_none(ledger: Ledger) -> None:
    ledger.add(Event("tip", "vague", "a"))
    with pytest.raises(ZeroDivisionError), ledger.writing() as pen:
        pen.add(Event("tip", "vague", "b"))
        pen.add(Event("tip", "vague", "c"))
        _ = 1 / 0
    assert [one.who for one in ledger.events()] == ["a"]
    ledger.add(Event("tip", "vague", "d"))
    assert [(one.number, one.who) for one in ledger.events()] == [(1, "a"), (2, "d")]
    assert verify(ledger).broken == []


def test_events_are_found_by_what_they_are_about(ledger: Ledger) -> None:
    ledger.add(WHOLE, Event("tip", "vague", "a", dr_codg="D2"), Event("tip", "vague", "b", dr_codg="D1"))  # fmt: skip
    assert [one.number for one in ledger.events(events.c.dr_codg == "D1")] == [1, 3]
    assert [one.number for one in ledger.events(events.c.kind == "tip")] == [2, 3]


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("UPDATE event SET amount = 1 WHERE number = 2", [(2, "changed")]),
        ("UPDATE event SET why = 'other' WHERE number = 3", [(3, "changed")]),
        ("DELETE FROM event WHERE number = 2", [(2, "missing")]),
        ("UPDATE event SET number = 9 WHERE number = 2", [(2, "missing"), (4, "missing"), (9, "changed")]),
    ],
)  # fmt: skip
def test_tampering_shows_where_it_was_done(
    ledger: Ledger, sql: str, told: list[tuple[int, str]]
) -> None:
    ledger.add(*(Event("tip", "vague", "a", f"{n}", amount=Decimal(n)) for n in range(1, 4)))
    assert verify(ledger).broken == []
    with ledger.engine.begin() as connection:
        connection.exec_driver_sql(sql)
    assert verify(ledger).broken[: len(told)] == told


def test_events_cut_off_the_end_show_by_a_hash_that_was_written_down(ledger: Ledger) -> None:
    *_, last = ledger.add(*(Event("tip", "vague", "a") for _ in range(3)))
    assert verify(ledger, last.hash[:12]).known is True
    with ledger.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM event WHERE number = 3")
    cut = verify(ledger, last.hash[:12])
    assert (cut.broken, cut.known) == ([], False)


def test_a_clock_that_goes_backwards_is_told_and_changes_no_order(where: str) -> None:
    times = [dt.datetime(2026, 5, 2, 9, tzinfo=dt.UTC), dt.datetime(2026, 5, 1, 9, tzinfo=dt.UTC)]
    ledger = opened(where, lambda: times.pop(0))
    ledger.add(Event("tip", "vague", "a"))
    with ledger.writing() as pen:
        pen.add(Event("tip", "vague", "b"))
    assert pen.behind == dt.datetime(2026, 5, 2, 9, tzinfo=dt.UTC)
    assert [one.who for one in ledger.events()] == ["a", "b"]
    told = verify(ledger)
    assert (told.behind, told.broken) == ([2], [])


# ---- its form -------------------------------------------------------------------------------------


def test_the_migrations_make_the_tables_this_program_uses(ledger: Ledger) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    ledger.add(WHOLE)
    with ledger.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert forms.form(connection) == HEAD == max(forms.known())


def test_a_newer_form_is_refused_and_says_so(ledger: Ledger) -> None:
    ledger.add(WHOLE)
    with ledger.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    for use in (ledger.events, lambda: ledger.add(WHOLE), lambda: verify(ledger)):
        with pytest.raises(MedauditError) as error:
            use()
        assert "比本程序的" in problem(error)


def test_an_older_form_is_brought_forward_with_its_events(ledger: Ledger, tmp_path: Path) -> None:
    """With a migration of the future: the events are there afterwards, and the chain holds."""
    import shutil

    ledger.add(WHOLE, Event("tip", "vague", "a"))
    future = tmp_path / "migrations"
    shutil.copytree(forms.MIGRATIONS, future)
    (future / "versions" / "0002_index.py").write_text(
        "from alembic import op\nrevision = '0002'\ndown_revision = '0001'\n"
        "def upgrade() -> None:\n    op.create_index('event_rule', 'event', ['rule'])\n"
    )
    with ledger.engine.connect() as connection, connection.begin():
        forms.upgrade(connection, future)
        assert forms.form(connection) == "0002"
        assert len(connection.execute(sa.select(events)).all()) == 2
    with ledger.engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    assert verify(ledger).broken == []


# ---- what goes wrong ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "word"),
    [("mysql://a@b/c", "地址不对"), ("postgresql://nobody:secret@127.0.0.1:1/none", "连不上")],
)
def test_an_address_that_leads_nowhere_is_told_without_its_password(
    address: str, word: str
) -> None:
    with pytest.raises(MedauditError) as error:
        opened(address).add(WHOLE)
    assert word in problem(error)
    assert "secret" not in problem(error)


def test_a_file_that_is_no_ledger_is_told(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.write_text("this is a letter, not a database, and long enough to be read as a page" * 20)
    with pytest.raises(MedauditError) as error:
        opened(str(path)).events()
    assert "不是台账" in problem(error)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(MedauditError) as error:
        opened(str(tmp_path / "nowhere" / "ledger.db")).add(WHOLE)
    assert "检查文件夹" in problem(error)


def test_a_ledger_that_somebody_keeps_locked_is_told(tmp_path: Path) -> None:
    ledger = opened(str(tmp_path / "ledger.db"), wait=0.2)
    ledger.add(WHOLE)
    holder = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(MedauditError) as error:
        ledger.add(WHOLE)
    assert "别的程序一直在写" in problem(error)
    assert len(ledger.events()) == 1  # reading goes on
    holder.close()


def test_a_read_only_file_can_be_read_and_says_that_it_cannot_be_written(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    opened(str(path)).add(WHOLE)
    path.chmod(0o400)
    if os.access(path, os.W_OK):
        pytest.skip("whoever runs this may write anything")
    assert len(opened(str(path)).events()) == 1
    with pytest.raises(MedauditError) as error:
        opened(str(path)).add(WHOLE)
    assert "只读" in problem(error)


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    opened(str(tmp_path / "ledger.db")).add(WHOLE)
    assert (tmp_path / "ledger.db").stat().st_mode & 0o077 == 0


# ---- several at once, and the end in the middle ---------------------------------------------------

WRITER = """
import sys
from medaudit.ledger import Event, opened
ledger = opened(sys.argv[1])
for n in range(int(sys.argv[3])):
    [one] = ledger.add(Event("tip", "vague", sys.argv[2], str(n)))
    print(one.number, one.hash, flush=True)
"""


def writer(where: str, name: str, count: int) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", WRITER, where, name, str(count)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)


def at_once(where: str, processes: int, each: int) -> None:
    running = [writer(where, f"w{n}", each) for n in range(processes)]
    told = [line.split() for one in running for line in one.communicate()[0].splitlines()]
    assert all(one.returncode == 0 for one in running)
    ledger = opened(where)
    kept = {(str(one.number), one.hash): (one.who, one.why) for one in ledger.events()}
    # Nothing lost, nothing twice, and what a writer was told is what is there.
    assert sorted(kept.values()) == sorted((f"w{p}", str(n)) for p in range(processes) for n in range(each))  # fmt: skip
    assert set(kept) == {tuple(line) for line in told}
    done = verify(ledger)
    assert (done.number, done.broken, done.damaged) == (processes * each, [], "")


def test_several_writers_lose_nothing(where: str) -> None:
    at_once(where, 4, 25)


@pytest.mark.slow
def test_eight_writers_with_a_thousand_reviews_each_lose_nothing(where: str) -> None:
    at_once(where, 8, 1000)


def killed(where: str, times: int) -> None:
    """Kill a writer again and again in the middle of its work; whatever it was told is there, and nothing half."""
    told: set[tuple[str, str]] = set()
    for turn in range(times):
        one = writer(where, f"w{turn}", 10_000)
        assert one.stdout is not None
        lines = [one.stdout.readline()]
        time.sleep(0.002 * (turn % 7))
        one.send_signal(signal.SIGKILL)
        lines += one.stdout.read().splitlines(keepends=True)
        one.wait()
        told |= {(n, h) for n, h in (line.split() for line in lines if line.endswith("\n"))}
    ledger = opened(where)
    done = verify(ledger)
    assert (done.broken, done.damaged) == ([], "")
    assert told <= {(str(one.number), one.hash) for one in ledger.events()}


def test_a_writer_that_is_killed_leaves_what_it_had_confirmed(where: str) -> None:
    killed(where, 3)


@pytest.mark.slow
def test_a_hundred_kills_leave_what_had_been_confirmed(where: str) -> None:
    killed(where, 100)
