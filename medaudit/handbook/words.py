"""The words for what rules say in codes: reasons to set aside, legal basis, units, levels, tables."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from medaudit.detectors.rule import FAMILIES
from medaudit.facts import facts
from medaudit.findings.words import worded
from medaudit.language import pick, say, spoken
from medaudit.records.schema import TABLES

LEVELS = {
    "violation": ("违规", "violation", "规定明确，核对原始资料后即可认定", "the rules are clear, once the originals are checked"),
    "suspected": ("可疑", "suspected", "要对照病历等资料才能认定", "only the medical record can tell"),
    "lead": ("线索", "lead", "值得留意，单凭它不能说明问题", "worth a look, shows nothing by itself"),
}  # fmt: skip
STATUSES = {
    "stable": ("正式", "stable"),
    "draft": ("草稿，点名才运行", "draft, runs only when named"),
    "deprecated": ("停用", "deprecated"),
}
SUBJECTS = {
    "settlement": ("结算", "settlements"),
    "patient": ("患者", "patients"),
    "doctor": ("医师", "doctors"),
    "institution": ("机构（含药店）", "institutions (pharmacies too)"),
    "ring": ("关联群组", "rings"),
}


# What a rule's key is made of, in words.
KEYS = {
    "setl_id": ("结算", "settlement"),
    "ring_id": ("群组", "ring"),
    "stay_id": ("住院", "stay"),
    "psn_no": ("人员", "person"),
    "person_id": ("人员", "person"),
    "fixmedins_code": ("机构", "institution"),
    "dr_codg": ("医师", "doctor"),
    "med_list_codg": ("项目", "item"),
    "feedetl_sn": ("明细", "fee line"),
    "occurred_on": ("日期", "date"),
    "day": ("日期", "date"),
    "leg_id": ("就诊", "visit or stay"),
    "item": ("项目", "item"),
    "kind": ("类别", "kind"),
    "month": ("月份", "month"),
    "year": ("年度", "year"),
    "drug": ("药品", "drug"),
    "pair": ("两家机构", "pair of institutions"),
    "tel": ("电话", "telephone"),
    "group_id": ("群体", "group"),
    "cap_amt": ("限额", "cap"),
    "dise_codg": ("病种", "disease"),
    "opsp_class": ("病种", "chronic disease"),
    "drug_group": ("药品类别", "group of drugs"),
    "rxno": ("处方", "prescription"),
    "trace_code": ("追溯码", "trace code"),
    "paid_item": ("已收项目", "item paid"),
    "whole_item": ("组合项目", "whole item"),
    "place": ("日期或就诊", "date or visit"),
    "opter_id": ("经办人", "operator"),
}


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))


def family(code: str) -> str:
    zh, en = FAMILIES[code]
    return say(zh, en.capitalize())


def level(name: str) -> str:
    return say(*LEVELS[name][:2])


def level_meaning(name: str) -> str:
    return say(*LEVELS[name][2:])


def status(name: str) -> str:
    return say(*STATUSES[name])


def subject(name: str) -> str:
    return say(*SUBJECTS[name])


def reason(name: str) -> str:
    """What a reason of the exclusion fact is called; the name itself for one not known."""
    told = _words()["reasons"].get(name)
    return str(told[spoken()][0]) if told else name


def reason_sign(name: str) -> str:
    """By what the data shows that reason, "" where it is not told."""
    told = _words()["reasons"].get(name)
    return str(told[spoken()][1]) if told else ""


def basis(text: str) -> str:
    """A legal basis as its header writes it, with what it says: 条例 38(1), GZ10000204001000."""
    article = re.fullmatch(r"条例\s*(\d+)(?:\((\d+)\))?", text)
    if article:
        number, item = article.groups()
        key = f"{number}({item})" if item else number
        told = _words()["articles"].get(key)
        name = say(
            f"《医疗保障基金使用监督管理条例》第{number}条" + (f"第（{item}）项" if item else ""),
            f"Regulation on the use of the medical insurance fund (decree 735), article {key}",
        )
    else:
        told = _words()["codes"].get(text)
        name = say(f"国家智能监管规则库 {text}", f"national rule library {text}") if told else text
    return name + (say("：", ": ") + pick(told) if told else "")


def amount(value: Any, unit: str) -> str:
    """A parameter's value with its unit: 15 天, 1 day."""
    told = _words()["units"].get(unit, {"zh": unit, "en": unit})
    word = pick(told)
    if spoken() == "en" and value == 1:
        word = word.removesuffix("s")
    return f"{value} {word}".rstrip()


# What a column of another row begins with.
_OTHERS = {
    "other_": ("另一", "other"),
    "prior_": ("前次", "earlier"),
    "earlier_": ("前一", "earlier"),
}


def key(names: Iterable[str]) -> str:
    """What a rule's key is made of: 住院、另一住院."""
    return listed([_key(name) for name in names])


def _key(name: str) -> str:
    told = _prefixed(name, lambda own: say(*KEYS[own]) if own in KEYS else "")
    return told if told != name else column(name)


def column(name: str) -> str:
    """What a column holds, in few words; its name where nothing says so."""

    def word(own: str) -> str:
        told = _words()["columns"].get(own)
        if told or own in KEYS:
            return pick(told) if told else say(*KEYS[own])
        return re.split("[：，:,]", meaning(own))[0]

    return _prefixed(name, word)


def value(column: str, told: Any) -> Any:
    """A value of the evidence as people read it: what a code stands for, all else as it is."""
    word = worded(column, told)
    return told if word is None else word


def _prefixed(name: str, word: Callable[[str], str]) -> str:
    """The word of a column, or of the one it repeats for another row: 前次入院日期 for prior_admitted."""
    if word(name):
        return word(name)
    for prefix, (zh, en) in _OTHERS.items():
        if name.startswith(prefix) and word(name.removeprefix(prefix)):
            own = word(name.removeprefix(prefix))
            return say(f"{zh}{own}", f"{en} {own}")
    return name


def listed(names: list[str]) -> str:
    return say("、", ", ").join(names)


def meaning(column: str) -> str:
    """What a column of that name holds, by the first fact or table that says so; "" when none does."""
    for fact in facts().values():
        if column in fact.columns:
            return pick(fact.columns[column])
    return next((one.columns[column].label for one in TABLES.values() if column in one.columns), "")


def need(text: str, with_names: bool = True) -> str:
    """A need of a rule in words: 参保人的死亡日期 (person.death_date); alternatives joined by or."""
    told = []
    for one in text.split("|"):
        table, _, column = one.partition(".")
        name = TABLES[table].label
        if column:
            label = TABLES[table].columns[column].label
            name = say(f"{name}的{label}", f"{label} of {name}")
        told.append(name + (say(f"（{one}）", f" ({one})") if with_names else ""))
    return say("或", " or ").join(told)


def sentences(text: str) -> list[str]:
    """The sentences of a header's text, which semicolons separate."""
    parts = [part.strip().rstrip("。.") for part in re.split(r"[；;]\s*", text)]
    return [part[0].upper() + part[1:] for part in parts if part]
