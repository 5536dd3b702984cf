"""On a chronic patient's visit drugs for another illness, or for another person, are charged as those of the chronic one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.chance import Numbers, repeated, some
from medaudit.synth.picking import bills_of, unlimited_drugs
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import INVOLVED, LOOKALIKE, Town
from medaudit.synth.world import table_of

UNIT = Unit(
    name="off_list_drugs",
    zh="慢特病搭车开药：在慢特病就诊里开目录外的药，供治疗别的病或家人使用，按慢特病待遇报销",
    en="Off-list drugs: on a chronic patient's visit drugs that are not for the registered disease, paid like those that are",
    stage=LINES,
    threshold_zh="没有（每多一种药加 1）",
    threshold_en="none (one more for each drug)",
    kinds=("township", "county", "tcm", "private"),
    rate=(0.03, 0.12),
    least=4,
)


def plant(town: Town, plan: Plan) -> None:
    rng, bills = plan.rng, town.bills
    own = (bills["med_type"] == 14) & (bills["disease"] >= 0)
    own &= bills["disease"] == town.of("chronic")
    chosen = plan.choose(bills_of(town, plan, own))
    first, second = _lists(town, "chronic"), _lists(town, "second")
    drugs = unlimited_drugs(town.world)
    drugs = drugs[(town.world.items["generic_code"] != "").to_numpy()[drugs]]

    person = bills["person"].to_numpy()[chosen]
    off = ~(first[person] | second[person])[:, drugs]
    number = rng.choice([1, 2, 3], len(chosen), p=[0.5, 0.35, 0.15])
    at, lines = _charge(town, plan, chosen, drugs, off, number)
    strength = 1.0 + np.bincount(at, minlength=len(chosen))[at]
    town.tell(UNIT.name, chosen[at], strength, lines=lines, patient=INVOLVED)

    # Who is registered for two diseases may fetch what is for either.
    rest = town.free(own)
    person = bills["person"].to_numpy()[rest]
    on = (second[person] & ~first[person])[:, drugs]
    two = np.flatnonzero(on.any(axis=1))
    two = some(rng, two, len(chosen) // 3 + 1 if plan.rate else 0)
    two = rest[two]
    at, lines = _charge(
        town, plan, two, drugs, on[np.isin(rest, two)], np.ones(len(two), dtype=int)
    )
    town.tell(UNIT.name + "_at_limit", two[at], 1.0, lines=lines, role=LOOKALIKE)


def _lists(town: Town, column: str) -> Numbers:
    """Per person and item: whether it is on the list of the person's disease in `column`."""
    items, diseases = town.world.items, town.world.diseases
    codes = diseases["opsp_dise_code"].to_numpy(dtype=object)
    table = table_of("chronic_drug")
    pairs = pd.MultiIndex.from_frame(table[["opsp_dise_code", "generic_code"]])
    asked = pd.MultiIndex.from_product([codes, items["generic_code"]])
    listed = asked.isin(pairs).reshape(len(codes), len(items))
    # Nobody's disease, -1, has no list.
    listed = np.vstack([listed, np.zeros((1, len(items)), dtype=bool)])
    return np.asarray(listed[town.people[column].to_numpy()])


def _charge(
    town: Town, plan: Plan, bills: Numbers, drugs: Numbers, able: Numbers, number: Numbers
) -> tuple[Numbers, Numbers]:
    """Charge each bill so many of the `drugs` it is `able` to have and its place has; positions of bills, and lines."""
    level = town.world.items["least_lv"].to_numpy()[drugs] <= town.level_of(bills)[:, None]
    keys = plan.rng.random(able.shape) * (able & level)
    at, turn = repeated(np.minimum(number, (keys > 0).sum(axis=1)))
    item = drugs[np.argsort(-keys, axis=1)[at, turn]]
    begin, clock = (town.bills.loc[bills[at], name].to_numpy() for name in ("begin", "clock"))
    lines = town.add_lines(
        bill=bills[at], item=item, day=begin, clock=np.maximum(clock - 120, 0),
        supply=town.world.pack_days[item],
    )  # fmt: skip
    return at, lines
