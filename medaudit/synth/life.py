"""A year in which nothing is wrong: who goes where, when and why."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from medaudit.synth.chance import Numbers, pick, repeated, stream
from medaudit.synth.people import draw_disease
from medaudit.synth.rows import BILL
from medaudit.synth.when import clocks, day_weights, days_of
from medaudit.synth.world import DAYS, World

OUTPATIENT = {
    "clinic": 0.34,
    "township": 0.3,
    "county": 0.18,
    "tcm": 0.06,
    "private": 0.08,
    "tertiary": 0.04,
}
INPATIENT = {"township": 0.2, "county": 0.34, "tcm": 0.11, "private": 0.15, "tertiary": 0.2}
DIED = 5  # dscg_way
REST = 21  # days at least between two ordinary stays of a person
MONTH = 29  # days between two fetches of chronic drugs


def live(world: World, number: int, people: pd.DataFrame) -> pd.DataFrame:
    """The ordinary bills of a town's year, columns of BILL; nobody is in two places, nobody is treated after death."""
    stays = _stays(world, number, people)
    parts = [
        _visits(world, number, people),
        _purchases(world, number, people),
        _fetches(world, number, people),
    ]
    others = pd.concat(parts, ignore_index=True)
    others = others[~_inside(others, stays)]
    bills = pd.concat([stays, others], ignore_index=True)
    died = people["died"].to_numpy()[bills["person"].to_numpy()]
    bills = bills[bills["end"].to_numpy() < died + (bills["dscg_way"] == DIED).to_numpy()]
    return bills.reset_index(drop=True)


def places_of(
    rng: np.random.Generator,
    world: World,
    town: int,
    weights: dict[str, float],
    size: int,
    people: pd.DataFrame,
    person: Numbers,
) -> Numbers:
    """A place for each: its kind by `weights`; the clinic and township hospital mostly those of the village."""
    kinds = list(weights)
    kind = pick(rng, list(weights.values()), size)
    place = np.empty(size, dtype=np.int64)
    for n, name in enumerate(kinds):
        them = np.flatnonzero(kind == n)
        near = world.serving(town, name)
        # Of the places that serve all, each town has its favourites.
        liked = stream(world.seed, "liked", name, town).dirichlet(np.ones(len(near)))
        place[them] = near[pick(rng, liked + 0.02, len(them))]
        if name in people.columns:
            usual = them[rng.random(len(them)) < 0.85]
            place[usual] = people[name].to_numpy()[person[usual]]
    return place


def _frame(size: int, **columns: Any) -> pd.DataFrame:
    """Bills with the defaults of BILL where no column is given."""
    return pd.DataFrame(
        {name: np.broadcast_to(columns.get(name, default), size) for name, default in BILL.items()}
    )


def _stays(world: World, town: int, people: pd.DataFrame) -> pd.DataFrame:
    rng = stream(world.seed, "stays", town)
    age = people["age"].to_numpy()
    # Small children twice, the old four times as often as others; the poor are ill more often too.
    risk = (
        0.45
        + 1.1 * (age < 5)
        + 2.6 * np.clip((age - 40) / 40, 0, 1)
        + 0.5 * (people["identity"] != "").to_numpy()
    )
    expected = world.habits["stays"] * 1.12 * risk / risk.mean()
    number = np.minimum(rng.poisson(expected), 5)
    person, turn = repeated(number)
    disease = draw_disease(rng, world, "stay", age[person], people["sex"].to_numpy()[person])
    keep = disease >= 0
    person, turn, disease = person[keep], turn[keep], disease[keep]
    window = DAYS / number[person]
    table = world.diseases
    nights = np.exp(
        rng.normal(np.log(table["nights"].to_numpy()[disease]), table["spread"].to_numpy()[disease])
    )
    nights = np.clip(np.round(nights), 1, np.maximum(1, window - REST)).astype(np.int64)
    # A person's year is a ring, begun anywhere, on which stays keep their distance.
    phase = days_of(rng, world, len(people), weekend=1.0, holiday=1.0)[person]
    room = np.maximum(0.0, window - REST - nights) * (number[person] > 1)
    begin = np.floor(phase + turn * window + rng.random(len(person)) * room).astype(np.int64) % DAYS
    # Admissions of a Saturday or holiday mostly wait for the next working day.
    moved = rng.random(len(person)) > day_weights(0.55, 0.35)[begin]
    begin = np.minimum(begin + moved * rng.integers(1, 4, len(person)), DAYS - 3)
    end = np.minimum(begin + nights, DAYS - 1)
    place = _hospital(rng, world, town, people, person, disease)
    urgent = rng.random(len(person)) < table["urgent"].fillna(0.1).to_numpy()[disease]
    stays = _frame(
        len(person), person=person, place=place, disease=disease, med_type=table["med_type"].to_numpy()[disease], begin=begin, end=end,
        care=table["care"].to_numpy()[disease], adm_way=np.where(urgent, 1, 2), bed=rng.integers(1, 61, len(person)),
        dscg_way=np.where(begin + nights > end, 9, np.where(rng.random(len(person)) < 0.04, 4, 1)),
        clock=clocks(rng, len(person)), settled=end, planned=table["planned"].to_numpy()[disease],
    )  # fmt: skip
    stays["doctor"] = world.doctor_for(rng, place, disease)
    return _to_the_end(rng, stays, people)


