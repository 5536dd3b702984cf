"""Re-uploads and refunds: which accepted rows count, and for how much."""

from __future__ import annotations

from collections.abc import Collection

from medaudit.engine import Engine
from medaudit.records.schema import TABLES, Table
from medaudit.records.verdicts import ACCEPTED, AMOUNTS, Verdicts, content, keys

CENT = "0.005"


def judge(engine: Engine, given: Collection[str], doubtful: Collection[str]) -> Verdicts:
    """Every verdict on the typed rows of tables that are `given`. doubtful: those with several rows of one key."""
    verdicts = one_each(engine, doubtful)
    if "settlement" in given:
        _net_settlements(verdicts)
    if "fee_item" in given:
        _net_lines(verdicts)
    return verdicts


def one_each(engine: Engine, doubtful: Collection[str]) -> Verdicts:
    """The verdicts on rows of the same key: equal copies and older uploads, and those that contradict each other."""
    verdicts = Verdicts(engine)
    for name in _with_repeats(engine, doubtful) if doubtful else ():
        _drop_duplicates(verdicts, TABLES[name])
    return verdicts


def _repeats(table: Table) -> str:
    """SQL for the keys that more than one accepted row has: k0, k1 …"""
    parts = keys(table)
    named = ", ".join(f"{key} AS k{i}" for i, key in enumerate(parts))
    return (
        f"SELECT {named} FROM typed_{table.name} WHERE {ACCEPTED} "
        f"GROUP BY {', '.join(parts)} HAVING count(*) > 1"
    )


def _with_repeats(engine: Engine, given: Collection[str]) -> list[str]:
    counts = [f"SELECT '{n}' AS name, count(*) AS n FROM ({_repeats(TABLES[n])}) r" for n in given]
    return [name for name, rows in engine.rows(" UNION ALL ".join(counts)) if rows]


def _drop_duplicates(verdicts: Verdicts, table: Table) -> None:
    """One row a key: equal copies and older uploads go; copies that contradict each other are rejected."""
    parts = keys(table)
    by = ", ".join(f"k{i}" for i in range(len(parts)))
    same = " AND ".join(f"r.k{i} = t.k{i}" for i in range(len(parts)))
    named = ", ".join(f"{key} AS k{i}" for i, key in enumerate(parts))
    upload = "upload_time" if "upload_time" in table.columns else "CAST(NULL AS TIMESTAMP)"
    verdicts.add(
        table.name,
        "twin",
        f"""
        WITH twins AS (
          SELECT t.* FROM (SELECT row_id, {named}, {upload} AS uploaded, {content(table)} AS content
                           FROM typed_{table.name} WHERE {ACCEPTED}) t
          JOIN ({_repeats(table)}) r ON {same}
        ), ranked AS (
          SELECT row_id, uploaded, content, {by},
                 min(content) OVER (PARTITION BY {by}) <> max(content) OVER (PARTITION BY {by}) AS differ,
                 max(uploaded) OVER (PARTITION BY {by}) AS latest,
                 row_number() OVER (PARTITION BY {by} ORDER BY uploaded DESC NULLS LAST, row_id) AS place
          FROM twins
        ), judged AS (
          SELECT row_id, place, differ,
                 coalesce(min(CASE WHEN uploaded = latest THEN content END) OVER (PARTITION BY {by})
                          = max(CASE WHEN uploaded = latest THEN content END) OVER (PARTITION BY {by}), FALSE)
                   AS one_is_newest
          FROM ranked
        )
        SELECT row_id, CASE WHEN differ AND NOT one_is_newest THEN 'conflict' ELSE 'duplicate' END AS fate
        FROM judged WHERE (differ AND NOT one_is_newest) OR place > 1
        """,
    )


