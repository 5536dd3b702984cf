"""How somebody stands among its peers: the features it is farthest out in, the money, and why in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from medaudit.detectors.anomalies.features import Measured
from medaudit.detectors.anomalies.peers import Compared, Labels
from medaudit.detectors.anomalies.profiles import CALLED
from medaudit.detectors.anomalies.seen import Seen
from medaudit.detectors.anomalies.why import FAR, OUT, SHOWN, combination, sentence
from medaudit.language import say


def standings(one: Seen, rows: Labels) -> Iterator[dict[str, Any]]:
    """How the subjects of these rows stand among their peers: excess (yuan of fund money paid more; the greatest of what is told, for features
    overlap), peer and peers (of its farthest feature), features (names) and reason."""
    z = np.nan_to_num(one.z[rows], nan=-np.inf)
    for i, farthest in zip(rows, np.argsort(-z, axis=1, kind="stable")[:, :SHOWN], strict=True):
        yield _standing(one, int(i), [int(j) for j in farthest if one.z[i, j] > 0])


def _standing(one: Seen, i: int, farthest: list[int]) -> dict[str, Any]:
    far = [_feature_row(one, i, j) for j in farthest]
    # Those that stand out by themselves, else the first where it is out at all.
    told = [row for row in far if row["z"] >= FAR] or [row for row in far[:1] if row["z"] >= OUT]
    return {
        "excess": round(max((row["beyond"] or 0.0 for row in told if row["paid"]), default=0.0), 2),
        "peer": say(*far[0]["called"]) if far else "", "peers": far[0]["peers"] if far else 0,
        "features": " ".join(row["feature"] for row in far), "reason": _reason(one, i, told),
    }  # fmt: skip


def _feature_row(one: Seen, i: int, j: int) -> dict[str, Any]:
    """feature, value, peer_value, peers, percentile, z, beyond (yuan), paid (whether they are fund money paid more), called (its group)."""
    told, among = one.features[j], one.compared[j]
    return {
        "feature": told.feature.name, "value": float(told.value[i]), "peer_value": float(among.usual[i]),
        "peers": int(among.peers[i]), "percentile": float(among.percentile[i]), "z": float(among.z[i]),
        "beyond": _beyond(one, i, told, among), "paid": told.feature.is_paid, "called": CALLED[one.profile.kind][int(among.level[i])],
    }  # fmt: skip


def _beyond(one: Seen, i: int, told: Measured, among: Compared) -> float | None:
    """Yuan beyond the peers' median; None where a feature has no money. Of what a case or a person cost, fund money that was
    paid more; of a share the charges of that kind, for which less may have been charged of another."""
    volume, center = told.volume[i], among.middle[i]
    if not np.isfinite(volume) or not np.isfinite(center) or among.z[i] <= 0:
        return None
    kind = told.feature.kind
    over = np.exp(told.y[i]) - np.exp(center) if kind == "mix" else told.value[i] - among.usual[i]
    charge = max(0.0, float(volume * over))
    if not told.feature.is_paid:
        return charge
    paid, whole = one.profile.column("fund_money")[i], one.profile.column("charge")[i]
    return charge * min(1.0, float(paid / whole)) if whole > 0 else 0.0


def _reason(one: Seen, i: int, told: list[dict[str, Any]]) -> str:
    """Why subject i stands out, in words; told: the features to name."""
    alone = any(row["z"] >= FAR for row in told)
    if alone or one.score.terms is None or not one.noticed[i]:
        return say("；", "; ").join(sentence(row) for row in told)
    terms = one.score.terms[i]
    order = [j for j in np.argsort(-terms) if terms[j] > 0][:2]
    return combination(tuple(one.features[j].feature.name for j in order))