def _to_the_end(
    rng: np.random.Generator, stays: pd.DataFrame, people: pd.DataFrame
) -> pd.DataFrame:
    """Half of those who die had been admitted with what they die of: their last stay ends on that day."""
    died = people["died"].to_numpy()[stays["person"]]
    last = ~stays.duplicated("person", keep="last") & (died < DAYS) & (rng.random(len(stays)) < 0.5)
    nights = (stays["end"] - stays["begin"])[last]
    stays.loc[last, "end"] = died[last]
    stays.loc[last, "begin"] = np.maximum(died[last] - nights, 0)
    stays.loc[last, "settled"] = died[last]
    stays.loc[last, "dscg_way"] = DIED
    # Other stays that would now touch it are not to be.
    final = stays[last].set_index("person")["begin"].reindex(stays["person"]).to_numpy()
    return stays[last | ~(stays["end"].to_numpy() + REST > final)].reset_index(drop=True)


def _hospital(
    rng: np.random.Generator,
    world: World,
    town: int,
    people: pd.DataFrame,
    person: Numbers,
    disease: Numbers,
) -> Numbers:
    """Where a stay is: the special hospital for its department, else by level and what the illness needs."""
    place = places_of(rng, world, town, INPATIENT, len(person), people, person)
    level = world.places["hosp_lv"].to_numpy()
    low = level[place] < world.diseases["least_lv"].to_numpy()[disease]
    higher = {kind: weight for kind, weight in INPATIENT.items() if kind != "township"}
    place[low] = places_of(rng, world, town, higher, int(low.sum()), people, person[low])
    low = level[place] < world.diseases["least_lv"].to_numpy()[disease]
    place[low] = places_of(rng, world, town, {"tertiary": 1.0}, int(low.sum()), people, person[low])
    for dept, kind, chance in (("精神科", "psychiatric", 0.9), ("妇产科", "maternity", 0.35)):
        own = np.flatnonzero(
            (world.diseases["dept"].to_numpy()[disease] == dept)
            & (rng.random(len(person)) < chance)
        )
        place[own] = places_of(rng, world, town, {kind: 1.0}, len(own), people, person[own])
    return place


