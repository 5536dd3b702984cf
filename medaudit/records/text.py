"""Delimited text as it comes: UTF-8, GB18030 or UTF-16, packed or not, with notes above the header.

DuckDB reads sound UTF-8 in place. Everything else is decoded, and mended where it must be, as a stream
into the staging folder.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import itertools
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from medaudit.records.headers import header_of
from medaudit.records.lines import is_sound, mend

CHUNK = 4 * 1024 * 1024
HEADER_ROWS = 20
csv.field_size_limit(2**31 - 1)  # a cell of megabytes is odd, but no reason to refuse its file
_numbers = itertools.count()
_BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


class WrongEncoding(ValueError):
    """Neither UTF-8 nor GB18030."""


@dataclass(frozen=True)
class TextFile:
    """Delimited UTF-8 text DuckDB can read: where, by what it is divided, and its first rows."""

    path: Path
    encoding: str
    delimiter: str
    first_rows: list[list[str]]
    decoded: bool  # `path` is our own copy, to be removed once read
    replaced: int = 0  # bytes that were no character of the encoding


def archive(path: Path) -> zipfile.ZipFile:
    """A zip with the names of its members as whoever packed it saw them: Windows writes GB18030."""
    try:
        return zipfile.ZipFile(path, metadata_encoding="gb18030")
    except UnicodeDecodeError:
        return zipfile.ZipFile(path)


@contextmanager
def opened(path: Path, member: str = "") -> Iterator[IO[bytes]]:
    """The bytes of a file, of a gzip, or of one member of a zip."""
    if member:
        with archive(path) as packed, packed.open(member) as file:
            yield file
    elif path.suffix.lower() == ".gz":
        with gzip.open(path) as file:
            yield file  # type: ignore[misc]
    else:
        with path.open("rb") as file:
            yield file


def encoding_of(file: IO[bytes]) -> str:
    """The encoding, told by a byte-order mark or by the first bytes that are not ASCII."""
    chunk = file.read(CHUNK)
    for mark, name in _BOMS.items():
        if chunk.startswith(mark):
            return name
    while chunk and chunk.isascii():
        chunk = file.read(CHUNK)
    if not chunk:
        return "utf-8"
    damage = {name: _damage(chunk, name) for name in ("utf-8", "gb18030")}
    best = min(damage, key=lambda name: damage[name])
    # A few bad bytes are replaced and counted; more of them are another encoding.
    if damage[best] > max(3, len(chunk) // 1000):
        raise WrongEncoding
    return "gb18030" if not any(damage.values()) and _is_odd_utf8(chunk) else best


def _is_odd_utf8(chunk: bytes) -> bool:
    """Whether text that is valid as both makes no sense as UTF-8: letters of far-off alphabets, no Chinese.

    A file whose only Chinese is 医师 would otherwise be read as Armenian.
    """
    text = chunk.decode("utf-8", "ignore")
    return not re.search("[\u0800-\U0010ffff]", text) and bool(
        re.search("[\u0100-\u0390\u03ca-\u07ff]", text)
    )


def _damage(chunk: bytes, encoding: str) -> int:
    """How many bytes are no character; one that is cut in two at the end of the chunk is none of them."""
    decoder = codecs.getincrementaldecoder(encoding)
    try:
        decoder().decode(chunk)
        return 0
    except UnicodeDecodeError:
        return decoder("replace").decode(chunk).count("\ufffd")


def read_text(path: Path, member: str, staging: Path) -> TextFile:
    """Open delimited text, decoding it into `staging` when DuckDB could not read it in place.

    Raises WrongEncoding, OSError, zipfile.BadZipFile, RuntimeError (a zip with a password).
    """
    with opened(path, member) as file:
        encoding = encoding_of(file)
    plain = not member and path.suffix.lower() != ".gz" and encoding == "utf-8"
    target, replaced = path, 0
    if not plain:
        target = _staged(staging)
        with opened(path, member) as source:
            replaced = _decode(source, encoding, target)
    delimiter, rows = _first_rows(target)
    if not is_sound(target, delimiter):
        header_row, _ = header_of(rows)
        mended = _staged(staging)
        replaced += mend(target, delimiter, len(rows[header_row]), mended)
        if not plain:
            target.unlink()
        target, plain = mended, False
        delimiter, rows = _first_rows(target)
    return TextFile(target, encoding, delimiter, rows, not plain, replaced)


def _staged(staging: Path) -> Path:
    return staging / f"text-{next(_numbers)}.csv"


def _first_rows(path: Path) -> tuple[str, list[list[str]]]:
    with path.open(encoding="utf-8", errors="replace", newline="") as text:
        sample = "".join(itertools.islice(text, HEADER_ROWS))
    delimiter = _delimiter(sample)
    return delimiter, list(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter))


def _decode(source: IO[bytes], encoding: str, target: Path) -> int:
    """Stream `source` into UTF-8; returns how many characters could not be decoded."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    replaced = 0
    with target.open("wb") as out:
        while chunk := source.read(CHUNK):
            replaced += _write(out, decoder.decode(chunk))
        replaced += _write(out, decoder.decode(b"", final=True))
    return replaced


def _write(out: IO[bytes], text: str) -> int:
    out.write(text.encode("utf-8"))
    return 0 if text.isascii() else text.count("\ufffd")


def _delimiter(sample: str) -> str:
    """The delimiter that divides the rows of the sample most often (a note above it divides none)."""
    return max(",\t;|", key=lambda mark: (sample.count(mark), -",\t;|".index(mark)))
