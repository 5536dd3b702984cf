"""Where a check's results go: the report to standard output, the letter and the settings to files."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from medaudit.check import Report
from medaudit.check.asjson import as_json
from medaudit.check.letter import is_needed, letter
from medaudit.check.page import as_markdown, as_text
from medaudit.check.report import blocks
from medaudit.check.template import template
from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.output.show import show, standard_output
from medaudit.output.whole import opened

if TYPE_CHECKING:
    import pandas as pd

STANDARD_OUTPUT = Path("-")
WIDEST = 100  # longer lines are hard to read


def tell(
    report: Report,
    format: str,
    letter_to: Path | None,
    template_to: Path | None,
    aside: Callable[[str], None],
) -> None:
    """Write what was asked for. A letter or template to `-` stands on stdout instead of the report. aside: told what is none of it."""
    if letter_to and not is_needed(report):
        aside(say("什么都不缺，没有写函", "nothing is missing; no letter was written"))
        letter_to = None
    asked = [(letter_to, letter), (template_to, template)]
    for path, make in asked:
        if path is not None and path != STANDARD_OUTPUT:
            _write(path, make(report))
    printed = [make(report) for path, make in asked if path == STANDARD_OUTPUT]
    if printed:
        _print("\n".join(printed))
    elif format == "csv":
        show(notes(report), "csv")
    elif format == "json":
        _print(as_json(report))
    elif format == "markdown":
        _print(as_markdown(blocks(report)))
    else:
        width = min(shutil.get_terminal_size((80, 24)).columns, WIDEST)
        _print(as_text(blocks(report), width))


def notes(report: Report) -> pd.DataFrame:
    """The notes as a list: check, weight, where_, what, to_do, rows, of_rows, yuan."""
    import pandas as pd

    rows = [(n.check, n.weight, n.where, n.what, n.do, n.count, n.of, n.yuan) for n in report.notes]
    names = ["check", "weight", "place", "what", "to_do", "rows", "of_rows", "yuan"]
    return pd.DataFrame(rows, columns=names, dtype=object)


def demand_new(*paths: Path | None) -> None:
    """Raise MedauditError for files that exist: what somebody has worked on is not replaced."""
    what = say("已有这个文件，不会覆盖", "the file exists and is left alone")
    do = say("换一个文件名", "choose another name")
    there = [path for path in paths if path and path != STANDARD_OUTPUT and path.exists()]
    if there:
        raise MedauditError(Problem(what, str(path), do) for path in there)


def _write(path: Path, text: str) -> None:
    with opened(path) as stream:
        stream.write(text.encode("utf-8"))


def _print(text: str) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    with standard_output() as stream:
        stream.write((text.rstrip("\n") + "\n").encode(encoding, errors="replace"))
