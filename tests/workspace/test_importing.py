"""Deliveries into a workspace: nothing twice, corrections in their place, every row accounted for."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from medaudit import settings as settings_room
from medaudit.errors import MedauditError
from medaudit.workspace.catalogue import MARK
from tests.small_county import line, settlement
from tests.workspace.conftest import Workspace


def counts(made: Any, table: str = "settlement") -> dict[str, int]:
    return {name: n for name, n in made.delivery.tables[table].items() if n}


def test_the_same_file_twice_changes_nothing(county: Workspace) -> None:
    county.bring(settlement=[settlement()])
    before = (county.folder / MARK).read_text("utf-8")
    again = county.files(county.inbox / "1")
    assert again.delivery is None
    assert list(again.known) == [str(county.inbox / "1" / "settlement.csv")]
    assert (county.folder / MARK).read_text("utf-8") == before


def test_the_same_rows_in_another_file_change_nothing(county: Workspace) -> None:
    county.bring(settlement=[settlement("S1"), settlement("S2")])
    made = county.bring(settlement=[settlement("S2"), settlement("S1"), settlement("S3")])
    assert counts(made) == {"new": 1, "same": 2}
    assert county.values("setl_id") == ["S1", "S2", "S3"]


def test_a_correction_that_comes_later_replaces_what_it_corrects(county: Workspace) -> None:
    county.bring(
        settlement=[settlement("S1"), settlement("S2")], fee_item=[line("F1", setl_id="S1")]
    )
    made = county.bring(settlement=[settlement("S1", medfee_sumamt=900)], fee_item=[line("F1", setl_id="S1", cnt=2, det_item_fee_sumamt=20)])  # fmt: skip
    assert counts(made) == {"replaces": 1}
    assert [int(str(value).split(".")[0]) for value in county.values("medfee_sumamt")] == [
        900,
        1000,
    ]
    assert len(county.values("feedetl_sn", "fee_item")) == 1


def test_a_correction_may_move_a_row_to_another_month(county: Workspace) -> None:
    county.bring(settlement=[settlement("S1", enddate="2025-03-08")])
    county.bring(settlement=[settlement("S1", enddate="2025-04-02")])
    assert {part.month for part in county.catalogue.of("settlement")} == {"2025-04"}


def test_an_upload_older_than_what_is_there_is_left_out(county: Workspace) -> None:
    county.bring(settlement=[settlement()], fee_item=[line(upload_time="2025-03-09 10:00:00")])
    made = county.bring(
        fee_item=[line(upload_time="2025-03-08 10:00:00", cnt=5, det_item_fee_sumamt=50)]
    )
    assert counts(made, "fee_item") == {"older": 1}
    assert [float(str(value)) for value in county.values("cnt", "fee_item")] == [1.0]


def test_a_delivery_may_hold_lines_alone(county: Workspace) -> None:
    county.bring(settlement=[settlement()])
    made = county.bring(fee_item=[line()])
    assert counts(made, "fee_item") == {"new": 1}


def test_what_is_rejected_is_kept_and_counted(county: Workspace) -> None:
    made = county.bring(settlement=[settlement("S1"), settlement("S2", medfee_sumamt="many"), settlement("S3"), settlement("S3")])  # fmt: skip
    assert counts(made) == {"new": 2, "rejected": 1, "repeated": 1}
    assert (county.folder / "rejects" / "1.parquet").is_file()
    reading = county.catalogue.readings["settlement"]
    assert (reading.read, reading.rejected) == (4, 1)


def test_months_stand_in_files_of_their_own(county: Workspace) -> None:
    county.bring(settlement=[settlement("S1", enddate="2025-03-08"), settlement("S2", begndate="2025-05-01", enddate="2025-05-02")])  # fmt: skip
    assert [part.month for part in county.catalogue.of("settlement")] == ["2025-03", "2025-05"]
    assert all((county.folder / part.name).is_file() for part in county.catalogue.parts)


def test_a_table_can_be_begun_anew(county: Workspace) -> None:
    rows = [{"care_home": "A", "name": "甲"}, {"care_home": "B", "name": "乙"}]
    county.bring(settlement=[settlement()], care_home=rows)
    county.bring(replaced=("care_home",), care_home=rows[:1])
    assert county.values("care_home", "care_home") == ["A"]


def test_a_file_that_is_now_read_another_way_is_new(county: Workspace) -> None:
    county.bring(settlement=[settlement()], fee_item=[line(编码="X1")])
    other = settings_room.of({"extra": {"fee_item": ["编码"]}})
    assert county.files(county.inbox / "1", settings=other).delivery is not None


def test_many_small_files_of_a_month_are_put_into_one(
    county: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("medaudit.workspace.parts.MANY", 3)
    for number in range(5):
        county.bring(settlement=[settlement(f"S{number}")])
    assert len(county.catalogue.of("settlement")) <= 3
    assert county.values("setl_id") == ["S0", "S1", "S2", "S3", "S4"]
    on_disk = set((county.folder / "records").rglob("*.parquet"))
    assert on_disk == {county.folder / part.name for part in county.catalogue.parts}


def test_the_order_of_deliveries_of_different_rows_does_not_matter(tmp_path: Path) -> None:
    rows = [settlement(f"S{n}", medfee_sumamt=100 + n) for n in range(12)]
    held = []
    for seed in (1, 2, 3):
        mixed = random.Random(seed).sample(rows, len(rows))
        one = Workspace(tmp_path / str(seed))
        for start in (0, 5, 8):
            one.bring(settlement=mixed[start : start + 6])  # some come twice
        held.append(list(zip(one.values("setl_id"), one.values("medfee_sumamt"), strict=True)))
    assert held[0] == held[1] == held[2]
    assert len(held[0]) == 12


def test_a_path_that_is_not_there_is_said(county: Workspace) -> None:
    with pytest.raises(MedauditError, match="没有这个文件"):
        county.files(county.inbox / "2025-06-30")
    assert not (county.folder / MARK).exists()


def test_a_table_that_is_none_cannot_be_begun_anew(county: Workspace) -> None:
    with pytest.raises(MedauditError, match="没有这样的表"):
        county.bring(replaced=("settlements",), settlement=[settlement()])


def test_another_folder_is_not_made_a_workspace(county: Workspace) -> None:
    county.folder.mkdir()
    (county.folder / "letter.txt").write_text("mine", "utf-8")
    with pytest.raises(MedauditError, match="不是空的"):
        county.bring(settlement=[settlement()])


def test_what_an_import_that_was_killed_left_does_not_count(county: Workspace) -> None:
    county.bring(settlement=[settlement("S1")])
    stray = county.folder / "records" / "settlement" / "2025-03" / "2-1.parquet"
    stray.write_bytes(b"PAR1 half")
    (county.folder / ".import-abc").mkdir()
    county.bring(settlement=[settlement("S2")])
    assert not (county.folder / ".import-abc").exists()
    assert county.values("setl_id") == ["S1", "S2"]


def test_a_table_that_no_file_holds_is_not_begun_anew(county: Workspace) -> None:
    county.bring(settlement=[settlement()], care_home=[{"care_home": "A", "name": "甲"}])
    before = (county.folder / MARK).read_text("utf-8")
    with pytest.raises(MedauditError, match="care_home"):
        county.bring(replaced=("care_home",), settlement=[settlement("S2")])
    assert (county.folder / MARK).read_text("utf-8") == before
