"""Findings: what a rule's hits come to. Stable ids, the lines and the money behind each, and the reason.

`collect` leaves five tables in the engine:
  covered       finding_id, rule: the rules whose hit on the same line, stay or settlement a finding tells with its own
  hit           one row per hit that is not covered: finding_id, rule, level, setl_id, feedetl_sn, person_id, …, strength
  finding_line  finding_id, feedetl_sn (NULL for a settlement as a whole), setl_id, charge_amount, amount, …
  finding       the fixed columns but for reason and evidence, one row per finding
  finding_text  finding_id, reason, evidence
and view `findings` with the fixed columns of findings.csv.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from medaudit.detectors.rule import Rule
from medaudit.detectors.run import Ran
from medaudit.engine import Engine, no_rows
from medaudit.engine.duckdb import quoted
from medaudit.findings.text import write_texts

COLUMNS = (
    "finding_id", "rule", "level", "subject_type", "subject_id", "setl_id", "psn_no", "fixmedins_code",
    "dr_codg", "occurred_on", "charge_amount", "amount", "account_amount", "packaged", "strength", "reason", "evidence",
)  # fmt: skip

# Halves are rounded in this one form wherever a share of money is taken: engines differ in theirs.
CENTS = "CAST(floor(({}) * 100 + 0.5) / CAST(100 AS DOUBLE) AS DECIMAL(16,2))"

# Over-charging inside a stay paid per case or per day may not have cost the fund: summed apart. What goes
# beyond a cap is over-charging too: such a stay earns what its case or days are worth, whatever was billed.
PACKAGED_FAMILIES = ("BIL", "POL", "CAP")


def collect(engine: Engine, outcome: Sequence[Ran]) -> None:
    """Turn the hits of all rules that ran into findings; counts them into `outcome`."""
    ran = [o for o in outcome if o.state == "ran" and o.hits]
    above = _above([o.rule for o in ran])
    covering = [_covering(one, rule) for rule, some in above.values() for one in some]
    nothing = no_rows({"finding_id": "VARCHAR", "rule": "VARCHAR"})
    engine.keep("covered", "\nUNION ALL\n".join(covering) or nothing)
    hits = [_hits(o.rule, who, above[o.rule.code][1]) for o in ran for who in subjects(o.rule)]
    engine.keep("hit", "\nUNION ALL\n".join(hits) or _NO_HITS)
    engine.keep("finding_line", _money(engine))
    engine.keep("finding", _findings(ran))
    write_texts(engine, [o.rule for o in ran])
    engine.view(
        "findings",
        f"SELECT {', '.join(('t.' if c in ('reason', 'evidence') else 'f.') + c for c in COLUMNS)} "
        "FROM finding f JOIN finding_text t ON t.finding_id = f.finding_id",
    )
    found = dict(engine.rows("SELECT rule, count(*) FROM finding GROUP BY rule"))
    for o in ran:
        o.found = found.get(o.rule.code, 0)
        if above[o.rule.code][1]:
            every = f"SELECT count(DISTINCT {finding_id(o.rule)}) FROM hits_{o.rule.code}"
            o.covered = engine.value(every) - o.found


# Whom a ring's members are, by the column that names them.
MEMBERS = {"patient": "psn_no", "institution": "fixmedins_code", "doctor": "dr_codg"}


def subjects(rule: Rule) -> list[str]:
    """Whom the findings of a rule are about: its subject; of a ring also each kind of member, with a finding of its own."""
    return [rule.subject, *(rule.responsible if rule.subject == "ring" else ())]


def finding_id(rule: Rule, subject: str = "") -> str:
    """SQL for the id of a hit's finding: the rule and a hash of its key (and of the member's id, where the finding is a ring
    member's), the same from run to run."""
    names = [*rule.key, *([MEMBERS[subject]] if subject and subject != rule.subject else [])]
    key = " || '|' || ".join(f"coalesce(CAST({name} AS VARCHAR), '')" for name in names)
    return f"'{rule.code}-' || substr(md5({key}), 1, 16)"


_NO_HITS = no_rows(
    dict.fromkeys(("finding_id", "rule", "subject", "ring_id", "level", "feedetl_sn"), "VARCHAR")
    | dict.fromkeys(("setl_id", "psn_no", "fixmedins_code", "dr_codg"), "VARCHAR")
    | {"occurred_on": "DATE", "charge_amount": "DOUBLE", "strength": "DOUBLE"}
)


def _above(rules: Sequence[Rule]) -> dict[str, tuple[Rule, list[Rule]]]:
    """Code → the rule, and those that ran and subsume it."""
    return {
        rule.code: (rule, [one for one in rules if rule.code in one.subsumes]) for rule in rules
    }


