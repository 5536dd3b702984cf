"""A report on somebody (举报): how much it weighs when suspects are ranked."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from medaudit.errors import MedauditError, Problem, did_you_mean
from medaudit.language import say
from medaudit.ledger import Event
from medaudit.ranking.said import WEIGHTS

if TYPE_CHECKING:
    from medaudit.dossier.opened import Opened

KINDS = ("institution", "pharmacy", "doctor", "patient", "settlement", "ring")


def tip(
    run: Opened | None, kind: str, code: str, weight: str, who: str, why: str, today: dt.date
) -> Event:
    """The event of a report on a subject. weight: one of WEIGHTS. run: to see that the subject is there, and of what kind; None where
    there is none yet. Raises MedauditError."""
    problems = []
    if weight not in WEIGHTS:
        what = say(f"不认识的线索质量：{weight}", f"unknown weight: {weight}")
        problems.append(Problem(what, "--weight", did_you_mean(weight, WEIGHTS)))
    if not why.strip():
        what = say("要写明举报了什么", "say what was reported")
        problems.append(Problem(what, "--why"))
    if run is not None:
        found = [
            str(row["subject_type"])
            for row in run.rows("SELECT subject_type FROM subjects WHERE subject_id = $code ORDER BY subject_type", code=code)
        ]  # fmt: skip
        if not found or (kind and kind not in found):
            what = say(f"本次运行没有这个对象：{code}", f"this run has no such subject: {code}")
            do = say(
                "核对编号；还没有数据的对象加 --by 指明类型并加 --unseen",
                "check the id; for one without data give its kind with --by and --unseen",
            )
            problems.append(Problem(what, "ID", do))
        kind = kind or (found[0] if found else "")
    elif not kind:
        what = say("要指明对象类型", "say what kind of subject it is")
        problems.append(Problem(what, "--by", did_you_mean("", KINDS)))
    if problems:
        raise MedauditError(problems)
    institution = code if kind in ("institution", "pharmacy") else ""
    doctor = code if kind == "doctor" else ""
    return Event(
        "tip", weight, who, why, subject_type=kind, subject_id=code, fixmedins_code=institution, dr_codg=doctor, day=today,
    )  # fmt: skip
