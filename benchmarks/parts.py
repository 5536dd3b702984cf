"""What is measured: each function measures one thing at the sizes asked for and tells it as a table."""

from __future__ import annotations

import filecmp
import itertools
import json
import shutil
from collections.abc import Sequence
from statistics import median
from typing import Any

from counties import Bench
from measuring import (
    NOT_MEASURED,
    Cost,
    Table,
    TooLarge,
    available,
    child,
    medaudit,
    ratios,
    values,
)

GB = 1024.0  # in MB, as memory is measured
HEAVY = {"networkx", "pandas", "pyod", "sklearn"}
FIVE = ("STY01", "BIL01", "BIL05", "IDN01", "IDN02")


def told(bench: Bench, run: str) -> dict[str, Any]:
    """The content of a run's run.json."""
    content: dict[str, Any] = json.loads((bench.scratch / run / "run.json").read_text("utf-8"))
    return content


def growth(bench: Bench, table: Table, what: str, series: Sequence[Sequence[Cost]]) -> None:
    """How the cost grows: that of a million lines, and each size against the one before."""
    millions = [county.rows["lines"] / 1e6 for county in bench.counties]
    for part, words in (("wall", "by the clock"), ("cpu", "processor time")):
        per_million = [
            [figure / size for figure in values(costs, part)]
            for costs, size in zip(series, millions, strict=True)
        ]
        table.measured(f"{what}, a million lines, {words}", per_million, "s")
    grown = []
    for figures in (
        millions,
        [median(values(costs, "wall")) for costs in series],
        [median(values(costs, "rss")) for costs in series],
    ):
        grown.append([b / a for a, b in itertools.pairwise(figures)])
    cells = [
        f"lines × {lines:.1f}, clock × {clock:.1f}, memory × {memory:.1f}"
        for lines, clock, memory in zip(*grown, strict=True)
    ]
    table.add(f"{what}, growth from the size before", [NOT_MEASURED, *cells])


def simulate(bench: Bench) -> Table:
    """Making the data itself."""
    series = [[county.make() for _ in range(bench.repeat)] for county in bench.counties]
    table = bench.table("Making the data: `medaudit simulate`")
    rows = [county.rows for county in bench.counties]
    table.add("settlements", [f"{one['settlements']:,}" for one in rows])
    table.add("fee lines", [f"{one['lines']:,}" for one in rows])
    table.add("Parquet", [f"{one['bytes'] / 1024**2:,.0f} MB" for one in rows])
    table.measured("by the clock", [values(costs, "wall") for costs in series], "s", 360)
    table.measured("processor time", [values(costs, "cpu") for costs in series], "s")
    table.measured("peak memory", [values(costs, "rss") for costs in series], "MB", 6 * GB)
    growth(bench, table, "`simulate`", series)
    return table


def scan(bench: Bench) -> Table:
    """The whole scan against one copy of the same tables, at every size."""
    copies, scans, found = [], [], []
    for county in bench.counties:
        pairs = [(county.copy(), county.scan("run")) for _ in range(bench.repeat)]
        copies.append([copied for copied, _ in pairs])
        scans.append([scanned for _, scanned in pairs])
        found.append(told(bench, "run")["findings"])
    table = bench.table("`medaudit scan` of Parquet, every rule")
    table.add("settlements", [f"{county.rows['settlements']:,}" for county in bench.counties])
    table.add("fee lines", [f"{county.rows['lines']:,}" for county in bench.counties])
    table.add("findings", [f"{count:,}" for count in found])
    against_copy(table, "copy Parquet → Parquet", copies, scans, 25)
    table.measured("`scan`, peak memory", [values(costs, "rss") for costs in scans], "MB", 6 * GB)
    growth(bench, table, "`scan`", scans)
    return table


def against_copy(
    table: Table,
    what: str,
    copies: list[list[Cost]],
    scans: list[list[Cost]],
    most: float | None = None,
) -> None:
    table.cost(what, copies)
    table.cost("`scan`", scans)
    for part, words, limit in (("wall", "by the clock", most), ("cpu", "processor time", None)):
        both = zip(scans, copies, strict=True)
        table.measured(f"`scan` ÷ copy, {words}", [ratios(a, b, part) for a, b in both], "", limit)


def csv(bench: Bench) -> Table:
    """The same counties as CSV, against one pass CSV → Parquet."""
    copies: list[list[Cost]] = []
    scans: list[list[Cost]] = []
    sizes = []
    for county in bench.counties:
        copies.append([])
        scans.append([])
        sizes.append(NOT_MEASURED)
        if county.people > bench.csv_people:
            continue
        text = bench.scratch / "csv"
        child("write_csv", county.data, text)
        size = sum(path.stat().st_size for path in text.iterdir())
        sizes[-1] = f"{size / 1024**2:,.0f} MB"
        for _ in range(bench.repeat):
            copies[-1].append(county.copy("copy_csv", text))
            scans[-1].append(county.scan("run", data=text))
        shutil.rmtree(text)
    table = bench.table("`medaudit scan` of CSV (UTF-8), every rule")
    table.add("CSV", sizes)
    against_copy(table, "copy CSV → Parquet", copies, scans)
    table.measured("`scan`, peak memory", [values(costs, "rss") for costs in scans], "MB")
    return table


