"""What a finished audit leaves in its run folder."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medaudit.detectors.anomalies import Looked
from medaudit.detectors.links import Linked
from medaudit.detectors.run import Ran
from medaudit.engine import Engine
from medaudit.engine.duckdb import quoted
from medaudit.errors import MedauditError, Problem
from medaudit.findings import COLUMNS as FINDING_COLUMNS
from medaudit.handbook import words
from medaudit.language import say
from medaudit.output.csvfile import write_csv
from medaudit.output.xlsx import write_xlsx
from medaudit.progress import SILENT, Progress
from medaudit.ranking import COLUMNS as SUSPECT_COLUMNS
from medaudit.ranking.learning import Learnt
from medaudit.records.load import Records
from medaudit.records.schema import TABLES
from medaudit.records.typed import reasons
from medaudit.runs.folder import MARK
from medaudit.runs.kept import kept
from medaudit.runs.reading import frame, read
from medaudit.runs.told import cover, tell

if TYPE_CHECKING:
    from medaudit.runs.plan import Plan

# Best first; what is certain before what is suspected, ties by money, then id: the same in every run.
FINDING_ORDER = "CASE level WHEN 'violation' THEN 1 WHEN 'suspected' THEN 2 ELSE 3 END, amount DESC, charge_amount DESC, finding_id"
SUSPECT_ORDER = (
    "CASE subject_type WHEN 'institution' THEN 1 WHEN 'pharmacy' THEN 2 WHEN 'doctor' THEN 3 "
    "WHEN 'patient' THEN 4 WHEN 'settlement' THEN 5 ELSE 6 END, rank"
)


# Tables of the links (detectors/links), kept for `links` and `case`.
LINKS = {
    "ring": "ring_id",
    "ring_member": "ring_id, person_id",
    "steering": "eb05 DESC, dr_codg, fixmedins_code",
    "ring_use": "ring_id, session, day, clock, person_id, setl_id",
}


def write(
    engine: Engine,
    folder: Path,
    paths: Sequence[str | Path],
    plan: Plan,
    records: Records,
    outcome: Sequence[Ran],
    linked: Sequence[Linked],
    looked: Sequence[Looked],
    learnt: Learnt,
    progress: Progress = SILENT,
) -> dict[str, Any]:
    """Write every file of the run folder, run.json last, and return its content."""
    progress.stage("writing")
    found, suspects = ", ".join(FINDING_COLUMNS), ", ".join(SUSPECT_COLUMNS)
    engine.write(
        folder / "findings.parquet", f"SELECT {found} FROM findings ORDER BY {FINDING_ORDER}"
    )
    engine.write(
        folder / "suspects.parquet", f"SELECT {suspects} FROM suspects ORDER BY {SUSPECT_ORDER}"
    )
    engine.write(folder / "finding_lines.parquet",
        "SELECT finding_id, feedetl_sn, setl_id, amount FROM finding_line ORDER BY finding_id, setl_id, feedetl_sn",
    )  # fmt: skip
    engine.write(
        folder / "subjects.parquet", "SELECT * FROM everybody ORDER BY subject_type, subject_id"
    )
    engine.write(
        folder / "parts.parquet", "SELECT * FROM part ORDER BY subject_type, subject_id, family"
    )
    engine.write(folder / "claims.parquet",
        "SELECT subject_type, subject_id, finding_id FROM claim ORDER BY subject_type, subject_id, finding_id",
    )  # fmt: skip
    engine.write(folder / "anomalies.parquet",
        "SELECT * FROM anomaly ORDER BY subject_type, percentile DESC, top DESC, subject_id",
    )  # fmt: skip
    engine.write(folder / "measures.parquet",
        "SELECT * FROM peer_measure ORDER BY subject_type, feature, subject_id",
    )  # fmt: skip
    if linked:
        kinds = {one.kind for one in linked}
        for name, order in LINKS.items():
            if name in kinds or (name != "steering" and kinds - {"steering"}):
                engine.write(folder / f"{name}.parquet", f"SELECT * FROM {name} ORDER BY {order}")
    engine.write(folder / "points.parquet",
        "SELECT subject_type, subject_id, points FROM suspect_text ORDER BY subject_type, subject_id",
    )  # fmt: skip
    _records(engine, folder / "records")
    write_csv(read(folder, "findings"), folder / "findings.csv", FINDING_COLUMNS)
    write_csv(read(folder, "suspects"), folder / "suspects.csv", SUSPECT_COLUMNS)
    _rejects(engine, folder / "rejects.csv")
    told = tell(engine, paths, plan, records, outcome, linked, looked, learnt)
    titles = {ran.rule.code: ran.rule.name for ran in outcome}
    write_xlsx(
        folder / "suspects.xlsx",
        cover(told),
        frame(folder, "suspects"),
        read(folder, "findings"),
        told["findings"],
        titles,
        cache(words.column),
        words.value,
    )
    told["files"] = kept(folder)
    (folder / MARK).write_text(
        json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )
    return told


def remove_staging(folder: Path) -> None:
    """Remove what was only needed on the way."""
    shutil.rmtree(folder / "staging", ignore_errors=True)


def demand_all_ran(outcome: Sequence[Ran]) -> None:
    """Raise MedauditError naming the rules that failed."""
    failed = [ran for ran in outcome if ran.state == "failed"]
    if failed:
        raise MedauditError(
            Problem(
                ran.why,
                f"{ran.rule.code} {ran.rule.name}",
                say("用 --ignore 略过它", "leave it out with --ignore"),
            )
            for ran in failed
        )


def _records(engine: Engine, folder: Path) -> None:
    """The settlements and lines of everybody a finding names, and the small tables, so that no later
    command needs the inputs. Refunds and duplicates are already taken out."""
    folder.mkdir(mode=0o700)
    engine.keep(
        "named_person",
        "SELECT p.psn_no FROM people p JOIN (SELECT q.person_id FROM hit h JOIN people q ON q.psn_no = h.psn_no "
        "GROUP BY q.person_id) n ON n.person_id = p.person_id",
    )
    mine = "psn_no IN (SELECT psn_no FROM named_person)"
    lines = f"setl_id IN (SELECT setl_id FROM settlement WHERE {mine})"
    of_people = {
        "settlement": mine, "person": mine, "chronic": mine, "fee_item": lines, "diagnosis": lines,
    }  # fmt: skip
    for name in TABLES:
        if name == "visit":  # it has filled the gaps of the settlements
            continue
        where = f" WHERE {of_people[name]}" if name in of_people else ""
        engine.write(folder / f"{name}.parquet", f"SELECT * FROM {name}{where} ORDER BY ALL")


def _rejects(engine: Engine, path: Path) -> None:
    words = " ".join(f"WHEN '{code}' THEN {quoted(text)}" for code, text in reasons().items())
    rows = f'SELECT file, line, column_name AS "column", CASE reason {words} END AS reason FROM rejects'
    write_csv(
        (batch.to_pandas() for batch in engine.batches(rows)),
        path,
        ["file", "line", "column", "reason"],
    )
