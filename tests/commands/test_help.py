"""The help of every command and subcommand: an example that can be typed, on eighty columns, in both languages."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from medaudit.output.wrap import width

ROOT = Path(__file__).parents[2]

# Help is in the language in which a command is first imported, so this asks in a process of its own: the help of every command,
# and where each example leads, every command put off its work.
ASK = """
import json, re, shlex, sys
from medaudit import language
language.speak(sys.argv[1])
from medaudit.cli import app
import typer

def every(command, name):
    yield name, command
    for below, one in getattr(command, "commands", {}).items():
        yield from every(one, f"{name} {below}")

root = app()
reached = []
helps = {name: command.get_help(typer.Context(command, info_name=name)) for name, command in every(root, "medaudit")}
examples = {name: re.findall(r"(?:^|\\n\\n)(?:例：|Example: )(.*)$", command.help) for name, command in every(root, "medaudit")}
for name, command in every(root, "medaudit"):
    command.callback = lambda _name=name, **_: reached.append(_name)

def led(line):
    reached.clear()
    try:
        root(shlex.split(line)[1:], prog_name="medaudit", standalone_mode=False)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return reached[-1]

print(json.dumps({name: [helps[name], [(line, led(line)) for line in found]] for name, found in examples.items()}))
"""

Asked = dict[str, tuple[str, list[list[str]]]]


@pytest.fixture(scope="module", params=["zh", "en"])
def asked(request: pytest.FixtureRequest) -> Asked:
    """Command → its help, and its examples with the command that each of them is taken for."""
    run = subprocess.run(
        [sys.executable, "-c", ASK, request.param], cwd=ROOT, env=os.environ | {"COLUMNS": "80", "PYTHONUTF8": "1"},
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    told: Asked = json.loads(run.stdout)
    return told


def test_every_command_and_subcommand_has_one_example(asked: Asked) -> None:
    assert {"medaudit", "medaudit scan", "medaudit knowledge template", "medaudit review tip"} <= set(asked)  # fmt: skip
    assert [name for name, (_, examples) in asked.items() if len(examples) != 1] == []


def test_every_example_is_a_command_line_of_its_command(asked: Asked) -> None:
    wrong = [
        f"{name}: {line} → {led}"
        for name, (_, examples) in asked.items()
        for line, led in examples
        if led != name and not led.startswith(f"{name} ")
    ]
    assert wrong == []


def test_an_example_stands_in_the_help_that_is_shown(asked: Asked) -> None:
    for name, (text, examples) in asked.items():
        for line, _ in examples:
            assert "".join(line.split()) in "".join(text.split()), name


def test_no_line_is_wider_than_eighty_columns(asked: Asked) -> None:
    wide = [
        f"{name}: {line}"
        for name, (text, _) in asked.items()
        for line in text.splitlines()
        if width(line) > 80
    ]
    assert wide == []


def test_nothing_is_told_that_only_a_programmer_understands(asked: Asked) -> None:
    odd = [
        f"{name}: {found}"
        for name, (text, _) in asked.items()
        for found in re.findall(r"<(?:str|path|list)\b|\[\[|[{}]", text)
    ]
    assert odd == []


def test_what_follows_an_option_stays_in_its_column(asked: Asked) -> None:
    text = asked["medaudit scan"][0]
    said = re.findall(
        r"^( +(?:-.*?\S  +)?)(?=[^\s-])", text[text.index("\n  --out") :], re.MULTILINE
    )
    assert {len(before) for before in said} == {34}


def test_the_page_of_all_commands_has_the_help_of_each() -> None:
    page = (ROOT / "docs" / "cli.md").read_text("utf-8")
    headings = re.findall(r"^## (medaudit.*)$", page, re.MULTILINE)
    examples = re.findall(r"^  Example: (medaudit.*(?:\n  \S.*)?)", page, re.MULTILINE)
    assert "medaudit ledger backup" in headings
    assert len(examples) == len(headings)
    assert all(shlex.split(line)[0] == "medaudit" for line in examples)
