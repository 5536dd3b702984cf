"""Findings: ids that stay, money that is a share of what was paid, levels that only go down, words in two languages."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from medaudit.detectors.catalogue import known
from medaudit.detectors.run import Ran
from medaudit.findings import COLUMNS
from medaudit.findings.text import sentence
from medaudit.language import speak
from tests.small_county import Row, Small, generate, line, of_line, of_visit, row, rule, settlement

Audited = tuple[Small, list[Ran]]


@pytest.fixture
def audited(tmp_path: Path) -> Iterator[Callable[..., Small]]:
    """Call it with rules (code → SQL, or (SQL, header)) and tables: they run as a user's own."""
    made: list[Small] = []

    def make(rules: dict[str, Any], **tables: list[Row]) -> Small:
        folder = tmp_path / f"county{len(made)}"
        small = Small(folder, tables)
        made.append(small)
        for code, told in rules.items():
            sql, header = told if isinstance(told, tuple) else (told, {})
            rule(folder / "rules", code, sql, **header)
        outcome = small.audit(folder / "rules", select=list(rules))
        assert [ran.why for ran in outcome if ran.state != "ran"] == []
        return small

    yield make
    for small in made:
        small.engine.close()


def found(small: Small) -> list[Row]:
    return small.rows("SELECT * FROM findings ORDER BY rule, setl_id, finding_id")


def money(small: Small) -> list[tuple[Decimal, Decimal]]:
    return [(one["amount"], one["account_amount"]) for one in found(small)]


def test_the_columns_are_those_of_findings_csv(audited: Callable[..., Small]) -> None:
    small = audited({"STY90": of_visit()}, settlement=[settlement()])
    assert tuple(small.engine.columns("findings")) == COLUMNS


# ---- ids ----------------------------------------------------------------------------------------


def ids(tables: dict[str, list[Row]], folder: Path) -> set[str]:
    small = Small(folder, tables)
    small.audit(select=["STY", "BIL"])
    told = {one["finding_id"] for one in small.rows("SELECT finding_id FROM finding")}
    small.engine.close()
    return told


def test_ids_stay_the_same_however_the_rows_lie_and_whoever_else_is_there(tmp_path: Path) -> None:
    tables = generate(seed=5)
    plain = ids(tables, tmp_path / "plain")
    assert len(plain) > 10
    shuffled = {name: list(rows) for name, rows in tables.items()}
    for rows in shuffled.values():
        Random(1).shuffle(rows)
    assert ids(shuffled, tmp_path / "shuffled") == plain
    others = [
        settlement("Z1", psn_no="Z", fixmedins_code="HZ", begndate="2025-01-02"),
        settlement("Z2", psn_no="ZZ", fixmedins_code="HZ", med_type="11"),
    ]
    more = tables | {"settlement": [*others, *tables["settlement"]]}
    assert ids(more, tmp_path / "more") == plain


def test_an_id_is_of_the_rule_and_its_key_not_of_amounts(audited: Callable[..., Small]) -> None:
    one = audited({"STY90": of_visit()}, settlement=[settlement("S1", medfee_sumamt=1000)])
    other = audited({"STY90": of_visit()}, settlement=[settlement("S1", medfee_sumamt=2000)])
    assert [f["finding_id"] for f in found(one)] == [f["finding_id"] for f in found(other)]
    assert found(one)[0]["finding_id"].startswith("STY90-")


def test_hits_of_one_key_are_one_finding_with_the_earliest_day(
    audited: Callable[..., Small],
) -> None:
    small = audited(
        {"STY90": (of_visit(), {"key": '["psn_no"]', "subject": "patient"})},
        settlement=[
            settlement("S2", begndate="2025-03-01", enddate="2025-03-05"),
            settlement("S1", begndate="2025-05-01", enddate="2025-05-05"),
        ],
    )
    [finding] = found(small)
    assert (finding["subject_type"], finding["subject_id"]) == ("patient", "P1")
    assert str(finding["occurred_on"]) == "2025-03-01"
    assert finding["charge_amount"] == 2000
    assert finding["amount"] == 1400


