"""Eight to twelve weeks of drugs at once, renewed when they are used up."""

from __future__ import annotations

import numpy as np

from medaudit.synth.lookalikes._ways import classes
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town

UNIT = Unit(
    name="long_prescription",
    zh="长期处方：一次开 8–12 周的药，按时续方，像超量开药",
    en="Long prescription: 8-12 weeks' supply at once, renewed on time, like over-supply",
    innocent=True,
    stage=LINES,
    threshold_zh="一次供药 12 周",
    threshold_en="12 weeks' supply at once",
    rate=(0.04, 0.1),
)
MOST = 84  # days


def plant(town: Town, plan: Plan) -> None:
    world, bills, rng = town.world, town.bills, plan.rng
    steady = np.flatnonzero(~world.diseases["icd"].str.startswith(("N18", "C", "A15")))
    monthly = (bills["med_type"] == 14) & bills["disease"].isin(steady) & (bills["place"] >= 0)
    fetched = bills[monthly & (bills["person"] >= 0)].sort_values(
        ["person", "begin"], kind="stable"
    )
    turn = fetched.groupby("person").cumcount()
    whole = fetched.groupby("person")["taken"].transform("any") | (
        turn.groupby(fetched["person"]).transform("max") < 3
    )
    them = plan.choose(np.unique(fetched.loc[~whole, "person"].to_numpy()))
    fetched, turn = fetched[fetched["person"].isin(them)], turn[fetched["person"].isin(them)]
    several = rng.integers(2, 4, len(them))[np.searchsorted(them, fetched["person"])]
    kept = (turn % several == 0).to_numpy()
    town.change(fetched.index.to_numpy())
    gone = town.lines.index[town.lines["bill"].isin(fetched.index[~kept])]
    town.drop_lines(gone.to_numpy())
    pack = world.items["pack_days"].to_numpy()[town.lines["item"]]
    drug = classes(town).isin(["09", "10", "11"]).to_numpy() & (pack > 0)
    lines = town.lines.index[drug & town.lines["bill"].isin(fetched.index[kept])].to_numpy()
    times = np.zeros(len(bills), dtype=np.int64)
    times[fetched.index] = several
    pack = world.items["pack_days"].to_numpy()[town.lines.loc[lines, "item"]].astype(np.int64)
    had = town.lines.loc[lines, "cnt"].to_numpy()
    of = town.lines.loc[lines, "bill"].to_numpy()
    cnt = np.maximum(had, np.minimum(had * times[of], MOST // pack))
    town.change_lines(lines, cnt=cnt, supply=cnt * pack)
    town.tell(
        UNIT.name, of, np.round(cnt * pack / MOST, 2), lines=lines,
        role=LOOKALIKE, doctor=LOOKALIKE, patient=LOOKALIKE,
    )  # fmt: skip
