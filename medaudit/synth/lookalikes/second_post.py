"""A doctor of a hospital is registered at a township hospital too and sees patients there on a fixed weekday."""

from __future__ import annotations

import numpy as np

from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town

UNIT = Unit(
    name="second_post",
    zh="多点执业：上级医院医师每周固定一天到卫生院坐诊，有时当天上午先在本院看完门诊，像同时在两家机构接诊",
    en="Second post: a hospital doctor sits at a township hospital one weekday, some days after a morning at his own, like a doctor at two places at once",
    innocent=True,
    stage=BILLS,
    threshold_zh="20 天在卫生院坐诊",
    threshold_en="20 days at the township hospital",
    kinds=("township",),
    rate=(0.3, 0.7),
    least=2,
)
DAYS = 20
NOON = 12 * 3600


def plant(town: Town, plan: Plan) -> None:
    rng, bills = plan.rng, town.bills
    visit = bills["med_type"].isin((11, 14)) & ~town.is_stay() & (bills["doctor"] >= 0)
    free = town.free(visit & town.at(*UNIT.kinds))
    places = plan.choose(np.unique(bills.loc[free, "place"].to_numpy()))
    own = bills[visit & town.at("county", "tcm")]
    busy = own.groupby("doctor").size().sort_values(ascending=False, kind="stable").index
    guests = rng.permutation(np.array(busy[: max(3 * len(places), len(busy) // 3)]))
    for place, guest in zip(places, guests, strict=False):
        weekday = rng.integers(0, 5)
        his = own[own["doctor"] == guest]
        his = his[his["begin"] % 7 == weekday]
        # He is there in the afternoon where he had patients at home in the morning, and not where he had some later.
        late = his.loc[his["clock"] > NOON, "begin"].unique()
        early = his["begin"].unique()
        there = free[(bills.loc[free, "place"] == place).to_numpy()]
        day, clock = (bills.loc[there, name].to_numpy() for name in ("begin", "clock"))
        at = (day % 7 == weekday) & ~np.isin(day, late)
        at &= ~np.isin(day, early) | (clock > NOON + 1800)
        under = there[at]
        if not len(under):
            continue
        real = round(bills.loc[under, "begin"].nunique() / DAYS, 2)
        town.change(under, doctor=guest)
        town.tell(UNIT.name, under, real, role=LOOKALIKE, doctor=LOOKALIKE, patient=LOOKALIKE)
