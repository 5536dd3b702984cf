"""A score as one JSON document with everything, and as a list with one row a scheme."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from medaudit import __version__
from medaudit.synth.scoring import Score
from medaudit.synth.scoring.bootstrap import Interval, Share
from medaudit.synth.scoring.lists import Listed
from medaudit.synth.scoring.schemes import NONE, Found
from medaudit.synth.scoring.shares import LEVELS, Shares
from medaudit.synth.scoring.words import title

if TYPE_CHECKING:
    import pandas as pd


def as_json(score: Score) -> str:
    """Everything, under names that no language changes. Shares are from 0 to 1, yuan have two decimals."""
    told = {
        "medaudit": __version__,
        "run": {
            "finished": score.told["finished"],
            "select": score.told["settings"].get("select", []),
            "ignore": score.told["settings"].get("ignore", []),
            "rules": {
                state: [e["rule"] for e in score.told["detectors"] if e["state"] == state]
                for state in ("ran", "skipped", "failed")
            },
        },
        "notes": score.notes,
        "settlements": score.settlements,
        "overall": _found(score.found[0])
        | {"subjects": {k: _share(s) for k, s in score.kinds.items()}},
        "schemes": {found.name: _found(found) for found in score.found[1:]},
        "rules": {
            rule.rule: {
                "precision": _shares(rule.precision),
                "recall": _share(rule.recall),
                "settlements": dict(rule.settlements),
                "schemes": rule.schemes,
            }
            for rule in score.rules
        },
        "lookalikes": {
            alarm.name or "all": {
                "named": _shares(alarm.any),
                "named_as_violation": _shares(alarm.violation),
                "per_10000_settlements": _rounded(alarm.per_10_000[0]),
                "violations_per_10000_settlements": _rounded(alarm.per_10_000[1]),
            }
            for alarm in score.alarms
        },
        "lists": {one.kind: _list(one) for one in score.lists},
    }
    return json.dumps(told, ensure_ascii=False, indent=1, allow_nan=False)


def by_scheme(score: Score) -> pd.DataFrame:
    """One row a scheme, all of them first: what was planted, recall and precision with intervals, by intensity."""
    import pandas as pd

    return pd.DataFrame([_row(found) for found in score.found], dtype=object)


def _row(found: Found) -> dict[str, Any]:
    row: dict[str, Any] = {
        "scheme": found.name or "all",
        "title": title(found.name),
        "rules": " ".join(found.rules),
        "planted_amount": round(found.yuan, 2),
        "named_amount": round(found.yuan_named, 2),
        "amount_recall": _rounded(found.yuan_recall),
    }
    for level in LEVELS:
        recall, precision = found.recall.get(level, NONE), found.precision.get(level, NONE)
        certain = found.violation.get(level, NONE)
        row |= {f"{level}s_planted": recall.of, f"{level}s_named": recall.good}
        row |= _columns(f"{level}_recall", recall) | _columns(f"{level}_precision", precision)
        row[f"{level}_recall_by_violations"] = _rounded(certain.value)
    for place, quarter in enumerate(found.quarters, start=1):
        row[f"recall_quarter_{place}"] = _rounded(quarter.value)
    row["recall_below_threshold"] = _rounded(found.below.value)
    row["recall_from_threshold"] = _rounded(found.above.value)
    return row


def _columns(name: str, share: Share) -> dict[str, Any]:
    low, high = share.interval or (None, None)
    return {
        name: _rounded(share.value),
        f"{name}_low": _rounded(low),
        f"{name}_high": _rounded(high),
    }


def _found(found: Found) -> dict[str, Any]:
    return {
        "title": title(found.name),
        "rules": found.rules,
        "recall": _shares(found.recall),
        "recall_by_violations": _shares(found.violation),
        "precision": _shares(found.precision),
        "intensity": {
            "bounds": [_rounded(bound) for bound in found.bounds],
            "recall_by_quarter": [_share(quarter) for quarter in found.quarters],
            "recall_below_threshold": _share(found.below),
            "recall_from_threshold": _share(found.above),
        },
        "amount": round(found.yuan, 2),
        "amount_named": round(found.yuan_named, 2),
        "amount_recall": _rounded(found.yuan_recall),
    }


def _list(one: Listed) -> dict[str, Any]:
    return {
        "cases": one.cases,
        "responsible": one.responsible,
        "amount": round(one.yuan, 2),
        "named": one.named,
        "base_rate": _rounded(one.responsible / one.cases),
        "calibration": {
            "brier": _rounded(one.brier),
            "brier_of_base_rate": _rounded(one.brier_base),
            "expected_responsible": _rounded(one.expected),
            "bands": [
                {
                    "above": band.low,
                    "to": band.high,
                    "cases": band.cases,
                    "mean_probability": _rounded(band.said),
                    "responsible": _share(band.so),
                }
                for band in one.bands
            ],
        },
        "correlation_with_size": _rounded(one.size),
        "correlation_with_size_of_named": _rounded(one.size_named),
        "orders": {
            order.name: {
                name: {"value": _rounded(value), "interval": _ends(order.intervals[name])}
                for name, value in order.values.items()
            }
            | {"curve": order.curve}
            for order in one.orders
        },
    }


def _shares(shares: Shares) -> dict[str, Any]:
    return {level: _share(shares[level]) for level in LEVELS if level in shares}


def _share(share: Share) -> dict[str, Any]:
    return {
        "good": share.good,
        "of": share.of,
        "value": _rounded(share.value),
        "interval": _ends(share.interval),
    }


def _ends(interval: Interval | None) -> list[float | None] | None:
    return [_rounded(end) for end in interval] if interval else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 6)
