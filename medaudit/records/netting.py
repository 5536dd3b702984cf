"""Re-uploads and refunds: which accepted rows count, and for how much.

The verdicts go into a small table `change_<table>` (row_id, fate, and what is left of a row that was
refunded in part); the table itself is a view over the typed files and the verdicts.

Fates: `duplicate` (same key), `conflict` (same key, other content, none the latest: rejected),
`netted` (refunded and its refund), `aside` (a negative row that matches nothing), `reduced`.
"""

from __future__ import annotations

from medaudit.engine.duckdb import DuckEngine
from medaudit.records.schema import TABLES, Table

ACCEPTED = "reject_reason IS NULL"
CENT = "0.005"

# What a partial refund takes off the row it refunds.
AMOUNTS = {
    "settlement": [
        name for name, column in TABLES["settlement"].columns.items() if column.type == "money"
    ],
    "fee_item": ["cnt", "det_item_fee_sumamt", "inscp_amt"],
}


def start(engine: DuckEngine, table: Table) -> None:
    """An empty table of verdicts for `table`."""
    amounts = "".join(
        f", {name} {table.columns[name].sql_type}" for name in AMOUNTS.get(table.name, [])
    )
    engine.run(f"CREATE TABLE change_{table.name} (row_id BIGINT, fate VARCHAR{amounts})")


def drop_duplicates(engine: DuckEngine, table: Table) -> None:
    """One row a key: equal copies and older uploads go; copies that contradict each other are rejected."""
    key = table.key or tuple(table.columns)
    keys = ", ".join(f"coalesce(CAST({name} AS VARCHAR), '') AS k{i}" for i, name in enumerate(key))
    by = ", ".join(f"k{i}" for i in range(len(key)))
    engine.run(
        f"CREATE TEMP TABLE repeated AS SELECT {keys} FROM typed_{table.name} WHERE {ACCEPTED} "
        f"GROUP BY ALL HAVING count(*) > 1"
    )
    if not engine.value("SELECT count(*) FROM repeated"):
        engine.run("DROP TABLE repeated")
        return
    content = ", ".join(
        f"coalesce(CAST({name} AS VARCHAR), '')" for name in table.columns if name != "upload_time"
    )
    upload = "upload_time" if "upload_time" in table.columns else "CAST(NULL AS TIMESTAMP)"
    same = " AND ".join(f"r.k{i} = t.k{i}" for i in range(len(key)))
    engine.run(
        f"""
        INSERT INTO change_{table.name} (row_id, fate)
        WITH twins AS (
          SELECT t.* FROM (SELECT row_id, {keys}, {upload} AS uploaded, md5(concat_ws('|', {content})) AS content
                           FROM typed_{table.name} WHERE {ACCEPTED}) t
          SEMI JOIN repeated r ON {same}
        ), ranked AS (
          SELECT row_id, uploaded, content,
                 count(DISTINCT content) OVER (PARTITION BY {by}) AS contents,
                 max(uploaded) OVER (PARTITION BY {by}) AS latest,
                 row_number() OVER (PARTITION BY {by} ORDER BY uploaded DESC NULLS LAST, row_id) AS place, {by}
          FROM twins
        ), judged AS (
          SELECT *, count(DISTINCT CASE WHEN uploaded = latest THEN content END) OVER (PARTITION BY {by}) AS newest
          FROM ranked
        )
        SELECT row_id, CASE WHEN contents > 1 AND newest <> 1 THEN 'conflict' ELSE 'duplicate' END
        FROM judged WHERE (contents > 1 AND newest <> 1) OR place > 1
        """
    )
    engine.run("DROP TABLE repeated")


def net_settlements(engine: DuckEngine) -> None:
    """Refunded settlements and their refunds go; a partial refund reduces the settlement it refunds."""
    negative = f"{ACCEPTED} AND (medfee_sumamt < 0 OR refd_setl_flag = '1')"
    if not engine.value(f"SELECT count(*) FROM typed_settlement WHERE {negative}"):
        return
    engine.run(
        f"""
        CREATE TEMP TABLE open_s AS
        SELECT row_id, setl_id, psn_no, fixmedins_code, init_setl_id, amount,
               coalesce(setl_time, CAST(enddate AS TIMESTAMP)) AS moment, med_type AS item,
               amount < 0 AS refund, coalesce(refd_setl_flag = '1', FALSE) AS flagged
        FROM (SELECT *, CASE WHEN refd_setl_flag = '1' AND init_setl_id IS NOT NULL
                             THEN -abs(medfee_sumamt) ELSE medfee_sumamt END AS amount
              FROM typed_settlement WHERE {ACCEPTED}) t
        WHERE NOT EXISTS (SELECT 1 FROM change_settlement c WHERE c.row_id = t.row_id)
          AND psn_no IN (SELECT psn_no FROM typed_settlement
                         WHERE {negative})
        """
    )
    _net(engine, "settlement", "open_s", "setl_id", "init_setl_id")


