"""What run.py measures in processes of their own: python benchmarks/child.py WHAT ARGUMENTS."""

from __future__ import annotations

import itertools
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))


def copy(data: str, target: str, threads: str) -> None:
    """Copy every table once, Parquet to Parquet."""
    _copy("SELECT * FROM read_parquet('{}')", "*.parquet", data, target, threads)


def copy_csv(data: str, target: str, threads: str) -> None:
    """Copy every table once, CSV to Parquet, all columns as text."""
    _copy("SELECT * FROM read_csv('{}', all_varchar = true)", "*.csv", data, target, threads)


def _copy(read: str, files: str, data: str, target: str, threads: str) -> None:
    import duckdb

    Path(target).mkdir(exist_ok=True)
    base = duckdb.connect(config={"threads": int(threads)})
    for path in sorted(Path(data).glob(files)):
        copied = f"{target}/{path.stem}.parquet"
        base.execute(f"COPY ({read.format(path)}) TO '{copied}' (FORMAT parquet)")


def write_csv(data: str, target: str) -> None:
    """Write the tables as CSV in UTF-8, file by file."""
    import duckdb

    Path(target).mkdir()
    for path in sorted(Path(data).glob("*.parquet")):
        duckdb.execute(f"COPY (FROM '{path}') TO '{target}/{path.stem}.csv' (FORMAT csv, HEADER)")


def write_text(data: str, target: str, megabytes: str) -> None:
    """Write fee lines of about `megabytes` of GB18030, and the same text as UTF-8, with some settlements."""
    import duckdb

    base = duckdb.connect()
    utf8_path = Path(target, "utf8", "fee_item.csv")
    chinese_path = Path(target, "gb18030", "fee_item.csv")
    for path in (utf8_path, chinese_path):
        path.parent.mkdir()
        base.execute(
            f"COPY (SELECT * FROM '{data}/settlement*.parquet' LIMIT 1000) "
            f"TO '{path.parent}/settlement.csv' (FORMAT csv, HEADER)"
        )
    left = int(megabytes) * 1024**2
    whole = Path(target, "all.csv")
    base.execute(f"COPY (FROM '{data}/fee_item*.parquet') TO '{whole}' (FORMAT csv, HEADER)")
    with (
        whole.open(encoding="utf-8", newline="") as source,
        utf8_path.open("w", encoding="utf-8", newline="") as utf8,
        chinese_path.open("w", encoding="gb18030", newline="") as gb18030,
    ):
        while left > 0 and (block := source.readlines(1024**2)):
            text = "".join(block)
            utf8.write(text)
            left -= len(text.encode("gb18030"))
            gb18030.write(text)
    whole.unlink()


def rows(data: str) -> None:
    """Print settlements, fee lines and bytes of a folder of Parquet files, as JSON."""
    import duckdb

    def count(table: str) -> int:
        told = duckdb.execute(f"SELECT count(*) FROM '{data}/{table}*.parquet'").fetchall()
        return int(told[0][0])

    size = sum(path.stat().st_size for path in Path(data).glob("*.parquet"))
    told = {"settlements": count("settlement"), "lines": count("fee_item"), "bytes": size}
    print(json.dumps(told))


def load(folder: str, threads: str) -> None:
    """Read a folder as an audit would; prints the account of every table."""
    import tempfile

    from medaudit.engine.duckdb import DuckEngine
    from medaudit.records.load import load
    from medaudit.settings import Settings

    with tempfile.TemporaryDirectory(dir=Path(folder).parent) as staging:
        engine = DuckEngine(Path(staging), None, int(threads))
        for account in load([Path(folder)], Settings(), engine).accounts.values():
            print(account)
        engine.close()


def pandas(data: str, found: str) -> None:
    """Run the rules of pandas_rules.py."""
    import pandas_rules

    pandas_rules.found(Path(data)).to_parquet(found, index=False)


def same_hits(run: str, found: str) -> None:
    """Demand that a run folder and the pandas rules hit the same; prints how many hits, as JSON."""
    import pandas as pd
    from pandas_rules import HIT, RULES

    lines = pd.read_parquet(Path(run, "finding_lines.parquet")).fillna({"feedetl_sn": ""})
    lines["rule"] = lines["finding_id"].str[:5]
    columns = ["rule", *HIT]
    ours = lines[lines["rule"].isin(list(RULES))][columns].drop_duplicates()
    compared = ours.merge(pd.read_parquet(found)[columns], how="outer", indicator=True)
    differ = compared[compared["_merge"] != "both"]
    if len(differ):
        sys.exit(f"{len(differ)} hits differ (left: medaudit only)\n{differ.head(20)}")
    print(json.dumps({rule: int(sum(ours["rule"] == rule)) for rule in RULES}))


