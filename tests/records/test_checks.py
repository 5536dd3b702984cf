"""What a check notices about records, and that it stays quiet about what is as it should be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from medaudit.engine.duckdb import DuckEngine
from medaudit.language import speak
from medaudit.records.checks import Looked, look
from medaudit.records.checks.note import WEIGHTS, Note, share
from medaudit.records.load import read
from medaudit.records.recognise import recognise
from medaudit.records.sources import find
from medaudit.settings import Settings
from tests.records.conftest import line, settlement, text, write

Look = Callable[..., Looked]


@pytest.fixture
def looked(tmp_path: Path) -> Iterator[Look]:
    """Looks at files (name → content) and returns what was noticed."""
    engines: list[DuckEngine] = []

    def look_at(files: Mapping[str, str | bytes], settings: Settings | None = None) -> Looked:
        told = settings or Settings()
        engine = DuckEngine(tmp_path / f"staging{len(engines)}", threads=2)
        engines.append(engine)
        data = write(tmp_path / f"data{len(engines)}", files)
        recognised = recognise(find([data], engine), told)
        return look(engine, read(recognised, told, engine, keep_text=True), told)

    yield look_at
    for engine in engines:
        engine.close()


def note(looked: Looked, check: str, where: str = "") -> Note:
    (found,) = [n for n in looked.notes if n.check == check and n.where.startswith(where)]
    return found


def checks(looked: Looked) -> set[str]:
    return {note.check for note in looked.notes}


def stays(number: int, **values: str) -> list[dict[str, str]]:
    return [settlement(n, med_type="21", psn_no=f"P{n}", **values) for n in range(1, number + 1)]


# ---- nothing to say ----


def test_records_without_fault_give_no_note(looked: Look) -> None:
    rows = [
        settlement(n, psn_no=f"P{n}", fixmedins_code="H99010000001", acct_pay="10", psn_cash_pay="30",
                   certno=f"99010019600101123{n}", hosp_lv="3", fixmedins_name="青禾县人民医院")
        for n in range(1, 4)
    ]  # fmt: skip
    lines = [
        line(n, setl_id=f"S{n}", bilg_dr_codg="D990100000001", prd_days="7", upload_time="2025-01-05 09:00:00",
             med_list_codg="XB01AXA223B004010180963", fee_ocur_time=f"2025-01-05 08:30:0{n}")
        for n in range(1, 4)
    ]  # fmt: skip
    assert looked({"settlement.csv": text(*rows), "fee_item.csv": text(*lines)}).notes == []


def test_a_share_is_never_rounded_to_nothing_or_to_everything() -> None:
    told = [
        share(0, 9),
        share(1, 10_000),
        share(1, 3),
        share(9999, 10_000),
        share(5, 5),
        share(0, 0),
    ]
    assert told == ["0%", "<0.1%", "33.3%", ">99.9%", "100%", "0%"]


def test_every_note_is_weighed_and_says_its_piece_in_both_languages(looked: Look) -> None:
    files = {
        "settlement.csv": text(
            *stays(3, hosp_lv="01", gend="不祥", begndate="2025-01-06"), settlement(4)
        ),
        "fee_item.csv": text(line(1), line(2, setl_id="S9", fee_ocur_time="2025-01-05")),
    }
    chinese = looked(files).notes
    speak("en")
    english = looked(files).notes
    assert [(n.check, n.weight, n.count) for n in chinese] == [
        (n.check, n.weight, n.count) for n in english
    ]
    assert {n.weight for n in chinese} <= set(WEIGHTS)
    assert not [n.what for n in english if re.search("[\u4e00-\u9fff]", n.what.replace("不祥", ""))]


# ---- codes ----


def test_an_unknown_kind_of_care_costs_and_names_the_line_that_would_map_it(looked: Look) -> None:
    told = looked({"settlement.csv": text(settlement(1), settlement(2, med_type="9X"))})
    found = note(told, "odd-codes", "settlement.med_type")
    assert (found.weight, found.count, found.of) == ("costs", 1, 2)
    assert "9X×1" in found.what
    assert '[codes.med_type] 写 "9X" = "?"' in found.do


def test_a_kind_of_care_known_by_its_first_digits_is_only_mentioned(looked: Look) -> None:
    told = looked({"settlement.csv": text(settlement(1, med_type="2107"))})
    assert checks(told) >= {"local-kind-of-care"}
    assert "odd-codes" not in checks(told)
    assert "2107→普通住院" in note(told, "local-kind-of-care").what


def test_unmapped_hospital_levels_are_shown_with_what_the_names_of_their_hospitals_suggest(
    looked: Look,
) -> None:
    rows = [
        settlement(1, hosp_lv="01", fixmedins_name="青禾县人民医院"),
        settlement(2, hosp_lv="03", fixmedins_name="望舒镇卫生院", fixmedins_code="H2"),
        settlement(3, hosp_lv="03", fixmedins_name="听雨镇中心卫生院", fixmedins_code="H3"),
        settlement(4, hosp_lv="02", fixmedins_name="青禾县中医医院", fixmedins_code="H4"),
    ]
    (odd,) = looked({"settlement.csv": text(*rows)}).odd
    assert {code.value: code.ours for code in odd.codes} == {"01": "3", "03": "1", "02": ""}
    assert odd.codes[0].why == "2 家卫生院、诊所等"


def test_levels_that_health_centres_and_hospitals_carry_the_wrong_way_round_are_noticed(
    looked: Look,
) -> None:
    rows = [
        settlement(1, hosp_lv="1", fixmedins_name="青禾县人民医院"),
        settlement(2, hosp_lv="3", fixmedins_name="望舒镇卫生院", fixmedins_code="H2"),
        settlement(3, hosp_lv="3", fixmedins_name="桐花村卫生室", fixmedins_code="H3"),
    ]
    found = note(looked({"settlement.csv": text(*rows)}), "levels-turned-round")
    assert "2 家卫生院、诊所等中 2 家标为 3" in found.what


def test_levels_the_right_way_round_are_not(looked: Look) -> None:
    rows = [
        settlement(1, hosp_lv="3", fixmedins_name="青禾县人民医院"),
        settlement(2, hosp_lv="1", fixmedins_name="望舒镇中心卫生院", fixmedins_code="H2"),
        settlement(3, hosp_lv="1", fixmedins_name="采薇乡人民医院", fixmedins_code="H3"),
    ]
    assert "levels-turned-round" not in checks(looked({"settlement.csv": text(*rows)}))


def test_a_name_or_number_in_a_coded_column_is_counted_and_not_shown(looked: Look) -> None:
    rows = [
        settlement(1, psn_name="冯一苇", gend="男", dscg_way="1"),
        settlement(2, psn_name="沈知白", gend="冯一苇", dscg_way="P1"),
        settlement(3, psn_name="", gend="不祥", dscg_way="13800001234"),
    ]
    told = looked({"settlement.csv": text(*rows)})
    said = " ".join(f"{n.what} {n.do}" for n in told.notes)
    assert "不祥×1" in said
    assert "（不显示）×1" in said
    assert not [secret for secret in ("冯一苇", "P1", "13800001234") if secret in said]


def test_a_column_with_too_many_unknown_values_is_taken_for_no_coded_column(looked: Look) -> None:
    rows = [settlement(n, dscg_way=f"家属陪同{n}号") for n in range(40)]
    found = note(looked({"settlement.csv": text(*rows)}), "odd-codes")
    assert "40 种，不像代码" in found.what
    assert "陪同" not in found.what + found.do


def test_a_sex_told_as_unknown_is_no_surprise(looked: Look) -> None:
    rows = [settlement(1, gend="9"), settlement(2, gend="未说明"), settlement(3, gend="男")]
    assert "odd-codes" not in checks(looked({"settlement.csv": text(*rows)}))


def test_settings_can_say_that_a_value_means_nothing(looked: Look) -> None:
    settings = Settings(codes={"gend": {"不祥": ""}})
    told = looked({"settlement.csv": text(settlement(1, gend="不祥"))}, settings)
    assert "odd-codes" not in checks(told)


# ---- formats ----


def test_certificate_numbers_that_end_in_000_in_bulk_were_spoilt_by_a_spreadsheet(
    looked: Look,
) -> None:
    rows = [settlement(n, psn_no=f"P{n}", certno=f"99010019600{n:04}000") for n in range(5)]
    found = note(looked({"settlement.csv": text(*rows)}), "certificates-spoilt")
    assert (found.weight, found.count) == ("costs", 5)


def test_one_certificate_number_in_a_thousand_may_end_in_000(looked: Look) -> None:
    rows = [settlement(n, psn_no=f"P{n}", certno=f"99010019600101{n:04}") for n in range(2001)]
    assert "certificates-spoilt" not in checks(looked({"settlement.csv": text(*rows)}))


def test_masked_certificate_numbers_are_told(looked: Look) -> None:
    told = looked({"settlement.csv": text(settlement(1, certno="990100********1234"))})
    assert note(told, "certificates-masked").count == 1


# ---- money ----


@pytest.mark.parametrize(
    ("values", "check", "yuan"),
    [
        ({"acct_pay": "10", "psn_cash_pay": "25"}, "payments-do-not-add-up", 5),
        ({"fund_pay_sumamt": "130"}, "fund-over-total", 30),
        ({"hifp_pay": "61.50"}, "pool-over-fund", 1.5),
        ({"inscp_scp_amt": "101"}, "scope-over-total", 1),
        ({"inscp_scp_amt": "90", "fulamt_ownpay_amt": "20"}, "scope-and-own-over-total", 10),
    ],
)
def test_a_settlement_that_breaks_an_identity_is_counted_with_its_yuan(
    looked: Look, values: dict[str, str], check: str, yuan: float
) -> None:
    found = note(looked({"settlement.csv": text(settlement(1, **values))}), check)
    assert (found.count, found.of, found.yuan) == (1, 1, yuan)


@pytest.mark.parametrize(
    "values",
    [
        {"acct_pay": "10", "psn_cash_pay": "30.04"},  # within the cents
        {"acct_pay": "10", "psn_cash_pay": "30", "acct_mulaid_pay": "5"},  # shared money contained
        {"acct_pay": "10", "psn_cash_pay": "25", "acct_mulaid_pay": "5"},  # and beside
        {"acct_pay": "10"},  # cash is not known
        {"acct_pay": "10", "psn_cash_pay": "3", "setl_type": "3"},  # medical assistance
        {"inscp_scp_amt": "80", "fulamt_ownpay_amt": "20", "hifp_pay": "60"},
    ],
)
def test_a_settlement_that_keeps_them_is_not(looked: Look, values: dict[str, str]) -> None:
    assert not checks(looked({"settlement.csv": text(settlement(1, **values))})) - {"code-form"}


def test_lines_are_held_against_their_settlement_and_against_count_times_price(
    looked: Look,
) -> None:
    told = looked(
        {
            "settlement.csv": text(settlement(1), settlement(2)),
            "fee_item.csv": text(
                line(1), line(2, setl_id="S2", pric="40", det_item_fee_sumamt="40"),
                line(3, setl_id="S2", pric="30", det_item_fee_sumamt="35", med_list_codg="X2"),
            ),
        }
    )  # fmt: skip
    assert (note(told, "lines-do-not-add-up").count, note(told, "lines-do-not-add-up").yuan) == (
        1,
        25,
    )
    assert (note(told, "count-times-price").count, note(told, "count-times-price").yuan) == (1, 5)


# ---- what belongs together ----


def test_lines_stays_and_diagnoses_without_their_counterpart_are_counted(looked: Look) -> None:
    told = looked(
        {
            "settlement.csv": text(*stays(4), settlement(9)),
            "fee_item.csv": text(line(1), line(2, setl_id="S77"), line(3, setl_id="S2")),
            "diagnosis.csv": "setl_id,diag_code\nS1,J18.900\nS88,J18.900\n",
        }
    )
    lines = note(told, "lines-without-settlement")
    assert (lines.weight, lines.count, lines.of, lines.yuan) == ("costs", 1, 3, 100)
    bare = note(told, "stays-without-lines")
    assert (bare.weight, bare.count, bare.of, bare.yuan) == ("costs", 2, 4, 200)
    assert note(told, "diagnoses-without-settlement").count == 1


def test_the_diagnosis_of_a_refunded_settlement_lacks_nothing(looked: Look) -> None:
    rows = [
        settlement(1),
        settlement(2, medfee_sumamt="-100", fund_pay_sumamt="-60", init_setl_id="S1"),
    ]
    files = {"settlement.csv": text(*rows), "diagnosis.csv": "setl_id,diag_code\nS1,J18.900\n"}
    assert "diagnoses-without-settlement" not in checks(looked(files))


def test_a_visit_number_under_several_people_is_a_filler(looked: Look) -> None:
    rows = [settlement(n, psn_no=f"P{n}", mdtrt_id="0" if n < 4 else f"M{n}") for n in range(1, 6)]
    found = note(looked({"settlement.csv": text(*rows)}), "visit-number-shared")
    assert (found.count, found.of) == (3, 5)


# ---- times ----


def test_dates_long_ago_and_yet_to_come_are_counted(looked: Look) -> None:
    rows = [
        settlement(1, begndate="1990-01-01", brdy="1960-05-01"),
        settlement(2, enddate="2098-01-01", brdy="1903-01-01"),
    ]
    told = looked({"settlement.csv": text(*rows)})
    assert note(told, "implausible-date", "settlement.begndate").count == 1
    assert note(told, "implausible-date", "settlement.enddate").count == 1
    assert note(told, "implausible-date", "settlement.brdy").count == 1


def test_a_month_without_data_is_named_and_a_stray_date_makes_no_gap(looked: Look) -> None:
    months = [1, 2, 3, 5, 6]
    rows = [
        settlement(n, begndate=f"2025-{months[n % 5]:02}-03", enddate=f"2025-{months[n % 5]:02}-03")
        for n in range(150)
    ]
    rows.append(settlement(99, begndate="2009-01-01", enddate="2009-01-01"))
    told = looked({"settlement.csv": text(*rows)})
    assert note(told, "gap-month").count == 1
    assert "2025-04" in note(told, "gap-month").what
    assert told.period == ("2025-01", "2025-06")


def test_fee_lines_of_a_month_can_be_missing_where_settlements_are_there(looked: Look) -> None:
    rows, lines = [], []
    for n in range(12):
        day = f"2025-{1 + n % 3:02}-03"
        rows.append(settlement(n, begndate=day, enddate=day))
        if n % 3 != 2:
            lines.append(line(n, setl_id=f"S{n}", fee_ocur_time=f"{day} 08:00:0{n % 7}"))
    told = looked({"settlement.csv": text(*rows), "fee_item.csv": text(*lines)})
    assert "2025-03" in note(told, "gap-month", "fee_item").what


def test_many_settlements_of_one_institution_in_one_second_are_a_batch(looked: Look) -> None:
    rows = [settlement(n, psn_no=f"P{n}") for n in range(12)]
    lines = [line(n, setl_id=f"S{n}", fee_ocur_time="2025-01-05 23:00:00") for n in range(12)]
    found = note(
        looked({"settlement.csv": text(*rows), "fee_item.csv": text(*lines)}), "batch-times"
    )
    assert (found.count, found.of) == (12, 12)


def test_many_lines_of_one_settlement_in_one_second_are_a_prescription(looked: Look) -> None:
    lines = [line(n, med_list_codg=f"X{n}", det_item_fee_sumamt="5", pric="5") for n in range(20)]
    told = looked({"settlement.csv": text(settlement(1)), "fee_item.csv": text(*lines)})
    assert "batch-times" not in checks(told)


def test_times_that_are_dates_only_are_told(looked: Look) -> None:
    lines = [line(1, fee_ocur_time="2025-01-05"), line(2, fee_ocur_time="20250105")]
    told = looked({"settlement.csv": text(settlement(1)), "fee_item.csv": text(*lines)})
    assert note(told, "times-are-dates").count == 2


# ---- rows and values ----


def test_unreadable_values_are_told_by_their_form_and_never_by_themselves(looked: Look) -> None:
    rows = [
        settlement(1, begndate="31/12/2025"),
        settlement(2, setl_time="下午5点", medfee_sumamt="1O0.00"),
        settlement(3),
    ]
    told = looked({"settlement.csv": text(*rows)})
    assert "99/99/9999" in note(told, "unreadable-values", "settlement.begndate").what
    assert "9A9.99" in note(told, "unreadable-values", "settlement.medfee_sumamt").what
    blank = note(told, "unreadable-values", "settlement.setl_time")
    assert "下午9字" in blank.what
    assert (blank.weight, blank.count) == ("know", 1)
    assert "31/12" not in " ".join(n.what for n in told.notes)


def test_rejected_doubled_and_unmatched_rows_are_told_by_number_and_reason(looked: Look) -> None:
    rows = [
        settlement(1), settlement(1), settlement(2, enddate="2025-01-01"),
        settlement(3, medfee_sumamt="-7", fund_pay_sumamt="-1"),
    ]  # fmt: skip
    told = looked({"settlement.csv": text(*rows)})
    assert "出院（结束）日期早于入院（开始）日期 1" in note(told, "rejected").what
    assert note(told, "duplicates").count == 1
    assert note(told, "refunds-aside").count == 1


def test_days_of_supply_are_missed_where_drugs_are_taken_home_and_not_on_the_ward(
    looked: Look,
) -> None:
    lines = [line(n, setl_id=f"S{1 + n % 2}", prd_days="" if n else "7") for n in range(12)]
    at_home = looked(
        {"settlement.csv": text(settlement(1), settlement(2)), "fee_item.csv": text(*lines)}
    )
    assert note(at_home, "supply-blank").count == 11
    on_ward = looked({"settlement.csv": text(*stays(2)), "fee_item.csv": text(*lines)})
    assert "supply-blank" not in checks(on_ward)


def test_how_full_a_column_is_can_be_read_off(looked: Look) -> None:
    rows = [settlement(1, dscg_way="1"), settlement(2, dscg_way="")]
    assert looked({"settlement.csv": text(*rows)}).filled["settlement"]["dscg_way"] == 1