def _visits(world: World, town: int, people: pd.DataFrame) -> pd.DataFrame:
    rng = stream(world.seed, "visits", town)
    age = people["age"].to_numpy()
    keen = rng.gamma(1.6, 1 / 1.6, len(people)) * (0.7 + 0.6 * (age > 55) + 0.4 * (age < 7))
    number = rng.poisson(world.habits["visits"] * keen / max(keen.mean(), 1e-9))
    person = np.repeat(np.arange(len(people)), number)
    disease = draw_disease(rng, world, "visit", age[person], people["sex"].to_numpy()[person])
    person, disease = person[disease >= 0], disease[disease >= 0]
    place = places_of(rng, world, town, OUTPATIENT, len(person), people, person)
    low = world.places["hosp_lv"].to_numpy()[place] < world.diseases["least_lv"].to_numpy()[disease]
    place[low] = places_of(
        rng, world, town, {"county": 0.7, "tertiary": 0.3}, int(low.sum()), people, person[low]
    )
    day = days_of(rng, world, len(person))
    bills = _frame(
        len(person), person=person, place=place, disease=disease, med_type=world.diseases["med_type"].to_numpy()[disease], begin=day, end=day, settled=day,
        clock=clocks(rng, len(person)), care=world.diseases["care"].to_numpy()[disease],
    )  # fmt: skip
    bills["doctor"] = world.doctor_for(rng, place, disease)
    return bills


def _purchases(world: World, town: int, people: pd.DataFrame) -> pd.DataFrame:
    rng = stream(world.seed, "purchases", town)
    keen = (
        rng.gamma(0.8, 1 / 0.8, len(people))
        * np.where(people["insutype"] == 310, 1.7, 0.8)
        * (people["age"] >= 16)
    )
    number = np.minimum(rng.poisson(world.habits["pharmacy"] * keen / max(keen.mean(), 1e-9)), 30)
    person = np.repeat(np.arange(len(people)), number)
    place = places_of(rng, world, town, {"pharmacy": 1.0}, len(person), people, person)
    usual = rng.random(len(person)) < 0.7
    place[usual] = people["shop"].to_numpy()[person[usual]]
    day = days_of(rng, world, len(person), weekend=1.1, holiday=0.8)
    baskets = np.array(
        sorted({name for name in world.care["care"] if name.startswith("pharmacy_")}), dtype=object
    )
    return _frame(
        len(person), person=person, place=place, med_type=41, begin=day, end=day, settled=day,
        clock=clocks(rng, len(person), "shop"), care=baskets[rng.integers(0, len(baskets), len(person))],
    )  # fmt: skip


def _fetches(world: World, town: int, people: pd.DataFrame) -> pd.DataFrame:
    """Chronic outpatients fetch a month's drugs where they are registered, for some months of the year."""
    rng = stream(world.seed, "fetches", town)
    them = np.flatnonzero(people["chronic"] >= 0)
    first = rng.integers(0, 150, len(them)) * (rng.random(len(them)) < 0.5)
    number = np.minimum(1 + rng.poisson(6.0, len(them)), (DAYS - 10 - first) // MONTH)
    at, turn = repeated(number)
    person = them[at]
    day = np.repeat(first, number) + turn * MONTH + rng.integers(0, 4, len(person))
    disease = people["chronic"].to_numpy()[person]
    own = people["township"].to_numpy()[person]
    level = world.places["hosp_lv"].to_numpy()
    county = np.repeat(
        places_of(rng, world, town, {"county": 0.7, "tcm": 0.3}, len(them), people, them), number
    )
    place = np.where(np.repeat(rng.random(len(them)) < 0.5, number), own, county)
    low = level[place] < world.diseases["least_lv"].to_numpy()[disease]
    place = np.where(
        low,
        np.repeat(places_of(rng, world, town, {"county": 1.0}, len(them), people, them), number),
        place,
    )
    bills = _frame(
        len(person), person=person, place=place, disease=disease, med_type=14, begin=day, end=day, settled=day,
        clock=clocks(rng, len(person)), care=world.diseases["care"].to_numpy()[disease],
    )  # fmt: skip
    bills["doctor"] = world.doctor_for(rng, place, disease)
    return bills


def _inside(bills: pd.DataFrame, stays: pd.DataFrame) -> Numbers:
    """Per bill: whether its person is then in hospital (the days of admission and discharge included)."""
    asked = bills[["person", "begin"]].reset_index()
    met = asked.merge(stays[["person", "begin", "end"]], on="person", suffixes=("", "_stay"))
    met = met[(met["begin"] >= met["begin_stay"]) & (met["begin"] <= met["end"])]
    inside = np.zeros(len(bills), dtype=bool)
    inside[met["index"].to_numpy()] = True
    return inside
