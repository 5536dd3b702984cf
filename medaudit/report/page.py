"""The page itself: one HTML file that holds everything it needs, and allows itself nothing from outside."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from medaudit.language import say, spoken
from medaudit.output.cells import shown
from medaudit.output.wrap import clean

ASSETS = Path(__file__).parent / "assets"
SCRIPTS = ("tools.js", "list.js", "charts.js", "suspect.js", "ring.js", "app.js")
# What would end a script or begin a comment in one. JSON reads them as the characters they stand for.
_ESCAPED = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


def render(told: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    """The HTML. told: what the template shows of itself; data: what the scripts draw, as JSON."""
    import jinja2

    loader = jinja2.FileSystemLoader(ASSETS)
    shelf = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )  # fmt: skip
    shelf.filters |= {"shown": shown, "whole": _whole}
    style = _read("report.css")
    script = "".join(_read(name) for name in SCRIPTS)
    html = shelf.get_template("report.html.j2").render(
        **told,
        say=say,
        language="zh-CN" if spoken() == "zh" else "en",
        style=style,
        script=script,
        policy=policy(style, script),
        data={name: embedded(part) for name, part in data.items()},
    )
    return clean(html)


def embedded(part: Any) -> str:
    """JSON that is harmless within a script element whatever stands in it."""
    text = json.dumps(part, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=str)
    return text.translate(_ESCAPED)


def policy(style: str, script: str) -> str:
    """The content security policy: this very style and script, and nothing else from anywhere."""
    return f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _read(name: str) -> str:
    """A part of the page, as it stands between its tags."""
    text = (ASSETS / name).read_text(encoding="utf-8").replace("\r\n", "\n")
    assert not re.search(r"</(script|style)", text, re.IGNORECASE)
    return text


def _whole(number: Any) -> str:
    return "" if number is None or number == "" else f"{number:,}"
