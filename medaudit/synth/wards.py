"""Who lies in which bed: a ward gives a bed to one patient at a time, unless a scheme puts two into it."""

from __future__ import annotations

import numpy as np

from medaudit.synth.chance import Numbers
from medaudit.synth.town import Town


def give_beds(town: Town) -> None:
    """Replace the beds that stays came with by the next in their ward that is free."""
    bills = town.bills
    stay = ((bills["dscg_way"] > 0) & (bills["person"] >= 0) & (bills["bed"] > 0)).to_numpy()
    # A stay settled in parts has one bed.
    host = np.where(
        bills["visit"] >= 0,
        bills["visit"],
        np.where(bills["bed_with"] >= 0, bills["bed_with"], bills.index),
    )
    # It is free again when the last of them has left.
    spans = bills[stay].assign(host=host[stay]).groupby("host")
    first, last = spans["begin"].min(), spans["end"].max()
    rows = first.index.to_numpy()
    dept, _ = town.world.diseases["dept"].factorize()
    ward = np.append(dept, -1)[bills["disease"].to_numpy()[rows]]
    ward = bills["place"].to_numpy()[rows] * 1000 + ward
    bed = _free(ward, first.to_numpy(), last.to_numpy(), bills["bed"].to_numpy()[rows])
    told = np.zeros(len(bills), dtype=np.int64)
    told[rows] = bed
    bills.loc[stay, "bed"] = told[host[stay]]


def _free(ward: Numbers, first: Numbers, last: Numbers, wish: Numbers) -> Numbers:
    """A bed for each stay, one of those that are free, in a ward of as many beds as it ever needs and one more."""
    bed = np.zeros(len(ward), dtype=np.int64)
    order = np.lexsort((first, ward))
    cuts = np.flatnonzero(np.diff(ward[order])) + 1
    for stays in np.split(order, cuts):
        begin, end = first[stays], np.maximum(last[stays], first[stays] + 1)
        here = np.searchsorted(begin, begin, side="right") - np.searchsorted(
            np.sort(end), begin, side="right"
        )
        size = int(here.max(initial=0)) + 1
        until = np.full(size, -(10**6))
        for one, start, stop in zip(stays, begin, end, strict=True):
            free = np.flatnonzero(until <= start)
            chosen = free[wish[one] % len(free)]
            until[chosen] = stop
            bed[one] = chosen + 1
    return bed
