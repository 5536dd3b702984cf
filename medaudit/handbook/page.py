"""A rule's page as text for the terminal, as markdown and as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from medaudit.detectors.rule import Rule
from medaudit.handbook.rule import Section, explain, title
from medaudit.language import say
from medaudit.output import show as output
from medaudit.output.table import UNKNOWN_WIDTH
from medaudit.output.whole import opened
from medaudit.output.wrap import width, wrap

MARKS = ("✓", "✗", "?")


def text(heading: str, sections: Sequence[Section], columns: int = UNKNOWN_WIDTH) -> str:
    """The page for a terminal, no line wider than `columns`."""
    lines = [heading, "=" * width(heading)]
    for section in sections:
        lines += ["", wrap(section.heading, columns)]
        if section.text:
            lines += _indented(section.text, "  ", "  ", columns)
        for item in section.items:
            mark = "  " if item[:1] in MARKS else "  - "  # a mark of its own is enough
            lines += _indented(item, mark, "    ", columns)
        lines += [f"  {line}".rstrip() for line in section.block.split("\n") if section.block]
    return "\n".join(lines)


def markdown(heading: str, sections: Sequence[Section], depth: int = 1) -> str:
    """The page as markdown, its heading at `depth`."""
    parts = [f"{'#' * depth} {heading}"]
    for section in sections:
        parts.append(f"{'#' * (depth + 1)} {section.heading}")
        if section.text:
            parts.append(_escaped(section.text))
        if section.items:
            parts.append("\n".join(f"- {_escaped(item)}" for item in section.items))
        if section.block:
            parts.append(f"```text\n{section.block}\n```")
    return "\n\n".join(parts)


def document(rule: Rule, values: Mapping[str, Any]) -> dict[str, Any]:
    """The page for machines: the header's codes as they are, and the texts of the sections by key."""
    return {
        "code": rule.code,
        "title": rule.name,
        "family": rule.family,
        "status": rule.status,
        "level": rule.level,
        "subject": rule.subject,
        "key": list(rule.key),
        "responsible": list(rule.responsible),
        "prior": rule.prior,
        "basis": list(rule.basis),
        "needs": list(rule.needs),
        "excludes": list(rule.excludes),
        "params": {
            name: {"value": values[name], "default": param.default, "unit": param.unit}
            for name, param in rule.params.items()
        },
        "columns": list(rule.columns),
        "reads": sorted(rule.reads),
        "page": as_json(explain(rule, values)),
    }


def show_page(rule: Rule, values: Mapping[str, Any], format: str, target: Path | None) -> None:
    """Put the page of a rule before the user. values: its parameters as settings have them."""
    show_sections(title(rule), explain(rule, values), document(rule, values), format, target)


def show_sections(
    heading: str,
    sections: Sequence[Section],
    told: Mapping[str, Any],
    format: str,
    target: Path | None,
) -> None:
    """Put a page before the user, on stdout or in a file. told: what it says for machines."""
    import pandas as pd

    form = output.format_of(format, target)
    if form in ("csv", "xlsx"):
        rows = [(s.heading, "\n".join([s.text, *s.items]).strip()) for s in sections]
        heads = {"heading": heading, "text": say("说明", "Text")}
        output.show(
            pd.DataFrame(rows, columns=list(heads), dtype=object), format, target, columns=heads
        )
        return
    written = {
        "json": lambda: json.dumps(told, ensure_ascii=False, indent=2),
        "markdown": lambda: markdown(heading, sections),
        "table": lambda: text(heading, sections),
    }[form]()
    with output.standard_output() if target is None else opened(target) as stream:
        stream.write((written + "\n").encode("utf-8"))


def as_json(sections: Sequence[Section]) -> dict[str, dict[str, Any]]:
    """The texts of sections by key."""
    return {
        section.key: {
            "heading": section.heading,
            "text": section.text,
            "items": list(section.items),
        }
        for section in sections
    }


def _indented(told: str, first: str, rest: str, columns: int) -> list[str]:
    lines = wrap(told, columns - len(rest)).split("\n")
    return [(rest if number else first) + line for number, line in enumerate(lines)]


def _escaped(told: str) -> str:
    return told.replace("*", "\\*").replace("<", "&lt;")
