"""Puts the question why a rule did or did not report somebody to the records a run kept, or to the files."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

from medaudit import settings as settings_room
from medaudit.detectors.rule import Rule
from medaudit.detectors.run import prepare, reads
from medaudit.detectors.whynot import Answer, Subject, subject, why_not
from medaudit.dossier.opened import Opened
from medaudit.dossier.who import Who
from medaudit.engine.duckdb import DuckEngine
from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.progress import Progress
from medaudit.records.load import Records, load
from medaudit.settings import Settings


def ask_run(run: Opened, who: Who, rule: Rule, progress: Progress) -> Answer:
    """The answer from the records a run kept, with the parameters of that run.

    A run keeps the records of those a finding names. Of anybody else the files it was made from are asked,
    if they are still there. Raises MedauditError when neither knows the subject.
    """
    entry = run.detector(rule.code)
    if entry.get("state") == "skipped":
        return Answer(rule, Subject(who.kind, who.id, {}), "skipped", needs=[entry["why"]])
    told = _settings(run)
    with _staged([run.folder / "records"], told, rule, progress) as (engine, records):
        whom = subject(engine, who.kind, who.id)
        if whom is not None:
            return why_not(engine, records, rule, rule.values(told.params), whom)
    paths = [Path(path) for path in run.told["paths"]]
    if not all(path.exists() for path in paths):
        what = say(
            f"没有疑点提到 {who.id}，这次运行没有保存其明细",
            f"no finding names {who.id}, so the run kept no records of it",
        )
        do = say("用 --data 指明原始文件再问", "ask again with --data naming the original files")
        raise MedauditError(Problem(what, str(run.folder), do))
    return ask_files(paths, settings_room.of(_sections(run)), who.id, who.kind, rule, progress)


def ask_files(
    paths: Sequence[Path],
    settings: Settings,
    code: str,
    kind: str | None,
    rule: Rule,
    progress: Progress,
) -> Answer:
    """The answer from settlement files. Raises MedauditError when the id is nobody's in them."""
    with _staged(paths, settings, rule, progress) as (engine, records):
        kinds = [kind] if kind else ["settlement", "patient", "doctor", "institution"]
        whom = next((found for one in kinds if (found := subject(engine, one, code))), None)
        if whom is None:
            what = say(
                f"文件里没有编号为 {code} 的结算、人员、医师或机构",
                f"the files have no settlement, person, doctor or institution {code}",
            )
            raise MedauditError(Problem(what, " ".join(map(str, paths))))
        return why_not(engine, records, rule, rule.values(settings.params), whom)


@contextmanager
def _staged(
    paths: Sequence[Path], settings: Settings, rule: Rule, progress: Progress
) -> Iterator[tuple[DuckEngine, Records]]:
    with tempfile.TemporaryDirectory(prefix="medaudit-") as private:
        engine = DuckEngine(Path(private))
        try:
            records = load(paths, settings, engine, progress)
            prepare(engine, reads([rule]), progress)
            yield engine, records
        finally:
            engine.close()


def _sections(run: Opened) -> dict[str, Any]:
    """The settings file of the run, as run.json has it beside the options."""
    names = {field.name for field in fields(Settings)} - {"path"}
    return {name: told for name, told in run.told["settings"].items() if name in names}


def _settings(run: Opened) -> Settings:
    """What of the run's settings still applies: the records it kept have canonical columns and codes."""
    told = _sections(run)
    setting = told.get("codes", {}).get("setting")
    kept = {name: told[name] for name in ("params", "extra") if name in told}
    return settings_room.of(kept | ({"codes": {"setting": setting}} if setting else {}))
