"""Before the year ends a pharmacy turns what is left on personal accounts into money or goods, entered as drugs."""

from __future__ import annotations

import numpy as np

from medaudit.synth.chance import Numbers
from medaudit.synth.picking import told_of, unlimited_drugs
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import INVOLVED, LOOKALIKE, RESPONSIBLE, Town
from medaudit.synth.when import clocks

UNIT = Unit(
    name="year_end_cash_out",
    zh="年底刷空账户：年底药店帮人把个人账户余额换成现金或日用品，按药品入账",
    en="Year-end cash-out: a pharmacy turns what is left on personal accounts into money or goods before the year ends, entered as drugs",
    stage=LINES,
    threshold_zh="11–12 月月均销售为此前的 1.5 倍",
    threshold_en="monthly sales in November and December 1.5 times those before",
    kinds=("pharmacy",),
    share=(0.15, 0.35),
    rate=(0.3, 0.8),
    least=1,
)
USUAL = 1.5
LATE = 304  # 1 November
MONTHS = 10, 2
LEAST = 0.3  # of a month's sales


def plant(town: Town, plan: Plan) -> None:
    rng, world = plan.rng, town.world
    here = world.serving(town.number, "pharmacy")
    able = plan.culprits if len(plan.culprits) else here[: plan.least]
    shops = np.sort(rng.permutation(able)[: plan.number(len(here))]) if len(able) else able
    intensity = plan.intensity(len(shops), low=0.75, high=3.0)
    # A neighbour has a sale for the holidays, and people stock up.
    others = rng.permutation(np.setdiff1d(here, shops))[: len(shops)]
    wanted = np.concatenate([intensity, rng.uniform(0.75, 0.95, len(others))])
    early, late = _sales(town)
    grown = town.people["age"] >= 20
    employed = np.flatnonzero(grown & (town.people["insutype"] == 310))
    pool = np.setdiff1d(employed, told_of(town))
    for number, (shop, much) in enumerate(zip([*shops, *others], wanted, strict=True)):
        month = early[shop] / MONTHS[0]
        lacking = month * USUAL * much * MONTHS[1] - late[shop]
        honest = number >= len(shops)
        # However quiet the shop's season was, something is cashed.
        lacking = max(lacking, 0.0 if honest else LEAST * month)
        if lacking <= 0 or not len(pool):
            continue
        bills = _sell(town, rng, shop, pool, lacking, honest)
        real = round(float(_sales(town)[1][shop] / MONTHS[1] / month / USUAL), 2) if month else 1.0
        if honest:
            town.tell(UNIT.name + "_at_limit", bills, real, role=LOOKALIKE, patient=LOOKALIKE)
        else:
            town.tell(
                UNIT.name, bills, real, patient=RESPONSIBLE if rng.random() < 0.5 else INVOLVED
            )


def _sales(town: Town) -> tuple[Numbers, Numbers]:
    """What each place sold before November and after (fen)."""
    bill, item = town.lines["bill"].to_numpy(), town.lines["item"].to_numpy()
    place = town.bills["place"].to_numpy()[bill]
    given = town.lines["price"].to_numpy()
    money = town.lines["cnt"].to_numpy() * np.where(
        given < 0, town.world.prices[place, item], given
    )
    is_late = town.bills["settled"].to_numpy()[bill] >= LATE
    size = len(town.world.places)
    return (
        np.bincount(place, weights=money * ~is_late, minlength=size),
        np.bincount(place, weights=money * is_late, minlength=size),
    )


def _sell(
    town: Town, rng: np.random.Generator, shop: int, pool: Numbers, money: float, honest: bool
) -> Numbers:
    """Sell for about so much, one to three things each, of which somebody cashing out takes several packs."""
    items = town.world.items
    goods = unlimited_drugs(town.world)
    goods = goods[(items["sold"] == "1").to_numpy()[goods]]
    price = town.world.prices[shop, goods]
    size = max(int(3 * money / np.median(price)), 3)
    which = rng.integers(0, len(goods), size)
    cnt = rng.integers(1, 3 if honest else 6, size)
    enough = np.searchsorted(np.cumsum(price[which] * cnt), money) + 1
    which, cnt = which[:enough], cnt[:enough]
    # One to three lines a bill; the last weeks are the busiest.
    of = np.cumsum(np.concatenate([[0], rng.random(len(which) - 1) < 0.55])).astype(np.int64)
    number = int(of[-1]) + 1
    person = pool[rng.integers(0, len(pool), number)]
    ahead = rng.random(number) if honest else np.sqrt(rng.random(number))
    day = LATE + np.floor(ahead * (364 - LATE)).astype(np.int64)
    free = town.quiet_days(person, day, day)
    number_of = np.cumsum(free) - 1
    clock = clocks(rng, number, "shop")
    bills = town.add_bills(
        person=person[free], place=shop, begin=day[free], clock=clock[free], med_type=41
    )
    kept = free[of]
    bill, item, cnt, of = bills[number_of[of[kept]]], goods[which[kept]], cnt[kept], of[kept]
    pack = town.world.pack_days[item]
    town.add_lines(
        bill=bill, item=item, cnt=cnt, day=day[of], supply=pack * cnt,
        clock=np.maximum(clock[of] - rng.integers(20, 300, len(of)), 0),
    )  # fmt: skip
    return bills
