"""The answer to why-not in words: what was met, what was not, and the values behind each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from medaudit import facts
from medaudit.detectors.nearest import Checked, Near
from medaudit.detectors.trace import Key, Loss
from medaudit.detectors.whynot import Answer
from medaudit.findings.text import plain, sentence
from medaudit.handbook import words
from medaudit.handbook.rule import Section, title
from medaudit.language import pick, say
from medaudit.records.schema import TABLES

SHOWN = 3  # places where rows were lost, and hits
_MARKS = {True: "✓", False: "✗", None: "?"}
# What it means that a settlement is not in these.
_PLAINLY = {
    "stay": ("这笔结算不属于住院", "the settlement is no hospital stay"),
    "stay_day": ("这笔结算不属于住院", "the settlement is no hospital stay"),
    "line": (
        "没有费用明细，或同一费用已在另一笔结算里",
        "there are no fee lines, or they stand on another settlement of the same cost",
    ),
    "diagnosis": ("没有诊断记录", "there are no diagnoses"),
}


def heading(answer: Answer) -> str:
    whom = answer.subject
    return f"{title(answer.rule)} · {whom.id}"


def sections(answer: Answer) -> list[Section]:
    """What a rule says of a subject, as sections of a page."""
    if answer.state == "skipped":
        told = words.listed(list(answer.needs))
        return [
            Section(
                "skipped",
                say("没有运行", "Not run"),
                say(
                    f"这次的数据不够，本规则跳过：{told}",
                    f"The data lack what the rule needs: {told}",
                ),
            )
        ]
    if answer.state == "reported":
        items = list(_hits(answer))
        return [Section("reported", say("已经报出", "Reported"), "", items)]
    if answer.state == "excluded":
        told = words.listed([_reason(reason, detail) for reason, detail in answer.excluded])
        text = say(
            f"符合报出的条件，但属于自动排除的情形：{told}",
            f"It would be reported, but is set aside: {told}",
        )
        return [Section("excluded", say("没有报出", "Not reported"), text, list(_hits(answer)))]
    if not answer.losses:
        text = say(
            "看不出差在哪里，请看 medaudit rules --sql",
            "Where it differs cannot be told; see medaudit rules --sql",
        )
        return [Section("missed", say("没有报出", "Not reported"), text)]
    different = [loss for i, loss in enumerate(answer.losses) if loss not in answer.losses[:i]]
    return [part for i, loss in enumerate(different[:SHOWN]) for part in _loss(loss, not i)]


def document(answer: Answer) -> dict[str, Any]:
    """The answer for machines; `holds` is true, false or null (unknown)."""
    return {
        "rule": answer.rule.code,
        "subject_type": answer.subject.kind,
        "subject_id": answer.subject.id,
        "state": answer.state,
        "params": dict(answer.params),
        "needs": list(answer.needs),
        "excluded": [{"reason": reason, "detail": detail} for reason, detail in answer.excluded],
        "hits": [{name: plain(value) for name, value in hit.items()} for hit in answer.hits],
        "losses": [_loss_document(loss) for loss in answer.losses],
    }


def _hits(answer: Answer) -> Iterator[str]:
    for hit in answer.hits[:SHOWN]:
        yield sentence(answer.rule, {**hit, "charge_": hit["charge_amount"], "amount_": None})
    more = len(answer.hits) - SHOWN
    if more > 0:
        yield say(f"另有 {more} 处", f"{more} more")


def _reason(reason: str, detail: str | None) -> str:
    return words.reason(reason) + (say(f"（{detail}）", f" ({detail})") if detail else "")


def _loss(loss: Loss, is_first: bool) -> Iterator[Section]:
    title_ = (
        say("没有报出", "Not reported")
        if is_first
        else say("另一条途径也没有", "Nor by the other way")
    )
    if not loss.near:
        yield Section("missing", title_, _missing(loss))
        return
    where = (
        say(
            f"在前面的筛选（{loss.within}）里就没有入选：",
            f"It was not chosen by an earlier step ({loss.within}):",
        )
        if loss.within
        else say(
            "差在打 ✗ 的条件上（? 为不详，按不成立算）：",
            "What is marked ✗ does not hold (? is unknown, and counts as not):",
        )
    )
    yield Section("missed", title_, where)
    for near in loss.near:
        yield Section("near", _heads(near), "", [_check(check) for check in near.checks])
    more = loss.rows - sum(near.alike for near in loss.near)
    if more > 0:
        yield Section(
            "more", say(f"另有 {more} 处差得一样多或更多", f"{more} more that are no nearer")
        )


def _heads(near: Near) -> str:
    told = [_head(name, _value(value)) for name, value in near.heads.items() if value is not None]
    alike = say(f" 等 {near.alike} 处", f" and {near.alike - 1} alike") if near.alike > 1 else ""
    return (words.listed(list(dict.fromkeys(told))) or say("最接近的情形", "The nearest")) + alike


def _head(name: str, value: str) -> str:
    """Names and days speak for themselves, numbers need to be said of what."""
    speaks = name.endswith(("_name", "day", "occurred_on"))
    return value if speaks else f"{words.key([name])} {value}"


def _check(check: Checked) -> str:
    told = say("，", ", ").join(f"{name} = {_value(value)}" for name, value in check.values.items())
    values = say(f"（{told}）", f" ({told})") if told else ""
    return f"{_MARKS[check.holds]} {check.condition.text}{values}"


def _value(value: Any) -> str:
    if value is None:
        return say("空", "blank")
    if isinstance(value, bool):
        return say("是", "yes") if value else say("否", "no")
    return str(plain(value))


def _missing(loss: Loss) -> str:
    aim = (
        say(f"没有满足“{loss.words}”的数据：", f"Nothing meets “{loss.words}”: ")
        if loss.words
        else ""
    )
    blank = [key for key in loss.keys if not key.values]
    settlement = all(key.origin in ("setl_id", "stay_id") for key in loss.keys)
    if loss.missing in _PLAINLY and loss.keys and settlement:
        told = say(*_PLAINLY[loss.missing])
    elif blank and blank[0].origin == "stay_id":
        told = say(*_PLAINLY["stay"])
    elif blank:
        told = say(
            f"{_column(blank[0])}为空，没有可以对照的{_relation(loss.missing)}",
            f"{_column(blank[0])} is blank, so there is nothing to compare with in {_relation(loss.missing)}",
        )
    else:
        sought = words.listed([f"{key.column} = {_some(key.values)}" for key in loss.keys])
        told = say(
            f"{_relation(loss.missing)}里没有与 {sought} 相配的",
            f"{_relation(loss.missing)} has nothing to match {sought}",
        )
    if not loss.words:
        told = told[0].upper() + told[1:]
    return aim + told + say("。", ".")


def _column(key: Key) -> str:
    told = words.column(key.origin)
    return key.origin if told == key.origin else told + say(f"（{key.origin}）", f" ({key.origin})")


def _relation(name: str) -> str:
    fact = facts.facts().get(name)
    if fact:
        return say(f" {name}（{pick(fact.grain)}）", f"{name} ({pick(fact.grain)})")
    if name in TABLES:
        return say(f"{TABLES[name].label}（{name}）", f"{TABLES[name].label} ({name})")
    return say(f"规则的中间步骤 {name} ", f"the rule's own step {name}")


def _some(values: Sequence[Any]) -> str:
    told = [_value(value) for value in values[:SHOWN]]
    return "/".join(told) + (" …" if len(values) > SHOWN else "")


def _loss_document(loss: Loss) -> dict[str, Any]:
    return {
        "within": loss.within,
        "rows": loss.rows,
        "near": [
            {
                "row": {name: plain(value) for name, value in near.heads.items()},
                "conditions": [
                    {
                        "zh": check.condition.zh,
                        "en": check.condition.en,
                        "sql": check.condition.sql,
                        "holds": check.holds,
                        "values": {name: plain(value) for name, value in check.values.items()},
                    }
                    for check in near.checks
                ],
            }
            for near in loss.near
        ],
        "missing": loss.missing,
        "keys": [
            {"column": key.column, "from": key.origin, "values": [plain(v) for v in key.values]}
            for key in loss.keys
        ],
        "words": loss.words,
    }
