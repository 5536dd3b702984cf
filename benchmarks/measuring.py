"""What a process costs, and the Markdown tables that tell it."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
NOT_MEASURED = "–"
MB = 1024**2


class Failed(Exception):
    """A measured process that ended badly."""


class TooLarge(Failed):
    """A measured process that was ended because it took more memory than it was given."""


@dataclass(frozen=True)
class Cost:
    """What a process took: seconds by the clock, seconds of processor time, MB of memory at its peak."""

    wall: float
    cpu: float
    rss: float
    printed: str


def run(*arguments: str | Path, most: float | None = None) -> Cost:
    """Run Python with these arguments from the project's folder, in `most` MB of memory.

    Raises Failed, and TooLarge when the process had to be ended for its memory.
    """
    # The peak counts from the moment the process is made, when it still is this one: keep this one small.
    with tempfile.TemporaryFile() as out:
        started = os.times().elapsed
        child = subprocess.Popen([sys.executable, *arguments], cwd=HERE.parent, stdout=out)
        ended = threading.Event()
        too_large = threading.Event()
        if most is not None:
            threading.Thread(target=_watch, args=(child, most, ended, too_large)).start()
        try:
            _, status, used = os.wait4(child.pid, 0)
        except BaseException:
            child.kill()
            raise
        finally:
            ended.set()
        wall = os.times().elapsed - started
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            told = f"exit code {child.returncode}: {' '.join(map(str, arguments))}"
            raise TooLarge(told) if too_large.is_set() else Failed(told)
        out.seek(0)
        printed = out.read().decode()
    cost = Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, printed)
    what = " ".join(str(one) for one in arguments if one != "-m")
    print(f"{cost.wall:8.1f} s {cost.cpu:8.1f} s {cost.rss:7.0f} MB  {what}", file=sys.stderr)
    return cost


def _watch(
    process: subprocess.Popen[bytes],
    most: float,
    ended: threading.Event,
    too_large: threading.Event,
) -> None:
    """End the process when it holds more than `most` MB, before the machine ends somebody else's.

    A limit set on the process itself would not do: libraries hang when a thread cannot be started.
    """
    page = os.sysconf("SC_PAGE_SIZE") / MB
    while not ended.wait(0.1):
        try:
            held = int(Path(f"/proc/{process.pid}/statm").read_text("ascii").split()[1]) * page
        except (OSError, IndexError):  # it has just ended
            return
        if held > most and not ended.is_set():
            too_large.set()
            process.kill()
            return


def available() -> float:
    """MB of memory that nobody uses or that only holds copies of files."""
    lines = Path("/proc/meminfo").read_text("ascii").splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("MemAvailable")) / 1024


def child(what: str, *arguments: str | Path | int, most: float | None = None) -> Cost:
    """Run something of child.py."""
    return run(HERE / "child.py", what, *map(str, arguments), most=most)


def medaudit(*arguments: str | Path | int) -> Cost:
    """Run a medaudit command."""
    return run("-m", "medaudit", *map(str, arguments))


def values(costs: Sequence[Cost], part: str) -> list[float]:
    """One part of every cost: wall, cpu or rss."""
    return [getattr(cost, part) for cost in costs]


def ratios(costs: Sequence[Cost], bases: Sequence[Cost], part: str) -> list[float]:
    """Pair by pair, from processes that ran one after the other."""
    pairs = zip(values(costs, part), values(bases, part), strict=True)
    return [a / b for a, b in pairs]


def spread(figures: Sequence[float], unit: str = "") -> str:
    """Lowest / median / highest; a cell for nothing measured."""
    if not figures:
        return NOT_MEASURED
    ends = [f(figures) for f in (min, statistics.median, max)]
    # A tenth of a second in an hour says nothing, in a second it says much.
    places = 0 if unit == "MB" or ends[1] >= 100 else 1 if ends[1] >= 10 else 2
    shown = [f"{end:,.{places}f}" for end in ends]
    told = shown[0] if len(figures) == 1 else " / ".join(shown)
    return f"{told} {unit}".rstrip()


@dataclass
class Table:
    """Rows of cells below `columns`; the last column says the limit and whether the row keeps it."""

    title: str
    columns: Sequence[str]
    rows: list[list[str]] = field(default_factory=list)

    def add(self, what: str, cells: Sequence[str], limit: str = "") -> None:
        assert len(cells) == len(self.columns), what
        self.rows.append([what, *cells, limit])

    def measured(
        self,
        what: str,
        series: Sequence[Sequence[float]],
        unit: str = "",
        most: float | None = None,
    ) -> None:
        """A row of low / median / high. `most` is held against the median of the last column."""
        limit = ""
        if most is not None and series[-1]:
            held = "yes" if statistics.median(series[-1]) <= most else "**NO**"
            limit = f"≤ {most:,g} {unit}".rstrip() + f": {held}"
        self.add(what, [spread(figures, unit) for figures in series], limit)

    def cost(self, what: str, series: Sequence[Sequence[Cost]]) -> None:
        """Two rows: by the clock and of processor time."""
        self.measured(f"{what}, by the clock", [values(costs, "wall") for costs in series], "s")
        self.measured(f"{what}, processor time", [values(costs, "cpu") for costs in series], "s")

    def __str__(self) -> str:
        head = ["measured", *self.columns, "limit"]
        lines = [head, ["---"] * len(head), *self.rows]
        return f"### {self.title}\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines)
