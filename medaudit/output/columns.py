"""What the columns of findings and suspects are called, what they hold, and how their values read.

CSV keeps the names and values themselves; whatever is made for reading (terminal, markdown, XLSX)
takes the heading and the labels in the run's language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from medaudit.language import say

# code: an identifier, never a number; share: a number from 0 to 1; chance: a probability, never told as certain; evidence: a JSON object as text.
Kind = Literal["code", "text", "date", "money", "share", "chance", "count", "evidence"]
Columns = Sequence[str] | Mapping[str, str]
NUMERIC: frozenset[Kind | None] = frozenset({"money", "share", "chance", "count"})


@dataclass(frozen=True)
class Column:
    zh: str
    en: str
    kind: Kind


FINDINGS = {
    "finding_id": Column("疑点编号", "Finding", "code"),
    "rule": Column("规则", "Rule", "code"),
    "level": Column("等级", "Level", "text"),
    "subject_type": Column("对象类别", "Subject type", "text"),
    "subject_id": Column("对象编码", "Subject ID", "code"),
    "setl_id": Column("结算ID", "Settlement ID", "code"),
    "psn_no": Column("人员编号", "Person no.", "code"),
    "fixmedins_code": Column("机构编码", "Institution", "code"),
    "dr_codg": Column("医师编码", "Doctor", "code"),
    "occurred_on": Column("发生日期", "Date", "date"),
    "charge_amount": Column("涉及费用(元)", "Charges (yuan)", "money"),
    "amount": Column("涉及基金(元)", "Fund money (yuan)", "money"),
    "account_amount": Column("其中个人账户(元)", "Of which personal account (yuan)", "money"),
    "packaged": Column("按病种或床日付费(1是)", "Paid per case or day (1: yes)", "count"),
    "strength": Column("证据强度", "Strength", "share"),
    "reason": Column("疑点说明", "Reason", "text"),
    "evidence": Column("证据", "Evidence", "evidence"),
}

SUSPECTS = {
    "rank": Column("排名", "Rank", "count"),
    "subject_type": FINDINGS["subject_type"],
    "subject_id": FINDINGS["subject_id"],
    "subject_name": Column("对象名称", "Subject", "text"),
    "score": Column("预期金额(元)", "Expected (yuan)", "money"),
    "probability": Column("查实概率", "Probability", "chance"),
    "amount": FINDINGS["amount"],
    "findings": Column("疑点数", "Findings", "count"),
    "rules": Column("涉及规则", "Rules", "text"),
    "reasons": Column("主要疑点", "Main reasons", "text"),
}

COLUMNS = FINDINGS | SUSPECTS

# Kinds of suspects whose money is what goes beyond their peers' (and what a policy decides).
COMPARED = ("institution", "pharmacy", "doctor")

LABELS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "level": {
        "violation": ("违规", "violation"),
        "suspected": ("可疑", "suspected"),
        "lead": ("线索", "lead"),
    },
    "state": {
        "ran": ("运行", "ran"),
        "skipped": ("跳过", "skipped"),
        "failed": ("失败", "failed"),
    },
    "band": {
        "high": ("高", "high"),
        "medium": ("中", "medium"),
        "low": ("低", "low"),
    },
    "subject_type": {
        "institution": ("机构", "institution"),
        "pharmacy": ("药店", "pharmacy"),
        "doctor": ("医师", "doctor"),
        "patient": ("患者", "patient"),
        "settlement": ("结算", "settlement"),
        "ring": ("关联群组", "ring"),
    },
}

_MONEY_ENDINGS = ("amount", "_amt", "sumamt", "charge", "money", "_pay")


def heading(name: str, columns: Columns | None = None) -> str:
    """The heading of a column in the run's language: from `columns` if it is a mapping, else ours, else `name`."""
    if isinstance(columns, Mapping):
        return columns[name]
    column = COLUMNS.get(name)
    return say(column.zh, column.en) if column else name


def kind(name: str) -> Kind | None:
    """What a column holds; None for a column not known here, whose values then speak for themselves."""
    if name in COLUMNS:
        return COLUMNS[name].kind
    return "money" if name.endswith(_MONEY_ENDINGS) else None


def label(name: str, value: str) -> str:
    """`value` as people read it: levels and subject types in the run's language, all else unchanged."""
    if name not in LABELS:
        return value
    texts = LABELS[name].get(value)
    return say(*texts) if texts else value
