"""The profile of every subject of a kind: its sums, read from facts on whichever engine, and who its peers are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from medaudit.detectors.anomalies.normal import Numbers
from medaudit.detectors.anomalies.peers import Labels
from medaudit.detectors.anomalies.sums import select
from medaudit.engine import Engine

if TYPE_CHECKING:
    import pyarrow as pa

READS = (
    "subject",
    "subject_activity",
    "subject_dispensing",
    "case_mix",
    "stay_share",
    "registration",
)
KINDS = {
    "institution": ("机构", "institutions"),
    "pharmacy": ("药店", "pharmacies"),
    "doctor": ("医师", "doctors"),
    "patient": ("患者", "patients"),
}

# The names of a kind's peer groups, from the narrowest; "all" comes after them.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "institution": ("level_type_specialty", "level_type", "type"),
    "pharmacy": ("volume",),
    "doctor": ("level_department", "department", "type"),
    "patient": ("age_registered", "age"),
}

# What those groups are called, and the last one of all.
CALLED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "institution": (
        ("同级同类同专科", "same level, type and specialty"), ("同级同类", "same level and type"), ("各级同类", "same type, all levels"),
        ("全部机构", "all institutions"),
    ),
    "pharmacy": (("规模相近的药店", "like size"), ("全部药店", "all pharmacies")),
    "doctor": (
        ("同级同科", "same level and department"), ("各级同科", "same department, all levels"), ("各级各科", "all departments"), ("全部医师", "all doctors"),
    ),
    "patient": (("同年龄段同登记", "same age and registration"), ("同年龄段", "same age"), ("全部患者", "all patients")),
}  # fmt: skip


@dataclass(frozen=True)
class Profile:
    """All subjects of a kind, ordered by id. names: of institutions and people. columns: numbers by name, NaN where unknown. groups: the labels of
    their peer groups from the narrowest to all, and the name of each label."""

    kind: str
    ids: pa.Array
    names: pa.Array
    columns: dict[str, Numbers]
    groups: list[Labels]
    labels: list[list[str]]

    def __len__(self) -> int:
        return len(self.ids)

    def column(self, name: str) -> Numbers:
        """A column, all NaN where the facts have none."""
        found = self.columns.get(name)
        return np.full(len(self), np.nan) if found is None else found


def profile(engine: Engine, kind: str) -> Profile:
    """The profile of every subject of `kind`. Needs the facts in READS and table `subject`."""
    import pyarrow as pa

    batches = list(engine.batches(select(kind), 200_000))
    if not batches:
        nobody = [np.zeros(0, dtype=np.int64) for _ in (*GROUPS[kind], "")]
        return Profile(
            kind,
            pa.array([], pa.string()),
            pa.array([], pa.string()),
            {},
            nobody,
            [[] for _ in nobody],
        )
    table = pa.Table.from_batches(batches)
    ids = table.column("subject_id").combine_chunks()
    groups, labels = [], []
    for name in GROUPS[kind]:
        coded = table.column(name).combine_chunks().dictionary_encode()
        groups.append(np.asarray(coded.indices.to_numpy(zero_copy_only=False), dtype=np.int64))
        labels.append([str(label) for label in coded.dictionary.to_pylist()])
    groups.append(np.zeros(len(ids), dtype=np.int64))
    labels.append([""])
    skipped = {"subject_id", "subject_name", *GROUPS[kind]}
    columns = {
        name: np.asarray(table.column(name).to_numpy(), dtype=np.float64)
        for name in table.column_names
        if name not in skipped
    }
    return Profile(
        kind, ids, table.column("subject_name").combine_chunks(), columns, groups, labels
    )