# ---- money --------------------------------------------------------------------------------------


def two_lines(**values: Any) -> dict[str, list[Row]]:
    """1000 yuan, 700 of the fund and 100 of the account; two lines say what they are made of."""
    return {
        "settlement": [settlement(medfee_sumamt=1000, fund_pay_sumamt=700, acct_pay=100, **values)],
        "fee_item": [
            line("F1", det_item_fee_sumamt=600, inscp_amt=300),
            line("F2", det_item_fee_sumamt=400, inscp_amt=100),
        ],
    }


def test_a_lines_money_is_its_share_of_what_is_in_scope(audited: Callable[..., Small]) -> None:
    small = audited({"BIL90": (of_line(), {"key": '["feedetl_sn"]'})}, **two_lines())
    # 800 yuan were paid, 100 of them by the account; three quarters of the scope is the first line's.
    assert sorted(money(small)) == [(200, 25), (600, 75)]


def test_the_violating_part_takes_its_fraction_of_the_line(audited: Callable[..., Small]) -> None:
    half = of_line("l.feedetl_sn = 'F1'", amount="CAST(300 AS DECIMAL(16,2))")
    small = audited({"BIL90": (half, {"key": '["feedetl_sn"]'})}, **two_lines())
    assert [one["charge_amount"] for one in found(small)] == [300]
    assert money(small) == [(300, Decimal("37.50"))]


def test_several_lines_of_one_finding_add_up_to_no_more_than_was_paid(
    audited: Callable[..., Small],
) -> None:
    small = audited({"BIL90": of_line()}, **two_lines())
    [finding] = found(small)
    assert (finding["charge_amount"], finding["amount"]) == (1000, 800)
    assert json.loads(finding["evidence"])["lines"] == 2


def test_a_settlement_as_a_whole_takes_all_that_was_paid(audited: Callable[..., Small]) -> None:
    assert money(audited({"STY90": of_visit()}, **two_lines())) == [(800, 100)]


def test_a_part_of_a_settlement_takes_its_fraction(audited: Callable[..., Small]) -> None:
    part = of_visit(amount="CAST(250 AS DECIMAL(16,2))")
    assert money(audited({"STY90": part}, **two_lines())) == [(200, 25)]


@pytest.mark.parametrize(
    "claimed", ["v.charge * 3", "CAST(5000 AS DECIMAL(16,2))", "CAST('inf' AS DOUBLE)"]
)
def test_a_rule_that_claims_more_than_was_charged_gets_what_was_charged(
    audited: Callable[..., Small], claimed: str
) -> None:
    small = audited({"STY90": of_visit(amount=claimed)}, **two_lines())
    [finding] = found(small)
    assert (finding["charge_amount"], finding["amount"]) == (1000, 800)


@pytest.mark.parametrize(
    "claimed", ["-v.charge", "CAST(NULL AS DECIMAL(16,2))", "CAST(0 AS DOUBLE)"]
)
def test_a_rule_that_claims_nothing_gets_nothing(
    audited: Callable[..., Small], claimed: str
) -> None:
    small = audited({"STY90": of_visit(amount=claimed)}, **two_lines())
    [finding] = found(small)
    assert (finding["charge_amount"], finding["amount"]) == (0, 0)


def test_lines_missing_from_the_files_keep_their_share(audited: Callable[..., Small]) -> None:
    tables = two_lines()
    tables["fee_item"] = tables["fee_item"][:1]  # 600 of 1000 yuan are told
    # The line told is all the scope we know of, for 600 of the 1000 yuan.
    assert money(audited({"BIL90": of_line()}, **tables)) == [(480, 60)]


