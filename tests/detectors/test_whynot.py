"""Why a rule left somebody alone: the right condition, exclusion or missing piece is named."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from medaudit.cases import Case, read_cases
from medaudit.detectors.catalogue import known, read_rule
from medaudit.detectors.nearest import Checked
from medaudit.detectors.rule import Rule
from medaudit.detectors.whynot import Answer, subject, why_not
from medaudit.engine.duckdb import DuckEngine
from medaudit.records.load import Records

Staged = Callable[[Rule, Case], tuple[DuckEngine, Records]]
RULES = {rule.code: rule for rule in known()}
STAYS = "setl_id,psn_no,fixmedins_code,med_type,begndate,enddate,dise_codg,medfee_sumamt,fund_pay_sumamt"
LINES = "feedetl_sn,setl_id,fee_ocur_time,med_list_codg,med_list_name,med_chrgitm_type,cnt,pric,det_item_fee_sumamt"


def ask(
    staged: Staged, code: str | Rule, setl_id: str, kind: str = "settlement", **tables: str
) -> Answer:
    """What a rule says of a subject in a few rows of CSV."""
    rule = RULES[code] if isinstance(code, str) else code
    engine, records = staged(rule, Case("", tables, ()))
    whom = subject(engine, kind, setl_id)
    assert whom
    return why_not(engine, records, rule, rule.values({}), whom)


def failing(answer: Answer) -> list[Checked]:
    """The conditions that the nearest row did not meet."""
    return [check for check in answer.losses[0].near[0].checks if not check.holds]


def says_something(answer: Answer) -> bool:
    if answer.state == "missed":
        return bool(answer.losses) and all(
            loss.missing or any(not check.holds for check in loss.near[0].checks)
            for loss in answer.losses
        )
    return bool(answer.needs or answer.excluded)


def unanswered(rule: Rule, cases: list[Case], staged: Staged) -> list[tuple[str, str]]:
    found = []
    for case in cases:
        engine, records = staged(rule, case)
        for (setl_id,) in engine.rows("SELECT setl_id FROM visit ORDER BY setl_id LIMIT 2"):
            whom = subject(engine, "settlement", setl_id)
            assert whom
            answer = why_not(engine, records, rule, rule.values({rule.code: case.params}), whom)
            if answer.state == "reported" or not says_something(answer):
                found.append((case.name, setl_id))
    return found


@pytest.mark.parametrize("code", RULES)
def test_every_rule_says_why_it_left_a_clean_settlement_alone(code: str, staged: Staged) -> None:
    clean = [case for case in read_cases(RULES[code].cases) if not case.found]
    assert not unanswered(RULES[code], clean[:1], staged)


@pytest.mark.slow
@pytest.mark.parametrize("code", RULES)
def test_every_rule_says_so_of_every_clean_case(code: str, staged: Staged) -> None:
    clean = [case for case in read_cases(RULES[code].cases) if not case.found]
    assert not unanswered(RULES[code], clean, staged)


def test_a_gap_that_is_too_long_is_named_with_the_gap_and_the_limit(staged: Staged) -> None:
    answer = ask(
        staged, "STY02", "S2",
        settlement=f"{STAYS}\nS1,P1,H1,21,2025-03-01,2025-03-08,J18.900,3000,2000\n"
        "S2,P1,H1,21,2025-03-24,2025-03-30,J18.900,2500,1500",
    )  # fmt: skip
    assert answer.state == "missed"
    (check,) = failing(answer)
    assert check.values == {"gap": 16, "gap_days": 15}
    assert check.condition.zh


def test_another_disease_is_named(staged: Staged) -> None:
    answer = ask(
        staged, "STY02", "S2",
        settlement=f"{STAYS}\nS1,P1,H1,21,2025-03-01,2025-03-08,J18.900,3000,2000\n"
        "S2,P1,H1,21,2025-03-10,2025-03-17,K29.500,2500,1500",
    )  # fmt: skip
    assert [check.values for check in failing(answer)] == [{"is_alike": False}]


def test_the_first_stay_is_told_to_have_none_before_it(staged: Staged) -> None:
    answer = ask(
        staged, "STY02", "S1",
        settlement=f"{STAYS}\nS1,P1,H1,21,2025-03-01,2025-03-08,J18.900,3000,2000",
    )  # fmt: skip
    (loss,) = answer.losses
    assert loss.missing == "stay"
    assert [(key.origin, list(key.values)) for key in loss.keys] == [("prior_stay_id", [])]


def test_an_exclusion_is_named_with_what_says_so(staged: Staged) -> None:
    answer = ask(
        staged, "STY02", "S2",
        settlement=f"{STAYS},adm_way\nS1,P1,H1,21,2025-03-01,2025-03-08,J18.900,3000,2000,2\n"
        "S2,P1,H1,21,2025-03-10,2025-03-17,J18.900,2500,1500,1",
    )  # fmt: skip
    assert answer.state == "excluded"
    assert answer.excluded == [("emergency", "1")]
    assert answer.hits[0]["setl_id"] == "S2"


def test_chemotherapy_on_the_earlier_stay_is_named(staged: Staged) -> None:
    answer = ask(
        staged, "STY02", "S2",
        settlement=f"{STAYS}\nS1,P1,H1,21,2025-03-01,2025-03-04,Z51.100,3000,2000\n"
        "S2,P1,H1,21,2025-03-12,2025-03-15,Z51.300,2500,1500",
    )  # fmt: skip
    assert failing(answer)[-1].values == {"prior_reason": "chemotherapy"}


def test_touching_stays_are_told_to_be_within_tolerance(staged: Staged) -> None:
    answer = ask(
        staged, "STY01", "S2",
        settlement=f"{STAYS}\nS1,P1,H1,21,2025-03-01,2025-03-08,J18.900,3000,2000\n"
        "S2,P1,H2,21,2025-03-08,2025-03-17,J18.900,2500,1500",
    )  # fmt: skip
    (check,) = failing(answer)
    assert check.values["tolerance_days"] == 1
    assert str(check.values["other_discharged"]) == "2025-03-08"


def test_a_day_at_its_maximum_is_named_with_both_counts(staged: Staged) -> None:
    answer = ask(
        staged, "BIL02", "S1",
        settlement=f"{STAYS}\nS1,P1,H1,21,2025-03-03,2025-03-08,J18.900,3000,2000",
        fee_item=f"{LINES}\nF1,S1,2025-03-04 08:00:00,X1,心电监测,05,24,5,120",
    )  # fmt: skip
    (check,) = failing(answer)
    assert (check.values["cnt"], check.values["day_max_cnt"]) == (24, 24)


def test_a_service_within_the_days_of_grace_is_named(staged: Staged) -> None:
    answer = ask(
        staged, "IDN01", "S1",
        settlement=f"{STAYS}\nS1,P1,H1,11,2025-03-11,2025-03-11,J18.900,30,20",
        person="psn_no,death_date\nP1,2025-03-10",
    )  # fmt: skip
    (check,) = failing(answer)
    told = [str(check.values[name]) for name in ("day", "death_date", "grace_days")]
    assert told == ["2025-03-11", "2025-03-10", "1"]


def test_a_missing_table_is_told_with_its_columns(staged: Staged) -> None:
    answer = ask(
        staged, "STY03", "S1",
        settlement=f"{STAYS}\nS1,P1,H1,21,2025-03-03,2025-03-08,J18.900,3000,2000",
    )  # fmt: skip
    assert answer.state == "skipped"
    assert answer.needs[0].startswith("fee_item")


def test_each_branch_of_a_union_is_answered_for(staged: Staged) -> None:
    answer = ask(
        staged, "IDN02", "S1",
        settlement=f"{STAYS},gend\nS1,P1,H1,11,2025-03-11,2025-03-11,,30,20,1",
        fee_item=f"{LINES}\nF1,S1,2025-03-11 08:00:00,X1,血常规,04,1,5,5",
    )  # fmt: skip
    assert answer.state == "missed"
    assert len(answer.losses) >= 2


def test_what_is_reported_is_shown(staged: Staged) -> None:
    tables = (
        f"{STAYS}\nS1,P1,H1,21,2025-03-01,2025-03-08,J18.900,3000,2000\n"
        "S2,P1,H1,21,2025-03-10,2025-03-17,J18.900,2500,1500"
    )
    assert ask(staged, "STY02", "S2", settlement=tables).hits[0]["gap"] == 2
    by_person = ask(staged, "STY02", "P1", kind="patient", settlement=tables)
    assert by_person.state == "reported"


HEADER = """/*
code = "POL90"
status = "stable"
level = "lead"
subject = "patient"
key = ["psn_no"]
prior = 0.2
[title]
zh = "就诊频繁"
en = "Many visits"
[message]
zh = "见证据"
en = "see the evidence"
"""
FIXED = "fixmedins_code, dr_codg, begndate AS occurred_on, charge AS charge_amount, 0.5 AS strength"
VISITS = f"{STAYS}\n" + "\n".join(
    f"S{i},P1,H1,11,2025-03-0{i},2025-03-0{i},J18.900,30,20" for i in (1, 2, 3)
)
VISITS += "\nS9,P2,H1,21,2025-03-01,2025-03-02,J18.900,30,20"


def users(folder: Path, sql: str, params: str = "") -> Rule:
    path = folder / "many_visits.sql"
    path.write_text(f"{HEADER}{params}*/\n{sql}", encoding="utf-8")
    return read_rule(path)


