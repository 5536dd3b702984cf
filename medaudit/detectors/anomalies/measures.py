"""What funnels are drawn from: every institution, pharmacy and doctor by every feature, with the peers it was held against."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from medaudit.detectors.anomalies.scales import mix_column
from medaudit.detectors.anomalies.seen import Seen

if TYPE_CHECKING:
    import pyarrow as pa

KEPT = (
    "institution",
    "pharmacy",
    "doctor",
)  # of patients there would be a row for each and every one
NUMBERS = ("cases", "noise", "value", "y", "middle", "usual", "spread", "z")


def schema() -> pa.Schema:
    """subject_type, subject_id, feature; groups: the names of its peer groups from the narrowest to all, as JSON; depth: which of them
    it is held against; cases (of a mix of cases alone), and what Measured and Compared have of it."""
    import pyarrow as pa

    texts = [(name, pa.string()) for name in ("subject_type", "subject_id", "feature", "groups")]
    return pa.schema([*texts, ("depth", pa.int32()), *((name, pa.float32()) for name in NUMBERS)])


def batches(one: Seen) -> Iterator[pa.RecordBatch]:
    """A batch for each feature that is not compared by rank alone."""
    import pyarrow as pa

    if one.profile.kind not in KEPT:
        return
    groups = np.array(
        [json.dumps(names, ensure_ascii=False) for names in _names(one)], dtype=object
    )
    for told, among in zip(one.features, one.compared, strict=True):
        rows = np.flatnonzero(np.isfinite(among.z) & np.isfinite(among.spread) & (told.noise > 0))
        if not len(rows):
            continue
        feature = told.feature
        cases = one.profile.column(mix_column(feature, "encounters")) if feature.mix else 1 / told.noise  # fmt: skip
        numbers = {
            "cases": cases, "noise": told.noise, "value": told.value, "y": told.y, "middle": among.middle,
            "usual": among.usual, "spread": among.spread, "z": among.z,
        }  # fmt: skip
        yield pa.record_batch(
            [
                pa.array([one.profile.kind] * len(rows), pa.string()),
                one.profile.ids.take(pa.array(rows)).cast(pa.string()),
                pa.array([feature.name] * len(rows), pa.string()),
                pa.array(groups[rows], pa.string()),
                pa.array(among.level[rows], pa.int32()),
                *(pa.array(numbers[name][rows], pa.float32()) for name in NUMBERS),
            ],
            schema=schema(),
        )


def _names(one: Seen) -> Iterator[list[str]]:
    """The names of everybody's peer groups, from the narrowest."""
    told = zip(one.profile.groups, one.profile.labels, strict=True)
    columns = [[names[label] for label in labels] for labels, names in told]
    return map(list, zip(*columns, strict=True))
