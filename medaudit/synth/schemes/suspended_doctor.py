"""Bills of a doctor after the day he was suspended."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.chance import some
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import INVOLVED, LOOKALIKE, RESPONSIBLE, Town

UNIT = Unit(
    name="suspended_doctor",
    zh="停资格医生开单：医保支付资格被暂停后仍以其名义开单收费",
    en="Suspended doctor: bills and charges in a doctor's name after his suspension",
    stage=BILLS,
    threshold_zh="暂停当日（每过 30 天加 1）",
    threshold_en="the day of the suspension (one more every 30 days)",
    kinds=(
        "tertiary",
        "county",
        "tcm",
        "private",
        "psychiatric",
        "maternity",
        "township",
        "clinic",
    ),
    share=(1.0, 1.0),
    rate=(0.015, 0.06),
    least=4,
)


def plant(town: Town, plan: Plan) -> None:
    rng, bills, doctors = plan.rng, town.bills, town.world.doctors
    stopped = doctors[(doctors["dr_status"] == "0") & doctors["place"].isin(plan.culprits)]
    # Of those who were stopped some did stop.
    goes_on = (rng.random(len(stopped)) < 0.7) | (np.arange(len(stopped)) < plan.least)
    others = doctors["dept"].to_numpy()
    them = (
        bills.loc[
            town.free((bills["doctor"] >= 0) & (bills["med_type"] != 13) & (bills["adm_way"] != 1)),
            ["place", "doctor", "begin", "end"],
        ]
        .rename_axis("bill")
        .reset_index()
    )
    stopped = stopped.rename_axis("stopped").reset_index()[
        ["stopped", "place", "dept", "status_day"]
    ]
    rows = them.merge(stopped.assign(goes_on=goes_on), on="place")
    # Patients of his department, or of any where they are few.
    same = others[rows["doctor"]] == rows["dept"].to_numpy()
    enough = pd.Series(same).groupby(rows["stopped"]).transform("sum").to_numpy() >= 20
    rows = rows[same | ~enough]
    rows = rows.iloc[rng.permutation(len(rows))].drop_duplicates("bill").sort_values("bill")
    before = rows["end"].to_numpy() < rows["status_day"].to_numpy()
    # Until that day he works like his colleagues.
    colleagues = rows.groupby("stopped")["doctor"].transform("nunique").to_numpy()
    ordinary = rows[before & (rng.random(len(rows)) < 1 / (1 + colleagues))]
    town.bills.loc[ordinary["bill"], "doctor"] = ordinary["stopped"].to_numpy()
    late = rows[(rows["begin"] > rows["status_day"]) & rows["goes_on"]].set_index("bill")
    chosen = late.loc[plan.choose(late.index.to_numpy())] if len(late) else late
    town.change(chosen.index.to_numpy(), doctor=chosen["stopped"].to_numpy())
    days = (chosen["begin"] - chosen["status_day"]).to_numpy()
    town.tell(
        UNIT.name,
        chosen.index.to_numpy(),
        np.round(1 + days / 30, 2),
        doctor=RESPONSIBLE,
        patient=INVOLVED,
    )
    # His last week is as good as the weeks before.
    last = rows[before & (rows["status_day"] - rows["end"] <= 14)].set_index("bill")
    last = last.loc[some(rng, last.index.to_numpy(), len(chosen) // 3)]
    town.change(last.index.to_numpy(), doctor=last["stopped"].to_numpy())
    days = (last["status_day"] - last["end"]).to_numpy()
    town.tell(
        UNIT.name + "_at_limit", last.index.to_numpy(), np.round(np.maximum(1 - days / 30, 0), 2),
        role=LOOKALIKE, doctor=LOOKALIKE,
    )  # fmt: skip
