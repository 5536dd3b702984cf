"""Somebody else uses the card: in two places within minutes, or for what the holder cannot have."""

from __future__ import annotations

import numpy as np

from medaudit.synth.admitting import call
from medaudit.synth.chance import Numbers
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import INVOLVED, Town

UNIT = Unit(
    name="impersonation",
    zh="冒名就医：他人持卡，几分钟内在相距很远的两处就诊购药，或诊治与持卡人性别、年龄不符",
    en="Impersonation: somebody else uses the card, minutes apart in places far from one another, or for care the holder's sex or age excludes",
    stage=BILLS,
    threshold_zh="两处之间需时速 120 公里；性别年龄不符为一次就诊",
    threshold_en="120 km/h between the two places; one visit that contradicts sex or age",
    kinds=("clinic", "township", "pharmacy", "private"),
    share=(0.1, 0.3),
    rate=(0.001, 0.004),
)
SPEED = 120.0  # km/h
FAR, KM = 4.0, 111.0  # km at least between the places; km of a degree


def plant(town: Town, plan: Plan) -> None:
    if len(plan.culprits):
        _two_places(town, plan)
        _not_the_holder(town, plan)


def _two_places(town: Town, plan: Plan) -> None:
    """A second bill minutes before or after an honest one, in a place too far away."""
    bills, rng, places = town.bills, plan.rng, town.world.places
    level = places["hosp_lv"].to_numpy()
    clock = bills["clock"].between(8.5 * 3600, 19 * 3600)
    honest = town.free(
        ~town.is_stay() & clock & bills["med_type"].isin([11, 41]) & (bills["doctor"] > -2)
    )
    one = honest[bills.loc[honest, "person"].duplicated(keep=False).to_numpy()]
    chosen = plan.choose(one)
    chosen = chosen[~bills.loc[chosen, "person"].duplicated().to_numpy()]
    if not len(chosen):
        return
    at = bills.loc[chosen, "place"].to_numpy()
    lnt, lat = places["lnt"].to_numpy(), places["lat"].to_numpy()
    east = (lnt[at][:, None] - lnt[plan.culprits]) * np.cos(np.radians(lat[at]))[:, None]
    distance = KM * np.hypot(east, lat[at][:, None] - lat[plan.culprits])
    easy = level[plan.culprits] <= 2
    keys = rng.random(distance.shape) * ((distance >= FAR) & easy)
    which = keys.argmax(axis=1)
    person, day = (bills.loc[chosen, name].to_numpy() for name in ("person", "begin"))
    km = distance[np.arange(len(chosen)), which]
    wanted = km / (SPEED * plan.intensity(len(chosen), low=0.6, high=20.0)) * 3600
    seconds = np.clip(np.round(wanted), 20, 5400).astype(int)
    keep = np.flatnonzero((keys.max(axis=1) > 0) & _alone(town, person, day))
    chosen, which, km, seconds, person, day = (
        x[keep] for x in (chosen, which, km, seconds, person, day)
    )
    paid = (
        bills.loc[chosen, "clock"].to_numpy()
        + np.where(rng.random(len(keep)) < 0.5, 1, -1) * seconds
    )
    second = call(town, rng, person, plan.culprits[which], day, clock=paid, burst=True)
    # Some got none, because no illness fits: the bills tell whose they are.
    got = np.flatnonzero(np.isin(person, town.bills.loc[second, "person"].to_numpy()))
    town.change(chosen[got], burst=True)
    speed = np.round(km * 3600 / seconds / SPEED, 2)[got]
    town.tell(UNIT.name, second, speed, patient=INVOLVED)
    town.tell(UNIT.name, chosen[got], speed, role=INVOLVED, institution=None)


def _alone(town: Town, person: Numbers, day: Numbers) -> Numbers:
    """Whether each has one bill only on that day."""
    met = town.bills[["person", "begin", "end"]]
    met = met[met["person"].isin(person)]
    one = met.groupby(["person", "begin"]).size()
    return np.asarray(one.reindex(list(zip(person, day, strict=True))).to_numpy() == 1)


def _not_the_holder(town: Town, plan: Plan) -> None:
    """Visits for what the holder's sex or age excludes, once or several times with one card."""
    rng, people, world = plan.rng, town.people, town.world
    table, places = world.diseases, world.places
    where = plan.culprits[
        places["kind"].isin(["clinic", "township", "private"]).to_numpy()[plan.culprits]
    ]
    visits = np.flatnonzero(table["setting"] == "visit")
    person = np.sort(rng.permutation(len(people))[: plan.number(len(people) // 3)])
    if not len(where) or not len(person):
        return
    sex, age = people["sex"].to_numpy()[person], people["age"].to_numpy()[person]
    only = table["gend"].to_numpy()[visits]
    wrong_sex = ((only == "1") & (sex == 2)[:, None]) | ((only == "2") & (sex == 1)[:, None])
    low, high = table["age_min"].to_numpy()[visits], table["age_max"].to_numpy()[visits]
    too_old, too_young = (age >= 20)[:, None] & (high <= 14), (age <= 12)[:, None] & (low >= 25)
    place = rng.choice(where, len(person))
    able = table["least_lv"].to_numpy()[visits] <= places["hosp_lv"].to_numpy()[place][:, None]
    keys = rng.random(wrong_sex.shape) * (wrong_sex | too_old | too_young) * able
    disease = visits[keys.argmax(axis=1)]
    times = np.clip(np.round(plan.intensity(len(person), low=1.0)), 1, 5).astype(int)
    who = np.repeat(np.flatnonzero(keys.max(axis=1) > 0), times[keys.max(axis=1) > 0])
    day = rng.integers(5, 355, len(who))
    quiet = town.quiet_days(person[who], day, day)
    who, day = who[quiet], day[quiet]
    care = table["care"].to_numpy()[disease[who]]
    more = {"disease": disease[who], "care": care, "med_type": 11}
    bills = call(town, rng, person[who], place[who], day, **more)
    count = np.bincount(who, minlength=len(person))[who]
    town.tell(UNIT.name, bills, count, patient=INVOLVED)
