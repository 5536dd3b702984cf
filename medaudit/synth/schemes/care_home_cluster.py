"""Residents of one care home taken to one hospital together, again and again, with light illnesses."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.admitting import admit, light_illness
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import INVOLVED, RESPONSIBLE, Town

UNIT = Unit(
    name="care_home_cluster",
    zh="养老机构聚集住院：同一养老机构的多名老人同天或次日住进同一医院，天数相近、病情轻，反复多次",
    en="Care-home cluster: residents of one care home enter one hospital on the same or the next day, for the same few days, with light illnesses, repeatedly",
    stage=BILLS,
    threshold_zh="3 人同来、两次（取人数与次数倍数中较小者）",
    threshold_en="three together, twice (the smaller of the two multiples)",
    kinds=("private", "township"),
    share=(0.15, 0.35),
    rate=(0.3, 0.9),
    least=1,
)
SIZE, TIMES = 3.0, 2.0


def plant(town: Town, plan: Plan) -> None:
    rng, people = plan.rng, town.people
    homes = np.unique(people["care_home"].to_numpy(dtype=str))
    homes = plan.choose(homes[homes != ""])
    if not len(homes) or not len(plan.culprits):
        return
    size, times = (plan.intensity(len(homes), low=0.5) for _ in range(2))
    many = np.clip(np.round(SIZE * size), 2, 12).astype(int)
    often = np.clip(np.round(TIMES * times), 1, 9).astype(int)
    parts = []
    for n, home in enumerate(homes):
        residents = np.flatnonzero((people["care_home"] == home) & (people["died"] > 364))
        regulars = rng.permutation(np.array(residents))[: many[n] + 3]
        # Not everybody comes every time, though the same few always stand to.
        come = rng.permuted(np.tile(regulars, (often[n], 1)), axis=1)
        step = 330 // often[n]
        day = np.arange(often[n]) * step + rng.integers(2, max(3, step - 20), often[n])
        nights = rng.integers(4, 9, often[n])
        occasion = np.repeat(np.arange(often[n]), come.shape[1])
        parts.append(pd.DataFrame({
            "person": come.ravel(), "ring": n, "place": rng.choice(plan.culprits), "occasion": occasion,
            "begin": day[occasion] + (rng.random(len(occasion)) < 0.3), "nights": nights[occasion],
        }))  # fmt: skip
    group = pd.concat(parts, ignore_index=True)
    group["disease"] = light_illness(town, rng, group["person"].to_numpy())
    last = group["begin"] + group["nights"]
    quiet = town.quiet_days(group["person"].to_numpy(), group["begin"].to_numpy(), last.to_numpy())
    group = group[quiet & (group["disease"] >= 0).to_numpy() & (last < 364).to_numpy()]
    turn = group.groupby(["ring", "occasion"]).cumcount().to_numpy()
    group = group[turn < many[group["ring"].to_numpy()]]
    together = group.groupby(["ring", "occasion"])["person"].transform("size")
    group, together = group[together >= 2], together[together >= 2]
    if not len(group):
        return
    # As it came about: how many times how many came.
    by_ring = group.assign(together=together).groupby("ring")
    strength = np.minimum(
        by_ring["together"].median() / SIZE, by_ring["occasion"].nunique() / TIMES
    )
    columns = {
        name: group[name].to_numpy() for name in ("person", "place", "disease", "begin", "nights")
    }
    bills = admit(town, rng, **columns)
    ring = group["ring"].to_numpy()
    told = np.round(group["ring"].map(strength).to_numpy(), 2)
    town.tell(
        UNIT.name,
        bills,
        told,
        doctor=INVOLVED,
        patient=INVOLVED,
        institution=RESPONSIBLE,
        ring=ring,
    )
