"""A hospital admits on paper more than it has beds for: two patients are entered into one bed."""

from __future__ import annotations

import numpy as np

from medaudit.synth.admitting import admit
from medaudit.synth.chance import Numbers, some
from medaudit.synth.picking import bills_of
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import INVOLVED, LOOKALIKE, RESPONSIBLE, Town

UNIT = Unit(
    name="shared_bed",
    zh="一床多人：床位住满后照样收人，两名患者登记在同一张床上，同日入院、同住多夜",
    en="Shared bed: a full hospital goes on admitting, and enters two patients into one bed from the same day and for the same nights",
    stage=BILLS,
    threshold_zh="同住 3 夜",
    threshold_en="three nights in one bed",
    kinds=("county", "tcm"),
    share=(0.3, 0.6),
    rate=(0.03, 0.1),
    strength=(0.1, 0.6),
    least=6,
)
NIGHTS = 3.0


def plant(town: Town, plan: Plan) -> None:
    rng, bills, people = plan.rng, town.bills, town.people
    wards = town.world.diseases
    # What anybody of some age may have, so that there is somebody to enter.
    common = (
        (wards["gend"] == "") & (wards["age_max"] >= 60) & (wards["ward"] == "ward")
    ).to_numpy()
    full = town.is_stay() & (bills["med_type"] == 21) & (town.nights() >= 3) & (bills["end"] < 350)
    full &= ~bills["planned"] & common[bills["disease"]]
    hosts = plan.choose(bills_of(town, plan, full))
    # Where a bed is given away on the day before its patient leaves, both are in it for a night.
    left = some(rng, np.setdiff1d(town.free(full), hosts), (len(hosts) + 1) // 2)
    grown = np.flatnonzero((people["age"] >= 45) & (people["age"] < 80) & (people["died"] > 364))
    for them, role in ((hosts, RESPONSIBLE), (left, LOOKALIKE)):
        begin, end = (bills[name].to_numpy()[them] for name in ("begin", "end"))
        nights = np.clip(np.round(NIGHTS * plan.intensity(len(them))), 2, 9).astype(np.int64)
        begin = end - 1 if role == LOOKALIKE else begin
        person = _guests(town, plan, grown, begin - 3, begin + nights + 3)
        at = np.flatnonzero(person >= 0)
        added = admit(
            town, rng, person[at], bills["place"].to_numpy()[them[at]], bills["disease"].to_numpy()[them[at]],
            begin[at], nights[at], bed_with=them[at],
        )  # fmt: skip
        together = np.minimum(end[at], begin[at] + nights[at]) - begin[at]
        name = UNIT.name + ("" if role == RESPONSIBLE else "_at_limit")
        strength = np.round(together / NIGHTS, 2)
        town.tell(name, added, strength, role=role, doctor=RESPONSIBLE, patient=INVOLVED)
        # Who was there first knows nothing of it.
        known = INVOLVED if role == RESPONSIBLE else LOOKALIKE
        town.tell(name, them[at], strength, role=known, institution=None)


def _guests(town: Town, plan: Plan, grown: Numbers, first: Numbers, last: Numbers) -> Numbers:
    """Somebody else for each stay who has nothing on those days, -1 where five that were asked all have."""
    asked = plan.rng.permutation(grown)[: 5 * len(first)]
    at = np.arange(len(asked)) % max(len(first), 1)
    quiet = town.quiet_days(asked, first[at], last[at]) & (first[at] >= 0)
    person = np.full(len(first), -1)
    person[at[quiet]] = asked[quiet]
    return person
