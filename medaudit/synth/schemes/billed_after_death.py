"""Purchases, fetches of chronic drugs and stays of people who have died."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.admitting import admit, call, light_illness
from medaudit.synth.chance import Numbers, repeated
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import INVOLVED, LOOKALIKE, RESPONSIBLE, Town

UNIT = Unit(
    name="billed_after_death",
    zh="死亡后结算：参保人死亡以后仍有购药、慢特病取药或住院结算",
    en="Billed after death: purchases, fetches of chronic drugs or stays settled for somebody who has died",
    stage=BILLS,
    threshold_zh="死亡次日（强度为死亡后的天数；当天和次日可能是登记或跨夜，属正常）",
    threshold_en="the day after death (intensity is the days since; the day itself and the next may be a late entry or one night)",
    kinds=("pharmacy", "township", "private", "clinic"),
    share=(0.1, 0.3),
    rate=(0.08, 0.3),
)
LAST = 360


def plant(town: Town, plan: Plan) -> None:
    rng, people, world = plan.rng, town.people, town.world
    dead = np.flatnonzero((people["died"] < LAST - 20) & (people["age"] >= 16))
    chosen = plan.choose(dead)
    # Relatives go on buying, a shop or a hospital keeps the card, or a registration goes on.
    relative, stay = (rng.random(len(chosen)) < share for share in rng.uniform(0.15, 0.4, 2))
    kind = world.places["kind"].to_numpy()[plan.culprits]
    beds, shops = (
        plan.culprits[np.isin(kind, names)] for names in (["township", "private"], ["pharmacy"])
    )
    relative |= not len(shops)
    stay &= ~relative & (len(beds) > 0)
    times = np.where(stay, 1, 1 + np.minimum(rng.poisson(1.5, len(chosen)), 6))
    who, turn = repeated(times)
    first = np.exp(rng.normal(rng.uniform(1.5, 3.2), 1.1, len(chosen))).astype(int) + 2
    first = np.minimum(first, LAST - 12 - people["died"].to_numpy()[chosen])
    since = first[who] + turn * rng.integers(26, 36, len(who))
    person = chosen[who]
    rows = pd.DataFrame({
        "person": person, "since": since, "day": people["died"].to_numpy()[person] + since,
        "relative": relative[who], "stay": stay[who],
        "drugs": (people["chronic"].to_numpy()[person] >= 0) & (rng.random(len(who)) < 0.7),
    })  # fmt: skip
    rows = rows[(rows["day"] < LAST) & ((rows["day"] + 10 < LAST) | ~rows["stay"])]
    _purchases(town, plan, rows[rows["relative"] & ~rows["drugs"]], None)
    _purchases(town, plan, rows[~rows["relative"] & ~rows["stay"] & ~rows["drugs"]], shops)
    _fetches(town, plan, rows[rows["drugs"] & ~rows["stay"]], beds)
    _stays(town, plan, rows[rows["stay"]], beds)
    _at_limit(town, plan, np.setdiff1d(dead, chosen))


def _purchases(town: Town, plan: Plan, rows: pd.DataFrame, shops: Numbers | None) -> None:
    """At shops that keep cards, or by a relative at the usual shop, which cannot know."""
    person = rows["person"].to_numpy()
    if shops is not None and not len(shops):
        return
    place = (
        town.people["shop"].to_numpy()[person]
        if shops is None
        else plan.rng.choice(shops, len(rows))
    )
    bills = call(town, plan.rng, person, place, rows["day"].to_numpy())
    _tell(town, bills, INVOLVED if shops is None else RESPONSIBLE)


def _fetches(town: Town, plan: Plan, rows: pd.DataFrame, beds: Numbers) -> None:
    person, relative = rows["person"].to_numpy(), rows["relative"].to_numpy()
    disease = town.people["chronic"].to_numpy()[person]
    at = town.people["township"].to_numpy()[person]
    if len(beds):
        at = np.where(relative, at, plan.rng.choice(beds, len(rows)))
    care = town.world.diseases["care"].to_numpy()[disease]
    more = {"disease": disease, "care": care, "med_type": 14}
    bills = call(town, plan.rng, person, at, rows["day"].to_numpy(), **more)
    for known, role in ((relative, INVOLVED), (~relative, RESPONSIBLE)):
        _tell(town, bills[known], role, doctor=role)


def _stays(town: Town, plan: Plan, rows: pd.DataFrame, beds: Numbers) -> None:
    disease = light_illness(town, plan.rng, rows["person"].to_numpy())
    rows, disease = rows[disease >= 0], disease[disease >= 0]
    if not len(rows) or not len(beds):
        return
    nights = plan.rng.integers(3, 9, len(rows))
    place = plan.rng.choice(beds, len(rows))
    bills = admit(
        town, plan.rng, rows["person"].to_numpy(), place, disease, rows["day"].to_numpy(), nights
    )
    _tell(town, bills, RESPONSIBLE, doctor=RESPONSIBLE)


def _at_limit(town: Town, plan: Plan, dead: Numbers) -> None:
    """What was bought on the morning of the day of death, or written down on the next."""
    them = plan.choose(dead)
    day = town.people["died"].to_numpy()[them] + plan.rng.integers(0, 2, len(them))
    them, day = them[day < LAST], day[day < LAST]
    early = plan.rng.integers(8 * 3600, 11 * 3600, len(them))
    shop = town.people["shop"].to_numpy()[them]
    bills = call(town, plan.rng, them, shop, day, clock=early)
    since = day - town.people["died"].to_numpy()[them]
    town.tell(f"{UNIT.name}_at_limit", bills, since, role=LOOKALIKE, institution=None)


def _tell(town: Town, bills: Numbers, institution: str, doctor: str | None = None) -> None:
    died = town.people["died"].to_numpy()[town.bills.loc[bills, "person"].to_numpy()]
    since = town.bills.loc[bills, "begin"].to_numpy() - died
    town.tell(UNIT.name, bills, since, institution=institution, doctor=doctor, patient=INVOLVED)
