"""The tutorials are run as they stand: their files written, their commands typed, what they quote compared.

In a ```console block a line that begins with `$ ` is typed, and the lines below it are what it must print, standard
output and errors together. A line `…` stands for any lines, `…` within a line for any text. A ```sql or ```toml block is
a file; the paragraph before it ends with the file's name in backticks. Commands succeed: one that is meant to fail says
so (`; echo "exit $?"`).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
NAMES = ("tutorial", "own-rule")
LANGUAGES = {"en": ("", "en_US.UTF-8"), "zh": (".zh", "zh_CN.UTF-8")}


@dataclass(frozen=True)
class File:
    name: str
    text: str


@dataclass(frozen=True)
class Command:
    line: int  # of the page
    text: str
    quoted: list[str]


def page(name: str, language: str) -> Path:
    return DOCS / f"{name}{LANGUAGES[language][0]}.md"


def steps(path: Path) -> Iterator[File | Command]:
    """What a page has its reader do, in order."""
    named = ""
    for token in MarkdownIt("commonmark").parse(path.read_text("utf-8")):
        if token.type == "inline":
            last = [one.content for one in token.children or () if one.type == "code_inline"][-1:]
            named = last[0] if last and re.search(r"`\W?$", token.content) else ""
        elif token.type == "fence" and token.info in ("sql", "toml"):
            assert named, f"{path.name}: the file before line {token.map} has no name"
            yield File(named, token.content)
        elif token.type == "fence" and token.info == "console":
            yield from commands(token.content.splitlines(), (token.map or [0])[0] + 2)


def commands(lines: list[str], first: int) -> Iterator[Command]:
    begins = [i for i, line in enumerate(lines) if line.startswith("$ ")]
    assert begins[:1] == [0], f"a block begins with what is typed (line {first})"
    for i, j in zip(begins, [*begins[1:], len(lines)], strict=True):
        yield Command(first + i, lines[i].removeprefix("$ "), lines[i + 1 : j])


def fits(quoted: list[str], printed: str) -> bool:
    """Whether this was printed, from its first line to its last."""
    return re.fullmatch(pattern(quoted), printed) is not None


def pattern(quoted: list[str]) -> str:
    return "".join(
        r"(?:.*\n)*?"
        if line in ("…", "...")
        else ".*?".join(map(re.escape, line.split("…"))) + r"\n"
        for line in quoted
    )


def differs(quoted: list[str], printed: str) -> str:
    """The first quoted line that was not printed where it stands; "" where all were."""
    if fits(quoted, printed):
        return ""
    held = next(n for n in range(len(quoted), -1, -1) if re.match(pattern(quoted[:n]), printed))
    return quoted[held] if held < len(quoted) else "(more was printed)"


@pytest.fixture
def typed(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """A folder with the sample, and the environment of somebody who sits down there."""
    place, home = tmp_path / "county", tmp_path / "home"
    shutil.copytree(ROOT / "sample_data", place / "sample_data")
    home.mkdir()
    own = tmp_path / "bin" / "medaudit"
    own.parent.mkdir()
    own.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m medaudit "$@"\n', "utf-8")
    own.chmod(0o755)
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "MEDAUDIT_"))}
    return place, inherited | {
        "PATH": f"{own.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",  # both streams in the order of a terminal
        "HOME": str(home),
        "COLUMNS": "80",
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_page_can_be_followed_and_quotes_what_is_printed(
    typed: tuple[Path, dict[str, str]], name: str, language: str
) -> None:
    place, environment = typed
    path = page(name, language)
    for step in steps(path):
        if isinstance(step, File):
            (place / step.name).parent.mkdir(exist_ok=True)
            (place / step.name).write_text(step.text, "utf-8")
            continue
        run = subprocess.run(
            step.text,
            shell=True,
            cwd=place,
            env=environment | {"LANG": LANGUAGES[language][1]},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        printed = "".join(f"{line.rstrip()}\n" for line in run.stdout.splitlines())
        here = f"{path.name}:{step.line}: $ {step.text}"
        assert run.returncode == 0, f"{here}\nexit {run.returncode}\n{printed}"
        wrong = differs(step.quoted, printed)
        assert not wrong, f"{here}\nnot where it is quoted: {wrong}\nprinted:\n{printed}"


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_have_the_reader_do_the_same(name: str) -> None:
    english, chinese = (
        [
            # What stands in quotes is prose, and so are files but for their names.
            step.name if isinstance(step, File) else re.sub(r'"[^"]*"', '""', step.text)
            for step in steps(page(name, language))
        ]
        for language in LANGUAGES
    )
    assert english == chinese
    assert len(english) > 9


@pytest.mark.parametrize(
    ("quoted", "held"),
    [
        (["one", "two", "three"], True),
        (["one", "…", "three"], True),
        (["one", "…", "two", "three"], True),
        (["o…e", "...", "…ee"], True),
        (["one", "two"], False),
        (["one", "three"], False),
        (["…", "two", "one", "…"], False),
        (["one … three"], False),
        ([], False),
    ],
)
def test_quotes_are_matched_line_by_line(quoted: list[str], held: bool) -> None:
    assert fits(quoted, "one\ntwo\nthree\n") == held
