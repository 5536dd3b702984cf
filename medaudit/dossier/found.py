"""What a run found of somebody: their place on the list, its parts, and the findings with their lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from medaudit.detectors.rule import Rule
from medaudit.dossier.opened import Opened
from medaudit.dossier.who import Who
from medaudit.findings.text import sentence
from medaudit.language import spoken
from medaudit.output.cells import parsed
from medaudit.output.mask import masked
from medaudit.ranking.scale import band

LINES = 20  # fee lines shown of a finding, the largest first

_ORDER = "CASE level WHEN 'violation' THEN 1 WHEN 'suspected' THEN 2 ELSE 3 END, amount DESC, charge_amount DESC, finding_id"
# A finding is somebody's when it stands on them, or on a settlement or line of theirs.
_THEIRS = {
    "finding": "f.finding_id = $id",
    "settlement": "f.setl_id = $id OR f.finding_id IN (SELECT finding_id FROM finding_lines WHERE setl_id = $id)",
    "patient": "f.psn_no IN (SELECT unnest($people)) OR f.finding_id IN (SELECT l.finding_id FROM finding_lines l "
    "JOIN settlement s ON s.setl_id = l.setl_id WHERE s.psn_no IN (SELECT unnest($people)))",
    "doctor": "f.dr_codg = $id OR f.finding_id IN (SELECT l.finding_id FROM finding_lines l "
    "JOIN fee_item i ON i.feedetl_sn = l.feedetl_sn WHERE i.bilg_dr_codg = $id)",
    "institution": "f.fixmedins_code = $id",
    "ring": "f.subject_type = 'ring' AND f.subject_id = $id",
}
_LIST = {
    "patient": "patient",
    "doctor": "doctor",
    "institution": "institution",
    "pharmacy": "institution",
}


def standing(run: Opened, who: Who) -> dict[str, Any]:
    """The subject's row of suspects with `of` (how many there are of the kind), `base` and `shift` (the log-odds it
    begins at, and how far reviews moved them) and `parts`; {} when not listed."""
    told = run.row(
        "SELECT rank, score, probability, amount, findings, "
        "(SELECT count(*) FROM suspects o WHERE o.subject_type = s.subject_type) AS \"of\" "
        "FROM suspects s WHERE subject_type = $kind AND subject_id = $id",
        kind=who.kind, id=who.id,
    )  # fmt: skip
    if told:
        told["parts"] = run.rows(
            "SELECT family, findings, observed, expected, term, base FROM parts WHERE subject_type = $kind "
            "AND subject_id = $id ORDER BY term DESC, family",
            kind=who.kind, id=who.id,
        )  # fmt: skip
        told["base"] = told["parts"][0]["base"] if told["parts"] else 0.0
        # What reviews moved it by is in the base already.
        told["shift"] = run.told["reviews"].get("base", {}).get(who.kind, 0.0)
        told["band"] = band(told["probability"])
        for part in told["parts"]:
            del part["base"]
            for name in ("observed", "expected"):
                part[name] = None if part[name] is None else round(float(part[name]), 2)
    return told


def against_peers(run: Opened, who: Who) -> dict[str, Any]:
    """How the subject stands among its peers: percentile, top, excess, peers, reason and `of` (all of its kind); {} when not noticed."""
    told = run.row(
        "SELECT percentile, top, excess, peer, peers, reason FROM anomalies WHERE subject_type = $kind AND subject_id = $id",
        kind=who.kind, id=who.id,
    )  # fmt: skip
    examined = {one["subject_type"]: one.get("examined", 0) for one in run.told["anomalies"]}
    return told | {"of": examined[who.kind]} if told else {}


def findings(run: Opened, who: Who, rules: Mapping[str, Rule], top: int) -> list[dict[str, Any]]:
    """Rule by rule: code, count, `on_list`, `bands` of a rule that has them, and the first `top` findings, names masked.

    Findings of a settlement or by id have their fee lines with them: `lines` and how many `more`.
    """
    theirs, params = _theirs(run, who)
    rows = run.rows(f"SELECT f.* FROM findings f WHERE {theirs} ORDER BY {_ORDER}", **params)
    by_rule: dict[str, list[dict[str, Any]]] = {}
    # A ring, its institution and each member have a finding of their own, which say the same.
    own = {"settlement": "patient", "doctor": "ring", "finding": ""}.get(who.kind, who.kind)
    for row in rows:
        rule = rules.get(row["rule"])
        if own and rule and rule.subject == "ring" and row["subject_type"] != own:
            continue
        by_rule.setdefault(row["rule"], []).append(row)
    found = []
    for code, some in by_rule.items():
        on_list = _counts(rules.get(code), who.kind)
        shown = [_told(row, _translated(run, rules.get(code))) for row in _masked(some[:top])]
        if who.kind in ("finding", "settlement"):
            for one in shown:
                one |= _lines(run, one["finding_id"], who)
        entry = {"rule": code, "count": len(some), "on_list": on_list, "findings": shown}
        bands = _bands(some, rules.get(code), run)
        found.append(entry | ({"bands": bands} if bands else {}))
    return sorted(found, key=lambda entry: not entry["on_list"])


def ids(run: Opened, who: Who) -> list[str]:
    """The ids of all their findings."""
    theirs, params = _theirs(run, who)
    return [str(row["finding_id"]) for row in run.rows(f"SELECT finding_id FROM findings f WHERE {theirs}", **params)]  # fmt: skip


def _theirs(run: Opened, who: Who) -> tuple[str, dict[str, Any]]:
    """The condition of their findings, and its parameters."""
    theirs = _THEIRS.get(who.kind, _THEIRS["institution"])
    return theirs, {"id": who.id, "people": people(run, who) if who.kind == "patient" else []}


def telling(found: list[dict[str, Any]], rule: Rule) -> list[dict[str, Any]]:
    """Of what `findings` returned, the findings that tell a hit of `rule` with their own."""
    kept = []
    for entry in found:
        some = [one for one in entry["findings"] if rule.code in one["evidence"].get("also", ())]
        if some:
            kept.append(entry | {"findings": some, "count": len(some)})
    return kept


def _bands(rows: list[dict[str, Any]], rule: Rule | None, run: Opened) -> list[dict[str, Any]]:
    """From strict to loose, what the findings within each of a rule's thresholds come to in fund money.

    Each has param, column (what is held against it), value, unit, findings and amount; a looser one holds the findings of the stricter.
    """
    if rule is None or rule.bands is None:
        return []
    values = rule.values(run.told["settings"].get("params", {}))
    told = [(parsed(row["evidence"]).get(rule.bands.column), row["amount"]) for row in rows]
    bands = []
    for name in rule.bands.params:
        limit = values[name]
        within = [
            amount
            for value, amount in told
            if value is not None and (value <= limit if rule.bands.is_most else value >= limit)
        ]
        bands.append(
            {"param": name, "column": rule.bands.column, "value": limit, "unit": rule.params[name].unit, "findings": len(within), "amount": sum(within)}
        )  # fmt: skip
    return bands


def people(run: Opened, who: Who) -> list[str]:
    """The numbers of a person, by certificate; the id alone when the records know no other."""
    rows = run.rows(
        "SELECT DISTINCT b.psn_no FROM (SELECT psn_no, certno FROM settlement UNION SELECT psn_no, certno FROM person) a "
        "JOIN (SELECT psn_no, certno FROM settlement UNION SELECT psn_no, certno FROM person) b ON b.certno = a.certno "
        "WHERE a.psn_no = $id AND length(a.certno) >= 8 ORDER BY b.psn_no",
        id=who.id,
    )
    return list(dict.fromkeys([who.id, *(row["psn_no"] for row in rows)]))


def _counts(rule: Rule | None, kind: str) -> bool:
    """Whether the findings of a rule count on the list of this kind of subject."""
    return rule is None or kind not in _LIST or _LIST[kind] in rule.responsible


def _masked(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    import pandas as pd

    frame = masked(pd.DataFrame(rows, dtype=object), names_only=True)
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def _translated(run: Opened, rule: Rule | None) -> Rule | None:
    """The rule whose sentences must be said again, because the run spoke another language."""
    return rule if run.told["language"] != spoken() else None


def _told(row: dict[str, Any], rule: Rule | None) -> dict[str, Any]:
    told = {name: value for name, value in row.items() if name != "rule"}
    told["evidence"] = parsed(row["evidence"])
    if rule:
        values = (
            told | told["evidence"] | {"charge_": row["charge_amount"], "amount_": row["amount"]}
        )
        told["reason"] = sentence(rule, values)
    return told


def _lines(run: Opened, finding_id: str, who: Who) -> dict[str, Any]:
    """The largest fee lines behind a finding: those of the settlement asked about, or all."""
    own = "AND l.setl_id = $setl_id" if who.kind == "settlement" else ""
    rows = run.rows(
        "SELECT l.feedetl_sn, f.fee_ocur_time, coalesce(f.med_list_name, f.medins_list_name, f.med_list_codg) AS item_name, "
        "f.cnt, f.pric, f.det_item_fee_sumamt, l.amount, count(*) OVER () AS of "
        "FROM finding_lines l LEFT JOIN fee_item f ON f.feedetl_sn = l.feedetl_sn "
        f"WHERE l.finding_id = $finding_id AND l.feedetl_sn IS NOT NULL {own} "
        f"ORDER BY l.amount DESC, f.fee_ocur_time, l.feedetl_sn LIMIT {LINES}",
        finding_id=finding_id, setl_id=who.id,
    )  # fmt: skip
    more = rows[0]["of"] - len(rows) if rows else 0
    return {"lines": [{k: v for k, v in row.items() if k != "of"} for row in rows], "more": more}
