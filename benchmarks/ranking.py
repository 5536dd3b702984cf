"""Measures the ranking on synthetic counties with all schemes and lookalikes, list by list.

    python benchmarks/ranking.py FOLDER --tune 3001 3002 3003 3004 3005 --report 3101 3102 3103 3104 3105 [--people 80000]

Makes and scans each county that is not yet in FOLDER (a county's records are removed once it has been scanned unless
--keep), and prints two tables in Markdown: the seeds the numbers of the ranking were settled on, and the others.
Of each list, means over seeds: average precision of `probability`, of counting findings, of the money paid and of an isolation
forest on plain aggregates; what part of the gap between the best of those three and 1 is closed; the yuan found by opening
as many as are responsible, over the best possible; Spearman's correlation of `probability` with the number of
settlements among the clean, with two standard errors of the mean. And calibration, pooled over seeds and lists.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from medaudit.synth.scoring import orders
from medaudit.synth.scoring.against import opened
from medaudit.synth.scoring.ladder import best_of, ladder

if TYPE_CHECKING:
    import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
KINDS = ("institution", "pharmacy", "doctor", "patient")
BANDS = (0.0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 1.0)
LEAST = 50  # subjects in a band worth telling


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the ranking on synthetic counties.")
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--people", type=int, default=80_000)
    parser.add_argument("--tune", nargs="+", type=int, default=[])
    parser.add_argument("--report", nargs="+", type=int, default=[])
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    for title, seeds in (("Settled on", given.tune), ("Reported on", given.report)):
        if seeds:
            counties = [
                measured(given.folder.resolve(), given.people, s, given.keep) for s in seeds
            ]
            print(f"\n{title} seeds {', '.join(map(str, seeds))}, {given.people:,} people each\n")
            print_lists(counties)
            print_bands(counties)


County = dict[str, dict[str, Any]]


def measured(folder: Path, people: int, seed: int, keep: bool) -> County:
    """What each list of one county is worth."""
    county, run = folder / f"county-{people}-{seed}", folder / f"run-{people}-{seed}"
    if not (run / "run.json").exists():
        if not (county / "truth.csv").exists():
            medaudit("simulate", county, "--people", people, "--seed", seed, "--quiet")
        medaudit("scan", county / "data", "--out", run, "--quiet", "--top", 1)
    if not keep:
        shutil.rmtree(county / "data", ignore_errors=True)
    found: County = {}
    with opened(run, county / "truth.csv") as both:
        for kind in KINDS:
            found[kind] = of_list(orders.cases(both, kind))
    return found


def of_list(frame: pd.DataFrame) -> dict[str, Any]:
    """The figures of one list of one county."""
    so = frame["responsible"].to_numpy(dtype=bool)
    yuan = frame["yuan"].to_numpy(dtype=float)
    said = frame["probability"].to_numpy(dtype=float)
    rank = frame["rank"].fillna(np.inf).to_numpy(dtype=float)
    precision = {
        name: ladder(score, so, yuan).steps().average_precision
        for name, score in orders.beside(frame)
    }
    precision[orders.OURS] = ladder(said, so, yuan).steps().average_precision
    by_rank = ladder(-rank, so, yuan)
    k = [int(so.sum())]
    clean = ~so
    return {
        "cases": len(so), "responsible": int(so.sum()), "precision": precision, "said": said, "so": so,
        "yuan": float(by_rank.steps().yuan_at(k)[0]) / max(float(best_of(by_rank).steps().yuan_at(k)[0]), 1e-9),
        "size": spearman(said[clean], frame["settlements"].to_numpy(dtype=float)[clean]),
    }  # fmt: skip


def spearman(one: np.ndarray, other: np.ndarray) -> float:
    from scipy.stats import spearmanr

    return float(spearmanr(one, other)[0]) if one.std() > 0 else 0.0


def print_lists(counties: list[County]) -> None:
    print(
        "| list | subjects | responsible | AP medaudit | AP findings | AP money | AP forest | gap closed | yuan at k | size |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for kind in KINDS:
        some = [county[kind] for county in counties]
        mean = {
            name: float(np.mean([one["precision"][name] for one in some]))
            for name in (orders.OURS, orders.RULES, orders.AMOUNT, orders.FOREST)
        }
        best = max(mean[name] for name in (orders.RULES, orders.AMOUNT, orders.FOREST))
        size = [float(one["size"]) for one in some]
        error = (
            2 * float(np.std(size, ddof=1)) / len(size) ** 0.5 if len(size) > 1 else float("nan")
        )
        cells = [
            kind, f"{np.mean([one['cases'] for one in some]):,.0f}", f"{np.mean([one['responsible'] for one in some]):,.0f}",
            *(f"{mean[name]:.3f}" for name in mean), f"{(mean[orders.OURS] - best) / (1 - best):+.0%}",
            f"{np.mean([one['yuan'] for one in some]):.3f}", f"{np.mean(size):+.3f} ± {error:.3f}",
        ]  # fmt: skip
        print("| " + " | ".join(cells) + " |")


def print_bands(counties: list[County]) -> None:
    said = np.concatenate(
        [np.asarray(one["said"]) for county in counties for one in county.values()]
    )
    so = np.concatenate([np.asarray(one["so"]) for county in counties for one in county.values()])
    print("\n| probability | subjects | said | so | gap |\n|---|---|---|---|---|")
    for low, high in pairwise(BANDS):
        here = (said > low) & (said <= high)
        if here.sum() >= LEAST:
            gap = float(so[here].mean() - said[here].mean())
            print(
                f"| {low:g}–{high:g} | {here.sum():,} | {said[here].mean():.3f} | {so[here].mean():.3f} | {gap:+.3f} |"
            )


def medaudit(*arguments: object) -> None:
    command = [sys.executable, "-m", "medaudit", *map(str, arguments)]
    print(*command[2:], file=sys.stderr, flush=True)
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
