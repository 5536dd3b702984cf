"""Anomalies: who stands out among its peers, whatever the reason. Size is none.

    facts → profile (profiles.py) → features with their noise (features.py, features.toml, scales.py)
          → z among peers (peers.py, spread.py) → one percentile a subject (score.py, seen.py) → why (standing.py, why.py)

`find` leaves table `anomaly`, one row for everybody noticed; `seen` is one kind of subject, whole.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from medaudit.detectors.anomalies import measures
from medaudit.detectors.anomalies.profiles import KINDS, READS
from medaudit.detectors.anomalies.seen import Seen, seen
from medaudit.detectors.anomalies.standing import standings
from medaudit.detectors.anomalies.why import FAR, placed, shown
from medaudit.engine import Engine
from medaudit.language import say
from medaudit.progress import SILENT, Progress

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "FAR",
    "KINDS",
    "READS",
    "Looked",
    "Seen",
    "find",
    "placed",
    "seen",
    "shown",
    "standings",
]


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


def find(engine: Engine, kinds: Iterable[str] = KINDS, progress: Progress = SILENT) -> list[Looked]:
    """Look at everybody of these kinds, and leave table `anomaly` of those noticed: subject_type, subject_id,
    percentile (0–1 among its kind), top (mean of its three largest z), farthest (the largest), stands_out (plainly: alone worth
    a look), excess (yuan of fund money paid beyond the peers' median, 0 when
    none can be told: of shares nobody knows that anything was paid more), peer and peers (its group and
    how many are in it), features (names) and reason; and table `peer_measure` of what funnels are drawn from
    (measures.py). Needs the facts in READS."""
    outcome: list[Looked] = []
    kinds = list(kinds)
    if kinds:
        progress.stage("anomalies", len(kinds))
    measured: list[pa.RecordBatch] = []

    def batches() -> Iterator[pa.RecordBatch]:
        for kind in kinds:
            progress.step(say(*KINDS[kind]))
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
            measured.extend(measures.batches(one))
            yield batch

    engine.put("anomaly", _schema(), batches())
    engine.put("peer_measure", measures.schema(), measured)
    return outcome


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
