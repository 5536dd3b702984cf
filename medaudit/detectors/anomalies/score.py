"""How far out a subject is as a whole: the mean percentile rank of four ways of looking at its z.

The mean of the three largest z, an isolation forest, the Mahalanobis distance (a mixture of one Gaussian) and the
distance to the tenth nearest neighbour; ranks have no scale and no parameter to set. With few subjects the
models say nothing and the three largest z stand alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from medaudit.detectors.anomalies.normal import Numbers
from medaudit.detectors.anomalies.peers import FARTHEST

FEW = 200  # subjects below which only the three largest z count
MANY_FOR_NEIGHBOURS = 50_000
SAMPLE = 50_000  # of more subjects than that the models learn from so many
NEIGHBOURS, TREES, SEED = 10, 200, 20_250_101
# Whose largest z is below this stands out in nothing; the models are not asked.
PLAIN = 1.5
# Of very many subjects only those in the upper part by z are asked for: nobody below it is noticed.
UPPER = 0.85


@dataclass(frozen=True)
class Scored:
    """percentile: 0–1 among all of the kind. top: the mean of the three largest z, farthest: the largest. terms: a subject's share of
    its Mahalanobis distance by feature, None where no model was fitted."""

    percentile: Numbers
    top: Numbers
    farthest: Numbers
    terms: Numbers | None


def scored(z: Numbers) -> Scored:
    """z: subjects × features, NaN where nothing is known; what is low is not looked at."""
    if not len(z):
        nothing = np.zeros(0)
        return Scored(nothing, nothing, nothing, None)
    seen = np.clip(np.nan_to_num(z, nan=0.0, posinf=FARTHEST, neginf=0.0), 0, FARTHEST)
    top = np.sort(seen, axis=1)[:, -3:].mean(axis=1)
    ranks = [_rank(top)]
    terms = None
    varying = seen[:, seen.std(axis=0) > 1e-9]
    if len(seen) >= FEW and varying.shape[1] >= 2:
        terms = _terms(seen)
        asked = seen.max(axis=1) >= PLAIN
        if len(seen) > SAMPLE:
            asked &= top >= np.quantile(top, UPPER)
        for scores in _models(varying, asked):
            # Those not asked keep their order by z, below all who were.
            full = np.where(asked, 0.0, top - 2 * FARTHEST + scores.min(initial=0.0))
            full[asked] = scores
            ranks.append(_rank(full))
    return Scored(np.mean(ranks, axis=0), top, seen.max(axis=1), terms)


def _models(z: Numbers, asked: np.ndarray) -> list[Numbers]:
    """The scores of those asked by each model, higher is farther out."""
    from pyod.models.gmm import GMM
    from pyod.models.iforest import IForest
    from pyod.models.knn import KNN

    if not asked.any():
        return []
    learnt = z
    if len(z) > SAMPLE:
        learnt = z[np.sort(np.random.default_rng(SEED).choice(len(z), SAMPLE, replace=False))]
    models = [
        IForest(n_estimators=TREES, random_state=SEED),
        GMM(n_components=1, random_state=SEED),
    ]
    if len(z) <= MANY_FOR_NEIGHBOURS:
        models.append(KNN(n_neighbors=NEIGHBOURS))
    return [model.fit(learnt).decision_function(z[asked]) for model in models]


def _terms(z: Numbers) -> Numbers:
    """z_f (Σ⁻¹ z)_f: what each feature adds to the squared Mahalanobis distance."""
    off = z - z.mean(axis=0)
    inverse = np.linalg.pinv(np.cov(off, rowvar=False) + 1e-6 * np.eye(z.shape[1]))
    return np.asarray(off * (off @ inverse))


def _rank(score: Numbers) -> Numbers:
    from scipy.stats import rankdata

    return np.asarray((rankdata(score) - 0.5) / len(score))
