"""Numbers on scales on which what is usual looks normal."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]


def arcsine(share: Numbers, cases: Numbers) -> Numbers:
    """Anscombe's arcsin √ of a share of so many cases, whose variance does not depend on the share."""
    return np.asarray(np.arcsin(np.sqrt((share * cases + 3 / 8) / (cases + 3 / 4))))


def normal_score(ranks: Numbers) -> Numbers:
    """What a normal variable would be at the same rank."""
    from scipy.stats import norm

    return np.asarray(norm.ppf((ranks - 0.5) / len(ranks)), dtype=np.float64)
