"""Findings and anomalies → ranked suspects: who to look at first, and the parts of the number that says so.

A subject's probability is log-odds from independent evidence, one term per rule family and one for the anomaly:

    logit p = logit BASE + Σ term

A family's evidence is its strongest finding: what a reviewer would then believe, 1 − (1 − BASE)(1 − strength × prior).
Institutions, pharmacies and doctors are held against their peers, so that size is never the reason: the
evidence counts for max(0, O − E) / (O + HOLD) of itself, O = Σ strength, E = their settlements × the peers' rate without them.
The strongest family counts for STRONGEST, each further one for FURTHER, for evidence overlaps; how far a subject stands
out among its peers (detectors/anomalies) for STANDING_OUT. Reviewed cases re-weight the terms (learning.py).
Money: what a policy decides (违规) counts whole, other money × max(0, 1 − E/O) where peers are compared; a ring's money
counts for its members and places only as far as the ring is believed (strength); who only stands out is given what was
paid beyond the peers. score = probability × amount: the yuan to expect from looking.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from medaudit.detectors.rule import Rule
from medaudit.engine import Engine
from medaudit.findings import CENTS
from medaudit.ranking.everybody import show_everybody
from medaudit.ranking.learning import Learnt, learn, put_weights
from medaudit.ranking.money import MONEY
from medaudit.ranking.reasons import write_reasons
from medaudit.ranking.said import Said, put
from medaudit.ranking.scale import (
    ANOMALY,
    BASE,
    FURTHER,
    HOLD,
    STANDING_OUT,
    STRONGEST,
    by_type,
    straight,
)

# Peers are compared within level and type when there are at least this many, else within the type.
ENOUGH_PEERS = 4

COLUMNS = (
    "rank", "subject_type", "subject_id", "subject_name", "score", "probability", "amount", "findings",
    "rules", "reasons",
)  # fmt: skip


def rank(engine: Engine, rules: Iterable[Rule], said: Said | None = None) -> Learnt:
    """Leave view `suspects` (design columns, best first within a type), and tables `claim` (subject × finding) and
    `part` (the terms of every score), re-weighted by what people said. Needs fact `subject` and table `anomaly`
    (anomalies.find). Returns what the reviews taught."""
    rules = list(rules)
    show_everybody(engine, rings=any(rule.subject == "ring" for rule in rules))
    engine.keep("rule_info", _rule_info(rules))
    said = said or Said()
    put(engine, said)
    engine.keep("claimed", _CLAIMS)
    engine.view("claim", "SELECT * FROM claimed")
    engine.keep("term", _TERMS)
    learnt = learn(engine, said.reviews)
    put_weights(engine, learnt)
    if said.dismissed:  # what they taught is learnt; now they count for nobody
        engine.view("claim", _STILL_CLAIMED)
        engine.keep("open_term", _TERMS)
        engine.view("term", "SELECT * FROM open_term")
    engine.keep("part", _PARTS)
    engine.keep("subject_money", MONEY)
    engine.keep("ranked", _RANKED)
    write_reasons(engine, rules)
    columns = ", ".join(("t." if c in ("rules", "reasons") else "r.") + f'"{c}"' for c in COLUMNS)
    engine.view(
        "suspects",
        f"SELECT {columns}, r.packaged_amount FROM ranked r JOIN suspect_text t "
        "ON t.subject_type = r.subject_type AND t.subject_id = r.subject_id",
    )
    return learnt


def _rule_info(rules: list[Rule]) -> str:
    rows = [
        f"SELECT '{r.code}' AS rule, '{r.family}' AS family, CAST({r.prior} AS DOUBLE) AS prior, {r.subject == 'ring'} AS ring, "
        + ", ".join(
            f"{who in r.responsible} AS {who}" for who in ("institution", "doctor", "patient")
        )
        for r in rules
    ]
    return "\nUNION ALL\n".join(rows) or (
        "SELECT '' AS rule, '' AS family, CAST(0.5 AS DOUBLE) AS prior, FALSE AS ring, FALSE AS institution, FALSE AS doctor, "
        "FALSE AS patient WHERE FALSE"
    )


# Who a finding counts against: its settlement where it is about a settlement or a patient, for what a doctor or an
# institution does says nothing of one visit among many; others where the rule holds them responsible.
_CLAIMS = """
WITH of_subject AS (
  SELECT 'settlement' AS subject_type, h.setl_id AS subject_id, h.finding_id, h.rule FROM hit h
  WHERE h.setl_id IS NOT NULL AND h.subject IN ('settlement', 'patient')
  UNION ALL
  SELECT 'ring', h.ring_id, h.finding_id, h.rule FROM hit h WHERE h.subject = 'ring'
  UNION ALL
  -- A member of a ring has a finding of its own.
  SELECT 'patient', p.person_id, h.finding_id, h.rule
  FROM hit h JOIN rule_info r ON r.rule = h.rule AND r.patient AND (NOT r.ring OR h.subject = 'patient') JOIN people p ON p.psn_no = h.psn_no
  UNION ALL
  SELECT 'doctor', h.dr_codg, h.finding_id, h.rule
  FROM hit h JOIN rule_info r ON r.rule = h.rule AND r.doctor AND (NOT r.ring OR h.subject = 'doctor') WHERE h.dr_codg IS NOT NULL
  UNION ALL
  SELECT s.subject_type, h.fixmedins_code, h.finding_id, h.rule
  FROM hit h JOIN rule_info r ON r.rule = h.rule AND r.institution AND (NOT r.ring OR h.subject = 'institution')
  JOIN everybody s ON s.subject_id = h.fixmedins_code AND s.subject_type IN ('institution', 'pharmacy')
), one AS (
  SELECT subject_type, subject_id, finding_id, rule FROM of_subject
  GROUP BY subject_type, subject_id, finding_id, rule
)
SELECT o.subject_type, o.subject_id, s.peer, s.settlements, o.finding_id, o.rule, r.family, r.prior, f.level,
       CAST(f.strength AS DOUBLE) AS strength
