"""Days charged before the admission or after the discharge."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.chance import repeated
from medaudit.synth.picking import SERVICES, bills_of, copied, some_of_each
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import Town

UNIT = Unit(
    name="outside_stay",
    zh="住院外计费：入院前或出院后的日期仍有床位、护理、治疗、用药（不是术前检查，也不是出院带药）",
    en="Charges outside the stay: bed, nursing, treatment or drugs dated before admission or after discharge",
    stage=LINES,
    threshold_zh="入院、出院当日（每早或晚一天加 1）",
    threshold_en="the day of admission or discharge (one more a day further off)",
    kinds=SERVICES,
    rate=(0.03, 0.1),
)
CLASSES = ("01", "05", "07", "08", "09", "11")
LAST = 362


def plant(town: Town, plan: Plan) -> None:
    bills, items, rng = town.bills, town.world.items, plan.rng
    able = bills_of(town, plan, town.is_stay() & (bills["dscg_way"] == 1) & (town.nights() >= 2))
    days = np.clip(np.round(plan.intensity(len(able))), 1, 7).astype(np.int64)
    # What an emergency room did before it admitted somebody belongs to the stay.
    urgent = bills["adm_way"].to_numpy()[able] == 1
    after = (rng.random(len(able)) < 0.65) | urgent
    begin, end = bills["begin"].to_numpy()[able], bills["end"].to_numpy()[able]
    first = np.where(after, end + 1, begin - days)
    last = np.where(after, end + days, begin - 1)
    room = (
        (first >= 0)
        & (last < LAST)
        & town.quiet_days(bills["person"].to_numpy()[able], first, last)
    )
    frame = pd.DataFrame({"days": days, "after": after}, index=able)[room]
    chosen = plan.choose(frame.index.to_numpy())
    frame = frame.loc[chosen]
    # What was done on the second day is charged once more for each of the days outside.
    lines = town.lines_of(chosen)
    lines = lines[lines["day"].to_numpy() == bills["begin"].to_numpy()[lines["bill"]] + 1]
    lines = lines[
        lines["chrgitm"].isin(CLASSES) & items["pack_days"].isna().to_numpy()[lines["item"]]
    ]
    lines = some_of_each(rng, lines, 0.15, 0.8)
    number = frame["days"].loc[lines["bill"]].to_numpy()
    at, turn = repeated(number)
    step, lines = 1 + turn, lines.iloc[at]
    bill = lines["bill"].to_numpy()
    day = np.where(
        frame["after"].loc[bill],
        bills["end"].to_numpy()[bill] + step,
        bills["begin"].to_numpy()[bill] - step,
    )
    added = town.add_lines(**copied(lines, day=day))
    later = np.unique(bill)
    later = later[frame["after"].loc[later].to_numpy()]
    town.change(
        later, settled=bills["end"].to_numpy()[later] + frame["days"].loc[later].to_numpy() + 1
    )
    town.tell(UNIT.name, chosen, 1.0 + step, lines=added)
