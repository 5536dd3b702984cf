"""Anomalies: who stands out among its peers, whatever the reason. Size is none.

    facts → profile (profiles.py) → features with their noise (features.py, features.toml)
          → z among peers (peers.py) → one percentile a subject (score.py) → why (why.py)

`find` leaves table `anomaly`, one row for everybody noticed; `seen` is one kind of subject, whole.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from medaudit.detectors.anomalies.features import Measured, measured, of_kind
from medaudit.detectors.anomalies.peers import FEWEST, Compared, Flags, Labels, compared
from medaudit.detectors.anomalies.profiles import CALLED, KINDS, READS, Profile, profile
from medaudit.detectors.anomalies.scales import Numbers
from medaudit.detectors.anomalies.score import FEW, Scored, scored
from medaudit.detectors.anomalies.why import FAR, SHOWN, combination, sentence, shown
from medaudit.engine import Engine
from medaudit.language import say

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "FAR",
    "KINDS",
    "READS",
    "Looked",
    "Seen",
    "find",
    "seen",
    "shown",
    "standings",
]

# Percentile from which a subject is noticed, and from which it is rare; of few subjects the z alone decide.
NOTICED, RARE = 0.9, 0.99
# Mean of the three largest z from which a subject is noticed, and from which it stands out plainly.
NOTICEABLY, PLAINLY = 2.0, 3.0


@dataclass(frozen=True)
class Seen:
    """Everybody of a kind, seen among its peers."""

    profile: Profile
    features: tuple[Measured, ...]
    compared: tuple[Compared, ...]
    score: Scored

    @cached_property
    def z(self) -> Numbers:
        """Subjects × features, NaN where unknown."""
        return np.column_stack([one.z for one in self.compared])

    @property
    def few(self) -> bool:
        """Too few for a percentile to say much: of ten alike one is the first."""
        return len(self.profile) < FEW

    @cached_property
    def stands_out(self) -> Flags:
        """Those plainly out, who are worth a look by that alone."""
        return (self.score.top >= PLAINLY) & (self.few | (self.score.percentile >= RARE))

    @cached_property
    def noticed(self) -> Flags:
        """Those who are out at all."""
        return (self.score.top >= NOTICEABLY) & (self.few | (self.score.percentile >= NOTICED))

    @cached_property
    def order(self) -> Labels:
        """Everybody's row, the farthest out first."""
        rows = np.arange(len(self.profile))
        return np.asarray(np.lexsort((rows, -self.score.top, -self.score.percentile)))

    @property
    def too_few(self) -> str:
        """Why nobody can be compared, "" when somebody can."""
        size = len(self.profile)
        return (
            ""
            if size >= FEWEST
            else say(f"只有 {size} 个，不足以比较", f"only {size}, too few to compare")
        )

    def left_out(self) -> dict[str, str]:
        """Feature → why nobody was compared by it."""
        why = {}
        for told, among in zip(self.features, self.compared, strict=True):
            known = int(np.isfinite(told.y).sum())
            if known < FEWEST:
                why[told.feature.name] = say(f"只有 {known} 个可比", f"known of {known} only")
            elif not np.isfinite(among.z).any():
                why[told.feature.name] = say("同类之间没有差别", "peers do not differ in it")
        return why


@dataclass(frozen=True)
class Looked:
    """What became of one kind of subject. left_out: feature → why nobody was compared by it."""

    kind: str
    state: str  # ran | skipped
    why: str = ""
    examined: int = 0
    noticed: int = 0
    left_out: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    def as_run(self) -> dict[str, Any]:
        """The entry in `run.json`."""
        entry: dict[str, Any] = {"subject_type": self.kind, "state": self.state}
        if self.state == "ran":
            entry |= {
                "examined": self.examined,
                "noticed": self.noticed,
                "left_out": dict(self.left_out),
            }
        else:
            entry["why"] = self.why
        return entry | {"seconds": round(self.seconds, 3)}


def find(
    engine: Engine, kinds: Iterable[str] = KINDS, progress: Callable[[str], None] = lambda _: None
) -> list[Looked]:
    """Look at everybody of these kinds, and leave table `anomaly` of those noticed: subject_type, subject_id,
    percentile (0–1 among its kind), top (mean of its three largest z), farthest (the largest), stands_out (plainly: alone worth
    a look), excess (yuan of fund money beyond the peers' median, 0 when none can be told), peer and peers (its group and
    how many are in it), features (names) and reason. Needs the facts in READS."""
    outcome: list[Looked] = []

    def batches() -> Iterator[pa.RecordBatch]:
        for kind in kinds:
            progress(
                say(f"与同类比较：{KINDS[kind][0]}", f"comparing with peers: {KINDS[kind][1]}")
            )
            begun = time.perf_counter()
            one = seen(engine, kind)
            if one.too_few:
                outcome.append(Looked(kind, "skipped", one.too_few))
                continue
            batch = _batch(one)
            outcome.append(
                Looked(
                    kind,
                    "ran",
                    "",
                    len(one.profile),
                    batch.num_rows,
                    one.left_out(),
                    time.perf_counter() - begun,
                )
            )
            yield batch

    engine.put("anomaly", _schema(), batches())
    return outcome


