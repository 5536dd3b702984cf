"""Patients that schemes admit, and the visits they invent: light illnesses that fit, and bills with a clock and a bed."""

from __future__ import annotations

from typing import Any

import numpy as np

from medaudit.synth.chance import Numbers
from medaudit.synth.people import draw_disease
from medaudit.synth.town import Town
from medaudit.synth.when import clocks


def fitting(town: Town, person: Numbers, diseases: Numbers) -> Numbers:
    """Truth values, one row a person and one column a disease: whether sex and age allow it."""
    table = town.world.diseases.iloc[diseases]
    age = town.people["age"].to_numpy()[person][:, None]
    sex = town.people["sex"].to_numpy()[person].astype(str)[:, None]
    only = table["gend"].to_numpy(dtype=str)[None, :]
    of_age = (age >= table["age_min"].to_numpy()) & (age <= table["age_max"].to_numpy())
    return np.asarray(of_age & ((only == "") | (only == sex)))


def light_illness(town: Town, rng: np.random.Generator, person: Numbers) -> Numbers:
    """A mild illness one can be admitted with for each person, -1 where none fits."""
    table = town.world.diseases
    mild = np.flatnonzero((table["setting"] == "stay") & (table["mild"] == 1))
    if not len(mild) or not len(person):
        return np.full(len(person), -1)
    # Evenly, not by weight: what is invented is more varied than what happens.
    keys = rng.random((len(person), len(mild))) * fitting(town, person, mild)
    return np.where(keys.max(axis=1) > 0, mild[keys.argmax(axis=1)], -1)


def admit(
    town: Town, rng: np.random.Generator, person: Numbers, place: Numbers, disease: Numbers,
    begin: Numbers, nights: Numbers, **more: Any,
) -> Numbers:  # fmt: skip
    """Add ordinary stays with the care of their disease; the bills."""
    care = town.world.diseases["care"].to_numpy()[disease]
    return town.add_bills(**{
        "person": person, "place": place, "disease": disease, "care": care, "med_type": 21,
        "begin": begin, "end": begin + nights, "dscg_way": 1, "adm_way": 2,
        "bed": rng.integers(1, 61, len(person)), "clock": clocks(rng, len(person)), **more,
    })  # fmt: skip


def call(
    town: Town, rng: np.random.Generator, person: Numbers, place: Numbers, day: Numbers, **more: Any
) -> Numbers:
    """Add outpatient bills, purchases where the place is a pharmacy; the bills.

    Who has no illness that such a place treats gets none, so fewer than asked for may come back; with an
    illness given (disease, care, med_type) everybody gets one.
    """
    world, size = town.world, len(person)
    shop = (world.places["fixmedins_type"] == "2").to_numpy()[place]
    columns: dict[str, Any] = {"person": person, "place": place, "begin": day, **more}
    if "clock" not in more:
        columns["clock"] = np.where(shop, clocks(rng, size, "shop"), clocks(rng, size))
    keep = np.arange(size)
    if "disease" not in more:
        age, sex = (town.people[name].to_numpy()[person] for name in ("age", "sex"))
        disease = np.where(shop, -1, draw_disease(rng, world, "visit", age, sex))
        able = (
            world.diseases["least_lv"].to_numpy()[disease]
            <= world.places["hosp_lv"].to_numpy()[place]
        )
        baskets = np.array(
            sorted({name for name in world.care["care"] if name.startswith("pharmacy_")}),
            dtype=object,
        )
        bought = baskets[rng.integers(0, len(baskets), size)]
        columns |= {
            "disease": disease, "care": np.where(shop, bought, world.diseases["care"].to_numpy()[disease]),
            "med_type": np.where(shop, 41, 11),
        }  # fmt: skip
        keep = np.flatnonzero(shop | ((disease >= 0) & able))
    return town.add_bills(
        **{
            name: value[keep] if isinstance(value, np.ndarray) else value
            for name, value in columns.items()
        }
    )
