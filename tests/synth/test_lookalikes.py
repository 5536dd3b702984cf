"""Each lookalike has what makes it look like a scheme, and what makes it innocent, in the data itself."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from medaudit.synth.county import Order, make_town
from medaudit.synth.numbering import number
from medaudit.synth.town import LOOKALIKE, Town
from medaudit.synth.truth import truth
from medaudit.synth.units import known
from medaudit.synth.world import DAYS, build

NAMES = [name for name, (unit, _) in known().items() if unit.innocent]
SEEDS = (3, 8)
PEOPLE = 4000
LINES_TOLD = {
    "bilateral_operation", "long_prescription", "mother_and_baby", "ordered_repeat_test", "preadmission_tests",
    "takeaway_drugs", "transfer_day_beds", "whole_room",
}  # fmt: skip
SCARCE = {"emergency_by_suspended_doctor"}  # a small county may have no suspended doctor
seeds = pytest.mark.parametrize("seed", SEEDS)


@cache
def county(seed: int, people: int = PEOPLE) -> Town:
    return make_town(build(seed, people), 0, Order(people, seed, schemes=NAMES))


def told(town: Town, name: str, subject: str = "settlement") -> pd.DataFrame:
    """Rows told under a name, with the columns of their bills."""
    rows = pd.concat(town.told, ignore_index=True)
    rows = rows[(rows["scheme"] == name) & (rows["subject_type"] == subject)]
    return (
        rows.drop(columns="intensity")
        .assign(intensity=rows["intensity"].astype(float))
        .join(town.bills, on="bill")
    )


def told_lines(town: Town, name: str) -> pd.DataFrame:
    """Lines told under a name with what their bill says (begin, end, place …) and their charge class."""
    rows = told(town, name, "line")
    lines = town.lines.loc[rows["line"].astype(int)].add_prefix("l_").reset_index(drop=True)
    lines["chrgitm"] = town.world.items["med_chrgitm_type"].to_numpy()[lines["l_item"]]
    return rows.reset_index(drop=True).join(lines)


def gaps(town: Town, bills: pd.DataFrame) -> pd.Series:
    """Days from the nearest other stay of the person; a stay settled in parts counts by its parts."""
    stays = town.bills[(town.bills["dscg_way"] > 0) & (town.bills["person"] >= 0)]
    stays = (
        stays[stays["undoes"] < 0][["person", "begin", "end"]].rename_axis("other").reset_index()
    )
    pairs = bills[["bill", "person", "begin", "end"]].merge(stays, on="person", suffixes=("", "_o"))
    pairs = pairs[pairs["bill"] != pairs["other"]]
    after, before = pairs["begin_o"] - pairs["end"], pairs["begin"] - pairs["end_o"]
    gap = np.where(after >= 0, after, before)
    return pd.Series(gap, index=pairs["bill"])[lambda g: g >= 0].groupby(level=0).min()


def most_within_ten_minutes(bills: pd.DataFrame) -> pd.Series:
    """Per group (ring) and day: the most cards within ten minutes."""
    rows = bills.sort_values(["ring", "begin", "clock"])
    return rows.groupby(["ring", "begin"])["clock"].agg(
        lambda c: max(int(((c >= t) & (c <= t + 600)).sum()) for t in c)
    )


@seeds
@pytest.mark.parametrize("name", NAMES)
def test_every_lookalike_is_planted_on_bills_that_have_lines(name: str, seed: int) -> None:
    town, unit = county(seed), known()[name][0]
    rows = told(town, name)
    if name not in SCARCE:
        assert rows["bill"].nunique() >= min(unit.least, 2)
    assert set(rows["role"]) <= {LOOKALIKE}
    assert (rows["person"] >= 0).all()
    assert set(rows["bill"]) <= set(town.lines["bill"])
    assert rows["intensity"].between(0.01, 15).all()
    assert bool(len(told(town, name, "line"))) == (name in LINES_TOLD)


def test_nothing_is_told_in_a_county_that_has_none() -> None:
    assert make_town(build(3, 800), 0, Order(800, 3, schemes=[])).told == []


def test_towns_of_a_few_hundred_people_and_further_towns_do_not_break_them() -> None:
    for seed in (1, 2, 3):
        assert county(seed, 300).told
    assert make_town(build(4, 21_000), 1, Order(21_000, 4, schemes=NAMES)).told


def test_the_same_seed_plants_the_same() -> None:
    first = make_town(build(5, 900), 0, Order(900, 5, schemes=NAMES))
    again = make_town(build(5, 900), 0, Order(900, 5, schemes=NAMES))
    pd.testing.assert_frame_equal(truth(first, number(first)), truth(again, number(again)))


@seeds
def test_a_bill_is_of_one_lookalike(seed: int) -> None:
    rows = pd.concat(county(seed).told)
    assert (rows.groupby("bill")["scheme"].nunique() == 1).all()


@seeds
def test_nobody_is_treated_after_death(seed: int) -> None:
    town = county(seed)
    died = town.people["died"].to_numpy()[town.bills["person"].to_numpy()[town.lines["bill"]]]
    assert (town.lines["day"].to_numpy() <= died).all()


@seeds
def test_nobody_is_in_two_hospitals_but_on_the_day_of_a_transfer(seed: int) -> None:
    town = county(seed)
    stays = town.bills[(town.bills["dscg_way"] > 0) & (town.bills["person"] >= 0)]
    stays = stays[(stays["undoes"] < 0) & (stays["insurer"] == 0) & (stays["visit"] < 0)]
    stays = stays[["person", "begin", "end"]].rename_axis("bill").reset_index()
    pairs = stays.merge(stays, on="person", suffixes=("", "_o")).query("bill < bill_o")
    assert not ((pairs["begin"] < pairs["end_o"]) & (pairs["begin_o"] < pairs["end"])).any()


@seeds
@pytest.mark.parametrize(
    "name", ["chemotherapy_cycle", "planned_readmission", "relapse", "second_eye", "new_year_cut"]
)
def test_returns_are_as_near_to_fifteen_days_as_their_intensity_says(name: str, seed: int) -> None:
    town = county(seed)
    rows = told(town, name)
    gap = gaps(town, rows).reindex(rows["bill"]).to_numpy()
    strong = rows["intensity"].to_numpy() >= 1
    assert (gap[strong] <= 15).all()
    assert (np.isnan(gap[~strong]) | (gap[~strong] > 15)).all()


@seeds
def test_courses_of_chemotherapy_say_so_and_have_its_drugs(seed: int) -> None:
    town = county(seed)
    rows = told(town, "chemotherapy_cycle")
    codes = town.world.diseases["icd"].iloc[rows["disease"]]
    assert codes.str.startswith(("Z51.1", "C")).all()
    drugs = {town.world.item[key] for key in ("cispl", "doceta", "pemet", "ondan")}
    treated = town.lines.loc[town.lines["item"].isin(drugs), "bill"]
    assert rows["bill"].isin(treated).mean() > 0.9
    days = rows.sort_values("begin").groupby("person")["begin"].diff().dropna()
    assert (days >= 12).all()


@seeds
def test_dialysis_comes_three_times_a_week_to_the_same_faces(seed: int) -> None:
    town = county(seed)
    rows = told(town, "dialysis_series", "ring")
    assert (town.people["chronic"].to_numpy()[rows["person"]] == rows["disease"]).all()
    assert set(rows["med_type"]) == {14}
    assert rows.groupby(["person", rows["begin"] // 7]).size().max() <= 4
    assert rows.groupby("person").size().median() > 60
    assert not rows.duplicated(["person", "begin"]).any()
    assert (rows.groupby(["ring"])["person"].nunique() <= 8).all()


@seeds
@pytest.mark.parametrize(
    "name", ["dialysis_series", "family_at_pharmacy", "care_home_run", "village_bus_day"]
)
def test_groups_pay_within_minutes_as_often_as_their_intensity_says(name: str, seed: int) -> None:
    rows = told(county(seed), name, "ring")
    cards = most_within_ten_minutes(rows).groupby("ring")
    expected = np.minimum(cards.mean() / 4, cards.size() / 3)
    assert np.allclose(rows.groupby("ring")["intensity"].first(), expected, atol=0.011)
    assert (rows.groupby("ring")["place"].nunique() == 1).all()


@seeds
def test_families_live_together_and_homes_and_villages_are_one(seed: int) -> None:
    town = county(seed)
    for name, column in (
        ("family_at_pharmacy", "household"), ("care_home_run", "care_home"), ("village_bus_day", "village"),
    ):  # fmt: skip
        rows = told(town, name, "ring")
        group = town.people[column].iloc[rows["person"]].to_numpy()
        assert (pd.Series(group).groupby(rows["ring"].to_numpy()).nunique() == 1).all()
    rows = told(town, "family_at_pharmacy")
    spans = rows.groupby(
        ["place", "begin", town.people["household"].iloc[rows["person"]].to_numpy()]
    )
    assert (spans["clock"].max() - spans["clock"].min()).max() <= 180


@seeds
def test_a_transfer_up_leaves_one_hospital_and_enters_a_larger_one(seed: int) -> None:
    town = county(seed)
    for name in ("transfer_up", "transfer_day_beds"):
        rows = told(town, name)
        left, entered = rows[rows["dscg_way"] == 2], rows[rows["adm_way"] == 3]
        assert len(left) == len(entered) == len(rows) / 2
        pairs = left.merge(entered, on=["person", "disease"], suffixes=("", "_next"))
        level = town.world.places["hosp_lv"].to_numpy()
        assert (level[pairs["place_next"]] > level[pairs["place"]]).all()
        assert (pairs["begin_next"] - pairs["end"]).between(0, 1).all()


@seeds
def test_both_hospitals_charge_the_bed_on_the_day_of_transfer(seed: int) -> None:
    town = county(seed)
    rows = told(town, "transfer_day_beds")
    beds = town.lines[town.world.items["med_chrgitm_type"].to_numpy()[town.lines["item"]] == "01"]
    days = set(zip(beds["bill"], beds["day"], strict=True))
    left, entered = rows[rows["dscg_way"] == 2], rows[rows["adm_way"] == 3]
    assert all((bill, day) in days for bill, day in zip(left["bill"], left["end"], strict=True))
    assert all(
        (bill, day) in days for bill, day in zip(entered["bill"], entered["begin"], strict=True)
    )


@seeds
def test_a_planned_return_was_planned_and_a_relapse_was_an_emergency(seed: int) -> None:
    town = county(seed)
    planned = told(town, "planned_readmission").sort_values(["person", "begin"])
    assert planned.groupby("person")["planned"].first().all()
    assert (gaps(town, planned) <= 31).all()
    relapse = told(town, "relapse").sort_values(["person", "begin"])
    assert (relapse.groupby("person")["adm_way"].last() == 1).all()


@seeds
def test_each_eye_is_operated_once(seed: int) -> None:
    town = county(seed)
    rows = told(town, "second_eye")
    done = town.lines[town.lines["item"] == town.world.item["phaco"]].groupby("bill").size()
    assert (done.reindex(rows["bill"]) == 1).all()
    assert gaps(town, rows).between(7, 18).all()


@seeds
def test_a_psychiatric_stay_is_one_visit_in_months_with_little_treatment(seed: int) -> None:
    town = county(seed)
    rows = told(town, "psychiatric_long_stay").sort_values(["person", "begin"])
    assert (town.world.places["payment_way"].iloc[rows["place"]] == "day").all()
    whose = np.where(rows["visit"] < 0, rows["bill"], rows["visit"])
    assert (rows.groupby(whose)["person"].nunique() == 1).all()
    months = rows.groupby(whose)
    assert (months.size() >= 3).all() and (rows["end"] - rows["begin"]).max() <= 30
    assert (months["dscg_way"].last() == 1).all()
    assert rows["clock"].nunique() > len(rows) / 2
    busy = town.lines_of(rows["bill"].to_numpy())
    house = busy[busy["chrgitm"].isin(["01"])].merge(rows[["bill"]].assign(stay=whose), on="bill")
    assert not house.duplicated(["stay", "day"]).any()
    busy = busy[~busy["chrgitm"].isin(["01", "02", "07", "12", "13"])]
    busy = busy.merge(rows[["bill", "intensity"]].assign(stay=whose), on="bill")
    run = busy.drop_duplicates(["stay", "day"]).sort_values(["stay", "day"])
    longest = run.groupby("stay")["day"].diff().groupby(run["stay"]).max() - 1
    assert np.allclose(longest / 3, run.groupby("stay")["intensity"].first(), atol=0.01)


@seeds
def test_who_buys_at_the_gate_was_seen_within_the_hour_by_doctors_of_one_hospital(
    seed: int,
) -> None:
    town = county(seed)
    rows = told(town, "gate_pharmacy")
    bought, seen = rows[rows["med_type"] == 41], rows[rows["med_type"] != 41]
    pairs = bought.merge(seen, on=["person", "begin"], suffixes=("", "_seen"))
    assert set(pairs["bill"]) == set(bought["bill"])
    wait = (
        (pairs["clock"] - pairs["clock_seen"])
        .groupby(pairs["bill"])
        .apply(lambda w: w[w > 0].min())
    )
    assert wait.between(200, 3600).all()
    assert (pairs.groupby("place")["place_seen"].nunique() <= 2).all()


@seeds
def test_a_specialty_pharmacy_sells_registered_people_a_month_or_two_at_a_time(seed: int) -> None:
    town = county(seed)
    rows = told(town, "specialty_pharmacy")
    assert rows["place"].nunique() == 1
    assert (town.people["chronic"].to_numpy()[rows["person"]] == rows["disease"]).all()
    charge = rows["charge"].to_numpy() / 100
    assert np.allclose(charge / 600, rows["intensity"], atol=0.02)
    lines = town.lines[town.lines["bill"].isin(rows["bill"])].set_index("bill")
    supply = lines["supply"].loc[rows["bill"]].to_numpy()
    next_time = rows.assign(supply=supply).sort_values(["person", "begin"])
    wait = next_time.groupby("person")["begin"].shift(-1) - next_time["begin"]
    assert (wait.dropna() >= next_time["supply"].loc[wait.dropna().index]).all()


@seeds
def test_an_outage_settles_several_people_in_one_second_after_they_were_served(seed: int) -> None:
    town = county(seed)
    rows = told(town, "outage_batch")
    batch = rows.groupby(["place", "settled", "clock"])
    assert np.allclose(batch["bill"].transform("size") / 4, rows["intensity"])
    served = town.lines.groupby("bill")[["day", "clock"]].max().loc[rows["bill"]]
    before = served["day"].to_numpy() * 86_400 + served["clock"].to_numpy()
    assert (before <= rows["settled"] * 86_400 + rows["clock"]).all()
    assert rows["burst"].all()


@seeds
def test_a_long_prescription_lasts_at_most_twelve_weeks_and_is_renewed_on_time(seed: int) -> None:
    town = county(seed)
    lines = told_lines(town, "long_prescription")
    assert lines["l_supply"].between(7, 84).all()
    assert np.allclose(lines["l_supply"] / 84, lines["intensity"], atol=0.01)
    assert lines["l_supply"].max() > 50
    turn = lines.sort_values(["person", "l_item", "begin"])
    wait = turn.groupby(["person", "l_item"])["begin"].shift(-1) - turn["begin"]
    assert (wait.dropna() >= turn["l_supply"].loc[wait.dropna().index] * 0.9).all()


@seeds
def test_day_surgery_operates_and_is_home_by_the_next_day(seed: int) -> None:
    town = county(seed)
    rows = told(town, "day_surgery")
    assert set(rows["med_type"]) == {28}
    assert np.allclose(2 / (rows["end"] - rows["begin"] + 1), rows["intensity"])
    lines = town.lines_of(rows["bill"].to_numpy())
    assert set(rows["bill"]) == set(lines.loc[lines["chrgitm"] == "06", "bill"])


@seeds
def test_the_second_side_has_an_order_of_its_own(seed: int) -> None:
    town = county(seed)
    for name in ("bilateral_operation", "ordered_repeat_test"):
        rows = told_lines(town, name)
        first = town.lines.merge(
            rows[["bill", "l_item", "l_order", "l_day", "l_cnt"]],
            left_on=["bill", "item", "cnt"], right_on=["bill", "l_item", "l_cnt"],
        ).query("order != l_order")  # fmt: skip
        assert set(rows["bill"]) == set(first["bill"])
        assert (rows["l_order"] > 0).all() and not town.lines.loc[lambda n: n["undoes"] < 0].query(
            "order > 0"
        ).merge(rows[["l_order"]], left_on="order", right_on="l_order").duplicated("order").any()
        same_day = rows.loc[rows["intensity"] >= 1, "bill"]
        if name == "ordered_repeat_test":
            assert set(same_day) <= set(first.query("day == l_day")["bill"])


@seeds
@pytest.mark.parametrize("name", ["family_account_purchase", "referral_test"])
def test_what_happens_elsewhere_during_a_stay_is_as_far_inside_it_as_told(
    name: str, seed: int
) -> None:
    town = county(seed)
    rows = told(town, name)
    stays = town.bills[(town.bills["dscg_way"] > 0) & (town.bills["undoes"] < 0)]
    met = rows.merge(stays, on="person", suffixes=("", "_s"))
    met = met[(met["begin_s"] <= met["begin"]) & (met["begin"] <= met["end_s"])]
    assert set(met["bill"]) == set(rows["bill"])
    depth = np.minimum(met["begin"] - met["begin_s"], met["end_s"] - met["begin"]).clip(0.5, 6)
    assert np.allclose(depth.groupby(met["bill"]).max(), met.groupby("bill")["intensity"].first())
    if name == "family_account_purchase":
        assert (
            rows["family"].all()
            and (rows["mutual"] == rows["account"]).all()
            and (rows["account"] > 0).all()
        )
    else:
        assert town.lines[town.lines["bill"].isin(rows["bill"])]["outside"].all()


@seeds
def test_what_is_settled_after_death_was_done_before(seed: int) -> None:
    town = county(seed)
    rows = told(town, "death_late_settlement")
    died = town.people["died"].to_numpy()[rows["person"]]
    last = town.lines.groupby("bill")["day"].max().loc[rows["bill"]].to_numpy()
    assert (rows["settled"] >= died).all() and (last <= died).all()
    assert ((rows["intensity"] >= 1) == (rows["settled"] > died)).all()


@seeds
def test_the_babys_bed_and_the_whole_room_make_two_beds_on_some_days(seed: int) -> None:
    town = county(seed)
    for name in ("mother_and_baby", "whole_room"):
        rows = told_lines(town, name)
        lines = town.lines_of(rows["bill"].unique())
        beds = lines[lines["chrgitm"] == "01"].groupby(["bill", "day"]).size()
        assert (beds <= 2).all() and (beds.groupby("bill").max() == 2).all()
    assert told_lines(town, "whole_room")["l_own"].all()
    baby = told_lines(town, "mother_and_baby")
    assert set(baby["l_item"]) == {town.world.item["babybed"], town.world.item["babycare"]}
    assert (
        baby["med_type"].eq(52).all() or (town.people["sex"].to_numpy()[baby["person"]] == 2).all()
    )


@seeds
def test_drugs_to_take_home_and_tests_before_admission_lie_outside_the_stay_by_some_days(
    seed: int,
) -> None:
    town = county(seed)
    home = told_lines(town, "takeaway_drugs")
    assert home["l_takeaway"].all() and home["chrgitm"].isin(["09", "11"]).all()
    assert (home["l_supply"] <= 14).all()
    assert np.allclose((home["l_day"] - home["end"]).clip(0.5), home["intensity"])
    before = told_lines(town, "preadmission_tests")
    assert before["chrgitm"].isin(["03", "04"]).all()
    assert np.allclose(before["begin"] - before["l_day"], before["intensity"])
    assert before["intensity"].between(1, 3).all() and (before["adm_way"] == 2).all()


@seeds
def test_the_second_insurance_repeats_the_stay_on_the_same_invoice_and_pays_the_rest(
    seed: int,
) -> None:
    town = county(seed)
    rows = told(town, "second_layer")
    second = rows[rows["insurer"] > 0].set_index("invoice")
    first = town.bills.loc[second.index]
    assert len(rows) == 2 * len(second)
    for column in ("person", "place", "begin", "end", "charge"):
        assert (first[column].to_numpy() == second[column].to_numpy()).all()
    assert (
        first["fund"].to_numpy() + second["fund"].to_numpy() <= first["charge"].to_numpy()
    ).all()


@seeds
def test_a_suspended_doctor_only_helps_in_emergencies(seed: int) -> None:
    town = county(seed)
    rows = told(town, "emergency_by_suspended_doctor")
    since = town.world.doctors["status_day"].to_numpy()[rows["doctor"]]
    assert (rows["begin"] > since).all() and rows["med_type"].eq(13).all()


@seeds
def test_a_stay_over_new_year_is_one_visit_in_the_same_bed(seed: int) -> None:
    town = county(seed)
    rows = told(town, "new_year_cut")
    rest = rows[rows["visit"] >= 0]
    first = town.bills.loc[rest["visit"]]
    assert (first["end"] == DAYS - 1).all() and (rest["begin"] == DAYS).all()
    assert (first["dscg_way"] == 9).all() and (rest["dscg_way"] == 1).all()
    for column in ("person", "place", "bed", "disease"):
        assert (first[column].to_numpy() == rest[column].to_numpy()).all()
