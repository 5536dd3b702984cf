"""Groups of pairs as members: who met how many of the others, how often, and what chance makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from medaudit.detectors.links.pairs import Pairs, Rows
from medaudit.detectors.links.tables import rows
from medaudit.engine import Engine

if TYPE_CHECKING:
    import pandas as pd


def members(pairs: Pairs, found: Sequence[Rows]) -> pd.DataFrame:
    """One row a member: ring (the number of its group), person_id, partners, met and expected (over its partners)."""
    import pandas as pd

    of = np.full(len(pairs.people), -1, dtype=np.int64)
    for ring, group in enumerate(found):
        of[group] = ring
    within = (of[pairs.one] >= 0) & (of[pairs.one] == of[pairs.other])
    both = pairs.those(within)
    ends = np.concatenate([both.one, both.other])
    size = len(pairs.people)
    people = np.concatenate(list(found)) if found else np.zeros(0, dtype=np.int64)
    return pd.DataFrame({
        "ring": of[people], "person_id": pairs.people.take(people).to_numpy(zero_copy_only=False),
        "partners": np.bincount(ends, minlength=size)[people],
        "met": np.bincount(ends, weights=np.tile(both.met, 2), minlength=size)[people].astype(np.int64),
        "expected": np.bincount(ends, weights=np.tile(both.expected, 2), minlength=size)[people],
    })  # fmt: skip


def put_groups(engine: Engine, name: str, members: pd.DataFrame) -> None:
    """Leave table `name` (ring, person_id), for SQL to join."""
    import pyarrow as pa

    schema = pa.schema([("ring", pa.int32()), ("person_id", pa.string())])
    engine.put(name, schema, rows(members, schema))
