"""A small run as the output room receives it: three findings, four suspects."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

from medaudit.output.columns import SUSPECTS

LONG_REASON = (
    "出院 3 天后又因社区获得性肺炎住进同一机构（县第一人民医院），两次住院主要诊断相同，"
    "间隔内无转诊记录；建议调阅两次住院病历，核实是否一次治疗分作两次结算"
)


@pytest.fixture
def findings() -> pd.DataFrame:
    rows = [
        {
            "finding_id": "STY02-0a1b2c3d4e5f",
            "rule": "STY02",
            "level": "suspected",
            "subject_type": "settlement",
            "subject_id": "000000000000000000000012345678",
            "setl_id": "000000000000000000000012345678",
            "psn_no": "46010000001234567",
            "fixmedins_code": "H46010500002",
            "dr_codg": "D460105000123",
            "occurred_on": date(2025, 3, 8),
            "charge_amount": Decimal("12345.60"),
            "amount": Decimal("8641.92"),
            "account_amount": Decimal("0.00"),
            "packaged": 1,
            "strength": 0.85,
            "reason": LONG_REASON,
            "evidence": json.dumps(
                {
                    "gap": 3,
                    "dise_name": "社区获得性肺炎",
                    "mdtrt_id": "0007",
                    "psn_name": "欧阳小明",
                },
                ensure_ascii=False,
            ),
        },
        {
            "finding_id": "BIL01-111111111111",
            "rule": "BIL01",
            "level": "violation",
            "subject_type": "settlement",
            "subject_id": "S2",
            "setl_id": "S2",
            "psn_no": "007",
            "fixmedins_code": "P46010500009",
            "occurred_on": date(2025, 3, 9),
            "charge_amount": Decimal("20.00"),
            "amount": Decimal("-0.50"),
            "account_amount": Decimal("-0.001"),
            "packaged": 0,
            "strength": 1.0,
            "reason": '=HYPERLINK("http://example.com","静脉输液")',
            "evidence": "{}",
        },
        {
            "finding_id": "LNK01-222222222222",
            "rule": "LNK01",
            "level": "lead",
            "subject_type": "ring",
            "subject_id": "R-01",
            "charge_amount": Decimal("0"),
            "amount": Decimal("0"),
            "account_amount": Decimal("0"),
            "packaged": 0,
            "strength": 0.33333,
            "reason": "+8 人同日就诊",
            "evidence": '{"members": ["P1", "P2"], "share": 0.5}',
        },
    ]
    return pd.DataFrame(rows)


@pytest.fixture
def suspects() -> pd.DataFrame:
    rows = [
        (1, "institution", "H46010500002", "县第一人民医院", 8047.3, 0.9312, 8641.92, 132),
        (2, "institution", "H46020400035", "仁爱康复专科医院", 410.0, 0.41, 1000.0, 12),
        (1, "pharmacy", "P46010500009", "百姓大药房", 0.0, None, -0.5, 1),
        (1, "patient", "0046010000001234567", "欧阳小明", 5.0, 0.05, 100.0, 1),
    ]
    frame = pd.DataFrame(rows, columns=list(SUSPECTS)[:8])
    frame["rules"] = ["STY02×30、BIL01×102", "STY01×12", "PHA01", "IDN01"]
    frame["reasons"] = [LONG_REASON, "入院次日起无任何诊疗项目", "-", "两地同时就诊"]
    return frame
