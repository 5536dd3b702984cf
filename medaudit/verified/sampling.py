"""Which findings of a run are verified: so many, drawn by a seed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from medaudit.engine.duckdb import DuckEngine, quoted
from medaudit.errors import MedauditError, Problem, did_you_mean
from medaudit.language import say

ALL = "all"
# Column → its type. Sentences are made of these, and are in the run's language.
COLUMNS: Mapping[str, str] = {
    "rule": "VARCHAR", "level": "VARCHAR", "subject_type": "VARCHAR", "subject_id": "VARCHAR", "setl_id": "VARCHAR",
    "psn_no": "VARCHAR", "fixmedins_code": "VARCHAR", "dr_codg": "VARCHAR", "occurred_on": "DATE",
    "charge_amount": "DECIMAL(16,2)", "amount": "DECIMAL(16,2)", "account_amount": "DECIMAL(16,2)", "packaged": "INTEGER",
    "strength": "DECIMAL(5,4)", "evidence": "VARCHAR",
}  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """View `sampled` of so many findings. rules: how many of each rule; lacking: columns an older version did not write."""

    found: int
    rules: Mapping[str, int]
    lacking: Sequence[str]


def size(text: str) -> int | None:
    """A number of findings above 0, None for `all`. Raises MedauditError for anything else."""
    if text.lower() == ALL:
        return None
    if text.isdecimal() and int(text) > 0:
        return int(text)
    what = say(f"{text} 不是抽取的条数", f"{text} is no number of findings")
    raise MedauditError(
        Problem(what, "--sample", say("写成 20，或 all（全部）", "write 20, or all"))
    )


def seed(given: int | None) -> int:
    """The seed as given, else one that nobody could foresee; it is told, so that the sample can be drawn again."""
    return secrets.randbelow(1_000_000) if given is None else given


def draw(engine: DuckEngine, run: Path, size: int | None, seed: int, prefix: str | None) -> Sample:
    """Draw `size` findings of a run (None: all), of rules with a code prefix; which ones depends on the seed and their ids alone.

    Raises MedauditError for a run without findings of these rules, or without their file.
    """
    path = run / "findings.parquet"
    try:
        engine.show("read_findings", [path])
        there = engine.columns("read_findings")
        engine.view("recorded", "SELECT * REPLACE (coalesce(rule, '') AS rule) FROM read_findings")
    except MedauditError as error:
        what = say("读不到这次运行的疑点", "the findings of this run cannot be read")
        raise MedauditError(Problem(what, str(path), say("重新扫描", "scan again"))) from error
    codes = [row[0] for row in engine.rows("SELECT DISTINCT rule FROM recorded ORDER BY rule")]
    chosen = [code for code in codes if code.startswith((prefix or "").upper())]
    if prefix and not chosen:
        what = say(f"这次运行没有 {prefix} 的疑点", f"this run has no findings of {prefix}")
        raise MedauditError(Problem(what, "--rule", did_you_mean(prefix, codes)))
    limit = "" if size is None else f"LIMIT {int(size)}"
    among = ", ".join(map(quoted, chosen)) or "NULL"
    engine.keep(
        "sampled",
        f"SELECT * FROM recorded WHERE rule IN ({among}) ORDER BY md5('{int(seed)}|' || finding_id), finding_id {limit}",
    )
    rules = dict(engine.rows("SELECT rule, count(*) FROM sampled GROUP BY rule ORDER BY rule"))
    found = engine.value("SELECT count(*) FROM recorded")
    return Sample(found, rules, [name for name in COLUMNS if name not in there])
