"""A doctor whose outpatients buy dear drugs at one pharmacy on the same day."""

from __future__ import annotations

import numpy as np

from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import INVOLVED, RESPONSIBLE, Town

UNIT = Unit(
    name="pharmacy_steering",
    zh="医药勾连：某医生的门诊病人当天到同一家药店购买贵药，比例远高于其他医生",
    en="Pharmacy steering: far more of a doctor's outpatients than of others buy dear drugs at one pharmacy the same day",
    stage=LINES,
    threshold_zh="该医生门诊病人的 20% 当天到同一药店购药",
    threshold_en="20 % of the doctor's outpatients buy there the same day",
    kinds=("private", "township", "county", "tcm", "clinic"),
    share=(0.15, 0.35),
    rate=(0.02, 0.06),
    least=2,
)
USUAL = 0.2
ENOUGH = 15  # outpatients of a doctor in the year
DEAR = 2400  # fen, at least, for what they are sent to buy


def plant(town: Town, plan: Plan) -> None:
    rng, bills, world = plan.rng, town.bills, town.world
    grown = town.of("age") >= 18
    seen = town.free(
        (bills["med_type"] == 11) & (bills["doctor"] >= 0) & grown & (bills["clock"] < 72_000)
    )
    doctor = bills["doctor"].to_numpy()[seen]
    number = np.bincount(doctor, minlength=len(world.doctors))
    place = world.doctors["place"].to_numpy()
    able = (number >= ENOUGH) & np.isin(place, plan.culprits)
    if able.sum() < plan.least:
        able = number >= np.sort(number)[-10]
    doctors = plan.choose(np.flatnonzero(able & (number > 0)))
    intensity = plan.intensity(len(doctors), high=4.5)
    who = np.full(len(world.doctors), -1)
    who[doctors] = np.arange(len(doctors))
    of = who[doctor]
    goes = (of >= 0) & (rng.random(len(seen)) < np.append(intensity, 0)[of] * USUAL)
    visit, of = seen[goes], of[goes]
    shops = world.serving(town.number, "pharmacy")
    shop = shops[rng.integers(0, len(shops), len(doctors))]
    clock = np.minimum(
        bills["clock"].to_numpy()[visit] + rng.integers(600, 4200, len(visit)), 75_600
    )
    day = bills["begin"].to_numpy()[visit]
    new = town.add_bills(
        person=bills["person"].to_numpy()[visit], place=shop[of], doctor=doctors[of], begin=day,
        clock=clock, med_type=41,
    )  # fmt: skip
    # Each doctor has four drugs he sends people for; they get two or three of them.
    items = world.items
    dear = (items["sold"] == "1") & (items["lmt_gend"] == "") & (items["lmt_age_min"] == "")
    dear &= (items["pric"] * 100 >= DEAR) & (items["med_chrgitm_type"] == "11")
    pool = np.flatnonzero(dear)
    liked = pool[rng.random((len(doctors), len(pool))).argsort(axis=1)[:, :4]]
    wanted = rng.random((len(new), 4)).argsort(axis=1) < rng.integers(2, 4, len(new))[:, None]
    row, which = np.nonzero(wanted)
    item = liked[of[row], which]
    pack = np.maximum(items["pack_days"].to_numpy()[item], 1)
    count = np.ceil(rng.choice([14, 28], len(row)) / pack).astype(np.int64)
    town.add_lines(
        bill=new[row], item=item, cnt=count, supply=(count * pack).astype(np.int64), day=day[row], doctor=-1,
        clock=np.maximum(clock[row] - rng.integers(20, 300, len(row)), 0),
    )  # fmt: skip
    real = np.bincount(of, minlength=len(doctors)) / np.maximum(number[doctors], 1) / USUAL
    town.tell(UNIT.name, new, np.round(real[of], 2), doctor=RESPONSIBLE, patient=INVOLVED)
