from __future__ import annotations

import io
import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from medaudit.output.jsonfile import write_json, write_rows
from medaudit.output.national import result_3101


def written(suspects: pd.DataFrame, *findings: pd.DataFrame, **more: Any) -> dict[str, Any]:
    stream = io.BytesIO()
    write_json(stream, suspects, findings, **more)
    document = json.loads(stream.getvalue().decode("utf-8"))
    assert isinstance(document, dict)
    return document


def test_the_document_has_suspects_and_findings_with_language_free_values(
    suspects: pd.DataFrame, findings: pd.DataFrame
) -> None:
    document = written(suspects, findings.head(1), findings.tail(2), about={"version": "1"})
    assert list(document) == ["about", "suspects", "findings"]
    assert [row["subject_type"] for row in document["suspects"]] == list(suspects["subject_type"])
    assert [row["level"] for row in document["findings"]] == ["suspected", "violation", "lead"]
    assert document["suspects"][2]["probability"] is None


def test_money_is_a_number_and_evidence_an_object(
    suspects: pd.DataFrame, findings: pd.DataFrame
) -> None:
    first, second, third = written(suspects, findings)["findings"]
    assert (first["charge_amount"], second["amount"]) == (12345.6, -0.5)
    assert first["evidence"]["dise_name"] == "社区获得性肺炎"
    assert third["evidence"] == {"members": ["P1", "P2"], "share": 0.5}
    assert third["strength"] == 0.3333
    assert first["occurred_on"] == "2025-03-08"
    assert third["occurred_on"] is None


def test_each_finding_maps_onto_the_national_result(
    suspects: pd.DataFrame, findings: pd.DataFrame
) -> None:
    def lines(ids: Sequence[str]) -> pd.DataFrame:
        rows = [(ids[0], "F1", Decimal("8641.92")), (ids[0], "F2", Decimal("0"))]
        return pd.DataFrame(rows, columns=["finding_id", "feedetl_sn", "amount"])

    document = written(
        suspects,
        findings,
        titles={"STY02": "分解住院"},
        basis={"STY02": ["条例 38(1)", "GZ10000204001000"]},
        lines=lines,
    )
    first, second, third = (row["result_3101"] for row in document["findings"])
    assert first == {
        "jr_id": "STY02-0a1b2c3d4e5f",
        "rule_id": "STY02",
        "rule_name": "分解住院",
        "vola_cont": findings["reason"][0],
        "patn_id": "46010000001234567",
        "mdtrt_id": "0007",
        "judge_result_detail_dtos": [
            {
                "jrd_id": "STY02-0a1b2c3d4e5f-F1",
                "patn_id": "46010000001234567",
                "mdtrt_id": "0007",
                "rx_id": "F1",
                "vola_item_type": "1",
                "vola_amt": 8641.92,
            },
            {
                "jrd_id": "STY02-0a1b2c3d4e5f-F2",
                "patn_id": "46010000001234567",
                "mdtrt_id": "0007",
                "rx_id": "F2",
                "vola_item_type": "2",
                "vola_amt": 0.0,
            },
        ],
        "vola_amt": 8641.92,
        "vola_amt_stas": "1",
        "sev_deg": "2",
        "vola_evid": "条例 38(1)；GZ10000204001000",
        "vola_bhvr_type": None,
        "task_id": None,
    }
    assert (second["sev_deg"], third["sev_deg"]) == ("1", "3")
    assert (second["rule_name"], second["judge_result_detail_dtos"]) == ("BIL01", [])


def test_a_line_the_insured_paid_alone_is_violating_and_the_stronger_leg_related() -> None:
    finding = {"finding_id": "A", "rule": "R", "charge_amount": 30.0, "amount": 0.0}
    lines = [{"feedetl_sn": "F1", "amount": 0.0}]
    (paid_alone,) = result_3101(finding, lines=lines)["judge_result_detail_dtos"]
    (stronger,) = result_3101({**finding, "charge_amount": 0.0}, lines=lines)[
        "judge_result_detail_dtos"
    ]
    assert (paid_alone["vola_item_type"], stronger["vola_item_type"]) == ("1", "2")


def test_texts_longer_than_the_interface_allows_are_cut() -> None:
    result = result_3101({"finding_id": "A", "rule": "R", "reason": "甲" * 600})
    assert len(result["vola_cont"]) == 500
    assert result["vola_amt_stas"] == "0"


def test_a_list_is_one_row_a_line_and_readable_chinese(
    findings: pd.DataFrame, tmp_path: Path
) -> None:
    write_rows([findings.head(1), findings.tail(2)], tmp_path / "a.json")
    text = (tmp_path / "a.json").read_text("utf-8")
    assert len(text.strip().split("\n")) == 1 + 3 + 1
    assert "社区获得性肺炎" in text
    assert len(json.loads(text)) == 3


def test_nothing_is_an_empty_list(suspects: pd.DataFrame) -> None:
    document = written(suspects.head(0))
    assert document == {"about": {}, "suspects": [], "findings": []}


def test_numbers_json_does_not_know_become_null() -> None:
    stream = io.BytesIO()
    frame = pd.DataFrame({"x": [float("inf"), 1.0], "evidence": ['{"a": NaN}', "not json"]})
    write_rows([frame], stream)
    assert json.loads(stream.getvalue()) == [
        {"x": None, "evidence": {"a": None}},
        {"x": 1.0, "evidence": "not json"},
    ]
