from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from medaudit.language import speak
from medaudit.output.cells import plain, shown
from medaudit.output.table import markdown, table
from medaudit.output.wrap import clean, width, wrap

LIST = ["rank", "subject_name", "score", "probability", "findings", "reasons"]


def widest(text: str) -> int:
    return max(wcswidth(line) for line in text.split("\n"))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("columns", [40, 60, 80, 81, 100, 132])
def test_no_line_is_wider_than_the_terminal(
    suspects: pd.DataFrame, findings: pd.DataFrame, language: str, columns: int
) -> None:
    speak(language)
    assert widest(table(suspects, LIST, columns)) <= columns
    assert widest(table(suspects, width=columns)) <= columns
    assert widest(table(findings, width=columns)) <= columns


def test_a_terminal_of_unknown_width_has_80_columns(
    suspects: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    assert 70 < widest(table(suspects, LIST)) <= 80
    monkeypatch.setenv("COLUMNS", "120")
    assert 110 < widest(table(suspects, LIST)) <= 120


def test_the_columns_of_a_mixed_table_start_below_one_another(suspects: pd.DataFrame) -> None:
    lines = table(suspects, LIST, 100).split("\n")
    rule = next(line for line in lines if line.startswith("--"))
    starts = [at for at in range(1, len(rule)) if rule[at] == "-" and rule[at - 1] == " "]
    assert len(starts) == len(LIST) - 1
    for line in lines:
        spread = "".join(char + " " * (wcswidth(char) - 1) for char in line)
        assert all(spread[at - 2 : at].strip() == "" for at in starts), line


def test_money_has_separators_and_a_probability_two_decimals() -> None:
    frame = pd.DataFrame(
        {"amount": [Decimal("1234567.8"), None], "probability": [0.9312, None], "findings": [12, 3]}
    )
    lines = table(frame, width=80).split("\n")
    assert lines[2].split() == ["1,234,567.80", "0.93", "12"]
    assert lines[3].split() == ["3"]


def test_a_probability_is_never_told_as_certain_or_impossible_but_kept_as_it_is_in_files() -> None:
    told = [shown(p, "probability") for p in (0.9997, 0.995, 0.9949, 0.005, 0.0049)]
    assert told == [">0.99", ">0.99", "0.99", "0.01", "<0.01"]
    assert shown(1.0, "strength") == "1.00"
    assert plain(0.9997, "chance") == "0.9997"


def test_levels_and_subject_types_are_in_the_runs_language(findings: pd.DataFrame) -> None:
    columns = ["level", "subject_type"]
    assert table(findings, columns, 80).split("\n")[2].split() == ["可疑", "结算"]
    speak("en")
    assert table(findings, columns, 80).split("\n")[2].split() == ["suspected", "settlement"]


def test_headings_given_with_the_columns_win() -> None:
    frame = pd.DataFrame({"year": [2025], "n": [123456]})
    heads, _, row = table(frame, {"n": "行数", "year": "年份"}, 80).split("\n")
    assert heads.split() == ["行数", "年份"]
    assert row.split() == ["123,456", "2025"]


def test_a_wrapped_line_does_not_begin_with_closing_punctuation() -> None:
    text = "甲乙丙丁，戊己庚辛；（子丑寅卯）辰巳午未。申酉"
    for limit in range(6, 40):
        for line in wrap(text, limit).split("\n"):
            assert not line.startswith(tuple("，；）。"))
            assert not line.endswith("（")


def test_latin_words_and_short_codes_are_not_torn() -> None:
    text = "涉及 STY02 与 BIL01，详见 settlement 表"
    words = " ".join(wrap(text, 12).split("\n"))
    for word in ("STY02", "BIL01，", "settlement"):
        assert word in words


@given(st.text(alphabet="甲乙丙，。（）ab1 -\n", max_size=60), st.integers(2, 30))
def test_wrapping_loses_nothing_and_keeps_the_limit(text: str, limit: int) -> None:
    told = wrap(clean(text), limit)
    assert all(width(line) <= limit for line in told.split("\n"))
    assert "".join(told.split()) == "".join(text.split())


def test_a_cell_cannot_steer_the_terminal() -> None:
    told = table(pd.DataFrame({"reason": ["a\x1b[2Jb\u202ec\rd"]}), width=80)
    assert not {"\x1b", "\u202e", "\r"} & set(told)


def test_a_list_with_nothing_in_it_says_so(suspects: pd.DataFrame) -> None:
    assert table(suspects.head(0)) == "（无）"
    speak("en")
    assert table(suspects.head(0)) == "(none)"


def test_markdown_cells_cannot_break_the_table() -> None:
    frame = pd.DataFrame({"reason": ["甲|乙\n丙<b>", None], "amount": [1234.5, -2]})
    lines = markdown(frame).split("\n")
    assert len(lines) == 4
    assert "甲\\|乙<br>丙&lt;b>" in lines[2]
    assert "1,234.50" in lines[2]
    assert lines[1].endswith(":|")
    assert [cell.strip() for cell in lines[3].strip("|").split("|")] == ["", "-2.00"]
