"""Nothing leaves without its event, and no event is there for what did not leave."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from medaudit.errors import MedauditError
from medaudit.export import leaving
from medaudit.export.leaving import Left, leave
from medaudit.export.wanted import Wanted
from medaudit.ledger import Event, Ledger, Pen, opened
from medaudit.ledger.chain import verify
from tests.export.conftest import loaded

DAY = dt.datetime(2026, 5, 4, 10, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return opened(str(tmp_path / "ledger.db"), lambda: DAY)


def export(
    run: Path, out: Path | None, ledger: Ledger, forms: tuple[str, ...] = ("csv",), **more: Any
) -> Left:
    with loaded(run, more.pop("wanted", None), more.pop("reveal", False)) as load:
        return leave(load, out, forms, ledger, more.get("who", "李检查"), more.get("why", ""))


def test_the_event_says_what_left_for_whom_and_why(
    run: Path, tmp_path: Path, ledger: Ledger
) -> None:
    left = export(run, tmp_path / "out", ledger, ("xlsx", "csv", "json"), reveal=True, why="移送")
    [event] = ledger.events()
    assert event == left.event
    assert (event.kind, event.action, event.who, event.why) == (
        "export",
        "revealed",
        "李检查",
        "移送",
    )
    assert event.content["number"] == left.number == "E2026-0001"
    assert event.content["subjects"] == [[1, "institution", "H1"], [2, "institution", "H2"]]
    assert len(event.content["finding_ids"]) == left.findings == 5
    assert event.content["amount"] == 2600
    assert event.day == dt.date(2026, 5, 4)
    for name, hash in event.content["files"].items():
        assert hashlib.sha256((tmp_path / "out" / name).read_bytes()).hexdigest() == hash
    assert set(event.content["files"]) == {"cases.xlsx", "cases.csv", "cases.json", "manifest.json"}


def test_the_manifest_says_it_to_whoever_has_the_folder(
    run: Path, tmp_path: Path, ledger: Ledger
) -> None:
    export(run, tmp_path / "out", ledger)
    told = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert told["number"] == "E2026-0001"
    assert told["at"] == "2026-05-04T10:30:00+08:00"
    assert told["masked"] is True
    assert set(told["files"]) == {"cases.csv"}
    assert told["run"]["sha256"] == hashlib.sha256((run / "run.json").read_bytes()).hexdigest()
    assert set(told["run"]["inputs"]) >= {"settlement.csv", "fee_item.csv"}
    assert str(run.parent) not in json.dumps(told)  # where the files lay is nobody's business


def test_the_folder_is_for_its_owner_alone(run: Path, tmp_path: Path, ledger: Ledger) -> None:
    export(run, tmp_path / "out", ledger)
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o700


def test_numbers_run_on_and_begin_anew_with_the_year(run: Path, tmp_path: Path) -> None:
    days: Iterator[dt.datetime] = iter([DAY, DAY, DAY, DAY, *[DAY.replace(year=2027)] * 4])
    ledger = opened(str(tmp_path / "ledger.db"), lambda: next(days))
    numbers = [export(run, tmp_path / str(i), ledger).number for i in range(3)]
    assert numbers == ["E2026-0001", "E2026-0002", "E2027-0001"]


def test_another_kind_of_event_takes_no_number(run: Path, tmp_path: Path, ledger: Ledger) -> None:
    ledger.add(Event("review", "confirmed", "王", finding_id="x"))
    assert export(run, tmp_path / "out", ledger).number == "E2026-0001"


def test_two_at_once_share_no_number(run: Path, tmp_path: Path, ledger: Ledger) -> None:
    with ThreadPoolExecutor(3) as many:
        left = list(many.map(lambda i: export(run, tmp_path / str(i), ledger), range(3)))
    assert sorted(one.number for one in left) == ["E2026-0001", "E2026-0002", "E2026-0003"]
    assert verify(ledger).broken == []


def test_without_a_folder_it_is_named_after_the_number(
    run: Path, tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert export(run, None, ledger).folder == Path("medaudit-export-E2026-0001")
    assert (tmp_path / "medaudit-export-E2026-0001" / "cases.csv").is_file()


def test_files_go_when_the_event_cannot_be_added(
    run: Path, tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(pen: Pen, event: Event) -> Event:
        assert (tmp_path / "out" / "cases.csv").is_file()  # the files are in place first
        raise KeyboardInterrupt

    monkeypatch.setattr(Pen, "add", refuse)
    with pytest.raises(KeyboardInterrupt):
        export(run, tmp_path / "out", ledger)
    assert not (tmp_path / "out").exists()
    assert ledger.events() == []


def test_files_go_when_the_ledger_fails_at_the_very_end(
    run: Path, tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The event was written but not committed: a full disk, a lost connection."""
    real = Ledger.writing

    def failing(self: Ledger) -> Any:
        from contextlib import contextmanager

        @contextmanager
        def writing() -> Iterator[Pen]:
            with real(self) as pen:
                yield pen
                raise OSError(28, "No space left on device")

        return writing()

    monkeypatch.setattr(Ledger, "writing", failing)
    with pytest.raises(MedauditError, match="台账写不进去"):
        export(run, tmp_path / "out", ledger)
    assert not (tmp_path / "out").exists()
    monkeypatch.undo()
    assert ledger.events() == []


def test_no_event_when_the_files_cannot_be_written(
    run: Path, tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(leaving, "_manifest", full)
    with pytest.raises(MedauditError, match="磁盘已满"):
        export(run, tmp_path / "out", ledger)
    assert ledger.events() == []
    assert sorted(path.name for path in tmp_path.iterdir() if "ledger" not in path.name) == []


def test_what_is_in_a_folder_is_never_overwritten(
    run: Path, tmp_path: Path, ledger: Ledger
) -> None:
    export(run, tmp_path / "out", ledger)
    with pytest.raises(MedauditError, match="不是空的"):
        export(run, tmp_path / "out", ledger)
    assert len(ledger.events()) == 1
    assert (tmp_path / "out" / "cases.csv").is_file()


def test_an_empty_folder_will_do(run: Path, tmp_path: Path, ledger: Ledger) -> None:
    (tmp_path / "out").mkdir()
    assert export(run, tmp_path / "out", ledger).number == "E2026-0001"


def test_a_clock_that_was_put_back_is_noticed(run: Path, tmp_path: Path) -> None:
    opened(str(tmp_path / "ledger.db"), lambda: DAY.replace(year=2027)).add(
        Event("review", "confirmed", "王", finding_id="x")
    )
    left = export(run, tmp_path / "out", opened(str(tmp_path / "ledger.db"), lambda: DAY))
    assert left.behind == DAY.replace(year=2027)


def test_one_list_of_settlements_records_each_finding_once(
    run: Path, tmp_path: Path, ledger: Ledger
) -> None:
    left = export(run, tmp_path / "out", ledger, wanted=Wanted(("institution", "settlement")))
    assert left.findings == 5