def _net_settlements(verdicts: Verdicts) -> None:
    """Refunded settlements and their refunds go; a partial refund reduces the settlement it refunds."""
    engine = verdicts.engine
    negative = f"{ACCEPTED} AND (medfee_sumamt < 0 OR refd_setl_flag = '1')"
    if not engine.value(f"SELECT count(*) FROM typed_settlement WHERE {negative}"):
        return
    engine.keep(
        "open_settlement",
        f"""
        SELECT row_id, setl_id, psn_no, fixmedins_code, init_setl_id, amount,
               coalesce(setl_time, CAST(enddate AS TIMESTAMP)) AS moment, med_type AS item,
               amount < 0 AS refund, coalesce(refd_setl_flag = '1', FALSE) AS flagged
        FROM (SELECT *, CASE WHEN refd_setl_flag = '1' AND init_setl_id IS NOT NULL
                             THEN -abs(medfee_sumamt) ELSE medfee_sumamt END AS amount
              FROM typed_settlement WHERE {ACCEPTED}) t
        WHERE NOT EXISTS (SELECT 1 FROM change_settlement c WHERE c.row_id = t.row_id)
          AND psn_no IN (SELECT psn_no FROM typed_settlement WHERE {negative})
        """,
    )
    _net(verdicts, "settlement", "setl_id", "init_setl_id")


def _net_lines(verdicts: Verdicts) -> None:
    """Lines go with their refunded settlement; other negative lines are matched one by one."""
    engine = verdicts.engine
    negative = f"SELECT count(*) FROM typed_fee_item WHERE {ACCEPTED} AND det_item_fee_sumamt < 0"
    if not engine.value(negative) and not verdicts.any("settlement"):
        return
    verdicts.add(
        "fee_item",
        "gone",
        f"""
        SELECT f.row_id, CASE WHEN s.fate = 'aside' THEN 'aside' ELSE 'netted' END AS fate
        FROM typed_fee_item f
        JOIN (SELECT t.setl_id, c.fate FROM typed_settlement t JOIN change_settlement c ON c.row_id = t.row_id
              WHERE c.fate IN ('netted', 'aside')
                -- the refund of a part keeps its lines: they say which part
                AND NOT (t.medfee_sumamt < 0 AND coalesce(t.init_setl_id, '') IN (
                  SELECT o.setl_id FROM typed_settlement o JOIN change_settlement r ON r.row_id = o.row_id
                  WHERE r.fate = 'reduced'))) s ON s.setl_id = f.setl_id
        WHERE f.{ACCEPTED} AND NOT EXISTS (SELECT 1 FROM change_fee_item c WHERE c.row_id = f.row_id)
        """,
    )
    # Kept apart, so that the engine knows how few they are and holds no others in memory.
    engine.keep(
        "negative_fee_item",
        f"""
        SELECT coalesce(f.psn_no, s.psn_no) AS psn_no, f.med_list_codg
        FROM typed_fee_item f LEFT JOIN typed_settlement s ON s.setl_id = f.setl_id AND s.{ACCEPTED}
        WHERE f.{ACCEPTED} AND f.det_item_fee_sumamt < 0
        GROUP BY coalesce(f.psn_no, s.psn_no), f.med_list_codg
        """,
    )
    engine.keep(
        "open_fee_item",
        f"""
        WITH keyed AS (
          SELECT f.row_id, f.feedetl_sn, f.setl_id, f.init_feedetl_sn, f.det_item_fee_sumamt AS amount,
                 f.fee_ocur_time AS moment, f.med_list_codg AS item, f.psn_no, f.fixmedins_code
          FROM typed_fee_item f WHERE f.{ACCEPTED}
            AND f.med_list_codg IN (SELECT med_list_codg FROM negative_fee_item)
            AND (f.psn_no IS NULL OR f.psn_no IN (SELECT psn_no FROM negative_fee_item))
            AND NOT EXISTS (SELECT 1 FROM change_fee_item c WHERE c.row_id = f.row_id)
        ), placed AS (
          SELECT k.row_id, k.feedetl_sn, k.setl_id, k.init_feedetl_sn, k.amount, k.moment, k.item,
                 coalesce(k.psn_no, s.psn_no) AS psn_no, coalesce(k.fixmedins_code, s.fixmedins_code) AS fixmedins_code,
                 k.amount < 0 AS refund, FALSE AS flagged
          FROM keyed k LEFT JOIN (SELECT setl_id, max(psn_no) AS psn_no, max(fixmedins_code) AS fixmedins_code
                                  FROM typed_settlement WHERE {ACCEPTED} GROUP BY setl_id) s
            ON s.setl_id = k.setl_id
        )
        SELECT p.* FROM placed p JOIN negative_fee_item n
          ON n.psn_no IS NOT DISTINCT FROM p.psn_no AND n.med_list_codg = p.item
        """,
    )
    _net(verdicts, "fee_item", "feedetl_sn", "init_feedetl_sn")


