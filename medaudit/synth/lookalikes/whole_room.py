"""The second bed of the room is taken too, so that somebody can stay: the patient pays for it."""

from __future__ import annotations

import numpy as np

from medaudit.synth.lookalikes._ways import classes, copies
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town

UNIT = Unit(
    name="whole_room",
    zh="包房自费：第二张床由患者全自费，像一天收两张床",
    en="The whole room: a second bed wholly paid by the patient, like two beds charged a day",
    innocent=True,
    stage=LINES,
    threshold_zh="床位天数与住院天数之比",
    threshold_en="bed days per night of the stay",
    rate=(0.005, 0.015),
)


def plant(town: Town, plan: Plan) -> None:
    bills, rng = town.bills, plan.rng
    chosen = plan.choose(town.free(town.is_stay() & (town.nights() >= 2) & ~town.at("psychiatric")))
    share = np.zeros(len(bills))
    share[chosen] = rng.choice([0.5, 1.0, 1.0], len(chosen))
    of = town.lines["bill"].to_numpy()
    begin, end = bills["begin"].to_numpy(), bills["end"].to_numpy()
    upto = begin + np.ceil((end - begin) * share)
    beds = (
        classes(town).eq("01").to_numpy()
        & (share[of] > 0)
        & (town.lines["day"].to_numpy() < upto[of])
    )
    first = town.lines.index[beds].to_numpy()
    second = copies(town, first, own=True)
    of = of[beds]
    number = np.bincount(of, minlength=len(bills))
    nights = np.maximum(end - begin, 1)
    town.tell(
        UNIT.name,
        of,
        np.round((nights + number) / nights, 2)[of],
        lines=second,
        role=LOOKALIKE,
        patient=LOOKALIKE,
    )
