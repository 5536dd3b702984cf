"""What was planted, as the rows of truth.csv."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.answer import COLUMNS
from medaudit.synth.money import line_share
from medaudit.synth.numbering import Numbered
from medaudit.synth.town import Town


def truth(town: Town, numbered: Numbered) -> pd.DataFrame:
    """Rows of truth.csv (COLUMNS; amount in yuan of fund money, intensity as told), in a fixed order.

    A bill told by its lines has their money at risk, any other all its fund money, or the part told.
    """
    if not town.told:
        return pd.DataFrame(columns=list(COLUMNS))
    told = pd.concat(town.told, ignore_index=True)
    bills, world = town.bills, town.world
    share = pd.Series(line_share(bills, town.lines), index=town.lines.index)
    of_line = (told["line"] >= 0).to_numpy()
    risk = np.zeros(len(told))
    risk[of_line] = (
        share.reindex(told["line"][of_line]).fillna(0).to_numpy() * told["part"][of_line].to_numpy()
    )
    by_lines = told.assign(risk=risk)[of_line].groupby(["scheme", "bill"])["risk"].sum()
    whole = (bills["fund"] + bills["account"]).reindex(told["bill"]).to_numpy() * told[
        "part"
    ].to_numpy()
    keys = pd.MultiIndex.from_frame(told[["scheme", "bill"]])
    summed = by_lines.reindex(keys).to_numpy()
    risk = np.where(of_line, risk, np.where(np.isnan(summed), whole, summed))
    bill = told["bill"].to_numpy()
    place = bills["place"].reindex(bill).to_numpy()
    doctor = bills["doctor"].reindex(bill).to_numpy()
    kind = told["subject_type"].to_numpy()
    settlement = numbered.setl_id.reindex(bill).to_numpy()
    shop = world.places["fixmedins_type"].to_numpy()[place] == "2"
    ring = (
        told["ring"].fillna(-1).astype(int) if "ring" in told else pd.Series(-1, index=told.index)
    )
    subject = np.select(
        [kind == "institution", kind == "doctor", kind == "patient", kind == "ring"],
        [
            world.places["fixmedins_code"].to_numpy()[place],
            world.doctors["dr_codg"].to_numpy()[np.maximum(doctor, 0)],
            town.people["psn_no"].to_numpy()[bills["person"].reindex(bill).to_numpy()],
            "R" + str(town.number + 1) + "-" + ring.astype(str).to_numpy(dtype=object),
        ],
        settlement,
    )
    rows = pd.DataFrame(
        {
            "scheme": told["scheme"], "role": told["role"],
            "subject_type": np.where((kind == "institution") & shop, "pharmacy", np.where(kind == "line", "settlement", kind)),
            "subject_id": subject, "setl_id": settlement,
            "feedetl_sn": numbered.feedetl_sn.reindex(told["line"]).fillna("").to_numpy(),
            "amount": np.round(risk / 100, 2), "intensity": told["intensity"].astype(float).round(2),
        }
    )  # fmt: skip
    rows = rows[~((kind == "doctor") & (doctor < 0))]
    return rows.sort_values(
        ["scheme", "setl_id", "feedetl_sn", "subject_type", "subject_id"],
        kind="stable",
        ignore_index=True,
    )
