"""What a stay needs is billed at the outpatient desk of the same hospital, beside the price of the stay."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.chance import Numbers, repeated, some
from medaudit.synth.extras import fees
from medaudit.synth.lookalikes._ways import columns_of
from medaudit.synth.picking import SERVICES, bills_of, copied
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import INVOLVED, LOOKALIKE, RESPONSIBLE, Town
from medaudit.synth.when import clocks

UNIT = Unit(
    name="outpatient_during_stay",
    zh="住院费用转门诊：住院期间让患者到本院门诊缴费，把检查、化验、药品另开一笔",
    en="Costs moved to the outpatient desk: during a stay tests and drugs are billed to the patient as an outpatient of the same hospital",
    stage=LINES,
    threshold_zh="住院期间没有门诊结算（每多一笔加 1）",
    threshold_en="no outpatient bill during the stay (one more each)",
    kinds=SERVICES,
    rate=(0.04, 0.12),
)
CLASSES = ("03", "04", "09", "11")


def plant(town: Town, plan: Plan) -> None:
    rng, bills, places = plan.rng, town.bills, town.world.places
    able = bills_of(town, plan, town.is_stay() & (town.nights() >= 4) & (bills["med_type"] == 21))
    # It pays most where a stay has one price, and happens elsewhere to keep the cost of a stay down.
    fixed = (places["payment_way"] == "case").to_numpy()[bills["place"].to_numpy()[able]]
    able = able[fixed | (rng.random(len(able)) < 0.3)]
    chosen = plan.choose(able)
    nights = town.nights().to_numpy()[chosen]
    number = np.minimum(np.ceil(0.8 * plan.intensity(len(chosen), high=5.0)), nights - 2)
    at, turn = repeated(np.maximum(number, 1).astype(np.int64))
    stay, begin = chosen[at], bills["begin"].to_numpy()[chosen[at]]
    # The days it happens on lie apart; some are those of admission or discharge.
    step = (nights[at] + 1) / np.maximum(number[at], 1)
    day = begin + np.floor((turn + rng.random(len(at))) * step).astype(np.int64)
    wanted = pd.DataFrame({"bill": stay, "day": day}).drop_duplicates()
    lines = _lines(town, chosen).reset_index(names="line").merge(wanted, on=["bill", "day"])
    lines = lines[rng.random(len(lines)) < rng.uniform(0.3, 0.8)]
    visits = _moved(town, plan, lines)
    of = lines[["bill", "day"]].drop_duplicates().sort_values(["bill", "day"])["bill"].to_numpy()
    times = pd.Series(of).groupby(of).transform("size").to_numpy()
    town.tell(UNIT.name, visits, 1.0 + times, doctor=RESPONSIBLE, patient=INVOLVED)
    stays, first = np.unique(of, return_index=True)
    town.tell(UNIT.name, stays, 1.0 + times[first], role=INVOLVED, institution=None)
    # What was done before the ward took over, paid a day later.
    urgent = town.free(town.is_stay() & (town.nights() >= 3) & (town.bills["adm_way"] == 1))
    urgent = some(rng, urgent, len(stays))
    lines = _lines(town, urgent).reset_index(names="line")
    lines = lines[lines["day"].to_numpy() == town.bills["begin"].to_numpy()[lines["bill"]]]
    lines = lines[lines["chrgitm"].isin(("03", "04")) & (rng.random(len(lines)) < 0.5)]
    visits = _moved(town, plan, lines, later=1)
    both = np.concatenate([visits, lines["bill"].unique()])
    town.tell(UNIT.name + "_at_limit", both, 1.0, role=LOOKALIKE, patient=LOOKALIKE)


def _lines(town: Town, stays: Numbers) -> pd.DataFrame:
    lines = town.lines_of(stays)
    return lines[lines["chrgitm"].isin(CLASSES) & ~lines["takeaway"]]


def _moved(town: Town, plan: Plan, lines: pd.DataFrame, later: int = 0) -> Numbers:
    """Take lines (with `line`) from their stays and put those of a day on an outpatient bill; the bills by stay and day."""
    visits = lines[["bill", "day"]].drop_duplicates().sort_values(["bill", "day"])
    if visits.empty:
        return np.array([], dtype=np.int64)
    day = visits["day"].to_numpy() + later
    new = town.add_bills(
        **columns_of(town, visits["bill"].to_numpy(), "person", "place", "disease", "doctor"),
        begin=day, med_type=11, clock=clocks(plan.rng, len(visits)),
    )  # fmt: skip
    rows = lines.merge(visits.assign(new=new), on=["bill", "day"])
    pack = town.world.pack_days[rows["item"]]
    clock = np.maximum(town.bills["clock"].to_numpy()[rows["new"]] - 300, 0)
    town.add_lines(
        **copied(
            rows, bill=rows["new"].to_numpy(), clock=clock, supply=pack * rows["cnt"].to_numpy()
        )
    )
    town.drop_lines(rows["line"].to_numpy())
    if not later:
        fees(town, plan.rng, new)
    return new
