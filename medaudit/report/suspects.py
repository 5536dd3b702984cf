"""The page of each of the best suspects, as data that the browser draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from medaudit.detectors.anomalies import placed
from medaudit.detectors.rule import Rule
from medaudit.dossier.opened import Opened
from medaudit.dossier.profile import CLEAR, LEAVING, profile
from medaudit.dossier.who import Who
from medaudit.export import hiding
from medaudit.findings.words import worded
from medaudit.handbook import words
from medaudit.language import say, spoken
from medaudit.output.mask import mask_id, mask_name
from medaudit.progress import Progress
from medaudit.report import behind, found, rings
from medaudit.report.behind import Subject
from medaudit.report.earlier import Earlier, series
from medaudit.report.funnels import funnels
from medaudit.report.listing import key

WITH_DAYS = (
    "institution",
    "pharmacy",
    "doctor",
    "ring",
)  # others' days are read off their timeline


@dataclass(frozen=True)
class Seen:
    """What a page is made with. states, decided: how suspects (`type id`) and findings stand by the ledger, and by which event."""

    run: Opened
    rules: Mapping[str, Rule]
    states: Mapping[str, str]
    decided: Mapping[str, int]
    earlier: Sequence[Earlier]
    reveal: bool = False
    people: dict[str, int] = field(default_factory=dict)
    labels: list[str] = field(default_factory=list)
    texts: dict[str, int] = field(
        default_factory=dict
    )  # said more than once: of places, diseases, headings

    def person(self, number: str | None, name: str | None) -> int:
        """The place of a person's label, masked unless revealed."""
        if number not in self.people:
            self.people[str(number)] = len(self.labels)
            told = (
                (name or "", number or "")
                if self.reveal
                else (mask_name(name or ""), mask_id(number or ""))
            )
            self.labels.append(" ".join(filter(None, told)))
            return len(self.labels) - 1
        return self.people[str(number)]

    def text(self, name: str | None) -> int:
        return self.texts.setdefault(name or "", len(self.texts))


def pages(seen: Seen, top: int, progress: Progress) -> dict[str, Any]:
    """pages: kind → key → what is shown of it; findings: by id; people, texts: what bills and findings name by its place;
    funnels: see there. Leaves the run's views of records narrowed."""
    run = seen.run
    chosen = behind.subjects(run, top)
    progress.stage("evidence")
    behind.prepare(run, chosen)
    of_page, findings = found.findings(run, seen.rules, seen.states, seen.reveal, seen.texts)
    gathered = _gathered(seen)
    gathered["funnels"], groups = funnels(run)
    progress.stage("pages", len(chosen))
    told: dict[str, dict[str, Any]] = {}
    for one in chosen:
        progress.step(hiding.subject_id(one.kind, one.id, seen.reveal))
        page = _page(seen, one) | {name: rows.get(one.number) for name, rows in gathered.items()}
        page["findings"] = of_page.get(one.number, [])
        if one.kind == "ring" and "ring" in run.links:
            page["ring"] = rings.told(run.engine, one.id, one.rank, seen.reveal)
        told.setdefault(one.kind, {})[key(one.kind, one.id, one.rank, seen.reveal)] = {
            name: value for name, value in page.items() if value not in (None, [], "")
        }
    return {
        "pages": told,
        "findings": findings,
        "people": seen.labels,
        "texts": list(seen.texts),
        "funnels": groups,
    }


def _page(seen: Seen, one: Subject) -> dict[str, Any]:
    shift = seen.run.told.get("reviews", {}).get("base", {}).get(one.kind, 0.0)
    standing = f"{one.kind} {one.id}"
    return {
        "id": hiding.subject_id(one.kind, one.id, seen.reveal),
        "name": hiding.subject_name(one.kind, one.name, seen.reveal),
        "rank": one.rank,
        "of": one.of,
        "p": round(one.probability, 4),
        "amount": round(one.amount, 2),
        "score": round(one.score, 2),
        "n": one.findings,
        "shift": round(shift, 4),
        "state": seen.states.get(standing, ""),
        "decided": seen.decided.get(standing),
        "facts": [
            list(told)
            for told in profile(seen.run, Who(one.kind, one.id), CLEAR if seen.reveal else LEAVING)
        ],
        "series": series(one, seen.earlier) if seen.earlier else None,
    }


