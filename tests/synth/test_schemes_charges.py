"""What the schemes about charges, drugs, pharmacies and doctors plant, measured again in the lines they leave."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from medaudit.synth import caps, chronic
from medaudit.synth.county import Order, make_town
from medaudit.synth.registers import stock
from medaudit.synth.town import LOOKALIKE, RESPONSIBLE, Town
from medaudit.synth.units import known
from medaudit.synth.world import DATA, build, table_of

SEEDS, PEOPLE = (21, 22), 2500
UNITS = [
    "after_hours_swiping", "card_lent_from_bed", "card_ring", "conflicting_charge", "dear_bed", "dental_substitution",
    "diagnosis_of_another_sex", "dialysis_parts", "doctor_shopping", "drug_resale", "duplicate_charge", "duplicate_therapy", "impossible_day",
    "large_prescription", "lent_licence", "limit_breach", "nursing_grades", "off_list_drugs", "one_drug_pharmacy", "outside_stay", "over_cap", "over_count",
    "over_course", "over_frequency", "over_long_supply", "over_price", "over_supply", "over_yearly_limit", "overtreatment", "padded_total",
    "pharmacy_steering", "pharmacy_substitution", "published_pairs", "recirculated_drugs", "restricted_payment", "round_the_clock",
    "rubber_stamp_clinic", "same_prescription",
    "second_line", "second_operation", "sold_beyond_stock", "suspended_doctor", "therapy_parts", "unbundled_charge", "unprescribed_sale",
    "wrong_scope", "year_end_cash_out",
]  # fmt: skip
USUAL = 1.25  # days of supply a day


@cache
def county(seed: int, *names: str, people: int = PEOPLE) -> Town:
    return make_town(build(seed, people), 0, Order(people, seed, schemes=names))


def all_told(town: Town) -> pd.DataFrame:
    columns = ["scheme", "subject_type", "role", "bill", "line", "intensity", "part", "ring"]
    return pd.concat([pd.DataFrame(columns=columns), *town.told], ignore_index=True)


def told(
    town: Town, name: str, role: str = RESPONSIBLE, subject: str = "settlement"
) -> pd.DataFrame:
    """The bills told, with `bill` and `intensity`."""
    rows = all_told(town)
    rows = rows[(rows["scheme"] == name) & (rows["subject_type"] == subject)]
    rows = rows[rows["role"] == role][["bill", "intensity", "ring"]].astype(float)
    bills = town.bills.rename_axis("bill").reset_index()
    return rows.merge(bills, on="bill", validate="many_to_one")


def told_lines(town: Town, name: str, role: str = RESPONSIBLE) -> pd.DataFrame:
    """The lines told, with `line`, `intensity`, `part` and those columns of their bill that lines have not."""
    rows = all_told(town)
    rows = rows[
        (rows["scheme"] == name) & (rows["subject_type"] == "line") & (rows["role"] == role)
    ]
    rows = rows[["line", "intensity", "part"]].astype(float)
    return rows.merge(lines(town), on="line", validate="one_to_one")


def lines(town: Town) -> pd.DataFrame:
    """All lines that were not taken back, with columns of their bills."""
    found = town.lines.rename_axis("line").reset_index()
    of = town.bills[
        ["person", "place", "begin", "end", "med_type", "dscg_way", "undoes", "settled"]
    ]
    return found.drop(columns="undoes").join(of, on="bill")


def limit_of(town: Town, rows: pd.DataFrame) -> np.ndarray:
    level = town.world.places["hosp_lv"].to_numpy()[rows["place"]]
    return np.asarray(town.world.limits[rows["item"], level])


def pairs(town: Town, file: str, first: str, second: str) -> pd.DataFrame:
    table = pd.read_csv(DATA / f"{file}.csv", dtype=str)
    return table.assign(**{name: table[name].map(town.world.item) for name in (first, second)})


def excluded(town: Town, rows: pd.DataFrame) -> np.ndarray:
    """Per line: whether what excludes its item stands on the same day, or in the same visit."""
    others = lines(town)[["bill", "day", "item"]].merge(
        pairs(town, "conflicts", "paid", "denied"), left_on="item", right_on="paid"
    )
    day = set(
        map(tuple, others.loc[others["scope"] == "day", ["bill", "day", "denied"]].to_numpy())
    )
    visit = set(map(tuple, others.loc[others["scope"] == "visit", ["bill", "denied"]].to_numpy()))
    return np.array(
        [
            (bill, date, item) in day or (bill, item) in visit
            for bill, date, item in rows[["bill", "day", "item"]].to_numpy()
        ],
        dtype=bool,
    )


def breaches(town: Town, rows: pd.DataFrame) -> np.ndarray:
    """Per line: how many of the four limits of its item it breaks."""
    items = town.world.items.iloc[rows["item"]].reset_index(drop=True)
    people = town.people.iloc[rows["person"]].reset_index(drop=True)
    age = np.floor((rows["day"].to_numpy() - people["birth"].to_numpy()) / 365.2425)
    low, high = (pd.to_numeric(items[name]).to_numpy() for name in ("lmt_age_min", "lmt_age_max"))
    level = town.world.places["hosp_lv"].to_numpy()[rows["place"]]
    kind = rows["med_type"].astype(str).to_numpy()
    wrong = [
        (items["lmt_gend"] != "").to_numpy()
        & (items["lmt_gend"].to_numpy() != people["sex"].astype(str).to_numpy()),
        (age < low) | (age > high),
        level < pd.to_numeric(items["lmt_hosp_lv"]).to_numpy(),
        (items["lmt_med_type"] != "").to_numpy() & (items["lmt_med_type"].to_numpy() != kind),
    ]
    return np.asarray(np.sum(wrong, axis=0))


def densest(town: Town, person: int, item: int, length: int) -> float:
    """The most days of supply a day of a drug that a person got within so many days."""
    had = lines(town)
    had = had[(had["person"] == person) & (had["item"] == item) & (had["undoes"] < 0)]
    days, supply = had["day"].to_numpy(), had["supply"].to_numpy()
    return max(supply[(days >= first) & (days < first + length)].sum() / length for first in days)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", UNITS)
def test_enough_is_planted_and_every_bill_told_has_lines_and_belongs_to_it_alone(
    name: str, seed: int
) -> None:
    town = county(seed, name)
    unit, _ = known()[name]
    planted = told(town, name)
    assert len(planted) >= unit.least
    assert planted["bill"].is_unique
    assert set(planted["bill"]) <= set(town.lines["bill"])
    assert planted["intensity"].notna().all() and (planted["person"] >= 0).all()
    assert planted["taken"].all() and (planted["undoes"] < 0).all()
    assert not set(planted["bill"]) & set(told(town, f"{name}_at_limit", LOOKALIKE)["bill"])
    died = town.people["died"].to_numpy()[planted["person"]]
    assert (planted["end"].to_numpy() < died).all(), "nobody is treated after death"


@pytest.mark.parametrize("name", UNITS)
@pytest.mark.parametrize("people", [1, 5, 300])
def test_a_hamlet_has_room_for_it_too(name: str, people: int) -> None:
    county(3, name, people=people)


@pytest.mark.parametrize("name", UNITS)
def test_a_town_without_anybody_who_takes_part_is_left_alone(name: str) -> None:
    from medaudit.synth.plan import Setting

    order = Order(600, 5, schemes=(name,), settings={name: Setting(rate=0.0)})
    assert told(make_town(build(5, 600), 0, order), name).empty


@pytest.mark.parametrize("name", UNITS)
def test_the_same_seed_plants_the_same(name: str) -> None:
    first = county(9, name, people=600)
    again = make_town(build(9, 600), 0, Order(600, 9, schemes=(name,)))
    assert first.bills.equals(again.bills) and first.lines.equals(again.lines)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_duplicate_is_the_line_again_without_an_order_of_its_own(seed: int) -> None:
    town = county(seed, "duplicate_charge")
    wrong = told_lines(town, "duplicate_charge")
    same = ["bill", "item", "day", "cnt", "price"]
    times = lines(town).groupby(same).size().rename("times").reset_index()
    wrong = wrong.merge(times, on=same)
    assert (wrong["times"] == wrong["intensity"]).all() and (wrong["times"] >= 2).all()
    assert (wrong["order"] == 0).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_over_counts_exceed_the_daily_maximum_and_the_edge_is_at_it(seed: int) -> None:
    town = county(seed, "over_count")
    most = town.world.items["day_max_cnt"].to_numpy()
    wrong = told_lines(town, "over_count")
    ratio = wrong["cnt"] / most[wrong["item"]]
    assert (ratio > 1).all() and np.allclose(ratio, wrong["intensity"])
    assert np.allclose(wrong["part"], 1 - 1 / ratio)
    edge = told_lines(town, "over_count_at_limit", LOOKALIKE)
    assert (edge["cnt"] == most[edge["item"]]).all() and (edge["cnt"] == 24).all()
    daily = lines(town).groupby(["bill", "item", "day"])["cnt"].sum().reset_index()
    over = daily[daily["cnt"] > most[daily["item"]]]
    assert set(over["bill"]) == set(wrong["bill"]), "no other bill is over a maximum"


@pytest.mark.parametrize("seed", SEEDS)
def test_over_prices_exceed_the_limit_of_the_level_and_the_edge_is_at_it(seed: int) -> None:
    town = county(seed, "over_price")
    wrong = told_lines(town, "over_price")
    ratio = wrong["price"] / limit_of(town, wrong)
    assert (ratio > 1).all() and np.allclose(ratio, wrong["intensity"])
    edge = told_lines(town, "over_price_at_limit", LOOKALIKE)
    assert (edge["price"] == limit_of(town, edge)).all()
    everything = lines(town)
    above = everything[everything["price"] > limit_of(town, everything)]
    assert set(above["line"]) == set(wrong["line"])
    assert wrong.groupby(["place", "item"])["price"].nunique().max() == 1, (
        "a place has one wrong price"
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_charges_outside_the_stay_lie_before_admission_or_after_discharge(seed: int) -> None:
    town = county(seed, "outside_stay")
    wrong = told_lines(town, "outside_stay")
    away = np.maximum(wrong["begin"] - wrong["day"], wrong["day"] - wrong["end"])
    assert (away >= 1).all() and (1 + away == wrong["intensity"]).all()
    assert (wrong["day"] <= wrong["settled"]).all() and not wrong["takeaway"].any()
    everything = lines(town)
    outside = (everything["day"] < everything["begin"]) | (everything["day"] > everything["end"])
    assert set(everything["line"][outside]) == set(wrong["line"])
    elsewhere = wrong[["person", "day", "bill"]].merge(
        town.bills.rename_axis("other").reset_index(), on="person"
    )
    met = (elsewhere["begin"] <= elsewhere["day"]) & (elsewhere["end"] >= elsewhere["day"])
    assert not (met & (elsewhere["other"] != elsewhere["bill"])).any()


@pytest.mark.parametrize("seed", SEEDS)
def test_parts_of_a_panel_cost_more_than_the_panel_or_stand_besides_it(seed: int) -> None:
    town = county(seed, "unbundled_charge")
    parts = pairs(town, "bundles", "whole", "part")
    there = set(map(tuple, town.lines[["bill", "item", "day"]].to_numpy()))
    for role, name in (
        (RESPONSIBLE, "unbundled_charge"),
        (LOOKALIKE, "unbundled_charge_at_limit"),
    ):
        wrong = told_lines(town, name, role).merge(
            parts, left_on="item", right_on="part", suffixes=("_of", "")
        )
        panel = town.world.prices[wrong["place"], wrong["whole"]]
        sums = wrong.groupby(["bill", "day", "whole"])["amount"].transform("sum")
        besides = np.array(
            [row in there for row in map(tuple, wrong[["bill", "whole", "day"]].to_numpy())]
        )
        ratio = (sums + besides * panel) / panel
        assert np.allclose(ratio, wrong["intensity"])
        assert ((ratio > 1) == (role == RESPONSIBLE)).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_conflicting_charges_meet_on_a_day_or_in_a_visit_and_the_edge_does_not(seed: int) -> None:
    town = county(seed, "conflicting_charge")
    wrong = told_lines(town, "conflicting_charge")
    assert excluded(town, wrong).all()
    assert (wrong["intensity"] == 1 + wrong.groupby("bill")["line"].transform("size")).all()
    edge = told_lines(town, "conflicting_charge_at_limit", LOOKALIKE)
    assert not excluded(town, edge).any()
    everything = lines(town)
    denied = everything[excluded(town, everything)]
    assert set(denied["line"]) == set(wrong["line"])


@pytest.mark.parametrize("seed", SEEDS)
def test_dental_series_add_up_to_their_intensity(seed: int) -> None:
    town = county(seed, "dental_substitution")
    wrong = told_lines(town, "dental_substitution")
    total = wrong.groupby("person")["amount"].sum() / 150_000
    assert np.allclose(total, wrong.groupby("person")["intensity"].first(), atol=0.02)
    assert (wrong.groupby("person")["day"].agg(np.ptp) <= 80).all()
    assert wrong.groupby("person")["day"].nunique().median() >= 3
    assert wrong.groupby("person")["place"].nunique().max() == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_goods_of_a_pharmacy_are_sold_in_the_same_round_baskets(seed: int) -> None:
    town = county(seed, "pharmacy_substitution")
    wrong = told_lines(town, "pharmacy_substitution")
    total = wrong.groupby("bill")["amount"].sum()
    assert np.allclose(total / 10_000, wrong.groupby("bill")["intensity"].first(), atol=0.01)
    assert (total % 500 == 0).all(), "whole five yuan"
    assert (wrong["price"] <= limit_of(town, wrong)).all()
    baskets = wrong.groupby("bill").agg(
        place=("place", "first"), goods=("item", tuple), counts=("cnt", tuple)
    )
    assert baskets.drop_duplicates().groupby("place").size().max() <= 3


@pytest.mark.parametrize("seed", SEEDS)
def test_over_supply_is_more_than_a_day_and_a_quarter_of_drugs_a_day(seed: int) -> None:
    town = county(seed, "over_supply")
    wrong = told_lines(town, "over_supply").drop_duplicates(["person", "item"])
    assert (wrong["intensity"] > 1).all()
    for row in wrong.itertuples():
        assert densest(town, row.person, row.item, 180) >= 0.5 * USUAL * row.intensity
        assert densest(town, row.person, row.item, 91) >= 0.95 * USUAL
    edge = told_lines(town, "over_supply_at_limit", LOOKALIKE)
    assert (edge["intensity"] <= 1).all()
    assert told_lines(town, "over_supply").groupby("person")["place"].nunique().max() >= 3
    assert set(told(town, "over_supply", subject="patient")["bill"]) == set(
        told(town, "over_supply")["bill"]
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_those_who_resell_fetch_dear_drugs_at_many_places(seed: int) -> None:
    town = county(seed, "drug_resale")
    wrong = told_lines(town, "drug_resale")
    people = wrong.groupby("person").agg(
        item=("item", "first"), intensity=("intensity", "first"), places=("place", "nunique")
    )
    assert len(people) >= 6 and people["places"].median() >= 2
    assert (town.world.items["pric"].to_numpy()[wrong["item"]] >= 40).all()
    for row in people.itertuples():
        days = wrong.loc[wrong["person"] == row.Index, "day"]
        assert (
            densest(town, row.Index, row.item, int(np.ptp(days)) + 1)
            >= 0.98 * USUAL * row.intensity
        )
    assert set(told(town, "drug_resale", subject="patient")["bill"]) == set(wrong["bill"])


@pytest.mark.parametrize("seed", SEEDS)
def test_cards_of_a_ring_are_swiped_within_minutes_on_many_days(seed: int) -> None:
    town = county(seed, "card_ring")
    swipes = told(town, "card_ring", subject="ring").sort_values(["ring", "begin", "clock"])
    wait = swipes.groupby(["ring", "begin"])["clock"].diff().dropna()
    assert wait.between(20, 90).all() and swipes["burst"].all()
    household = town.people["household"].to_numpy()[swipes["person"]]
    members = swipes.assign(household=household).drop_duplicates(["ring", "person"])
    assert members["person"].is_unique and members["household"].is_unique
    assert members.groupby("ring").size().between(2, 39).all()
    assert (swipes.groupby("ring")["place"].nunique() <= 2).all()
    assert (swipes.groupby("ring")["begin"].nunique() <= 24).all()
    session = swipes.groupby(["ring", "begin"])["clock"].agg(lambda c: (c - c.min() <= 600).sum())
    days = (session >= 4).groupby("ring").sum() / 3
    assert np.allclose(days, swipes.groupby("ring")["intensity"].first(), atol=0.01)
    knowing = told(town, "card_ring", subject="patient")["bill"]
    assert 0 < len(knowing) < len(swipes), "some sold the use of their card, some did not know"
    ordinary = town.bills[~town.bills["taken"] & town.bills["person"].isin(members["person"])]
    assert len(ordinary), "their own purchases stay"


@pytest.mark.parametrize("seed", SEEDS)
def test_steered_patients_come_from_the_doctor_on_the_same_day(seed: int) -> None:
    town = county(seed, "pharmacy_steering")
    bought = told(town, "pharmacy_steering")
    visits = town.bills[
        (town.bills["med_type"] == 11) & (town.bills["undoes"] < 0) & (town.bills["sign"] > 0)
    ]
    grown = (town.people["age"] >= 18).to_numpy()[visits["person"]]
    number = visits[grown & (visits["clock"] < 72_000)].groupby("doctor").size()
    met = bought.merge(
        visits, on=["person", "begin", "doctor"], how="left", suffixes=("", "_visit")
    )
    seen = met["place_visit"].notna().groupby(met["bill"]).any()
    assert seen.mean() > 0.9, "all but those whose visit names nobody or is undone"
    share = bought.groupby("doctor").size() / number.reindex(bought["doctor"].unique())
    claimed = bought.groupby("doctor")["intensity"].first() * 0.2
    assert np.allclose(share, claimed.reindex(share.index), rtol=0.2, atol=0.05)
    assert (bought.groupby("doctor")["place"].nunique() == 1).all()
    assert set(told(town, "pharmacy_steering", subject="doctor")["bill"]) == set(bought["bill"])


@pytest.mark.parametrize("seed", SEEDS)
def test_impossible_days_have_too_many_hours_or_too_many_patients(seed: int) -> None:
    town = county(seed, "impossible_day")
    for role, name in ((RESPONSIBLE, "impossible_day"), (LOOKALIKE, "impossible_day_at_limit")):
        hours = told_lines(town, name, role)
        hours = hours.assign(
            hours=hours["cnt"] * 0.75, doctor=town.bills["doctor"].to_numpy()[hours["bill"]]
        )
        days = hours.groupby(["doctor", "day"]).agg(
            hours=("hours", "sum"), intensity=("intensity", "first")
        )
        assert np.allclose(days["hours"] / 24, days["intensity"])
        crowd = told(town, name, role)
        crowd = crowd[crowd["burst"]]
        five = crowd.groupby(["doctor", "begin"]).agg(
            size=("bill", "size"), clock=("clock", np.ptp), intensity=("intensity", "first")
        )
        assert (five["clock"] < 300).all() and np.allclose(five["size"] / 10, five["intensity"])
        for measured in (days["intensity"], five["intensity"]):
            assert len(measured) and ((measured > 1) == (role == RESPONSIBLE)).all()
    assert five.groupby("doctor").size().max() >= 3
    assert (hours["cnt"] <= town.world.items["day_max_cnt"].to_numpy()[hours["item"]]).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_suspended_doctors_worked_before_and_only_the_told_bills_come_after(seed: int) -> None:
    town = county(seed, "suspended_doctor")
    doctors = town.world.doctors
    bills = told(town, "suspended_doctor")
    since = bills["begin"] - doctors["status_day"].to_numpy()[bills["doctor"]]
    assert (since > 0).all() and np.allclose(1 + since / 30, bills["intensity"], atol=0.01)
    own = town.bills[(town.bills["doctor"] >= 0) & (town.bills["person"] >= 0)]
    own = own.assign(day=doctors["status_day"].to_numpy()[own["doctor"]])
    stopped = own[(doctors["dr_status"] == "0").to_numpy()[own["doctor"]]]
    assert set(stopped.index[stopped["end"] >= stopped["day"]]) == set(bills["bill"])
    assert (~stopped["taken"]).any(), "before that day they have ordinary patients"
    edge = told(town, "suspended_doctor_at_limit", LOOKALIKE)
    assert len(edge) and edge["intensity"].between(0, 0.99).all()


@pytest.mark.parametrize(
    "name", ["drug_resale", "over_supply", "dental_substitution", "impossible_day"]
)
def test_what_is_planted_at_hospitals_is_billed_like_any_visit(name: str) -> None:
    town = county(21, name)
    world, all_lines = town.world, lines(town)
    fees = [
        world.item[key] for key in ("general", "visit", "expert", "urgent", "tcmvisit", "register")
    ]
    paid = set(all_lines.loc[all_lines["item"].isin(fees), "bill"])
    visits = town.bills[(town.bills["med_type"] == 11) & (town.bills["undoes"] < 0)]
    wrong = visits.index.intersection(told(town, name)["bill"])
    assert wrong.isin(paid).mean() >= 0.8
    assert 0.9 <= visits[~visits["taken"]].index.isin(paid).mean() <= 0.97
    assert all_lines["bill"].value_counts().loc[wrong].nunique() >= 3


@pytest.mark.parametrize("seed", SEEDS)
def test_two_forms_of_a_drug_overlap_by_a_week_as_often_as_told(seed: int) -> None:
    town = county(seed, "duplicate_therapy")
    fetched = lines(town)
    for name, role in (
        ("duplicate_therapy", RESPONSIBLE),
        ("duplicate_therapy_at_limit", LOOKALIKE),
    ):
        wrong = told_lines(town, name, role)
        met = wrong.merge(fetched, on="person", suffixes=("", "_had"))
        generic = town.world.items["generic_code"].to_numpy()
        met = met[generic[met["item"]] == generic[met["item_had"]]]
        met = met[(met["item"] != met["item_had"]) & (met["day_had"] < met["day"])]
        left = (met["day_had"] + met["supply_had"] - met["day"]).groupby(met["line"]).max()
        wrong = wrong.assign(left=left.clip(upper=30).reindex(wrong["line"]).to_numpy())
        assert len(wrong) and (wrong["left"] > 0).all()
        assert np.allclose(wrong["part"], wrong["left"] / wrong["supply"], atol=0.006)
        often = (wrong["left"] >= 7).groupby(wrong["person"]).transform("sum")
        assert np.allclose(often / 3, wrong["intensity"], atol=0.006)
        assert (often.groupby(wrong["person"]).first() == 1).all() == (role == LOOKALIKE)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_padded_total_is_more_than_its_lines_by_the_part_told_and_no_other_is(seed: int) -> None:
    town = county(seed, "padded_total")
    amounts = town.lines.groupby("bill")["amount"].sum()
    rest = town.bills["charge"] - amounts.reindex(town.bills.index, fill_value=0)
    planted = told(town, "padded_total")
    due = amounts.loc[planted["bill"]].to_numpy()
    assert np.allclose(rest.loc[planted["bill"]] / due, planted["intensity"] / 10, atol=0.001)
    edge = told(town, "padded_total_at_limit", LOOKALIKE)
    rounded = edge.loc[edge["intensity"] == 0, "bill"]
    assert rest.loc[rounded].between(0, 99).all(), "whole yuan"
    assert (rest.loc[edge.loc[edge["intensity"] > 0, "bill"]] < 0).all(), "a little off"
    other = rest.drop([*planted["bill"], *edge["bill"]])
    undone = town.bills["undoes"].isin([*planted["bill"], *edge["bill"]])
    assert (other[~undone[other.index]] == 0).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_what_the_fund_paid_above_the_yearly_limit_is_told_with_its_part(seed: int) -> None:
    town = county(seed, "over_yearly_limit")
    wrong = told(town, "over_yearly_limit")
    bills = town.bills[(town.bills["med_type"] == 14) & (town.bills["visit"] < 0)]
    limit = town.world.diseases["year_lmt_amt"].to_numpy()[bills["disease"]] * 100
    once = bills.assign(limit=limit).sort_values(["begin", "clock"])
    same = once.groupby(["person", "disease"])
    running, paid = same["fund"].cumsum(), same["fund"].transform("sum")
    over = running > once["limit"] + 1
    assert set(over.index[over]) == set(wrong["bill"])
    times = (paid / once["limit"]).loc[wrong["bill"]].to_numpy()
    assert np.allclose(times, wrong["intensity"], atol=0.006)
    rows = all_told(town)
    part = rows[(rows["role"] == RESPONSIBLE) & (rows["subject_type"] == "settlement")]
    money = (part["part"].astype(float) * once["fund"].loc[part["bill"]].to_numpy()).sum()
    beyond = (paid - once["limit"])[over & ~once.duplicated(["person", "disease"], keep="last")]
    assert money == pytest.approx(beyond.sum(), rel=0.001)


@pytest.mark.parametrize("seed", SEEDS)
def test_one_drug_is_as_large_a_part_of_its_pharmacys_sales_as_told(seed: int) -> None:
    town = county(seed, "one_drug_pharmacy")
    wrong = told_lines(town, "one_drug_pharmacy")
    sold = lines(town).query("med_type == 41 and undoes < 0")
    for (place, drug), its in wrong.groupby(["place", "item"]):
        there = sold[sold["place"] == place]
        share = there.loc[there["item"] == drug, "amount"].sum() / there["amount"].sum()
        assert share == pytest.approx(0.3 * its["intensity"].iloc[0], abs=0.02)
    assert wrong.groupby("place")["item"].nunique().max() == 1
    assert (town.lines.groupby("bill").size().loc[wrong["bill"]] == 1).all()
    usual = sold.loc[~sold["bill"].isin(wrong["bill"])].groupby("bill")["amount"].sum()
    assert wrong["amount"].mean() == pytest.approx(usual.mean(), rel=0.25), "the basket's worth"


@pytest.mark.parametrize("seed", SEEDS)
def test_drugs_off_the_list_are_for_neither_disease_and_the_edge_is_for_the_second(
    seed: int,
) -> None:
    town = county(seed, "off_list_drugs")
    table = table_of("chronic_drug")
    lists = set(zip(table["opsp_dise_code"], table["generic_code"], strict=True))
    generic = town.world.items["generic_code"].to_numpy()
    codes = np.append(town.world.diseases["opsp_dise_code"].to_numpy(), "")

    def on(rows: pd.DataFrame, column: str) -> np.ndarray:
        disease = codes[town.people[column].to_numpy()[rows["person"]]]
        return np.array(
            [pair in lists for pair in zip(disease, generic[rows["item"]], strict=True)]
        )

    wrong = told_lines(town, "off_list_drugs")
    assert not on(wrong, "chronic").any() and not on(wrong, "second").any()
    assert (wrong["med_type"] == 14).all() and (wrong["intensity"] >= 2).all()
    assert (wrong.groupby("bill").size() + 1 == wrong.groupby("bill")["intensity"].first()).all()
    edge = told_lines(town, "off_list_drugs_at_limit", LOOKALIKE)
    assert len(edge) and on(edge, "second").all() and not on(edge, "chronic").any()


def books(town: Town) -> pd.DataFrame:
    """By pharmacy and item: what was there, counted at the end (left) and billed."""
    moved = pa.table(stock(town)).to_pandas().astype({"cnt": float})
    by = ["fixmedins_code", "med_list_codg"]
    counted = moved.set_index(by)["cnt"]
    had = counted[(moved["kind"] != "count").to_numpy()].groupby(level=by).sum()
    left = counted[(moved["kind"] == "count").to_numpy()]
    sold = lines(town)
    sold = sold[~sold["bill"].isin(town.bills.index[town.bills["visit"] >= 0])]
    places, items = town.world.places, town.world.items
    sold = sold.assign(
        fixmedins_code=places["fixmedins_code"].to_numpy()[sold["place"]],
        med_list_codg=items["med_list_codg"].to_numpy()[sold["item"]],
    )
    billed = sold.groupby(by)["cnt"].sum()
    return pd.DataFrame({"had": had, "left": left, "billed": billed.reindex(had.index)})


@pytest.mark.parametrize("seed", SEEDS)
def test_more_is_billed_than_the_books_have_of_what_is_told_and_of_nothing_else(seed: int) -> None:
    town = county(seed, "sold_beyond_stock")
    kept = books(town)
    wrong = told_lines(town, "sold_beyond_stock")
    codes = pd.MultiIndex.from_arrays([
        town.world.places["fixmedins_code"].to_numpy()[wrong["place"]],
        town.world.items["med_list_codg"].to_numpy()[wrong["item"]],
    ])  # fmt: skip
    its = kept.loc[codes]
    bought = its["had"] - its["left"]
    excess = (its["billed"] - bought).to_numpy()
    assert (excess == wrong.groupby(["place", "item"])["cnt"].transform("sum")).all()
    assert np.allclose(excess / bought / 0.1, wrong["intensity"], atol=0.006)
    other = kept.drop(codes.unique())
    assert len(other) > 100 and (other["had"] - other["left"] == other["billed"]).all()


def test_nobody_asks_for_the_books_where_all_was_bought() -> None:
    assert stock(county(21)) == {}


@pytest.mark.parametrize("seed", SEEDS)
def test_each_breach_breaks_one_limit_and_the_edge_none(seed: int) -> None:
    town = county(seed, "limit_breach")
    wrong = told_lines(town, "limit_breach")
    assert (breaches(town, wrong) >= 1).all()
    assert (wrong["intensity"] == 1 + wrong.groupby("bill")["line"].transform("size")).all()
    edge = told_lines(town, "limit_breach_at_limit", LOOKALIKE)
    assert not len(edge) or not breaches(town, edge).any()


def test_limits_of_all_four_kinds_are_broken_somewhere() -> None:
    town = county(2, "limit_breach", people=12_000)
    items = town.world.items.iloc[told_lines(town, "limit_breach")["item"]]
    for column in ("lmt_gend", "lmt_age_max", "lmt_hosp_lv", "lmt_med_type"):
        assert (items[column] != "").any(), column


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_restricted_stands_where_it_is_not_for_and_the_edge_is_called_for_or_paid(
    seed: int,
) -> None:
    town = county(seed, "restricted_payment")
    world, diseases = town.world, town.world.diseases
    both = [told_lines(town, "restricted_payment")]
    both.append(told_lines(town, "restricted_payment_at_limit", LOOKALIKE))
    wrong, fair = (
        rows.assign(
            key=world.items["key"].to_numpy()[rows["item"]],
            ward=diseases["dept"].to_numpy()[town.bills["disease"].to_numpy()[rows["bill"]]],
            by=world.doctors["dept"].to_numpy()[rows["doctor"]],
        )
        for rows in both
    )
    assert {"edara", "gcsf", "balance", "psychthr", "dangshen"} <= set(wrong["key"])
    illness = diseases["icd"].to_numpy()[town.bills["disease"].to_numpy()[wrong["bill"]]]
    assert not np.char.startswith(illness[wrong["key"] == "edara"].astype(str), "I63").any()
    only = wrong["key"].map({"balance": "康复科", "psychthr": "精神科"})
    assert (only.isna() | ((wrong["ward"] != only) & (wrong["by"] != only))).all()
    alone = lines(town).groupby("bill")["item"].agg(set)
    pieces = set(np.flatnonzero(world.items["med_chrgitm_type"] == "10"))
    for bill in wrong.loc[wrong["key"] == "dangshen", "bill"]:
        assert len(alone[bill] & pieces) == 1
    for bill in fair.loc[fair["key"] == "dangshen", "bill"]:
        assert len(alone[bill] & pieces) == 3
    called = fair["by"] == fair["key"].map({"balance": "康复科", "psychthr": "精神科"})
    assert (called | fair["own"] | fair["key"].isin(("dangshen", "fuling", "baizhu"))).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_published_pairs_stand_on_one_day_and_the_countys_list_has_none_of_them(seed: int) -> None:
    town = county(seed, "published_pairs")
    every, wrong = lines(town), told_lines(town, "published_pairs")
    own = {(row["paid"], row["denied"]) for row in table_of("conflicts").to_dict("records")}
    beside = wrong.merge(every[["bill", "day", "item"]], on=["bill", "day"], suffixes=("", "_by"))
    names = town.world.items["key"].to_numpy()
    met = set(zip(names[beside["item_by"]], names[beside["item"]], strict=True))
    pairs = {("perfus", "perfcart"), ("ctguide", "ctspine")}
    assert met >= pairs and not pairs & own
    assert not excluded(town, wrong).any()


def in_scope(town: Town) -> pd.Series:
    """What was settled of each bill, against the cap of its case."""
    return pd.Series(town.bills["scope"] / caps.cap_of(town), index=town.bills.index)


@pytest.mark.parametrize("seed", SEEDS)
def test_only_where_nobody_keeps_to_the_caps_is_more_than_they_allow_in_scope(seed: int) -> None:
    town = county(seed, "over_cap", "dear_bed", "over_frequency")
    free = town.bills["unlimited"]
    assert (in_scope(town)[~free] <= 1).all()
    wrong = told(town, "over_cap")
    cases = wrong[~wrong["bill"].isin(told_lines(town, "over_cap")["bill"])]
    assert np.allclose(in_scope(town)[cases["bill"]], cases["intensity"], atol=0.006)
    assert (cases["intensity"] > 1).all()
    every = lines(town)
    each = caps.by_unit(town.world)[every["item"], town.level_of(every["bill"].to_numpy())]
    above = every[every["scope"] > each * every["cnt"]]
    own = [told_lines(town, name)["line"] for name in ("over_cap", "dear_bed")]
    assert set(pd.concat(own)) <= set(above["line"]) and free[above["bill"]].all()
    for name in ("over_cap", "dear_bed", "over_frequency"):
        edge = told(town, f"{name}_at_limit", LOOKALIKE)
        assert len(edge) and not free[edge["bill"]].any()


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_done_too_often_was_done_before_and_nobody_else_is_paid_for_it_twice(
    seed: int,
) -> None:
    town = county(seed, "over_frequency")
    every, wrong = lines(town), told_lines(town, "over_frequency")
    bone, breath = (town.world.item[key] for key in ("bone", "hpbreath"))
    paid = every[every["item"].isin((bone, breath)) & (every["scope"] > 0) & (every["undoes"] < 0)]
    paid = paid.sort_values(["person", "item", "day"]).drop_duplicates(["person", "item", "day"])
    apart = paid.groupby(["person", "item"])["day"].diff()
    early = paid[((paid["item"] == bone) & apart.notna()) | (apart < 28)]
    assert set(early["line"]) == set(wrong["line"]) and len(wrong)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_second_line_comes_without_the_first_and_the_edge_after_it(seed: int) -> None:
    town = county(seed, "second_line")
    every, first = lines(town), town.world.item["enteca"]
    had = every[every["item"] == first].groupby("person")["day"].min()
    wrong = told_lines(town, "second_line")
    assert not wrong["person"].isin(had.index).any()
    since = town.bills.groupby("person")["begin"].min()
    assert (wrong["day"].to_numpy() - since[wrong["person"]].to_numpy() >= 180).all()
    edge = told_lines(town, "second_line_at_limit", LOOKALIKE)
    assert (had.reindex(edge["person"]).to_numpy() < edge["day"].to_numpy()).all()


def test_nearly_all_patients_of_a_steering_doctor_get_scans_or_drugs_that_they_pay_alone() -> None:
    town = county(4, "steering_doctor", people=12_000)
    wrong, edge = told(town, "steering_doctor"), told(town, "steering_doctor_at_limit", LOOKALIKE)
    added, lines_at_edge = (
        told_lines(town, "steering_doctor"),
        told_lines(town, "steering_doctor_at_limit", LOOKALIKE),
    )
    assert wrong["doctor"].nunique() == 2
    assert set(added["doctor"]) == set(wrong["doctor"]) and len(wrong) > 40
    scan = town.world.items["med_chrgitm_type"].to_numpy()[added["item"]] == "03"
    assert scan.any() and (added["own"] == ~scan).all() and lines_at_edge["own"].all()
    assert not set(edge["doctor"]) & set(wrong["doctor"])
    assert not excluded(town, added).any()
    # Nearly all stays that end in two whole calendar months, whoever else the doctor treats.
    first = pd.Timestamp("2025-01-01")
    month = (first + pd.to_timedelta(town.bills["end"], unit="D")).dt.month
    for doctor, stays in wrong.groupby("doctor"):
        season = month[stays["bill"].astype(int)].unique()
        own = town.bills[town.is_stay() & (town.bills["doctor"] == doctor) & month.isin(season)]
        own = own[(own["undoes"] < 0) & (own["sign"] > 0) & (own["person"] >= 0)]
        assert len(season) == 2 and np.ptp(season) == 1
        assert own.index.isin(stays["bill"]).mean() > 0.8


def test_a_scan_is_sold_to_patients_whose_illness_calls_for_none() -> None:
    town = county(4, "steering_doctor", people=12_000)
    wrong, added = told(town, "steering_doctor"), told_lines(town, "steering_doctor")
    scanned = set(added.loc[~added["own"], "bill"])
    world = town.world
    machine = world.items["med_list_name"].str.contains("CT|磁共振").to_numpy()
    usual = machine[world.care["item"]] & (world.care["chance"] >= 0.2)
    cares = set(world.care.loc[usual, "care"])
    assert scanned and not set(wrong.loc[wrong["bill"].isin(scanned), "care"]) & cares


def test_what_hospitals_have_targets_for_is_a_far_larger_share_of_their_stays_than_before() -> None:
    town, before = county(4, "skewed_hospital", people=12_000), county(4, people=12_000)
    wrong = told(town, "skewed_hospital")
    added = told_lines(town, "skewed_hospital")
    classes = town.world.items["med_chrgitm_type"].to_numpy()

    def shares(one: Town, place: int) -> pd.Series:
        lines = one.lines[(one.bills["place"] == place).to_numpy()[one.lines["bill"]]]
        lines = lines[one.is_stay().to_numpy()[lines["bill"]]]
        money = lines.groupby(classes[lines["item"]])["amount"].sum()
        return money / money.sum()

    assert wrong["place"].nunique() >= 2 and len(wrong) >= 50
    for place in wrong["place"].unique():
        there = added[added["bill"].isin(wrong.loc[wrong["place"] == place, "bill"])]
        liked = pd.Series(classes[there["item"]]).value_counts().index[0]
        assert shares(town, place)[liked] > 1.15 * shares(before, place)[liked]
        stays = town.bills[town.is_stay() & (town.bills["place"] == place)]
        assert len(wrong[wrong["place"] == place]) > 0.5 * len(stays)
    assert (wrong["intensity"] > 0).all()
    assert not excluded(town, added).any()


@pytest.mark.parametrize("seed", SEEDS)
def test_clinics_write_more_kinds_than_the_county_allows_or_see_nobody_all_year(seed: int) -> None:
    town = county(seed, "rubber_stamp_clinic")
    drug = np.isin(town.world.items["med_chrgitm_type"].to_numpy(), ("09", "11"))
    had = town.lines[drug[town.lines["item"]]].groupby("bill")["item"].nunique()
    added = told_lines(town, "rubber_stamp_clinic")
    bills = added["bill"].unique()
    assert (had[bills].to_numpy() > chronic.most_kinds(town, bills)).all()
    edge = told_lines(town, "rubber_stamp_clinic_at_limit", LOOKALIKE)["bill"].unique()
    assert (had[edge].to_numpy() <= chronic.most_kinds(town, edge)).all()
    unseen = told(town, "rubber_stamp_clinic")
    unseen = unseen[~unseen["bill"].isin(bills)]
    assert len(unseen) and not unseen["person"].isin(chronic.seen(town)).any()
    assert (unseen["begin"] >= chronic.REVIEW[1]).all()


def test_some_counties_ask_for_few_kinds_and_a_review_and_ordinary_fetches_keep_to_it() -> None:
    ruled = {chronic.has_rules(county(seed).world): county(seed) for seed in (15, *SEEDS)}
    over, unseen = {}, {}
    for has_rules, town in ruled.items():
        bills = np.flatnonzero(chronic.fetches(town))
        drugs = town.lines_of(bills)
        drugs = drugs[drugs["chrgitm"].isin(("09", "11"))]
        kinds = drugs.groupby("bill")["item"].nunique()
        over[has_rules] = (kinds > chronic.most_kinds(town, kinds.index.to_numpy())).mean()
        late = town.bills.loc[bills][lambda b: b["begin"] >= chronic.REVIEW[1]]["person"].unique()
        unseen[has_rules] = 1 - np.isin(late, chronic.seen(town)).mean()
    assert over[True] == 0 < 0.1 < over[False]
    assert unseen[True] < 0.06 < unseen[False]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_diagnosis_of_another_sex_is_written_on_visits_whose_care_is_for_either(
    seed: int,
) -> None:
    town = county(seed, "diagnosis_of_another_sex")
    wrong = told(town, "diagnosis_of_another_sex")
    only = town.world.diseases["gend"].to_numpy()[wrong["disease"]]
    sex = town.people["sex"].to_numpy()[wrong["person"]].astype(str)
    assert ((only != "") & (only != sex)).all()
    assert not wrong["undiagnosed"].any()
    assert (wrong["intensity"] == 1 + wrong.groupby("doctor")["bill"].transform("size")).all()


def test_stays_are_filled_to_just_below_the_cap_and_few_are_left_above_it() -> None:
    town = county(4, "filled_to_cap", people=12_000)
    wrong = told(town, "filled_to_cap")
    place = wrong["place"].unique()
    cap = {1: 360_000, 2: 520_000}[int(town.world.places["hosp_lv"].iloc[place[0]])]
    assert len(place) and len(wrong) >= 20
    stays = town.bills[town.is_stay() & (town.bills["place"] == place[0])]
    share = stays["charge"] / cap
    assert share[wrong.loc[wrong["place"] == place[0], "bill"]].between(0.95, 1).all()
    assert share.between(0.95, 1).sum() > 8 * share.between(1.0001, 1.05).sum()


def test_intensities_of_what_people_do_lie_on_both_sides_of_the_threshold() -> None:
    for name in (
        "dental_substitution",
        "drug_resale",
        "pharmacy_steering",
        "pharmacy_substitution",
    ):
        both = pd.concat([told(county(seed, name), name) for seed in SEEDS])["intensity"]
        assert both.min() < 1 < both.max(), name


@pytest.mark.parametrize("seed", SEEDS)
def test_a_county_without_schemes_has_none_of_it(seed: int) -> None:
    town = county(seed)
    everything = lines(town)
    most = town.world.items["day_max_cnt"].to_numpy()
    live = everything[everything["undoes"] < 0]
    daily = live.groupby(["bill", "item", "day"])["cnt"].sum().reset_index()
    assert not (daily["cnt"] > most[daily["item"]]).any()
    assert not (live["price"] > limit_of(town, live)).any()
    assert live["day"].between(live["begin"], live["end"]).all()
    assert not excluded(town, live).any()
    assert not breaches(town, live).any()
    stopped = np.flatnonzero(town.world.doctors["dr_status"] == "0")
    assert not town.bills["doctor"].isin(stopped).any()
