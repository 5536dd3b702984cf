"""The world of the invented county holds together: its tables refer to each other and break no rule themselves."""

from __future__ import annotations

import csv
import math
import re
import tomllib
from collections import Counter, defaultdict
from pathlib import Path

import pytest

import medaudit

WORLD = Path(medaudit.__file__).parent / "synth" / "world"
LEVEL_PRICE = {3: 1.0, 2: 0.92, 1: 0.84, 0: 0.78}
DRUGS = ("09", "10", "11")
TREATMENT = ("03", "04", "05", "06", "09", "10", "11")
FORMS = {
    "X": r"X[A-Z]\d{2}[A-Z]{3}\d{3}B\d{12}",
    "Z": r"Z[A-Z]\d{2}[A-Z]{3}\d{13}",
    "T": r"T\d{9}",
    "C": r"C\d{19}",
}
# Occasions that never fall on one day. The day of discharge is not a `daily` one: beds are not charged for it.
APART = [
    {"first", "inner"},
    {"first", "op"},
    {"first", "last"},
    {"inner", "last"},
    {"daily", "last"},
]

Row = dict[str, str]


def table(name: str) -> list[Row]:
    with (WORLD / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ITEMS = {row["key"]: row for row in table("items")}
DISEASES = table("diseases")
CARE: dict[str, list[Row]] = defaultdict(list)
for line in table("care"):
    CARE[line["care"]].append(line)
SHOPS = [name for name in CARE if name.startswith(("pharmacy_", "counter_"))]


def done_for(disease: Row) -> list[Row]:
    """Everything that may be done for a disease: its own care and, in hospital, that of its ward."""
    return CARE[disease["care"]] + (CARE[disease["ward"]] if disease["setting"] == "stay" else [])


def same_day(one: Row, other: Row) -> bool:
    return {one["when"], other["when"]} not in APART


def together(rows: list[Row]) -> list[tuple[Row, Row]]:
    """Pairs of rows that may come on the same day, both ways round."""
    return [
        (a, b) for n, a in enumerate(rows) for m, b in enumerate(rows) if n != m and same_day(a, b)
    ]


def nights(disease: Row) -> float:
    """The mean of a lognormal length of stay."""
    return float(disease["nights"]) * math.exp(float(disease["spread"]) ** 2 / 2)


def expected(rows: list[Row], level: int, stay: float = 0.0) -> tuple[float, float]:
    """Mean lines and yuan of what is done at a hospital of this level in a stay of so many nights."""
    days = {"daily": stay, "inner": stay - 1, "early": (stay + 1) / 2, "odd": (stay + 1) / 2}
    lines = money = 0.0
    for row in rows:
        item = ITEMS[row["item"]]
        if int(item["least_lv"]) <= level <= int(item["most_lv"]):
            often = days.get(row["when"], 1.0) * float(row["chance"]) * int(row["times"])
            share = 1.0 if item["med_chrgitm_type"] in DRUGS else LEVEL_PRICE[level]
            lines += often
            money += (
                often
                * (int(row["cnt_min"]) + int(row["cnt_max"]))
                / 2
                * float(item["pric"])
                * share
            )
    return lines, money


def average(setting: str) -> tuple[float, float, float]:
    """Mean lines, yuan and nights of a setting over the weights, at level 2 or what the disease needs."""
    total = [0.0, 0.0, 0.0, 0.0]
    for disease in DISEASES:
        if disease["setting"] == setting:
            stay = nights(disease) if setting == "stay" else 0.0
            lines, money = expected(done_for(disease), max(2, int(disease["least_lv"])), stay)
            for n, value in enumerate((1.0, lines, money, stay)):
                total[n] += float(disease["weight"]) * value
    weight, lines, money, stay = total
    return lines / weight, money / weight, stay / weight


def test_codes_are_unique_and_of_the_national_form() -> None:
    codes = Counter(item["med_list_codg"] for item in ITEMS.values())
    assert max(codes.values()) == 1
    for item in ITEMS.values():
        code = item["med_list_codg"]
        assert re.fullmatch(FORMS.get(code[0], r"00\d{9}0000"), code), item["key"]
        assert not item["generic_code"] or code.startswith(item["generic_code"])


def test_drugs_of_one_generic_name_share_its_code_and_others_do_not() -> None:
    first = {ITEMS[key]["generic_code"] for key in ("amlo5", "amlo10")}
    assert len(first) == 1
    groups = Counter(item["generic_code"] for item in ITEMS.values() if item["generic_code"])
    assert max(groups.values()) <= 3
    for key, row in ITEMS.items():
        assert bool(row["generic_code"]) == (row["med_chrgitm_type"] in DRUGS), key


def test_every_charge_class_has_items() -> None:
    assert {item["med_chrgitm_type"] for item in ITEMS.values()} == {
        f"{n:02}" for n in range(1, 15)
    }


def test_limits_leave_room_above_the_usual_price() -> None:
    for item in ITEMS.values():
        assert float(item["lmt_pric"]) >= 1.05 * float(item["pric"]), item["key"]


def test_what_is_done_exists_and_has_sensible_numbers() -> None:
    assert {row["care"] for row in DISEASES} | {
        row["ward"] for row in DISEASES if row["ward"]
    } <= set(CARE)
    assert all(row["item"] in ITEMS for rows in CARE.values() for row in rows)
    for rows in CARE.values():
        for row in rows:
            assert 0 < float(row["chance"]) <= 1
            assert 1 <= int(row["cnt_min"]) <= int(row["cnt_max"])
            assert row["times"] in ("1", "2")


def test_no_ordinary_care_breaks_a_limit_of_sex_age_visit_or_day() -> None:
    for disease in DISEASES:
        for row in done_for(disease):
            item, where = ITEMS[row["item"]], (disease["key"], row["item"])
            assert item["lmt_gend"] in ("", disease["gend"]), where
            # People have a birthday during the year: a year's margin at either end.
            assert int(disease["age_min"]) >= int(item["lmt_age_min"] or -1) + 1, where
            assert int(disease["age_max"]) <= int(item["lmt_age_max"] or 120) - 1, where
            assert item["lmt_med_type"] in ("", disease["med_type"]), where
            assert int(item["least_lv"]) >= int(item["lmt_hosp_lv"] or 0), where
            most = int(row["cnt_max"]) * int(row["times"])
            assert not item["day_max_cnt"] or most <= int(item["day_max_cnt"]), where


def test_ordinary_care_keeps_to_what_is_for_an_illness_a_department_or_a_compound() -> None:
    codes = tomllib.loads((WORLD / "names.toml").read_text("utf-8"))["departments"]
    pieces = {key for key, item in ITEMS.items() if item["med_chrgitm_type"] == "10"}
    limited = {key for key in pieces if ITEMS[key]["lmt_single"]}
    for disease in DISEASES:
        rows = done_for(disease)
        for row in rows:
            item, where = ITEMS[row["item"]], (disease["key"], row["item"])
            for told in filter(None, item["lmt_indication"].split(",")):
                first, last = told[:3], told[-3:]
                if first <= disease["icd"][:3] <= last:
                    break
            else:
                assert not item["lmt_indication"], where
            assert not item["lmt_dept"] or codes[disease["dept"]].startswith(item["lmt_dept"]), (
                where
            )
            assert not item["lmt_insutype"], where
        always = {row["item"] for row in rows if row["chance"] == "1"} & (pieces - limited)
        assert always or not limited & {row["item"] for row in rows}, disease["key"]


def test_an_operation_is_among_what_is_done() -> None:
    for disease in DISEASES:
        if disease["op_key"]:
            assert ITEMS[disease["op_key"]]["med_chrgitm_type"] == "06"
            assert disease["op_key"] in {row["item"] for row in CARE[disease["care"]]}, disease[
                "key"
            ]


def test_nothing_is_done_twice_on_a_day() -> None:
    for disease in DISEASES:
        for one, other in together(done_for(disease)):
            assert one["item"] != other["item"], (disease["key"], one)


def test_ordinary_care_charges_no_conflicting_items_and_no_panel_with_its_parts() -> None:
    pairs = {(row["paid"], row["denied"]): row["scope"] for row in table("conflicts")}
    parts = {(row["whole"], row["part"]) for row in table("bundles")}
    assert len(pairs) >= 40
    assert {key for pair in [*pairs, *parts] for key in pair} <= set(ITEMS)
    for disease in DISEASES:
        rows = done_for(disease)
        for one, other in together(rows):
            pair = one["item"], other["item"]
            assert pair not in pairs and pair not in parts, (disease["key"], pair)
        items = {row["item"] for row in rows}
        clash = [pair for pair, scope in pairs.items() if scope == "visit" and set(pair) <= items]
        assert not clash, disease["key"]


def test_an_inner_day_is_hardly_ever_without_treatment() -> None:
    for disease in DISEASES:
        if disease["setting"] == "stay" and float(disease["nights"]) >= 3:
            level, idle = int(disease["least_lv"]), 1.0
            for row in done_for(disease):
                item = ITEMS[row["item"]]
                if (
                    row["when"] == "daily"
                    and int(item["least_lv"]) <= level
                    and item["med_chrgitm_type"] in TREATMENT
                ):
                    idle *= 1 - float(row["chance"])
            assert idle < 0.02, disease["key"]


def test_a_chronic_fetch_is_a_months_supply_and_belongs_to_the_disease() -> None:
    listed = {(row["opsp_dise_code"], row["generic_code"]) for row in table("chronic_drug")}
    for disease in DISEASES:
        if disease["setting"] == "chronic":
            assert re.fullmatch(r"M\d{5}", disease["opsp_dise_code"])
            lasting = [row for row in done_for(disease) if ITEMS[row["item"]]["pack_days"]]
            for row in lasting:
                supply = int(ITEMS[row["item"]]["pack_days"]) * int(row["cnt_min"])
                assert row["cnt_min"] == row["cnt_max"] and 27 <= supply <= 30, (
                    disease["key"],
                    row["item"],
                )
            for row in done_for(disease):
                item = ITEMS[row["item"]]
                assert (
                    item["med_chrgitm_type"] not in DRUGS
                    or (disease["opsp_dise_code"], item["generic_code"]) in listed
                )


def test_pharmacies_sell_what_they_may_in_short_supply() -> None:
    for name in SHOPS:
        for row in CARE[name]:
            item = ITEMS[row["item"]]
            assert item["sold"] == "1" and item["pack_days"], (name, row["item"])
            # So little that buying often does not look like hoarding.
            assert row["cnt_max"] == "1" or int(row["cnt_max"]) * int(item["pack_days"]) <= 21, (
                name,
                row["item"],
            )
            if name.startswith("pharmacy_"):  # anybody may buy these
                assert not (item["lmt_gend"] or item["lmt_age_min"] or item["lmt_age_max"]), (
                    name,
                    row["item"],
                )


@pytest.mark.parametrize(
    ("setting", "lines", "yuan"),
    [
        ("stay", (110, 150), (5000, 9000)),
        ("visit", (3, 8), (200, 350)),
        ("chronic", (2, 6), (300, 900)),
    ],
)
def test_the_mean_bill_of_a_setting_is_of_the_usual_size(
    setting: str, lines: tuple[int, int], yuan: tuple[int, int]
) -> None:
    number, money, stay = average(setting)
    assert lines[0] <= number <= lines[1]
    assert yuan[0] <= money <= yuan[1]
    assert setting != "stay" or 8 <= stay <= 10


def test_a_sale_of_a_pharmacy_is_of_the_usual_size() -> None:
    for name in SHOPS:
        lines, money = expected(CARE[name], 2)
        assert 1 <= lines <= 4 and 50 <= money <= 130, name


def test_departments_of_diseases_have_a_national_code() -> None:
    names = tomllib.loads((WORLD / "names.toml").read_text("utf-8"))
    assert {row["dept"] for row in DISEASES} <= set(names["departments"])
    assert all(re.fullmatch(r"A\d{2}(\.\d{2})?", code) for code in names["departments"].values())
    assert {f"{sex}_{age}" for sex in ("male", "female") for age in ("young", "old")} == set(
        names["given"]
    )