def pandas(bench: Bench) -> Table:
    """Five rules by medaudit and by pandas; the same hits are demanded."""
    ours: list[list[Cost]] = []
    theirs: list[list[Cost]] = []
    hits = []
    most = available() - GB  # leave the others one
    found = bench.scratch / "found.parquet"
    only = [word for code in FIVE for word in ("--select", code)]
    for county in bench.counties:
        ours.append([])
        theirs.append([])
        hits.append(f"pandas does not fit in {most / GB:.0f} GB")
        for _ in range(bench.repeat):
            ours[-1].append(county.scan("run", *only))
            try:
                theirs[-1].append(child("pandas", county.data, found, most=most))
            except TooLarge:
                break
            counts = json.loads(child("same_hits", bench.scratch / "run", found).printed)
            hits[-1] = ", ".join(f"{rule} {count:,}" for rule, count in counts.items())
    table = bench.table("Five rules: `medaudit scan --select` and plain pandas")
    table.add("hits of both, the same", hits)
    for name, series in (("pandas", theirs), ("medaudit", ours)):
        table.cost(name, series)
        table.measured(f"{name}, peak memory", [values(costs, "rss") for costs in series], "MB")
    for part, words in (("wall", "by the clock"), ("cpu", "processor time"), ("rss", "memory")):
        pairs = [
            (a, b) if len(a) == len(b) else ([], []) for a, b in zip(theirs, ours, strict=True)
        ]
        table.measured(f"pandas ÷ medaudit, {words}", [ratios(a, b, part) for a, b in pairs])
    return table


def memory(bench: Bench) -> Table:
    """A scan within 1 GB: the same findings."""
    county, same = bench.middle, []
    scans, small = [], []
    for _ in range(bench.repeat):
        scans.append(county.scan("run"))
        small.append(county.scan("small", "--memory-limit", "1GB"))
        lists = [bench.scratch / name / "findings.csv" for name in ("run", "small")]
        same.append(filecmp.cmp(*lists, shallow=False))
    table = Table("`medaudit scan --memory-limit 1GB`", [f"{county.people:,} people"])
    table.measured("peak memory", [values(small, "rss")], "MB", 1.3 * GB)
    table.measured("peak memory without the limit", [values(scans, "rss")], "MB", 2.5 * GB)
    table.cost("with it", [small])
    table.cost("without it", [scans])
    found = told(bench, "run")["findings"]
    table.add(
        f"the same {found:,} findings",
        [f"{sum(same)} of {len(same)} runs"],
        "all: " + ("yes" if all(same) else "**NO**"),
    )
    return table


def text(bench: Bench) -> Table:
    """The same fee lines as GB18030 and as UTF-8, read by the records room."""
    child("write_text", bench.middle.data, bench.scratch, bench.text_mb)
    costs: dict[str, list[Cost]] = {"utf8": [], "gb18030": []}
    for turn in range(bench.repeat):
        # Each goes first in turn: other work on the machine must not always meet the same one.
        for name in sorted(costs, reverse=turn % 2 == 0):
            costs[name].append(child("load", bench.scratch / name, bench.threads))
    plain, chinese = costs["utf8"], costs["gb18030"]
    if len({cost.printed for cost in (*plain, *chinese)}) > 1:
        raise SystemExit("the two encodings were not read alike")
    size = (bench.scratch / "gb18030" / "fee_item.csv").stat().st_size / 1024**2
    table = Table("Reading fee lines as text", [f"{size:,.0f} MB of GB18030"])
    table.cost("UTF-8", [plain])
    table.cost("GB18030", [chinese])
    table.measured("GB18030 ÷ UTF-8, by the clock", [ratios(chinese, plain, "wall")], "", 4)
    table.measured("GB18030 ÷ UTF-8, processor time", [ratios(chinese, plain, "cpu")], "", 4)
    table.measured("GB18030, peak memory", [values(chinese, "rss")], "MB", 2.5 * GB)
    return table


def help_(bench: Bench) -> Table:
    """`medaudit --help`: its time, and that it loads none of the heavy libraries."""
    medaudit("--help")  # the first one compiles
    costs = [medaudit("--help") for _ in range(max(bench.repeat, 5))]
    loaded = {name.partition(".")[0] for name in child("modules").printed.split()}
    heavy = sorted(HEAVY & loaded)
    table = Table("`medaudit --help`", ["measured"])
    table.measured("by the clock", [values(costs, "wall")], "s", 0.4)
    table.measured("processor time", [values(costs, "cpu")], "s")
    none = "none: " + ("**NO**" if heavy else "yes")
    table.add("heavy libraries loaded", [", ".join(heavy) or "none"], none)
    return table


def profile(bench: Bench) -> str:
    """Seconds and memory of every step of one scan."""
    county = bench.middle
    steps = child("profile", county.data, bench.scratch / "run", bench.threads).printed
    return f"### Step by step, {county.people:,} people\n\n```\n{steps}```"
