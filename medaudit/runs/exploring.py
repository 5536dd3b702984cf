"""A few suspects drawn at random from below the list: what reviews say of them is an unbiased measure of its lower part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medaudit.language import say

if TYPE_CHECKING:
    import pandas as pd


def explored(suspects: pd.DataFrame, top: int, explore: int) -> pd.DataFrame:
    """The first of each kind and some drawn from the rest, the same for the same list."""
    first = suspects.groupby("subject_type", sort=False).head(top)
    rest = suspects.drop(first.index)
    if not explore or rest.empty:
        return first
    import pandas as pd

    mixed = rest.sample(frac=1, random_state=len(suspects))
    drawn = mixed.groupby("subject_type", sort=False).head(explore)
    return pd.concat([first, drawn.assign(drawn=True)]).sort_index(kind="stable")


def marked(suspects: pd.DataFrame) -> pd.DataFrame:
    """Say of those drawn, in their reasons, that they were."""
    if "drawn" not in suspects:
        return suspects
    told = say("［随机抽取］", "[drawn at random] ")
    marks = suspects["drawn"].eq(True).map({True: told, False: ""})
    return suspects.drop(columns="drawn").assign(reasons=marks + suspects["reasons"])