def net_lines(engine: DuckEngine) -> None:
    """Lines go with their refunded settlement; other negative lines are matched one by one."""
    negative = f"SELECT count(*) FROM typed_fee_item WHERE {ACCEPTED} AND det_item_fee_sumamt < 0"
    if not engine.value(negative) and not engine.value("SELECT count(*) FROM change_settlement"):
        return
    engine.run(
        f"""
        INSERT INTO change_fee_item (row_id, fate)
        SELECT f.row_id, CASE WHEN s.fate = 'aside' THEN 'aside' ELSE 'netted' END
        FROM typed_fee_item f
        JOIN (SELECT t.setl_id, c.fate FROM typed_settlement t JOIN change_settlement c ON c.row_id = t.row_id
              WHERE c.fate IN ('netted', 'aside')
                -- the refund of a part keeps its lines: they say which part
                AND NOT (t.medfee_sumamt < 0 AND t.init_setl_id IN (
                  SELECT o.setl_id FROM typed_settlement o JOIN change_settlement r ON r.row_id = o.row_id
                  WHERE r.fate = 'reduced'))) s ON s.setl_id = f.setl_id
        WHERE f.{ACCEPTED} AND NOT EXISTS (SELECT 1 FROM change_fee_item c WHERE c.row_id = f.row_id)
        """
    )
    engine.run(
        f"""
        CREATE TEMP TABLE open_f AS
        WITH negative AS (
          SELECT coalesce(f.psn_no, s.psn_no) AS psn_no, f.med_list_codg
          FROM typed_fee_item f LEFT JOIN typed_settlement s ON s.setl_id = f.setl_id AND s.{ACCEPTED}
          WHERE f.{ACCEPTED} AND f.det_item_fee_sumamt < 0
          GROUP BY ALL
        ), keyed AS (
          SELECT f.row_id, f.feedetl_sn, f.setl_id, f.init_feedetl_sn, f.det_item_fee_sumamt AS amount,
                 f.fee_ocur_time AS moment, f.med_list_codg AS item, f.psn_no, f.fixmedins_code
          FROM typed_fee_item f WHERE f.{ACCEPTED}
            AND (f.det_item_fee_sumamt < 0 OR f.med_list_codg IN (SELECT med_list_codg FROM negative))
            AND NOT EXISTS (SELECT 1 FROM change_fee_item c WHERE c.row_id = f.row_id)
        ), placed AS (
          SELECT k.* REPLACE (coalesce(k.psn_no, s.psn_no) AS psn_no,
                              coalesce(k.fixmedins_code, s.fixmedins_code) AS fixmedins_code),
                 k.amount < 0 AS refund, FALSE AS flagged
          FROM keyed k LEFT JOIN (SELECT setl_id, any_value(psn_no) AS psn_no,
                                         any_value(fixmedins_code) AS fixmedins_code
                                  FROM typed_settlement WHERE {ACCEPTED} GROUP BY setl_id) s
            ON s.setl_id = k.setl_id
        )
        SELECT p.* FROM placed p SEMI JOIN negative n
          ON n.psn_no IS NOT DISTINCT FROM p.psn_no AND n.med_list_codg = p.item
        """
    )
    _net(engine, "fee_item", "open_f", "feedetl_sn", "init_feedetl_sn")


