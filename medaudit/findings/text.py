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
from medaudit.findings.words import worded
from medaudit.language import pick, say

if TYPE_CHECKING:
    import pyarrow as pa

# Columns that have a place of their own in a finding.
APART = {*RETURNED, "feedetl_sn", "level"}
# Sentences go everywhere, and a telephone is told in none of them in full: the evidence has it.
PRIVATE = ("tel", "telephone")

# What a message calls yuan is money: `{charge} 元`, `{charge} yuan`.
_YUAN = re.compile(r"\{(\w+)\} ?(?:元|yuan\b)")
# In English a value of 1 takes one of these: 1 settlement, 1 such person.
_MANY = re.compile(
    r"\{(\w+)\}( (?:[a-z-]+ )?)(amounts|cards|charges|days|diseases|drugs|families|hours|households|institutions|kinds|lines|"
    r"nights|occasions|overlaps|parts|peers|people|persons|pharmacies|places|sales|settlements|stays|visits)\b"
)

# A place of a message, and the blank between it and Chinese on either side.
_PLACE = re.compile(r"((?<=[\u4e00-\u9fff]) )?\{(\w+)\}( (?=[\u4e00-\u9fff]))?")


def write_texts(engine: Engine, rules: Iterable[Rule]) -> None:
    """Write table `finding_text`: finding_id, reason (in the run's language), evidence (JSON)."""
    import pyarrow as pa

    names = ("finding_id", "reason", "evidence")
    schema = pa.schema([(name, pa.string()) for name in names])

    from medaudit.findings import subjects

    every = [(rule, subject) for rule in rules for subject in subjects(rule)]

    def texts() -> Iterator[pa.RecordBatch]:
        for rule, subject in every:
            for batch in engine.batches(_first_hits(rule, subject)):
                rows = batch.to_pylist()
                columns = [
                    [row["finding_id_"] for row in rows],
                    [sentence(rule, row) for row in rows],
                    [evidence(rule, row) for row in rows],
                ]
                arrays = [pa.array(column, pa.string()) for column in columns]
                yield pa.record_batch(arrays, schema=schema)

    engine.put("finding_text", schema, texts())


def _first_hits(rule: Rule, subject: str) -> str:
    """The hit that stands for each finding: the first by settlement and line, with all its columns."""
    from medaudit.findings import finding_id

    one = finding_id(rule, subject)
    line = "feedetl_sn" if rule.by_line else "CAST(NULL AS VARCHAR)"
    order = f"setl_id, {line}, psn_no, fixmedins_code, dr_codg"
    also = "".join(f", c_{code}.rule AS also_{code}_" for code in rule.subsumes)
    covered = " ".join(
        f"LEFT JOIN covered c_{code} ON c_{code}.finding_id = h.finding_id_ AND c_{code}.rule = '{code}'"
        for code in rule.subsumes
    )
    return (
        f"SELECT h.*, f.charge_amount AS charge_, f.amount AS amount_{also} FROM (SELECT *, count(*) OVER (PARTITION BY "
        f"{one}) AS rows_, {one} AS finding_id_, "
        f"row_number() OVER (PARTITION BY {one} ORDER BY {order}) AS place_ FROM hits_{rule.code}) h "
        f"JOIN finding f ON f.finding_id = h.finding_id_ {covered} WHERE place_ = 1 ORDER BY h.finding_id_"
    )


def sentence(rule: Rule, row: Mapping[str, Any]) -> str:
    """The rule's message with the values of a hit in it; a blank is shown as 不详/unknown."""
    told = {**row, "charge_amount": row.get("charge_"), "amount": row.get("amount_")}
    # In either language, so that both show the same figures.
    yuan = (name for text in rule.message.values() for name in _YUAN.findall(text))
    money = {"charge_amount", "amount", *yuan}
    private = [value for name, value in row.items() if value and name.rpartition("_")[2] in PRIVATE]
    values = {
        name: _hidden(value) if value in private else _said(name, value, name in money)
        for name, value in told.items()
    }
    try:
        message = _MANY.sub(lambda many: _one(many, values), pick(rule.message))
        return _PLACE.sub(lambda place: _put(place, values), message)
    except KeyError:
        return rule.name


def _one(many: re.Match[str], values: Mapping[str, str]) -> str:
    """`{institutions} institutions`, in the singular where the value is 1."""
    name, between, word = many.groups()
    if values[name] != "1":
        return many[0]
    one = "person" if word == "people" else re.sub("ies$", "y", word).removesuffix("s")
    return f"{{{name}}}{between}{one}"


def _hidden(number: str) -> str:
    """138******78"""
    return number[:3] + "*" * max(len(number) - 5, 0) + number[-2:]


def _said(name: str, value: Any, is_money: bool) -> str:
    # These stand at the end of what comes before, where there is one.
    if name in ("allowance", "bond", "label") and value is None:
        return ""
    word = worded(name, value)
    return shown(value, is_money) if word is None else word


def _put(place: re.Match[str], values: Mapping[str, str]) -> str:
    """A value in its place: a message parts it from Chinese by blanks, which go where the value is Chinese too."""
    before, name, after = place.groups()
    value = values[name]
    if not value:
        return ""
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
