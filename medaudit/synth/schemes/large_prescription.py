"""A doctor who is paid by the drug puts a dozen kinds on one prescription, most of which the illness does not ask for."""

from __future__ import annotations

import numpy as np

from medaudit.synth.picking import bills_of, unlimited_drugs
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import INVOLVED, LOOKALIKE, RESPONSIBLE, Town

UNIT = Unit(
    name="large_prescription",
    zh="大处方：医师为提成在一张处方上搭配十来种药",
    en="Large prescriptions: a doctor paid by the drug puts a dozen kinds on one prescription",
    stage=LINES,
    threshold_zh="一张处方 6 种药",
    threshold_en="six kinds of drugs on one prescription",
    kinds=("clinic", "township", "private", "county", "tcm"),
    rate=(0.01, 0.04),
    strength=(0.0, 0.5),
)
KINDS = 6


def plant(town: Town, plan: Plan) -> None:
    rng, world = plan.rng, town.world
    bills = bills_of(town, plan, town.bills["med_type"] == 11)
    bills = bills[town.bills["doctor"].to_numpy()[bills] >= 0]
    chosen = plan.choose(bills)
    # Others who have as much wrong with them get two or three prescriptions, of five kinds at most.
    rest = rng.permutation(np.setdiff1d(bills, chosen))[: len(chosen) // 2]
    drugs = unlimited_drugs(world)
    least = world.items["least_lv"].to_numpy()[drugs]
    for them, greedy in ((chosen, True), (rest, False)):
        if not len(them):
            continue
        had = town.lines_of(them)
        had = had[had["chrgitm"].isin(("09", "11"))]
        pairs = set(zip(had["bill"], had["item"], strict=True))
        number = had.groupby("bill")["item"].nunique().reindex(them).fillna(0).to_numpy()
        wanted = np.round(KINDS * plan.intensity(len(them), low=0.7, high=2.5))
        more = np.clip(wanted - number, 1, 15).astype(np.int64)
        keys = rng.random((len(them), len(drugs))) * (least <= town.level_of(them)[:, None])
        keys *= ~np.array([[(bill, item) in pairs for item in drugs] for bill in them])
        order = np.argsort(-keys, axis=1)
        row, turn = np.nonzero(np.arange(len(drugs)) < more[:, None])
        item, bill = drugs[order[row, turn]], them[row]
        usable = keys[row, order[row, turn]] > 0
        row, turn, item, bill = (x[usable] for x in (row, turn, item, bill))
        begin, clock = (town.bills[name].to_numpy()[bill] for name in ("begin", "clock"))
        pack = world.items["pack_days"].to_numpy()[item].astype(np.int64)
        at = number[row] + turn
        added = town.add_lines(
            bill=bill, item=item, day=begin, clock=np.maximum(clock - rng.integers(20, 300, len(bill)), 0),
            supply=pack, rx=0 if greedy else np.floor(at / 4).astype(np.int64) + 1,
        )  # fmt: skip
        kinds = (number + np.bincount(row, minlength=len(them))) / KINDS
        real = np.round(kinds[row], 2)
        if greedy:
            town.tell(UNIT.name, bill, real, lines=added, doctor=RESPONSIBLE, patient=INVOLVED)
        else:
            town.tell(
                UNIT.name + "_at_limit", bill, real, lines=added, role=LOOKALIKE, doctor=LOOKALIKE
            )
