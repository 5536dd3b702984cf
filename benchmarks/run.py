"""Makes counties with `medaudit simulate`, measures medaudit on them and prints Markdown tables.

    python benchmarks/run.py FOLDER [--only PART …] [--people N …] [--repeat 3] [--seed 1] [--threads 2]

Parts: simulate, scan, csv, pandas, memory, text, help; and, only when named, profile. Counties and
everything else are kept in FOLDER; a county that is there is used again. Tables go to standard output and
every single measurement to standard error as it is taken. Every measurement is a process of its own;
ratios are taken pair by pair, from two processes that ran one after the other.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from pathlib import Path

import parts
from counties import Bench

PARTS = {
    "simulate": parts.simulate,
    "scan": parts.scan,
    "csv": parts.csv,
    "pandas": parts.pandas,
    "memory": parts.memory,
    "text": parts.text,
    "help": parts.help_,
    "profile": parts.profile,
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure medaudit; prints Markdown tables.")
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS)[:-1])
    parser.add_argument("--people", nargs="+", type=int, default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--text-mb", type=int, default=1000)
    parser.add_argument(
        "--csv-people", type=int, default=100_000, help="largest county measured as CSV"
    )
    given = vars(parser.parse_args())
    only, given["folder"] = given.pop("only"), given["folder"].resolve()
    given["people"] = sorted(given["people"])
    given["folder"].mkdir(parents=True, exist_ok=True)
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    print(
        f"{os.cpu_count()} cores, {memory_gb:.0f} GB; {given['threads']} threads; Python "
        f"{platform.python_version()}; load {os.getloadavg()[0]:.1f} at the start. "
        f"Lowest / median / highest of {given['repeat']}.\n"
    )
    for name in only:
        with tempfile.TemporaryDirectory(prefix="scratch-", dir=given["folder"]) as scratch:
            print(PARTS[name](Bench(scratch=Path(scratch), **given)), end="\n\n", flush=True)
    print(f"Load {os.getloadavg()[0]:.1f} at the end.")


if __name__ == "__main__":
    main()
