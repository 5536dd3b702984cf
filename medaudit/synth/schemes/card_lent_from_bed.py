"""While somebody lies at dialysis or on the table a relative has himself treated elsewhere with the card left at home."""

from __future__ import annotations

import numpy as np

from medaudit.synth.chance import some
from medaudit.synth.extras import fees, sundries
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import INVOLVED, LOOKALIKE, Town
from medaudit.synth.when import clocks

UNIT = Unit(
    name="card_lent_from_bed",
    zh="借卡就医：本人正在透析或手术，家里人拿他的卡在别处检查治疗",
    en="Card lent from bed: while the holder is at dialysis or operated on, a relative is examined elsewhere with the card",
    stage=LINES,
    threshold_zh="透析开始后 3 小时内或手术当天一次",
    threshold_en="once within three hours of the start of dialysis, or on the day of an operation",
    kinds=("clinic", "township", "private"),
    rate=(0.01, 0.05),
    least=3,
)
DONE = (
    "acupunct",
    "cupping",
    "ecg",
    "xray",
    "moxa",
    "cbc",
    "liver",
)  # for which one has to be there
SESSION = 3.0  # hours


def plant(town: Town, plan: Plan) -> None:
    rng, world, bills = plan.rng, town.world, town.bills
    key = world.items["key"].to_numpy()[town.lines["item"]]
    lying = town.lines[np.isin(key, ["dialysis", "hdf", "narcosis", "spinal"])]
    rows = lying.drop_duplicates(["bill", "day"])[["bill", "day", "clock", "item"]]
    rows = rows.assign(
        person=bills["person"].to_numpy()[rows["bill"]], place=bills["place"].to_numpy()[rows["bill"]],
        operated=~np.isin(world.items["key"].to_numpy()[rows["item"]], ["dialysis", "hdf"]),
    )  # fmt: skip
    rows = rows[(rows["person"] >= 0) & (rows["day"] < 363)]
    # A card is lent on some of its days; of dialysis there are many, so operations are as likely as a few of them.
    rows = rows.iloc[rng.permutation(len(rows))]
    rows = rows[rows.groupby("person").cumcount() < 6].sort_index()
    chosen = plan.choose(rows.index.to_numpy()) if len(plan.culprits) else rows.index[:0].to_numpy()
    # Others go somewhere else themselves on the day of dialysis, before it or when it is over.
    after = rows[~rows["operated"] & ~rows["person"].isin(rows["person"].loc[chosen])]
    fair = some(rng, after.index.to_numpy(), len(chosen) // 2)
    for them, honest in ((rows.loc[chosen], False), (rows.loc[fair], True)):
        if not len(them) or not len(plan.culprits):
            continue
        place = plan.culprits[rng.integers(0, len(plan.culprits), len(them))]
        start = them["clock"].to_numpy()
        wait = plan.intensity(len(them), low=0.4, high=4.0)
        hours = np.where(honest, rng.choice([-2.5, 5.5, 6.5], len(them)), SESSION / wait)
        clock = np.where(
            them["operated"], clocks(rng, len(them)), start + np.round(hours * 3600)
        ).astype(np.int64)
        ok = (clock > 7.2 * 3600) & (clock < 20.5 * 3600) & (place != them["place"].to_numpy())
        ok &= ~them.duplicated(["person", "day"]).to_numpy()
        them, place, clock, wait, hours = them[ok], place[ok], clock[ok], wait[ok], hours[ok]
        if not len(them):
            continue
        day = them["day"].to_numpy()
        new = town.add_bills(
            person=them["person"].to_numpy(), place=place, begin=day, clock=clock, burst=True
        )
        _examine(town, rng, new)
        fees(town, rng, new)
        sundries(town, rng, new, (0.4, 0.4, 0.2), but=np.zeros(0, dtype=np.int64))
        if honest:
            near = np.round(SESSION / np.maximum(np.abs(hours), 0.1), 2)
            town.tell(UNIT.name + "_at_limit", new, near, role=LOOKALIKE, patient=LOOKALIKE)
        else:
            real = np.where(them["operated"], 1.0, wait)
            town.tell(UNIT.name, new, np.round(real, 2), patient=INVOLVED)


def _examine(town: Town, rng: np.random.Generator, bills: np.ndarray) -> None:
    """One or two things for which the person has to be there, that the place can do."""
    items = np.array([town.world.item[key] for key in DONE])
    least = town.world.items["least_lv"].to_numpy()[items]
    level = town.world.places["hosp_lv"].to_numpy()[town.bills["place"].to_numpy()[bills]]
    keys = rng.random((len(bills), len(items))) * (least <= level[:, None])
    order = np.argsort(-keys, axis=1)[:, :2]
    wanted = np.arange(2) < rng.integers(1, 3, len(bills))[:, None]
    row, turn = np.nonzero(wanted & (np.take_along_axis(keys, order, axis=1) > 0))
    begin, clock = (town.bills[name].to_numpy()[bills[row]] for name in ("begin", "clock"))
    town.add_lines(
        bill=bills[row], item=items[order[row, turn]], day=begin, clock=np.maximum(clock - 120, 0)
    )
