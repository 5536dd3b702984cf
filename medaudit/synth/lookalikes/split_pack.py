"""Pills of one opened package go to several people, each sale with its code and the flag of a part, mostly."""

from __future__ import annotations

import numpy as np

from medaudit.synth.chance import repeated
from medaudit.synth.picking import unlimited_drugs
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town
from medaudit.synth.when import clocks

UNIT = Unit(
    name="split_pack",
    zh="拆零销售：一盒药拆给几个人，追溯码相同，多数标了拆零，像追溯码重复结算",
    en="Split package: one box goes to several people under its one code, mostly flagged, like a code settled again",
    innocent=True,
    stage=LINES,
    threshold_zh="一盒药多结算一次",
    threshold_en="a box settled once more",
    kinds=("clinic",),
    rate=(0.02, 0.06),
)


def plant(town: Town, plan: Plan) -> None:
    rng, items, bills = plan.rng, town.world.items, town.bills
    cheap = (items["pack_days"] > 1) & items.index.isin(unlimited_drugs(town.world))
    free = town.free(town.at(*UNIT.kinds) & (bills["med_type"] == 11))
    lines = town.lines_of(free)
    lines = lines[cheap.to_numpy()[lines["item"]] & (lines["cnt"] == 1).to_numpy()]
    lines = lines.drop_duplicates("bill")
    if lines.empty:
        return
    box = lines.loc[plan.choose(lines.index.to_numpy())]
    at, _ = repeated(np.clip(np.round(plan.intensity(len(box), low=1.0)), 1, 4))
    person = rng.permutation(np.array(bills.loc[free, "person"].unique()))[: len(at)]
    at = at[: len(person)]
    day = box["day"].to_numpy()[at] + rng.integers(0, 6, len(at))
    ok = (day < 364) & town.quiet_days(person, day, day)
    at, person, day = at[ok], person[ok], day[ok]
    of = box["bill"].to_numpy()[at]
    clock = clocks(rng, len(at))
    more = town.add_bills(
        person=person, place=bills["place"].to_numpy()[of], begin=day, clock=clock,
        disease=bills["disease"].to_numpy()[of],
    )  # fmt: skip
    number = int(town.lines["trace"].max()) + 1 + np.arange(len(box))
    flagged = rng.random(len(town.world.places)) < 0.85  # some clerks never learn it
    pack = town.world.pack_days
    item = box["item"].to_numpy()[at]
    price = np.asarray(town.world.prices[bills["place"].to_numpy()[of], item]) // 2
    town.add_lines(
        bill=more, item=item, day=day, clock=np.maximum(clock - 60, 0), trace=number[at], price=price,
        broken=flagged[bills["place"].to_numpy()[of]], supply=np.maximum(pack[item] // 2, 1),
    )  # fmt: skip
    kept = np.isin(np.arange(len(box)), at)
    first = box[kept]
    town.change_lines(
        first.index.to_numpy(), trace=number[kept],
        broken=flagged[bills["place"].to_numpy()[first["bill"]]],
    )  # fmt: skip
    count = np.bincount(at, minlength=len(box)).astype(float)
    told = np.concatenate([more, first["bill"].to_numpy()])
    town.tell(
        UNIT.name, told, np.concatenate([count[at], count[kept]]), role=LOOKALIKE, patient=LOOKALIKE
    )