def links(data: str, kept: str, threads: str) -> None:
    """Look for the links of a folder, keep what was found in folder `kept` and print what it took, as JSON.

    pairs: seconds of the facts that make the candidate pairs; links: of all that only links read, and of finding them;
    peak: MB; alone: the candidate pairs once more in a process of their own.
    """
    from medaudit import facts
    from medaudit.audit import links_of
    from medaudit.detectors import anomalies, catalogue, links
    from medaudit.detectors.run import reads
    from medaudit.progress import Progress
    from medaudit.runs.plan import Plan

    rules = [rule for rule in catalogue.rules() if not rule.code.startswith("LNK")]
    others = {fact.name for fact in facts.needed({*reads(rules), *anomalies.READS})}
    only = {fact.name for fact in facts.needed(links.TABLES)} - others
    steps: list[tuple[str, float]] = []

    class Clocked(Progress):
        def step(self, text: str) -> None:
            steps.append((text, time.perf_counter()))

    begun = time.perf_counter()
    with links_of(
        [Path(data)], Plan(threads=int(threads)), links.TABLES, progress=Clocked()
    ) as found:
        engine, outcome = found
        steps.append(("end", time.perf_counter()))
        peak = _peak()
        took: dict[str, float] = {}
        for (step, clock), (_, next_clock) in itertools.pairwise(steps):
            took[step] = took.get(step, 0.0) + next_clock - clock
        finding = sum(one.seconds for one in outcome)
        Path(kept).mkdir(parents=True, exist_ok=True)
        for name, sql in LINKED.items():
            engine.frame(sql).to_parquet(Path(kept, f"{name}.parquet"), index=False)
        rows = {
            name: engine.value(f"SELECT count(*) FROM {name}")
            for name in ("household", "visit", "card_use", "card_meeting", "card_pair")
        }
        command = [sys.executable, __file__, "pairs", str(engine.folder), threads]
        alone = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    summary = {
        "rows": rows, "pairs": sum(took[name] for name in PAIRS),
        "links": sum(took.get(name, 0.0) for name in only) + finding, "finding": finding,
        "whole": steps[-1][1] - begun, "peak": peak, "alone": json.loads(alone),
        "crowded": sum(one.crowded for one in outcome), "steps": {name: took.get(name, 0.0) for name in sorted(only)},
    }  # fmt: skip
    print(json.dumps(summary))


# What links(…) keeps of its tables, for links.py to hold against the truth.
LINKED = {
    "ring": "SELECT * FROM ring",
    "ring_member": "SELECT ring_id, person_id, sessions FROM ring_member",
    "ring_use": "SELECT ring_id, session, person_id, setl_id, fund_money FROM ring_use",
    "steering": "SELECT p.*, s.ratio, s.eb05 FROM steering_pair p JOIN steering s ON s.dr_codg = p.dr_codg AND s.fixmedins_code = p.fixmedins_code",
    "people": "SELECT DISTINCT psn_no, person_id FROM people",
    "card_pair": "SELECT one, other, met_days, expected FROM card_pair",
}
# The facts that make the candidate pairs of cards, in their order, and the facts they stand on.
PAIRS = ("card_use", "card_crowd", "card_place", "card_meeting", "card_pair")
BEHIND = ("visit", "timed_visit", "exclusion", "household")


def pairs(folder: str, threads: str) -> None:
    """Make the candidate pairs of cards from facts that are in a folder; prints seconds by the clock and of
    processor time, and MB at the peak, as JSON."""
    import tempfile

    from medaudit import facts
    from medaudit.engine.duckdb import DuckEngine

    with tempfile.TemporaryDirectory(dir=Path(folder).parent) as place:
        engine = DuckEngine(Path(place), None, int(threads))
        for name in BEHIND:
            engine.show(name, [Path(folder, f"{name}.parquet")])
        begun, busy = time.perf_counter(), time.process_time()
        for name in PAIRS:
            engine.keep(name, facts.facts()[name].sql)
        seconds, cpu = time.perf_counter() - begun, time.process_time() - busy
        engine.close()
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak": _peak()}))


def _peak() -> float:
    """MB this program held at most; ru_maxrss would count what its parent held when it was made."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def modules() -> None:
    """Print the names of all modules that `medaudit --help` loads."""
    import contextlib
    import io

    from medaudit.cli import main

    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
        main(["--help"])
    print(*sys.modules)


def profile(data: str, out: str, threads: str) -> None:
    """Scan, and print seconds by the clock, of processor time and the memory peak so far, step by step."""
    from medaudit.audit import Plan, audit_to
    from medaudit.progress import Progress

    steps: list[tuple[str, float, float, float]] = []

    class Clocked(Progress):
        def step(self, text: str) -> None:
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            steps.append((text, time.perf_counter(), time.process_time(), peak))

        def stage(self, name: str, total: int | None = None) -> None:
            self.step(name)

    clocked = Clocked()
    clocked.stage("starting")
    done = audit_to(Path(out), [Path(data)], Plan(threads=int(threads)), clocked)
    clocked.stage("end")
    print("clock s  cpu s  peak MB  step")
    for (step, clock, cpu, _), (_, next_clock, next_cpu, peak) in itertools.pairwise(steps):
        print(f"{next_clock - clock:7.2f} {next_cpu - cpu:6.2f} {peak:8.0f}  {step}")
    clock, cpu = (steps[-1][part] - steps[0][part] for part in (1, 2))
    print(f"{clock:7.2f} {cpu:6.2f} {steps[-1][3]:8.0f}  whole\n")
    for ran in done.outcome:
        print(f"{ran.found:7} {ran.state:8} {ran.rule.code}")
    print(f"{done.run['findings']:7} findings")


WHAT = (
    copy,
    copy_csv,
    write_csv,
    write_text,
    rows,
    load,
    pandas,
    same_hits,
    links,
    pairs,
    modules,
    profile,
)

if __name__ == "__main__":
    {one.__name__: one for one in WHAT}[sys.argv[1]](*sys.argv[2:])
