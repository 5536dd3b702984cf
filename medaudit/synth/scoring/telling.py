"""Where a score goes: the page, the list of schemes or the JSON document, and the picture."""

from __future__ import annotations

import shutil
from pathlib import Path

from medaudit.check.page import as_markdown, as_text
from medaudit.language import say
from medaudit.output.show import FILE_WIDTH, format_of, show, standard_output
from medaudit.output.svg import demand_svg
from medaudit.output.whole import opened
from medaudit.synth.scoring import Score
from medaudit.synth.scoring.document import as_json, by_scheme
from medaudit.synth.scoring.page import blocks
from medaudit.synth.scoring.picture import picture

WIDEST = 100  # longer lines are hard to read


def demand_possible(format: str, output: Path | None, picture_to: Path | None) -> None:
    """Raise MedauditError for a format or an ending that is not known, before any work is done."""
    format_of(format, output)
    demand_svg(picture_to, "--picture")


def tell(score: Score, format: str, output: Path | None, picture_to: Path | None) -> None:
    """Put a score before the user: a page as table or markdown, one row a scheme as csv or xlsx, all as json."""
    form = format_of(format, output)
    if picture_to is not None:
        with opened(picture_to) as stream:
            stream.write(picture(score.lists).encode("utf-8"))
    if form in ("csv", "xlsx"):
        show(by_scheme(score), form, output, title=say("评分", "Score"))
        return
    if form == "json":
        text = as_json(score)
    elif form == "markdown":
        text = as_markdown(blocks(score))
    else:
        room = FILE_WIDTH if output else min(shutil.get_terminal_size((80, 24)).columns, WIDEST)
        text = as_text(blocks(score), room)
    with standard_output() if output is None else opened(output) as stream:
        stream.write((text.rstrip("\n") + "\n").encode("utf-8", errors="replace"))
