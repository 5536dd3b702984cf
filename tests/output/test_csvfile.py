from __future__ import annotations

import csv
import io
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from medaudit.language import speak
from medaudit.output.columns import FINDINGS
from medaudit.output.csvfile import write_csv


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def written(*frames: pd.DataFrame, columns: list[str] | None = None) -> bytes:
    stream = io.BytesIO()
    write_csv(frames, stream, columns)
    return stream.getvalue()


def test_the_file_begins_with_a_byte_order_mark_and_its_lines_end_in_lf(
    findings: pd.DataFrame, tmp_path: Path
) -> None:
    write_csv([findings], tmp_path / "疑点.csv")
    data = (tmp_path / "疑点.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbffinding_id,")
    assert data.count(b"\xef\xbb\xbf") == 1
    assert b"\r" not in data
    assert [path.name for path in tmp_path.iterdir()] == ["疑点.csv"]


def test_the_fixed_names_are_the_header_in_every_language(findings: pd.DataFrame) -> None:
    chinese = written(findings)
    speak("en")
    assert written(findings) == chinese
    assert chinese.decode("utf-8-sig").split("\n")[0].split(",") == list(FINDINGS)
    assert [row["level"] for row in rows(chinese)] == ["suspected", "violation", "lead"]


def test_chinese_and_leading_zeros_come_through(findings: pd.DataFrame) -> None:
    first, second, _ = rows(written(findings))
    assert first["reason"] == findings["reason"][0]
    assert first["setl_id"] == "000000000000000000000012345678"
    assert second["psn_no"] == "007"
    assert second["dr_codg"] == ""


def test_money_has_two_decimals_strength_four_and_dates_are_iso(findings: pd.DataFrame) -> None:
    first, second, third = rows(written(findings))
    assert (first["charge_amount"], first["strength"]) == ("12345.60", "0.8500")
    assert first["occurred_on"] == "2025-03-08"
    assert second["account_amount"] == "0.00"  # not -0.00
    assert (third["strength"], third["occurred_on"]) == ("0.3333", "")


def test_text_that_looks_like_a_formula_is_neutralised_and_numbers_are_not(
    findings: pd.DataFrame,
) -> None:
    _, second, third = rows(written(findings))
    assert second["reason"] == '\'=HYPERLINK("http://example.com","静脉输液")'
    assert third["reason"] == "'+8 人同日就诊"
    assert second["amount"] == "-0.50"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＠"])
def test_every_way_to_begin_a_formula_is_neutralised(start: str) -> None:
    (row,) = rows(written(pd.DataFrame({"fixmedins_name": [start + "1"]})))
    assert row["fixmedins_name"].startswith("'")


def test_a_cell_with_line_breaks_commas_and_quotes_stays_one_cell() -> None:
    frame = pd.DataFrame({"reason": ['甲,"乙"\n丙\r\n丁\r戊'], "rule": ["A"]})
    assert rows(written(frame)) == [{"reason": '甲,"乙"\n丙\n丁\n戊', "rule": "A"}]


def test_batches_make_the_same_bytes_as_one_frame(findings: pd.DataFrame) -> None:
    batches = [findings.iloc[[at]] for at in range(len(findings))]
    assert written(*batches) == written(findings)


def test_a_list_without_rows_still_has_its_header() -> None:
    assert written(columns=["rule", "amount"]) == b"\xef\xbb\xbfrule,amount\n"
    assert written(pd.DataFrame({"rule": [], "amount": []})) == b"\xef\xbb\xbfrule,amount\n"


def test_columns_are_chosen_and_a_missing_one_is_empty(findings: pd.DataFrame) -> None:
    assert rows(written(findings, columns=["rule", "note"]))[0] == {"rule": "STY02", "note": ""}


def test_values_of_every_type_have_a_plain_form() -> None:
    frame = pd.DataFrame(
        {
            "flag": [True, None],
            "n": [3.0, None],
            "x": [0.125, float("nan")],
            "price": [Decimal("1.250000"), None],
            "when": [datetime(2025, 1, 2, 3, 4, 5), None],
            "members": [["P1", "P2"], None],
        }
    )
    first, second = rows(written(frame))
    assert list(first.values()) == [
        "true", "3", "0.125", "1.250000", "2025-01-02 03:04:05", '["P1", "P2"]',
    ]  # fmt: skip
    assert set(second.values()) == {""}
