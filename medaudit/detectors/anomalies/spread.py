"""How far peers lie apart: beyond the noise of their own cases, and how well that and their middle are known."""

from __future__ import annotations

import numpy as np

from medaudit.detectors.anomalies.normal import Numbers

CHI2_MEDIAN = 0.4549  # of χ² with one degree of freedom
NORMAL = 1.4826  # MAD → standard deviation
KNOWN = 2.33  # standard error of a variance by the MAD of n normal variables, times √n and over the variance


def between(off: Numbers, noise: Numbers, least: float) -> tuple[float, float] | None:
    """τ² and what the noise is multiplied by, of the peers' distances from their median; None where they do not
    differ at all. least: what the noise is at least multiplied by."""
    wide = float(np.median(np.abs(off))) * NORMAL
    if wide <= 0:
        wide = float(np.subtract(*np.percentile(off, [75, 25]))) / 1.349
    noisy = float(np.median(noise))
    if wide <= 1e-12:
        return (0.0, 1.0) if noisy > 0 else None
    if noisy <= 0:
        return wide**2, 1.0
    shown = float(np.median(off**2 / noise)) / CHI2_MEDIAN
    if shown <= 1:
        return 0.0, max(shown, least)
    tau2 = max(wide**2 - noisy, 0.01 * noisy)
    for _ in range(5):
        tau2 *= float(np.median(off**2 / (noise + tau2))) / CHI2_MEDIAN
    return tau2, 1.0


def of_difference(variance: Numbers) -> Numbers:
    """The variance of y less the peers' median, of the variance of each y. The median of n normal variables has π/2 of
    a single one's over n. And what peers truly differ by is known no better than to the standard error of a variance
    told by their MAD, so nobody's is taken for less. Of a giant both are more than its own noise."""
    usual, n = np.median(variance), len(variance)
    return np.asarray(np.maximum(variance, KNOWN * usual / np.sqrt(n)) + np.pi / 2 * usual / n)