def seen(engine: Engine, kind: str) -> Seen:
    """Everybody of a kind among its peers. Needs the facts in READS and table `subject`."""
    everybody = profile(engine, kind)
    told = tuple(measured(feature, everybody) for feature in of_kind(kind))
    among = tuple(compared(one, everybody.groups) for one in told)
    z = np.column_stack([one.z for one in among]) if len(everybody) else np.zeros((0, len(told)))
    return Seen(everybody, told, among, scored(z))


def _schema() -> pa.Schema:
    import pyarrow as pa

    return pa.schema([
        ("subject_type", pa.string()), ("subject_id", pa.string()), ("percentile", pa.float64()), ("top", pa.float64()),
        ("farthest", pa.float64()), ("stands_out", pa.bool_()), ("excess", pa.float64()), ("peer", pa.string()),
        ("peers", pa.int64()), ("features", pa.string()), ("reason", pa.string()),
    ])  # fmt: skip


def _batch(one: Seen) -> pa.RecordBatch:
    import pyarrow as pa

    schema, rows = _schema(), list(_rows(one))
    arrays = [pa.array([row[field.name] for row in rows], field.type) for field in schema]
    return pa.record_batch(arrays, schema=schema)


def _rows(one: Seen) -> Iterator[dict[str, Any]]:
    rows = one.order[one.noticed[one.order]]
    for i, told in zip(rows, standings(one, rows), strict=True):
        yield {
            "subject_type": one.profile.kind, "subject_id": one.profile.ids[i].as_py(),
            "percentile": round(float(one.score.percentile[i]), 6), "top": round(float(one.score.top[i]), 4),
            "farthest": round(float(one.score.farthest[i]), 4), "stands_out": bool(one.stands_out[i]), **told,
        }  # fmt: skip


def standings(one: Seen, rows: Labels) -> Iterator[dict[str, Any]]:
    """How the subjects of these rows stand among their peers: excess (yuan; the greatest of what is told, for features overlap), peer and
    peers (of its farthest feature), features (names) and reason."""
    z = np.nan_to_num(one.z[rows], nan=-np.inf)
    for i, farthest in zip(rows, np.argsort(-z, axis=1, kind="stable")[:, :SHOWN], strict=True):
        yield _standing(one, int(i), [int(j) for j in farthest if one.z[i, j] > 0])


def _standing(one: Seen, i: int, farthest: list[int]) -> dict[str, Any]:
    far = [_feature_row(one, i, j) for j in farthest]
    # Those that stand out by themselves, else the first.
    told = [row for row in far if row["z"] >= FAR] or far[:1]
    return {
        "excess": round(max((row["excess"] or 0.0 for row in told), default=0.0), 2),
        "peer": say(*far[0]["called"]) if far else "", "peers": far[0]["peers"] if far else 0,
        "features": " ".join(row["feature"] for row in far), "reason": _reason(one, i, told),
    }  # fmt: skip


def _feature_row(one: Seen, i: int, j: int) -> dict[str, Any]:
    """feature, value, peer_value, peers, percentile, z, excess, called (its group)."""
    told, among = one.features[j], one.compared[j]
    return {
        "feature": told.feature.name, "value": float(told.value[i]), "peer_value": float(among.usual[i]),
        "peers": int(among.peers[i]), "percentile": float(among.percentile[i]), "z": float(among.z[i]),
        "excess": _excess(one, i, told, among), "called": CALLED[one.profile.kind][int(among.level[i])],
    }  # fmt: skip


def _excess(one: Seen, i: int, told: Measured, among: Compared) -> float | None:
    """Yuan of fund money beyond what the peers' median would have cost; None where a feature has no money."""
    volume, center = told.volume[i], among.middle[i]
    if not np.isfinite(volume) or not np.isfinite(center) or among.z[i] <= 0:
        return None
    kind = told.feature.kind
    over = np.exp(told.y[i]) - np.exp(center) if kind == "mix" else told.value[i] - among.usual[i]
    charge = volume * over
    paid, whole = one.profile.column("fund_money")[i], one.profile.column("charge")[i]
    return max(0.0, float(charge * min(1.0, paid / whole))) if whole > 0 else 0.0


def _reason(one: Seen, i: int, told: list[dict[str, Any]]) -> str:
    """Why subject i stands out, in words; told: the features to name."""
    alone = any(row["z"] >= FAR for row in told)
    if alone or one.score.terms is None or not one.noticed[i]:
        return say("；", "; ").join(sentence(row) for row in told)
    terms = one.score.terms[i]
    order = [j for j in np.argsort(-terms) if terms[j] > 0][:2]
    return combination(tuple(one.features[j].feature.name for j in order))
