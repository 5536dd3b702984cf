"""What reviewed cases teach: how much each kind of evidence is worth here.

MAP logistic regression on the terms of the score, its prior at the experts' weights:

    minimise Σ worth (log(1 + exp η) − y η) + Σ (w − 1)² / 2 SPREAD² + Σ shift² / 2,   η = base + shift + Σ w term

The weights are those of all kinds of subject, the shift is its kind's own: what is learnt of bills moves no hospital. One
finding decides several subjects at once (bill, patient, doctor, hospital), which are not several reviews: worth shares it out.

Plain counts of confirmed findings would make every rule look too good: what was reviewed had been picked
for its high total. Given the terms, whom somebody picked does no harm. Without reviews every weight is 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from medaudit.engine import Engine

# Prior standard deviation of a weight, and the steps of Newton's method.
SPREAD, STEPS = 0.55, 50
# How many findings the believed precision of a rule weighs when confirmed and dismissed ones are counted.
BELIEVED = 8
# What of the distribution of that share its interval holds.
LEVEL = 0.9


@dataclass(frozen=True)
class Review:
    """A person's decision on a finding, or on a subject as a whole (subject_type, subject_id). contradicts: the rows where an
    earlier decision on the same was the contrary, and this one."""

    confirmed: bool
    finding_id: str = ""
    subject_type: str = ""
    subject_id: str = ""
    contradicts: str = field(default="", compare=False)


@dataclass(frozen=True)
class Learnt:
    """weights: family → weight of its terms; shifts: kind of subject → shift of its base. reviewed: subjects learnt from.
    rules: code → (confirmed, dismissed) findings. unknown: ids reviewed that this run does not have.
    contradicted: the rows of decisions that contradict an earlier one."""

    weights: Mapping[str, float] = field(default_factory=dict)
    shifts: Mapping[str, float] = field(default_factory=dict)
    reviewed: int = 0
    rules: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    unknown: Sequence[str] = ()
    contradicted: Sequence[str] = ()


# subject_type, subject_id, confirmed (0 or 1) of every subject that reviews decide, and its worth: one reviewed as a whole
# counts once; those that the review of one finding decides (its settlement, patient, doctor, institution) once together.
_LABELS = """
WITH whole AS (
  SELECT s.subject_type, s.subject_id, max(r.confirmed) AS confirmed FROM reviewed r
  JOIN everybody s ON s.subject_type = r.subject_type AND s.subject_id = r.subject_id
  GROUP BY s.subject_type, s.subject_id
), by_finding AS (
  SELECT c.subject_type, c.subject_id, max(r.confirmed) AS confirmed, count(r.finding_id) AS reviewed, count(*) AS findings
  FROM claim c LEFT JOIN reviewed r ON r.finding_id = c.finding_id
  GROUP BY c.subject_type, c.subject_id
), decided AS (
  SELECT f.subject_type, f.subject_id, f.confirmed FROM by_finding f
  LEFT JOIN whole w ON w.subject_type = f.subject_type AND w.subject_id = f.subject_id
  WHERE w.subject_id IS NULL AND (f.confirmed = 1 OR f.reviewed = f.findings)
), by_what AS (
  SELECT d.subject_type, d.subject_id, d.confirmed,
         CAST(1 AS DOUBLE) / count(*) OVER (PARTITION BY c.finding_id) AS worth
  FROM decided d
  JOIN claim c ON c.subject_type = d.subject_type AND c.subject_id = d.subject_id
  JOIN reviewed r ON r.finding_id = c.finding_id AND r.confirmed = d.confirmed
)
SELECT subject_type, subject_id, confirmed, CAST(1 AS DOUBLE) AS worth FROM whole
UNION ALL
SELECT subject_type, subject_id, confirmed, least(CAST(sum(CAST(worth AS DECIMAL(9,6))) AS DOUBLE), 1) AS worth FROM by_what
GROUP BY subject_type, subject_id, confirmed
"""


def learn(engine: Engine, reviews: Sequence[Review]) -> Learnt:
    """What reviews teach of table `term`. A subject is confirmed or dismissed when it was reviewed as a whole; else confirmed
    when one of its findings was, and dismissed when all of them were: one of a hundred says nothing of a hospital."""
    if not reviews:
        return Learnt()
    _put(engine, reviews)
    rows = engine.rows(
        "SELECT t.subject_type, t.subject_id, t.family, CAST(t.term AS DOUBLE), t.base, l.confirmed, l.worth FROM term t "
        f"JOIN ({_LABELS}) l ON l.subject_type = t.subject_type AND l.subject_id = t.subject_id ORDER BY 1, 2, 3"
    )
    families, kinds = sorted({row[2] for row in rows}), sorted({row[0] for row in rows})
    at = {subject: i for i, subject in enumerate(dict.fromkeys(row[:2] for row in rows))}
    terms, of_kind = np.zeros((len(at), len(families))), np.zeros((len(at), len(kinds)))
    base, so, worth = np.zeros(len(at)), np.zeros(len(at)), np.zeros(len(at))
    for kind, code, family, term, start, confirmed, counts in rows:
        i = at[kind, code]
        terms[i, families.index(family)], of_kind[i, kinds.index(kind)] = term, 1
        base[i], so[i], worth[i] = start, confirmed, counts
    weights, shifts = fitted(terms, of_kind, base, so, worth)
    counts = engine.rows(
        "SELECT f.rule, CAST(sum(r.confirmed) AS INTEGER), CAST(count(*) - sum(r.confirmed) AS INTEGER) "
        "FROM reviewed r JOIN finding f ON f.finding_id = r.finding_id GROUP BY f.rule ORDER BY f.rule"
    )
    unknown = engine.rows(
        "SELECT coalesce(nullif(r.finding_id, ''), r.subject_type || ' ' || r.subject_id) FROM reviewed r "
        "LEFT JOIN finding f ON f.finding_id = r.finding_id "
        "LEFT JOIN everybody s ON s.subject_type = r.subject_type AND s.subject_id = r.subject_id "
        "WHERE f.finding_id IS NULL AND s.subject_id IS NULL ORDER BY 1"
    )
    return Learnt(
        {name: round(float(w), 4) for name, w in zip(families, weights, strict=True)},
        {name: round(float(w), 4) for name, w in zip(kinds, shifts, strict=True)},
        len(at),
        {rule: (yes, no) for rule, yes, no in counts},
        [one for (one,) in unknown],
        [one.contradicts for one in reviews if one.contradicts],
    )


def fitted(
    terms: np.ndarray,
    of_kind: np.ndarray,
    base: np.ndarray,
    confirmed: np.ndarray,
    worth: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Weights of the terms, and shifts of the base by kind of subject, by MAP. terms: subjects × families; of_kind: subjects ×
    kinds, 1 where it is of the kind; base: log-odds; confirmed: 0 or 1; worth: for how many independent reviews each stands."""
    design, families = np.column_stack([terms, of_kind]), terms.shape[1]
    middle = np.repeat((1.0, 0.0), (families, of_kind.shape[1]))
    precision = np.diag(np.repeat((SPREAD**-2, 1.0), (families, of_kind.shape[1])))
    w = middle.copy()
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-(base + design @ w)))
        slope = design.T @ (worth * (p - confirmed)) + precision @ (w - middle)
        step = np.linalg.solve(
            design.T @ (design * (worth * p * (1 - p))[:, None]) + precision, slope
        )
        w -= step
        if len(step) == 0 or np.abs(step).max() < 1e-9:
            break
    return w[:families], w[families:]