FROM one o
JOIN rule_info r ON r.rule = o.rule
JOIN finding f ON f.finding_id = o.finding_id
JOIN everybody s ON s.subject_type = o.subject_type AND s.subject_id = o.subject_id
"""


_STILL_CLAIMED = "SELECT c.* FROM claimed c LEFT JOIN set_aside s ON s.finding_id = c.finding_id WHERE s.finding_id IS NULL"


def _logit(p: str) -> str:
    return f"ln({p} / (1 - {p}))"


_BASE = by_type(BASE)
_LOGIT = by_type({kind: math.log(base / (1 - base)) for kind, base in BASE.items()})

_TERMS = f"""
WITH family AS (
  SELECT subject_type, subject_id, peer, settlements, family, count(*) AS findings,
         CAST(sum(CAST(strength AS DECIMAL(9,4))) AS DECIMAL(18,4)) AS observed,
         max(1 - (1 - {_BASE}) * (1 - strength * prior)) AS evidence, max(prior) AS prior
  FROM claim GROUP BY subject_type, subject_id, peer, settlements, family
), shown AS (
  SELECT subject_type, peer, family, sum(observed) AS observed FROM family GROUP BY subject_type, peer, family
), shown_by_type AS (
  SELECT subject_type, family, sum(observed) AS observed FROM shown GROUP BY subject_type, family
), peers AS (
  SELECT subject_type, peer, count(*) AS members, CAST(sum(settlements) AS DOUBLE) AS settlements
  FROM everybody GROUP BY subject_type, peer
), all_peers AS (
  SELECT subject_type, CAST(sum(settlements) AS DOUBLE) AS settlements FROM everybody GROUP BY subject_type
), compared AS (
  SELECT f.*, p.members,
         CASE WHEN p.members >= {ENOUGH_PEERS} THEN h.observed ELSE t.observed END - f.observed AS others_observed,
         CASE WHEN p.members >= {ENOUGH_PEERS} THEN p.settlements ELSE a.settlements END - f.settlements AS others
  FROM family f
  JOIN peers p ON p.subject_type = f.subject_type AND p.peer = f.peer
  JOIN all_peers a ON a.subject_type = f.subject_type
  JOIN shown h ON h.subject_type = f.subject_type AND h.peer = f.peer AND h.family = f.family
  JOIN shown_by_type t ON t.subject_type = f.subject_type AND t.family = f.family
), expected AS (
  SELECT c.subject_type, c.subject_id, c.family, c.findings, CAST(c.observed AS DOUBLE) AS observed, c.evidence, c.prior, c.peer, c.members,
         CASE WHEN subject_type IN ('settlement', 'patient', 'ring') THEN NULL
              WHEN others > 0 THEN CAST(settlements AS DOUBLE) * greatest(CAST(others_observed AS DOUBLE), 0) / others
              ELSE 0 END AS expected
  FROM compared c
), weighed AS (
  SELECT subject_type, subject_id, family, findings, observed, expected, prior, peer, members,
         greatest({_logit("evidence")} - {_LOGIT}, 0)
           * CASE WHEN expected IS NULL THEN 1 ELSE greatest((observed - expected) / (observed + {HOLD}), 0) END AS evidence,
         CASE WHEN expected IS NULL THEN 1 WHEN observed > 0 THEN greatest(1 - expected / observed, 0) ELSE 0 END AS weight
  FROM expected
), stood_out AS (
  -- Who has no finding is on the list only where it stands out plainly.
  SELECT a.subject_type, a.subject_id, 'ANO' AS family, 0 AS findings, a.top AS observed, CAST(NULL AS DOUBLE) AS expected,
         CAST(NULL AS DOUBLE) AS prior, a.peer, a.peers AS members, {straight("a.top", ANOMALY)} AS evidence, 0 AS weight
  FROM anomaly a
  LEFT JOIN (SELECT subject_type, subject_id FROM family GROUP BY subject_type, subject_id) f
    ON f.subject_type = a.subject_type AND f.subject_id = a.subject_id
  WHERE a.stands_out OR f.subject_id IS NOT NULL
), listed AS (
  SELECT w.*, row_number() OVER (PARTITION BY subject_type, subject_id ORDER BY evidence DESC, family) AS place FROM weighed w
  UNION ALL
  SELECT o.*, 0 FROM stood_out o
  UNION ALL
  SELECT s.subject_type, s.subject_id, 'TIP', 0, CAST(t.reports AS DOUBLE), CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE), s.peer, CAST(NULL AS BIGINT),
         t.weight, 0, -1
  FROM tip t JOIN everybody s ON s.subject_type = t.subject_type AND s.subject_id = t.subject_id
)
SELECT subject_type, subject_id, family, findings, observed, expected, prior, peer, members, weight,
       CAST(evidence * CASE place WHEN -1 THEN 1 WHEN 0 THEN {STANDING_OUT} WHEN 1 THEN {STRONGEST} ELSE {FURTHER} END AS DECIMAL(12,6)) AS term,
       {_LOGIT} AS base
