"""The sentence and the evidence of each finding: written by the same code whatever engine found it."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from medaudit.detectors.rule import RETURNED, Rule
from medaudit.engine import Engine
from medaudit.language import pick, say

if TYPE_CHECKING:
    import pyarrow as pa

# Columns that have a place of their own in a finding.
APART = {*RETURNED, "feedetl_sn", "level"}
# Columns with words that every engine writes alike, and how a sentence says them.
WORDED = ("cap_unit", "measure", "allowance")
WORDS = {
    "stay": ("每次住院", "a stay"), "case": ("每例", "a case"), "session": ("每次治疗", "a session"),
    "visit": ("每次就诊", "a visit"), "piece": ("每件", "a piece"), "day": ("每日", "a day"),
    "month": ("每月", "a month"), "year": ("每年", "a year"), "d": ("天", "days"),
    "changeover": ("（当日出院又入院，另允许 1 次）", " (one more on a day of leaving and coming back)"),
}  # fmt: skip

# What a message calls yuan is money: `{charge} 元`, `{charge} yuan`.
_YUAN = re.compile(r"\{(\w+)\} ?(?:元|yuan\b)")
# A place of a message, and the blank between it and Chinese on either side.
_PLACE = re.compile(r"((?<=[\u4e00-\u9fff]) )?\{(\w+)\}( (?=[\u4e00-\u9fff]))?")


def write_texts(engine: Engine, rules: Iterable[Rule]) -> None:
    """Write table `finding_text`: finding_id, reason (in the run's language), evidence (JSON)."""
    import pyarrow as pa

    names = ("finding_id", "reason", "evidence")
    schema = pa.schema([(name, pa.string()) for name in names])

    def texts() -> Iterator[pa.RecordBatch]:
        for rule in rules:
            for batch in engine.batches(_first_hits(rule)):
                rows = batch.to_pylist()
                columns = [
                    [row["finding_id_"] for row in rows],
                    [sentence(rule, row) for row in rows],
                    [evidence(rule, row) for row in rows],
                ]
                arrays = [pa.array(column, pa.string()) for column in columns]
                yield pa.record_batch(arrays, schema=schema)

    engine.put("finding_text", schema, texts())


def _first_hits(rule: Rule) -> str:
    """The hit that stands for each finding: the first by settlement and line, with all its columns."""
    from medaudit.findings import finding_id

    line = "feedetl_sn" if rule.by_line else "CAST(NULL AS VARCHAR)"
    order = f"setl_id, {line}, psn_no, fixmedins_code, dr_codg"
    also = "".join(f", c_{code}.rule AS also_{code}_" for code in rule.subsumes)
    covered = " ".join(
        f"LEFT JOIN covered c_{code} ON c_{code}.finding_id = h.finding_id_ AND c_{code}.rule = '{code}'"
        for code in rule.subsumes
    )
    return (
        f"SELECT h.*, f.charge_amount AS charge_, f.amount AS amount_{also} FROM (SELECT *, count(*) OVER (PARTITION BY "
        f"{finding_id(rule)}) AS rows_, {finding_id(rule)} AS finding_id_, "
        f"row_number() OVER (PARTITION BY {finding_id(rule)} ORDER BY {order}) AS place_ FROM hits_{rule.code}) h "
        f"JOIN finding f ON f.finding_id = h.finding_id_ {covered} WHERE place_ = 1 ORDER BY h.finding_id_"
    )


def sentence(rule: Rule, row: Mapping[str, Any]) -> str:
    """The rule's message with the values of a hit in it; a blank is shown as 不详/unknown."""
    told = {**row, "charge_amount": row.get("charge_"), "amount": row.get("amount_")}
    # In either language, so that both show the same figures.
    yuan = (name for text in rule.message.values() for name in _YUAN.findall(text))
    money = {"charge_amount", "amount", *yuan}
    values = {
        name: worded(value) if name in WORDED else shown(value, name in money)
        for name, value in told.items()
    }
    try:
        return _PLACE.sub(lambda place: _put(place, values), pick(rule.message))
    except KeyError:
        return rule.name


def _put(place: re.Match[str], values: Mapping[str, str]) -> str:
    """A value in its place: a message parts it from Chinese by blanks, which go where the value is Chinese too."""
    before, name, after = place.groups()
    value = values[name]
    if _is_wide(value[:1]):
        before = ""
    return (before or "") + value + ("" if _is_wide(value[-1:]) else after or "")


def _is_wide(character: str) -> bool:
    return bool(character) and unicodedata.east_asian_width(character) in "WF"


def evidence(rule: Rule, row: Mapping[str, Any]) -> str:
    """The other columns a rule returned, as JSON in their order; `lines` where a finding has several.

    `also`: the rules that found the same and are told here.
    """
    told: dict[str, Any] = {
        name: plain(row[name])
        for name in rule.columns
        if name not in APART and plain(row[name]) is not None
    }
    if rule.by_line:
        told["lines"] = row["rows_"]
        told.setdefault("feedetl_sn", row["feedetl_sn"])
    also = [code for code in rule.subsumes if row.get(f"also_{code}_")]
    if also:
        told["also"] = also
    return json.dumps(told, ensure_ascii=False, separators=(", ", ": "))


def plain(value: Any) -> Any:
    """A value as JSON has it: dates ISO, figures as numbers of at most four decimals, no infinity."""
    if isinstance(value, (Decimal, float)):
        if not math.isfinite(value):
            return None
        number = round(float(value), 4)
        return int(number) if number.is_integer() else number
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat(sep=" ") if isinstance(value, dt.datetime) else value.isoformat()
    return value


def worded(value: Any) -> str:
    """A value whose words, parted by blanks, are said in the run's language: `2 > 1 / year` as 2 > 1 a year; none says nothing."""
    words = (word for word in str(value or "").split() if word != "/")
    return " ".join(say(*WORDS[word]) if word in WORDS else word for word in words)


def shown(value: Any, is_money: bool = False) -> str:
    """A value as a sentence has it: cents in full, other figures to two decimals without the zeros at the end."""
    value = plain(value)
    if value is None:
        return say("不详", "unknown")
    if isinstance(value, bool):
        return say("是", "yes") if value else say("否", "no")
    if isinstance(value, int):
        return f"{value:,}" if abs(value) >= 10_000 else str(value)
    if isinstance(value, float):
        if is_money:
            return f"{value:,.2f}"
        # What two decimals would make nothing keeps its four.
        return f"{round(value, 2) or value:,.4f}".rstrip("0").rstrip(".")
    if isinstance(value, (list, tuple)) and isinstance(value, Sequence):
        return "、".join(str(part) for part in value)
    return str(value)
