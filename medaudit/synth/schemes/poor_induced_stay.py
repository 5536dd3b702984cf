"""Poor people, whose stays cost them nothing, admitted again and again with light illnesses."""

from __future__ import annotations

import numpy as np

from medaudit.synth.admitting import admit, light_illness
from medaudit.synth.chance import repeated
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import INVOLVED, RESPONSIBLE, Town

UNIT = Unit(
    name="poor_induced_stay",
    zh="诱导困难群众住院：特困、低保、返贫致贫和养老机构老人因轻症在同一机构一年反复住院",
    en="Induced stays of the poor: people on relief and in care homes are admitted by one institution again and again with light illnesses",
    stage=BILLS,
    threshold_zh="一年在同一机构轻症住院 4 次",
    threshold_en="four stays a year at one institution with light illnesses",
    kinds=("private", "township"),
    share=(0.1, 0.35),
    rate=(0.01, 0.03),
)
OFTEN = 4.0
APART = 18  # days at least between two of them: not to be stays split in two


def plant(town: Town, plan: Plan) -> None:
    rng, people = plan.rng, town.people
    poor = (people["identity"] != "") | (people["care_home"] != "")
    able = np.flatnonzero(poor & people["age"].between(18, 85) & (people["died"] > 364))
    if not len(able) or not len(plan.culprits):
        return
    chosen = plan.choose(able)
    times = np.clip(np.round(OFTEN * plan.intensity(len(chosen))), 2, 10).astype(int)
    home = rng.choice(plan.culprits, len(chosen))
    who, turn = repeated(times)
    nights = rng.integers(4, 10, len(who))
    window = (355 // times)[who]
    begin = turn * window + np.floor(
        rng.random(len(who)) * np.maximum(window - nights - APART, 1)
    ).astype(int)
    disease = light_illness(town, rng, chosen[who])
    # Where the person is elsewhere that week, or just back from there, the place waits for the next turn.
    quiet = town.quiet_days(chosen[who], begin, begin + nights) & (disease >= 0)
    who, begin, nights, disease = (x[quiet] for x in (who, begin, nights, disease))
    count = np.bincount(who, minlength=len(chosen))[who]
    who, begin, nights, disease, count = (
        x[count >= 2] for x in (who, begin, nights, disease, count)
    )
    if not len(who):
        return
    bills = admit(town, rng, chosen[who], home[who], disease, begin, nights)
    town.tell(UNIT.name, bills, count / OFTEN, doctor=RESPONSIBLE, patient=INVOLVED)
