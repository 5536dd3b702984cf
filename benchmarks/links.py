"""Measures what links find on synthetic counties with all schemes and lookalikes, and what they cost as counties grow.

    python benchmarks/links.py FOLDER [--seeds 8001 8002 8003 8004 8005] [--people 300000] [--keep]
    python benchmarks/links.py FOLDER --scale [100000 300000 1000000] [--county COUNTY …]

Makes each county that is not yet measured in FOLDER (its files are removed once it has been, unless --keep; what was
found stays, small, and is used again), looks for its links alone (no scan), each in a process of its own, and prints
tables in Markdown. Of every seed, and as means:

- card rings: how many of the planted members are in some group; how many rings have half of their members in one group
  that is half theirs; of all people flagged, how many are right, before labels and once labelled groups are set aside,
  (a) counting members of planted rings alone, (b) also people whose cards a pharmacy swipes after hours; groups of
  families, bus days and dialysis before the last planted ring found, by strength × fund money; and what wrong groups are;
- steering: average precision of EB05 over all pairs of doctor and pharmacy, and rule LNK03 at its thresholds;
- people admitted together: care-home clusters found, and how many of those flagged some scheme of stays planted.

--scale: rows, seconds and memory at each size, of the first seed. --county: a county that is there already (with data/ and
truth.csv) for one more row. A target is held against the mean.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import links_truth
import numpy as np
import pandas as pd
from measuring import child, medaudit

SEEDS = (8001, 8002, 8003, 8004, 8005)
SIZES = (100_000, 300_000, 1_000_000)
# Enough cases to judge by: of places that take part, and of what is eligible there. How subtle they are each county draws.
SETTINGS = """
[simulate.card_ring]
rate = 0.3
share = 0.35
[simulate.pharmacy_steering]
rate = 0.12
share = 0.35
[simulate.care_home_cluster]
rate = 0.6
share = 0.35
"""


@dataclass(frozen=True)
class County:
    """What was found in one county, and what it took."""

    name: str
    took: dict[str, Any]
    told: links_truth.Told | None


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure links on synthetic counties.")
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--people", type=int, default=300_000)
    parser.add_argument("--seeds", nargs="*", type=int, default=list(SEEDS))
    parser.add_argument("--scale", nargs="*", type=int, metavar="PEOPLE")
    parser.add_argument("--county", nargs="+", type=Path, default=[])
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    work = Work(given.folder.resolve(), given.threads, given.keep)
    if given.scale is None:
        counties = [work.measured(given.people, seed) for seed in given.seeds]
        print(f"\nSeeds {', '.join(map(str, given.seeds))}, {given.people:,} people each\n")
        print_quality(counties, given.seeds)
        return
    seed = given.seeds[0] if given.seeds else SEEDS[0]
    sizes = given.scale or (SIZES if not given.county else SIZES[:-1])
    grown = [work.measured(people, seed) for people in sizes]
    grown += [work.of_county(place.resolve()) for place in given.county]
    print_scale(sorted(grown, key=lambda county: int(county.took["rows"]["visit"])))


@dataclass(frozen=True)
class Work:
    """Where counties are made and measured."""

    folder: Path
    threads: int
    keep: bool

    def measured(self, people: int, seed: int) -> County:
        """A county of this script's own making."""
        county = self.folder / f"county-{people}-{seed}"
        kept = self.folder / f"links-{people}-{seed}"
        if not (kept / "took.json").exists():
            if not (county / "truth.csv").exists():
                with tempfile.NamedTemporaryFile("w", suffix=".toml") as settings:
                    settings.write(SETTINGS)
                    settings.flush()
                    medaudit(
                        "simulate", county, "--people", people, "--seed", seed, "--quiet", "--config", settings.name,
                        "--threads", self.threads,
                    )  # fmt: skip
            self._find(county, kept)
        if not self.keep:
            shutil.rmtree(county, ignore_errors=True)
        return opened(kept)

    def of_county(self, county: Path) -> County:
        """A county that is there; it is left alone."""
        kept = self.folder / f"links-{county.name}"
        if not (kept / "took.json").exists():
            self._find(county, kept)
        return opened(kept)

    def _find(self, county: Path, kept: Path) -> None:
        """Look for the links of a county; the account of what it took is written last."""
        printed = child("links", county / "data", kept, self.threads).printed
        shutil.copy(county / "truth.csv", kept / "truth.csv")
        (kept / "took.json").write_text(printed, "utf-8")


