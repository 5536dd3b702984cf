"""People with a light complaint kept in bed for a few days of tests and tablets."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.chance import Numbers
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import INVOLVED, RESPONSIBLE, Town

UNIT = Unit(
    name="low_standard_admission",
    zh="低标准入院：轻症患者收入院，几天里主要做检查化验、口服药",
    en="Low-standard admission: people with a light complaint are admitted for a few days of mostly examinations, tests and tablets",
    stage=LINES,
    threshold_zh="检查化验费占总费用的 80%（按与其余费用之比 4 : 1 计倍数）",
    threshold_en="examinations and tests are 80 % of the bill (as a multiple of 4 : 1 to the rest)",
    kinds=("private", "township", "county"),
    rate=(0.002, 0.007),
    strength=(-0.2, 0.4),
)
ODDS = 4.0  # of 80 %
TESTS = [
    "ecg", "holter", "belly", "urosono", "surface", "vascular", "limbves", "echo", "xray", "xspine", "ct", "ctchest",
    "lung", "bone", "eeg", "cbc", "urine", "stool", "liver", "kidney", "lipid", "ions", "clotting", "hepb", "infect",
    "thyroid", "enzyme", "hba1c", "crp", "esr", "cea", "afp", "hpbreath", "mri",
]  # fmt: skip
TABLETS = [
    "amox", "ambrosol", "omep", "mosap", "smecta", "mecob", "lorat", "ibup", "coldtea", "lianhua", "pupai", "jianwei",
]  # fmt: skip


def plant(town: Town, plan: Plan) -> None:
    world, rng = town.world, plan.rng
    people = town.people
    # Who came with a mild complaint to such a place (or to a clinic) is told to stay, today or soon after.
    mild = (world.diseases["mild"] == 1).to_numpy()[town.bills["disease"].to_numpy()]
    mild &= (town.bills["disease"] >= 0).to_numpy() & ~town.is_stay().to_numpy()
    age = town.of("age")
    seen = np.asarray(town.bills.index[mild & age.between(5, 78) & (town.bills["person"] >= 0)])
    if not len(seen) or not len(plan.culprits):
        return
    chosen = plan.choose(seen)
    nights = 1 + np.minimum(rng.poisson(rng.uniform(1.2, 2.6), len(chosen)), 5)
    begin = town.bills.loc[chosen, "begin"].to_numpy() + rng.integers(1, 4, len(chosen))
    person = town.bills.loc[chosen, "person"].to_numpy()
    quiet = (begin + nights < 364) & town.quiet_days(person, begin, begin + nights)
    # One such stay a person: two could touch.
    quiet &= ~pd.Series(person).where(quiet).duplicated().to_numpy()
    chosen, nights, begin, person = (x[quiet] for x in (chosen, nights, begin, person))
    place = plan.culprits[rng.integers(0, len(plan.culprits), len(chosen))]
    bills = town.add_bills(
        person=person, place=place, disease=town.bills.loc[chosen, "disease"].to_numpy(),
        med_type=21, begin=begin, end=begin + nights, dscg_way=1, adm_way=2,
        bed=rng.integers(1, 61, len(chosen)), clock=town.bills.loc[chosen, "clock"].to_numpy(),
    )  # fmt: skip
    rest = _board(town, rng, bills, nights)
    wanted = ODDS * plan.intensity(len(bills), low=0.35, high=4.0) * rest
    tested = _tests(town, rng, bills, wanted)
    strength = np.round(tested / (ODDS * rest), 2)
    adult = people["age"].to_numpy()[person] >= 18
    patient = (adult & (rng.random(len(bills)) < 0.1)).astype(int)  # came for the free check-up
    for willing, role in ((1, RESPONSIBLE), (0, INVOLVED)):
        them = patient == willing
        town.tell(UNIT.name, bills[them], strength[them], doctor=RESPONSIBLE, patient=role)


def _board(town: Town, rng: np.random.Generator, bills: Numbers, nights: Numbers) -> Numbers:
    """Bed, rounds and nursing by the night, a few packs of tablets, for some a drip; what it costs in fen."""
    item = town.world.item
    of = np.repeat(np.arange(len(bills)), nights)
    turn = np.arange(len(of)) - np.repeat(np.cumsum(nights) - nights, nights)
    nursing = np.full(len(of), item["nurse2"])
    drip = of[rng.random(len(of)) < 0.12]
    packs = np.repeat(np.arange(len(bills)), 1 + rng.integers(0, 2, len(bills)))
    tablets = np.array([item[key] for key in TABLETS])
    once = pd.DataFrame({"of": packs, "item": tablets[rng.integers(0, len(tablets), len(packs))]})
    daily = [(of, turn, np.full(len(of), item[key])) for key in ("bed", "consult")]
    daily += [(of, turn, nursing), (drip, np.zeros(len(drip), int), np.full(len(drip), item["iv"]))]
    once = once.drop_duplicates()
    daily.append((once["of"].to_numpy(), np.zeros(len(once), int), once["item"].to_numpy()))
    at, day, what = (np.concatenate(parts) for parts in zip(*daily, strict=True))
    rows = pd.DataFrame({"at": at, "day": day, "item": what}).drop_duplicates(["at", "day", "item"])
    at, what = rows["at"].to_numpy(), rows["item"].to_numpy()
    _charge(town, rng, bills[at], what, rows["day"].to_numpy())
    cost = town.world.prices[town.bills.loc[bills, "place"].to_numpy()[at], what]
    return np.maximum(np.bincount(at, cost, len(bills)), 1)


def _tests(town: Town, rng: np.random.Generator, bills: Numbers, wanted: Numbers) -> Numbers:
    """Tests the place can do, in any order, until they cost what is wanted; what they cost in fen."""
    world = town.world
    tests = np.array([world.item[key] for key in TESTS if key in world.item])
    place = town.bills.loc[bills, "place"].to_numpy()
    able = (
        world.items["least_lv"].to_numpy()[tests]
        <= world.places["hosp_lv"].to_numpy()[place][:, None]
    )
    order = np.argsort(rng.random((len(bills), len(tests))), axis=1)
    cost = np.where(able, world.prices[place[:, None], tests], 0)
    cost, able = (np.take_along_axis(x, order, axis=1) for x in (cost, able))
    done = able & (np.cumsum(cost, axis=1) - cost < wanted[:, None])
    at, which = np.nonzero(done)
    # Something every day, so that nobody lies there idle.
    turn = (np.cumsum(done, axis=1) - 1)[at, which]
    nights = town.nights().loc[bills].to_numpy()[at]
    _charge(town, rng, bills[at], tests[order[at, which]], turn % nights)
    return (cost * done).sum(axis=1)


def _charge(
    town: Town, rng: np.random.Generator, bills: Numbers, item: Numbers, day: Numbers
) -> None:
    clock = 8 * 3600 + (item * 577) % 10_800 + rng.integers(0, 900, len(item))
    town.add_lines(
        bill=bills, item=item, day=town.bills.loc[bills, "begin"].to_numpy() + day, clock=clock
    )
