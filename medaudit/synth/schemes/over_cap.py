"""What exceeds the cap of a disease, of an outpatient's treatment or of a piece is settled like the rest."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth import caps
from medaudit.synth.chance import Numbers, some
from medaudit.synth.money import priced
from medaudit.synth.picking import SERVICES, bills_of
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import LOOKALIKE, RESPONSIBLE, Town

UNIT = Unit(
    name="over_cap",
    zh="超限额结算：病种住院、限额病种门诊和限额耗材超过限额的部分不由患者自付，照样列入医保",
    en="Over the cap: what exceeds the cap of a disease, of an outpatient's treatment or of a piece is left in scope",
    stage=LINES,
    threshold_zh="限额",
    threshold_en="the cap",
    kinds=SERVICES,
    rate=(0.3, 0.8),
)


def plant(town: Town, plan: Plan) -> None:
    bills = town.bills
    # What would be in scope if nobody kept to the caps.
    lines = priced(town, town.lines)
    scope = np.bincount(lines["bill"], weights=lines["scope"], minlength=len(bills))
    times = pd.Series(scope / caps.cap_of(town), index=bills.index)
    whole = bills["visit"] < 0
    stay = town.is_stay()
    for among in (stay, ~stay):
        for them, role in _some(town, plan, among & whole & (times > 1.01)):
            part = 1 - 1 / times.to_numpy()[them]
            town.tell(
                _name(role), them, times.to_numpy()[them].round(2), role=role, part=part if role == RESPONSIBLE else 0.0
            )  # fmt: skip
    level = town.level_of(lines["bill"].to_numpy())
    each = caps.by_unit(town.world)[lines["item"].to_numpy(), level] * lines["cnt"].to_numpy()
    piece = (town.world.items["med_chrgitm_type"] == "08").to_numpy()[lines["item"]]
    dear = lines[piece & (lines["scope"].to_numpy() > each)]
    ratio = pd.Series(lines["scope"].to_numpy() / each, index=lines.index)
    for them, role in _some(town, plan, bills.index.isin(dear["bill"]) & ~(times > 1)):
        mine = dear.index[dear["bill"].isin(them)].to_numpy()
        over = ratio.loc[mine].to_numpy()
        town.tell(
            _name(role), them, over.round(2), role=role, lines=mine,
            part=1 - 1 / over if role == RESPONSIBLE else 0.0,
        )  # fmt: skip


def _some(town: Town, plan: Plan, among: pd.Series) -> list[tuple[Numbers, str]]:
    """Bills on which nobody keeps to the cap, and some of those whose patients bear what exceeds it."""
    chosen = plan.choose(bills_of(town, plan, among))
    rest = some(plan.rng, np.setdiff1d(town.free(among), chosen), (len(chosen) + 1) // 2)
    town.change(chosen, unlimited=True)
    return [(chosen, RESPONSIBLE), (rest, LOOKALIKE)]


def _name(role: str) -> str:
    return UNIT.name + ("_at_limit" if role == LOOKALIKE else "")
