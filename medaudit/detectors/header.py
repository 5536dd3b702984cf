"""Whether a rule's header is complete, says known things, and fits the SELECT below it."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from medaudit.detectors.rule import (
    FAMILIES,
    FIELDS,
    FOUND_OTHERWISE,
    LEVELS,
    REASONS,
    RETURNED,
    STATUSES,
    SUBJECTS,
    param,
)
from medaudit.engine import portable
from medaudit.errors import did_you_mean
from medaudit.language import LANGUAGES, say
from medaudit.records.schema import TABLES

_NEEDED = ("code", "status", "level", "subject", "key", "prior", "title", "message")
_LISTS = ("key", "responsible", "basis", "needs", "excludes", "subsumes")
_TEXTS = ("title", "message", "benign", "next")
_FAMILIES = {code: names for code, names in FAMILIES.items() if code not in FOUND_OTHERWISE}
_CODE = re.compile(rf"({'|'.join(_FAMILIES)})[0-9]{{2}}")
# Names ending in _ are ours, in the SQL around a rule.
_COLUMN = re.compile(r"[A-Za-z](\w*[A-Za-z0-9])?", re.ASCII)


def header_faults(header: Mapping[str, Any], columns: Sequence[str], query: Any) -> Iterator[str]:
    """What is wrong with a header, or does not fit the SELECT below it."""
    for name in header:
        if name not in FIELDS:
            yield (
                say(f"头部不认识 {name}", f"unknown in the header: {name}")
                + "; "
                + did_you_mean(name, FIELDS)
            )
    for name in _NEEDED:
        if header.get(name) in (None, "", [], {}):
            yield say(f"头部缺少 {name}", f"the header lacks {name}")
    wrong_kind = dict(_kind_faults(header))
    yield from wrong_kind.values()
    header = {name: value for name, value in header.items() if name not in wrong_kind}
    yield from _word_faults(header)
    yield from _column_faults(columns)
    yield from _fit_faults(header, columns, query)


def _kind_faults(header: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Field → what it must be, for each that is something else."""
    for name in ("code", "status", "level", "subject"):
        if not isinstance(header.get(name, ""), str):
            yield name, say(f"{name} 应为文本", f"{name} must be a text")
    for name in _LISTS:
        value = header.get(name, [])
        if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
            yield name, say(f"{name} 应为文本列表", f"{name} must be a list of texts")
    for name in _TEXTS:
        value = header.get(name, {})
        if not isinstance(value, Mapping) or not _is_told(value):
            yield name, say(f"{name} 应有 zh 和 en", f"{name} needs zh and en")
    prior = header.get("prior", 0.5)
    if not isinstance(prior, (int, float)) or not 0 < prior < 1:
        yield "prior", say("prior 应在 0 与 1 之间", "prior must be between 0 and 1")
    if not _are_bands(header.get("bands", _NO_BANDS)):
        yield (
            "bands",
            say(
                'bands 写成 { column = "gap", at_most = ["core_days", "days"] }，或 at_least',
                'bands are written { column = "gap", at_most = ["core_days", "days"] }, or at_least',
            ),
        )
    params = header.get("params", {})
    if not isinstance(params, Mapping) or not all(isinstance(p, Mapping) for p in params.values()):
        yield "params", say("参数写成 [params.名字]", "parameters are written [params.NAME]")


_NO_BANDS: Mapping[str, Any] = {"column": "", "at_most": ["", ""]}


def _are_bands(told: Any) -> bool:
    if not isinstance(told, Mapping) or len(told) != 2 or not isinstance(told.get("column"), str):
        return False
    names = told.get("at_most", told.get("at_least"))
    return isinstance(names, list) and len(names) > 1 and all(isinstance(n, str) for n in names)


def _is_told(texts: Mapping[str, Any]) -> bool:
    return all(name in LANGUAGES and isinstance(text, str) for name, text in texts.items())


