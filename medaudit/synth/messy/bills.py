"""What happens to which bill on its way into the export, decided once for the whole county.

Leaves three small tables in the engine. `bill`, one row a setl_id: the month of its file, whether its refund is
still told apart without init_setl_id (`loose`), whether it was settled twice (`twice`), and the code that stands
for the doctor whom it lacks. `stay_cut`: the stays settled in two parts. `loose_line`: refunds of single lines.
Everything is drawn from ids and the seed and from how bills are built, never from what is hidden in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from medaudit.engine.duckdb import DuckEngine
from medaudit.records.schema import MED_TYPES, TABLES

TWICE = 12  # bills of a thousand that are settled, reversed and settled again the same day
INTERIM = 500  # of a thousand long stays over a month's end that are settled there
LONG = 10  # nights
SIDE = 3  # nights on either side of an interim settlement

KNOWN = (
    "fee_item",
    "institution",
    "doctor",
    "catalogue",
    "price_limit",
    "item_conflict",
    "item_bundle",
)

STAYS = sorted(code for code, told in MED_TYPES.items() if told["stay"] and len(code) == 2)
MONEY = [name for name, column in TABLES["settlement"].columns.items() if column.type == "money"]


def plan(engine: DuckEngine, seed: int, present: Mapping[str, Sequence[str]]) -> None:
    """Decide for every bill; see the module's words for the tables that this leaves."""
    engine.run(f"CREATE TABLE bill AS {_bills(seed)}")
    for table in KNOWN:
        rows = f"SELECT * FROM clean_{table}" if table in present else _no_rows(table)
        engine.view(f"known_{table}", rows)
    engine.run(f"CREATE TABLE stay_cut AS {_cuts(seed)}")
    engine.run("UPDATE bill SET twice = FALSE WHERE setl_id IN (SELECT setl_id FROM stay_cut)")
    engine.run(f"CREATE TABLE loose_line AS {_LOOSE_LINES}")


def draw(seed: int, purpose: str, key: str) -> str:
    """SQL for a number from 0 to 999 that is fixed by a key, a purpose and the seed."""
    return f"(md5_number_lower({key} || '|{purpose}|{seed}') % 1000)"


def _bills(seed: int) -> str:
    """A refund is loose when the bill just before it, of that person, place, kind and amount, is its own."""
    return f"""
    WITH one AS (
      SELECT setl_id, count(*) AS copies, min(psn_no) AS psn_no, min(fixmedins_code) AS fixmedins_code,
             min(med_type) AS med_type, min(mdtrt_id) AS mdtrt_id, min(atddr_no) AS atddr_no,
             min(medfee_sumamt) AS amount, min(init_setl_id) AS init_setl_id,
             min(coalesce(setl_time, CAST(enddate AS TIMESTAMP))) AS moment,
             bool_and(medfee_sumamt > 0 AND coalesce(refd_setl_flag, '0') <> '1' AND init_setl_id IS NULL
                      AND coalesce(vali_flag, '1') <> '0' AND coalesce(setl_type, '2') <> '3'
                      AND setl_time IS NOT NULL AND psn_no IS NOT NULL) AS plain
      FROM clean_settlement WHERE setl_id IS NOT NULL GROUP BY setl_id
    ), alike AS (
      SELECT setl_id, count(*) OVER (PARTITION BY psn_no, fixmedins_code, med_type, abs(amount)) AS bills,
             lag(CASE WHEN amount > 0 THEN setl_id END)
               OVER (PARTITION BY psn_no, fixmedins_code, med_type, abs(amount)
                     ORDER BY moment, sign(amount) DESC, setl_id) AS before
      FROM one
    ), named AS (
      SELECT init_setl_id, count(*) AS refunds FROM one WHERE init_setl_id IS NOT NULL GROUP BY init_setl_id
    )
    SELECT o.setl_id, o.copies, o.psn_no, o.fixmedins_code, strftime(o.moment, '%Y%m') AS month,
           o.plain AND o.copies = 1 AND n.refunds IS NULL AS plain,
           coalesce(o.amount < 0 AND a.before = o.init_setl_id AND r.refunds = 1, FALSE) AS loose,
           o.plain AND o.copies = 1 AND n.refunds IS NULL AND a.bills = 1 AND extract('hour' FROM o.moment) >= 1
             AND {draw(seed, "twice", "o.setl_id")} < {TWICE} AS twice,
           -- Each counter has its own way to leave the doctor open.
           CASE WHEN o.atddr_no IS NULL THEN {draw(seed, "filler", "o.fixmedins_code")} % 5 ELSE 0 END AS filler,
           -- A stay of several bills takes its doctor from any of them.
           substr(o.med_type, 1, 2) IN {_STAYS} AS is_stay
    FROM one o
    JOIN alike a ON a.setl_id = o.setl_id
    LEFT JOIN named n ON n.init_setl_id = o.setl_id
    LEFT JOIN named r ON r.init_setl_id = o.init_setl_id
    """


