"""What run.py measures in processes of their own: python benchmarks/child.py WHAT ARGUMENTS."""

from __future__ import annotations

import itertools
import json
import resource
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

    steps: list[tuple[str, float, float, float]] = []

    def told(step: str) -> None:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        steps.append((step, time.perf_counter(), time.process_time(), peak))

    told("start")
    done = audit_to(Path(out), [Path(data)], Plan(threads=int(threads)), told)
    told("end")
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
    modules,
    profile,
)

if __name__ == "__main__":
    {one.__name__: one for one in WHAT}[sys.argv[1]](*sys.argv[2:])
