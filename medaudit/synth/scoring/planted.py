"""What was planted and what the run named, as tables at line, settlement and subject level.

A settlement a row of the truth speaks of carries that row's role; where rows of its own and rows of
subjects differ, its own decide. Where the truth names lines of a settlement, the money is theirs.
Who has a responsible row is responsible, whatever else he has; `involved` comes before `lookalike`.

A finding names the lines it gives. A finding about a settlement as a whole names the settlement and no
single line. Whoever a finding counts against is named by it (the run's claims).
"""

from __future__ import annotations

_WORST = "min(CASE role WHEN 'responsible' THEN 1 WHEN 'involved' THEN 2 ELSE 3 END)"
_ROLE = "CASE {} WHEN 1 THEN 'responsible' WHEN 2 THEN 'involved' ELSE 'lookalike' END AS role"
_PLACES = "('institution', 'pharmacy')"

# A group of people is found when what is found of its members is at least half of its settlements
# and at least three persons.
RING_SHARE, RING_MEMBERS = 0.5, 3

PLANTED = {
    # The run knows which places are pharmacies.
    "subject_row": f"""
        SELECT t.scheme, t.role, coalesce(s.subject_type, t.subject_type) AS subject_type, t.subject_id, t.setl_id,
               t.amount, t.intensity
        FROM truth t
        LEFT JOIN subjects s ON t.subject_type IN {_PLACES} AND s.subject_type IN {_PLACES}
         AND s.subject_id = t.subject_id
        WHERE t.subject_type <> 'settlement'""",
    "planted_line": f"""
        SELECT scheme, setl_id, feedetl_sn, {_ROLE.format(_WORST)}, max(amount) AS amount, max(intensity) AS intensity
        FROM truth WHERE feedetl_sn <> '' GROUP BY scheme, setl_id, feedetl_sn""",
    # entity: settlements planted through one ring, place, doctor or patient stand or fall together.
    "planted_settlement": f"""
        WITH own AS (
          SELECT scheme, setl_id, {_WORST} AS worst, bool_or(feedetl_sn <> '') AS lined,
                 max(CASE WHEN feedetl_sn = '' THEN amount END) AS amount, max(intensity) AS intensity
          FROM truth WHERE subject_type = 'settlement' GROUP BY scheme, setl_id
        ), of_lines AS (
          SELECT scheme, setl_id, sum(amount) AS amount FROM planted_line GROUP BY scheme, setl_id
        ), of_subjects AS (
          SELECT scheme, setl_id, {_WORST} AS worst, max(amount) AS amount, max(intensity) AS intensity,
                 min(CASE WHEN role <> 'involved' THEN
                     CASE subject_type WHEN 'ring' THEN '1' WHEN 'institution' THEN '2' WHEN 'pharmacy' THEN '2'
                                       WHEN 'doctor' THEN '3' ELSE '4' END || subject_id END) AS entity
          FROM subject_row GROUP BY scheme, setl_id
        )
        SELECT coalesce(o.scheme, s.scheme) AS scheme, coalesce(o.setl_id, s.setl_id) AS setl_id,
               {_ROLE.format("coalesce(o.worst, s.worst)")}, coalesce(o.lined, FALSE) AS lined,
               coalesce(l.amount, o.amount, s.amount) AS amount, coalesce(o.intensity, s.intensity) AS intensity,
               coalesce(s.entity, o.setl_id, s.setl_id) AS entity
        FROM own o
        FULL JOIN of_subjects s ON s.scheme = o.scheme AND s.setl_id = o.setl_id
        LEFT JOIN of_lines l ON l.scheme = o.scheme AND l.setl_id = o.setl_id""",
    "settlement_role": f"""
        SELECT setl_id, {_ROLE.format(_WORST)}, bool_or(lined) AS lined, max(amount) AS amount
        FROM planted_settlement GROUP BY setl_id""",
    "planted_subject": f"""
        WITH one AS (
          SELECT r.scheme, r.subject_type, r.subject_id, r.setl_id, {_WORST.replace("role", "r.role")} AS worst,
                 max(CASE WHEN p.lined THEN p.amount ELSE r.amount END) AS amount
          FROM subject_row r JOIN planted_settlement p ON p.scheme = r.scheme AND p.setl_id = r.setl_id
          GROUP BY r.scheme, r.subject_type, r.subject_id, r.setl_id
        )
        SELECT scheme, subject_type, subject_id, {_ROLE.format("min(worst)")},
               sum(CASE WHEN worst = 1 THEN amount ELSE 0 END) AS amount
        FROM one GROUP BY scheme, subject_type, subject_id""",
    "subject_role": f"""
        SELECT subject_type, subject_id, {_ROLE.format(_WORST)}, sum(amount) AS amount
        FROM planted_subject WHERE subject_type <> 'ring' GROUP BY subject_type, subject_id
        UNION ALL
        SELECT 'settlement', setl_id, role, CASE WHEN role = 'responsible' THEN amount ELSE 0 END FROM settlement_role""",
    "named_settlement": """
        SELECT f.rule, l.setl_id, bool_or(f.level = 'violation') AS violation,
               coalesce(min(r.role), 'ordinary') AS role
        FROM finding_lines l JOIN findings f ON f.finding_id = l.finding_id
        LEFT JOIN settlement_role r ON r.setl_id = l.setl_id
        WHERE l.setl_id IS NOT NULL GROUP BY f.rule, l.setl_id""",
    # A line is judged by its own row; where the truth names no line of a settlement, by the settlement's.
    "named_line": f"""
        WITH of_line AS (
          SELECT setl_id, feedetl_sn, {_ROLE.format(_WORST)} FROM planted_line GROUP BY setl_id, feedetl_sn
        )
        SELECT f.rule, l.setl_id, l.feedetl_sn, bool_or(f.level = 'violation') AS violation,
               coalesce(min(p.role), min(CASE WHEN NOT r.lined THEN r.role END), 'ordinary') AS role
        FROM finding_lines l JOIN findings f ON f.finding_id = l.finding_id
        LEFT JOIN of_line p ON p.setl_id = l.setl_id AND p.feedetl_sn = l.feedetl_sn
        LEFT JOIN settlement_role r ON r.setl_id = l.setl_id
        WHERE l.feedetl_sn IS NOT NULL GROUP BY f.rule, l.setl_id, l.feedetl_sn""",
    "named_subject": """
        SELECT f.rule, c.subject_type, c.subject_id, bool_or(f.level = 'violation') AS violation,
               coalesce(min(r.role), 'ordinary') AS role
        FROM claims c JOIN findings f ON f.finding_id = c.finding_id
        LEFT JOIN subject_role r ON r.subject_type = c.subject_type AND r.subject_id = c.subject_id
        WHERE c.subject_type NOT IN ('settlement', 'ring') GROUP BY f.rule, c.subject_type, c.subject_id""",
    "named_ring": f"""
        WITH ring AS (
          SELECT DISTINCT scheme, subject_id, setl_id FROM subject_row WHERE subject_type = 'ring'
        ), size AS (
          SELECT scheme, subject_id, count(*) AS settlements FROM ring GROUP BY scheme, subject_id
        ), person AS (
          SELECT subject_id AS psn_no, bool_or(violation) AS violation FROM named_subject
          WHERE subject_type = 'patient' GROUP BY subject_id
        ), met AS (
          SELECT g.scheme, g.subject_id, count(*) AS settlements, count(DISTINCT s.psn_no) AS members,
                 bool_or(n.violation) AS violation
          FROM ring g JOIN settlement s ON s.setl_id = g.setl_id JOIN person n ON n.psn_no = s.psn_no
          GROUP BY g.scheme, g.subject_id
        )
        SELECT m.scheme, m.subject_id, m.violation FROM met m
        JOIN size z ON z.scheme = m.scheme AND z.subject_id = m.subject_id
        WHERE m.members >= {RING_MEMBERS} AND m.settlements >= {RING_SHARE} * z.settlements""",
    # Everything planted once a scheme or lookalike, and once under no name for the whole.
    "planted": """
        WITH line AS (
          SELECT setl_id, feedetl_sn, bool_or(violation) AS violation FROM named_line GROUP BY setl_id, feedetl_sn
        ), settled AS (
          SELECT setl_id, bool_or(violation) AS violation FROM named_settlement GROUP BY setl_id
        ), person AS (
          SELECT '' AS scheme, subject_type, subject_id, violation FROM named_subject
          UNION ALL SELECT scheme, 'ring', subject_id, violation FROM named_ring
        ), who AS (
          SELECT scheme, subject_type, subject_id, bool_or(violation) AS violation FROM person
          GROUP BY scheme, subject_type, subject_id
        ), item AS (
          SELECT 'line' AS level, p.role, p.scheme, 'line' AS kind, p.setl_id || '/' || p.feedetl_sn AS id, s.entity,
                 p.amount, p.intensity, n.setl_id IS NOT NULL AS named, coalesce(n.violation, FALSE) AS violation
          FROM planted_line p JOIN planted_settlement s ON s.scheme = p.scheme AND s.setl_id = p.setl_id
          LEFT JOIN line n ON n.setl_id = p.setl_id AND n.feedetl_sn = p.feedetl_sn
          UNION ALL
          SELECT 'settlement', p.role, p.scheme, 'settlement', p.setl_id, p.entity, p.amount, p.intensity,
                 n.setl_id IS NOT NULL, coalesce(n.violation, FALSE)
          FROM planted_settlement p LEFT JOIN settled n ON n.setl_id = p.setl_id
          UNION ALL
          SELECT 'subject', p.role, p.scheme, p.subject_type, p.subject_id, p.subject_type || '/' || p.subject_id,
                 p.amount, NULL, n.subject_id IS NOT NULL, coalesce(n.violation, FALSE)
          FROM planted_subject p
          LEFT JOIN who n ON n.subject_type = p.subject_type AND n.subject_id = p.subject_id AND n.scheme IN ('', p.scheme)
          -- A lookalike who is responsible elsewhere is rightly named.
          WHERE p.role = 'responsible' OR NOT EXISTS (
            SELECT 1 FROM subject_role r WHERE r.subject_type = p.subject_type AND r.subject_id = p.subject_id
             AND r.role <> 'lookalike')
        )
        SELECT * FROM item
        UNION ALL
        SELECT level, role, '', kind, id, min(entity), max(amount), max(intensity), bool_or(named), bool_or(violation)
        FROM item GROUP BY level, role, kind, id""",
}  # fmt: skip
