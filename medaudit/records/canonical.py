"""How a value in a file becomes a canonical one: the SQL expressions, one per column type.

Text comes in the forms people have: 2025/1/5 8:30, 20250105, Excel serials, "1,234.50", full-width
digits. What cannot be read becomes NULL and is counted by the caller, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from medaudit.engine.duckdb import quoted
from medaudit.records.schema import CLOSED, CODES, Column

# A 13-digit code that a spreadsheet turned into 1.23E+12: the code is lost and must not be used.
SPREADSHEET_NUMBER = r"^\d(\.\d+)?[eE]\+\d+$"

_DATE_FORMS = (
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
    "%Y%m%d",
    "%Y%m%d%H%M%S",
    "%Y%m%d %H:%M:%S",
    "%Y.%m.%d",
    "%Y年%m月%d日",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H时%M分",
    "%Y年%m月%d日 %H时%M分%S秒",
    "%Y%m%d %H:%M",
    "%d-%b-%y",  # Oracle, and below it in Chinese
    "%d-%m月-%y",
    "%d-%m月 -%y",
)
# Twelve-hour clocks, as Excel writes them in either language: 8:30 PM, 下午 8:30 (read as PM 8:30).
_HALF_DAY_FORMS = tuple(
    f"{day} {clock}"
    for day in ("%Y/%m/%d", "%Y-%m-%d", "%Y年%m月%d日")
    for clock in ("%I:%M:%S %p", "%I:%M %p", "%p %I:%M:%S", "%p %I:%M")
)
# Before this nothing was settled and nobody alive was born: 1900-01-01 and 0001-01-01 stand for no date.
_FIRST_DAY = "1901-01-01"
_WIDE = "０１２３４５６７８９．，－＋：／　"
_NARROW = "0123456789.,-+:/ "


def canonical(column: Column, source: str, sql_type: str, codes: Mapping[str, str]) -> str:
    """SQL for the canonical value of `source`, an expression of type `sql_type` in a file.

    codes: the settings' own values for this column (theirs → ours), tried first.
    """
    kind = column.type
    if kind in ("code", "text", "flag"):
        return _coded(column, _text(source, sql_type, kind), codes)
    if kind in ("date", "time"):
        return _moment(source, sql_type, column.sql_type)
    if sql_type in ("DOUBLE", "FLOAT"):
        # By the figure people see: 12.345 lies a little below itself, and not every engine rounds it alike.
        return f"TRY_CAST(CAST({source} AS VARCHAR) AS {column.sql_type})"
    if sql_type == "VARCHAR":
        # The plain cast first: only what it refuses pays for the clean-up.
        figure = f"replace(replace(replace({_narrow(source)}, ',', ''), '￥', ''), '¥', '')"
        return f"coalesce(TRY_CAST({source} AS {column.sql_type}), TRY_CAST({figure} AS {column.sql_type}))"
    return f"TRY_CAST({source} AS {column.sql_type})"


def was_given(source: str, sql_type: str) -> str:
    """SQL that says whether the file held anything at all in this place."""
    return f"trim({source}) <> ''" if sql_type == "VARCHAR" else f"{source} IS NOT NULL"


def was_lost(
    column: Column, value: str, source: str, sql_type: str, codes: Mapping[str, str]
) -> str:
    """SQL that says whether the file held something that could not be read: `value` is its canonical value."""
    lost = f"{value} IS NULL AND {was_given(source, sql_type)}"
    # 9 for a sex that nobody told is read as what it is: nothing.
    none = [theirs for theirs, ours in {**_table(column), **codes}.items() if not ours]
    if none:
        lost += f" AND trim(CAST({source} AS VARCHAR)) NOT IN ({', '.join(map(quoted, none))})"
    return lost


def _table(column: Column) -> Mapping[str, str]:
    return CODES.get("flag" if column.type == "flag" else column.name, {})


def _text(source: str, sql_type: str, kind: str) -> str:
    if sql_type == "VARCHAR":
        text = f"nullif(trim({source}), '')"
    elif sql_type in ("DOUBLE", "FLOAT"):
        # pandas and spreadsheets hold codes as numbers: 1001.0 is the code 1001.
        text = (
            # No double holds every digit of a larger code; NaN is larger than any.
            f"CASE WHEN abs({source}) >= 1e15 THEN NULL "
            f"WHEN {source} = floor({source}) THEN CAST(CAST({source} AS BIGINT) AS VARCHAR) "
            f"ELSE CAST({source} AS VARCHAR) END"
        )
    else:
        text = f"CAST({source} AS VARCHAR)"
    if kind == "text":
        return text
    return (
        f"CASE WHEN contains({text}, '+') AND regexp_matches({text}, '{SPREADSHEET_NUMBER}') "
        f"THEN NULL ELSE {text} END"
    )


def _coded(column: Column, text: str, codes: Mapping[str, str]) -> str:
    table = {**_table(column), **codes}
    if not table:
        return text
    cases = " ".join(
        f"WHEN {quoted(theirs)} THEN {quoted(ours) if ours else 'NULL'}"
        for theirs, ours in table.items()
    )
    # A closed table drops what it does not know (and it is counted); the others leave it as it is.
    rest = "NULL" if column.type == "flag" or column.name in CLOSED else text
    return f"CASE {text} {cases} ELSE {rest} END"


def _moment(source: str, sql_type: str, target: str) -> str:
    if sql_type == "TIMESTAMP WITH TIME ZONE":
        # An instant, as Spark writes them: what a clock in China showed, wherever this runs.
        return _since_1901(f"make_timestamp(epoch_us({source}) + {8 * 3600 * 1_000_000})", target)
    if sql_type == "DATE" or sql_type.startswith("TIMESTAMP"):
        return _since_1901(f"TRY_CAST({source} AS TIMESTAMP)", target)
    given = source if sql_type == "VARCHAR" else f"CAST({source} AS VARCHAR)"
    text = _narrow(given)
    # Excel counts days from 1899-12-30; 20000 … 80000 are the years 1954 … 2119.
    serial = (
        f"CASE WHEN TRY_CAST({text} AS DOUBLE) BETWEEN 20000 AND 80000 THEN TIMESTAMP '1899-12-30' "
        f"+ to_seconds(CAST(floor(TRY_CAST({text} AS DOUBLE) * 86400 + 0.5) AS BIGINT)) END"
    )
    # The plain cast reads 8:30 PM as half past eight in the morning and says nothing.
    moment = (
        f"CASE WHEN trim({given}) LIKE '%M' OR trim({given}) LIKE '%m' OR contains({given}, '午') "
        f"THEN try_strptime({_half_day(text)}, {_listed(_HALF_DAY_FORMS)}) "
        f"ELSE coalesce(TRY_CAST({given} AS TIMESTAMP), try_strptime({text}, {_listed(_DATE_FORMS)}), {serial}) END"
    )
    return _since_1901(moment, target)


def _listed(forms: Sequence[str]) -> str:
    return "[" + ", ".join(map(quoted, forms)) + "]"


def _half_day(text: str) -> str:
    """A moment with AM or PM apart from what stands beside it, one blank on each side."""
    for half, names in (("AM", ("上午", "am", "AM")), ("PM", ("下午", "pm", "PM"))):
        for name in names:
            text = f"replace({text}, '{name}', ' {half} ')"
    return f"trim(replace(replace({text}, '  ', ' '), '  ', ' '))"


def _since_1901(moment: str, target: str) -> str:
    none = f"TIMESTAMP '{_FIRST_DAY}'"
    return f"CAST(nullif(greatest({moment}, {none}), {none}) AS {target})"


def _narrow(source: str) -> str:
    """Full-width digits and signs folded to plain ones."""
    return f"trim(translate({source}, '{_WIDE}', '{_NARROW}'))"
