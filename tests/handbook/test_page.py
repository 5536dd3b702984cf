"""A rule's page: fixed headings, both languages, nothing left as a bare code."""

from __future__ import annotations

import json

import pytest

from medaudit.detectors.catalogue import known
from medaudit.detectors.rule import REASONS, Rule
from medaudit.handbook import Asked, page, show, words
from medaudit.handbook.measured import measured
from medaudit.handbook.rule import Section, explain, title
from medaudit.language import LANGUAGES, speak
from medaudit.output.wrap import width
from medaudit.settings import Settings

RULES = {rule.code: rule for rule in known()}
KEYS = [
    "what",
    "when",
    "whose",
    "parameters",
    "exclusions",
    "basis",
    "benign",
    "next",
    "data",
    "money",
]
MEASURED = [*KEYS, "measured"]  # of rules that were run on synthetic counties


def defaults(rule: Rule) -> dict[str, object]:
    return rule.values({})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", RULES)
def test_every_rule_is_explained_under_the_same_headings(code: str, language: str) -> None:
    speak(language)
    sections = explain(RULES[code])
    assert [section.key for section in sections] == (MEASURED if code in measured() else KEYS)
    assert all(section.text or section.items for section in sections)
    text = page.text(title(RULES[code]), sections)
    assert max(map(width, text.splitlines())) <= 80
    assert "{" not in text


def test_a_heading_is_wrapped_like_any_other_text() -> None:
    section = Section("near", "明细 25463600000000640075、丹红注射液、" * 4)
    assert max(map(width, page.text("T", [section]).splitlines())) <= 80


@pytest.mark.parametrize("code", RULES)
def test_every_legal_basis_is_told_in_words(code: str) -> None:
    for basis in RULES[code].basis:
        if basis.startswith(("条例", "GZ", "ZB")):
            assert "：" in words.basis(basis), basis


def test_what_a_key_is_made_of_is_told_in_words_whatever_column_it_is() -> None:
    assert words.key(["setl_id", "item_name"]) == "结算、项目名称"
    assert words.key(["of_nobody"]) == "of_nobody"


@pytest.mark.parametrize("code", RULES)
def test_every_unit_has_a_word(code: str) -> None:
    for param in RULES[code].params.values():
        assert not param.unit or words.amount(5, param.unit) != f"5 {param.unit}", param.unit


def test_every_reason_to_set_aside_has_a_name_and_a_sign_in_both_languages() -> None:
    for language in LANGUAGES:
        speak(language)
        for reason in REASONS:
            assert words.reason(reason) != reason or language == "en"
            assert words.reason_sign(reason)


def test_a_parameter_set_by_the_user_stands_in_the_conditions_and_beside_its_default() -> None:
    rule = RULES["STY02"]
    sections = {section.key: section for section in explain(rule, {"gap_days": 9})}
    assert any("gap_days = 9 天" in item for item in sections["when"].items)
    assert any("gap_days = 9 天（默认 15）" in item for item in sections["parameters"].items)


def test_one_is_singular_in_english() -> None:
    speak("en")
    assert words.amount(1, "day") == "1 day"
    assert words.amount(0.6, "share") == "0.6"


def test_the_page_for_machines_keeps_codes_and_texts() -> None:
    told = json.loads(json.dumps(page.document(RULES["STY02"], defaults(RULES["STY02"]))))
    assert told["level"] == "suspected"
    assert told["params"]["gap_days"] == {"value": 15, "default": 15, "unit": "day"}
    assert list(told["page"]) == MEASURED


def test_markdown_has_a_heading_for_each_section() -> None:
    made = page.markdown("X", explain(RULES["STY02"]), depth=2)
    assert made.startswith("## X\n")
    assert made.count("\n### ") == len(MEASURED)


@pytest.mark.parametrize("format", ["table", "json", "markdown"])
def test_ano_is_no_rule_and_says_what_it_is(
    format: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    show(Asked("ano"), Settings(), [], format, None)
    told = capfdbinary.readouterr().out.decode("utf-8")
    assert "ANO 不是规则" in told.replace("\n  ", "")
    assert "docs/anomalies.zh.md" in told
