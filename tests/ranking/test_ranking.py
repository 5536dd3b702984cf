"""Ranking: excess over one's peers and not size, money counted once, and a score that can be reckoned by hand."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from medaudit import facts
from medaudit.detectors import anomalies, catalogue
from medaudit.language import speak
from medaudit.ranking import rank
from medaudit.ranking.scale import BASE, FURTHER, HOLD, STRONGEST
from tests.small_county import Row, Small, generate, line, of_line, of_visit, rule, settlement

Ranked = Callable[..., Small]
FAULTY = of_visit("v.dept = 'faulty'")
PLACES = "SELECT * FROM part WHERE subject_type = 'institution'"


@pytest.fixture
def ranked(tmp_path: Path) -> Iterator[Ranked]:
    """Call it with rules (code → SQL, or (SQL, header)) and tables."""
    made: list[Small] = []

    def make(rules: dict[str, Any], **tables: list[Row]) -> Small:
        folder = tmp_path / f"county{len(made)}"
        made.append(Small(folder, tables))
        for code, told in rules.items():
            sql, header = told if isinstance(told, tuple) else (told, {})
            rule(folder / "rules", code, sql, **header)
        made[-1].audit(folder / "rules", select=list(rules))
        return made[-1]

    yield make
    for small in made:
        small.engine.close()


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Small]:
    """A generated county with our own rules run over it."""
    small = Small(tmp_path_factory.mktemp("county"), generate(seed=3, people=120))
    small.audit(select=["STY", "BIL", "IDN", "MED", "DOC"])
    yield small
    small.engine.close()


def suspects(small: Small, kind: str) -> list[Row]:
    return small.rows(f"SELECT * FROM suspects WHERE subject_type = '{kind}' ORDER BY rank")


def logit(p: float) -> float:
    return math.log(p / (1 - p))


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def hospital(code: str, settlements: int, faulty: int, **values: Any) -> list[Row]:
    """Settlements of one hospital, the first of them faulty."""
    return [
        settlement(
            f"{code}-{i:04}", fixmedins_code=code, psn_no=f"{code}-{i}", hosp_lv="2",
            adm_dept_codg="faulty" if i < faulty else "sound", **values,
        )
        for i in range(settlements)
    ]  # fmt: skip


ORDINARY = [one for code in ("HA", "HB", "HC") for one in hospital(code, 100, 5)]


# ---- size is never the reason -------------------------------------------------------------------


def test_a_big_hospital_with_the_ordinary_share_of_faults_does_not_lead(ranked: Ranked) -> None:
    big, small = hospital("HBIG", 1000, 50), hospital("HBAD", 60, 20)
    county = ranked({"STY90": FAULTY}, settlement=[*ORDINARY, *big, *small])
    first, *rest = suspects(county, "institution")
    assert first["subject_id"] == "HBAD"
    told = {one["subject_id"]: one for one in rest}
    assert told["HBIG"]["findings"] == 50  # nothing is hidden
    # The big one shows less than its peers, HBAD among them: no evidence, and none of its money counts.
    assert float(told["HBIG"]["probability"]) == pytest.approx(BASE["institution"], abs=1e-4)
    assert told["HBIG"]["score"] == 0


def test_ten_times_the_settlements_and_faults_is_no_more_likely_than_its_peers(
    ranked: Ranked,
) -> None:
    county = ranked({"STY90": FAULTY}, settlement=[*ORDINARY, *hospital("HBIG", 1000, 50)])
    told = {one["subject_id"]: one["probability"] for one in suspects(county, "institution")}
    assert set(told.values()) == {told["HBIG"]}


def test_the_excess_over_ones_peers_is_reckoned_as_written(ranked: Ranked) -> None:
    county = ranked({"STY90": FAULTY}, settlement=[*ORDINARY, *hospital("HBAD", 50, 20)])
    [part] = county.rows("SELECT * FROM part WHERE subject_id = 'HBAD'")
    # Its peers show 15 faults in 300 settlements: two and a half are to be expected of 50.
    assert part["observed"] == 20
    assert float(part["expected"]) == pytest.approx(50 * 15 / 300)
    base = BASE["institution"]
    believed = 1 - (1 - base) * (1 - 0.4)
    term = STRONGEST * (logit(believed) - logit(base)) * (20 - 2.5) / (20 + HOLD)
    assert float(part["term"]) == pytest.approx(term, abs=1e-6)
    # Of 20 findings 17.5 are beyond what is ordinary, and so much of their money.
    [first, *_] = suspects(county, "institution")
    assert float(first["amount"]) == pytest.approx(20 * 700 * 17.5 / 20, abs=0.5)


def test_what_a_policy_decides_counts_whole_whatever_the_peers_do(ranked: Ranked) -> None:
    tables = [*ORDINARY, *hospital("HD", 100, 5)]
    for level, amount in (("violation", 3500), ("suspected", 0)):
        county = ranked({"STY90": (FAULTY, {"level": level})}, settlement=tables)
        told = {one["subject_id"]: one["amount"] for one in suspects(county, "institution")}
        assert told == dict.fromkeys(("HA", "HB", "HC", "HD"), amount)


def test_hospitals_are_compared_within_their_level_when_it_has_peers_enough(
    ranked: Ranked,
) -> None:
    def of_level(level: str, faulty: int, count: int) -> list[Row]:
        return [
            one | {"hosp_lv": level}
            for i in range(count)
            for one in hospital(f"H{level}{i}", 50, faulty)
        ]

    county = ranked({"STY90": FAULTY}, settlement=[*of_level("3", 10, 4), *of_level("1", 0, 4)])
    expected = {one["subject_id"]: one["expected"] for one in county.rows(PLACES)}
    assert {float(e) for e in expected.values()} == {
        10.0
    }  # the three others of level 3 show a fifth
    county = ranked({"STY90": FAULTY}, settlement=[*of_level("3", 10, 3), *of_level("1", 0, 4)])
    expected = {one["subject_id"]: one["expected"] for one in county.rows(PLACES)}
    # Three are too few: 20 faults in the 300 settlements of the two like it and the four others.
    assert {round(float(e), 6) for e in expected.values()} == {round(50 * 20 / 300, 6)}


def test_pharmacies_are_no_peers_of_hospitals(ranked: Ranked) -> None:
    shops = [one | {"fixmedins_code": f"P{one['fixmedins_code']}", "setl_id": f"P{one['setl_id']}"} for one in ORDINARY]  # fmt: skip
    county = ranked({"STY90": FAULTY}, settlement=[*hospital("HA", 50, 10), *shops])
    kinds = {one["subject_type"] for one in county.rows("SELECT subject_type FROM part")}
    assert kinds == {"institution", "pharmacy", "settlement"}
    [part] = county.rows("SELECT * FROM part WHERE subject_id = 'HA'")
    assert float(part["expected"]) == 0  # nobody like it


# ---- money is counted once ----------------------------------------------------------------------


def test_a_line_counts_once_however_many_rules_hit_it(ranked: Ranked) -> None:
    by_line = {"key": '["feedetl_sn"]', "level": "violation"}
    county = ranked(
        {
            "BIL90": (of_line(), by_line),
            "MED90": (of_line(), by_line),
            "POL90": (of_line(), by_line),
        },
        settlement=[settlement(medfee_sumamt=1000, fund_pay_sumamt=700)],
        fee_item=[line("F1", det_item_fee_sumamt=600), line("F2", det_item_fee_sumamt=400)],
    )
    assert len(county.rows("SELECT * FROM finding")) == 6
    for kind in ("settlement", "institution"):
        [suspect] = suspects(county, kind)
        assert suspect["amount"] == 700
        assert suspect["findings"] == 6


def test_a_settlement_and_its_lines_together_count_for_what_was_paid(ranked: Ranked) -> None:
    one_line = (of_line("l.feedetl_sn = 'F1'"), {"level": "violation"})
    half = (of_visit(amount="CAST(500 AS DECIMAL(16,2))"), {"level": "violation"})
    tables = {
        "settlement": [settlement(medfee_sumamt=1000, fund_pay_sumamt=700)],
        "fee_item": [
            line("F1", det_item_fee_sumamt=600),
            line("F2", det_item_fee_sumamt=400),
        ],
    }
    # The line is worth 420 yuan, half the settlement 350: together at most the larger is certain.
    county = ranked({"BIL90": one_line, "STY90": half}, **tables)
    assert [one["amount"] for one in suspects(county, "settlement")] == [420]
    county = ranked({"BIL90": one_line, "STY90": (of_visit(), {"level": "violation"})}, **tables)
    assert [one["amount"] for one in suspects(county, "settlement")] == [700]


def test_a_patients_settlements_add_up(ranked: Ranked) -> None:
    county = ranked(
        {"IDN90": (of_visit(), {"responsible": '["patient"]'})},
        settlement=[
            settlement("S1"),
            settlement("S2", begndate="2025-05-01", enddate="2025-05-02"),
        ],
    )
    [patient] = suspects(county, "patient")
    assert (patient["amount"], patient["findings"]) == (1400, 2)


def test_overcharging_inside_a_packaged_stay_is_told_apart(ranked: Ranked) -> None:
    county = ranked(
        {"BIL90": (of_line(), {"level": "violation"})},
        settlement=[settlement()],
        fee_item=[line("F1", det_item_fee_sumamt=1000)],
        institution=[{"fixmedins_code": "H1", "payment_way": "按病种"}],
    )
    [suspect] = suspects(county, "institution")
    assert (suspect["amount"], suspect["packaged_amount"], suspect["score"]) == (0, 700, 0)
    assert "700 元" in suspect["reasons"]
    assert "可能未多花基金" in suspect["reasons"]


def test_nobody_is_charged_with_more_than_was_paid_to_them(county: Small) -> None:
    over = county.rows(
        "SELECT r.subject_type, r.subject_id, r.amount, s.fund_money FROM ranked r JOIN subject s "
        "ON s.subject_type = r.subject_type AND s.subject_id = r.subject_id "
        "WHERE r.subject_type <> 'doctor' AND r.amount > s.fund_money"
    )
    assert over == []


@pytest.mark.parametrize("employer", [None, "云台纺织厂"])
def test_a_rings_money_counts_for_its_members_only_as_far_as_the_ring_is_believed(
    tmp_path: Path, employer: str | None
) -> None:
    def sale(name: str, person: str, day: int, clock: str) -> Row:
        date = f"2025-03-{day:02}"
        told = {"fixmedins_code": "D1", "med_type": "41", "begndate": date, "enddate": date}
        return settlement(name, psn_no=person, setl_time=f"{date} {clock}", **told)

    others = [
        sale(f"B{n}", f"Q{n}", n + 1, f"{8 + n % 9:02}:{7 * n % 60:02}:13") for n in range(30)
    ]
    ring = [sale(f"S{d}-{n}", f"P{n}", d, f"10:0{n}:07") for d in (3, 12, 21) for n in range(5)]
    people = [{"psn_no": f"P{n}", "psn_name": f"{'王李张赵陈'[n]}某", "emp_name": employer, "tel": f"1380000000{n}"} for n in range(5)]  # fmt: skip
    county = Small(
        tmp_path,
        {"settlement": [*others, *ring], "person": people,
         "institution": [{"fixmedins_code": "D1", "fixmedins_type": "2"}]},
    )  # fmt: skip
    county.audit(select=["LNK01"])
    [one] = county.rows("SELECT strength, label FROM ring")
    assert (one["label"] == "colleagues") == (employer is not None)
    # Three settlements of 700 yuan each, five members: the ring tells its money whole, they as much as it is worth.
    assert [float(s["amount"]) for s in suspects(county, "ring")] == [10_500]
    assert [float(s["amount"]) for s in suspects(county, "patient")] == pytest.approx([2100 * one["strength"]] * 5, abs=0.02)  # fmt: skip
    [pharmacy] = suspects(county, "pharmacy")
    assert float(pharmacy["amount"]) == pytest.approx(10_500 * one["strength"], abs=0.1)
    county.engine.close()


def test_another_finding_never_lowers_the_money_of_who_stands_out(ranked: Ranked) -> None:
    rows = [one for h in range(20) for one in hospital(f"H{h:02}", 20, 0, med_type="11")]
    dear = hospital("HDEAR", 20, 1, med_type="11", medfee_sumamt=5000, fund_pay_sumamt=3500)
    amounts = []
    for where in ("v.dept = 'nowhere'", "v.dept = 'faulty'"):
        county = ranked(
            {"STY90": (of_visit(where, amount="CAST(1 AS DECIMAL(16,2))"), {})},
            settlement=[*rows, *dear],
        )
        facts.compute(county.engine, [*anomalies.READS])
        anomalies.find(county.engine)
        rules = [one for one in catalogue.known([county.folder / "rules"]) if one.code == "STY90"]
        rank(county.engine, rules)
        [one] = county.rows("SELECT amount FROM ranked WHERE subject_id = 'HDEAR'")
        amounts.append(one["amount"])
    assert amounts[0] > 0
    assert amounts[1] >= amounts[0]


# ---- probability and score ----------------------------------------------------------------------


def test_one_finding_is_reckoned_from_its_prior_and_strength(ranked: Ranked) -> None:
    county = ranked({"STY90": (of_visit(strength=0.5), {"prior": 0.4})}, settlement=[settlement()])
    # Either it would be confirmed anyhow, or for this finding, which is worth half of what the rule is.
    base = BASE["settlement"]
    believed = 1 - (1 - base) * (1 - 0.5 * 0.4)
    wanted = sigmoid(logit(base) + STRONGEST * (logit(believed) - logit(base)))
    [one] = suspects(county, "settlement")
    assert float(one["probability"]) == pytest.approx(wanted, abs=5e-5)
    assert float(one["score"]) == pytest.approx(700 * round(wanted, 4), abs=0.005)


def test_two_families_say_more_than_two_rules_of_one(ranked: Ranked) -> None:
    def probability(*codes: str) -> float:
        county = ranked(dict.fromkeys(codes, of_visit()), settlement=[settlement()])
        return float(suspects(county, "settlement")[0]["probability"])

    assert probability("STY90") == probability("STY90", "STY91") < probability("STY90", "IDN90")


def test_a_finding_of_no_strength_says_nothing(ranked: Ranked) -> None:
    county = ranked({"STY90": of_visit(strength=0)}, settlement=[settlement()])
    assert float(suspects(county, "settlement")[0]["probability"]) == BASE["settlement"]


def test_a_second_family_counts_for_less_than_the_first(ranked: Ranked) -> None:
    county = ranked(
        {"STY90": (of_visit(), {"prior": 0.5}), "IDN90": (of_visit(), {"prior": 0.2})},
        settlement=[settlement()],
    )
    base = BASE["settlement"]
    first, second = (logit(1 - (1 - base) * (1 - prior)) - logit(base) for prior in (0.5, 0.2))
    [one] = suspects(county, "settlement")
    wanted = sigmoid(logit(base) + STRONGEST * first + FURTHER * second)
    assert float(one["probability"]) == pytest.approx(wanted, abs=5.1e-5)


def test_the_terms_explain_every_probability(county: Small) -> None:
    terms = county.rows(
        "SELECT subject_type, subject_id, sum(term) AS term FROM part GROUP BY subject_type, subject_id"
    )
    told = {
        (one["subject_type"], one["subject_id"]): float(one["probability"])
        for one in county.rows("SELECT * FROM ranked")
    }
    assert len(told) == len(terms) > 50
    for one in terms:
        wanted = sigmoid(logit(BASE[one["subject_type"]]) + float(one["term"]))
        assert told[one["subject_type"], one["subject_id"]] == pytest.approx(wanted, abs=5.1e-5)


def test_the_score_is_probability_times_amount_to_the_cent(county: Small) -> None:
    ranked = county.rows("SELECT * FROM ranked")
    assert any(one["score"] > 0 for one in ranked)
    for one in ranked:
        exact = Decimal(str(one["probability"])) * one["amount"]
        assert one["score"] == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_ranks_count_from_one_without_gaps_by_falling_score(county: Small) -> None:
    kinds = {one["subject_type"] for one in county.rows("SELECT subject_type FROM ranked")}
    assert {"institution", "settlement", "doctor"} <= kinds
    for kind in kinds:
        listed = suspects(county, kind)
        assert [one["rank"] for one in listed] == list(range(1, len(listed) + 1))
        order = [
            (-one["score"], -one["amount"], -float(one["probability"]), one["subject_id"])
            for one in listed
        ]
        assert order == sorted(order)


def test_ties_go_by_id(ranked: Ranked) -> None:
    county = ranked(
        {"STY90": of_visit()},
        settlement=[settlement(f"S{i}", psn_no=f"P{i}") for i in (3, 1, 2)],
    )
    assert [one["subject_id"] for one in suspects(county, "settlement")] == ["S1", "S2", "S3"]


# ---- who is listed ------------------------------------------------------------------------------


def test_only_those_a_rule_holds_responsible_are_listed(ranked: Ranked) -> None:
    tables = {"settlement": [settlement(atddr_no="D1")]}
    for responsible, kinds in (
        ([], {"settlement"}),
        (["institution"], {"settlement", "institution"}),
        (["doctor"], {"settlement", "doctor"}),
        (["patient"], {"settlement", "patient"}),
    ):
        told = str(responsible).replace("'", '"')
        county = ranked({"STY90": (of_visit(), {"responsible": told})}, **tables)
        assert {one["subject_type"] for one in county.rows("SELECT * FROM suspects")} == kinds


def test_a_code_that_names_no_doctor_is_never_a_suspect(ranked: Ranked) -> None:
    county = ranked(
        {"STY90": (of_visit(), {"responsible": '["doctor"]'})},
        settlement=[
            settlement("S1", atddr_no="9999"),
            settlement("S2", psn_no="P2", atddr_no="D1"),
        ],
    )
    assert [one["subject_id"] for one in suspects(county, "doctor")] == ["D1"]


def test_everybody_is_a_subject_with_the_figures_to_compare_by(county: Small) -> None:
    [total] = county.rows(
        "SELECT count(*) AS settlements, count(DISTINCT person_id) AS people, sum(charge) AS charge FROM visit"
    )
    counted = {
        one["subject_type"]: one
        for one in county.rows(
            "SELECT subject_type, count(*) AS members, sum(settlements) AS settlements, sum(charge) AS charge "
            "FROM subject GROUP BY subject_type"
        )
    }
    assert counted["settlement"]["members"] == total["settlements"]
    assert counted["patient"]["members"] == total["people"]
    for kind in ("settlement", "patient", "institution"):
        assert counted[kind]["settlements"] == total["settlements"]
        assert counted[kind]["charge"] == total["charge"]


def test_reasons_are_told_in_the_runs_language_and_figures_are_not_touched_by_it(
    ranked: Ranked,
) -> None:
    tables = {"settlement": [*ORDINARY, *hospital("HBAD", 50, 20)]}
    zh = ranked({"STY90": FAULTY}, **tables).rows("SELECT * FROM suspects ORDER BY ALL")
    speak("en")
    en = ranked({"STY90": FAULTY}, **tables).rows("SELECT * FROM suspects ORDER BY ALL")
    assert [{**one, "reasons": ""} for one in zh] == [{**one, "reasons": ""} for one in en]
    [bad] = [one for one in zh if one["subject_id"] == "HBAD"]
    assert "试验STY90 20 例" in bad["reasons"]
    assert "8.0 倍" in bad["reasons"]  # 20 where two and a half are to be expected
    [bad] = [one for one in en if one["subject_id"] == "HBAD"]
    assert "Trial STY90" in bad["reasons"]
    assert "8.0 times" in bad["reasons"]


def test_the_rules_of_a_suspect_are_counted(ranked: Ranked) -> None:
    county = ranked(
        {"STY90": of_visit(), "IDN90": of_visit("v.setl_id = 'S1'")},
        settlement=[settlement("S1"), settlement("S2", psn_no="P2")],
    )
    [suspect] = suspects(county, "institution")
    assert set(suspect["rules"].split()) == {"STY90×2", "IDN90"}


def points(small: Small, kind: str) -> str:
    told = small.rows(f"SELECT points FROM suspect_text WHERE subject_type = '{kind}'")
    [only] = told
    return str(only["points"])


def test_a_screen_gets_the_weightiest_reasons_and_how_many_more_there_are(ranked: Ranked) -> None:
    told = {"responsible": '["institution", "patient"]'}
    codes = ("STY90", "STY91", "BIL90", "IDN90", "MED90")
    county = ranked(
        {code: (of_visit(), told | {"prior": n / 10}) for n, code in enumerate(codes, 2)},
        settlement=[settlement(), settlement("S2", begndate="2025-05-01", enddate="2025-05-02")],
    )
    [place], [patient] = suspects(county, "institution"), suspects(county, "patient")
    assert all(one["reasons"].count("试验") == 5 for one in (place, patient))
    assert points(county, "institution").count("试验") == 3
    assert points(county, "institution").endswith("；另 2 项")
    # Of a person the first is told in full, the second by its name.
    assert (
        points(county, "patient") == f"{patient['reasons'].split('；')[0]}；试验IDN90 2 处；另 3 项"
    )
    assert patient["rules"].split()[:2] == ["MED90×2", "IDN90×2"]


def test_what_has_few_reasons_is_told_whole_on_a_screen(ranked: Ranked) -> None:
    tables = {"settlement": [*ORDINARY, *hospital("HBAD", 50, 20)]}
    county = ranked({"STY90": FAULTY}, **tables)
    rows = county.rows("SELECT reasons, points FROM suspect_text WHERE subject_id = 'HBAD'")
    assert rows
    assert all(row["points"] == row["reasons"] for row in rows)
