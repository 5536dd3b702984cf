"""A room of one or two beds is charged at its own price, and the whole of it is settled."""

from __future__ import annotations

import numpy as np

from medaudit.synth import caps
from medaudit.synth.money import priced
from medaudit.synth.picking import SERVICES, bills_of
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import LOOKALIKE, RESPONSIBLE, Town

UNIT = Unit(
    name="dear_bed",
    zh="超标准床位费：住单人间、双人间，高出床位费支付标准的部分不由患者自付，全部列入医保",
    en="Dear beds: rooms of one or two beds whose price above the standard for beds is left in scope",
    stage=LINES,
    threshold_zh="床位费支付标准",
    threshold_en="the standard for beds",
    kinds=SERVICES,
    rate=(0.01, 0.04),
)


def plant(town: Town, plan: Plan) -> None:
    rng, world, bills = plan.rng, town.world, town.bills
    plain = town.lines["item"] == world.item["bed"]
    wanted = town.is_stay() & (bills["med_type"] == 21) & (town.nights() >= 2)
    # Where the case has a cap too, that would be exceeded as well.
    wanted &= bills.index.isin(town.lines.loc[plain, "bill"]) & np.isinf(caps.cap_of(town))
    wrong, fair = plan.choose_both(bills_of(town, plan, wanted))
    for stays, role in ((wrong, RESPONSIBLE), (fair, LOOKALIKE)):
        # Single rooms are in the larger hospitals.
        single = (town.level_of(stays) >= 2) & (rng.random(len(stays)) < 0.5)
        room = np.where(single, world.item["single"], world.item["double"])
        lines = town.lines.index[plain & town.lines["bill"].isin(stays)].to_numpy()
        of = town.lines["bill"].loc[lines].to_numpy()
        town.change_lines(lines, item=room[np.searchsorted(stays, of)])
        town.change(stays, unlimited=role == RESPONSIBLE)
        beds = priced(town, town.lines.loc[lines])
        limit = caps.by_unit(world)[beds["item"], town.level_of(of)] * beds["cnt"].to_numpy()
        over = beds["scope"].to_numpy() / limit
        town.tell(
            UNIT.name + ("" if role == RESPONSIBLE else "_at_limit"), stays, over.round(2), role=role, lines=lines,
            part=np.maximum(1 - 1 / over, 0) if role == RESPONSIBLE else 0.0,
        )  # fmt: skip
