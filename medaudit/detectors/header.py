"""Whether a rule's header is complete, says known things, and fits the SELECT below it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from medaudit.detectors.rule import FAMILIES, FIELDS, LEVELS, REASONS, RETURNED, STATUSES, SUBJECTS
from medaudit.engine import portable
from medaudit.errors import did_you_mean
from medaudit.language import say
from medaudit.records.schema import TABLES


def header_faults(header: Mapping[str, Any], columns: Sequence[str], query: Any) -> Iterable[str]:
    """What is wrong with a header, or does not fit the SELECT below it."""
    for name in header:
        if name not in FIELDS:
            yield (
                say(f"头部不认识 {name}", f"unknown in the header: {name}")
                + "; "
                + did_you_mean(name, FIELDS)
            )
    for name in ("code", "status", "level", "subject", "key", "prior", "title", "message"):
        if name not in header:
            yield say(f"头部缺少 {name}", f"the header lacks {name}")
    code = header.get("code", "")
    if code and not (len(code) == 5 and code[:3] in FAMILIES and code[3:].isdigit()):
        yield say(
            f"编号 {code} 应为 家族+两位数字", f"code {code} must be a family and two digits"
        ) + (f" ({', '.join(FAMILIES)})")
    for name, allowed in (("status", STATUSES), ("level", LEVELS), ("subject", SUBJECTS)):
        if name in header and header[name] not in allowed:
            yield say(
                f"{name} 应为：{'、'.join(allowed)}", f"{name} must be one of: {', '.join(allowed)}"
            )
    prior = header.get("prior", 0.5)
    if not isinstance(prior, (int, float)) or not 0 < prior < 1:
        yield say("prior 应在 0 与 1 之间", "prior must be between 0 and 1")
    for name in header.get("responsible", ()):
        if name not in SUBJECTS[1:]:
            yield say(f"responsible 不认识 {name}", f"responsible: unknown {name}")
    for name in header.get("excludes", ()):
        if name not in REASONS:
            yield (
                say(f"excludes 不认识 {name}", f"excludes: unknown {name}")
                + "; "
                + did_you_mean(name, REASONS)
            )
    for need in "|".join(header.get("needs", ())).split("|") if header.get("needs") else ():
        table, _, column = need.partition(".")
        if table not in TABLES or (column and column not in TABLES[table].columns):
            yield say(f"needs 不认识 {need}", f"needs: unknown {need}")
    for text in ("title", "message"):
        if not isinstance(header.get(text, {}), Mapping) or not header.get(text, {"zh": 1}):
            yield say(f"{text} 应有 zh 和 en", f"{text} needs zh and en")
    for name in RETURNED:
        if name not in columns:
            yield say(f"SELECT 没有返回列 {name}", f"the SELECT does not return column {name}")
    for name in header.get("key", ()):
        if name not in columns:
            yield say(
                f"key 里的 {name} 不在返回列中",
                f"{name} of the key is not among the columns returned",
            )
    declared = set(header.get("params", {}))
    for name in sorted(portable.parameters_in(query) ^ declared):
        if name in declared:
            yield say(f"参数 {name} 未被使用", f"parameter {name} is not used")
        else:
            yield say(f"参数 ${name} 没有声明", f"parameter ${name} is not declared")
    for name, told in header.get("params", {}).items():
        if not isinstance(told, Mapping) or "default" not in told:
            yield say(f"参数 {name} 没有 default", f"parameter {name} has no default")
