"""A run and a truth file side by side, as views of one engine; refused when they are not of one county."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medaudit.engine.duckdb import DuckEngine
from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.runs.folder import told_of
from medaudit.runs.kept import explaining
from medaudit.synth.scoring.planted import PLANTED
from medaudit.synth.scoring.truth import read_truth

if TYPE_CHECKING:
    import pandas as pd

RESULTS = ("findings", "suspects", "finding_lines", "claims", "subjects", "records/settlement")
MOST_UNKNOWN = 0.5  # beyond this share the truth is another county's
A_YUAN = 1.0  # what rounding may make of an amount


@dataclass
class Against:
    """Both in one engine: views of the run's results, `truth`, and the tables of `planted`.

    notes: what the reader should know before the figures.
    """

    engine: DuckEngine
    told: Mapping[str, Any]
    notes: list[str] = field(default_factory=list)

    def frame(self, sql: str, **params: Any) -> pd.DataFrame:
        return self.engine.frame(sql, params)

    def count(self, sql: str) -> int:
        return int(self.engine.value(sql) or 0)


@contextmanager
def opened(run: Path, truth: Path) -> Iterator[Against]:
    """Open both. Raises MedauditError with everything wrong: no run, a bad truth, one of another county."""
    problems: list[Problem] = []
    told: Mapping[str, Any] = {}
    try:
        told = told_of(run, ("detectors", "settings"))
        problems += _lacking(run)
    except MedauditError as error:
        problems += error.problems
    try:
        rows = read_truth(truth)
    except MedauditError as error:
        problems += error.problems
    if problems:
        raise MedauditError(problems)
    with tempfile.TemporaryDirectory(prefix="medaudit-") as private, explaining(run):
        engine = DuckEngine(Path(private))
        try:
            for name in RESULTS:
                engine.show(name.rpartition("/")[2], [run / f"{name}.parquet"])
            path = Path(private) / "truth.parquet"
            rows.to_parquet(path, index=False)
            engine.show("row", [path])
            # Sums of decimals come out the same in whichever order they are made.
            engine.view(
                "truth", "SELECT * REPLACE (CAST(amount AS DECIMAL(18,2)) AS amount) FROM row"
            )
            for name, sql in PLANTED.items():
                engine.keep(name, sql)
            both = Against(engine, told)
            _demand_one_county(both, truth)
            both.notes += _ran(told)
            yield both
        finally:
            engine.close()


def _lacking(run: Path) -> list[Problem]:
    what = say("运行结果里没有这个文件", "the run has no such file")
    do = say("用这个版本重新 medaudit scan", "run `medaudit scan` again with this version")
    paths = (run / f"{name}.parquet" for name in RESULTS)
    return [Problem(what, str(path), do) for path in paths if not path.is_file()]


_UNKNOWN = {
    "settlement": """
        SELECT count(*) AS rows, sum(CASE WHEN s.subject_id IS NULL THEN 1 ELSE 0 END) AS unknown
        FROM (SELECT DISTINCT setl_id FROM truth) t
        LEFT JOIN subjects s ON s.subject_type = 'settlement' AND s.subject_id = t.setl_id""",
    "subject": """
        SELECT count(*) AS rows, sum(CASE WHEN s.subject_id IS NULL THEN 1 ELSE 0 END) AS unknown
        FROM (SELECT DISTINCT subject_type, subject_id FROM subject_role) t
        LEFT JOIN subjects s ON s.subject_type = t.subject_type AND s.subject_id = t.subject_id""",
}

# Numbers may agree by chance: then the money, the persons and the places of the settlements do not.
_UNLIKE = {
    "amount": f"""
        SELECT count(*) AS rows, sum(CASE WHEN p.amount > s.fund_money + {A_YUAN} THEN 1 ELSE 0 END) AS unlike
        FROM settlement_role p
        JOIN subjects s ON s.subject_type = 'settlement' AND s.subject_id = p.setl_id""",
    "who": """
        SELECT count(*) AS rows,
               sum(CASE WHEN t.subject_id NOT IN (s.psn_no, s.fixmedins_code) THEN 1 ELSE 0 END) AS unlike
        FROM truth t JOIN settlement s ON s.setl_id = t.setl_id
        WHERE t.subject_type IN ('patient', 'institution', 'pharmacy')""",
}


def _demand_one_county(both: Against, path: Path) -> None:
    unknown = {name: both.engine.rows(sql)[0] for name, sql in _UNKNOWN.items()}
    unlike = {name: both.engine.rows(sql)[0] for name, sql in _UNLIKE.items()}
    words = {
        "settlement": say("结算", "settlements"),
        "subject": say("机构、医师、患者", "institutions, doctors and patients"),
        "amount": say("金额与结算不符的结算", "settlements whose money does not fit"),
        "who": say("患者或机构与结算不符的行", "rows whose person or place does not fit"),
    }
    reasons = []
    for name, (rows, missing) in (unknown | unlike).items():
        if rows and missing / rows > MOST_UNKNOWN:
            there = say(
                "{}：{:,} 个中 {:,} 个不在这次运行里", "{}: {:,}, of which the run lacks {:,}"
            )
            odd = say("{}：{:,} 个中有 {:,} 个", "{}: {:,}, of them {:,}")
            reasons.append((there if name in unknown else odd).format(words[name], rows, missing))
    if reasons:
        raise MedauditError(
            Problem(
                say(
                    "这份真值与这次运行不是同一个县：",
                    "this truth is of another county than the run: ",
                )
                + say("；", "; ").join(reasons),
                str(path),
                say(
                    "用扫描同一文件夹旁边的 truth.csv（人数和种子都要相同）",
                    "use the truth.csv beside the folder that was scanned (same people, same seed)",
                ),
            )
        )
    for name, (rows, missing) in unknown.items():
        if missing:
            both.notes.append(
                say(
                    f"真值中的{words[name]}有 {missing:,} 个（共 {rows:,} 个）不在这次运行里，算作没有查到。",
                    f"Of the {rows:,} {words[name]} of the truth the run lacks {missing:,}: they count as missed.",
                )
            )


def _ran(told: Mapping[str, Any]) -> Iterator[str]:
    """What the run was limited to, and the rules that did not run: both explain what was not found."""
    entries = told["detectors"]
    ran = [entry["rule"] for entry in entries if entry["state"] == "ran"]
    chosen = [
        f"--{name} {' '.join(told['settings'][name])}"
        for name in ("select", "ignore")
        if told["settings"].get(name)
    ]
    if chosen:
        some = say("、", ", ").join(ran) or say("无", "none")
        yield say(
            f"这次扫描限定了规则（{' '.join(chosen)}），只运行了：{some}。其余手法当然查不到。",
            f"The scan was limited ({' '.join(chosen)}) and ran only: {some}. It cannot find what other rules look for.",
        )
    for entry in entries:
        if entry["state"] != "ran":
            state = say("跳过", "skipped") if entry["state"] == "skipped" else say("失败", "failed")
            yield f"{entry['rule']} {entry['title']}: {state} - {entry['why']}"
