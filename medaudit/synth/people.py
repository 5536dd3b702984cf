"""The insured people of a town: households in villages, ages, schemes, registrations, care homes, deaths."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.chance import Numbers, pick, stream
from medaudit.synth.places import NEVER, person_names
from medaudit.synth.world import DAYS, World

VILLAGE = 600  # people
# Ages and their share in per cent; the old and the very young are more often in hospital.
BANDS = [
    (0, 6, 6),
    (7, 17, 12),
    (18, 34, 17),
    (35, 49, 20),
    (50, 64, 25),
    (65, 79, 16),
    (80, 84, 2.5),
    (85, 89, 1.1),
    (90, 99, 0.4),
]
CHECK = np.array(list("10X98765432"))
WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])


def populate(world: World, town: int) -> pd.DataFrame:
    """One row a person: psn_no, psn_name, certno, sex (1, 2), birth (day), age, insutype, identity, village,
    household, care_home (its number, '' for none), employer, tel, died (day, NEVER), chronic (row of
    diseases, -1 for none) and its second, home clinic, township hospital and pharmacy (rows of places)."""
    rng = stream(world.seed, "people", town)
    size = world.size_of(town)
    household = _households(rng, size)
    village = np.arange(size) // VILLAGE
    band = pick(rng, [share for *_, share in BANDS], size)
    low, high = np.array([b[0] for b in BANDS])[band], np.array([b[1] for b in BANDS])[band]
    age = rng.integers(low, high + 1)
    sex = rng.integers(1, 3, size)
    birth = -(age * 365.2425).astype(np.int64) - rng.integers(0, 365, size) + 181
    birth = np.where(age == 0, -rng.integers(0, 365, size), birth)
    employed = (rng.random(size) < world.habits["employees"] * 1.6) & (age >= 22)
    poor = pick(rng, [0.925, 0.012, 0.05, 0.013], size) * ~employed
    old = np.flatnonzero((age >= 68) & ~employed)
    home = np.full(size, "", dtype=object)
    for number, chosen in enumerate(
        np.array_split(rng.permutation(old)[: max(12, size // 250)], max(1, size // 10_000))
    ):
        home[chosen] = f"YLY{world.region[2:]}{town + 1:03}{number + 1}"
    risk = 0.001 + 0.06 * np.clip((age - 45) / 50, 0, 1) ** 2
    died = np.where(rng.random(size) < risk, rng.integers(10, DAYS, size), NEVER)
    serial = rng.permutation(size)
    people = pd.DataFrame(
        {
            "psn_no": [f"{world.region}{n:08}" for n in 10_000_000 + town * 1_000_000 + serial * 7 + 3],
            "psn_name": person_names(rng, sex, age, world.words, _surnames(rng, household, world)),
            "sex": sex, "birth": birth, "age": age,
            "insutype": np.where(employed, 310, 390),
            "identity": np.array(["", "特困", "低保", "返贫致贫"], dtype=object)[poor],
            "village": village, "household": household, "care_home": home,
            "employer": np.where(employed, rng.integers(1, max(2, size // 60), size), 0),
            "died": died,
        }
    )  # fmt: skip
    people["certno"] = certificates(world, town, birth, sex)
    phone = rng.permutation(household.max() + 1)[household] if size else household
    people["tel"] = [
        f"10{world.region[2:]}{n:05}" for n in town * 20_000 % 90_000 + phone % 10_000 + 1
    ]
    people["chronic"], people["second"] = _registered(rng, world, people)
    for column, kind in (("clinic", "clinic"), ("township", "township"), ("shop", "pharmacy")):
        near = world.serving(town, kind)
        # Villages go to the same few places, and large shops get more of them.
        liked = rng.integers(0, len(near), (village.max() + 1 if size else 1, 3))
        people[column] = near[liked[village, rng.integers(0, 3, size)]]
    return people


def certificates(world: World, town: int, birth: Numbers, sex: Numbers) -> Numbers:
    """Certificate numbers with their check digit, each another's. No region 99 is assigned, so they are nobody's."""
    day = (
        (np.datetime64("2025-01-01") + birth.astype("timedelta64[D]"))
        .astype("datetime64[D]")
        .astype(str)
    )
    dates = np.char.replace(day, "-", "")
    # Who is born on one day in one town is told apart by the order, odd for men. None is 000: that is the mark of a number
    # that a spreadsheet spoilt.
    turn = (
        pd.DataFrame({"birth": birth, "sex": sex}).groupby(["birth", "sex"]).cumcount().to_numpy()
    )
    order = 1 + ((town // 100) * 20 + turn * 2 + 1 - sex % 2) % 998
    area = f"{world.region[:4]}{town % 100:02}"
    stem = np.char.add(np.char.add(area, dates), np.char.zfill(order.astype(str), 3)).astype("U17")
    digits = stem.view("U1").reshape(len(stem), 17).astype(np.int64)
    return np.asarray(np.char.add(stem, CHECK[(digits @ WEIGHTS) % 11]), dtype=object)


def _households(rng: np.random.Generator, size: int) -> Numbers:
    lengths = pick(rng, [0.16, 0.28, 0.24, 0.19, 0.13], size + 1) + 1
    return np.repeat(np.arange(len(lengths)), lengths)[:size]


def _surnames(rng: np.random.Generator, household: Numbers, world: World) -> Numbers:
    """Most of a household share a surname."""
    number = len(world.words["surnames"])
    shared = rng.integers(0, number, int(household.max()) + 1 if len(household) else 1)[household]
    return np.where(
        rng.random(len(household)) < 0.7, shared, rng.integers(0, number, len(household))
    )


def _registered(
    rng: np.random.Generator, world: World, people: pd.DataFrame
) -> tuple[Numbers, Numbers]:
    """Chronic registrations: row of diseases and a second one, -1 for none."""
    size, age, sex = len(people), people["age"].to_numpy(), people["sex"].to_numpy()
    chance = world.habits["registered"] * (0.15 + 2.6 * np.clip((age - 30) / 50, 0, 1))
    first = np.where(rng.random(size) < chance, draw_disease(rng, world, "chronic", age, sex), -1)
    other = draw_disease(rng, world, "chronic", age, sex)
    second = np.where((first >= 0) & (rng.random(size) < 0.2) & (other != first), other, -1)
    return first, second


def draw_disease(
    rng: np.random.Generator, world: World, setting: str, age: Numbers, sex: Numbers
) -> Numbers:
    """A disease of a setting (stay, visit, chronic) for each person, by its weight, age and sex; -1 where none fits.

    Everybody draws from the diseases of the ages (in steps of five years) and the sex that are theirs.
    """
    table = world.diseases
    rows = np.flatnonzero(table["setting"] == setting)
    them = table.iloc[rows]
    group = np.minimum(age // 5, 19) * 2 + (sex - 1)
    steps = np.arange(20)[:, None] * 5 + 2
    fits = (steps >= them["age_min"].to_numpy()) & (steps <= them["age_max"].to_numpy())
    near = np.exp(-(((steps - them["peak_age"].to_numpy()) / 28.0) ** 2))
    weights = them["weight"].to_numpy()[None, :] * fits * (0.15 + near)
    both = np.repeat(weights, 2, axis=0)
    for column, only in ((0, "1"), (1, "2")):
        both[column::2] *= np.isin(them["gend"].to_numpy(), ["", only])[None, :]
    totals = np.cumsum(both, axis=1)
    point = rng.random(len(age)) * totals[group, -1]
    chosen = (totals[group] <= point[:, None]).sum(axis=1)
    none = totals[group, -1] == 0
    # The band's middle may fit where the person does not: then somebody else's illness is not taken.
    found = rows[np.minimum(chosen, len(rows) - 1)]
    misfit = (age < table["age_min"].to_numpy()[found]) | (age > table["age_max"].to_numpy()[found])
    return np.where(none | misfit, -1, found)
