"""Dental work that people pay themselves, billed as covered dental items over a series of visits."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.chance import repeated
from medaudit.synth.extras import fees, sundries
from medaudit.synth.picking import usual_price
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import INVOLVED, RESPONSIBLE, Town
from medaudit.synth.when import clocks

UNIT = Unit(
    name="dental_substitution",
    zh="口腔串换：种植、美白等自费项目，分多次以补牙、根管充填等医保项目结算",
    en="Dental substitution: implants or whitening, paid by oneself, billed as fillings and root canals over many visits",
    stage=LINES,
    threshold_zh="一人两个月内口腔医保项目 1500 元",
    threshold_en="1,500 yuan of covered dental items for one person in two months",
    kinds=("private", "county", "tcm", "tertiary", "clinic"),
    share=(0.15, 0.35),
    rate=(0.0015, 0.005),
)
USUAL = 150_000  # fen
COVERED = ["cavity", "rootfill", "rootpin", "toothext", "pulpopen"]


def plant(town: Town, plan: Plan) -> None:
    rng, people = plan.rng, town.people
    culprits = (
        plan.culprits
        if len(plan.culprits)
        else town.world.serving(town.number, *UNIT.kinds)[: plan.least]
    )
    adults = np.flatnonzero((people["age"] >= 25) & (people["age"] < 80))
    person = plan.choose(adults) if len(culprits) else adults[:0]
    size = len(person)
    intensity = plan.intensity(size)
    place = culprits[rng.integers(0, len(culprits), size)] if size else person
    disease = np.array([town.world.disease["decay"], town.world.disease["pulpitis"]])[
        rng.integers(0, 2, size)
    ]
    doctor = town.world.doctor_for(rng, place, disease)
    number = np.clip(np.round(2 + intensity * rng.uniform(0.8, 2.2, size)), 3, 10).astype(np.int64)
    start = rng.integers(5, 290, size)
    at, turn = repeated(number)
    day = (
        start[at] + turn * np.repeat(rng.integers(3, 7, size), number) + rng.integers(0, 3, len(at))
    )
    quiet = town.quiet_days(person[at], day, day)
    at, day = at[quiet], day[quiet]
    clock = clocks(rng, len(at))
    bills = town.add_bills(
        person=person[at],
        place=place[at],
        doctor=doctor[at],
        disease=disease[at],
        begin=day,
        clock=clock,
    )
    lines = _work(town, plan, bills, at, intensity)
    added = town.add_lines(**lines)
    # A picture of the tooth is taken too, now and then.
    seen = bills[rng.random(len(bills)) < 0.4]
    town.add_lines(bill=seen, item=town.world.item["toothx"], day=town.bills["begin"].to_numpy()[seen],
                   clock=np.maximum(town.bills["clock"].to_numpy()[seen] - 900, 0))  # fmt: skip
    fees(town, rng, bills)
    sundries(town, rng, bills, (0.8, 0.2), but=person[:0])
    fen = usual_price(town, lines["bill"], lines["item"]) * lines["cnt"]
    of = pd.Series(at, index=bills).loc[lines["bill"]].to_numpy()
    real = np.bincount(of, weights=fen, minlength=size) / USUAL
    town.tell(
        UNIT.name, bills, np.round(real[of], 2), lines=added, doctor=RESPONSIBLE, patient=INVOLVED
    )


def _work(
    town: Town, plan: Plan, bills: np.ndarray, at: np.ndarray, intensity: np.ndarray
) -> dict[str, np.ndarray]:
    """One or two covered items a visit, as many teeth as its part of the price needs."""
    rng, items = plan.rng, town.world.items
    keys = np.array([town.world.item[key] for key in COVERED])
    share = intensity[at] * USUAL / np.maximum(np.bincount(at, minlength=len(intensity))[at], 1)
    two = 1 + (rng.random(len(bills)) < 0.5)
    of = np.repeat(np.arange(len(bills)), two)
    able = items["least_lv"].to_numpy()[keys][None, :] <= town.level_of(bills)[of][:, None]
    chosen = keys[(rng.random(able.shape) * able).argmax(axis=1)]
    again = pd.DataFrame({"of": of, "item": chosen}).duplicated().to_numpy()
    of, chosen = of[~again], chosen[~again]
    price = usual_price(town, bills[of], chosen)
    wanted = share[of] / np.bincount(of, minlength=len(bills))[of]
    count = np.maximum(1, np.round(wanted / price)).astype(np.int64)
    begin, clock = town.bills["begin"].to_numpy(), town.bills["clock"].to_numpy()
    return {
        "bill": bills[of], "item": chosen, "cnt": count, "day": begin[bills[of]],
        "clock": np.maximum(clock[bills[of]] - rng.integers(30, 600, len(of)), 0),
    }  # fmt: skip
