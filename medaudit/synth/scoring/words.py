"""What schemes, lookalikes and rules are called, and numbers as a page shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from medaudit.check.page import Grid
from medaudit.language import say
from medaudit.synth.scoring.bootstrap import Interval, Share


def title(name: str) -> str:
    """The short name of a scheme or lookalike in the run's language; one not known here keeps its own."""
    if name in ("", "ordinary"):
        return say("合计", "all") if not name else say("其余寻常结算", "all else, ordinary")
    from medaudit.synth import units

    # What a scheme leaves just within the limit is innocent and goes by its name.
    scheme = name.removesuffix("_at_limit")
    known = units.known().get(scheme)
    if known is None:
        return name
    within = say("（未过界限）", " (within the limit)") if scheme != name else ""
    return say(known[0].zh.partition("：")[0], known[0].en.partition(": ")[0]) + within


def rule_title(told: Mapping[str, Any], rule: str) -> str:
    """A rule's code and name as the run has it."""
    names = {entry["rule"]: entry["title"] for entry in told["detectors"]}
    return f"{rule} {names.get(rule, '')}".strip()


def number(value: float | None, decimals: int = 0) -> Decimal | None:
    """A number with so many decimals, aligned in a table."""
    if value is None or value != value:
        return None
    return Decimal(f"{value:.{decimals}f}")


def percent(value: float | None) -> Decimal | None:
    """A share as a percentage, whole but where that would hide what it is."""
    return None if value is None else number(100 * value, _decimals(value))


def _decimals(share: float) -> int:
    away = min(share, 1 - share)  # from nought or from all
    return 0 if away >= 0.01 or not away else 1 if away >= 0.001 else 2


def between(interval: Interval | None, decimals: int = 0, times: float = 100) -> str:
    """An interval as `88–95`."""
    if interval is None:
        return ""
    low, high = (f"{times * end:,.{decimals}f}" for end in interval)
    return f"{low}–{high}"


def range_of(share: Share | None) -> str:
    """The interval of a share, in percent."""
    if share is None or share.value is None:
        return ""
    return between(share.interval, min(_decimals(share.value), 1))


def grid(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> Grid:
    """Rows as a table with these columns and headings."""
    import pandas as pd

    return Grid(pd.DataFrame(list(rows), columns=list(columns), dtype=object), columns)
