"""The letter to an institution: what it is asked, and nothing that says it did wrong."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from medaudit.detectors import catalogue
from medaudit.export import legal, notice
from medaudit.export.wanted import Wanted
from medaudit.language import speak
from tests.export.conftest import loaded


def letters(run: Path, place: Path, wanted: Wanted | None = None) -> dict[str, Any]:
    with loaded(run, wanted) as load:
        notice.write(place, load, "E2026-0001")
    return {path.name: docx.Document(str(path)) for path in sorted(place.glob("*.docx"))}


def text(document: Any) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_each_institution_gets_one(run: Path, tmp_path: Path) -> None:
    made = letters(run, tmp_path)
    assert list(made) == ["notice-01-H1.docx", "notice-02-H2.docx"]
    assert "青禾县人民医院（H1）：" in text(made["notice-01-H1.docx"])


def test_it_asks_about_each_finding_with_its_bill_and_money(run: Path, tmp_path: Path) -> None:
    [table] = letters(run, tmp_path)["notice-01-H1.docx"].tables
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows[0][-1] == "贵单位的说明"
    assert [row[2] for row in rows[1:]] == ["S2", "S8", "S4"]
    assert [row[5] for row in rows[1:]] == ["1,600.00", "1,000.00", "589.00"]
    assert {row[6] for row in rows[1:]} == {""}
    # The headings come again on each page.
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_accuses_nobody(run: Path, tmp_path: Path, language: str) -> None:
    speak(language)
    for document in letters(run, tmp_path).values():
        told = text(document)
        assert ("拟予核查" if language == "zh" else "intend to check") in told
        assert not re.search(
            "骗|欺诈|违法|违规|处罚|罚款|fraud|illegal|violation|fine[sd]?\\b|guilty", told, re.I
        )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_leaves_room_for_date_seal_and_contact(run: Path, tmp_path: Path, language: str) -> None:
    speak(language)
    told = text(letters(run, tmp_path)["notice-01-H1.docx"])
    for blank in (
        ("盖章", "联系人", "年    月    日")
        if language == "zh"
        else ("(seal)", "Contact: ___", "Date: ___")
    ):
        assert blank in told


def test_it_says_what_may_explain_it_but_not_how_the_rules_weigh(run: Path, tmp_path: Path) -> None:
    told = text(letters(run, tmp_path)["notice-01-H1.docx"])
    assert "分次手术或计划性再入院未在清单上标明" in told
    assert "只作线索" not in told
    assert "出入院记录" in told


def test_it_is_set_in_a_font_that_has_chinese(run: Path, tmp_path: Path) -> None:
    styles = letters(run, tmp_path)["notice-01-H1.docx"].styles
    for name in ("Normal", "Heading 1", "List Bullet"):
        assert styles[name].element.rPr.rFonts.get(qn("w:eastAsia")) == "宋体"


def test_of_a_doctors_case_the_institutions_with_the_bills_are_asked(
    run: Path, tmp_path: Path
) -> None:
    made = letters(run, tmp_path, Wanted(("doctor",)))
    assert list(made) == ["notice-01-H1.docx"]


def test_of_a_finding_at_two_institutions_each_is_asked_about_its_own_bills(
    changed: Callable[..., Path], tmp_path: Path
) -> None:
    """P1's finding takes a bill at H2 too: as a case of its own, each is asked for its part of the money."""
    place = changed(
        finding_lines="FROM t UNION ALL SELECT * REPLACE ('S9' AS setl_id, 70 AS amount) FROM t WHERE setl_id = 'S2'",
        claims="FROM t UNION ALL SELECT * REPLACE ('H2' AS subject_id) FROM t WHERE subject_id = 'H1' AND starts_with(finding_id, 'STY02-9d')",
    )
    made = letters(place, tmp_path)
    of_h1, of_h2 = (
        [[c.text for c in row.cells] for row in made[name].tables[0].rows] for name in made
    )
    assert ["S2", "1,600.00"] in [[row[2], row[5]] for row in of_h1]
    assert ["S9", "70.00"] in [[row[2], row[5]] for row in of_h2]


def test_a_long_letter_counts_the_rest(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notice, "ITEMS", 2)
    made = letters(run, tmp_path)["notice-01-H1.docx"]
    assert len(made.tables[0].rows) == 1 + 2
    assert "另有 1 项" in text(made)
    assert "疑点 3 项" in text(made)


def test_hostile_names_make_no_broken_letter(changed: Callable[..., Path], tmp_path: Path) -> None:
    place = changed(
        suspects="SELECT * REPLACE ('<script>' || chr(11) || chr(65534) || '../../x' AS subject_name) FROM t",
        claims="SELECT * FROM t",
    )
    told = text(letters(place, tmp_path)["notice-01-H1.docx"])
    assert "青禾县人民医院" in told or "<script>" in told


def test_articles_are_cited_by_number_only_and_in_their_order() -> None:
    rules = {rule.code: rule for rule in catalogue.known()}
    told = legal.cited([rules["STY02"], rules["BIL01"]], dt.date(2025, 3, 1))
    assert told[:2] == [
        "《医疗保障基金使用监督管理条例》第38条第（1）项",
        "《医疗保障基金使用监督管理条例》第38条第（3）项",
    ]
    assert not [one for one in told if "：" in one]


def test_what_needs_a_purpose_is_said_to_and_not_put_to_an_institution() -> None:
    rules = {rule.code: rule for rule in catalogue.known()}
    death = rules["IDN01"]  # 条例 20, 条例 40(3)
    inside = legal.cited([death], dt.date(2025, 3, 1))
    assert any("第40条" in one and "查明目的" in one for one in inside)
    outside = legal.cited([death], dt.date(2025, 3, 1), to_institution=True)
    assert any("第20条" in one for one in outside)
    assert not any("第40条" in one for one in outside)


def test_what_was_not_yet_in_force_is_not_cited() -> None:
    rules = [
        rule for rule in catalogue.known() if any(one.startswith("实施细则") for one in rule.basis)
    ]
    assert rules
    before, after = dt.date(2026, 3, 31), dt.date(2026, 4, 1)
    assert not [one for one in legal.cited(rules, before) if "实施细则" in one]
    assert [one for one in legal.cited(rules, after) if "实施细则" in one]
    assert not [one for one in legal.cited(rules, dt.date(2021, 4, 30)) if "监督管理条例" in one]