def test_where_no_scope_is_told_or_all_of_it_is_nought_the_charges_say(
    audited: Callable[..., Small],
) -> None:
    for scope in (None, 0):
        tables = two_lines()
        tables["fee_item"] = [one | {"inscp_amt": scope} for one in tables["fee_item"]]
        small = audited({"BIL90": (of_line(), {"key": '["feedetl_sn"]'})}, **tables)
        assert sorted(money(small)) == [(320, 40), (480, 60)]


def test_a_line_out_of_scope_cost_the_fund_nothing(audited: Callable[..., Small]) -> None:
    tables = two_lines()
    tables["fee_item"][0]["inscp_amt"] = 0
    small = audited({"BIL90": (of_line(), {"key": '["feedetl_sn"]'})}, **tables)
    assert sorted(money(small)) == [(0, 0), (800, 100)]


def test_cents_lost_or_won_by_rounding_never_pass_what_was_paid(
    audited: Callable[..., Small],
) -> None:
    small = audited(
        {"BIL90": of_line()},
        settlement=[settlement(medfee_sumamt=30, fund_pay_sumamt="0.02")],
        fee_item=[line(f"F{i}", det_item_fee_sumamt=10) for i in range(3)],
    )
    # Two thirds of a cent each would be rounded up to three cents.
    assert money(small) == [(Decimal("0.02"), 0)]


def test_medical_assistance_is_paid_but_its_charge_is_not_a_second_one(
    audited: Callable[..., Small],
) -> None:
    small = audited(
        {"STY90": (of_visit(more=", v.stay_id"), {"key": '["stay_id"]'})},
        settlement=[
            settlement("S1", mdtrt_id="M1", medfee_sumamt=1000, fund_pay_sumamt=700),
            settlement("S2", mdtrt_id="M1", medfee_sumamt=1000, fund_pay_sumamt=200, setl_type="3"),
        ],
    )
    [finding] = found(small)
    assert (finding["charge_amount"], finding["amount"]) == (1000, 900)


def test_a_hit_without_a_settlement_has_no_money(audited: Callable[..., Small]) -> None:
    sql = of_visit().replace("v.setl_id,", "CAST(NULL AS VARCHAR) AS setl_id,")
    small = audited(
        {"IDN90": (sql, {"key": '["psn_no"]', "subject": "patient"})}, settlement=[settlement()]
    )
    [finding] = found(small)
    assert (finding["setl_id"], finding["amount"]) == (None, 0)


def test_only_overcharging_inside_a_packaged_stay_is_kept_apart(
    audited: Callable[..., Small],
) -> None:
    rules = {"BIL90": of_line(), "CAP90": of_visit(), "STY90": of_visit()}
    over = {"BIL90", "CAP90"}
    for way, apart in (("按病种", over), ("按床日", over), ("按项目", set())):
        hospital = {"fixmedins_code": "H1", "payment_way": way}
        small = audited(rules, institution=[hospital], **two_lines())
        packaged = small.rows("SELECT DISTINCT rule FROM finding_line WHERE packaged")
        assert {one["rule"] for one in packaged} == apart
        assert {one["rule"] for one in found(small) if one["packaged"] == 1} == apart
    outpatient = audited(
        rules, institution=[{"fixmedins_code": "H1", "payment_way": "按病种"}], **two_lines(med_type="11")
    )  # fmt: skip
    assert outpatient.rows("SELECT rule FROM finding_line WHERE packaged") == []


def test_no_finding_of_ours_takes_more_than_its_settlements_paid(tmp_path: Path) -> None:
    small = Small(tmp_path, generate(seed=11, people=120))
    small.audit(select=["STY", "BIL", "IDN", "MED", "DOC"])
    over = small.rows(
        "SELECT f.rule, f.setl_id, f.amount, p.paid FROM finding f JOIN (SELECT o.finding_id, sum(v.fund_money) AS paid "
        "FROM (SELECT DISTINCT finding_id, setl_id FROM finding_line) o JOIN visit v ON v.setl_id = o.setl_id "
        "GROUP BY o.finding_id) p ON p.finding_id = f.finding_id WHERE f.amount > p.paid"
    )
    assert small.engine.value("SELECT count(*) FROM finding WHERE amount > 0") > 10
    assert over == []
    small.engine.close()


