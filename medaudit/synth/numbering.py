"""The numbers of settlements and lines, in the order in which they were settled: they tell nothing else."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from medaudit.synth.chance import Numbers, stream
from medaudit.synth.columnar import numbered
from medaudit.synth.town import Town


@dataclass(frozen=True)
class Numbered:
    """The numbers that bills and lines go by, and their order in the files.

    setl_id, feedetl_sn: texts by bill and by line. bills, lines: their indices in the order of the numbers.
    """

    setl_id: pd.Series
    feedetl_sn: pd.Series
    bills: Numbers
    lines: Numbers


def number(town: Town) -> Numbered:
    """Number bills in the order in which they were settled, and lines within their bill by time."""
    bills, lines = town.bills, town.lines
    has_lines = np.bincount(lines["bill"], minlength=len(bills)) > 0
    kept = np.flatnonzero((bills["person"] >= 0) & has_lines)
    chance = stream(town.world.seed, "numbers", town.number).random(len(bills))
    order = kept[
        np.lexsort(
            (chance[kept], bills["clock"].to_numpy()[kept], bills["settled"].to_numpy()[kept])
        )
    ]
    stem = f"25{town.world.region[2:]}{town.number:03}"
    names = numbered(stem, np.arange(1, len(order) + 1), 7).astype(object)
    setl_id = pd.Series("", index=bills.index, dtype=object)
    setl_id.iloc[order] = names
    rank = np.full(len(bills), -1)
    rank[order] = np.arange(len(order))
    place = rank[lines["bill"]]
    by = np.lexsort((lines.index, lines["clock"], lines["day"], place))
    by = by[place[by] >= 0]
    of = place[by]
    first = np.searchsorted(of, of)
    within = numbered("", np.arange(len(by)) - first + 1, 4)
    feedetl = pd.Series("", index=lines.index, dtype=object)
    feedetl.iloc[by] = np.char.add(names[of].astype(str), within).astype(object)
    return Numbered(setl_id, feedetl, order, by)
