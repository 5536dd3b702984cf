"""The data that says what a record is: tables, code tables and the knowledge shipped with medaudit."""

from __future__ import annotations

import csv
import re
import tomllib
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

import medaudit
from medaudit.records.schema import SHIPPED, SQL_TYPES, normal

PACKAGE = Path(medaudit.__file__).parent
TABLES: dict[str, Any] = tomllib.loads(
    (PACKAGE / "records/tables.toml").read_text(encoding="utf-8")
)
CODES: dict[str, Any] = tomllib.loads((PACKAGE / "records/codes.toml").read_text(encoding="utf-8"))

REQUIRED = {
    "exclusion_icd": "prefix place reason",
    "settlement": "setl_id psn_no fixmedins_code med_type begndate enddate medfee_sumamt fund_pay_sumamt",
    "visit": "mdtrt_id",
    "fee_item": "feedetl_sn setl_id fee_ocur_time med_list_codg med_chrgitm_type cnt pric det_item_fee_sumamt",
    "diagnosis": "setl_id diag_code",
    "institution": "fixmedins_code",
    "doctor": "dr_codg",
    "person": "psn_no",
    "catalogue": "med_list_codg",
    "catalogue_limit": "med_list_codg",
    "limit_name": "name",
    "chronic": "psn_no opsp_dise_code begndate",
    # Of knowledge: what a row is about, and what it says of it where a row without that says nothing.
    "care_home": "care_home",
    "suspension": "dr_codg begndate",
    "item_conflict": "paid_item denied_item",
    "item_bundle": "whole_item part_item",
    "item_limit": "med_list_codg",
    "price_limit": "med_list_codg lmt_pric",
    "case_cap": "cap_amt",
    "drug_line": "second first",
    "chronic_drug": "opsp_dise_code generic_code",
    "stock": "fixmedins_code med_list_codg date kind cnt",
    "diagnosis_sex": "prefix gend",
    "mild_diagnosis": "prefix",
    "daily_item": "name day_max_cnt",
    "conflict_name": "paid_name denied_name",
    "interval_item": "name",
    "bed_limit": "lmt_pric",
    "cap_name": "name cap_amt",
    "diagnosis_age": "prefix",
    "severe_diagnosis": "prefix",
    "exam_kind": "name kind",
    "therapy_item": "name",
}

CANONICAL = {
    "hosp_lv": {"0", "1", "2", "3"},
    "lmt_hosp_lv": {"", "1", "2", "3"},
    "fixmedins_type": {"1", "2"},
    "payment_way": {"item", "case", "day"},
    "gend": {"", "1", "2"},
    "lmt_gend": {"", "1", "2"},
    "flag": {"0", "1"},
    "dr_status": {"0", "1"},
}

PREFIX = re.compile(r"O|[A-Z]\d\d(\.\d{1,2})?")