# ---- levels, subjects, evidence -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("of_rule", "of_hit", "level"),
    [
        ("violation", "'lead'", "lead"),
        ("violation", "'suspected'", "suspected"),
        ("suspected", "'violation'", "suspected"),
        ("lead", "'violation'", "lead"),
        ("lead", "'suspected'", "lead"),
        ("suspected", "CAST(NULL AS VARCHAR)", "suspected"),
        ("suspected", "'nonsense'", "suspected"),
    ],
)
def test_a_hit_may_lower_the_level_of_its_rule_and_never_raise_it(
    audited: Callable[..., Small], of_rule: str, of_hit: str, level: str
) -> None:
    sql = of_visit(more=f", {of_hit} AS level")
    small = audited({"STY90": (sql, {"level": of_rule})}, settlement=[settlement()])
    assert [one["level"] for one in found(small)] == [level]


def test_the_strongest_hit_speaks_for_the_finding(audited: Callable[..., Small]) -> None:
    sql = of_visit(
        strength=0, more=", CASE WHEN v.setl_id = 'S1' THEN 'lead' END AS level"
    ).replace("CAST(0 AS DOUBLE)", "CASE WHEN v.setl_id = 'S1' THEN 0.3 ELSE 0.66666 END")
    small = audited(
        {"STY90": (sql, {"key": '["psn_no"]'})},
        settlement=[
            settlement("S1"),
            settlement("S2", begndate="2025-05-01", enddate="2025-05-02"),
        ],
    )
    [finding] = found(small)
    assert (finding["level"], finding["strength"]) == ("suspected", Decimal("0.6667"))


@pytest.mark.parametrize(("given", "kept"), [(-1, 0), (7, 1), (0.5, Decimal("0.5"))])
def test_a_strength_is_kept_between_nothing_and_one(
    audited: Callable[..., Small], given: float, kept: Any
) -> None:
    small = audited({"STY90": of_visit(strength=given)}, settlement=[settlement()])
    assert [one["strength"] for one in found(small)] == [kept]


@pytest.mark.parametrize(
    ("subject", "kind", "who"),
    [
        ("settlement", "settlement", "S1"),
        ("patient", "patient", "P1"),
        ("doctor", "doctor", "D1"),
        ("institution", "institution", "H1"),
    ],
)
def test_the_subject_is_who_the_rule_is_about(
    audited: Callable[..., Small], subject: str, kind: str, who: str
) -> None:
    small = audited(
        {"STY90": (of_visit(), {"subject": subject})}, settlement=[settlement(atddr_no="D1")]
    )
    assert [(f["subject_type"], f["subject_id"]) for f in found(small)] == [(kind, who)]


def test_an_institution_of_type_two_is_a_pharmacy(audited: Callable[..., Small]) -> None:
    small = audited(
        {"PHA90": (of_visit(), {"subject": "institution"})},
        settlement=[settlement(fixmedins_code="P42", med_type="41")],
    )
    assert found(small)[0]["subject_type"] == "pharmacy"


def test_a_patient_with_two_numbers_is_one_subject(audited: Callable[..., Small]) -> None:
    same = {"certno": "110101199001010011", "brdy": "1990-01-01"}
    small = audited(
        {"IDN90": (of_visit(), {"subject": "patient"})},
        settlement=[settlement("S1", psn_no="P9"), settlement("S2", psn_no="P2")],
        person=[row("person", psn_no="P9", **same), row("person", psn_no="P2", **same)],
    )
    assert {f["subject_id"] for f in found(small)} == {"P2"}