def _gathered(seen: Seen) -> dict[str, dict[int, Any]]:
    """What is asked for all pages at once: name of a part → page → the part."""
    run = seen.run
    told: dict[str, dict[int, Any]] = {
        name: {} for name in ("rules", "parts", "base", "bills", "more", "days", "costs", "peer")
    }
    for row in run.rows(behind.COUNTS):
        told["rules"].setdefault(row["page"], []).append(
            [row["rule"], row["findings"], round(row["amount"] or 0, 2)]
        )
    for row in run.rows(behind.PARTS):
        told["base"][row["page"]] = round(row["base"], 4)
        told["parts"].setdefault(row["page"], []).append(
            [row["family"], round(row["term"], 4), row["findings"], _two(row["observed"]), _two(row["expected"])]
        )  # fmt: skip
    kinds = dict(run.engine.rows("SELECT page, kind FROM paged"))
    for row in run.rows(behind.TIMELINE):
        told["more"][row["page"]] = row["of"] - behind.BILLS if row["of"] > behind.BILLS else None
        told["bills"].setdefault(row["page"], []).append(_bill(seen, row))
    for row in run.rows(behind.DAYS):
        if kinds[row["page"]] in WITH_DAYS:
            told["days"].setdefault(row["page"], []).append(
                [str(row["day"]), row["bills"], row["hits"], round(row["fund"] or 0)]
            )
    for row in run.rows(behind.COSTS):
        told["costs"].setdefault(row["page"], []).append(
            [worded("med_chrgitm_type", row["type"]) or row["type"] or say("未分类", "not classed"),
             round(row["share"], 4), round(row["usual"], 4), round(row["charge"], 2)]
        )  # fmt: skip
    for row in run.rows(behind.OUTLIERS):
        told["peer"][row["page"]] = _outlier(run, row)
    return told


def _bill(seen: Seen, row: Mapping[str, Any]) -> list[Any]:
    """begin, nights, kind of care, place, person, charge, fund (yuan), whether a finding is on it, its id, the disease."""
    return [
        str(row["begndate"]), (row["enddate"] - row["begndate"]).days, row["med_type"], seen.text(row["place_name"]),
        seen.person(row["psn_no"], row["psn_name"]), _two(row["charge"]), _two(row["fund"]), int(row["hit"]), row["setl_id"],
        seen.text(row["dise_name"]),
    ]  # fmt: skip


def _outlier(run: Opened, row: Mapping[str, Any]) -> dict[str, Any]:
    """Where somebody is among its peers, and in what it stands out, which the run told in its own language only."""
    examined = {one["subject_type"]: one.get("examined", 0) for one in run.told["anomalies"]}
    same = run.told["language"] == spoken()
    return {
        "place": say(*placed(examined.get(row["kind"], 0), row["percentile"])),
        "items": row["reason"].split(say("；", "; ")) if same and row["reason"] else [],
        "excess": _two(row["excess"]),
    }


def rulebook(seen: Seen, codes: Sequence[str]) -> dict[str, Any]:
    """Of these rules: name, level, basis, benign and next (sentences)."""
    from medaudit.language import pick

    known = [seen.rules[code] for code in codes if code in seen.rules]
    return {
        rule.code: {
            "name": rule.name,
            "level": rule.level,
            "basis": [words.basis(one) for one in rule.basis],
            "benign": words.sentences(pick(rule.benign)),
            "next": words.sentences(pick(rule.next)),
        }
        for rule in known
    }


def _two(value: Any) -> float | None:
    return None if value is None or value != value else round(float(value), 2)
