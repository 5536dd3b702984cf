"""Whom an id stands for."""

from __future__ import annotations

from dataclasses import dataclass

from medaudit.dossier.opened import Opened
from medaudit.errors import MedauditError, Problem
from medaudit.language import say, spoken
from medaudit.output.columns import label

KINDS = ("finding", "settlement", "patient", "doctor", "institution", "pharmacy", "ring")
_FARTHEST = 3  # letters by which an id may be mistyped


@dataclass(frozen=True)
class Who:
    """A finding or a subject of a run, by its kind (one of KINDS) and id."""

    kind: str
    id: str

    @property
    def heading(self) -> str:
        kind = (
            say("疑点", "finding") if self.kind == "finding" else label("subject_type", self.kind)
        )
        return f"{kind if spoken() == 'zh' else kind.capitalize()} {self.id}"


# Another number of a person and the visit number of a stay lead to the subject that carries them.
_CANDIDATES = """
SELECT 'finding' AS kind, finding_id AS id FROM findings WHERE finding_id = $code
UNION SELECT subject_type, subject_id FROM subjects WHERE subject_id = $code
UNION SELECT subject_type, subject_id FROM suspects WHERE subject_id = $code
UNION SELECT 'patient', s.subject_id
FROM (SELECT psn_no, certno FROM settlement UNION SELECT psn_no, certno FROM person) a
JOIN (SELECT psn_no, certno FROM settlement UNION SELECT psn_no, certno FROM person) b ON b.certno = a.certno
JOIN subjects s ON s.subject_type = 'patient' AND s.subject_id = b.psn_no
WHERE a.psn_no = $code AND length(a.certno) >= 8
UNION SELECT 'settlement', max(setl_id) FROM settlement WHERE mdtrt_id = $code HAVING count(*) > 0
"""


def find(run: Opened, code: str, kind: str | None = None) -> Who:
    """Whom the id stands for; of several, the first of KINDS unless `kind` says which.

    Raises MedauditError naming the likely id when the run knows nobody of that id.
    """
    found = [Who(row["kind"], row["id"]) for row in run.rows(_CANDIDATES, code=code)]
    chosen = sorted(
        (who for who in found if kind in (None, who.kind)), key=lambda who: KINDS.index(who.kind)
    )
    if chosen:
        return chosen[0]
    near = run.row(
        "SELECT id, levenshtein(id, $code) AS far FROM (SELECT subject_id AS id FROM subjects "
        "UNION SELECT finding_id FROM findings) k WHERE abs(length(id) - length($code)) <= 3 ORDER BY far, id LIMIT 1",
        code=code,
    )
    kind_word = label("subject_type", kind) if kind else say("对象或疑点", "subject or finding")
    what = say(
        f"这次运行里没有编号为 {code} 的{kind_word}",
        f"this run has no {kind_word} with the id {code}",
    )
    if near and near["far"] <= _FARTHEST:
        do = say(f"是不是 {near['id']}？", f"did you mean {near['id']}?")
    else:
        do = say(
            "编号在 suspects.csv 和 findings.csv 里", "ids are in suspects.csv and findings.csv"
        )
    raise MedauditError(Problem(what, str(run.folder), do))


def behind(run: Opened, finding: Who) -> Who:
    """The settlement a finding stands on, else its subject."""
    row = run.row(
        "SELECT setl_id, subject_type, subject_id FROM findings WHERE finding_id = $id",
        id=finding.id,
    )
    if row["setl_id"]:
        return Who("settlement", row["setl_id"])
    return Who(row["subject_type"], row["subject_id"])