@pytest.mark.parametrize("setl_id", ["NULL", "max(setl_id)"])
def test_a_users_rule_with_groups_and_no_comments_is_answered_in_its_own_sql(
    staged: Staged, tmp_path: Path, setl_id: str
) -> None:
    rule = users(
        tmp_path,
        f"SELECT {setl_id} AS setl_id, psn_no, max(fixmedins_code) AS fixmedins_code, max(dr_codg) AS dr_codg, "
        "max(begndate) AS occurred_on, sum(charge) AS charge_amount, 0.5 AS strength, count(*) AS visits "
        "FROM visit WHERE NOT is_stay GROUP BY psn_no HAVING count(*) > $most",
        "[params.most]\ndefault = 3\n",
    )
    answer = ask(staged, rule, "S1", settlement=VISITS)
    (check,) = failing(answer)
    assert check.condition.text == "COUNT(*) > $most"
    assert check.values == {"visits": 3, "most": 3}
    stay = ask(staged, rule, "S9", settlement=VISITS)
    assert [check.values for check in failing(stay)] == [{"is_stay": True}]


@pytest.mark.parametrize(
    "sql",
    [
        f"SELECT setl_id, psn_no, {FIXED} FROM visit WHERE charge > 999",
        f"SELECT v.setl_id, v.psn_no, v.{FIXED.replace(', ', ', v.', 3)} FROM visit v, stay s WHERE s.stay_id = v.stay_id",
        f"SELECT setl_id, psn_no, {FIXED} FROM (SELECT * FROM visit WHERE charge > 999) big",
        f"SELECT setl_id, psn_no, {FIXED} FROM visit WHERE charge > 999 UNION ALL "
        f"SELECT CAST(NULL AS VARCHAR), psn_no, {FIXED} FROM visit WHERE age > 200",
        f"WITH a AS (WITH b AS (SELECT * FROM visit WHERE age > 200) SELECT * FROM b) SELECT setl_id, psn_no, {FIXED} FROM a",
        f"WITH a AS (SELECT psn_no AS who, max(setl_id) AS last FROM visit GROUP BY psn_no HAVING count(*) > 9) "
        f"SELECT a.last AS setl_id, v.psn_no, v.{FIXED.replace(', ', ', v.', 3)} FROM a JOIN visit v ON v.setl_id = a.last",
        f"SELECT DISTINCT setl_id, psn_no, {FIXED} FROM visit v WHERE EXISTS "
        "(SELECT 1 FROM stay s WHERE s.person_id = v.person_id AND s.nights > 99)",
        f"WITH n AS (SELECT v.*, row_number() OVER (PARTITION BY psn_no ORDER BY setl_id) AS place FROM visit v) "
        f"SELECT setl_id, psn_no, {FIXED} FROM n WHERE place > 9",
        f"SELECT l.setl_id, v.psn_no, v.{FIXED.replace(', ', ', v.', 3)} FROM visit v JOIN line l ON l.setl_id = v.setl_id",
    ],
    ids=["plain", "comma", "subquery", "union", "nested", "last", "exists", "window", "lines"],
)
def test_rules_of_any_shape_are_answered(staged: Staged, tmp_path: Path, sql: str) -> None:
    rule = users(tmp_path, sql)
    for setl_id in ("S1", "S9"):
        answer = ask(staged, rule, setl_id, settlement=VISITS)
        assert answer.state == "reported" or says_something(answer)


@pytest.mark.parametrize(
    ("code", "kind", "who"), [("INS01", "institution", "H1"), ("DOC08", "doctor", "D1")]
)
def test_a_share_answers_for_itself_even_where_another_is_further_off(
    staged: Staged, code: str, kind: str, who: str
) -> None:
    stays, lines = [STAYS.replace("med_type", "atddr_no,med_type")], [LINES]
    for place, n in product((1, 2, 3, 4), range(5)):
        one = f"S{place}{n}"
        stays.append(f"{one},P{one},H{place},D{place},21,2025-03-01,2025-03-06,J18.900,1000,500")
        exam = 600 if place == 1 else 100
        for kind_of, charge in (("09", 300), ("03", exam), ("07", 700 - exam)):
            lines.append(
                f"{one}-{kind_of},{one},2025-03-02,X{kind_of},X,{kind_of},1,{charge},{charge}"
            )
    answer = ask(
        staged, code, who, kind,
        settlement="\n".join(stays), fee_item="\n".join(lines),
    )  # fmt: skip
    for near in answer.losses[0].near:
        assert near.checks[0].values == {"indicator": "drug"}
    assert "share" in {name for check in failing(answer) for name in check.values}
