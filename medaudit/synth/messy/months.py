"""The rows of one month's file: the county's own, those told again, and those that cancel each other out.

A row made here is known by a letter after its id: C for a bill that was reversed, T for the reversal, Z for the
first part of a stay settled in two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from medaudit.engine.duckdb import DuckEngine
from medaudit.records.schema import TABLES
from medaudit.synth.messy.bills import MONEY, draw

# Of a thousand rows: told again in the same file, told again in the next, and lines uploaded wrongly at first.
SAME_FILE, NEXT_FILE, OLDER = 8, 8, 6

KEYS = {"settlement": "setl_id", "fee_item": "feedetl_sn"}
ORDER = "part, row, place"  # of the rows of `month_rows`; no two rows share it


def each(
    engine: DuckEngine, table: str, seed: int, present: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    """Months of the county; while one is at hand, view `month_rows` has its rows of `table`."""
    sql = "SELECT month FROM bill UNION SELECT cut_month FROM stay_cut ORDER BY 1"
    months = [row[0] for row in engine.rows(sql)]
    names = ", ".join(TABLES[table].columns)
    told = f"SELECT {names}, part, row, place{{}} FROM told"
    engine.run(
        f"CREATE TABLE late AS SELECT {names}, part, row, 0 AS place FROM clean_{table} WHERE FALSE"
    )
    for month in months:
        is_last = month == months[-1]
        rows = (
            _lines(month, is_last, "bilg_dr_name" in present[table])
            if table == "fee_item"
            else _settlements(month, is_last)
        )
        again = draw(seed, "again", KEYS[table])
        engine.run(f"CREATE TABLE told AS SELECT *, {again} AS again FROM ({rows})")
        here = SAME_FILE + (NEXT_FILE if is_last else 0)
        parts = [
            told.format(""),
            "SELECT * FROM late",
            f"{told.format(' + 20')} WHERE again < {here}",
        ]
        if table == "fee_item":
            parts.append(f"SELECT {names}, part, row, place - 20 FROM ({_OLDER})")
        engine.view("month_rows", " UNION ALL ".join(parts))
        yield month
        engine.run("DROP VIEW month_rows")
        engine.run(
            f"CREATE OR REPLACE TABLE late AS {told.format(' + 40 AS place')} "
            f"WHERE again BETWEEN {SAME_FILE} AND {SAME_FILE + NEXT_FILE - 1}"
        )
        engine.run("DROP TABLE told")
    engine.run("DROP TABLE late")


def diagnoses() -> str:
    """SQL for the diagnoses; the first part of a stay settled in two has those of the whole."""
    told = ", ".join(name for name in TABLES["diagnosis"].columns if name != "setl_id")
    return (
        f"SELECT setl_id, {told}, part, row, 0 AS place FROM clean_diagnosis UNION ALL "
        f"SELECT setl_id || 'Z', {told}, part, row, 1 FROM clean_diagnosis "
        f"WHERE setl_id IN (SELECT setl_id FROM stay_cut)"
    )


def _settlements(month: str, is_last: bool) -> str:
    filler = "CASE WHEN NOT b.is_stay THEN CASE b.filler WHEN 1 THEN '9999' WHEN 2 THEN '未知' WHEN 3 THEN '0000' END END"
    own = {
        "begndate": "CASE WHEN c.cut_day IS NULL THEN s.begndate ELSE c.cut_day + 1 END",
        "atddr_no": f"coalesce(s.atddr_no, {filler})",
        "init_setl_id": "CASE WHEN b.loose THEN NULL ELSE s.init_setl_id END",
        **{name: f"s.{name} - coalesce(c.first_{name}, 0)" for name in MONEY},
    }
    first = {
        "setl_id": "s.setl_id || 'Z'",
        "invono": "s.invono || 'Z'",
        "enddate": "c.cut_day",
        "setl_time": "c.cut_time",
        "setl_type": "c.kind",
        "dscg_way": "CASE WHEN s.dscg_way IS NOT NULL THEN '9' END",
        **{name: f"c.first_{name}" for name in MONEY},
    }
    reversed_ = {
        "setl_id": "s.setl_id || 'C'",
        "invono": "s.invono || 'C'",
        "setl_time": "s.setl_time - to_minutes(40)",
        "atddr_no": own["atddr_no"],
    }
    reversal = {
        **reversed_,
        "setl_id": "s.setl_id || 'T'",
        "invono": "s.invono || 'T'",
        "setl_time": "s.setl_time - to_minutes(20)",
        "refd_setl_flag": "'1'",
        **{name: f"-s.{name}" for name in MONEY},
    }
    told = "FROM clean_settlement s LEFT JOIN bill b ON b.setl_id = s.setl_id LEFT JOIN stay_cut c ON c.setl_id = s.setl_id"
    here = f"(b.month = '{month}'" + (" OR b.month IS NULL)" if is_last else ")")
    return (
        f"SELECT {_columns('settlement', 's', own)}, 0 AS place {told} WHERE {here} UNION ALL "
        f"SELECT {_columns('settlement', 's', first)}, -1 {told} WHERE c.cut_month = '{month}' UNION ALL "
        f"SELECT {_columns('settlement', 's', reversed_)}, -3 {told} WHERE {here} AND b.twice UNION ALL "
        f"SELECT {_columns('settlement', 's', reversal)}, -2 {told} WHERE {here} AND b.twice"
    )


def _lines(month: str, is_last: bool, names_doctors: bool) -> str:
    """One pass over all lines; those of bills settled twice are three. Lines without a bill are the last month's."""
    nobody = "'D00000'" if names_doctors else "'00000'"
    filler = f"CASE b.filler WHEN 1 THEN '9999' WHEN 2 THEN '未知' WHEN 3 THEN {nobody} WHEN 4 THEN f.bilg_dept_codg END"
    is_nobody = "f.bilg_dr_codg IS NULL AND f.bilg_dr_name IS NULL"
    early = "coalesce(CAST(f.fee_ocur_time AS DATE) <= b.cut_day, FALSE)"
    letter = "CASE t.place WHEN -3 THEN 'C' WHEN -2 THEN 'T' ELSE '' END"
    sign = "CASE t.place WHEN -2 THEN -1 ELSE 1 END"
    changed = {
        "feedetl_sn": f"f.feedetl_sn || {letter}",
        "setl_id": f"f.setl_id || CASE WHEN {early} THEN 'Z' ELSE {letter} END",
        "bilg_dr_codg": f"CASE WHEN {is_nobody} THEN {filler} ELSE f.bilg_dr_codg END",
        "bilg_dr_name": f"CASE WHEN {is_nobody} AND b.filler = 3 THEN '未知' ELSE f.bilg_dr_name END",
        "init_feedetl_sn": "CASE WHEN b.loose OR l.feedetl_sn IS NOT NULL THEN NULL ELSE f.init_feedetl_sn END",
        **{
            name: f"CAST(f.{name} * {sign} AS {TABLES['fee_item'].columns[name].sql_type})"
            for name in ("cnt", "det_item_fee_sumamt", "inscp_amt")
        },
    }
    strays = (
        f"UNION ALL SELECT {_columns('fee_item', 'f', {})}, 0 FROM clean_fee_item f "
        "WHERE NOT EXISTS (SELECT 1 FROM bill b WHERE b.setl_id = f.setl_id)"
    )
    return f"""
    WITH here AS (
      SELECT b.setl_id, b.month, b.loose, b.twice, b.filler, c.cut_day, c.cut_month
      FROM bill b LEFT JOIN stay_cut c ON c.setl_id = b.setl_id
      WHERE b.month = '{month}' OR c.cut_month = '{month}'
    )
    SELECT {_columns("fee_item", "f", changed)}, t.place
    FROM clean_fee_item f
    JOIN here b ON b.setl_id = f.setl_id
    LEFT JOIN loose_line l ON l.feedetl_sn = f.feedetl_sn
    JOIN (VALUES (0), (-3), (-2)) t(place) ON t.place = 0 OR b.twice
    WHERE CASE WHEN {early} THEN b.cut_month ELSE b.month END = '{month}'
    {strays if is_last else ""}
    """


def _columns(table: str, alias: str, changed: Mapping[str, str]) -> str:
    told = [f"{changed.get(name, f'{alias}.{name}')} AS {name}" for name in TABLES[table].columns]
    return ", ".join([*told, f"{alias}.part", f"{alias}.row"])


# Lines as they were uploaded at first: one more of the item, three hours earlier.
_OLDER = f"""
    SELECT * REPLACE (CAST(cnt + 1 AS DECIMAL(16,4)) AS cnt, upload_time - to_hours(3) AS upload_time,
                      CAST(det_item_fee_sumamt + greatest(pric, 1) AS DECIMAL(16,2)) AS det_item_fee_sumamt)
    FROM told
    WHERE again BETWEEN 500 AND {499 + OLDER} AND upload_time IS NOT NULL AND det_item_fee_sumamt > 0 AND place = 0
"""