def knowledge(name: str) -> list[dict[str, str]]:
    with (PACKAGE / f"knowledge/{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, strict=True)
        assert rows.fieldnames == list(TABLES[name]["columns"])
        return list(rows)


@pytest.mark.parametrize("table", TABLES)
def test_every_table_and_column_has_a_label_in_both_languages(table: str) -> None:
    for entry in (TABLES[table], *TABLES[table]["columns"].values()):
        assert re.search(r"[\u4e00-\u9fff]", entry["zh"])
        assert entry["en"].isascii()


@pytest.mark.parametrize("table", TABLES)
def test_every_column_has_a_type_that_is_known(table: str) -> None:
    assert {column["type"] for column in TABLES[table]["columns"].values()} <= SQL_TYPES.keys()


def test_a_column_of_one_name_has_one_type_everywhere() -> None:
    kinds: dict[str, set[str]] = {}
    for table in TABLES.values():
        for name, column in table["columns"].items():
            kinds.setdefault(name, set()).add(column["type"])
    assert {name for name, types in kinds.items() if len(types) > 1} == set()


@pytest.mark.parametrize("table", TABLES)
def test_the_key_of_a_table_is_made_of_its_columns(table: str) -> None:
    assert set(TABLES[table]["key"]) <= TABLES[table]["columns"].keys()


@pytest.mark.parametrize("table", TABLES)
def test_the_required_columns_are_those_without_which_nothing_can_be_said(table: str) -> None:
    required = {name for name, column in TABLES[table]["columns"].items() if column.get("required")}
    assert required == set(REQUIRED.get(table, "").split())


@pytest.mark.parametrize("table", TABLES)
def test_a_header_stands_for_one_column_of_a_table_only(table: str) -> None:
    means: dict[str, set[str]] = {}
    for name, column in TABLES[table]["columns"].items():
        for header in (name, column["zh"], column["en"], *column["aliases"]):
            means.setdefault(normal(header), set()).add(name)
    assert {header: names for header, names in means.items() if len(names) > 1} == {}


@pytest.mark.parametrize("table", TABLES)
def test_no_alias_repeats_what_is_recognised_without_it(table: str) -> None:
    for name, column in TABLES[table]["columns"].items():
        counts = Counter(map(normal, (name, column["zh"], *column["aliases"])))
        repeated = {header for header, times in counts.items() if times > 1}
        assert repeated <= ({name} if normal(column["zh"]) == normal(name) else set()), name


def test_a_file_name_stands_for_one_table_only() -> None:
    names = Counter(
        normal(stem)
        for name, table in TABLES.items()
        for stem in (name, table["zh"], *table["files"])
    )
    assert [name for name, times in names.items() if times > 1] == []


def test_a_visit_has_nothing_to_lend_that_a_settlement_cannot_take() -> None:
    assert TABLES["visit"]["columns"].keys() <= TABLES["settlement"]["columns"].keys()


@pytest.mark.parametrize(
    ("table", "header", "column"),
    [
        ("settlement", "结算流水号", "setl_id"),
        ("settlement", "参保人编号", "psn_no"),
        ("settlement", "医疗总费用(元)", "medfee_sumamt"),
        ("settlement", "统筹基金支付", "hifp_pay"),
        ("settlement", "基金支付金额", "fund_pay_sumamt"),
        ("settlement", "cash_payamt", "psn_cash_pay"),
        ("settlement", "dscg_maindiag_code", "dise_codg"),
        ("fee_item", "bkkp_sn", "feedetl_sn"),
        ("fee_item", "hilist_code", "med_list_codg"),
        ("fee_item", "bilg_dr_code", "bilg_dr_codg"),
        ("institution", "批准床位数", "bed_cnt"),
        ("person", "die_date", "death_date"),
    ],
)
def test_a_header_met_in_the_field_is_recognised(table: str, header: str, column: str) -> None:
    told = TABLES[table]["columns"][column]
    assert normal(header) in set(map(normal, told["aliases"]))


def test_every_code_table_is_of_a_column_that_exists() -> None:
    columns = {name for table in TABLES.values() for name in table["columns"]}
    assert CODES.keys() - {"flag", "known"} <= columns
    assert CODES["known"].keys() <= columns


@pytest.mark.parametrize("column", sorted(CODES.keys() - {"med_type", "known"}))
def test_a_code_table_leads_to_canonical_values_only(column: str) -> None:
    allowed = CANONICAL.get(column) or CODES["known"][column].keys()
    assert set(CODES[column].values()) <= set(allowed)
    for value in set(CODES[column].values()) - {""}:
        assert CODES[column][value] == value, "a canonical value stands for itself"


def test_levels_that_sources_number_differently_are_not_guessed() -> None:
    assert CODES["hosp_lv"].keys().isdisjoint({"01", "02", "03", "9", "11"})


def test_every_kind_of_care_has_a_setting_and_says_whether_it_is_a_stay() -> None:
    settings = {"inpatient", "outpatient", "chronic", "pharmacy", "maternity", "other"}
    for code, kind in CODES["med_type"].items():
        assert kind["setting"] in settings, code
        assert isinstance(kind["stay"], bool), code
        assert kind["stay"] or kind["setting"] != "inpatient", code


def test_a_word_for_a_kind_of_care_says_what_its_code_says() -> None:
    kinds = CODES["med_type"]
    for word, kind in kinds.items():
        if not word.isdigit():
            assert {**kinds[kind["code"]], "code": kind["code"]} == kind, word


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_knowledge_names_each_thing_once(name: str) -> None:
    key = TABLES[name]["key"]
    told = Counter(tuple(row[part] for part in key) for row in knowledge(name))
    assert [value for value, times in told.items() if times > 1] == []


@pytest.mark.parametrize("name", ["diagnosis_sex", "mild_diagnosis"])
def test_prefixes_are_those_of_diagnosis_codes_and_none_lies_within_another(name: str) -> None:
    prefixes = [row["prefix"] for row in knowledge(name)]
    assert [prefix for prefix in prefixes if not PREFIX.fullmatch(prefix)] == []
    assert [(a, b) for a, b in combinations(sorted(prefixes), 2) if b.startswith(a)] == []


def test_only_diagnoses_of_one_sex_are_bound_to_it() -> None:
    sex = {row["prefix"]: row["gend"] for row in knowledge("diagnosis_sex")}
    assert set(sex.values()) == {"1", "2"}
    assert (sex["C61"], sex["N40"], sex["C53"], sex["O"]) == ("1", "1", "2", "2")
    # Breast, infertility advice and newborns are of both sexes.
    for code in ("C50.9", "N60.2", "N63", "F52.0", "Z30.0", "Z31.6", "Z37.0", "Z38.0"):
        assert [prefix for prefix in sex if code.startswith(prefix)] == [], code


def test_daily_limits_are_one_a_day_or_one_an_hour() -> None:
    rows = knowledge("daily_item")
    assert {(row["day_max_cnt"], row["note"]) for row in rows} == {("1", "daily"), ("24", "hourly")}
    limits = {row["name"]: row["day_max_cnt"] for row in rows}
    # A name may hold two fragments (II级护理 holds I级护理): they must then agree.
    assert [(a, b) for a in limits for b in limits if a in b and limits[a] != limits[b]] == []