def _word_faults(header: Mapping[str, Any]) -> Iterator[str]:
    """Values that are not among those known."""
    code = header.get("code")
    if code and not _CODE.fullmatch(code):
        families = ", ".join(f"{family} {say(*names)}" for family, names in _FAMILIES.items())
        yield say(
            f"编号 {code} 应为类别加两位数字，如 STY91；类别有：{families}",
            f"code {code} must be a family and two digits, as STY91; the families: {families}",
        )
    for name, allowed in (("status", STATUSES), ("level", LEVELS), ("subject", SUBJECTS)):
        if header.get(name) and header[name] not in allowed:
            yield say(
                f"{name} 应为：{'、'.join(allowed)}", f"{name} must be one of: {', '.join(allowed)}"
            )
    yield from _strangers("responsible", header, SUBJECTS[1:])
    yield from _strangers("excludes", header, REASONS)
    for need in (one for told in header.get("needs", ()) for one in told.split("|")):
        table, _, column = need.partition(".")
        if table not in TABLES or (column and column not in TABLES[table].columns):
            yield say(f"needs 不认识 {need}", f"needs: unknown {need}")
    for name, told in header.get("params", {}).items():
        default = told.get("default")
        if not isinstance(default, (str, int, float)) or isinstance(default, bool):
            yield say(
                f"参数 {name} 的 default 应为数字或文本",
                f"parameter {name} needs a number or a text as default",
            )
        elif not all(isinstance(told.get(end, 0), (int, float)) for end in ("min", "max")):
            yield say(
                f"参数 {name} 的 min、max 应为数字", f"parameter {name}: min and max are numbers"
            )
        elif not (one := param(name, told)).allows(default):
            yield (
                say(f"参数 {name} 的 default 超出范围", f"parameter {name}: default out of range")
                + "; "
                + one.range
            )


def _strangers(name: str, header: Mapping[str, Any], known: Iterable[str]) -> Iterator[str]:
    known = list(known)
    for value in header.get(name, ()):
        if value not in known:
            unknown = say(f"{name} 不认识 {value}", f"{name}: unknown {value}")
            yield f"{unknown}; {did_you_mean(value, known)}"


def _column_faults(columns: Sequence[str]) -> Iterator[str]:
    """The SELECT's columns: the fixed ones there, each named once, in plain letters."""
    for name in RETURNED:
        if name not in columns:
            yield say(f"SELECT 没有返回列 {name}", f"the SELECT does not return column {name}")
    for name in dict.fromkeys(columns):
        if name == "*":
            yield say("SELECT 须逐列写明，不能用 *", "the SELECT must name its columns, not use *")
        elif not _COLUMN.fullmatch(name):
            yield say(
                f"返回列 “{name}” 须有名字，且只用字母、数字和下划线",
                f'column "{name}" needs a name of letters, digits and underscores',
            )
        elif columns.count(name) > 1:
            yield say(f"返回列 {name} 重复", f"column {name} is returned twice")


def _fit_faults(header: Mapping[str, Any], columns: Sequence[str], query: Any) -> Iterator[str]:
    """Where the header names columns and parameters that the SELECT does not have."""
    for name in header.get("key", ()):
        if name not in columns:
            yield say(
                f"key 里的 {name} 不在返回列中",
                f"{name} of the key is not among the columns returned",
            )
    for text in header.get("message", {}).values():
        yield from _message_faults(text, columns)
    declared = set(header.get("params", {}))
    bands = header.get("bands")
    if bands:
        if bands["column"] not in columns:
            name = bands["column"]
            yield say(
                f"bands 的 {name} 不在返回列中",
                f"{name} of the bands is not among the columns returned",
            )
        yield from _strangers(
            "bands", {"bands": bands.get("at_most", bands.get("at_least"))}, declared
        )
    for name in sorted(portable.parameters_in(query) ^ declared):
        if name in declared:
            yield say(f"参数 {name} 未被使用", f"parameter {name} is not used")
        else:
            yield say(f"参数 ${name} 没有声明", f"parameter ${name} is not declared")


def _message_faults(text: str, columns: Sequence[str]) -> Iterator[str]:
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError as error:
        yield say(f"message 的花括号不成对：{error}", f"message: {error}")
        return
    for _, name, form, conversion in parts:
        # A width such as {x:>1000000000} would fill the memory.
        if name is not None and (name not in (*columns, "amount") or form or conversion):
            yield say(
                f"message 里的 {{{name}}} 不是返回列（不带格式）",
                f"{{{name}}} in the message is not a column returned, without a format",
            )
