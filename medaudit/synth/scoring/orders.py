"""The orders in which a list could be worked through: medaudit's, and what it is always put beside.

None of them sees the truth. Subjects no finding names come last in medaudit's orders, tied.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from medaudit.language import say
from medaudit.synth.scoring.against import Against

if TYPE_CHECKING:
    import pandas as pd

    from medaudit.synth.scoring.ladder import Numbers

KINDS = ("institution", "pharmacy", "doctor", "patient", "settlement")
OURS, RANDOM, AMOUNT, RULES, FOREST = "medaudit", "random", "amount", "rules", "forest"
BEST = "best"
BESIDE = (BEST, RULES, AMOUNT, FOREST, RANDOM)

TREES, SAMPLE, SEED = 100, 256, 20_250_101
MANY, FEWER_TREES = 300_000, 40  # of so many subjects, so many trees tell what more would

# One row a subject of a kind; responsible ones the run does not know stand at the end of every order.
_CASES = """
SELECT coalesce(r.role = 'responsible', FALSE) AS responsible,
       CAST(coalesce(r.amount, 0) AS DOUBLE) AS yuan,
       s.subject_id IS NOT NULL AS known,
       CAST(coalesce(p.probability, 0) AS DOUBLE) AS probability, CAST(p.rank AS DOUBLE) AS rank,
       coalesce(p.findings, 0) AS findings, coalesce(s.settlements, 0) AS settlements, coalesce(s.people, 0) AS people,
       CAST(coalesce(s.charge, 0) AS DOUBLE) AS charge, CAST(coalesce(s.fund_money, 0) AS DOUBLE) AS fund_money,
       coalesce(date_diff('day', CAST(s.first_day AS DATE), CAST(s.last_day AS DATE)), 0) AS span
FROM (SELECT * FROM subjects WHERE subject_type = $kind) s
FULL JOIN (SELECT * FROM subject_role WHERE subject_type = $kind) r ON r.subject_id = s.subject_id
LEFT JOIN (SELECT * FROM suspects WHERE subject_type = $kind) p ON p.subject_id = s.subject_id
WHERE r.role IS DISTINCT FROM 'involved' AND (s.subject_id IS NOT NULL OR r.role = 'responsible')
ORDER BY coalesce(s.subject_id, r.subject_id)
"""


def cases(both: Against, kind: str) -> pd.DataFrame:
    """Every subject of a kind, without those only involved: responsible, yuan (at risk in its responsible
    settlements), known, probability (0 when no finding names it), rank (NaN likewise), findings, and the
    plain aggregates settlements, people, charge, fund_money (yuan), span (days)."""
    return both.frame(_CASES, kind=kind)


def title(order: str) -> str:
    """What an order is called."""
    return {
        OURS: "medaudit",
        BEST: say("最优排序", "best possible"),
        RULES: say("只数疑点", "findings counted"),
        AMOUNT: say("只看金额", "money only"),
        FOREST: say("孤立森林", "isolation forest"),
        RANDOM: say("随机", "random"),
    }[order]


def beside(subjects: pd.DataFrame) -> Iterator[tuple[str, Numbers]]:
    """The scores of the other orders, highest first, of the frame that `cases` made.

    rules: how many findings name it. amount: all the fund money paid for it. forest: how unlike the others
    its plain aggregates are. random: all the same.
    """
    yield RULES, subjects["findings"].to_numpy(dtype=float)
    yield AMOUNT, subjects["fund_money"].to_numpy(dtype=float)
    yield FOREST, _strangeness(subjects)
    yield RANDOM, np.zeros(len(subjects))


def _strangeness(subjects: pd.DataFrame) -> Numbers:
    """An isolation forest over the plain aggregates; nothing that a finding or the truth says is in them."""
    from sklearn.ensemble import IsolationForest

    features = _features(subjects)
    known = subjects["known"].to_numpy()
    score = np.full(len(subjects), -np.inf)
    if known.sum() < 2:
        return np.zeros(len(subjects))
    trees = TREES if len(subjects) < MANY else FEWER_TREES
    forest = IsolationForest(
        n_estimators=trees, max_samples=min(SAMPLE, int(known.sum())), random_state=SEED
    )
    forest.fit(features[known])
    score[known] = -forest.score_samples(features[known])
    return score


def _features(subjects: pd.DataFrame) -> Numbers:
    """Sizes on a logarithmic scale, and their ratios."""
    of = {
        name: subjects[name].to_numpy(dtype=float)
        for name in ("settlements", "people", "charge", "fund_money", "span")
    }
    each = np.maximum(of["settlements"], 1)
    columns = [
        *(np.log1p(np.maximum(values, 0)) for values in of.values()),
        np.log1p(np.maximum(of["charge"], 0) / each),
        of["settlements"] / np.maximum(of["people"], 1),
        of["fund_money"] / np.maximum(of["charge"], 1),
    ]
    return np.column_stack(columns).astype(np.float32)