def test_evidence_is_json_with_every_other_column_and_values_as_they_are(
    audited: Callable[..., Small],
) -> None:
    more = (
        ", v.begndate AS day, v.setl_time AS moment, v.age, v.charge AS paid, v.is_stay, v.dise_name, "
        "CAST(1 AS DOUBLE) / 3 AS third, CAST('inf' AS DOUBLE) AS endless, v.psn_name AS nobody"
    )
    small = audited(
        {"STY90": of_visit(more=more)},
        settlement=[settlement(setl_time="2025-03-08 10:30:00", dise_name='肺炎 "重"', brdy="1990-03-01", medfee_sumamt="1000.50")],
    )  # fmt: skip
    told = json.loads(found(small)[0]["evidence"], parse_constant=pytest.fail)
    assert told == {
        "day": "2025-03-01", "moment": "2025-03-08 10:30:00", "age": 35, "paid": 1000.5, "is_stay": True,
        "dise_name": '肺炎 "重"', "third": 0.3333,
    }  # fmt: skip


def test_what_is_said_depends_on_the_language_and_nothing_else_does(
    audited: Callable[..., Small],
) -> None:
    said = {
        "message_zh": "{dise_name}，{days_in} 天，{money} 元，{when}",
        "message_en": "{dise_name}, {days_in} days, {money} yuan, {when}",
    }
    sql = of_visit(
        more=", v.dise_name, date_diff('day', v.begndate, v.enddate) AS days_in, CAST(12345.5 AS DOUBLE) AS money, "
        "v.begndate AS when"
    )
    rules = {"STY90": (sql.replace("AS when", 'AS "when"'), said)}
    tables = {"settlement": [settlement()]}
    [zh] = found(audited(rules, **tables))
    speak("en")
    [en] = found(audited(rules, **tables))
    assert zh["reason"] == "不详，7 天，12,345.50 元，2025-03-01"
    assert en["reason"] == "unknown, 7 days, 12,345.50 yuan, 2025-03-01"
    assert {k: v for k, v in zh.items() if k != "reason"} == {
        k: v for k, v in en.items() if k != "reason"
    }


def test_cents_are_told_in_full_and_other_figures_without_zeros_at_the_end(
    audited: Callable[..., Small],
) -> None:
    said = {
        "message_zh": "{minutes} 分钟，{ratio} 倍，{few} 次，{cost} 元，共 {charge_amount} 元",
        "message_en": "{minutes} minutes, {ratio} times, {few}, cost {cost}, {charge_amount} yuan in all",
    }
    more = (
        ", CAST(1010.10 AS DECIMAL(16,2)) AS minutes, CAST(2 AS DOUBLE) / 3 AS ratio, "
        "CAST(0.0012 AS DECIMAL(9,4)) AS few, CAST(12.5 AS DOUBLE) AS cost"
    )
    rules = {"STY90": (of_visit(amount="CAST(70.50 AS DECIMAL(16,2))", more=more), said)}
    tables = {"settlement": [settlement()]}
    [zh] = found(audited(rules, **tables))
    speak("en")
    [en] = found(audited(rules, **tables))
    assert zh["reason"] == "1,010.1 分钟，0.67 倍，0.0012 次，12.50 元，共 70.50 元"
    # The cost is money here too, though only the Chinese says yuan of it.
    assert en["reason"] == "1,010.1 minutes, 0.67 times, 0.0012, cost 12.50, 70.50 yuan in all"


def test_the_money_in_a_sentence_is_the_findings_not_the_hits(
    audited: Callable[..., Small],
) -> None:
    said = {"message_zh": "{charge_amount} 元，基金 {amount} 元"}
    small = audited({"BIL90": (of_line(), said)}, **two_lines())
    assert found(small)[0]["reason"] == "1000 元，基金 800 元"


