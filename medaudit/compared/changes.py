"""What is not the same about how two runs were made: their files, settings, rules and versions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from medaudit.compared.sides import Sides

# Settings by which files are read and lists are gone by: they change what every rule sees.
READING = ("columns", "codes", "files", "extra", "knowledge")

Told = Mapping[str, Any]


@dataclass(frozen=True)
class Changes:
    """Whether the runs differ in each of these. left_out: whether only one of them held subjects against their peers."""

    inputs: bool
    settings: bool
    software: bool
    reviews: bool
    left_out: bool


def put_changes(sides: Sides) -> Changes:
    """Leave table `rule_change` (rule, not_old, not_new: a reason code where the rule did not run there; changed: a reason
    code where it is not the same rule) and return what else differs."""
    import pyarrow as pa

    old, new = sides.told
    rows = list(_rules(old, new))
    names = ("rule", "not_old", "not_new", "changed")
    schema = pa.schema([(name, pa.string()) for name in names])
    arrays = [pa.array([row[i] for row in rows], pa.string()) for i in range(len(names))]
    sides.engine.put("rule_change", schema, [pa.record_batch(arrays, schema=schema)])
    return Changes(
        inputs=_inputs(old) != _inputs(new),
        settings=_reading(old) != _reading(new),
        software=_software(old) != _software(new),
        reviews=_learnt(old) != _learnt(new),
        left_out=bool(old.get("anomalies")) != bool(new.get("anomalies")),
    )


def changed_rules(old: Told, new: Told) -> dict[str, list[str]]:
    """Reason code → the rules that it holds of, in either run."""
    found: dict[str, list[str]] = {}
    for rule, *codes in _rules(old, new):
        for code in {one for one in codes if one}:
            found.setdefault(code, []).append(str(rule))
    return found


def changed_inputs(old: Told, new: Told) -> tuple[int, int]:
    """How many files only the old run read, and how many only the new one, by their content."""
    before, after = _inputs(old), _inputs(new)
    return sum((before - after).values()), sum((after - before).values())


def _rules(old: Told, new: Told) -> list[tuple[str, str | None, str | None, str | None]]:
    before, after = _detectors(old), _detectors(new)
    told = []
    for code in sorted(before.keys() | after.keys()):
        one, other = before.get(code), after.get(code)
        told.append((code, _not_run(code, one, old), _not_run(code, other, new), _changed(code, one, other, old, new)))  # fmt: skip
    return told


def _detectors(told: Told) -> dict[str, Told]:
    return {entry["rule"]: entry for entry in told.get("detectors", ())}


def _not_run(code: str, entry: Told | None, told: Told) -> str | None:
    """Why a rule did not run there: left out by --select or --ignore, skipped, failed, or not there at all."""
    if entry is None and "detectors" not in told:
        return None
    if entry is None:
        return "selection" if _left_out(code, told.get("settings", {})) else "rule_absent"
    state = entry.get("state", "ran")
    return None if state == "ran" else f"rule_{state}"


def _left_out(code: str, settings: Told) -> bool:
    rules = settings.get("rules", {})
    select = settings.get("select") or rules.get("select", ())
    ignore = settings.get("ignore") or rules.get("ignore", ())
    asked = not select or any(code.startswith(one.upper()) for one in select)
    return not asked or any(code.startswith(one.upper()) for one in ignore)


def _changed(code: str, one: Told | None, other: Told | None, old: Told, new: Told) -> str | None:
    """Whether a rule looks for something else: with other parameters, or because it was rewritten."""
    versions = {entry["version"] for entry in (one, other) if entry and "version" in entry}
    params = [told.get("settings", {}).get("params", {}).get(code) for told in (old, new)]
    known = bool(one and other and "version" in one and "version" in other)
    if known and len(versions) < 2:
        return None
    if params[0] != params[1]:
        return "params"
    return "rule_version" if known else None


def _inputs(told: Told) -> Counter[str]:
    """The files read, by their content; what Spark read from elsewhere by its name."""
    return Counter(
        f"{entry.get('part', '')}|{entry.get('sha256') or entry.get('file')}"
        for entry in told.get("inputs", ())
    )


def _reading(told: Told) -> list[Any]:
    settings = told.get("settings", {})
    batches = [entry.get("batches") for entry in told.get("knowledge", ())]
    return [*(settings.get(name) for name in READING), batches]


def _software(told: Told) -> list[Any]:
    return [told.get(name) for name in ("medaudit", "engine", "python", "libraries")]


def _learnt(told: Told) -> list[Any]:
    reviews = told.get("reviews", {})
    return [reviews.get(name) for name in ("reviewed", "weights", "base", "rules")]
