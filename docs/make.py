"""Writes the pages that the code knows best: the rules in both languages, and the help of every command.

    python docs/make.py

Each page is made from the rule files and the commands as they are; a test says when one is stale.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path

INDEX = "../medaudit/engine/index.json"
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from medaudit import cli, facts, language  # noqa: E402
from medaudit.detectors import catalogue  # noqa: E402
from medaudit.detectors.rule import FAMILIES, LEVELS, REASONS  # noqa: E402
from medaudit.engine import portable  # noqa: E402
from medaudit.engine.index import Gist, written  # noqa: E402
from medaudit.handbook import page, words  # noqa: E402
from medaudit.handbook.rule import explain, title  # noqa: E402
from medaudit.language import say  # noqa: E402


def pages() -> dict[str, str]:
    """File name in docs/ → what it should hold."""
    spoken = language.spoken()
    made = {}
    for name, tongue in (("rules.md", "en"), ("rules.zh.md", "zh")):
        language.speak(tongue)
        made[name] = "\n\n".join(_rules()) + "\n"
    language.speak(spoken)
    return made | {"cli.md": "\n\n".join(_commands()) + "\n", INDEX: _index()}


def _index() -> str:
    """What the shipped rules and facts read and return, each checked in full."""
    texts = {
        path.read_text(encoding="utf-8"): path for path in sorted(catalogue.FOLDER.rglob("*.sql"))
    }
    gists = []
    for text, path in texts.items():
        rule = catalogue.read_rule(path, own=True)
        gists.append((text, Gist(rule.reads, rule.columns)))
    for path in sorted(facts.FOLDER.glob("*.sql")):
        text = path.read_text(encoding="utf-8")
        query = portable.parse(facts.split(text)[1])
        gists.append((text, Gist(frozenset(portable.tables_in(query)), ())))
    return written(gists)


def _rules() -> Iterator[str]:
    yield say("# 规则", "# Rules")
    yield say(
        "本页由 `docs/make.py` 根据规则文件生成，请勿手改。命令行里看同样的内容：`medaudit rules 编号`。",
        "Made by `docs/make.py` from the rule files: do not edit. The same on the command line: "
        "`medaudit rules CODE`.",
    )
    yield say(
        "规则报出的是疑点，不是结论：是否违规由人核实后认定。",
        "What rules report are leads, not conclusions: a person checks and decides.",
    )
    yield "\n".join(
        f"- **{words.level(level)}**{say('：', ': ')}{words.level_meaning(level)}"
        for level in LEVELS
    )
    every = sorted(catalogue.known(), key=lambda r: (list(FAMILIES).index(r.family), r.code))
    yield _list([f"[{title(r)}](#{r.code.lower()}) · {words.level(r.level)}" for r in every])
    for family, rules in groupby(every, key=lambda rule: rule.family):
        yield f"## {family} {words.family(family)}"
        for rule in rules:
            values = {name: param.default for name, param in rule.params.items()}
            yield f'<a id="{rule.code.lower()}"></a>'
            yield page.markdown(title(rule), explain(rule, values), depth=3)
    yield say("## 自动排除的情形", "## What sets a hit aside")
    yield say(
        "各规则用到的排除情形如下；一次住院的各笔结算都随之排除。",
        "The situations that rules refer to; all settlements of a stay are set aside together.",
    )
    yield _list(
        [f"**{words.reason(r)}** (`{r}`){say('：', ': ')}{words.reason_sign(r)}" for r in REASONS]
    )


def _list(items: list[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _commands() -> Iterator[str]:
    yield "# Commands"
    yield "Made by `docs/make.py` from the commands' own help: do not edit."
    names = ["", *cli.app().commands]
    with ThreadPoolExecutor() as pool:
        for name, text in zip(names, pool.map(_help, names), strict=True):
            yield f"## medaudit {name}".rstrip()
            yield f"```text\n{text}\n```"


def _help(name: str) -> str:
    """The help of a command, in a process of its own: its language is settled when it is imported."""
    command = [sys.executable, "-m", "medaudit", *([name] if name else []), "--help"]
    environment = {**os.environ, "LC_ALL": "en_US.UTF-8", "COLUMNS": "80", "PYTHONUTF8": "1"}
    run = subprocess.run(
        command, capture_output=True, encoding="utf-8", check=True, cwd=ROOT, env=environment
    )
    return run.stdout.strip()


if __name__ == "__main__":
    for name, text in pages().items():
        (ROOT / "docs" / name).write_text(text, encoding="utf-8")
