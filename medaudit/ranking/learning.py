"""What reviewed cases teach: how much each kind of evidence is worth here.

MAP logistic regression on the terms of the score, its prior at the experts' weights:

    minimise Σ log(1 + exp η) − y η + Σ (w − 1)² / 2 SPREAD² + shift² / 2,   η = base + shift + Σ w term

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


@dataclass(frozen=True)
class Review:
    """A person's decision on a finding, or on a subject as a whole (subject_type, subject_id)."""

    confirmed: bool
    finding_id: str = ""
    subject_type: str = ""
    subject_id: str = ""


@dataclass(frozen=True)
class Learnt:
    """weights: family → weight of its terms; shift: of the base. reviewed: subjects learnt from. rules: code →
    (confirmed, dismissed) findings. unknown: reviews of what this run does not have."""

    weights: Mapping[str, float] = field(default_factory=dict)
    shift: float = 0.0
    reviewed: int = 0
    rules: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    unknown: int = 0


# subject_type, subject_id, confirmed (0 or 1) of every subject that reviews decide.
_LABELS = """
WITH whole AS (
  SELECT s.subject_type, s.subject_id, max(r.confirmed) AS confirmed FROM reviewed r
  JOIN everybody s ON s.subject_type = r.subject_type AND s.subject_id = r.subject_id
  GROUP BY s.subject_type, s.subject_id
), by_finding AS (
  SELECT c.subject_type, c.subject_id, max(r.confirmed) AS confirmed, count(r.finding_id) AS reviewed, count(*) AS findings
  FROM claim c LEFT JOIN reviewed r ON r.finding_id = c.finding_id
  GROUP BY c.subject_type, c.subject_id
)
SELECT subject_type, subject_id, confirmed FROM whole
UNION ALL
SELECT f.subject_type, f.subject_id, f.confirmed FROM by_finding f
LEFT JOIN whole w ON w.subject_type = f.subject_type AND w.subject_id = f.subject_id
WHERE w.subject_id IS NULL AND (f.confirmed = 1 OR f.reviewed = f.findings)
"""


def learn(engine: Engine, reviews: Sequence[Review]) -> Learnt:
    """What reviews teach of table `term`. A subject is confirmed or dismissed when it was reviewed as a whole; else confirmed
    when one of its findings was, and dismissed when all of them were: one of a hundred says nothing of a hospital."""
    if not reviews:
        return Learnt()
    _put(engine, reviews)
    rows = engine.rows(
        "SELECT t.subject_type, t.subject_id, t.family, CAST(t.term AS DOUBLE), t.base, l.confirmed FROM term t "
        f"JOIN ({_LABELS}) l ON l.subject_type = t.subject_type AND l.subject_id = t.subject_id ORDER BY 1, 2, 3"
    )
    families = sorted({row[2] for row in rows})
    at = {subject: i for i, subject in enumerate(dict.fromkeys(row[:2] for row in rows))}
    terms, base, so = np.zeros((len(at), len(families))), np.zeros(len(at)), np.zeros(len(at))
    for kind, code, family, term, start, confirmed in rows:
        i = at[kind, code]
        terms[i, families.index(family)], base[i], so[i] = term, start, confirmed
    weights, shift = fitted(terms, base, so) if at else (np.ones(0), 0.0)
    counts = engine.rows(
        "SELECT f.rule, CAST(sum(r.confirmed) AS INTEGER), CAST(count(*) - sum(r.confirmed) AS INTEGER) "
        "FROM reviewed r JOIN finding f ON f.finding_id = r.finding_id GROUP BY f.rule ORDER BY f.rule"
    )
    known = engine.value(
        "SELECT count(*) FROM reviewed r LEFT JOIN finding f ON f.finding_id = r.finding_id "
        "LEFT JOIN everybody s ON s.subject_type = r.subject_type AND s.subject_id = r.subject_id "
        "WHERE f.finding_id IS NOT NULL OR s.subject_id IS NOT NULL"
    )
    return Learnt(
        {name: round(float(w), 4) for name, w in zip(families, weights, strict=True)},
        round(shift, 4),
        len(at),
        {rule: (yes, no) for rule, yes, no in counts},
        len(reviews) - int(known),
    )


def fitted(terms: np.ndarray, base: np.ndarray, confirmed: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights of the terms and shift of the base by MAP. terms: subjects × families; base: log-odds; confirmed: 0 or 1."""
    design = np.column_stack([terms, np.ones(len(terms))])
    middle = np.append(np.ones(terms.shape[1]), 0.0)
    precision = np.diag(np.append(np.full(terms.shape[1], SPREAD**-2), 1.0))
    w = middle.copy()
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-(base + design @ w)))
        slope = design.T @ (p - confirmed) + precision @ (w - middle)
        step = np.linalg.solve(design.T @ (design * (p * (1 - p))[:, None]) + precision, slope)
        w -= step
        if np.abs(step).max() < 1e-9:
            break
    return w[:-1], float(w[-1])


def share(prior: float, confirmed: int, dismissed: int) -> tuple[float, float, float]:
    """The share of a rule's findings that reviews confirm, with its 90 % interval: Beta from the believed share."""
    from scipy.stats import beta

    a, b = BELIEVED * prior + confirmed, BELIEVED * (1 - prior) + dismissed
    low, high = beta.ppf((0.05, 0.95), a, b)
    return a / (a + b), float(low), float(high)


def put_weights(engine: Engine, learnt: Learnt) -> None:
    """Leave table `learnt`: family (or base) and weight."""
    import pyarrow as pa

    rows = {**learnt.weights, "base": learnt.shift}
    schema = pa.schema([("family", pa.string()), ("weight", pa.float64())])
    columns = [pa.array(list(rows), pa.string()), pa.array(list(rows.values()), pa.float64())]
    engine.put("learnt", schema, [pa.record_batch(columns, schema=schema)])


def _put(engine: Engine, reviews: Sequence[Review]) -> None:
    import pyarrow as pa

    names = ("finding_id", "subject_type", "subject_id")
    schema = pa.schema([*((name, pa.string()) for name in names), ("confirmed", pa.int32())])
    columns = [pa.array([getattr(r, name) for r in reviews], pa.string()) for name in names]
    columns.append(pa.array([int(r.confirmed) for r in reviews], pa.int32()))
    engine.put("reviewed", schema, [pa.record_batch(columns, schema=schema)])