def share(prior: float, confirmed: int, dismissed: int) -> tuple[float, float, float]:
    """The share of a rule's findings that reviews confirm, with its interval (LEVEL): Beta from the believed share."""
    from scipy.stats import beta

    a, b = BELIEVED * prior + confirmed, BELIEVED * (1 - prior) + dismissed
    low, high = beta.interval(LEVEL, a, b)
    return a / (a + b), float(low), float(high)


def put_weights(engine: Engine, learnt: Learnt) -> None:
    """Leave table `learnt`: family and the weight of its terms; family `base`, subject_type and the shift of where that kind begins."""
    import pyarrow as pa

    rows = [("", family, weight) for family, weight in learnt.weights.items()]
    rows += [(kind, "base", shift) for kind, shift in learnt.shifts.items()]
    schema = pa.schema(
        [("subject_type", pa.string()), ("family", pa.string()), ("weight", pa.float64())]
    )
    columns = [pa.array([row[i] for row in rows], schema.types[i]) for i in range(3)]
    engine.put("learnt", schema, [pa.record_batch(columns, schema=schema)])


def _put(engine: Engine, reviews: Sequence[Review]) -> None:
    import pyarrow as pa

    names = ("finding_id", "subject_type", "subject_id")
    schema = pa.schema([*((name, pa.string()) for name in names), ("confirmed", pa.int32())])
    columns = [pa.array([getattr(r, name) for r in reviews], pa.string()) for name in names]
    columns.append(pa.array([int(r.confirmed) for r in reviews], pa.int32()))
    engine.put("reviewed", schema, [pa.record_batch(columns, schema=schema)])