def _cuts(seed: int) -> str:
    """Long stays over the year's end or a month's end, of the plain kind.

    A finding about one bill would become two where the bill does. So the bill adds up, its days hold no item twice,
    its doctors are on the register, its prices within their limits, no two items
    exclude each other, and no other bill has its invoice or its dates.
    What the first part is paid is its share by amount in scope, so that a line's share stays what it was.
    """
    shares = ", ".join(
        f"CAST(CAST(s.{name} AS DOUBLE) * p.first_scope / p.scope AS DECIMAL(16,2)) AS first_{name}"
        for name in MONEY
        if name not in ("medfee_sumamt", "psn_cash_pay")
    )
    return f"""
    WITH candidate AS (
      SELECT s.*, coalesce(s.hosp_lv, i.hosp_lv) AS level,
             CASE WHEN extract('year' FROM begndate) < extract('year' FROM enddate)
                  THEN make_date(extract('year' FROM begndate), 12, 31)
                  ELSE last_day(begndate + {SIDE}) END AS cut_day,
             CASE WHEN extract('year' FROM begndate) < extract('year' FROM enddate)
                  THEN 'year_end' ELSE 'interim' END AS kind
      FROM clean_settlement s JOIN bill b ON b.setl_id = s.setl_id
      LEFT JOIN (SELECT fixmedins_code, min(hosp_lv) AS hosp_lv FROM known_institution GROUP BY fixmedins_code) i
        ON i.fixmedins_code = s.fixmedins_code
      WHERE b.plain AND b.is_stay AND coalesce(acct_mulaid_pay, 0) = 0
        AND mdtrt_id IN (SELECT mdtrt_id FROM clean_settlement GROUP BY mdtrt_id HAVING count(*) = 1)
        AND (s.invono IS NULL OR s.invono IN (SELECT invono FROM clean_settlement GROUP BY invono HAVING count(*) = 1))
        AND (s.psn_no, s.begndate, s.enddate) IN
            (SELECT (psn_no, begndate, enddate) FROM clean_settlement GROUP BY psn_no, begndate, enddate HAVING count(*) = 1)
    ), chosen AS (
      SELECT * FROM candidate
      WHERE kind = 'year_end'
         OR (enddate - begndate >= {LONG} AND enddate - cut_day >= {SIDE} AND {draw(seed, "cut", "setl_id")} < {INTERIM})
    ), registered AS (
      SELECT dr_codg FROM known_doctor WHERE coalesce(dr_status, '1') <> '0' GROUP BY dr_codg
    ), lowest AS (
      SELECT med_list_codg, level, min(lmt_pric) AS lmt_pric
      FROM (SELECT med_list_codg, hosp_lv, lmt_pric FROM known_price_limit UNION ALL
            SELECT med_list_codg, NULL, lmt_pric FROM known_catalogue)
      JOIN (VALUES ('0'), ('1'), ('2'), ('3'), ('')) v(level) ON hosp_lv IS NULL OR hosp_lv = level
      WHERE lmt_pric > 0 GROUP BY med_list_codg, level
    ), line AS (
      SELECT f.setl_id, f.med_list_codg, f.pric <= coalesce(l.lmt_pric, f.pric) AS is_cheap,
             r.dr_codg IS NOT NULL OR f.bilg_dr_codg IS NULL AS is_registered, CAST(f.fee_ocur_time AS DATE) AS day,
             f.det_item_fee_sumamt AS charge, coalesce(f.inscp_amt, f.det_item_fee_sumamt) AS scope,
             CAST(f.fee_ocur_time AS DATE) <= c.cut_day AS early
      FROM known_fee_item f JOIN chosen c ON c.setl_id = f.setl_id
      LEFT JOIN registered r ON r.dr_codg = f.bilg_dr_codg
      LEFT JOIN lowest l ON l.med_list_codg = f.med_list_codg AND l.level = coalesce(c.level, '')
      -- of a line uploaded again, the last version
      QUALIFY row_number() OVER (PARTITION BY f.feedetl_sn ORDER BY f.upload_time DESC NULLS LAST, f.part, f.row) = 1
    ), part AS (
      SELECT setl_id, sum(charge) AS charge, CAST(sum(scope) AS DOUBLE) AS scope,
             sum(CASE WHEN early THEN charge ELSE 0 END) AS first_charge,
             CAST(sum(CASE WHEN early THEN scope ELSE 0 END) AS DOUBLE) AS first_scope, min(charge) AS least_charge,
             min(day) AS since, max(day) AS until, count(*) AS lines,
             bool_and(is_cheap) AS is_cheap, bool_and(is_registered) AS is_registered,
             count(DISTINCT med_list_codg || CAST(day AS VARCHAR)) AS item_days
      FROM line GROUP BY setl_id
    ), pair AS (
      SELECT paid_item AS one, denied_item AS other FROM known_item_conflict UNION
      SELECT whole_item, part_item FROM known_item_bundle
    ), at_odds AS (
      SELECT a.setl_id FROM line a JOIN pair p ON p.one = a.med_list_codg
      JOIN line b ON b.setl_id = a.setl_id AND b.med_list_codg = p.other
    ), shared AS (
      SELECT s.*, p.first_charge AS first_medfee_sumamt, {shares}
      FROM chosen s JOIN part p ON p.setl_id = s.setl_id
      WHERE p.charge = s.medfee_sumamt AND p.least_charge > 0 AND p.since >= s.begndate AND p.until <= s.enddate
        AND p.lines = p.item_days AND p.first_scope > 0 AND p.first_scope < p.scope
        AND p.is_cheap AND s.setl_id NOT IN (SELECT setl_id FROM at_odds)
        -- without a register nobody is missing from it
        AND (NOT EXISTS (SELECT 1 FROM registered)
             OR p.is_registered AND (s.atddr_no IS NULL OR s.atddr_no IN (SELECT dr_codg FROM registered)))
    ), paid AS (
      SELECT *, CASE WHEN medfee_sumamt = fund_pay_sumamt + coalesce(acct_pay, 0) + psn_cash_pay
                     THEN first_medfee_sumamt - first_fund_pay_sumamt - coalesce(first_acct_pay, 0) END AS first_psn_cash_pay
      FROM shared
    )
    SELECT setl_id, cut_day, kind, strftime(cut_day, '%Y%m') AS cut_month,
           -- counters close at five
           CAST(cut_day AS TIMESTAMP) + to_seconds(61200 + CAST({draw(seed, "clock", "setl_id")} AS BIGINT)) AS cut_time,
           {", ".join(f"first_{name}" for name in MONEY)}
    FROM paid WHERE psn_cash_pay IS NULL OR first_psn_cash_pay BETWEEN 0 AND psn_cash_pay
    """


