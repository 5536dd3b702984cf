"""Measures medaudit against its limits and prints a Markdown table.

    python benchmarks/run.py FOLDER [scan | text | help | profile] [--repeats 3] [--threads 2] [--text-mb 1000]

FOLDER is what make_data.py wrote. Without a word all but `profile` are measured. Every measurement is a
process of its own; ratios are taken pair by pair, from two processes that ran one after the other.
"""

from __future__ import annotations

import argparse
import filecmp
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
HEAVY = {"networkx", "pandas", "pyod", "sklearn"}
MB = 1024**2


@dataclass(frozen=True)
class Cost:
    """What a process took: seconds by the clock, seconds of processor time, MB of memory at its peak."""

    wall: float
    cpu: float
    rss: float
    printed: str


def run(*arguments: str | Path) -> Cost:
    """Run Python with these arguments from the project's folder; raises when it fails."""
    with tempfile.TemporaryFile() as out:
        started = os.times().elapsed
        child = subprocess.Popen([sys.executable, *arguments], cwd=HERE.parent, stdout=out)
        _, status, used = os.wait4(child.pid, 0)
        wall = os.times().elapsed - started
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise subprocess.CalledProcessError(child.returncode, child.args)
        out.seek(0)
        printed = out.read().decode()
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, printed)


def spread(values: Sequence[float], form: str = "{:.1f}") -> str:
    """Lowest / median / highest."""
    return " / ".join(form.format(f(values)) for f in (min, statistics.median, max))


def row(what: str, values: Sequence[float], limit: float | None = None, unit: str = "") -> None:
    """One line of the table; a limit holds for the median of what is repeated."""
    form = "{:.0f}" if unit == "MB" else "{:.2f}"
    held = "" if limit is None else "yes" if statistics.median(values) <= limit else "**NO**"
    allowed = "" if limit is None else f"≤ {limit:g}"
    print(
        f"| {what} | {spread(values, form)}{unit and ' ' + unit} | {allowed} | {held} |", flush=True
    )


def ratios(costs: Sequence[Cost], bases: Sequence[Cost], part: str) -> list[float]:
    return [getattr(a, part) / getattr(b, part) for a, b in zip(costs, bases, strict=True)]


def scan(data: Path, repeats: int, threads: int, scratch: Path, _: int) -> None:
    """The whole scan against one copy of the same tables; again within 1 GB; the same findings."""
    copies, scans, small, same = [], [], [], []
    command: list[str | Path] = [
        "-m",
        "medaudit",
        "scan",
        data,
        "--quiet",
        "--threads",
        f"{threads}",
    ]
    for _ in range(repeats):
        copies.append(run(HERE / "child.py", "copy", data, scratch / "copy", f"{threads}"))
        scans.append(run(*command, "--out", scratch / "run"))
        small.append(run(*command, "--memory-limit", "1GB", "--out", scratch / "small"))
        lists = (scratch / name / "findings.csv" for name in ("run", "small"))
        same.append(filecmp.cmp(*lists, shallow=False))
    row("copy, by the clock", [cost.wall for cost in copies], unit="s")
    row("copy, processor time", [cost.cpu for cost in copies], unit="s")
    row("`scan`, by the clock", [cost.wall for cost in scans], unit="s")
    row("`scan`, processor time", [cost.cpu for cost in scans], unit="s")
    row("`scan` ÷ copy, by the clock", ratios(scans, copies, "wall"), 12)
    row("`scan` ÷ copy, processor time", ratios(scans, copies, "cpu"), 12)
    row("`scan`, peak memory", [cost.rss for cost in scans], 2.5 * 1024, "MB")
    row("`scan --memory-limit 1GB`, peak memory", [cost.rss for cost in small], 1.3 * 1024, "MB")
    row("`scan --memory-limit 1GB`, by the clock", [cost.wall for cost in small], unit="s")
    row("`scan --memory-limit 1GB`, processor time", [cost.cpu for cost in small], unit="s")
    found = sum(1 for _ in (scratch / "run" / "findings.csv").open(encoding="utf-8")) - 1
    print(f"| the same {found:,} findings within 1 GB | {sum(same)} of {len(same)} runs | all | "
          f"{'yes' if all(same) else '**NO**'} |")  # fmt: skip


