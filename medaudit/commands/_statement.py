"""Pages and lists about the ledger put before the user, with names masked, and what a run folder knows of those in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import typer

from medaudit.commands._options import Common
from medaudit.language import say
from medaudit.ledger.parts import Listing, Page

HERE = Path("medaudit-run")
TOP = 10


def show_page(page: Page, common: Common, names: Mapping[str, str]) -> None:
    """Put a page before the user; as CSV or XLSX its central table. names: code → name, which is masked wherever it stands."""
    import pandas as pd

    from medaudit.handbook.lines import aligned
    from medaudit.handbook.page import show_sections
    from medaudit.handbook.rule import Section
    from medaudit.output import show as output
    from medaudit.output.mask import mask_name

    def hidden(text: str) -> str:
        for name in names.values():
            text = text.replace(name, mask_name(name)) if len(name) > 1 else text
        return text

    if output.format_of(common.format, common.output) in ("csv", "xlsx"):
        frame = pd.DataFrame(page.rows, columns=list(page.columns), dtype=object).map(
            lambda cell: hidden(cell) if isinstance(cell, str) else cell
        )
        output.show(frame, common.format, common.output, columns=page.columns, title=page.heading)
        return
    sections = [
        Section(part.key, part.heading, hidden(part.text), [hidden(one) for one in part.items],
                "\n".join(aligned([[hidden(cell) for cell in row] for row in part.rows], part.widths)) if part.rows else "")
        for part in page.parts
    ]  # fmt: skip
    document = json.loads(hidden(json.dumps(page.document, ensure_ascii=False)))
    heading = " ".join([page.heading, *map(hidden, names.values())])
    show_sections(heading, sections, document, common.format, common.output)


def show_listing(listing: Listing, common: Common) -> None:
    """Put a list before the user: on a screen its first rows, with what is to be said of it."""
    import pandas as pd

    from medaudit.output import show as output
    from medaudit.output.mask import masked

    form = output.format_of(common.format, common.output)
    rows = list(listing.rows)
    shown = rows[: common.top or TOP] if form == "table" or common.top else rows
    frame = masked(pd.DataFrame(shown, columns=list(listing.columns), dtype=object), names_only=True)  # fmt: skip
    output.show(frame, common.format, common.output, columns=listing.columns, title=listing.title)
    if common.quiet:
        return
    if len(shown) < len(rows):
        more = say(f"列出 {len(shown)} / {len(rows):,}，--top 可多列。", f"{len(shown)} of {len(rows):,} listed, --top lists more.")  # fmt: skip
        typer.echo(more, err=True)
    typer.echo(listing.note, err=True)


def run_folder(given: Path | None) -> Path | None:
    """The run folder as given, else the usual one where there is a run, else none. Raises MedauditError when the one given is none."""
    from medaudit.records.stored import is_run
    from medaudit.runs.folder import demand_run

    if given is not None:
        return demand_run(given)
    return demand_run(HERE) if is_run(HERE) else None


def names_in(run: Path | None, kinds: tuple[str, ...]) -> dict[str, str]:
    """The names a run has for subjects of these kinds, by code."""
    if run is None:
        return {}
    from medaudit.runs.reading import frame

    subjects = frame(run, "subjects")
    chosen = subjects[subjects["subject_type"].isin(kinds)]
    pairs = zip(chosen["subject_id"], chosen["subject_name"], strict=True)
    return {str(code): name for code, name in pairs if isinstance(name, str) and name}


def codes_in(run: Path | None, kinds: tuple[str, ...]) -> set[str]:
    """The codes a run has for subjects of these kinds."""
    if run is None:
        return set()
    from medaudit.runs.reading import frame

    subjects = frame(run, "subjects")
    return set(subjects[subjects["subject_type"].isin(kinds)]["subject_id"].astype(str))
