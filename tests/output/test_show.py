from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from medaudit.errors import MedauditError
from medaudit.output.show import ENDINGS, show

ROOT = Path(__file__).parents[2]
MANY = """
import pandas as pd
from medaudit.output.show import show
show(pd.DataFrame({"rule": ["STY02"] * 200_000}), "csv")
"""


class Console(io.TextIOWrapper):
    """A stdout that keeps what it was given."""

    def __init__(self, encoding: str) -> None:
        self.held = io.BytesIO()
        super().__init__(self.held, encoding=encoding)


@pytest.mark.parametrize("ending", sorted(ENDINGS))
def test_the_ending_of_the_file_says_what_is_written(
    suspects: pd.DataFrame, tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"list{ending.upper()}"
    show(suspects, "json", path, columns=["subject_name", "score"])
    if ending == ".xlsx":
        cells = [[cell.value for cell in row] for row in openpyxl.load_workbook(path).worksheets[0]]
        assert cells[:2] == [["对象名称", "预期金额(元)"], ["县第一人民医院", 8047.3]]
        return
    text = path.read_text("utf-8-sig")
    assert "县第一人民医院" in text
    assert ("subject_name" in text) == (ending in (".csv", ".json"))


def test_an_unknown_ending_is_refused_and_the_known_ones_named(suspects: pd.DataFrame) -> None:
    with pytest.raises(MedauditError, match=r"\.csv \.json \.md \.txt \.xlsx"):
        show(suspects, output=Path("list.pdf"))


def test_an_unknown_format_is_refused_with_the_likely_one(suspects: pd.DataFrame) -> None:
    with pytest.raises(MedauditError, match="markdown"):
        show(suspects, "markdwon")


def test_each_format_reaches_stdout(
    suspects: pd.DataFrame, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    show(suspects, "csv")
    assert capfdbinary.readouterr().out.startswith(b"\xef\xbb\xbfrank,subject_type,")
    show(suspects, "json")
    assert len(json.loads(capfdbinary.readouterr().out)) == len(suspects)
    show(suspects, "markdown", columns={"subject_name": "名称"})
    assert capfdbinary.readouterr().out.decode().startswith("| 名称")
    show(suspects, columns=["rank", "subject_name"])
    assert "排名" in capfdbinary.readouterr().out.decode()


def test_several_frames_are_one_list(
    suspects: pd.DataFrame, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    for form in ("csv", "json", "table"):
        show(iter([suspects.head(1), suspects.tail(3)]), form)
        parts = capfdbinary.readouterr().out
        show(suspects, form)
        assert parts == capfdbinary.readouterr().out


@pytest.mark.parametrize("encoding", ["ascii", "gb18030", "cp936", "latin-1"])
def test_a_console_that_lacks_a_character_shows_the_rest(
    monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    console = Console(encoding)
    monkeypatch.setattr(sys, "stdout", console)
    show(pd.DataFrame({"reason": ["STY02 县医院 𠮷 😀"]}), width=80)
    assert "STY02" in console.held.getvalue().decode(encoding)


def test_a_stdout_for_text_only_gets_text(
    suspects: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = io.StringIO()
    monkeypatch.setattr(sys, "stdout", page)
    show(suspects, columns=["subject_name"])
    assert "县第一人民医院" in page.getvalue()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell's pipe")
def test_a_reader_who_has_seen_enough_ends_it_quietly() -> None:
    command = [sys.executable, "-c", MANY]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_stdout_that_is_full_is_explained() -> None:
    program = MANY.replace("show(pd", "from medaudit.errors import MedauditError\ntry:\n show(pd")
    program += "except MedauditError as error:\n import sys; sys.exit(str(error))\n"
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", program], stdout=full, stderr=subprocess.PIPE, cwd=ROOT
        )
    assert "磁盘空间不足".encode() in done.stderr
    assert b"Traceback" not in done.stderr