def _net(engine: DuckEngine, table: str, rows: str, key: str, original: str) -> None:
    """Match the refunds in `rows` (row_id, key, original, psn_no, fixmedins_code, item, amount, moment, refund)."""
    # By the original's key. Several refunds of one original are added up.
    engine.run(
        f"""
        CREATE TEMP TABLE named AS
        SELECT n.row_id AS refund_row, o.row_id AS original_row, n.amount AS refunded, o.amount AS was
        FROM {rows} n JOIN {rows} o ON o.{key} = n.{original} AND NOT o.refund WHERE n.refund
        """
    )
    # Else by person, place, item and opposite amount, nearest earlier: refunds take the latest open
    # row below them, as from a stack. `depth` numbers the levels; a refund with nothing below it is alone.
    engine.run(
        f"""
        CREATE TEMP TABLE matched AS
        WITH loose AS (
          SELECT *, abs(amount) AS size, CASE WHEN refund THEN -1 ELSE 1 END AS step FROM {rows}
          WHERE amount <> 0
            AND row_id NOT IN (SELECT refund_row FROM named)
            AND row_id NOT IN (SELECT original_row FROM named)
        ), summed AS (
          SELECT *, sum(step) OVER w AS height FROM loose
          WINDOW w AS (PARTITION BY psn_no, fixmedins_code, item, size ORDER BY moment, step DESC, {key}, row_id)
        ), floored AS (
          SELECT *, height - least(0, min(height) OVER w) AS level,
                 height < least(0, coalesce(min(height) OVER before, 0)) AS alone
          FROM summed
          WINDOW w AS (PARTITION BY psn_no, fixmedins_code, item, size ORDER BY moment, step DESC, {key}, row_id),
                 before AS (PARTITION BY psn_no, fixmedins_code, item, size ORDER BY moment, step DESC, {key}, row_id
                            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
        ), paired AS (
          SELECT row_id, step, alone,
                 lead(row_id) OVER v AS next_row, lead(step) OVER v AS next_step,
                 lead(alone) OVER v AS next_alone
          FROM (SELECT *, CASE WHEN step = 1 THEN level ELSE level + 1 END AS depth FROM floored)
          WINDOW v AS (PARTITION BY psn_no, fixmedins_code, item, size, depth ORDER BY moment, step DESC, {key}, row_id)
        )
        SELECT next_row AS refund_row, row_id AS original_row FROM paired
        WHERE step = 1 AND next_step = -1 AND NOT next_alone
        """
    )
    amounts = AMOUNTS[table]
    left = ", ".join(f"any_value(o.{a}) + coalesce(sum(-abs(n.{a})), 0) AS {a}" for a in amounts)
    engine.run(
        f"""
        INSERT INTO change_{table} (row_id, fate)
        SELECT refund_row, 'netted' FROM named UNION ALL
        SELECT refund_row, 'netted' FROM matched UNION ALL
        SELECT original_row, 'netted' FROM matched UNION ALL
        SELECT original_row, 'netted' FROM named GROUP BY original_row
          HAVING any_value(was) + sum(refunded) <= {CENT} UNION ALL
        SELECT row_id, 'aside' FROM {rows} WHERE (refund OR flagged)
          AND row_id NOT IN (SELECT refund_row FROM named UNION ALL SELECT refund_row FROM matched)
          AND row_id NOT IN (SELECT original_row FROM named UNION ALL SELECT original_row FROM matched)
        """
    )
    engine.run(
        f"""
        INSERT INTO change_{table} (row_id, fate, {", ".join(amounts)})
        SELECT m.original_row, 'reduced', {left}
        FROM named m JOIN typed_{table} o ON o.row_id = m.original_row
        JOIN typed_{table} n ON n.row_id = m.refund_row
        GROUP BY m.original_row HAVING any_value(m.was) + sum(m.refunded) > {CENT}
        """
    )
    for name in ("named", "matched", rows):
        engine.run(f"DROP TABLE {name}")


def show_used(
    engine: DuckEngine, table: Table, columns: list[str], filled: dict[str, str], joined: str
) -> None:
    """Make `table` the rows that count; `filled` gives other SQL for columns, over t and what is `joined`."""
    amounts = set(AMOUNTS.get(table.name, ()))
    changed = engine.value(f"SELECT count(*) FROM change_{table.name}") > 0
    values = []
    for name in columns:
        plain = filled.get(name, f't."{name}"')
        values.append(
            f'coalesce(c."{name}", {plain}) AS "{name}"'
            if changed and name in amounts
            else f'{plain} AS "{name}"'
        )
    joins = f"LEFT JOIN change_{table.name} c ON c.row_id = t.row_id" if changed else ""
    counts = "AND (c.fate IS NULL OR c.fate = 'reduced')" if changed else ""
    engine.view(
        table.name,
        f"SELECT {', '.join(values)} FROM typed_{table.name} t {joins} {joined} WHERE t.{ACCEPTED} {counts}",
    )
