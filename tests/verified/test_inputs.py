"""Where the inputs of a run lie now, and whether they are what they were."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from medaudit.errors import MedauditError
from medaudit.progress import SILENT
from medaudit.records.source import Source
from medaudit.verified.inputs import locate


def recorded(*files: Path, base: Path) -> dict[str, Any]:
    """What run.json says of files below a folder that was scanned."""
    inputs = [{"file": str(f), "sha256": hashlib.sha256(f.read_bytes()).hexdigest()} for f in files]
    return {"paths": [str(base)], "inputs": inputs, "knowledge": []}


def source(path: Path) -> Source:
    return Source(path, "", "csv", "", "", [], [], [], 2)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two files of one name in two folders."""
    for month, text in (("01", "a"), ("02", "b")):
        (tmp_path / "data" / month).mkdir(parents=True)
        (tmp_path / "data" / month / "fees.csv").write_text(text)
    return tmp_path / "data"


def files(data: Path) -> list[Path]:
    return sorted(data.rglob("*.csv"))


def test_files_that_lie_where_they_lay_are_the_same(data: Path) -> None:
    located = locate(recorded(*files(data), base=data), (), SILENT)
    told = located.held([source(path) for path in files(data)], SILENT)
    assert (told.changed, told.more, len(told.same)) == ([], [], 2)
    assert not told.differ


def test_below_another_folder_each_is_found_at_its_own_place(data: Path, tmp_path: Path) -> None:
    told = recorded(*files(data), base=data)
    moved = data.rename(tmp_path / "archive")
    located = locate(told, [moved], SILENT)
    assert not located.held([source(path) for path in files(moved)], SILENT).differ


def test_two_files_that_changed_places_have_both_changed(data: Path) -> None:
    told = recorded(*files(data), base=data)
    (data / "01" / "fees.csv").write_text("b")
    (data / "02" / "fees.csv").write_text("a")
    held = locate(told, (), SILENT).held([source(path) for path in files(data)], SILENT)
    assert len(held.changed) == 2


def test_every_missing_file_is_named_at_once(data: Path) -> None:
    told = recorded(*files(data), base=data)
    for path in files(data):
        path.unlink()
    with pytest.raises(MedauditError) as error:
        locate(told, (), SILENT).held([], SILENT)
    assert [Path(one.where).parent.name for one in error.value.problems] == ["01", "02"]


def test_a_missing_file_under_another_name_is_told_by_its_content(data: Path) -> None:
    told = recorded(*files(data), base=data)
    (data / "01" / "fees.csv").rename(data / "january.csv")
    held = locate(told, (), SILENT).held([source(path) for path in files(data)], SILENT)
    assert not held.differ


def test_what_spark_read_from_elsewhere_has_no_hash_to_go_by() -> None:
    told = {"paths": ["hdfs://x"], "inputs": [{"file": "hdfs://x/a", "sha256": None}]}
    with pytest.raises(MedauditError, match="hdfs://x/a"):
        locate(told, (), SILENT)
