"""A ring as one HTML page: summary, pictures, members, sessions. Nothing from outside; opens from a USB stick and prints."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path

from medaudit.dossier.rings import pictures
from medaudit.dossier.rings.page import heading, sections
from medaudit.dossier.rings.ring import Ring
from medaudit.handbook.rule import Section, explain
from medaudit.handbook.shelf import find
from medaudit.language import say, spoken
from medaudit.output.svg import FONTS
from medaudit.output.whole import demand_ending, opened

ENDINGS = (".html", ".svg")
_STYLE = f"""
body {{ font: 15px/1.55 {FONTS}; color: #222; background: #fff; margin: 2em auto; max-width: 1000px; padding: 0 1em; }}
h1 {{ font-size: 1.5em; }} h2 {{ font-size: 1.15em; margin-top: 1.8em; }}
pre {{ font: 12.5px/1.4 'Sarasa Mono SC','Noto Sans Mono CJK SC',Consolas,monospace; overflow-x: auto; }}
.picture {{ overflow-x: auto; border: 1px solid #e3e8ee; }} .note {{ color: #555; }}
@media print {{ body {{ margin: 0; }} .picture svg {{ max-width: 100%; height: auto; }} }}
"""


def demand_picture(path: Path | None, option: str) -> None:
    """Raise MedauditError where a picture is asked for under another ending."""
    demand_ending(path, option, ENDINGS, ("图", "a picture"))


def write(one: Ring, path: Path) -> None:
    """The page of a ring (.html), or its presence matrix alone (.svg). Names are masked."""
    made = pictures.matrix(one) if path.suffix.lower() == ".svg" else "\n".join(_page(one))
    with opened(path) as stream:
        stream.write(made.encode())


def _page(one: Ring) -> Iterator[str]:
    """The page, with what the rule behind the ring says to rule out and to do next."""
    title = html.escape(heading(one))
    yield f'<!DOCTYPE html>\n<html lang="{"zh-CN" if spoken() == "zh" else "en"}">\n<head><meta charset="utf-8"><title>{title}</title>'
    yield f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>\n<body>\n<h1>{title}</h1>'
    note = say(
        "这是线索，不是结论：同时出现本身不违规，先排除正常情形，再核实卡由谁保管。",
        "A lead, not a verdict: being seen together is no wrong. Rule out harmless explanations, then ask who keeps the cards.",
    )
    yield f'<p class="note">{html.escape(note)}</p>'
    summary, *rest = sections(one)
    yield "<ul>" + "".join(f"<li>{html.escape(item)}</li>" for item in summary.items) + "</ul>"
    for key, name, svg in pictures.whole(one):
        yield f'<h2>{html.escape(name)}</h2>\n<div class="picture" id="{key}">{svg}</div>'
    for section in rest:
        if section.key != "presence":
            yield f"<h2>{html.escape(section.heading)}</h2>\n<pre>{html.escape(section.block)}</pre>"
    for section in advice(one):
        items = "".join(f"<li>{html.escape(item)}</li>" for item in section.items)
        text = f"<p>{html.escape(section.text)}</p>" if section.text else ""
        yield f"<h2>{html.escape(section.heading)}</h2>\n{text}<ul>{items}</ul>"
    yield "</body>\n</html>"


def advice(one: Ring) -> list[Section]:
    """Of the rule that tells such rings: the harmless explanations, the next steps and the legal basis."""
    code = {"cards": "LNK01", "admissions": "LNK02", "tour": "LNK05"}[str(one.row["kind"])]
    return [
        section for section in explain(find(code)) if section.key in ("benign", "next", "basis")
    ]
