"""The simulated counties that are measured, and where they are kept."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from measuring import Cost, Table, child, medaudit


@dataclass(frozen=True)
class Bench:
    """What was asked for, and where to work."""

    folder: Path
    scratch: Path
    people: list[int]
    repeat: int
    seed: int
    threads: int
    text_mb: int
    csv_people: int

    @cached_property
    def counties(self) -> list[County]:
        return [County(self, size) for size in self.people]

    @property
    def middle(self) -> County:
        """The county for what is measured at one size: the largest up to 100,000 people."""
        fitting = [county for county in self.counties if county.people <= 100_000]
        return (fitting or self.counties)[-1 if fitting else 0]

    def table(self, title: str) -> Table:
        return Table(title, [f"{size:,} people" for size in self.people])


@dataclass(frozen=True)
class County:
    """A simulated county of so many people in the benchmark's folder."""

    bench: Bench
    people: int

    @property
    def place(self) -> Path:
        return self.bench.folder / f"county-{self.people}-seed{self.bench.seed}"

    @cached_property
    def data(self) -> Path:
        """The folder of its tables; made when it is not there."""
        if not (self.place / "truth.csv").exists():  # written last
            self.make()
        return self.place / "data"

    @cached_property
    def rows(self) -> dict[str, int]:
        """How many settlements, lines and bytes."""
        told: dict[str, int] = json.loads(child("rows", self.data).printed)
        return told

    def make(self) -> Cost:
        shutil.rmtree(self.place, ignore_errors=True)
        size = ("--people", self.people, "--seed", self.bench.seed, "--threads", self.bench.threads)
        return medaudit("simulate", self.place, "--quiet", *size)

    def scan(self, out: str, *options: str, data: Path | None = None) -> Cost:
        common = ("--quiet", "--threads", self.bench.threads, "--out", self.bench.scratch / out)
        return medaudit("scan", data or self.data, *common, *options)

    def copy(self, what: str = "copy", data: Path | None = None) -> Cost:
        target = self.bench.scratch / "copied"
        shutil.rmtree(target, ignore_errors=True)
        return child(what, data or self.data, target, self.bench.threads)