def opened(kept: Path) -> County:
    took = json.loads((kept / "took.json").read_text("utf-8"))
    return County(kept.name, took, links_truth.read(kept / "truth.csv", kept))


# What is told of each part: key, words, how it is written, and what it should be.
CARDS = (
    ("planted", "rings planted (of these at the scheme's threshold or above)", "n", ""),
    ("members", "their members", "n", ""),
    ("member_recall", "members found", "share", "≥ 0.9"),
    ("member_recall_firm", "– of rings at the threshold or above", "share", ""),
    ("member_recall_plain", "– in groups without a label", "share", ""),
    ("rings", "rings found", "share", "≥ 0.9"),
    ("rings_firm", "– of those at the threshold or above", "share", ""),
    ("groups", "groups (without a label)", "n", ""),
    ("before_a", "precision over people, before labels (a)", "share", "≥ 0.5"),
    ("before_b", "– (b)", "share", ""),
    ("after_a", "precision over people, labelled groups set aside (a)", "share", "≥ 0.8"),
    ("after_b", "– (b)", "share", ""),
    ("last", "place of the last planted ring found", "n", ""),
    ("harmless_before", "families, bus days, dialysis before it", "n", "= 0"),
    ("wrong_before", "wrong groups of any kind before it", "n", ""),
)
STEERING = (
    ("planted", "pairs planted (at the threshold or above)", "n", ""),
    ("pairs", "pairs in all", "n", ""),
    ("precision", "average precision of EB05", "share", "≥ 0.8"),
    ("hits", "pairs that LNK03 tells", "n", ""),
    ("hit_precision", "– precision", "share", ""),
    ("hit_recall", "– recall", "share", ""),
    ("hit_recall_firm", "– recall of those at the threshold or above", "share", ""),
)
ADMISSIONS = (
    ("clusters", "care-home clusters planted (at the threshold or above)", "n", ""),
    ("found", "clusters found", "share", ""),
    ("found_firm", "– of those at the threshold or above", "share", "= 1"),
    ("groups", "groups", "n", ""),
    ("members", "people in them", "n", ""),
    ("bad", "– who were planted by a scheme of stays", "share", ""),
)
BESIDE = {"planted": "planted_firm", "groups": "groups_plain", "clusters": "clusters_firm"}

Lines = Sequence[tuple[str, str, str, str]]


def print_quality(counties: Sequence[County], seeds: Sequence[int]) -> None:
    told = [county.told for county in counties if county.told]
    rings, wrong = zip(*map(links_truth.cards, told), strict=True)
    stays, _ = zip(*map(links_truth.admissions, told), strict=True)
    print_table("Card rings", CARDS, rings, seeds)
    print_wrong(pd.concat(wrong))
    print_table("Steering", STEERING, [links_truth.steering(one) for one in told], seeds)
    print_table("People admitted together", ADMISSIONS, stays, seeds)
    print_costs(counties, seeds)


def print_table(
    title: str, lines: Lines, figures: Sequence[links_truth.Figures], seeds: Sequence[int]
) -> None:
    print(f"### {title}\n\n| | {' | '.join(map(str, seeds))} | mean | target |")
    print("|---|" + "---|" * (len(seeds) + 2))
    for key, words, form, target in lines:
        values = [one[key] for one in figures]
        cells = [written(value, form) for value in values]
        also = [one.get(BESIDE.get(key, "")) for one in figures]
        cells = [c if n is None else f"{c} ({n:,.0f})" for c, n in zip(cells, also, strict=True)]
        mean = float(np.nanmean(values))
        cells += [f"{mean:,.1f}" if form == "n" else written(mean, form), held(mean, target)]
        print(f"| {words} | {' | '.join(cells)} |")
    print()


