"""One source as canonical values, with a verdict on every row.

Beside the table's columns a typed source has `row_id` (source and row), `reject_reason` and `reject_column`
(both NULL for an accepted row) and `unread` (optional columns whose value could not be read, "a b ").
"""

from __future__ import annotations

from medaudit.engine import quoted_name
from medaudit.language import say
from medaudit.records.canonical import canonical, was_given, was_lost
from medaudit.records.schema import TABLES, Table
from medaudit.records.source import Source
from medaudit.settings import Settings

# A line over 100 million yuan is no line. The bound also keeps cnt × pric inside every engine's DECIMAL.
ABSURD = 99_999_999
LAST_DAY = "2099-12-31"


def reasons() -> dict[str, str]:
    """Why a row may be rejected: code → words."""
    return {
        "garbled": say(
            "编码字段里有乱码（不是该编码的字节）",
            "bytes in a code that are no text in the file's encoding",
        ),
        "missing": say("必需的值为空", "a required value is blank"),
        "unreadable": say(
            "必需的值无法识别（格式或大小不对）", "a required value cannot be read (form or size)"
        ),
        "spreadsheet": say(
            "编码被电子表格改成了科学计数法（如 1.23E+12），原编码已丢失：请从系统重新导出为文本",
            "a spreadsheet turned the code into 1.23E+12 and it is lost: export it again as text",
        ),
        "no_column": say("文件没有这一必需的列", "the file has no such required column"),
        "before_admission": say(
            "出院（结束）日期早于入院（开始）日期", "discharged (ended) before admitted (begun)"
        ),
        "void": say("来源标记为无效（vali_flag）", "marked as not valid by the source (vali_flag)"),
        "absurd": say("数量×单价大得不可能", "count × price is impossibly large"),
        "columns": say(
            "列数与表头不符或引号不成对", "not as many columns as the header, or an unpaired quote"
        ),
        "conflict": say(
            "同一主键有内容不同的多行，且无法判断哪一行较新",
            "several rows with this key differ and none is known to be the latest",
        ),
    }


def typed(source: Source, settings: Settings) -> str:
    """SQL for the typed rows of `source`, in one pass."""
    table = TABLES[source.table]
    extra = settings.extra.get(table.name, [])
    given, values, unread = [], [], []
    for name, column in table.columns.items():
        position = source.mapping.get(name)
        if position is None:
            values.append(f"CAST(NULL AS {column.sql_type}) AS {name}")
            continue
        kind = source.types[position]
        raw = f"g_{name}"
        given.append(f"{source.fields[position]} AS {raw}")
        value = canonical(column, raw, kind, settings.codes.get(name, {}))
        values.append(f"{value} AS {name}")
        if not column.required and column.type != "text":
            lost = was_lost(column, name, raw, kind, settings.codes.get(name, {}))
            unread.append(f"CASE WHEN {lost} THEN '{name} ' ELSE '' END")
    for header in extra:
        place = source.headers.index(header) if header in source.headers else None
        text = (
            f"CAST({source.fields[place]} AS VARCHAR)"
            if place is not None
            else "CAST(NULL AS VARCHAR)"
        )
        given.append(f"{text} AS {quoted_name(header)}")
        values.append(quoted_name(header))
    reason, at = _verdict(table, source)
    columns = ", ".join([*table.columns, *(quoted_name(header) for header in extra)])
    # Rows without anything in them are how spreadsheets end: they are no records.
    empty = (
        f"coalesce({', '.join(source.fields)}) IS NULL"
        if source.form in ("csv", "xlsx")
        else "FALSE"
    )
    return (
        f"SELECT {source.first_row} + n AS row_id, {columns}, {reason} AS reject_reason, "
        f"{at} AS reject_column, {_joined(unread)} AS unread FROM ("
        f"SELECT *, {', '.join(values)} FROM ("
        f"SELECT {source.row} AS n, {empty} AS is_empty, {', '.join(given)} FROM {source.relation}) "
        f"WHERE NOT is_empty)"
    )


def _verdict(table: Table, source: Source) -> tuple[str, str]:
    """SQL for why a row is rejected and at which column; the first reason wins."""
    tests: list[tuple[str, str, str]] = []
    for name in table.required:
        if name not in source.mapping:
            tests.append(("TRUE", "no_column", name))
            continue
        kind = source.types[source.mapping[name]]
        raw = f"g_{name}"
        blank = f"({name} IS NULL AND ({was_given(raw, kind)}) IS NOT TRUE)"
        tests.append((blank, "missing", name))
        if table.columns[name].type == "code":
            tests.append(
                (f"({name} IS NULL AND contains(CAST({raw} AS VARCHAR), '+'))", "spreadsheet", name)
            )
            if source.replaced:
                tests.append((f"contains({name}, '\ufffd')", "garbled", name))
        tests.append((f"{name} IS NULL", "unreadable", name))
    if "vali_flag" in source.mapping:
        tests.append(("vali_flag = '0'", "void", "vali_flag"))
    if table.name == "settlement" and {"begndate", "enddate"} <= set(source.mapping):
        tests.append(("enddate < begndate", "before_admission", "enddate"))
        # 9999-12-31 stands for no date; a stay of eight thousand years would fill the disk with its days.
        tests.append((f"enddate > DATE '{LAST_DAY}'", "unreadable", "enddate"))
    if {"cnt", "pric"} <= set(source.mapping):
        tests.append(
            (f"abs(CAST(cnt AS DOUBLE) * CAST(pric AS DOUBLE)) > {ABSURD}", "absurd", "cnt")
        )
    if not tests:
        return "CAST(NULL AS VARCHAR)", "CAST(NULL AS VARCHAR)"
    reason = " ".join(f"WHEN {test} THEN '{why}'" for test, why, _ in tests)
    at = " ".join(f"WHEN {test} THEN '{column}'" for test, _, column in tests)
    return f"CASE {reason} END", f"CASE {at} END"


def _joined(parts: list[str]) -> str:
    return f"nullif({' || '.join(parts)}, '')" if parts else "CAST(NULL AS VARCHAR)"
