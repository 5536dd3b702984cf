"""Doctor and pharmacy: whose patients go to one pharmacy far more than those of comparable doctors.

The ratio of what is seen to what is expected is shrunk by a Gamma–Poisson prior fitted on all pairs (DuMouchel, The American
Statistician 53, 1999); its lower 5 % quantile, EB05, ranks: by chance alone the largest would come first.
"""

from __future__ import annotations

import numpy as np

from medaudit.detectors.links.pairs import Numbers
from medaudit.detectors.links.tables import rows
from medaudit.engine import Engine

TABLE = "steering"
_PAIRS = (
    "SELECT dr_codg, fixmedins_code, sent, seen, CAST(expected AS DOUBLE) AS expected, reference, label, "
    "CAST(fund_money AS DOUBLE) AS fund_money "
    "FROM steering_pair ORDER BY dr_codg, fixmedins_code"
)


def put(engine: Engine) -> None:
    """Leave table `steering`: the columns of fact steering_pair with ratio (sent over expected, shrunk), eb05 and excess (yuan of
    fund money beyond what is expected)."""
    import pyarrow as pa

    pairs = engine.frame(_PAIRS)
    seen, expected = (pairs[name].to_numpy(dtype=float) for name in ("sent", "expected"))
    shape, rate = prior(seen, expected)
    schema = pa.schema([
        ("dr_codg", pa.string()), ("fixmedins_code", pa.string()), ("sent", pa.int32()), ("seen", pa.int32()),
        ("expected", pa.float64()), ("reference", pa.string()), ("label", pa.string()), ("ratio", pa.float64()), ("eb05", pa.float64()),
        ("excess", pa.float64()),
    ])  # fmt: skip
    shrunk = (seen + shape) / np.maximum(expected + rate, 1e-12)
    beyond = np.maximum(1 - expected / np.maximum(seen, 1), 0)
    pairs = pairs.assign(
        ratio=shrunk.round(4), eb05=lower(seen, expected, shape, rate).round(4), excess=(pairs["fund_money"] * beyond).round(2),
    )  # fmt: skip
    engine.put(TABLE, schema, rows(pairs, schema))


def prior(seen: Numbers, expected: Numbers) -> tuple[float, float]:
    """Shape and rate of the gamma that the pairs' true ratios come from, by maximum likelihood; of few pairs (1, 1).

    Pairs nobody went to are not on record, so the counts are those of at least one.
    """
    from scipy.optimize import minimize
    from scipy.stats import nbinom

    if len(seen) < 30:
        return 1.0, 1.0

    def unlikely(logs: Numbers) -> float:
        shape, rate = np.exp(np.clip(logs, -7, 7))
        p = rate / (rate + np.maximum(expected, 1e-9))
        none = np.minimum(nbinom.pmf(0, shape, p), 1 - 1e-12)
        return -float((nbinom.logpmf(seen, shape, p) - np.log1p(-none)).sum())

    best = minimize(unlikely, np.zeros(2), method="Nelder-Mead")
    shape, rate = np.exp(np.clip(best.x, -7, 7))
    return float(shape), float(rate)


def lower(seen: Numbers, expected: Numbers, shape: float, rate: float) -> Numbers:
    """EB05: the ratio is larger than this with 95 % probability."""
    from scipy.stats import gamma

    return np.asarray(gamma.ppf(0.05, seen + shape, scale=1 / np.maximum(expected + rate, 1e-12)))
