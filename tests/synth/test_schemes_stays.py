"""What the schemes about stays and persons plant, measured again in the bills and lines they leave."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from medaudit.synth.county import Order, make_town
from medaudit.synth.town import INVOLVED, LOOKALIKE, RESPONSIBLE, Town
from medaudit.synth.units import known
from medaudit.synth.world import DAYS, build

SEEDS, PEOPLE = (11, 12), 3000
TREATED = ["03", "04", "05", "06", "08", "09", "10", "11", "14"]
UNITS = [
    "billed_after_death", "called_back", "care_home_cluster", "chronic_registration_abuse", "claimed_twice",
    "diagnosis_of_another_age", "early_discharge", "handed_on_stay", "holiday_bed", "impersonation", "kept_bed",
    "low_standard_admission", "outpatient_during_stay", "overlapping_stays", "phantom_stay", "poor_induced_stay",
    "recruited_patients", "shared_bed", "split_admission", "standing_guests", "upcoded_diagnosis",
]  # fmt: skip


@cache
def county(seed: int, *names: str, people: int = PEOPLE) -> Town:
    return make_town(build(seed, people), 0, Order(people, seed, schemes=names))


def told(town: Town, name: str, role: str = RESPONSIBLE) -> pd.DataFrame:
    """The bills told as settlements, with their intensity and ring (NaN when none)."""
    rows = pd.concat(town.told, ignore_index=True)
    if "ring" not in rows:
        rows["ring"] = np.nan
    rings = rows[rows["subject_type"] == "ring"].set_index("bill")["ring"]
    rows = rows[
        (rows["scheme"] == name) & (rows["role"] == role) & (rows["subject_type"] == "settlement")
    ]
    bills = town.bills.loc[rows["bill"]].assign(
        intensity=rows["intensity"].to_numpy(float), bill=rows["bill"].to_numpy()
    )
    return bills.assign(ring=bills["bill"].map(rings)).reset_index(drop=True)


def stays(town: Town) -> pd.DataFrame:
    live = (town.bills["dscg_way"] > 0) & (town.bills["person"] >= 0) & (town.bills["undoes"] < 0)
    return town.bills[live & (town.bills["visit"] < 0)].rename_axis("bill").reset_index()


def longest_idle(town: Town, bills: pd.DataFrame) -> np.ndarray:
    """Days in a row without treatment, first and last day of the stay set aside."""
    lines = town.lines_of(bills["bill"])
    days = set(zip(lines["bill"], lines["day"], strict=True))
    busy = set(map(tuple, lines.loc[lines["chrgitm"].isin(TREATED), ["bill", "day"]].to_numpy()))
    runs = []
    for bill in bills.itertuples():
        run = longest = 0
        for day in range(bill.begin + 1, bill.end):
            assert (bill.bill, day) in days, "bed and nursing are charged every day"
            run = 0 if (bill.bill, day) in busy else run + 1
            longest = max(longest, run)
        runs.append(longest)
    return np.array(runs)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", UNITS)
def test_enough_is_planted_and_every_bill_told_has_lines_and_is_somebodys(
    name: str, seed: int
) -> None:
    town = county(seed, name)
    unit, _ = known()[name]
    planted = told(town, name)
    assert len(planted) >= min(unit.least, 2)  # some have no room for it
    assert planted["bill"].is_unique
    assert set(planted["bill"]) <= set(town.lines["bill"])
    assert (planted["person"] >= 0).all() and planted["intensity"].notna().all()
    assert (
        (planted["begin"] >= 0) & (planted["end"] < DAYS) & (planted["begin"] <= planted["end"])
    ).all()
    assert planted["clock"].nunique() > 1 or len(planted) == 1


@pytest.mark.parametrize("name", UNITS)
def test_a_town_of_a_few_people_and_one_without_culprits_do_not_stop_it(name: str) -> None:
    for people in (60, 300):
        county(5, name, people=people)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_second_half_of_a_split_stay_follows_after_the_gap_told(seed: int) -> None:
    town = county(seed, "split_admission")
    planted = told(town, "split_admission")
    pairs = planted.merge(stays(town), on="person", suffixes=("", "_first"))
    pairs = pairs[pairs["begin_first"] < pairs["begin"]]
    gap = pairs["begin"] - pairs["end_first"]
    nearest = gap.groupby(pairs["bill"]).min()
    assert len(nearest) == len(planted)
    strength = planted.set_index("bill")["intensity"]
    assert np.allclose(strength.loc[nearest.index], (15 / nearest).round(2))


@pytest.mark.parametrize("seed", SEEDS)
def test_who_is_called_back_comes_within_weeks_of_another_stay_there(seed: int) -> None:
    town = county(seed, "called_back", people=6000)
    planted = told(town, "called_back")
    there = stays(town).merge(planted, on=["person", "place"], suffixes=("_o", ""))
    there = there[there["bill_o"] != there["bill"]]
    after, before = there["begin"] - there["end_o"], there["begin_o"] - there["end"]
    gap = pd.concat([after[after > 0], before[before > 0]]).groupby(there["bill"]).min()
    assert len(gap) == len(planted) >= 10
    assert gap.between(7, 38).all() and (gap <= 31).mean() > 0.5


@pytest.mark.parametrize("seed", SEEDS)
def test_a_phantom_stay_has_as_many_idle_days_in_a_row_as_told(seed: int) -> None:
    town = county(seed, "phantom_stay")
    planted = told(town, "phantom_stay")
    idle = longest_idle(town, planted)
    assert ((idle >= 3) == (planted["intensity"] >= 1)).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_who_is_seen_elsewhere_during_a_phantom_stay_is_seen_inside_it(seed: int) -> None:
    town = county(seed, "phantom_stay")
    planted, outside = told(town, "phantom_stay"), told(town, "phantom_stay", INVOLVED)
    met = outside.merge(planted, on="person", suffixes=("", "_stay"))
    inside = (met["begin"] > met["begin_stay"]) & (met["end"] < met["end_stay"])
    assert set(met.loc[inside, "bill"]) == set(outside["bill"])


@pytest.mark.parametrize("seed", SEEDS)
def test_a_low_standard_stay_is_a_mild_illness_and_as_much_tests_as_told(seed: int) -> None:
    town = county(seed, "low_standard_admission")
    planted = told(town, "low_standard_admission")
    assert (town.world.diseases["mild"].to_numpy()[planted["disease"]] == 1).all()
    lines = town.lines_of(planted["bill"])
    tests = (
        lines["amount"].where(lines["chrgitm"].isin(["03", "04"]), 0).groupby(lines["bill"]).sum()
    )
    rest = lines["amount"].groupby(lines["bill"]).sum() - tests
    odds = (tests / rest / 4).loc[planted["bill"]].to_numpy()
    assert np.allclose(odds, planted["intensity"], atol=0.006)
    assert not lines["chrgitm"].isin(["06"]).any()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_care_homes_residents_come_together_as_often_as_told(seed: int) -> None:
    town = county(seed, "care_home_cluster")
    planted = told(town, "care_home_cluster")
    assert planted["ring"].notna().all()
    for _, group in planted.groupby("ring"):
        homes = set(town.people["care_home"].to_numpy()[group["person"]])
        assert len(homes) == 1 and "" not in homes
        assert group["place"].nunique() == 1
        first = np.sort(group["begin"].unique())
        starts = first[np.concatenate([[True], np.diff(first) > 1])]
        size = np.array([group["begin"].between(day, day + 1).sum() for day in starts])
        assert (size >= 2).all()
        assert group["intensity"].iloc[0] == pytest.approx(
            min(np.median(size) / 3, len(starts) / 2), abs=0.3
        )


def overlaps(town: Town) -> pd.DataFrame:
    """Pairs of stays of a person at two places that share more than one date."""
    them = stays(town)
    pairs = them.merge(them, on="person", suffixes=("", "_other"))
    pairs = pairs[pairs["place"] != pairs["place_other"]]
    shared = (
        np.minimum(pairs["end"], pairs["end_other"])
        - np.maximum(pairs["begin"], pairs["begin_other"])
        + 1
    )
    return pairs.assign(shared=shared)[shared >= 2]


@pytest.mark.parametrize("seed", SEEDS)
def test_overlapping_stays_share_the_dates_told(seed: int) -> None:
    town = county(seed, "overlapping_stays")
    planted = told(town, "overlapping_stays")
    shared = overlaps(town).set_index("bill")["shared"]
    assert (planted["intensity"] >= 1).all()
    assert np.allclose(shared.loc[planted["bill"]] / 2, planted["intensity"])
    only = set(planted["bill"]) | set(told(town, "overlapping_stays", INVOLVED)["bill"])
    assert set(shared.index) == only, "what touches only does not overlap"


@pytest.mark.parametrize("seed", SEEDS)
def test_bills_of_the_dead_come_after_their_death_and_nobody_elses_do(seed: int) -> None:
    town = county(seed, "billed_after_death")
    planted = told(town, "billed_after_death")
    since = planted["begin"] - town.people["died"].to_numpy()[planted["person"]]
    assert (since > 1).all() and np.allclose(since, planted["intensity"])
    late = (town.bills["begin"] > town.of("died") + 1) & (town.bills["person"] >= 0)
    assert set(town.bills.index[late]) == set(planted["bill"])


@pytest.mark.parametrize("seed", SEEDS)
def test_a_card_used_by_another_is_in_two_places_or_contradicts_its_holder(seed: int) -> None:
    town = county(seed, "impersonation")
    planted = told(town, "impersonation")
    honest = told(town, "impersonation", INVOLVED)
    places = town.world.places
    pairs = planted.merge(honest, on=["person", "begin"], suffixes=("", "_other"))
    at, other = places.iloc[pairs["place"]], places.iloc[pairs["place_other"]]
    east = (at["lnt"].to_numpy() - other["lnt"].to_numpy()) * np.cos(
        np.radians(at["lat"].to_numpy())
    )
    km = 111 * np.hypot(east, at["lat"].to_numpy() - other["lat"].to_numpy())
    speed = km / (np.abs(pairs["clock"] - pairs["clock_other"]) / 3600)
    assert np.allclose(speed / 120, pairs["intensity"], rtol=0.03)
    lone = planted[~planted["bill"].isin(pairs["bill"])]
    illness = town.world.diseases.iloc[lone["disease"]].reset_index(drop=True)
    sex, age = (town.people[name].to_numpy()[lone["person"]] for name in ("sex", "age"))
    wrong_sex = (illness["gend"] != "") & (illness["gend"] != sex.astype(str))
    wrong_age = (age < illness["age_min"]) | (age > illness["age_max"])
    assert (wrong_sex | wrong_age).all()
    assert (lone.groupby("person")["bill"].transform("size") == lone["intensity"]).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_an_upcoded_stay_claims_a_costlier_illness_than_was_treated_and_is_paid_by_the_case(
    seed: int,
) -> None:
    town = county(seed, "upcoded_diagnosis")
    planted = told(town, "upcoded_diagnosis")
    own = town.world.diseases["care"].to_numpy()[planted["disease"]]
    assert (own != planted["care"]).all()
    assert (town.world.places["payment_way"].to_numpy()[planted["place"]] == "case").all()
    ordinary = stays(town).query("bill not in @planted.bill")
    usual = ordinary.groupby("disease")["charge"].median()
    worth = usual.reindex(planted["disease"]).to_numpy() / planted["charge"].to_numpy() / 2
    assert np.nanmedian(worth / planted["intensity"]) == pytest.approx(1, abs=0.25)
    changed = stays(town).merge(
        town.world.diseases["care"].rename("usual"), left_on="disease", right_index=True
    )
    assert set(changed.query("care != usual")["bill"]) == set(planted["bill"])


@pytest.mark.parametrize("seed", SEEDS)
def test_the_poor_are_admitted_by_one_place_as_often_as_told(seed: int) -> None:
    town = county(seed, "poor_induced_stay")
    planted = told(town, "poor_induced_stay")
    poor = (town.people["identity"] != "") | (town.people["care_home"] != "")
    assert poor.to_numpy()[planted["person"]].all()
    assert (planted.groupby("person")["place"].nunique() == 1).all()
    times = planted.groupby("person")["bill"].transform("size")
    assert np.allclose(times / 4, planted["intensity"])
    before = planted.sort_values(["person", "begin"]).groupby("person")["end"].shift()
    gap = planted.sort_values(["person", "begin"])["begin"] - before
    assert (gap.dropna() > 15).all(), "they are no stays split in two"


@pytest.mark.parametrize("seed", SEEDS)
def test_dear_chronic_drugs_are_fetched_for_the_months_told_by_people_without_a_history(
    seed: int,
) -> None:
    town = county(seed, "chronic_registration_abuse")
    planted = told(town, "chronic_registration_abuse")
    assert (planted["med_type"] == 14).all()
    assert np.allclose(
        planted.groupby("person")["bill"].transform("size") / 3, planted["intensity"], atol=0.005
    )
    assert not planted["person"].isin(stays(town)["person"]).any()
    registered = town.people["chronic"].to_numpy()[planted["person"]]
    assert ((registered == planted["disease"]) | (registered == -1)).all()
    fetched = (
        (town.bills["med_type"] == 14) & (town.bills["undoes"] < 0) & (town.bills["person"] >= 0)
    )
    unregistered = (
        fetched
        & ~(town.bills["disease"] == town.of("chronic"))
        & ~(town.bills["disease"] == town.of("second"))
    )
    assert set(town.bills.index[unregistered]) == set(planted.loc[registered == -1, "bill"])


@pytest.mark.parametrize("seed", SEEDS)
def test_who_was_sent_home_early_is_back_with_the_same_illness_after_the_days_told(
    seed: int,
) -> None:
    town = county(seed, "early_discharge")
    planted, before = told(town, "early_discharge"), told(town, "early_discharge", INVOLVED)
    same = ["person", "place", "disease", "doctor"]
    pairs = planted.merge(before, on=same, suffixes=("", "_first"), validate="one_to_one")
    assert len(pairs) == len(planted) == len(before)
    gap = pairs["begin"] - pairs["end_first"]
    assert (gap >= 3).all() and np.allclose(31 / gap, pairs["intensity"], atol=0.006)
    assert (pairs["end"] - pairs["begin"] > 2).all(), "what was left undone is done"


@pytest.mark.parametrize("seed", SEEDS)
def test_a_standing_guest_has_as_many_more_stays_as_told_and_weeks_between_them(seed: int) -> None:
    town = county(seed, "standing_guests")
    planted, due = told(town, "standing_guests"), told(town, "standing_guests", INVOLVED)
    assert due["person"].is_unique and set(planted["person"]) == set(due["person"])
    more = planted.groupby("person")["bill"].transform("size")
    assert np.allclose(more / 2, planted["intensity"])
    every = pd.concat([planted, due]).sort_values(["person", "begin"])
    assert (every.groupby("person")[["place", "disease"]].nunique() == 1).all(axis=None)
    between = every["begin"] - every.groupby("person")["end"].shift()
    assert (between.dropna() >= 4).all() and between.median() > 15


@pytest.mark.parametrize("seed", SEEDS)
def test_an_illness_of_another_age_is_as_many_years_away_as_told(seed: int) -> None:
    town = county(seed, "diagnosis_of_another_age")
    planted = told(town, "diagnosis_of_another_age")
    illness = town.world.diseases.iloc[planted["disease"]].reset_index(drop=True)
    sex, age = (town.people[name].to_numpy()[planted["person"]] for name in ("sex", "age"))
    away = np.maximum(illness["age_min"] - age, age - illness["age_max"])
    assert (away > 0).all() and np.allclose(away / 10, planted["intensity"])
    assert ((illness["gend"] == "") | (illness["gend"] == sex.astype(str))).all()


def test_a_newborn_treated_under_its_mothers_card_was_born_days_before() -> None:
    for seed in SEEDS:
        town = county(seed, "diagnosis_of_another_age")
        edge = told(town, "diagnosis_of_another_age_at_limit", LOOKALIKE)
        births = [town.world.disease[key] for key in ("birth", "caesar")]
        born = stays(town)
        born = born[born["disease"].isin(births)]
        pairs = edge.merge(born, on=["person", "place"], suffixes=("", "_birth"))
        assert len(edge) and set(pairs["bill"]) == set(edge["bill"])
        assert (pairs["begin"] - pairs["end_birth"]).between(2, 7).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_stay_claimed_twice_repeats_dates_and_invoice_or_total_by_hand(seed: int) -> None:
    town = county(seed, "claimed_twice")
    planted = told(town, "claimed_twice")
    pairs = planted.merge(
        stays(town), on=["person", "place", "begin", "end"], suffixes=("", "_first")
    )
    pairs = pairs[pairs["bill"] != pairs["bill_first"]]
    assert sorted(pairs["bill"]) == sorted(planted["bill"])
    assert (pairs["by_hand"] & ~pairs["by_hand_first"]).all()
    assert (pairs["settled"] > pairs["settled_first"]).all()
    assert (pairs["insurer"] == 0).all()
    same_total = pairs["charge"] == pairs["charge_first"]
    same_invoice = pairs["invoice"] == pairs["bill_first"]
    assert (same_total.astype(int) + same_invoice == pairs["intensity"]).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_an_ordinary_year_has_none_of_it(seed: int) -> None:
    town = county(seed, "claimed_twice")
    assert overlaps(town).empty
    assert not ((town.bills["begin"] > town.of("died")) & (town.bills["person"] >= 0)).any()
    ward = (town.world.diseases["ward"] == "ward").to_numpy()
    plain = stays(town)
    plain = plain[ward[plain["disease"]] & (plain["begin"] < plain["end"])]
    assert (longest_idle(town, plain) < 3).mean() > 0.98


def in_one_bed(town: Town) -> pd.DataFrame:
    """Pairs of stays in one bed of a ward with a night in common, of two people."""
    all_stays = stays(town)
    ward = town.world.diseases["dept"].to_numpy()[all_stays["disease"]]
    all_stays = all_stays.assign(ward=ward)[
        ["bill", "place", "ward", "bed", "begin", "end", "person"]
    ]
    both = all_stays.merge(all_stays, on=["place", "ward", "bed"], suffixes=("", "_by"))
    both = both[(both["bill"] < both["bill_by"]) & (both["person"] != both["person_by"])]
    first, last = both[["begin", "begin_by"]].max(axis=1), both[["end", "end_by"]].min(axis=1)
    return both.assign(nights=last - first)[last > first]


def test_a_ward_gives_a_bed_to_one_patient_at_a_time() -> None:
    town = county(11)
    assert in_one_bed(town).empty
    assert town.bills.loc[town.is_stay(), "bed"].min() >= 1


@pytest.mark.parametrize("seed", SEEDS)
def test_two_are_entered_into_one_bed_and_at_the_edge_for_one_night(seed: int) -> None:
    town = county(seed, "shared_bed")
    both = in_one_bed(town).set_index("bill_by")["nights"]
    wrong, edge = told(town, "shared_bed"), told(town, "shared_bed_at_limit", LOOKALIKE)
    assert (both[wrong["bill"]] >= 2).all()
    assert np.allclose(both[wrong["bill"]].to_numpy() / 3, wrong["intensity"], atol=0.006)
    guests = edge[edge["bed_with"] >= 0]
    assert len(guests) and (both[guests["bill"]] == 1).all()
    assert set(both.index) == set(wrong["bill"]) | set(guests["bill"])