def test_the_unit_of_a_limit_is_said_in_the_language_and_kept_in_the_evidence(
    audited: Callable[..., Small],
) -> None:
    said = {
        "message_zh": "{cap_unit}；{measure}{allowance}",
        "message_en": "{cap_unit}; {measure}{allowance}",
    }
    rules = {
        "STY90": (
            of_visit(
                more=", 'stay' AS cap_unit, '2 > 1 / year' AS measure, CAST(NULL AS VARCHAR) AS allowance"
            ),
            said,
        )
    }
    [zh] = found(audited(rules, settlement=[settlement()]))
    speak("en")
    [en] = found(audited(rules, settlement=[settlement()]))
    assert (zh["reason"], en["reason"]) == ("每次住院；2 > 1 每年", "a stay; 2 > 1 a year")
    assert json.loads(zh["evidence"]) == {"cap_unit": "stay", "measure": "2 > 1 / year"}


def test_codes_are_said_in_words_and_kept_in_the_evidence(audited: Callable[..., Small]) -> None:
    codes = {"kind": "care_home", "scope": "day", "prior_hosp_lv": "2", "insutype": "310", "med_type": "21",
             "item": "X100", "cap_unit": "annum"}  # fmt: skip
    said = "；".join(f"{{{name}}}" for name in codes)
    more = "".join(f", '{code}' AS {name}" for name, code in codes.items())
    rules = {"STY90": (of_visit(more=more), {"message_zh": said, "message_en": said})}
    [zh] = found(audited(rules, settlement=[settlement()]))
    speak("en")
    [en] = found(audited(rules, settlement=[settlement()]))
    assert zh["reason"] == "养老机构；同日；二级；职工基本医疗保险；普通住院；X100；annum"
    assert en["reason"].startswith("care home；same day；level 2；employees' basic scheme；")
    assert json.loads(zh["evidence"]) == json.loads(en["evidence"]) == codes


def test_one_of_a_kind_is_told_in_the_singular(audited: Callable[..., Small]) -> None:
    message = "at {one} institutions, {one} such persons, {one} people, {two} days, {one} families, {one} is"
    more = ", 1 AS one, 2 AS two"
    speak("en")
    [told] = found(
        audited(
            {"STY90": (of_visit(more=more), {"message_en": message})}, settlement=[settlement()]
        )
    )
    assert told["reason"] == "at 1 institution, 1 such person, 1 person, 2 days, 1 family, 1 is"


def test_a_sentence_never_tells_a_telephone_in_full(audited: Callable[..., Small]) -> None:
    more = ", '13812345678' AS coner_tel, '13812345678' AS group_name, '66668888' AS room"
    rules = {"STY90": (of_visit(more=more), {"message_zh": "{coner_tel}、{group_name}、{room}"})}
    [told] = found(audited(rules, settlement=[settlement()]))
    assert told["reason"] == "138******78、138******78、66668888"
    assert json.loads(told["evidence"])["coner_tel"] == "13812345678"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("槐耳颗粒", "一次取槐耳颗粒共 3 盒"),
        ("CT 平扫", "一次取 CT 平扫共 3 盒"),
        ("血钙Ca", "一次取血钙Ca 共 3 盒"),
        ("胰岛素（笔芯）", "一次取胰岛素（笔芯）共 3 盒"),
        (None, "一次取不详共 3 盒"),
    ],
)
def test_a_value_that_is_chinese_itself_stands_in_a_sentence_without_blanks(
    value: str | None, told: str
) -> None:
    said = replace(known()[0], message={"zh": "一次取 {drug} 共 {cnt} 盒", "en": ""})
    assert sentence(said, {"drug": value, "cnt": 3}) == told


def test_nothing_found_leaves_empty_tables_of_the_same_columns(
    audited: Callable[..., Small],
) -> None:
    small = audited({"STY90": of_visit("FALSE")}, settlement=[settlement()])
    assert found(small) == []
    assert small.rows("SELECT * FROM suspects") == []