FROM listed
"""

# Where a log-odds begins, and the terms with what reviews taught.
_PARTS = """
SELECT t.subject_type, t.subject_id, t.family, t.findings, t.observed, t.expected, t.prior, t.peer, t.members, t.weight,
       CAST(CAST(t.term AS DOUBLE) * coalesce(n.weight, 1) AS DECIMAL(12,6)) AS term,
       CAST(t.base + coalesce(b.weight, 0) AS DECIMAL(12,6)) AS base
FROM term t
LEFT JOIN learnt b ON b.family = 'base' AND b.subject_type = t.subject_type
LEFT JOIN learnt n ON n.family = t.family
"""

# The money of the findings, or the excess over the peers where that is more: another finding never lowers it.
_AMOUNT = "CAST(greatest(coalesce(m.amount, 0), coalesce(a.excess, 0)) AS DECIMAL(16,2))"
_RANKED = f"""
WITH summed AS (
  SELECT subject_type, subject_id, CAST(sum(findings) AS INTEGER) AS findings,
         floor(CAST(10000 AS DOUBLE) / (1 + exp(-CAST(max(base) + sum(term) AS DOUBLE))) + 0.5)
           / CAST(10000 AS DOUBLE) AS probability
  FROM part GROUP BY subject_type, subject_id
), scored AS (
  SELECT t.subject_type, t.subject_id, s.subject_name, t.findings, t.probability,
         {_AMOUNT} AS amount, coalesce(m.packaged_amount, 0) AS packaged_amount,
         {CENTS.format(f"t.probability * CAST({_AMOUNT} AS DOUBLE)")} AS score
  FROM summed t
  JOIN everybody s ON s.subject_type = t.subject_type AND s.subject_id = t.subject_id
  LEFT JOIN subject_money m ON m.subject_type = t.subject_type AND m.subject_id = t.subject_id
  LEFT JOIN anomaly a ON a.subject_type = t.subject_type AND a.subject_id = t.subject_id
)
SELECT CAST(row_number() OVER (PARTITION BY subject_type
                               ORDER BY score DESC, amount DESC, probability DESC, subject_id) AS INTEGER) AS rank, *
FROM scored
"""
