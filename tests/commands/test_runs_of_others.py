"""Every command that reads a run says what is wrong with one it cannot read, and ends with 2."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.export.conftest import run
from tests.typed import Type

__all__ = ["run"]

READERS = {
    "report": ("report", "medaudit-run"),
    "report, earlier": ("report", "sound", "--compare", "medaudit-run"),
    "compare, new": ("compare", "sound", "medaudit-run"),
    "compare, old": ("compare", "medaudit-run", "sound"),
    "verify": ("verify", "medaudit-run"),
    "case": ("case", "S1"),
    "links": ("links", "--run", "medaudit-run"),
    "links of a ring": ("links", "RC12345678"),
    "review": ("review", "--list"),
    "decide": ("review", "decide", "STY01-0000000000000000", "--as", "confirmed"),
    "export": ("export",),
    "points": ("points", "D1"),
    "points, named": ("points", "D1", "--run", "medaudit-run"),
    "credit": ("credit", "H1"),
    "credit, named": ("credit", "H1", "--run", "medaudit-run"),
    "evaluate": ("evaluate", "medaudit-run", "truth.csv"),
}


@pytest.fixture(autouse=True)
def spoiled(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the run where every command looks for one, and a sound one beside it."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(run, "sound")
    return Path(shutil.copytree(run, "medaudit-run"))


@pytest.mark.parametrize("words", READERS.values(), ids=READERS)
def test_a_run_of_a_later_medaudit_is_refused(
    typed: Type, spoiled: Path, words: tuple[str, ...]
) -> None:
    mark = spoiled / "run.json"
    mark.write_text(json.dumps(json.loads(mark.read_text("utf-8")) | {"medaudit": "99.1"}), "utf-8")
    told = typed(*words)
    assert told.exit_code == 2
    assert "由更新的 medaudit 99.1 写出" in told.stderr
    assert not Path("report.html").exists()


@pytest.mark.parametrize("words", READERS.values(), ids=READERS)
@pytest.mark.parametrize("how", ["missing", "cut"])
def test_a_table_that_is_missing_or_cut_short_is_named(
    typed: Type, spoiled: Path, words: tuple[str, ...], how: str
) -> None:
    table = spoiled / "subjects.parquet"
    content = table.read_bytes()
    table.unlink() if how == "missing" else table.write_bytes(content[:-9])
    told = typed(*words)
    if words[0] == "verify":  # it is there to say so
        assert told.exit_code == 1
        assert "subjects.parquet" in told.stdout
    else:
        assert told.exit_code == 2
        assert "subjects.parquet" in told.stderr


@pytest.mark.parametrize(
    "words", [READERS[name] for name in ("report", "case", "points", "credit")], ids=lambda told: told[0]
)  # fmt: skip
def test_a_table_that_was_spoiled_within_is_named_where_it_is_read(
    typed: Type, spoiled: Path, words: tuple[str, ...]
) -> None:
    table = spoiled / "subjects.parquet"
    content = table.read_bytes()
    table.write_bytes(content[:4] + bytes(one ^ 90 for one in content[4:-9]) + content[-9:])
    told = typed(*words)
    assert told.exit_code == 2
    assert "subjects.parquet" in told.stderr