def test_ids_of_columns_without_values_do_not_upset_the_others(
    audited: Callable[..., Small],
) -> None:
    sql = (
        of_visit().replace("v.dr_codg,", "NULL AS dr_codg,").replace("v.psn_no,", "NULL AS psn_no,")
    )
    small = audited({"STY90": sql, "STY91": of_visit()}, settlement=[settlement(atddr_no="D1")])
    assert [(f["dr_codg"], f["psn_no"]) for f in found(small)] == [(None, None), ("D1", "P1")]


def test_exclusions_are_taken_out_and_only_those_the_rule_names(
    audited: Callable[..., Small], tmp_path: Path
) -> None:
    tables = {
        "settlement": [
            settlement("S1", dise_codg="F20.900"),
            settlement("S2", dise_codg="Z51.100", begndate="2025-05-01", enddate="2025-05-02"),
            settlement("S3", dise_codg="J18.900", begndate="2025-06-01", enddate="2025-06-02"),
        ]
    }
    sql = (of_visit(), {"prior": '0.4\nexcludes = ["psychiatric"]'})
    assert [f["setl_id"] for f in found(audited({"STY90": sql}, **tables))] == ["S2", "S3"]


def test_half_a_cent_is_rounded_up_in_every_share(audited: Callable[..., Small]) -> None:
    small = audited(
        {"STY90": of_visit(amount="CAST(5 AS DECIMAL(16,2))")},
        settlement=[settlement(medfee_sumamt=100, fund_pay_sumamt="0.50")],
    )
    # A twentieth of 50 cents is two cents and a half.
    assert money(small) == [(Decimal("0.03"), 0)]
    assert math.isclose(float(money(small)[0][0]), 0.03)


# ---- rules that tell another's hits with their own ------------------------------------------------


def told_with(small: Small) -> list[tuple[str, str, Any]]:
    return [
        (one["rule"], one["setl_id"], json.loads(one["evidence"]).get("also"))
        for one in found(small)
    ]


TWO_BILLS = [settlement(), settlement(setl_id="S2")]


def test_what_a_wider_rule_tells_of_the_same_bill_is_one_finding(
    audited: Callable[..., Small],
) -> None:
    rules = {"STY90": (of_visit("v.setl_id = 'S1'"), {"subsumes": ["STY91"]}), "STY91": of_visit()}
    small = audited(rules, settlement=TWO_BILLS)
    assert told_with(small) == [("STY90", "S1", ["STY91"]), ("STY91", "S2", None)]


def test_a_rule_that_covers_a_third_through_a_second_leaves_one_finding(
    audited: Callable[..., Small],
) -> None:
    rules = {
        "STY90": (of_visit(), {"subsumes": ["STY91"]}),
        "STY91": (of_visit(), {"subsumes": ["STY92"]}),
        "STY92": of_visit(),
    }
    assert told_with(audited(rules, settlement=[settlement()])) == [("STY90", "S1", ["STY91"])]


def test_lines_are_covered_one_by_one(audited: Callable[..., Small]) -> None:
    rules = {
        "BIL90": (of_line("l.feedetl_sn = 'F1'"), {"subsumes": ["BIL91"]}),
        "BIL91": of_line(),
    }
    small = audited(rules, settlement=[settlement()], fee_item=[line(), line(feedetl_sn="F2")])
    lines = small.rows("SELECT rule, feedetl_sn FROM hit ORDER BY rule")
    assert [tuple(one.values()) for one in lines] == [("BIL90", "F1"), ("BIL91", "F2")]


def test_a_lead_does_not_take_a_suspicion_in(audited: Callable[..., Small]) -> None:
    rules = {
        "STY90": (of_visit(), {"level": "lead", "subsumes": ["STY91"]}),
        "STY91": (of_visit(), {"level": "suspected"}),
    }
    small = audited(rules, settlement=[settlement()])
    assert told_with(small) == [("STY90", "S1", None), ("STY91", "S1", None)]