_STAYS = "(" + ", ".join(f"'{code}'" for code in STAYS) + ")"

# As for bills; the line that is refunded was uploaded once.
_LOOSE_LINES = """
    WITH placed AS (
      SELECT f.feedetl_sn, f.init_feedetl_sn, coalesce(f.psn_no, b.psn_no) AS psn_no, f.med_list_codg,
             coalesce(f.fixmedins_code, b.fixmedins_code) AS fixmedins_code, f.det_item_fee_sumamt AS amount,
             f.fee_ocur_time AS moment
      FROM known_fee_item f JOIN bill b ON b.setl_id = f.setl_id
    ), refund AS (
      SELECT * FROM placed WHERE amount < 0 AND init_feedetl_sn IS NOT NULL
    ), alike AS (
      SELECT p.*, lag(CASE WHEN amount > 0 THEN feedetl_sn END)
                    OVER (PARTITION BY psn_no, fixmedins_code, med_list_codg, abs(amount)
                          ORDER BY moment, sign(amount) DESC, feedetl_sn) AS before
      FROM placed p SEMI JOIN refund r
        ON p.psn_no = r.psn_no AND p.fixmedins_code = r.fixmedins_code AND p.med_list_codg = r.med_list_codg
       AND abs(p.amount) = -r.amount
    ), once AS (
      SELECT feedetl_sn FROM known_fee_item WHERE feedetl_sn IN (SELECT init_feedetl_sn FROM refund)
      GROUP BY feedetl_sn HAVING count(*) = 1
    ), named AS (
      SELECT init_feedetl_sn FROM refund GROUP BY init_feedetl_sn HAVING count(DISTINCT feedetl_sn) = 1
    )
    SELECT DISTINCT a.feedetl_sn FROM alike a
    WHERE a.amount < 0 AND a.before = a.init_feedetl_sn AND a.before IN (SELECT feedetl_sn FROM once)
      AND a.before IN (SELECT init_feedetl_sn FROM named)
"""


def _no_rows(table: str) -> str:
    columns = TABLES[table].columns.values()
    return (
        "SELECT "
        + ", ".join(f"CAST(NULL AS {column.sql_type}) AS {column.name}" for column in columns)
        + ", 0 AS part, 0 AS row WHERE FALSE"
    )
