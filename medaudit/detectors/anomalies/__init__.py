"""Anomalies: who stands out among its peers, whatever the reason. Size is none.

    facts → profile (profiles.py) → features with their noise (features.py, features.toml)
          → z among peers (peers.py) → one percentile a subject (score.py) → why (why.py)

Leaves table `anomaly` (one row for everybody noticed) and the profiles, one frame of values and z a kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from medaudit.detectors.anomalies.features import Measured, Numbers, measured, of_kind
from medaudit.detectors.anomalies.peers import Compared, compared
from medaudit.detectors.anomalies.profiles import GROUPS, KINDS, READS, Profile, profile
from medaudit.detectors.anomalies.score import Scored, scored
from medaudit.detectors.anomalies.why import FAR, SHOWN, combination, sentence
from medaudit.engine import Engine
from medaudit.language import say

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["KINDS", "NOTICED", "READS", "Seen", "find", "seen"]

NOTICED = 0.9  # percentile from which a subject is noticed at all,
PLAINLY = 2.0  # where it is at least so far out in something: of ten alike one is the first


@dataclass(frozen=True)
class Seen:
    """Everybody of a kind, seen among its peers."""

    profile: Profile
    features: tuple[Measured, ...]
    compared: tuple[Compared, ...]
    score: Scored

    @property
    def z(self) -> Numbers:
        """Subjects × features, NaN where unknown."""
        return np.column_stack([one.z for one in self.compared])

    def noticed(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Rows of those noticed, the farthest out first."""
        order = np.lexsort((np.arange(len(self.profile)), -self.score.top, -self.score.percentile))
        out = (self.score.percentile >= NOTICED) & (self.score.farthest >= PLAINLY)
        return order[out[order]]


def find(engine: Engine, progress: Callable[[str], None] = lambda _: None) -> dict[str, Seen]:
    """Look at every kind of subject, and leave table `anomaly`: subject_type, subject_id, percentile (0–1 among its
    kind), top (mean of its three largest z), excess (yuan of fund money beyond the peers' median, 0 when none can
    be told), peer and peers (its group and how many are in it), features (names) and reason."""
    found = {}
    for kind in KINDS:
        progress(say(f"与同类比较 {kind}", f"comparing with peers: {kind}"))
        found[kind] = seen(engine, kind)
    _put(engine, found)
    return found


def seen(engine: Engine, kind: str) -> Seen:
    """Everybody of a kind among its peers. Needs the facts in READS and table `subject`."""
    everybody = profile(engine, kind)
    told = tuple(measured(feature, everybody) for feature in of_kind(kind))
    among = tuple(compared(one, everybody.groups) for one in told)
    z = np.column_stack([one.z for one in among]) if len(everybody) else np.zeros((0, len(told)))
    return Seen(everybody, told, among, scored(z))


def _put(engine: Engine, found: dict[str, Seen]) -> None:
    import pyarrow as pa

    schema = pa.schema([
        ("subject_type", pa.string()), ("subject_id", pa.string()), ("percentile", pa.float64()), ("top", pa.float64()),
        ("farthest", pa.float64()), ("excess", pa.float64()), ("peer", pa.string()), ("peers", pa.int64()),
        ("features", pa.string()), ("reason", pa.string()),
    ])  # fmt: skip
    engine.put("anomaly", schema, (_batch(one, schema) for one in found.values()))


def _batch(one: Seen, schema: pa.Schema) -> pa.RecordBatch:
    import pyarrow as pa

    rows = list(_rows(one))
    columns = [[row[name] for row in rows] for name in schema.names]
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.record_batch(arrays, schema=schema)


def _rows(one: Seen) -> Iterator[dict[str, Any]]:
    z = one.z
    for i in one.noticed():
        far = farthest(one, i, z[i])
        names = [row["feature"] for row in far]
        level = max((int(c.level[i]) for c in one.compared if np.isfinite(c.z[i])), default=-1)
        size = max((int(row["peers"]) for row in far), default=0)
        yield {
            "subject_type": one.profile.kind, "subject_id": one.profile.ids[i].as_py(),
            "percentile": round(float(one.score.percentile[i]), 6), "top": round(float(one.score.top[i]), 4),
            "farthest": round(max((row["z"] for row in far), default=0.0), 4),
            "excess": round(max((row["excess"] or 0.0 for row in far), default=0.0), 2),
            "peer": group_of(one.profile, i, level), "peers": size, "features": " ".join(names), "reason": _reason(one, i, far),
        }  # fmt: skip


def farthest(one: Seen, i: int, z: Numbers) -> list[dict[str, Any]]:
    """The farthest features of subject i: feature, value, peer_value, peers, percentile, z, excess."""
    order = [j for j in np.argsort(-np.nan_to_num(z, nan=-np.inf)) if z[j] > 0][:SHOWN]
    return [_feature_row(one, int(i), int(j)) for j in order]


def _feature_row(one: Seen, i: int, j: int) -> dict[str, Any]:
    told, among = one.features[j], one.compared[j]
    return {
        "feature": told.feature.name, "value": float(told.value[i]), "peer_value": float(among.usual[i]),
        "peers": int(among.peers[i]), "percentile": float(among.percentile[i]), "z": float(among.z[i]),
        "excess": _excess(one, i, told, among),
    }  # fmt: skip


def _excess(one: Seen, i: int, told: Measured, among: Compared) -> float | None:
    """Yuan of fund money beyond what the peers' median would have cost; None where a feature has no money."""
    volume, center = told.volume[i], among.middle[i]
    if not np.isfinite(volume) or not np.isfinite(center) or among.z[i] <= 0:
        return None
    kind = told.feature.kind
    if kind == "mix":
        charge = volume * (np.exp(told.y[i]) - np.exp(center))
    elif kind in ("share", "money_share"):
        charge = volume * (told.value[i] - np.sin(center) ** 2)
    else:
        charge = volume * (told.y[i] - center)
    paid, whole = one.profile.column("fund_money")[i], one.profile.column("charge")[i]
    return max(0.0, float(charge * min(1.0, paid / whole))) if whole > 0 else 0.0


def _reason(one: Seen, i: int, far: list[dict[str, Any]]) -> str:
    out = [row for row in far if row["z"] >= FAR]
    if out or one.score.terms is None:
        return say("；", "; ").join(sentence(row) for row in (out or far[:1]))
    terms = one.score.terms[i]
    order = [j for j in np.argsort(-terms) if terms[j] > 0][:2]
    return combination(tuple(one.features[j].feature.name for j in order))


def group_of(profile: Profile, i: int, level: int) -> str:
    """The name of the peer group of subject i at a level: "3|stays|…", "" for everybody."""
    if level < 0 or level >= len(GROUPS[profile.kind]):
        return ""
    return profile.labels[level][int(profile.groups[level][i])]
