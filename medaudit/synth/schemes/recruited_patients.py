"""An agent brings people of several villages to a private hospital for light stays and gives his own telephone for them."""

from __future__ import annotations

import numpy as np

from medaudit.synth.admitting import admit, light_illness
from medaudit.synth.chance import repeated
from medaudit.synth.lookalikes._ways import at_home
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import INVOLVED, RESPONSIBLE, Town

UNIT = Unit(
    name="recruited_patients",
    zh="中介拉人住院：中介到各村招揽人到民营医院轻病住院，住院登记都留中介的电话",
    en="Recruited patients: an agent brings people of several villages to a private hospital for light stays; all give his telephone",
    stage=BILLS,
    threshold_zh="6 人留同一电话",
    threshold_en="one telephone for 6 people",
    kinds=("private", "township"),
    share=(0.2, 0.45),
    rate=(0.3, 0.9),
    least=2,
)
PEOPLE = 6


def plant(town: Town, plan: Plan) -> None:
    rng, people = plan.rng, town.people
    here = town.world.serving(town.number, *UNIT.kinds)
    agents = plan.number(len(here)) if len(plan.culprits) else 0
    pool = np.flatnonzero((people["age"] >= 45) & (people["died"] > 365))
    pool = rng.permutation(pool)
    if not agents or len(pool) < 2 * agents:
        return
    place = plan.culprits[rng.integers(0, len(plan.culprits), agents)]
    agent, pool = pool[:agents], pool[agents:]
    size = np.round(PEOPLE * plan.intensity(agents)).astype(np.int64)
    of, _ = repeated(size)
    of = of[: len(pool) // 2]
    person = pool[: len(of)]
    # A busload at a time: two to four trips within some months.
    trips = rng.integers(5, 340, (agents, 4))
    begin = trips[
        of, np.floor(rng.random(len(of)) * rng.integers(2, 5, agents)[of]).astype(np.int64)
    ]
    begin = begin + rng.integers(0, 3, len(of))
    nights = rng.integers(4, 10, len(of))
    disease = light_illness(town, rng, person)
    level = town.world.places["hosp_lv"].to_numpy()[place[of]]
    able = (disease >= 0) & (town.world.diseases["least_lv"].to_numpy()[disease] <= level)
    able &= at_home(town, person, begin - 2, begin + nights + 2) & (begin + nights < 364)
    of, person, begin = of[able], person[able], begin[able]
    # Some are asked for their own number after all.
    tel = np.where(rng.random(len(of)) < 0.85, agent[of], -1)
    bills = admit(town, rng, person, place[of], disease[able], begin, nights[able], tel=tel)
    real = np.bincount(of[tel >= 0], minlength=agents)[of] / PEOPLE
    town.tell(
        UNIT.name, bills, np.round(np.maximum(real, 0.15), 2), doctor=INVOLVED, patient=RESPONSIBLE
    )
