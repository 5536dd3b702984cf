"""Shares of named things, counted in SQL and given intervals: recall, precision, false alarms."""

from __future__ import annotations

from medaudit.synth.scoring.against import Against
from medaudit.synth.scoring.bootstrap import Share, share

LEVELS = ("line", "settlement", "subject")

Shares = dict[str, Share]  # by level

# Entities with equally many good and bad are alike; how many there are of each.
_ALIKE = """
WITH of_entity AS ({rows})
SELECT name, level, good, bad, count(*) AS entities FROM (
  SELECT name, level, entity, sum(CASE WHEN good THEN 1 ELSE 0 END) AS good,
         sum(CASE WHEN good THEN 0 ELSE 1 END) AS bad
  FROM of_entity GROUP BY name, level, entity
) one GROUP BY name, level, good, bad ORDER BY name, level, good, bad
"""

_RECALL = "SELECT scheme AS name, level, entity, {how} AS good FROM planted WHERE role = '{role}'"
_BY_KIND = (
    "SELECT kind AS name, level, entity, named AS good FROM planted "
    "WHERE role = 'responsible' AND scheme = '' AND level = 'subject'"
)

# What rules name, judged; lines of one settlement stand or fall together.
_JUDGED = """
SELECT {name} AS name, 'line' AS level, n.setl_id AS entity, n.setl_id || '/' || n.feedetl_sn AS id, n.role
FROM named_line n {join} WHERE n.role <> 'involved'
UNION ALL
SELECT {name}, 'settlement', n.setl_id, n.setl_id, n.role FROM named_settlement n {join} WHERE n.role <> 'involved'
UNION ALL
SELECT {name}, 'subject', n.subject_type || '/' || n.subject_id, n.subject_type || '/' || n.subject_id, n.role
FROM named_subject n {join} WHERE n.role <> 'involved'
"""
_PRECISION = (
    "SELECT name, level, entity, id, role = 'responsible' AS good FROM ({judged}) j GROUP BY ALL"
)


def recall(
    both: Against, *, violation: bool = False, role: str = "responsible"
) -> dict[str, Shares]:
    """Scheme ('' for all) → share of its planted things that a finding (of level violation) names.

    With role `lookalike`: the false alarms on each lookalike.
    """
    return _shares(both, _RECALL.format(how="violation" if violation else "named", role=role))


def recall_by_kind(both: Against) -> dict[str, Share]:
    """Subject type → share of the responsible subjects that findings count against."""
    return {kind: shares["subject"] for kind, shares in _shares(both, _BY_KIND).items()}


def precision_of_rules(both: Against) -> dict[str, Shares]:
    """Rule → share of what it names that is responsible in any scheme."""
    return _shares(both, _PRECISION.format(judged=_JUDGED.format(name="n.rule", join="")))


def precision_of_schemes(both: Against) -> dict[str, Shares]:
    """Scheme → share of what the rules looking for it (table `looks`) name that is responsible; '' for all rules."""
    join = "JOIN looks k ON k.rule = n.rule"
    of_schemes = _JUDGED.format(name="k.scheme", join=join)
    of_all = _JUDGED.format(name="''", join="")
    return _shares(both, _PRECISION.format(judged=f"{of_schemes} UNION ALL {of_all}"))


def _shares(both: Against, rows: str) -> dict[str, Shares]:
    made: dict[str, Shares] = {}
    for (name, level), its in both.frame(_ALIKE.format(rows=rows)).groupby(["name", "level"]):
        made.setdefault(str(name), {})[str(level)] = share(its["good"], its["bad"], its["entities"])
    return made
