"""Sheets as they come: every row as text with its number, and what a reader of cells alone would not see.

Nothing in a workbook is run or followed: of macros, links and formulas only their presence is looked at.
"""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.library.values import plain
from medaudit.records.text import read_text
from medaudit.records.unreadable import why_unreadable
from medaudit.records.workbook import cell_text

WORKBOOKS = (".xlsx", ".xlsm")
OLD = (".xls", ".xlsb", ".et")  # workbooks whose formulas and hidden rows cannot be seen
DELIMITED = (".csv", ".tsv", ".txt")
LARGEST = 3 * 1024**3  # bytes of a workbook once unpacked: more is no list
CHUNK = 1 << 20


@dataclass
class Sheet:
    """One table as text. rows: cells without breaks and full widths; the first is row 1 of the file."""

    file: Path
    name: str  # "" of a text file
    rows: list[list[str]]
    formulas: set[tuple[int, int]] = field(default_factory=set)  # row from 1, column from 0
    hidden: set[int] = field(default_factory=set)  # rows from 1
    is_hidden: bool = False


def read(path: Path) -> tuple[list[Sheet], list[str]]:
    """The sheets of a file, and what should be known of the file as a whole.

    Raises MedauditError for one that is not there, of no known kind, damaged or larger than any list.
    """
    ending = path.suffix.lower()
    if not path.is_file():
        raise _cannot(say("没有这个文件", "no such file"), path, say("检查路径", "check the path"))
    try:
        if ending in WORKBOOKS:
            return _workbook(path)
        if ending in DELIMITED:
            return [_text(path)], []
    except MedauditError:
        raise
    except Exception as error:
        why, do = why_unreadable(error)
        raise _cannot(why, path, do) from error
    if ending in OLD:
        raise _cannot(
            say("这种工作簿看不出公式和隐藏的行", "formulas and hidden rows cannot be seen in such a workbook"), path,
            say("用 Excel 或 WPS 另存为 .xlsx，再导入", "save it as .xlsx and import that"),
        )  # fmt: skip
    known = " ".join((*WORKBOOKS, *DELIMITED))
    raise _cannot(
        say("不认识的文件类型", "not a kind of file that is read"), path,
        say(f"可读：{known}", f"readable: {known}"),
    )  # fmt: skip


def _cannot(what: str, path: Path, do: str) -> MedauditError:
    return MedauditError(Problem(what, str(path), do))


def _text(path: Path) -> Sheet:
    with TemporaryDirectory() as folder:
        opened = read_text(path, "", Path(folder))
        with opened.path.open(encoding="utf-8-sig", newline="") as stream:
            told = csv.reader(stream, delimiter=opened.delimiter)
            return Sheet(path, "", [[plain(cell) for cell in row] for row in told])


def _workbook(path: Path) -> tuple[list[Sheet], list[str]]:
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    parts, about = _looked_into(path)
    sheets = []
    with CalamineWorkbook.from_path(path) as book:
        for place, told in enumerate(book.sheets_metadata):
            cells = book.get_sheet_by_name(told.name)
            # Rows come from the first of the sheet, cells from the first column that holds anything.
            before = [""] * (cells.start or (0, 0))[1]
            rows = [before + [plain(cell_text(cell)) for cell in row] for row in cells.iter_rows()]
            _fill_merged(rows, cells.merged_cell_ranges or [])
            sheet = Sheet(path, told.name, rows, is_hidden=told.visible != SheetVisibleEnum.Visible)
            if place < len(parts):
                sheet.formulas, sheet.hidden = _unseen(path, parts[place])
            sheets.append(sheet)
    return sheets, about


def _fill_merged(
    rows: list[list[str]],
    ranges: list[tuple[tuple[int, int], tuple[int, int]]],
) -> None:
    """What stands in a merged cell stands in all of its rows; a title merged across stays where it is."""
    for (top, left), (bottom, right) in ranges:
        if right > left + 1 or bottom >= len(rows) or bottom == top or left >= len(rows[top]):
            continue
        for row in rows[top + 1 : bottom + 1]:
            if left < len(row):
                row[left] = row[left] or rows[top][left]


def _looked_into(path: Path) -> tuple[list[str], list[str]]:
    """The parts of an XLSX that are its sheets, in their order, and what it carries beside cells."""
    if not zipfile.is_zipfile(path):
        return [], []
    with zipfile.ZipFile(path) as packed:
        names = packed.namelist()
        if sum(part.file_size for part in packed.infolist()) > LARGEST:
            raise _cannot(
                say("解开后大得不像清单", "unpacked it is larger than any list"), path,
                say("只保留清单所在的工作表，另存后重试", "save the sheet with the list alone and try again"),
            )  # fmt: skip
        about = []
        if any(name.endswith("vbaProject.bin") for name in names):
            about.append(say("含有宏，没有运行", "has macros, which were not run"))
        if any("externalLinks/" in name for name in names):
            about.append(
                say("含有外部链接，没有跟随", "has links to other files, which were not followed")
            )
        with suppress(KeyError):
            links = {
                told["Id"]: re.sub(r"^/?(?:xl/)?", "", told["Target"])
                for tag in re.findall(
                    r"<Relationship [^>]*>", _flat(packed, "xl/_rels/workbook.xml.rels")
                )
                if (told := dict(re.findall(r'(\w+)="([^"]*)"', tag)))
            }
            wanted = re.findall(
                r'<(?:\w+:)?sheet [^>]*?r:id="(\w+)"', _flat(packed, "xl/workbook.xml")
            )
            return [f"xl/{links[one]}" for one in wanted if one in links], about
    return [], about


def _flat(packed: zipfile.ZipFile, name: str) -> str:
    return packed.read(name).decode("utf-8")


_CELL = re.compile(rb'<(?:\w+:)?c [^>]*?r="([A-Z]+)(\d+)"[^>]*>\s*<(?:\w+:)?f[ >/]')
_ROW = re.compile(rb"<(?:\w+:)?row [^>]*?>")


def _unseen(path: Path, part: str) -> tuple[set[tuple[int, int]], set[int]]:
    """The cells of a sheet that are formulas, and its hidden rows, found without reading it whole."""
    formulas: set[tuple[int, int]] = set()
    hidden: set[int] = set()
    for text in _chunks(path, part):
        for letters, row in _CELL.findall(text):
            formulas.add((int(row), _column(letters.decode())))
        for tag in _ROW.findall(text):
            if b'hidden="1"' in tag or b'hidden="true"' in tag:
                number = re.search(rb' r="(\d+)"', tag)
                if number:
                    hidden.add(int(number[1]))
    return formulas, hidden


def _chunks(path: Path, part: str) -> Iterator[bytes]:
    """A part of a packed file by pieces that end where a row ends."""
    with zipfile.ZipFile(path) as packed, packed.open(part) as stream:
        rest = b""
        while piece := stream.read(CHUNK):
            rest += piece
            cut = rest.rfind(b"</row>")
            if cut >= 0:
                yield rest[:cut]
                rest = rest[cut:]
        yield rest


def _column(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1
