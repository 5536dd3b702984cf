"""A stay settled at the hospital and claimed again at the office, with the same invoice or a fresh one."""

from __future__ import annotations

from typing import Any

import numpy as np

from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import BILL, INVOLVED, LINE, RESPONSIBLE, Town

UNIT = Unit(
    name="claimed_twice",
    zh="重复报销：已联网结算的住院又到经办机构手工报销，发票相同，或日期总额相同",
    en="Claimed twice: a stay settled at the hospital is claimed again by hand, with the same invoice or the same dates and total",
    stage=LINES,
    threshold_zh="发票号相同，或起止日期与总额相同，有一项为 1，两项为 2",
    threshold_en="same invoice, or same dates and total: either is 1, both are 2",
    rate=(0.004, 0.015),
)
OFFICE = (9 * 3600, 17 * 3600)


def plant(town: Town, plan: Plan) -> None:
    bills, rng = town.bills, plan.rng
    partly, fresh = rng.uniform(0.1, 0.3, 2)  # only some of the lines; an invoice of its own
    billed = np.bincount(town.lines["bill"], minlength=len(bills)) >= 8
    settled = town.is_stay() & (bills["visit"] < 0) & ~bills["by_hand"] & (bills["insurer"] == 0)
    settled &= bills["dscg_way"].isin([1, 4]) & billed & (bills["end"] < 340)
    chosen = plan.choose(town.free(settled))
    if not len(chosen):
        return
    kind = rng.choice(3, len(chosen), p=[1 - partly - fresh, partly, fresh])  # whole, partly, fresh
    first = bills.loc[chosen]
    copied: dict[str, Any] = {name: first[name].to_numpy() for name in BILL if name != "taken"}
    copied |= {
        "settled": first["settled"].to_numpy() + rng.integers(7, 100, len(chosen)),
        "clock": rng.integers(*OFFICE, len(chosen)),
        "by_hand": True, "burst": True, "invoice": np.where(kind == 2, -1, chosen),
    }  # fmt: skip
    again = town.add_bills(**copied)
    number = np.full(len(town.bills), -1)
    number[chosen] = again
    only_part = np.zeros(len(town.bills), dtype=bool)
    only_part[chosen] = kind == 1
    of = town.lines["bill"].to_numpy()
    lines = town.lines[number[of] >= 0]
    of = lines["bill"].to_numpy()
    kept = lines[~only_part[of] | (rng.random(len(lines)) < 0.6)]
    columns = {name: kept[name].to_numpy() for name in LINE if name != "bill"}
    town.add_lines(bill=number[kept["bill"].to_numpy()], **columns)
    strength = np.where(kind == 0, 2.0, 1.0)
    claimed = rng.uniform(0.5, 0.9)  # of the patients themselves; others did not know of it
    own = rng.random(len(chosen)) < claimed
    town.tell(UNIT.name, again[own], strength[own], institution=None, patient=RESPONSIBLE)
    town.tell(UNIT.name, again[~own], strength[~own], institution=RESPONSIBLE, patient=INVOLVED)
    town.tell(UNIT.name, chosen, strength, role=INVOLVED, institution=None)
