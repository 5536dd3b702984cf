"""Suspects and findings as JSON, written row by row so that a long list never stands in memory whole."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

from medaudit.output.cells import jsonable, values
from medaudit.output.columns import kind
from medaudit.output.national import result_3101
from medaudit.output.whole import Target, opened

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, Any]
Lines = Callable[[Sequence[str]], "pd.DataFrame"]


def write_json(
    target: Target,
    suspects: pd.DataFrame,
    findings: Iterable[pd.DataFrame],
    *,
    titles: Mapping[str, str] | None = None,
    basis: Mapping[str, Sequence[str]] | None = None,
    lines: Lines | None = None,
    about: Mapping[str, Any] | None = None,
) -> None:
    """Write one document `{"about": …, "suspects": […], "findings": […]}`, one row a line, in UTF-8.

    Column names and values are those of the CSV files, language-free; money is a number of yuan
    with at most 2 decimals, evidence an object. Each finding also has `result_3101`, the national
    interface's form of it. `titles` and `basis` are by rule code; `lines` gives, for the finding_ids
    of one frame, their fee lines (finding_id, feedetl_sn, amount); `about` says what was run.
    """
    with opened(target) as stream:
        stream.write(b'{"about": ' + _text(dict(about or {})) + b',\n"suspects": ')
        _array(stream, rows(suspects))
        stream.write(b',\n"findings": ')
        _array(stream, _documented(findings, titles or {}, basis or {}, lines))
        stream.write(b"}\n")


def write_rows(frames: Iterable[pd.DataFrame], target: Target) -> None:
    """Write the rows of any frames as one JSON array of objects, one row a line, in UTF-8."""
    with opened(target) as stream:
        _array(stream, (row for frame in frames for row in rows(frame)))
        stream.write(b"\n")


def rows(frame: pd.DataFrame) -> Iterator[Row]:
    """The rows of `frame` as objects that JSON can hold."""
    names = [str(name) for name in frame.columns]
    cells = ([jsonable(v, kind(name)) for v in values(frame[name])] for name in names)
    for row in zip(*cells, strict=True):
        yield dict(zip(names, row, strict=True))


def _documented(
    findings: Iterable[pd.DataFrame],
    titles: Mapping[str, str],
    basis: Mapping[str, Sequence[str]],
    lines: Lines | None,
) -> Iterator[Row]:
    for frame in findings:
        of: dict[str, list[Row]] = defaultdict(list)
        if lines is not None and len(frame):
            for line in rows(lines(frame["finding_id"].tolist())):
                of[line["finding_id"]].append(line)
        for row in rows(frame):
            rule, its = row["rule"], of[row["finding_id"]]
            row["result_3101"] = result_3101(row, titles.get(rule), basis.get(rule, ()), its)
            yield row


def _array(stream: BinaryIO, items: Iterable[Row]) -> None:
    between = b"[\n"
    for item in items:
        stream.write(between + _text(item))
        between = b",\n"
    stream.write(b"[]" if between == b"[\n" else b"\n]")


def _text(item: Any) -> bytes:
    text = json.dumps(item, ensure_ascii=False, allow_nan=False, default=str)
    return text.encode("utf-8", errors="replace")
