"""Everybody who could be a suspect: those of fact `subject`, and the rings."""

from __future__ import annotations

from medaudit.engine import Engine


def show_everybody(engine: Engine, rings: bool) -> None:
    """Show view `everybody` with the columns of fact `subject`. rings: whether rings were looked for."""
    engine.view("everybody", _EVERYBODY + (_RINGS if rings else ""))


_EVERYBODY = """
SELECT subject_type, subject_id, subject_name, peer, settlements, people, charge, fund_money, first_day, last_day FROM subject
"""
_RINGS = """UNION ALL
SELECT 'ring', r.ring_id, max(CASE WHEN u.fixmedins_code = r.fixmedins_code THEN u.fixmedins_name END), '-', count(*), max(r.members),
       CAST(sum(u.charge) AS DECIMAL(18,2)), CAST(sum(u.fund_money) AS DECIMAL(18,2)), max(r.first_day), max(r.last_day)
FROM ring r
JOIN ring_use u ON u.ring_id = r.ring_id
GROUP BY r.ring_id
"""