def text(data: Path, repeats: int, threads: int, scratch: Path, size: int) -> None:
    """The same fee lines as GB18030 and as UTF-8 text, read by the records room."""
    run(HERE / "child.py", "write_text", data, scratch, f"{size}")
    here = {name: scratch / name / "fee_item.csv" for name in ("gb18030", "utf8")}
    sizes = {name: path.stat().st_size / MB for name, path in here.items()}
    costs: dict[str, list[Cost]] = {"utf8": [], "gb18030": []}
    for turn in range(repeats):
        # Each goes first in turn: other work on the machine must not always meet the same one.
        for name in sorted(costs, reverse=turn % 2 == 0):
            costs[name].append(run(HERE / "child.py", "load", scratch / name, f"{threads}"))
    plain, chinese = costs["utf8"], costs["gb18030"]
    if len({cost.printed for cost in (*plain, *chinese)}) > 1:
        raise SystemExit("the two encodings were not read alike")
    row(f"UTF-8 ({sizes['utf8']:,.0f} MB) read, by the clock", [c.wall for c in plain], unit="s")
    row(
        f"GB18030 ({sizes['gb18030']:,.0f} MB) read, by the clock",
        [c.wall for c in chinese],
        unit="s",
    )
    row("GB18030 ÷ UTF-8, by the clock", ratios(chinese, plain, "wall"), 4)
    row("GB18030 ÷ UTF-8, processor time", ratios(chinese, plain, "cpu"), 4)
    row("GB18030 read, peak memory", [cost.rss for cost in chinese], 2.5 * 1024, "MB")


def help_(data: Path, repeats: int, threads: int, scratch: Path, _: int) -> None:
    """`medaudit --help`: its time and that it loads none of the heavy libraries."""
    run("-m", "medaudit", "--help")  # the first one compiles
    costs = [run("-m", "medaudit", "--help") for _ in range(max(repeats, 5))]
    loaded = run(HERE / "child.py", "modules").printed.split()
    heavy = sorted(HEAVY & {name.partition(".")[0] for name in loaded})
    row("`medaudit --help`, by the clock", [cost.wall for cost in costs], 0.4, "s")
    row("`medaudit --help`, processor time", [cost.cpu for cost in costs], unit="s")
    print(f"| heavy libraries loaded by `--help` | {', '.join(heavy) or 'none'} | none | "
          f"{'**NO**' if heavy else 'yes'} |")  # fmt: skip


def profile(data: Path, repeats: int, threads: int, scratch: Path, _: int) -> None:
    """Seconds and memory of every step of one scan."""
    print(run(HERE / "child.py", "profile", data, scratch / "run", f"{threads}").printed)


MEASURED = {"scan": scan, "text": text, "help": help_}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure medaudit against its limits.")
    parser.add_argument("data", type=Path, metavar="FOLDER")
    parser.add_argument("what", nargs="?", choices=["all", *MEASURED, "profile"], default="all")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--text-mb", type=int, default=1000)
    given = parser.parse_args()
    wanted = [*MEASURED] if given.what == "all" else [given.what]
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    print(f"{os.cpu_count()} cores, {gigabytes:.0f} GB; {given.threads} threads; Python "
          f"{platform.python_version()}; load {os.getloadavg()[0]:.1f} at the start\n")  # fmt: skip
    if wanted != ["profile"]:
        print("| measured | lowest / median / highest | limit | held |\n|---|---|---|---|")
    for name in wanted:
        with tempfile.TemporaryDirectory(prefix="medaudit-benchmark-") as scratch:
            arguments = (
                given.data.resolve(),
                given.repeats,
                given.threads,
                Path(scratch),
                given.text_mb,
            )
            (MEASURED | {"profile": profile})[name](*arguments)
    print(f"\nload {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()