def _covering(above: Rule, rule: Rule) -> str:
    """The findings of `above` that tell a hit of `rule` with their own."""
    return (
        f"SELECT {finding_id(above)} AS finding_id, '{rule.code}' AS rule FROM hits_{above.code} a "
        f"WHERE EXISTS (SELECT 1 FROM hits_{rule.code} h WHERE {_same(above, rule)}) "
        f"GROUP BY {finding_id(above)}"
    )


def _same(above: Rule, rule: Rule) -> str:
    """Whether hit a of `above` is about what hit h of `rule` is about, and says no less of it."""
    common = set(above.columns) & set(rule.columns)
    column = next(name for name in ("feedetl_sn", "stay_id", "setl_id") if name in common)
    severity = [
        "CASE " + _level(one, alias) + " WHEN 'violation' THEN 1 WHEN 'suspected' THEN 2 ELSE 3 END"
        for one, alias in ((above, "a."), (rule, "h."))
    ]
    return f"a.{column} = h.{column} AND {severity[0]} <= {severity[1]}"


def _level(rule: Rule, alias: str = "") -> str:
    """SQL for the level of a hit: it may be weaker than its rule's, never stronger."""
    level = quoted(rule.level)
    if "level" not in rule.columns:
        return level
    weaker = {"violation": "'suspected', 'lead'", "suspected": "'lead'", "lead": "'lead'"}[
        rule.level
    ]
    return f"(CASE WHEN {alias}level IN ({weaker}) THEN {alias}level ELSE {level} END)"


def _hits(rule: Rule, subject: str, above: Sequence[Rule]) -> str:
    line = "feedetl_sn" if rule.by_line else "CAST(NULL AS VARCHAR)"
    # A column that a rule leaves NULL may have come out as a number.
    names = ("setl_id", "psn_no", "fixmedins_code", "dr_codg")
    ids = ", ".join(f"CAST({name} AS VARCHAR) AS {name}" for name in names)
    own = " AND ".join(
        f"NOT EXISTS (SELECT 1 FROM hits_{one.code} a WHERE {_same(one, rule)})" for one in above
    )
    return (
        f"SELECT {finding_id(rule, subject)} AS finding_id, '{rule.code}' AS rule, '{subject}' AS subject, "
        f"{'ring_id' if rule.subject == 'ring' else 'CAST(NULL AS VARCHAR)'} AS ring_id, "
        f"{_level(rule)} AS level, {line} AS feedetl_sn, {ids}, CAST(occurred_on AS DATE) AS occurred_on, "
        f"CAST(greatest(coalesce(charge_amount, 0), 0) AS DOUBLE) AS charge_amount, "
        f"CAST(least(greatest(coalesce(strength, 0), 0), 1) AS DOUBLE) AS strength FROM hits_{rule.code} h"
        + (f" WHERE {own}" if own else "")
    )


def _money(engine: Engine) -> str:
    """Each violating line (or settlement as a whole) and its share of the money paid.

    A line's share of its settlement's fund money is by in-scope amount; where lines are missing from the
    files the settlement's total says how much. The violating part takes its fraction of the line.
    """
    packaged = ", ".join(quoted(family) for family in PACKAGED_FAMILIES)
    return f"""
    WITH one AS (
      SELECT finding_id, rule, setl_id, feedetl_sn, max(dr_codg) AS dr_codg, max(charge_amount) AS charge_amount
      FROM hit WHERE setl_id IS NOT NULL GROUP BY finding_id, rule, setl_id, feedetl_sn
    ), hit_settlement AS (
      SELECT setl_id FROM one GROUP BY setl_id
    ), base AS (
      SELECT l.setl_id, CAST(sum(l.scope_amount) AS DOUBLE) AS scope, CAST(sum(l.charge) AS DOUBLE) AS charge
      FROM line l JOIN hit_settlement h ON h.setl_id = l.setl_id GROUP BY l.setl_id
    ), hit_line AS (
      SELECT l.feedetl_sn, CAST(l.scope_amount AS DOUBLE) AS scope, CAST(l.charge AS DOUBLE) AS charge
      FROM line l JOIN hit_settlement h ON h.setl_id = l.setl_id
      WHERE l.feedetl_sn IN (SELECT feedetl_sn FROM one WHERE feedetl_sn IS NOT NULL)
    ), shared AS (
      SELECT o.finding_id, o.rule, o.setl_id, o.feedetl_sn, o.dr_codg, v.person_id, v.fixmedins_code,
             coalesce(v.setl_type = '3', FALSE) AS again, v.fund_money, v.account_money,
             -- A rule that claims more than was charged gets what was charged.
             least(o.charge_amount, coalesce(l.charge, CAST(v.charge AS DOUBLE), 0)) AS claimed,
             coalesce(l.charge, CAST(v.charge AS DOUBLE), 0) AS charge,
             CASE WHEN o.feedetl_sn IS NULL THEN 1
                  WHEN b.scope > 0 THEN l.scope / (b.scope * greatest(CAST(v.charge AS DOUBLE) / b.charge, 1))
                  -- Paid, and nothing in scope: the scope was not recorded.
                  WHEN b.charge > 0 THEN l.charge / greatest(CAST(v.charge AS DOUBLE), b.charge)
                  ELSE 0 END AS line_share,
             coalesce(v.is_stay AND v.payment_way IN ('case', 'day') AND substr(o.rule, 1, 3) IN ({packaged}), FALSE)
               AS packaged
      FROM one o
      LEFT JOIN visit v ON v.setl_id = o.setl_id
      LEFT JOIN base b ON b.setl_id = o.setl_id
      LEFT JOIN hit_line l ON l.feedetl_sn = o.feedetl_sn
    ), parted AS (
      SELECT s.*, CASE WHEN charge > 0 THEN line_share * claimed / charge ELSE 0 END AS part FROM shared s
    )
    SELECT finding_id, rule, feedetl_sn, setl_id, person_id, fixmedins_code, dr_codg, packaged, fund_money, account_money,
           -- Medical assistance (setl_type 3) settles the same charges a second time.
           CASE WHEN again AND feedetl_sn IS NULL THEN 0 ELSE {CENTS.format("claimed")} END AS charge_amount,
           {CENTS.format("coalesce(CAST(fund_money AS DOUBLE) * part, 0)")} AS amount,
           {CENTS.format("coalesce(CAST(account_money AS DOUBLE) * part, 0)")} AS account_amount
    FROM parted
    """


