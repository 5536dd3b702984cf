"""Why a rule did or did not report somebody, for any rule: its own SELECT is asked, condition by condition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from medaudit.detectors.anatomy import Scope
from medaudit.detectors.conditions import branches
from medaudit.detectors.rule import Rule
from medaudit.detectors.run import skips
from medaudit.detectors.trace import Loss, trace
from medaudit.engine import portable
from medaudit.engine.duckdb import DuckEngine, quoted
from medaudit.records.load import Records

COLUMNS = {
    "settlement": "setl_id", "patient": "psn_no", "doctor": "dr_codg", "institution": "fixmedins_code",
    "pharmacy": "fixmedins_code",
}  # fmt: skip


@dataclass(frozen=True)
class Subject:
    """Whom the question is about. values: column of a rule's rows → the values that stand for them."""

    kind: str  # a key of COLUMNS
    id: str
    values: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Answer:
    """What a rule says of a subject.

    state: reported | excluded | missed | skipped. hits: the rows it returned (reported ones, else those set
    aside). excluded: (reason, detail) of what sets them aside. losses: where the rows were lost.
    needs: the tables and columns without which the rule is skipped.
    """

    rule: Rule
    subject: Subject
    state: str
    params: Mapping[str, Any] = field(default_factory=dict)
    hits: Sequence[Mapping[str, Any]] = ()
    excluded: Sequence[tuple[str, str | None]] = ()
    losses: Sequence[Loss] = ()
    needs: Sequence[str] = ()


def subject(engine: DuckEngine, kind: str, code: str) -> Subject | None:
    """The settlement (with its whole stay), patient, doctor or institution of this id; None for nobody.

    The facts `visit`, `line`, `people` and `doctor_visit` must be there.
    """
    sought = quoted(code)
    whose = {
        "settlement": f"v.setl_id = {sought} OR v.stay_id = (SELECT max(stay_id) FROM visit WHERE setl_id = {sought})",
        "patient": f"v.person_id = (SELECT max(person_id) FROM people WHERE psn_no = {sought})",
        "doctor": f"v.setl_id IN (SELECT setl_id FROM doctor_visit WHERE dr_codg = {sought})",
    }.get(kind, f"v.fixmedins_code = {sought}")
    visits = engine.rows(
        f"SELECT setl_id, psn_no, fixmedins_code, dr_codg FROM visit v WHERE {whose} ORDER BY ALL"
    )
    if not visits:
        return None
    told = [
        list(dict.fromkeys(v for v in column if v is not None))
        for column in zip(*visits, strict=True)
    ]
    values = dict(zip(("setl_id", "psn_no", "fixmedins_code", "dr_codg"), told, strict=True))
    if kind == "doctor":
        values["dr_codg"] = [code]
    return Subject(kind, code, values)


def why_not(
    engine: DuckEngine, records: Records, rule: Rule, params: Mapping[str, Any], whom: Subject
) -> Answer:
    """What the rule says of a subject, and why. params: every parameter's value (`rule.values(…)`).

    The facts that `run.reads([rule])` names must be there, and `exclusion` where the rule has excludes.
    """
    missing = skips([rule], records)
    if missing:
        return Answer(rule, whom, "skipped", params, needs=missing[rule.code])
    query = portable.parse(rule.sql)
    scope = Scope(engine, {name: params[name] for name in portable.parameters_in(query)})
    column = _column(rule, query, whom)
    wanted = {column: whom.values[column]}
    among = ", ".join(map(quoted, wanted[column])) or "NULL"
    hits = Scope(engine, scope.params).rows(
        f"SELECT * FROM (\n{rule.sql}\n) h WHERE CAST({column} AS VARCHAR) IN ({among})"
    )
    if not hits:
        return Answer(rule, whom, "missed", params, losses=trace(query, scope, wanted))
    aside = _aside(engine, rule, hits)
    reported = [hit for hit in hits if hit["setl_id"] not in aside]
    if reported:
        return Answer(rule, whom, "reported", params, hits=reported)
    told = list(dict.fromkeys(one for reasons in aside.values() for one in reasons))
    return Answer(rule, whom, "excluded", params, hits=hits, excluded=told)


def _column(rule: Rule, query: exp.Query, whom: Subject) -> str:
    """The column of the rule's rows in which the subject stands.

    Rules on people, doctors or places may return no settlement, or one that stands for many.
    """
    # A ring is many people: one of them is asked about by the settlement.
    own = COLUMNS.get(rule.subject, "setl_id")
    tried = (COLUMNS[whom.kind], own, *COLUMNS.values())
    for column in tried:
        if whom.values[column] and any(_is_told(select, column) for select in branches(query)):
            return column
    return COLUMNS[whom.kind]


def _is_told(select: exp.Select, column: str) -> bool:
    """Whether a SELECT reads the column from somewhere, row by row."""
    told = [node.unalias() for node in select.expressions if node.alias_or_name == column]
    if not told:
        return any(node.is_star for node in select.expressions)
    return bool(told[0].find(exp.Column)) and not told[0].find(exp.AggFunc, exp.Window)


def _aside(
    engine: DuckEngine, rule: Rule, hits: Sequence[Mapping[str, Any]]
) -> dict[str, list[tuple[str, str | None]]]:
    """setl_id → the reasons that set it aside, with what says so."""
    found: dict[str, list[tuple[str, str | None]]] = {}
    settlements = sorted({hit["setl_id"] for hit in hits if hit["setl_id"]})
    if rule.excludes and settlements:
        for setl_id, reason, detail in engine.rows(
            f"SELECT setl_id, reason, detail FROM exclusion WHERE setl_id IN ({', '.join(map(quoted, settlements))}) "
            f"AND reason IN ({', '.join(map(quoted, rule.excludes))}) ORDER BY ALL"
        ):
            found.setdefault(setl_id, []).append((reason, detail))
    return found
