"""The county: its institutions, doctors, catalogue, illnesses and what is done for them.

What the world is like stands in world/*.csv; how much of it a county has is drawn from its seed.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from medaudit.synth.chance import Numbers, stream
from medaudit.synth.places import build_doctors, build_places

DATA = Path(__file__).parent / "world"
YEAR = 2025
DAYS = 365
TOWN = 20_000  # people of one town, which is also what is made at a time

# Unit prices by level, as parts of a tertiary hospital's; drugs cost the same everywhere.
LEVEL_PRICE = {3: 1.0, 2: 0.92, 1: 0.84, 0: 0.78}
DRUGS = ("09", "10", "11")


@dataclass(frozen=True)
class World:
    """A county as its seed draws it. Frames are indexed 0, 1, 2 … and referred to by that number.

    places: fixmedins_code, fixmedins_name, fixmedins_type, hosp_lv (int), kind (tertiary, county, tcm, private,
    psychiatric, maternity, township, clinic, pharmacy), flavour ('', gate, specialty, chain), town (-1: serves
    all), bed_cnt, lnt, lat, medins_natu, payment_way, clock (exact, date, batch), both_days, dear (price factor).
    doctors: dr_codg, dr_name, place, dept, dr_status, status_day (NEVER when active).
    items, diseases, care: as in world/*.csv, with numbers for numbers; care.item is a row of items.
    """

    seed: int
    people: int
    region: str
    places: pd.DataFrame
    doctors: pd.DataFrame
    items: pd.DataFrame
    diseases: pd.DataFrame
    care: pd.DataFrame
    words: dict[str, Any]
    habits: dict[str, float]

    @property
    def towns(self) -> int:
        return max(1, -(-self.people // TOWN))

    def size_of(self, town: int) -> int:
        """How many people a town has: towns differ by one at most."""
        return self.people // self.towns + (town < self.people % self.towns)

    @cached_property
    def item(self) -> dict[str, int]:
        """Row of items by key."""
        return {key: row for row, key in enumerate(self.items["key"])}

    @cached_property
    def disease(self) -> dict[str, int]:
        """Row of diseases by key."""
        return {key: row for row, key in enumerate(self.diseases["key"])}

    def serving(self, town: int, *kinds: str) -> Numbers:
        """Places of these kinds that people of a town go to."""
        places = self.places
        near = places["town"].isin((-1, town)) & places["kind"].isin(kinds)
        return np.asarray(places.index[near])

    @cached_property
    def _rota(self) -> tuple[Numbers, Numbers, list[str]]:
        depts = sorted(self.doctors["dept"].unique())
        at = self.doctors["dept"].map({dept: n for n, dept in enumerate(depts)}).to_numpy()
        counts = np.zeros((len(self.places), len(depts) + 1), dtype=np.int64)
        active = (self.doctors["dr_status"] == "1").to_numpy()
        np.add.at(counts, (self.doctors["place"].to_numpy()[active], at[active]), 1)
        counts[:, -1] = counts[:, :-1].sum(axis=1)
        # Doctors stand by place and department, the suspended ones last of their place.
        first = np.zeros_like(counts)
        before = np.concatenate(
            [[0], np.cumsum(np.bincount(self.doctors["place"], minlength=len(self.places)))[:-1]]
        )
        first[:, :-1] = before[:, None] + np.concatenate(
            [np.zeros((len(counts), 1), dtype=np.int64), np.cumsum(counts[:, :-1], axis=1)[:, :-1]],
            axis=1,
        )
        first[:, -1] = before
        return counts, first, depts

    def doctor_for(self, rng: np.random.Generator, place: Any, disease: Any) -> Numbers:
        """A doctor of each place, of the disease's department where it has one; -1 where it has no doctor."""
        counts, first, depts = self._rota
        place, disease = np.asarray(place), np.asarray(disease)
        of = self.diseases["dept"].map({dept: n for n, dept in enumerate(depts)}).fillna(len(depts))
        dept = np.where(disease >= 0, of.to_numpy(dtype=np.int64)[disease], len(depts))
        dept = np.where(counts[place, dept] > 0, dept, len(depts))
        number = counts[place, dept]
        chosen = first[place, dept] + np.floor(rng.random(len(place)) * number).astype(np.int64)
        return np.where(number > 0, chosen, -1)

    @cached_property
    def pack_days(self) -> Numbers:
        """Days that a package of each item lasts, 0 for what is no drug with a daily dose."""
        return self.items["pack_days"].fillna(0).to_numpy(dtype=np.int64)

    @cached_property
    def prices(self) -> Numbers:
        """Fen, one row a place and one column an item: never above the limit of the place's level."""
        own = stream(self.seed, "prices").uniform(0.97, 1.02, (len(self.places), len(self.items)))
        level = self.places["hosp_lv"].map(LEVEL_PRICE).to_numpy()[:, None]
        level = np.where(self.items["med_chrgitm_type"].isin(DRUGS).to_numpy(), 1.0, level)
        usual = (
            self.items["pric"].to_numpy()
            * 100
            * level
            * self.places["dear"].to_numpy()[:, None]
            * own
        )
        limit = self.limits[:, self.places["hosp_lv"].to_numpy()].T
        return np.maximum(1, np.minimum(np.round(usual), limit)).astype(np.int64)

    @cached_property
    def limits(self) -> Numbers:
        """The official limit in fen, one row an item and a column for each level 0–3."""
        level = np.array([LEVEL_PRICE[n] for n in range(4)])[None, :]
        level = np.where(self.items["med_chrgitm_type"].isin(DRUGS).to_numpy()[:, None], 1.0, level)
        return np.ceil(self.items["lmt_pric"].to_numpy()[:, None] * 100 * level).astype(np.int64)


@cache
def build(seed: int, people: int) -> World:
    """Draw a county of so many people."""
    rng = stream(seed, "county")
    items = table_of("items")
    items["med_chrgitm_type"] = items["med_chrgitm_type"].str.zfill(2)
    for column in (
        "pric",
        "lmt_pric",
        "selfpay_prop",
        "day_max_cnt",
        "pack_days",
        "least_lv",
        "most_lv",
    ):
        items[column] = pd.to_numeric(items[column], errors="coerce")
    diseases = table_of("diseases")
    for column in (
        "weight",
        "age_min",
        "age_max",
        "peak_age",
        "nights",
        "spread",
        "least_lv",
        "year_lmt_amt",
        "mild",
        "urgent",
    ):
        diseases[column] = pd.to_numeric(diseases[column], errors="coerce")
    diseases["planned"] = diseases["planned"] == "1"
    diseases["med_type"] = pd.to_numeric(diseases["med_type"]).fillna(0).astype(int)
    care = table_of("care")
    keys = {key: row for row, key in enumerate(items["key"])}
    care["item"] = care["item"].map(keys)
    for column in ("chance", "cnt_min", "cnt_max", "times"):
        care[column] = pd.to_numeric(care[column])
    words = tomllib.loads((DATA / "names.toml").read_text("utf-8"))
    region = f"99{rng.integers(1, 99):02}{rng.integers(21, 99):02}"
    # How this county differs from another: what people use, what it pays, how tidy its clerks are.
    habits = {
        name: float(rng.uniform(low, high))
        for name, (low, high) in {
            "stays": (0.12, 0.175), "visits": (1.2, 1.8), "pharmacy": (1.25, 1.85), "registered": (0.028, 0.042),
            "employees": (0.2, 0.35), "crime": (0.15, 0.55), "seasons": (0.1, 0.3), "fund": (-0.05, 0.05),
            "undiagnosed": (0.7, 0.95), "doctorless": (0.005, 0.03), "fillers": (0.003, 0.015),
            "refunds": (0.003, 0.012), "reuploads": (0.001, 0.006), "late": (0.01, 0.04),
        }.items()
    }  # fmt: skip
    towns = max(1, -(-people // TOWN))
    places = build_places(stream(seed, "places"), region, people, towns, words)
    doctors = build_doctors(stream(seed, "doctors"), region, places, people, words)
    return World(seed, people, region, places, doctors, items, diseases, care, words, habits)


def table_of(name: str) -> pd.DataFrame:
    """world/<name>.csv as texts."""
    return pd.read_csv(DATA / f"{name}.csv", dtype=str, keep_default_na=False)
