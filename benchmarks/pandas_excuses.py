"""What excuses a hit, with pandas: transfers, newborns and births."""

from __future__ import annotations

import pandas as pd

MATERNITY = ["51", "52", "53"]


def excuses(
    visits: pd.DataFrame, stays: pd.DataFrame, diagnoses: pd.DataFrame
) -> tuple[set[str], set[str], set[str]]:
    """The settlements of transfers, of newborns and of births; one settlement speaks for its whole stay."""
    main = diagnoses[diagnoses["main"]]
    age = (visits["begndate"] - visits["born"]).dt.days
    births = {
        *visits["setl_id"][visits["med_type"].str[:2].isin(MATERNITY)],
        *main["setl_id"][main["code"].str.match("O|Z34|Z35")],
    }
    newborns = {
        *visits["setl_id"][age.between(0, 28)],
        *main["setl_id"][main["code"].str.startswith("P")],
        *diagnoses["setl_id"][diagnoses["code"].str.startswith("Z38")],
    }
    moved = visits["dscg_way"].isin(["2", "3"]) | (visits["adm_way"] == "3")
    order = stays.sort_values(["admitted", "stay_id"])
    before = order.groupby("person_id")[["discharged", "dscg_way"]].shift()
    gap = (order["admitted"] - before["discharged"]).dt.days
    arrived = order["setl_id"][before["dscg_way"].isin(["2", "3"]) & gap.between(-1, 1)]
    transfers = {*visits["setl_id"][moved & visits["stay_id"].notna()], *arrived}
    return tuple(_whole_stays(visits, one) for one in (transfers, newborns, births))


def _whole_stays(visits: pd.DataFrame, settlements: set[str]) -> set[str]:
    marked = visits["stay_id"][visits["setl_id"].isin(settlements)].dropna()
    return settlements | set(visits["setl_id"][visits["stay_id"].isin(marked)])
