"""What people said of a run's subjects before it was ranked: decisions, and reports (举报)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from medaudit.engine import Engine
from medaudit.ledger import Ledger
from medaudit.ledger.decisions import CONFIRMED, DISMISSED, standing
from medaudit.ledger.tables import events
from medaudit.ranking.learning import Review

# How good a report is → its log-odds. Set by this tool: no measure of such reports is published.
WEIGHTS: Mapping[str, float] = {
    "vague": 0.2,  # somebody is said to cheat
    "specific": 0.6,  # who, when and how
    "documented": 1.2,  # with papers, or by a named witness
}
MOST = 2.0  # log-odds, however many reports there are


@dataclass(frozen=True)
class Said:
    """reviews: what the ranking learns from. dismissed: ids of findings that count for nobody any more. tips: (subject_type,
    subject_id) → how many reports there are, and what they are worth in log-odds."""

    reviews: Sequence[Review] = ()
    dismissed: Sequence[str] = ()
    tips: Mapping[tuple[str, str], tuple[int, float]] = field(default_factory=dict)


def said(ledger: Ledger, confirmations: int = 1) -> Said:
    """What the ledger says today."""
    now = standing(None, confirmations).c
    decided = sa.select(now.state, now.finding_id, now.subject_type, now.subject_id).where(
        now.state.in_((CONFIRMED, DISMISSED))
    ).order_by(now.number)  # fmt: skip
    reports = sa.select(
        events.c.subject_type, events.c.subject_id, events.c.action, sa.func.count()
    ).where(events.c.kind == "tip").group_by(
        events.c.subject_type, events.c.subject_id, events.c.action
    )  # fmt: skip
    with ledger.reading() as connection:
        rows = connection.execute(decided).all()
        told = connection.execute(reports).all()
    reviews = [
        Review(state == CONFIRMED, finding) if finding else Review(state == CONFIRMED, "", kind, code)
        for state, finding, kind, code in rows
    ]  # fmt: skip
    tips: dict[tuple[str, str], tuple[int, float]] = {}
    for kind, code, weight, count in told:
        before, worth = tips.get((kind, code), (0, 0.0))
        more = WEIGHTS.get(weight, 0.0) * count
        tips[kind, code] = (before + count, min(worth + more, MOST))
    return Said(reviews, [f for state, f, *_ in rows if f and state == DISMISSED], tips)


def put(engine: Engine, told: Said) -> None:
    """Leave tables `tip` (subject_type, subject_id, reports, weight) and `set_aside` (finding_id)."""
    import pyarrow as pa

    rows = [(*subject, reports, weight) for subject, (reports, weight) in sorted(told.tips.items())]
    schema = pa.schema([
        ("subject_type", pa.string()), ("subject_id", pa.string()), ("reports", pa.int32()), ("weight", pa.float64()),
    ])  # fmt: skip
    columns = [pa.array([row[i] for row in rows], schema.types[i]) for i in range(len(schema))]
    engine.put("tip", schema, [pa.record_batch(columns, schema=schema)])
    aside = pa.schema([("finding_id", pa.string())])
    ids = pa.array(sorted(set(told.dismissed)), pa.string())
    engine.put("set_aside", aside, [pa.record_batch([ids], schema=aside)])
