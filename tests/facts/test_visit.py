"""What is known of each settlement: setting, diagnosis, money, age, and what its visit adds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest

from medaudit import settings
from tests.small_county import Row, Small, line, row, settlement

County = Callable[..., Small]


def test_the_main_diagnosis_is_the_marked_one_else_the_settlements_else_unknown(
    county: County,
) -> None:
    small = county(
        settlement=[
            settlement("S1", dise_codg="I10.x00"),
            settlement("S2", dise_codg="I10.x00"),
            settlement("S3", dise_codg="高血压"),
            settlement("S4", dise_codg="I10.x00"),
            settlement("S5"),
            settlement("S6", dise_codg="BNG040"),  # a code of Chinese medicine
        ],
        diagnosis=[
            row("diagnosis", setl_id="S1", maindiag_flag="1", diag_code="J18.900"),
            row("diagnosis", setl_id="S1", maindiag_flag="0", diag_code="A09.900"),
            row("diagnosis", setl_id="S2", maindiag_flag="0", diag_code="A09.900"),
            # Chinese-medicine diagnoses (types 2 and 3) stand beside the main one.
            row("diagnosis", setl_id="S4", maindiag_flag="1", diag_type="2", diag_code="A01.01"),
        ],
    )
    told = {visit["setl_id"]: (visit["main_dx"], visit["icd3"]) for visit in small.fact("visit")}
    assert told == {
        "S1": ("J18.900", "J18"),
        "S2": ("I10.x00", "I10"),
        "S3": (None, None),
        "S4": ("I10.x00", "I10"),
        "S5": (None, None),
        "S6": (None, None),
    }


MONEY = {
    # name: (fund, account, family account, cash, total) → (fund money, of which account)
    "no account": ((700, None, None, 300, 1000), (700, 0)),
    "an account": ((700, 100, 0, 200, 1000), (800, 100)),
    "family money beside the account": ((700, 100, 50, 150, 1000), (850, 150)),
    "family money inside the account": ((700, 100, 50, 200, 1000), (800, 100)),
    "family money and no account": ((700, 0, 50, 250, 1000), (750, 50)),
    "family money without cash told, more than the account": ((700, 20, 50, None, 1000), (770, 70)),
    "all paid by the account": ((0, 120, 0, 0, 120), (120, 120)),
    "a fund amount below nothing": ((-50, 0, 0, 0, 1000), (0, 0)),
}


def test_fund_money_is_what_the_fund_and_the_accounts_paid_once(county: County) -> None:
    def paid(
        number: int, fund: int, acct: int | None, family: int | None, cash: int | None, total: int
    ) -> Row:
        return settlement(f"S{number}", fund_pay_sumamt=fund, acct_pay=acct, acct_mulaid_pay=family,
                          psn_cash_pay=cash, medfee_sumamt=total)  # fmt: skip

    small = county(settlement=[paid(i, *given) for i, (given, _) in enumerate(MONEY.values())])
    told = {v["setl_id"]: (v["fund_money"], v["account_money"]) for v in small.fact("visit")}
    for number, (name, (_, wanted)) in enumerate(MONEY.items()):
        assert told[f"S{number}"] == tuple(map(Decimal, wanted)), name


def test_kinds_of_care_are_told_by_the_code_or_its_beginning(county: County) -> None:
    codes = {
        "21": ("inpatient", True), "2105": ("inpatient", True), "210101": ("inpatient", True), "28": ("inpatient", True),
        "11": ("outpatient", False), "14": ("chronic", False), "140101": ("chronic", False), "9929": ("chronic", False),
        "41": ("pharmacy", False), "52": ("maternity", True), "51": ("maternity", False), "ZZ": ("other", False),
    }  # fmt: skip
    small = county(settlement=[settlement(f"S-{code}", med_type=code) for code in codes])
    told = {v["med_type"]: (v["setting"], v["is_stay"]) for v in small.fact("visit")}
    assert told == codes


def test_settings_say_what_a_local_kind_of_care_is(county: County) -> None:
    local = settings.of({"codes": {"setting": {"7X": "inpatient", "21": "other"}}})
    small = county(
        local, settlement=[settlement("S1", med_type="7X"), settlement("S2", med_type="21")]
    )
    told = {v["setl_id"]: (v["setting"], v["is_stay"]) for v in small.fact("visit")}
    assert told == {"S1": ("inpatient", True), "S2": ("other", False)}


def test_the_age_is_told_in_full_years_and_turns_on_the_birthday(county: County) -> None:
    birthdays = {
        "2001-03-01": 24,  # today
        "2001-03-02": 23,  # tomorrow
        "2024-03-01": 1,
        "2024-03-02": 0,
        "2025-03-01": 0,
        "2004-02-29": 21,  # on 1 March of a year without the day
        "1925-03-01": 100,
    }
    small = county(
        settlement=[settlement(f"S{i}", psn_no=f"P{i}") for i in range(len(birthdays))],
        person=[row("person", psn_no=f"P{i}", brdy=day) for i, day in enumerate(birthdays)],
    )
    told = {str(v["brdy"]): v["age"] for v in small.fact("visit")}
    assert told == birthdays


def test_a_visit_fills_what_the_settlement_leaves_blank_and_nothing_else(county: County) -> None:
    small = county(
        settlement=[
            settlement("S1", mdtrt_id="M1", dscg_way=None, adm_way="2", adm_bed=None),
            settlement("S2", mdtrt_id="M2", dscg_way=None, adm_way=None, adm_bed=None),
        ],
        visit=[row("visit", mdtrt_id="M1", dscg_way="3", adm_way="1", adm_bed="12")],
    )
    told = {v["setl_id"]: (v["dscg_way"], v["adm_way"], v["bed"]) for v in small.fact("visit")}
    assert told == {"S1": ("3", "2", "12"), "S2": (None, None, None)}


def test_two_copies_of_a_visit_do_not_double_the_settlement(county: County) -> None:
    copy = row("visit", mdtrt_id="M1", dscg_way="3")
    small = county(settlement=[settlement("S1", mdtrt_id="M1")], visit=[copy, copy])
    assert len(small.fact("visit")) == 1


def test_a_pharmacy_is_told_by_the_table_else_by_its_code_else_by_the_kind_of_care(
    county: County,
) -> None:
    small = county(
        settlement=[
            settlement("S1", fixmedins_code="H1"),
            settlement("S2", fixmedins_code="P42"),
            settlement("S3", fixmedins_code="X7", med_type="41"),
            settlement("S4", fixmedins_code="P43"),
            settlement("S5", fixmedins_code="H1", med_type="41"),  # a hospital that also sells
        ],
        institution=[{"fixmedins_code": "P43", "fixmedins_type": "1", "fixmedins_name": "卫生院"}],
    )
    told = {v["setl_id"]: v["fixmedins_type"] for v in small.fact("visit")}
    assert told == {"S1": "1", "S2": "2", "S3": "2", "S4": "1", "S5": "1"}


def test_a_planned_readmission_is_read_in_both_codings(county: County) -> None:
    flags = [settlement("S1", days_rinp_flag_31="1"), settlement("S2", days_rinp_flag_31="0")]
    assert county(settlement=flags).values("visit", "readmission_planned") == [False, True]
    # Where 2 occurs the front page's coding is in use: 1 no, 2 yes.
    small = county(settlement=[*flags[:1], settlement("S3", days_rinp_flag_31="2")])
    told = {v["setl_id"]: v["readmission_planned"] for v in small.fact("visit")}
    assert told == {"S1": False, "S3": True}


def test_a_line_belongs_to_its_settlement_and_counts_what_is_in_scope(county: County) -> None:
    small = county(
        settlement=[settlement("S1", mdtrt_id="M1")],
        fee_item=[
            line("F1", det_item_fee_sumamt=30, inscp_amt=20),
            line("F2", det_item_fee_sumamt=30, inscp_amt=None),
            line("F3", setl_id="S9"),  # no such settlement
        ],
    )
    lines = small.fact("line")
    assert [(one["feedetl_sn"], one["stay_id"]) for one in lines] == [("F1", "M1"), ("F2", "M1")]
    assert [one["scope_amount"] for one in lines] == [20, 30]
    assert lines[0]["day"] == dt.date(2025, 3, 2)


def test_person_days_count_settlements_that_are_no_stay(county: County) -> None:
    small = county(
        settlement=[
            settlement("S1", med_type="11"),
            settlement("S2", med_type="14", fixmedins_code="H2"),
            settlement("S3", med_type="21"),
        ]
    )
    [day] = small.fact("person_day")
    assert (day["visits"], day["institutions"], day["fund_money"]) == (2, 2, 1400)


def test_item_days_add_up_what_one_person_got_of_one_item_on_one_day(county: County) -> None:
    small = county(
        settlement=[settlement("S1"), settlement("S2", fixmedins_code="H2")],
        fee_item=[
            line("F1", cnt=2),
            line("F2", cnt=3, setl_id="S2", fee_ocur_time="2025-03-02 23:59:59"),
            line("F3", cnt=5, fee_ocur_time="2025-03-03 00:00:00"),
        ],
    )
    told = [(one["day"].day, one["lines"], one["cnt"]) for one in small.fact("item_day")]
    assert told == [(2, 2, 5), (3, 1, 5)]


def test_the_daily_limit_comes_from_the_catalogue_else_the_limits_else_the_names_we_know(
    county: County,
) -> None:
    items = {
        "A": "心电监护",
        "B": "心电监护",
        "C": "心电监护",
        "D": "某不知名项目",
        "E": "II级护理",
    }
    small = county(
        settlement=[settlement()],
        fee_item=[line(f"F{i}", med_list_codg=i, med_list_name=name) for i, name in items.items()],
        catalogue=[row("catalogue", med_list_codg="A", day_max_cnt=7)],
        item_limit=[
            {"med_list_codg": "A", "kind": "count", "value": 5, "unit": "day"},
            {"med_list_codg": "B", "kind": "count", "value": 5, "unit": "day"},
        ],
    )
    told = {
        i["med_list_codg"]: (i["day_max_cnt"], i["is_listed_max"], i["is_hourly"])
        for i in small.fact("item")
    }
    assert told == {
        "A": (7, True, True),
        "B": (5, True, True),
        "C": (24, False, True),
        "D": (None, False, False),
        "E": (1, False, False),
    }


@pytest.mark.parametrize("code", ["0000", "9999999", "D000000", "未知", "unknown", "-", "K01"])
def test_codes_that_name_nobody_are_no_doctor(county: County, code: str) -> None:
    small = county(
        settlement=[settlement(atddr_no=code)],
        fee_item=[
            line("F1", bilg_dr_codg=code, bilg_dept_codg="K01"),
            line("F2", bilg_dr_codg="D42", bilg_dept_codg="K01"),
            line("F3", bilg_dr_codg="D43", bilg_dr_name="未知医师"),
        ],
    )
    assert {visit["dr_codg"] for visit in small.fact("doctor_visit")} == {"D42"}


def test_a_doctor_answers_for_the_lines_they_ordered(county: County) -> None:
    small = county(
        settlement=[settlement("S1", atddr_no="D1", medfee_sumamt=1000, fund_pay_sumamt=700)],
        fee_item=[
            line("F1", bilg_dr_codg="D1", det_item_fee_sumamt=250),
            line("F2", bilg_dr_codg="D2", det_item_fee_sumamt=100),
        ],
    )
    told = {v["dr_codg"]: (v["charge"], v["fund_money"]) for v in small.fact("doctor_visit")}
    # 700 yuan for 1000: a quarter and a tenth of it.
    assert told == {"D1": (250, 175), "D2": (100, 70)}


def test_a_calendar_knows_weekends_and_holidays(county: County) -> None:
    small = county(settlement=[settlement(begndate="2024-12-30", enddate="2025-10-09")])
    days = {day["day"]: day for day in small.fact("calendar")}
    assert len(days) == 366 + 365 + 365  # whole years, and the one after the data
    assert min(days) == dt.date(2024, 1, 1)
    assert max(days) == dt.date(2026, 12, 31)
    for day, told in days.items():
        assert told["weekday"] == day.isoweekday()
        assert told["is_weekend"] == (day.isoweekday() >= 6)
        assert told["month"] == day.isoformat()[:7]
        assert told["year"] == day.year
    holidays = {
        day.isoformat()[5:] for day, told in days.items() if told["is_holiday"] and day.year == 2025
    }
    # The eve of the Spring Festival (29 January 2025) to its sixth day and what the regulation names.
    spring = {"01-28", "01-29", "01-30", "01-31", "02-01", "02-02", "02-03", "02-04"}
    assert spring <= holidays
    assert {"01-01", "05-01", "05-05", "10-01", "10-07"} <= holidays
    assert not {"12-31", "01-02", "01-27", "02-05", "04-30", "05-06", "09-30", "10-08"} & holidays


def test_a_date_far_off_does_not_make_a_calendar_of_a_million_days(county: County) -> None:
    small = county(settlement=[settlement(begndate="1900-01-01", enddate="9999-12-31")])
    assert len(small.fact("calendar")) <= 102 * 366