def print_wrong(wrong: pd.DataFrame) -> None:
    """The wrong groups of all seeds, by what planted most of what their people did together."""
    print("Groups that are neither planted rings nor piles swiped after hours, all seeds:\n")
    print(
        "| what it is | label | groups | people | in one session or none |\n|---|---|---|---|---|"
    )
    some = wrong.assign(label=wrong["label"].fillna("–"), few=wrong["sessions"] <= 1)
    by = some.groupby(["scheme", "label"], as_index=False).agg(
        groups=("ring_id", "size"), people=("members", "sum"), few=("few", "sum")
    )
    for row in by.sort_values("people", ascending=False).itertuples():
        print(f"| {row.scheme} | {row.label} | {row.groups} | {row.people:,} | {row.few} |")
    print()


COSTS = (
    ("household", "people"), ("visit", "settlements"), ("card_use", "rows of card_use"),
    ("card_meeting", "pairs that met"), ("card_pair", "candidate pairs"),
)  # fmt: skip
TIMES = (
    ("pairs", "candidate pairs within the run, s", ""), ("alone_seconds", "candidate pairs alone, s", "≤ 10 s"),
    ("alone_cpu", "– processor time, s", ""), ("alone_peak", "– peak MB", "≤ 2,048 MB"), ("links", "links in all, s", "≤ 60 s"),
    ("whole", "with reading and all other facts, s", ""), ("peak", "– peak MB", ""),
)  # fmt: skip


def print_costs(counties: Sequence[County], seeds: Sequence[int]) -> None:
    print(
        f"### Cost\n\n| | {' | '.join(map(str, seeds))} | mean |\n|---|" + "---|" * (len(seeds) + 1)
    )
    for key, words in COSTS:
        values = [county.took["rows"][key] for county in counties]
        print(f"| {words} | {' | '.join(f'{v:,}' for v in values)} | {np.mean(values):,.0f} |")
    for key, words, _ in TIMES:
        times = [taken(county, key) for county in counties]
        print(f"| {words} | {' | '.join(map(shown, times))} | {shown(float(np.mean(times)))} |")
    print()


def print_scale(grown: Sequence[County]) -> None:
    """Rows, seconds and memory at each size; targets are those of the largest, of four million settlements."""
    head = [f"{county.took['rows']['household']:,} people" for county in grown]
    print(f"### Growth\n\n| | {' | '.join(head)} | growth | target |")
    print("|---|" + "---|" * (len(grown) + 2))
    for key, words in COSTS[1:]:
        values = [county.took["rows"][key] for county in grown]
        print(f"| {words} | {' | '.join(f'{v:,}' for v in values)} | {growth(values)} | |")
    for key, words, target in TIMES:
        times = [taken(county, key) for county in grown]
        limit = held(times[-1], target.removesuffix(" s").removesuffix(" MB").replace(",", ""))
        print(f"| {words} | {' | '.join(map(shown, times))} | {growth(times)} | {limit} |")


def taken(county: County, key: str) -> float:
    """A figure of what a county took."""
    if key.startswith("alone_"):
        return float(county.took["alone"].get(key.removeprefix("alone_"), np.nan))
    return float(county.took[key])


def growth(values: Sequence[float]) -> str:
    """Times the smallest."""
    if any(np.isnan(value) for value in values):
        return "–"
    return " / ".join(f"{value / max(values[0], 1e-9):.1f}" for value in values)


def shown(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def written(value: float, form: str) -> str:
    return f"{value:,.0f}" if form == "n" else f"{value:.3f}"


def held(value: float, target: str) -> str:
    """The target and whether it is kept."""
    if not target:
        return ""
    sign, limit = target.split(" ")
    kept = {"≥": value >= float(limit), "≤": value <= float(limit), "=": value == float(limit)}
    return f"{sign} {limit}: {'yes' if kept[sign] else '**NO**'}"


if __name__ == "__main__":
    main()
