"""What was found of every scheme, what every rule names, and the false alarms on lookalikes.

Recall: the planted responsible lines, settlements and subjects that a finding names.
Precision: of what the rules that look for a scheme name, how much is responsible, in whichever scheme;
lookalikes and everything ordinary count as false, who is only involved does not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from medaudit.engine.duckdb import quoted
from medaudit.synth.scoring import shares
from medaudit.synth.scoring.against import Against
from medaudit.synth.scoring.bootstrap import Share, share
from medaudit.synth.scoring.shares import Shares

if TYPE_CHECKING:
    import pandas as pd

# A rule looks for a scheme when it names the scheme's settlements so many times as often as ordinary ones,
# and at least this share as often as those of the scheme it names most. Chance hits are neither.
TIMES_ORDINARY = 5.0
SHARE_OF_BEST = 0.2

NONE = Share(0, 0)


@dataclass(frozen=True)
class Found:
    """What was found of one scheme, '' for all of them.

    recall, violation, precision: by level; violation is the recall of findings of that level alone.
    rules: those that look for the scheme. quarters: recall of its settlements from the weakest to the
    strongest quarter, bounds: the intensities between them. below, above: under the usual threshold (1),
    and at or over it. yuan: of its settlements, yuan_named: of those named.
    """

    name: str
    recall: Shares
    violation: Shares
    precision: Shares
    rules: tuple[str, ...]
    quarters: tuple[Share, ...]
    bounds: tuple[float, ...]
    below: Share
    above: Share
    yuan: float
    yuan_named: float

    @property
    def yuan_recall(self) -> float | None:
        return self.yuan_named / self.yuan if self.yuan else None


@dataclass(frozen=True)
class OfRule:
    """What one rule names: precision by level, recall of all planted settlements, and its settlements by role."""

    rule: str
    precision: Shares
    recall: Share
    settlements: Mapping[str, int]
    schemes: tuple[str, ...]


@dataclass(frozen=True)
class Alarms:
    """What findings (any, and those of level violation) name of a lookalike, '' for all of them.

    'ordinary': of all the settlements that belong to nothing planted. per_10_000: named settlements to
    10,000 settlements of the run.
    """

    name: str
    any: Shares
    violation: Shares
    per_10_000: tuple[float, float]


def by_scheme(both: Against) -> list[Found]:
    """One Found a scheme, '' (all) first, then by name."""
    both.engine.keep("looks", _looks(both))
    rules = both.frame("SELECT scheme, rule FROM looks ORDER BY scheme, rule")
    recall, violation = shares.recall(both), shares.recall(both, violation=True)
    precision = shares.precision_of_schemes(both)
    settled = both.frame(
        "SELECT scheme, entity, intensity, amount, named FROM planted "
        "WHERE level = 'settlement' AND role = 'responsible' ORDER BY scheme, entity, id"
    )
    made = []
    for name in sorted(recall):
        its = settled[settled["scheme"] == name]
        amount, intensity = its["amount"].to_numpy(), its["intensity"].to_numpy()
        bounds = np.quantile(intensity, [0.25, 0.5, 0.75]) if len(its) else np.array([])
        quarter = np.searchsorted(bounds, intensity)
        made.append(
            Found(
                name,
                recall[name],
                violation[name],
                precision.get(name, {}),
                tuple(rules.loc[rules["scheme"] == name, "rule"]),
                tuple(_of_some(its[quarter == number]) for number in range(4)),
                tuple(bounds.tolist()),
                _of_some(its[intensity < 1]),
                _of_some(its[intensity >= 1]),
                float(amount.sum()),
                float(amount[its["named"].to_numpy()].sum()),
            )
        )
    return made


def by_rule(both: Against) -> list[OfRule]:
    """One OfRule for every rule that ran, also where it found nothing."""
    precision = shares.precision_of_rules(both)
    counts = both.frame(
        "SELECT rule, role, count(*) AS n FROM named_settlement GROUP BY rule, role ORDER BY rule, role"
    )
    looks = both.frame("SELECT scheme, rule FROM looks ORDER BY scheme, rule")
    planted = both.count("SELECT count(*) FROM settlement_role WHERE role = 'responsible'")
    made = []
    for rule in sorted(
        entry["rule"] for entry in both.told["detectors"] if entry["state"] == "ran"
    ):
        its = counts[counts["rule"] == rule]
        settlements = dict(zip(its["role"], its["n"].astype(int).tolist(), strict=True))
        right = settlements.get("responsible", 0)
        recall = share([1, 0], [0, 1], [right, planted - right])
        schemes = tuple(looks.loc[looks["rule"] == rule, "scheme"])
        made.append(OfRule(rule, precision.get(rule, {}), recall, settlements, schemes))
    return made


def false_alarms(both: Against) -> list[Alarms]:
    """One Alarms a lookalike, '' (all of them) first and 'ordinary' last."""
    total = both.count("SELECT count(*) FROM subjects WHERE subject_type = 'settlement'")
    any_, violation = (
        shares.recall(both, violation=certain, role="lookalike") for certain in (False, True)
    )
    ordinary = total - both.count(
        "SELECT count(*) FROM settlement_role r JOIN subjects s "
        "ON s.subject_type = 'settlement' AND s.subject_id = r.setl_id"
    )
    for of, condition in ((any_, "TRUE"), (violation, "violation")):
        named = both.count(
            f"SELECT count(DISTINCT setl_id) FROM named_settlement WHERE role = 'ordinary' AND {condition}"
        )
        of["ordinary"] = {"settlement": share([1, 0], [0, 1], [named, ordinary - named])}
    made = []
    for name in sorted(any_, key=lambda one: (one == "ordinary", one)):
        named, certain = (of[name].get("settlement", NONE).good for of in (any_, violation))
        per = (10_000 * named / max(total, 1), 10_000 * certain / max(total, 1))
        made.append(Alarms(name, any_[name], violation[name], per))
    return made


def _of_some(rows: pd.DataFrame) -> Share:
    """Recall of some settlements, resampled by entity."""
    if rows.empty:
        return NONE
    of = rows.groupby("entity")["named"].agg(["sum", "count"])
    alike = of.groupby(["sum", "count"]).size().reset_index(name="entities")
    return share(alike["sum"], alike["count"] - alike["sum"], alike["entities"])


def _looks(both: Against) -> str:
    """A statement for table `looks` (scheme, rule): which rules look for which scheme."""
    made = []
    for rule, its in both.frame(_RATES).groupby("rule"):
        usual = its.loc[its["scheme"] == "", "rate"].sum()
        of_schemes = its[its["scheme"] != ""]
        enough = max(TIMES_ORDINARY * usual, SHARE_OF_BEST * of_schemes["rate"].max())
        made += [
            (scheme, rule) for scheme in of_schemes.loc[of_schemes["rate"] >= enough, "scheme"]
        ]
    rows = ", ".join(f"({quoted(scheme)}, {quoted(rule)})" for scheme, rule in made)
    return f"SELECT * FROM (VALUES {rows}) t(scheme, rule)" if rows else _NO_LOOKS


# How often a rule names the settlements of each scheme, and ordinary ones (scheme ''); subjects where it
# names no settlement at all.
_RATES = """
WITH size AS (
  SELECT 'settlement' AS level, scheme, count(*) AS things FROM planted_settlement
  WHERE role = 'responsible' GROUP BY scheme
  UNION ALL
  SELECT 'subject', scheme, count(*) FROM planted_subject
  WHERE role = 'responsible' AND subject_type <> 'ring' GROUP BY scheme
  UNION ALL
  SELECT CASE WHEN s.subject_type = 'settlement' THEN 'settlement' ELSE 'subject' END, '', count(*)
  FROM subjects s
  LEFT JOIN subject_role r ON r.subject_type = s.subject_type AND r.subject_id = s.subject_id
  WHERE r.role IS NULL GROUP BY 1
), hit AS (
  SELECT 'settlement' AS level, n.rule, coalesce(p.scheme, '') AS scheme FROM named_settlement n
  LEFT JOIN planted_settlement p ON p.setl_id = n.setl_id AND p.role = 'responsible'
  WHERE n.role IN ('responsible', 'ordinary')
  UNION ALL
  SELECT 'subject', n.rule, coalesce(p.scheme, '') FROM named_subject n
  LEFT JOIN planted_subject p ON p.subject_type = n.subject_type AND p.subject_id = n.subject_id
   AND p.role = 'responsible'
  WHERE n.role IN ('responsible', 'ordinary') AND n.rule NOT IN (SELECT rule FROM named_settlement)
), counted AS (
  SELECT level, rule, scheme, count(*) AS named FROM hit GROUP BY level, rule, scheme
)
SELECT c.rule, c.scheme, c.named / CAST(z.things AS DOUBLE) AS rate
FROM counted c JOIN size z ON z.level = c.level AND z.scheme = c.scheme
ORDER BY c.rule, c.scheme
"""
_NO_LOOKS = "SELECT CAST(NULL AS VARCHAR) AS scheme, CAST(NULL AS VARCHAR) AS rule WHERE FALSE"
