"""What run.py measures in processes of their own: python benchmarks/child.py WHAT ARGUMENTS."""

from __future__ import annotations

import itertools
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))


def copy(data: str, target: str, threads: str) -> None:
    """Copy every table once, Parquet to Parquet."""
    import duckdb

    Path(target).mkdir(exist_ok=True)
    base = duckdb.connect(config={"threads": int(threads)})
    for path in sorted(Path(data).glob("*.parquet")):
        base.execute(f"COPY (SELECT * FROM '{path}') TO '{target}/{path.name}' (FORMAT parquet)")


def write_text(data: str, target: str, megabytes: str) -> None:
    """Write fee lines of about `megabytes` of GB18030, and the same text as UTF-8, with some settlements."""
    import duckdb

    base = duckdb.connect()
    whole, some = Path(target, "utf8", "fee_item.csv"), Path(target, "gb18030", "fee_item.csv")
    for path in (whole, some):
        path.parent.mkdir()
        base.execute(
            f"COPY (SELECT * FROM '{data}/settlement.parquet' LIMIT 1000) "
            f"TO '{path.parent}/settlement.csv' (FORMAT csv, HEADER)"
        )
    left = int(megabytes) * 1024**2
    lines = f"SELECT * FROM '{data}/fee_item.parquet'"
    base.execute(f"COPY ({lines}) TO '{target}/all.csv' (FORMAT csv, HEADER)")
    with (
        Path(target, "all.csv").open(encoding="utf-8", newline="") as source,
        whole.open("w", encoding="utf-8", newline="") as utf8,
        some.open("w", encoding="gb18030", newline="") as gb18030,
    ):
        while left > 0 and (block := source.readlines(1024**2)):
            text = "".join(block)
            utf8.write(text)
            left -= len(text.encode("gb18030"))
            gb18030.write(text)
    Path(target, "all.csv").unlink()


def load(folder: str, threads: str) -> None:
    """Read a folder as an audit would; prints the account of every table."""
    import tempfile

    from medaudit.engine.duckdb import DuckEngine
    from medaudit.records.load import load
    from medaudit.settings import Settings

    with tempfile.TemporaryDirectory() as staging:
        engine = DuckEngine(Path(staging), None, int(threads))
        for account in load([Path(folder)], Settings(), engine).accounts.values():
            print(account)
        engine.close()


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
    print(
        f"{steps[-1][1] - steps[0][1]:7.2f} {steps[-1][2] - steps[0][2]:6.2f} {steps[-1][3]:8.0f}  whole"
    )
    print()
    for ran in done.outcome:
        print(f"{ran.found:7} {ran.state:8} {ran.rule.code}")
    print(f"{done.run['findings']:7} findings")


if __name__ == "__main__":
    what = {one.__name__: one for one in (copy, write_text, load, modules, profile)}
    what[sys.argv[1]](*sys.argv[2:])
