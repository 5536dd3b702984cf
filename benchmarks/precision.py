"""Measures how right each rule is on synthetic counties, and keeps it for the rules' pages.

    python benchmarks/precision.py FOLDER [--people 20000] [--seeds 501 502 503]

Makes each county that is not yet in FOLDER, audits it, scores the run against the county's truth, adds the
counts of all seeds up and writes medaudit/detectors/measured.csv: one row a rule with settlements and subjects.
Seeds used while a rule was written are no judge of it: choose others.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MEASURED = ROOT / "medaudit" / "detectors" / "measured.csv"
ROLES = ("responsible", "involved", "lookalike", "ordinary")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the rules on synthetic counties.")
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--seeds", nargs="+", type=int, default=[501, 502, 503])
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    named: dict[str, Counter[str]] = {}
    schemes: dict[str, set[str]] = {}
    planted: Counter[str] = Counter()
    for seed in given.seeds:
        score = _scored(given.folder.resolve(), given.people, seed)
        for rule, told in score["rules"].items():
            named.setdefault(rule, Counter()).update(told["settlements"])
            schemes.setdefault(rule, set()).update(told["schemes"])
        for scheme, told in score["schemes"].items():
            planted[scheme] += told["recall"]["settlement"]["of"]
    seeds = " ".join(map(str, given.seeds))
    with MEASURED.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["rule", *ROLES, "planted", "schemes", "people", "seeds"])
        for rule in sorted(named):
            counts = [named[rule][role] for role in ROLES]
            # Other rules look for the same schemes: this is what there was, not what this rule should have found.
            counts.append(sum(planted[scheme] for scheme in schemes[rule]))
            row = [rule, *counts, " ".join(sorted(schemes[rule])), given.people, seeds]
            writer.writerow(row)


def _scored(folder: Path, people: int, seed: int) -> dict[str, Any]:
    """The score of one county."""
    county, run = folder / f"county-{people}-{seed}", folder / f"run-{people}-{seed}"
    if not (county / "truth.csv").exists():
        _medaudit("simulate", county, "--people", people, "--seed", seed, "--quiet")
    _medaudit("scan", county / "data", "--out", run, "--quiet", "--top", 1)
    text = _medaudit("evaluate", run, county / "truth.csv", "--format", "json", "--quiet")
    score: dict[str, Any] = json.loads(text)
    return score


def _medaudit(*arguments: object) -> str:
    command = [sys.executable, "-m", "medaudit", *map(str, arguments)]
    print(*command[2:], file=sys.stderr, flush=True)
    return subprocess.run(
        command, check=True, cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8"
    ).stdout


if __name__ == "__main__":
    main()
