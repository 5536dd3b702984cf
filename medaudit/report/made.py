"""How the list was made: what was read and how clean it is, what became of the rules, settings, versions and inputs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from medaudit.detectors.rule import Rule
from medaudit.dossier.opened import Opened
from medaudit.handbook import words
from medaudit.language import say
from medaudit.library.shelf import hashed
from medaudit.output.columns import label
from medaudit.records.schema import TABLES
from medaudit.records.typed import reasons
from medaudit.runs.folder import MARK

Row = dict[str, Any]
# Settings that say where things are kept in the building, a password among them at worst.
HOME = ("ledger", "rules")


def tables(run: Opened) -> list[Row]:
    """Table by table: name, read, accepted, rejected, used, netted, duplicates, aside (rows), rejects (reason → rows)."""
    return [
        account | {"name": TABLES[name].label if name in TABLES else name, "reasons": _reasons(account)}
        for name, account in run.told["tables"].items()
    ]  # fmt: skip


def _reasons(account: Mapping[str, Any]) -> str:
    """Why rows were rejected, and which columns held what could not be read."""
    known, comma = reasons(), say("；", "; ")
    told = [
        f"{known.get(why, why)} {rows:,}" for why, rows in (account.get("rejects") or {}).items()
    ]
    told += [
        say(f"{name} 读不懂 {rows:,}", f"{name} unreadable {rows:,}")
        for name, rows in (account.get("unread") or {}).items()
    ]
    return comma.join(told)


def detectors(run: Opened, rules: Mapping[str, Rule]) -> list[Row]:
    """Rule by rule: code, name, family, state, found, examined, excluded, seconds, version and why it did not run."""
    return [
        {
            "code": one["rule"],
            "name": rules[one["rule"]].name if one["rule"] in rules else one["title"],
            "family": words.family(one["rule"][:3]) if one["rule"] in rules else "",
            "state": one["state"],
            "says": label("state", one["state"]),
            "found": one.get("found"),
            "examined": one.get("examined"),
            "excluded": one.get("excluded"),
            "version": one.get("version", ""),
            "why": one.get("why", ""),
        }
        for one in run.told["detectors"]
    ]


def states(run: Opened) -> dict[str, int]:
    """How many rules ran, were skipped, failed."""
    every = [one["state"] for one in run.told["detectors"]]
    return {name: every.count(name) for name in ("ran", "skipped", "failed")}


def compared(run: Opened) -> list[Row]:
    """Kind by kind what was held against peers: kind, examined, noticed, why not, and features left out."""
    return [
        {
            "kind": label("subject_type", one["subject_type"]),
            "examined": one.get("examined"),
            "noticed": one.get("noticed"),
            "why": one.get("why", "") if one["state"] != "ran" else "",
        }
        for one in run.told["anomalies"]
    ]


def settings(run: Opened) -> list[tuple[str, str]]:
    """The settings of the run, name and value, and what it was made with."""
    told = run.told
    made = [
        ("medaudit", str(told["medaudit"])),
        (say("完成时间", "Finished"), str(told["finished"])),
        (say("run.json 的校验值", "Check of run.json"), hashed(run.folder / MARK)),
        (say("语言", "Language"), str(told["language"])),
        (say("运算引擎", "Engine"), str(told["engine"])),
        ("Python", str(told.get("python", ""))),
    ]
    made += [(name, str(version)) for name, version in told.get("libraries", {}).items() if version]
    for name, value in told.get("settings", {}).items():
        if name not in HOME and value not in ({}, [], "", None):
            made.append((_setting(name), _value(name, value)))
    for one in told.get("knowledge", ()):
        batches = json.dumps(one.get("batches"), ensure_ascii=False)
        made.append((say("知识表", "Knowledge"), f"{_name(one['folder'])} {batches}"))
    return made


def _setting(name: str) -> str:
    """What a setting is called: the option or the section of the settings file, and what it is."""
    words = {
        "select": ("只用这些规则", "only these rules"), "ignore": ("不用这些规则", "without these rules"),
        "memory_limit": ("内存上限", "memory"), "columns": ("列名对照", "columns"), "codes": ("代码对照", "codes"),
        "files": ("文件对照", "files"), "extra": ("另带的列", "more columns"), "params": ("参数", "parameters"),
        "knowledge": ("知识表", "knowledge"), "ranking": ("复核", "reviews"), "points": ("记分办法", "scheme of points"),
    }  # fmt: skip
    return f"{say(*words[name])} ({name})" if name in words else name


def _value(name: str, value: Any) -> str:
    if name == "memory_limit" and isinstance(value, int):
        return f"{value / 1024**3:.1f} GB"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def inputs(run: Opened) -> list[Row]:
    """File by file: file, table, form, encoding, replaced (bytes that are no text), sha256."""
    return [
        one
        | {
            "table": TABLES[one["table"]].label
            if one.get("table") in TABLES
            else one.get("table", ""),
            "file": _name(one["file"]) + (f" [{one['part']}]" if one.get("part") else ""),
        }
        for one in run.told.get("inputs", ())
    ]


def _name(path: str) -> str:
    """A file or folder without saying where it lay: the page leaves the building."""
    return PurePath(path.replace("\\", "/")).name


def not_read(run: Opened) -> list[Row]:
    """Files that were not read: file and why."""
    return [{"file": _name(one["file"]), "why": one["why"]} for one in run.told["not_read"]]


def strangers(run: Opened) -> list[tuple[str, str]]:
    """Files with columns that nothing is made of."""
    return [
        (_name(name), say("、", ", ").join(columns))
        for name, columns in (run.told.get("unknown_columns") or {}).items()
    ]