def _findings(ran: Sequence[Ran]) -> str:
    """One row per finding: the first of its hits by settlement and line stands for it."""
    return """
    WITH placed AS (
      SELECT h.*, row_number() OVER (PARTITION BY finding_id
                                     ORDER BY setl_id, feedetl_sn, psn_no, fixmedins_code, dr_codg) AS place,
             min(occurred_on) OVER (PARTITION BY finding_id) AS since,
             max(h.strength) OVER (PARTITION BY finding_id) AS strongest,
             min(CASE level WHEN 'violation' THEN 1 WHEN 'suspected' THEN 2 ELSE 3 END)
               OVER (PARTITION BY finding_id) AS severity
      FROM hit h
    ), settlement_money AS (
      -- Cents won by rounding line by line never pass what the settlement paid.
      SELECT finding_id, sum(charge_amount) AS charge_amount, least(sum(amount), max(fund_money)) AS amount,
             least(sum(account_amount), max(account_money)) AS account, max(CASE WHEN packaged THEN 1 ELSE 0 END) AS packaged
      FROM finding_line GROUP BY finding_id, setl_id
    ), money AS (
      SELECT finding_id, sum(charge_amount) AS charge_amount, sum(amount) AS amount, sum(account) AS account,
             max(packaged) AS packaged
      FROM settlement_money GROUP BY finding_id
    )
    SELECT p.finding_id, p.rule,
           CASE p.severity WHEN 1 THEN 'violation' WHEN 2 THEN 'suspected' ELSE 'lead' END AS level,
           CASE WHEN p.subject = 'institution' AND coalesce(v.fixmedins_type, '1') = '2' THEN 'pharmacy'
                ELSE p.subject END AS subject_type,
           CASE p.subject WHEN 'settlement' THEN p.setl_id WHEN 'patient' THEN coalesce(q.person_id, p.psn_no)
                WHEN 'doctor' THEN p.dr_codg WHEN 'ring' THEN p.ring_id ELSE p.fixmedins_code END AS subject_id,
           -- A ring is of many people and bills.
           CASE WHEN p.subject <> 'ring' THEN p.setl_id END AS setl_id, CASE WHEN p.subject <> 'ring' THEN p.psn_no END AS psn_no,
           p.fixmedins_code, p.dr_codg, p.since AS occurred_on,
           CAST(coalesce(m.charge_amount, 0) AS DECIMAL(16,2)) AS charge_amount,
           CAST(coalesce(m.amount, 0) AS DECIMAL(16,2)) AS amount,
           CAST(coalesce(m.account, 0) AS DECIMAL(16,2)) AS account_amount,
           CAST(coalesce(m.packaged, 0) AS INTEGER) AS packaged,
           CAST(floor(p.strongest * 10000 + 0.5) / CAST(10000 AS DOUBLE) AS DECIMAL(5,4)) AS strength
    FROM placed p
    LEFT JOIN money m ON m.finding_id = p.finding_id
    LEFT JOIN people q ON q.psn_no = p.psn_no
    LEFT JOIN (SELECT fixmedins_code, max(fixmedins_type) AS fixmedins_type FROM visit GROUP BY fixmedins_code) v
      ON v.fixmedins_code = p.fixmedins_code
    WHERE p.place = 1
    """


def responsible(rules: Iterable[Rule]) -> dict[str, tuple[str, ...]]:
    """Rule code → the lists its findings count on, besides the settlement's own."""
    return {rule.code: rule.responsible for rule in rules}
