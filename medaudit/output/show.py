"""The one place where a command's result is put before the user: on stdout or in a file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from medaudit.errors import MedauditError, Problem, did_you_mean
from medaudit.language import say
from medaudit.output.columns import Columns
from medaudit.output.whole import FULL, disk_problem, opened

if TYPE_CHECKING:
    import pandas as pd

FORMATS = ("table", "csv", "json", "markdown")
FILE_WIDTH = 100  # a text file does not depend on the terminal it was made on
ENDINGS = {".csv": "csv", ".json": "json", ".md": "markdown", ".txt": "table", ".xlsx": "xlsx"}


def show(
    frames: pd.DataFrame | Iterable[pd.DataFrame],
    format: str = "table",
    output: Path | None = None,
    *,
    columns: Columns | None = None,
    width: int | None = None,
    title: str = "",
) -> None:
    """Put one list before the user: on stdout in `format`, or in the file `output` by its ending.

    `columns` chooses and orders the columns; a mapping name → heading also names them (CSV and JSON
    keep the names). `width` is that of a table, `title` the name of the XLSX sheet.
    Several frames with the same columns are one list. CSV, JSON and XLSX take them one at a time.
    """
    import pandas as pd

    form = format_of(format, output)
    several = [frames] if isinstance(frames, pd.DataFrame) else frames
    if columns is not None:
        several = (frame.reindex(columns=list(columns)) for frame in several)
    if form == "xlsx":
        from medaudit.output.xlsx import write_sheet

        write_sheet(cast(Path, output), several, columns, title)
        return
    with standard_output() if output is None else opened(output) as stream:
        encoding = "utf-8" if output or form in ("csv", "json") else _encoding()
        wide = width or (FILE_WIDTH if output else None)
        _write(several, form, stream, columns, wide, encoding)


def format_of(format: str, output: Path | None) -> str:
    """The form asked for, known before any work is done; MedauditError for one that is not known."""
    if output is None:
        if format in FORMATS:
            return format
        what = say(f"没有 {format} 这种格式", f"there is no format {format}")
        raise MedauditError(Problem(what, "--format", did_you_mean(format, FORMATS)))
    ending = output.suffix.lower()
    if ending in ENDINGS:
        return ENDINGS[ending]
    what = say("看不出要写成哪种文件", "the ending does not say which kind of file to write")
    known = " ".join(ENDINGS)
    do = say(f"文件名以下列之一结尾：{known}", f"let the name end in one of: {known}")
    raise MedauditError(Problem(what, f"--output {output}", do))


@contextmanager
def standard_output() -> Iterator[BinaryIO]:
    """Stdout for bytes. Ends quietly when whoever reads it (`| head`) has seen enough."""
    try:
        sys.stdout.flush()
        with _bytes() as stream:
            yield stream
            stream.flush()
    except BrokenPipeError:
        # Python flushes stdout once more at exit, and must not meet the closed pipe again.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        if error.filename is not None:
            raise
        raise unprinted(error) from error


def unprinted(error: OSError) -> MedauditError:
    """What to tell the user when standard output takes no more."""
    place = say("标准输出", "standard output")
    if error.errno not in FULL:
        return disk_problem(error, place)
    what = say(
        "磁盘空间不足，没有输出完；已经写好的结果不受影响",
        "the disk is full, and not all was printed; results already written are there",
    )
    return MedauditError(Problem(what, place, say("清出空间再看", "make room and look again")))


@contextmanager
def _bytes() -> Iterator[BinaryIO]:
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is not None:
        yield buffer
        return
    import io  # a stdout of text only, as notebooks and some tests have

    held = io.BytesIO()
    yield held
    sys.stdout.write(held.getvalue().decode("utf-8"))


def _encoding() -> str:
    has_bytes = hasattr(sys.stdout, "buffer")
    return (sys.stdout.encoding or "utf-8") if has_bytes else "utf-8"


def _write(
    frames: Iterable[pd.DataFrame],
    form: str,
    stream: BinaryIO,
    columns: Columns | None,
    width: int | None,
    encoding: str,
) -> None:
    if form == "csv":
        from medaudit.output.csvfile import write_csv

        write_csv(frames, stream, list(columns) if columns is not None else None)
    elif form == "json":
        from medaudit.output.jsonfile import write_rows

        write_rows(frames, stream)
    else:
        from medaudit.output.table import markdown, table

        whole = _joined(frames)
        text = markdown(whole, columns) if form == "markdown" else table(whole, columns, width)
        # A console that knows GBK only must not fail on a character it lacks.
        stream.write((text + "\n").replace("\n", os.linesep).encode(encoding, errors="replace"))


def _joined(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    held = list(frames)
    return held[0] if len(held) == 1 else pd.concat(held) if held else pd.DataFrame()
