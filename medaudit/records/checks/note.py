"""What a check has to say: counts and columns, never anybody's data."""

from __future__ import annotations

from dataclasses import dataclass

from medaudit.language import say

# From the gravest: no audit; rules that cannot run or see less than they should; good to know.
WEIGHTS = ("stops", "costs", "know")


@dataclass(frozen=True)
class Note:
    """One thing noticed, in the run's language. `check` and `weight` are the same in every language.

    count of `of` rows (or whatever `what` counts) are concerned, `yuan` is the money that goes with them.
    """

    check: str
    weight: str
    what: str
    where: str = ""
    do: str = ""
    count: int | None = None
    of: int | None = None
    yuan: float | None = None


def share(part: int, whole: int) -> str:
    """`part` of `whole` in percent, never rounded to nothing or to everything."""
    if not whole or not part:
        return "0%"
    percent = 100 * part / whole
    if percent < 0.1:
        return "<0.1%"
    if 99.9 < percent < 100:
        return ">99.9%"
    return f"{percent:.1f}".removesuffix(".0") + "%"


def money(yuan: float) -> str:
    """An amount as people write it."""
    return f"{yuan:,.2f} " + say("元", "yuan")
