"""A medaudit.toml to start from: what is set now, what the data suggest, and every parameter as a comment."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from medaudit.check import Report
from medaudit.detectors.rule import Param
from medaudit.handbook.words import amount
from medaudit.language import pick, say, spoken
from medaudit.output.wrap import wrap
from medaudit.records.checks.codes import OddCode
from medaudit.records.columns import likely_columns
from medaudit.records.schema import CLOSED, CODES, KNOWN, MED_TYPES

WIDTH = 96
READ = (".csv", ".tsv", ".txt", ".gz", ".zip", ".xlsx", ".xlsm", ".xls", ".xlsb", ".parquet", ".pq")


def template(report: Report) -> str:
    """The settings as TOML that `settings.read` takes. What is not plain stands behind a #."""
    lines = [
        say(
            "# medaudit 的设置：本地数据怎样对应国标。# 后面的不起作用；核对后去掉行首的 # 才生效。",
            "# Settings of medaudit: how these files map onto the national names. What stands behind a # has no",
        ),
        *(
            []
            if spoken() == "zh"
            else ["# effect: check it, then take away the # at the start of its line."]
        ),
        "",
        *_columns(report),
        *_codes(report),
        *_files(report),
        *_kept(report),
        *_params(report),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _columns(report: Report) -> Iterator[str]:
    tables = dict.fromkeys([*report.settings.columns, *(s.table for s in report.records.sources)])
    for table in tables:
        told: dict[str, str] = {
            theirs: f"{_text(theirs)} = {_text(ours)}"
            for theirs, ours in report.settings.columns.get(table, {}).items()
        }
        for source in report.records.recognised.of(table):
            strangers = report.records.recognised.strangers.get(source.name, [])
            meant = likely_columns(source, strangers)
            for header in strangers:
                if header in told:
                    continue
                if header not in meant:
                    told[header] = f'# {_text(header)} = ""'
                elif meant[header].sure:
                    told[header] = f"{_text(header)} = {_text(meant[header].column)}"
                else:
                    doubt = say("  # 不确定", "  # not sure")
                    told[header] = f"# {_text(header)} = {_text(meant[header].column)}{doubt}"
        if told:
            yield say("# 文件里的列名 = 国标列名", "# their header = the national column")
            yield from [f"[columns.{table}]", *told.values(), ""]


def _codes(report: Report) -> Iterator[str]:
    odd: dict[str, dict[str, OddCode]] = {}
    for one in report.looked.odd:
        for code in one.codes:
            if code.value:
                odd.setdefault(one.column, {}).setdefault(code.value, code)
    for column in dict.fromkeys([*report.settings.codes, *odd]):
        known = say("，", ", ").join(
            f"{code} {name}".strip() for code, name in _meanings(column).items()
        )
        words = say("文件里的值 = 国标代码：", "their value = the national code: ") + known
        yield from (f"# {line}" for line in wrap(words, WIDTH).split("\n"))
        yield f"[codes.{column}]"
        for theirs, ours in report.settings.codes.get(column, {}).items():
            yield f"{_text(theirs)} = {_text(ours)}"
        for value, code in odd.get(column, {}).items():
            rows = say(f"{code.rows:,} 行", f"{code.rows:,} rows")
            why = f"; {code.why}" if code.why else ""
            yield f"# {_text(value)} = {_text(code.ours)}  # {rows}{why}"
        yield ""


_NAMES = {
    "hosp_lv": {"3": ("三级", "tertiary"), "2": ("二级", "secondary"), "1": ("一级", "primary"),
                "0": ("未定级", "none")},
    "gend": {"1": ("男", "male"), "2": ("女", "female")},
    "fixmedins_type": {"1": ("医疗机构", "medical"), "2": ("药店", "pharmacy")},
    "payment_way": {"item": ("按项目", "by item"), "case": ("按病种、病组", "by case"),
                    "day": ("按床日", "by day")},
    "dr_status": {"1": ("可执业", "may practise"), "0": ("暂停、注销", "may not")},
}  # fmt: skip


def _meanings(column: str) -> dict[str, str]:
    """The canonical codes of a column with their names."""
    if column == "med_type":
        return {code: pick(told) for code, told in MED_TYPES.items() if code.isdigit()}
    if column in KNOWN:
        return {code: pick(told) for code, told in KNOWN[column].items()}
    names = _NAMES.get(column.replace("lmt_", ""), {})
    if column in CLOSED:
        codes = sorted(set(CODES[column].values()) - {""})
        return {code: say(*names.get(code, ("", ""))) for code in codes}
    return {"1": say("是", "yes"), "0": say("否", "no")}


def _files(report: Report) -> Iterator[str]:
    unread = [
        one.name.partition("›")[0] for one in report.records.recognised.unread if not one.stops
    ]
    unknown = [Path(name).name for name in unread if name.lower().endswith(READ)]
    if unknown or report.settings.files:
        yield say("# 文件名 = 表名", "# file = table")
        yield "[files]"
        for name, table in report.settings.files.items():
            yield f"{_text(name)} = {_text(table)}"
        yield from (
            f'# {_text(name)} = ""' for name in unknown if name not in report.settings.files
        )
        yield ""


def _kept(report: Report) -> Iterator[str]:
    """What the settings in force say besides."""
    for section in ("extra", "output", "rules", "ledger"):
        yield from _section(section, getattr(report.settings, section))
    for code, values in report.settings.params.items():
        yield from _section(f"params.{code}", values)


def _section(name: str, values: Mapping[str, Any]) -> Iterator[str]:
    if values:
        yield f"[{name}]"
        yield from (f"{_text(key)} = {_value(value)}" for key, value in values.items())
        yield ""


def _params(report: Report) -> Iterator[str]:
    told = [
        rule for rule in report.rules if rule.params and rule.code not in report.settings.params
    ]
    if told:
        yield say("# 规则的参数，写的是默认值", "# parameters of the rules, with their defaults")
    for rule in told:
        yield f"# [params.{rule.code}]  # {rule.name}"
        yield from (_param(param) for param in rule.params.values())


def _param(param: Param) -> str:
    words = f"{pick(param.help)} ({amount(param.default, param.unit)})".replace("\n", " ")
    return f"# {param.name} = {_value(param.default)}  # {words.strip()}"


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_value, value)) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _text(value: str) -> str:
    """A text as a TOML string: JSON's escapes are TOML's, but for one character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
