"""The generated pages hold what the code says today."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"


def test_the_generated_pages_are_fresh() -> None:
    spec = importlib.util.spec_from_file_location("docs_make", DOCS / "make.py")
    assert spec and spec.loader
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    stale = [
        name
        for name, text in make.pages().items()
        if not (DOCS / name).is_file() or (DOCS / name).read_text("utf-8") != text
    ]
    assert not stale, "run `make docs`"


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("README.md", r"(\d+) schemes and (\d+) innocent lookalikes"),
        ("README.zh-CN.md", r"埋入 (\d+) 种违规情形和 (\d+) 种看似可疑"),
        ("CHANGELOG.md", r"(\d+) planted schemes and (\d+) innocent lookalikes"),
    ],
)
def test_the_schemes_and_lookalikes_are_as_many_as_a_page_says(page: str, told: str) -> None:
    found = re.search(told, (ROOT / page).read_text("utf-8"))
    there = [ROOT / "medaudit" / "synth" / kind for kind in ("schemes", "lookalikes")]
    assert found
    assert [int(n) for n in found.groups()] == [len(list(p.glob("[!_]*.py"))) for p in there]
