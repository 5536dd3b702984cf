"""Cases of rules run by hand: what passes, what differs, and what there is none of."""

from __future__ import annotations

from pathlib import Path

from medaudit.detectors.catalogue import read_rule
from medaudit.handbook.trial import try_cases
from medaudit.output.wrap import width

HEADER = """/*
code = "POL91"
status = "stable"
level = "lead"
subject = "settlement"
key = ["setl_id"]
prior = 0.2
[title]
zh = "金额大"
en = "Large"
[message]
zh = "{charge} 元"
en = "{charge} yuan"
*/
SELECT setl_id, psn_no, fixmedins_code, dr_codg, begndate AS occurred_on, charge AS charge_amount, 1.0 AS strength, charge
FROM visit
WHERE charge > 100  -- 金额超过一百元 | More than a hundred yuan
"""
CASE = """
[[case]]
name = "a large settlement is found"
found = [{{ setl_id = "{found}" }}]
settlement = '''
setl_id,psn_no,fixmedins_code,med_type,begndate,enddate,medfee_sumamt,fund_pay_sumamt
S1,P1,H1,11,2025-01-01,2025-01-01,200,100
S2,P1,H1,11,2025-01-02,2025-01-02,50,10
'''
"""


def run(folder: Path, cases: str = "") -> tuple[int, str]:
    path = folder / "large.sql"
    path.write_text(HEADER, encoding="utf-8")
    if cases:
        path.with_suffix(".cases.toml").write_text(cases, encoding="utf-8")
    said: list[str] = []
    return try_cases([read_rule(path)], said.append), "\n".join(said)


def test_a_case_that_holds_is_ticked(tmp_path: Path) -> None:
    code, said = run(tmp_path, CASE.format(found="S1"))
    assert code == 0
    assert "✓ a large settlement is found" in said


def test_a_case_that_does_not_hold_says_what_differs(tmp_path: Path) -> None:
    code, said = run(tmp_path, CASE.format(found="S2"))
    assert code == 1
    assert "✗ a large settlement is found" in said
    assert "应报未报：setl_id = S2\n" in said
    assert "多报：setl_id = S1，" in said
    assert max(map(width, said.splitlines())) <= 80


def test_a_row_that_cannot_be_used_is_named_with_its_line_and_column(tmp_path: Path) -> None:
    code, said = run(tmp_path, CASE.format(found="S1").replace("2025-01-02,50", "2025-01-02,many"))
    assert code == 1
    assert "      settlement.csv:3 medfee_sumamt" in said


def test_a_rule_without_cases_is_told_where_they_go(tmp_path: Path) -> None:
    code, said = run(tmp_path)
    assert code == 2
    assert "large.cases.toml" in said
