"""What came of a run, for programs that watch it: the counts, what to be warned of, and what failed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from medaudit.detectors.rule import LEVELS
from medaudit.errors import Problem
from medaudit.language import counted, say
from medaudit.records.schema import TABLES
from medaudit.runs import arrived

STATES = ("ran", "skipped", "failed")


def outcome(told: Mapping[str, Any], out: Path) -> dict[str, Any]:
    """The findings of each level, what became of the rules, and where the run folder is."""
    states = [entry["state"] for entry in told["detectors"]]
    workspace = arrived.fields(told)
    return ({"workspace": workspace} if workspace else {}) | {
        "findings": {level: told["levels"].get(level, 0) for level in LEVELS},
        "rules": {state: states.count(state) for state in STATES},
        "folder": str(out),
    }


def warnings(told: Mapping[str, Any], out: Path) -> Iterator[Problem]:
    """What was given and not used: files that were not read, rows that were rejected; and what a workspace lacks."""
    yield from arrived.warnings(told)
    for entry in told["not_read"]:
        yield Problem(say("未读取：", "not read: ") + entry["why"], entry["file"])
    for name, account in told["tables"].items():
        n = account["rejected"]
        if n:
            what = say(f"剔除 {n:,} 行", f"{counted(n, 'row')} rejected")
            yield Problem(what, TABLES[name].label, say(f"原因见 {out / 'rejects.csv'}", f"see why in {out / 'rejects.csv'}"))  # fmt: skip


def failed(told: Mapping[str, Any]) -> Iterator[Problem]:
    """The rules that failed and how."""
    for entry in told["detectors"]:
        if entry["state"] == "failed":
            do = say("用 --ignore 略过它", "leave it out with --ignore")
            yield Problem(entry["why"], f"{entry['rule']} {entry['title']}", do)
