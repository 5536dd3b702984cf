"""Over a holiday the patients go home, and their beds go on being charged until they are back."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.care import HOUSE
from medaudit.synth.chance import Numbers
from medaudit.synth.picking import bills_of
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.schemes.kept_bed import lengthen
from medaudit.synth.town import INVOLVED, LOOKALIKE, RESPONSIBLE, Town
from medaudit.synth.when import HOLIDAYS

UNIT = Unit(
    name="holiday_bed",
    zh="节假日挂床：放假患者回家，不办出院，照收床位、护理、诊察费，节后接着治疗",
    en="Bed kept over the holiday: patients go home without being discharged, bed, nursing and rounds are charged, treatment goes on afterwards",
    stage=LINES,
    threshold_zh="节假日连续 3 天没有诊疗",
    threshold_en="3 days of a holiday in a row without treatment",
    kinds=("private", "township", "tcm", "county"),
    rate=(0.3, 0.8),
    strength=(0.1, 0.6),
)
IDLE = 3.0  # days
BEFORE = 4  # days before a holiday from which a discharge is put off


def plant(town: Town, plan: Plan) -> None:
    rng, bills = plan.rng, town.bills
    wards = (town.world.diseases["ward"] == "ward").to_numpy()[bills["disease"].to_numpy()]
    long = town.is_stay() & (town.nights() >= 3) & (bills["dscg_way"] == 1) & wards
    stays = pd.DataFrame({name: bills[name] for name in ("begin", "end", "person")}).assign(
        first=-1, days=0
    )
    for first, days in HOLIDAYS:
        # They had been treated for some days, and would have left shortly before it or during it, or after it.
        there = long & (bills["begin"] <= first - 2) & (bills["end"] >= first - BEFORE) & (days > 1)
        stays.loc[there, ["first", "days"]] = first, days
    able = bills_of(town, plan, stays["first"] >= 0)
    frame = stays.loc[able]
    last = frame["first"] + frame["days"]
    frame["new"] = np.maximum(frame["end"], last + rng.integers(1, 4, len(frame)))
    person, end, new = (frame[name].to_numpy() for name in ("person", "end", "new"))
    room = (new < 363) & town.quiet_days(person, end + 1, np.maximum(new, end + 1))
    chosen = plan.choose(able[room])
    rest = np.setdiff1d(able[room & (end > last.to_numpy())], chosen)[: len(chosen)]
    frame = frame.loc[chosen]
    lengthen(town, chosen, frame["new"].to_numpy(), treated=True)
    run = np.round(IDLE * plan.intensity(len(chosen), low=0.34)).astype(np.int64)
    frame = frame.assign(run=np.clip(run, 1, frame["days"].to_numpy()))
    # Some are called back earlier, some leave a day before.
    late = (frame["run"] < frame["days"]).to_numpy() & (rng.random(len(frame)) < 0.5)
    lines = _between(town, chosen, frame["first"].to_numpy() + late, frame["run"].to_numpy())
    house = lines["chrgitm"].isin(HOUSE)
    town.drop_lines(lines.index[~house].to_numpy())
    told = lines[house]
    run = frame["run"].loc[told["bill"]].to_numpy()
    town.tell(
        UNIT.name, chosen, np.round(run / IDLE, 2), lines=told.index.to_numpy(), doctor=RESPONSIBLE,
        patient=INVOLVED,
    )  # fmt: skip
    # Leave that was written down: the bed is not charged either.
    frame = stays.loc[rest]
    days = np.minimum(frame["days"].to_numpy(), rng.integers(1, 4, len(rest)))
    town.drop_lines(_between(town, rest, frame["first"].to_numpy(), days).index.to_numpy())
    town.tell(
        UNIT.name + "_at_limit", rest, np.round(days / IDLE, 2), role=LOOKALIKE, patient=LOOKALIKE
    )


def _between(town: Town, stays: Numbers, first: Numbers, days: Numbers) -> pd.DataFrame:
    """The lines of stays on `days` days from `first` on."""
    lines = town.lines_of(stays)
    since = pd.Series(first, index=stays).reindex(lines["bill"]).to_numpy()
    until = pd.Series(first + days, index=stays).reindex(lines["bill"]).to_numpy()
    return lines[(lines["day"].to_numpy() >= since) & (lines["day"].to_numpy() < until)]