def _net(verdicts: Verdicts, table: str, key: str, original: str) -> None:
    """Match the refunds in `open_<table>` (row_id, key, original, psn_no, fixmedins_code, item, amount, moment, refund)."""
    engine, rows = verdicts.engine, f"open_{table}"
    named, matched = f"named_{table}", f"matched_{table}"
    # By the original's key. Several refunds of one original are added up.
    engine.keep(
        named,
        f"""
        SELECT n.row_id AS refund_row, o.row_id AS original_row, n.amount AS refunded, o.amount AS was
        FROM {rows} n JOIN {rows} o ON o.{key} = n.{original} AND NOT o.refund WHERE n.refund
        """,
    )
    # Else by person, place, item and opposite amount, nearest earlier: refunds take the latest open
    # row below them, as from a stack. `depth` numbers the levels; a refund with nothing below it is alone.
    stack = "PARTITION BY psn_no, fixmedins_code, item, size"
    order = f"ORDER BY moment, step DESC, {key}, row_id"
    engine.keep(
        matched,
        f"""
        WITH loose AS (
          SELECT *, abs(amount) AS size, CASE WHEN refund THEN -1 ELSE 1 END AS step FROM {rows} l
          WHERE amount <> 0
            AND NOT EXISTS (SELECT 1 FROM {named} n WHERE n.refund_row = l.row_id)
            AND NOT EXISTS (SELECT 1 FROM {named} n WHERE n.original_row = l.row_id)
        ), summed AS (
          SELECT *, sum(step) OVER ({stack} {order} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS height
          FROM loose
        ), floored AS (
          SELECT *, height - least(0, min(height) OVER (
                   {stack} {order} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)) AS level,
                 height < least(0, coalesce(min(height) OVER (
                   {stack} {order} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)) AS alone
          FROM summed
        ), deep AS (
          SELECT *, CASE WHEN step = 1 THEN level ELSE level + 1 END AS depth FROM floored
        ), paired AS (
          SELECT row_id, step, lead(row_id) OVER ({stack}, depth {order}) AS next_row,
                 lead(step) OVER ({stack}, depth {order}) AS next_step,
                 lead(alone) OVER ({stack}, depth {order}) AS next_alone
          FROM deep
        )
        SELECT next_row AS refund_row, row_id AS original_row FROM paired
        WHERE step = 1 AND next_step = -1 AND NOT next_alone
        """,
    )
    engine.view(
        f"settled_{table}",
        f"SELECT refund_row AS row_id FROM {named} UNION SELECT original_row FROM {named} "
        f"UNION SELECT refund_row FROM {matched} UNION SELECT original_row FROM {matched}",
    )
    verdicts.add(
        table,
        "refund",
        f"""
        SELECT refund_row AS row_id, 'netted' AS fate FROM {named} UNION ALL
        SELECT refund_row, 'netted' FROM {matched} UNION ALL
        SELECT original_row, 'netted' FROM {matched} UNION ALL
        SELECT original_row, 'netted' FROM {named} GROUP BY original_row
          HAVING max(was) + sum(refunded) <= {CENT} UNION ALL
        SELECT r.row_id, 'aside' FROM {rows} r WHERE (r.refund OR r.flagged)
          AND NOT EXISTS (SELECT 1 FROM settled_{table} s WHERE s.row_id = r.row_id)
        """,
    )
    columns, amounts = TABLES[table].columns, AMOUNTS[table]
    left = ", ".join(
        f"CAST(max(o.{a}) + coalesce(sum(-abs(n.{a})), 0) AS {columns[a].sql_type}) AS {a}"
        for a in amounts
    )
    verdicts.add(
        table,
        "reduced",
        f"""
        SELECT m.original_row AS row_id, 'reduced' AS fate, {left}
        FROM {named} m JOIN typed_{table} o ON o.row_id = m.original_row
        JOIN typed_{table} n ON n.row_id = m.refund_row
        GROUP BY m.original_row HAVING max(m.was) + sum(m.refunded) > {CENT}
        """,
        amounts=True,
    )
