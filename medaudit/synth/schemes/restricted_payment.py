"""What the fund pays for one illness, in one department, under another scheme or in compounds only is settled without."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from medaudit.synth.chance import Numbers, repeated
from medaudit.synth.picking import bills_of, new_orders
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import LOOKALIKE, RESPONSIBLE, Town

UNIT = Unit(
    name="restricted_payment",
    zh="超限定支付：限适应症、限科室、限工伤保险的项目用于不符合的住院，单方不予支付的饮片单味开方，仍由医保支付",
    en="Restricted payment: items limited to an illness, a department or work injuries given in other stays, pieces paid in compounds only prescribed singly",
    stage=LINES,
    threshold_zh="没有违反（每收一次加 1）",
    threshold_en="none (one more each time it is charged)",
    kinds=("private", "county", "tcm", "tertiary"),
    share=(0.2, 0.4),
    rate=(0.02, 0.08),
)


class Way(NamedTuple):
    """An item with a limit, and the departments whose patients it does not suit and is given to."""

    item: str
    wards: tuple[str, ...]
    dept: str = ""  # the one that may order it


WAYS = (
    Way("edara", ("神经内科", "康复科")),
    Way("gcsf", ("消化内科", "感染科")),
    Way("balance", ("骨科", "神经内科"), "康复科"),
    Way("psychthr", ("心内科", "内分泌科"), "精神科"),
    Way("weightgt", ("骨科", "神经内科", "康复科")),
)
PIECE, OTHERS = "dangshen", ("fuling", "baizhu")
DAYS = 10  # of a stay at most that it is given on


def plant(town: Town, plan: Plan) -> None:
    for way in WAYS:
        _in_stays(town, plan, way)
    _singly(town, plan)


def _in_stays(town: Town, plan: Plan, way: Way) -> None:
    """Give the item in stays it does not suit, and where it looks like that and is right."""
    world, bills, item = town.world, town.bills, town.world.item[way.item]
    fitting = world.diseases["care"].isin(world.care.loc[world.care["item"] == item, "care"])
    ward = (world.diseases["dept"].isin(way.wards) & ~fitting).to_numpy()
    level = world.places["hosp_lv"].to_numpy()[bills["place"]]
    doctor = bills["doctor"].to_numpy()
    wanted = town.is_stay() & (town.nights() >= 3) & (bills["med_type"] == 21) & (doctor >= 0)
    wanted &= ward[bills["disease"]] & (level >= world.items["least_lv"].iloc[item])
    # In a small hospital whoever may order it has patients of all kinds.
    wanted &= (world.doctors["dept"] != way.dept).to_numpy()[doctor]
    # Beside what it excludes it would be wrong in another way.
    exercised = town.lines.loc[town.lines["item"] == world.item["therapy"], "bill"]
    wanted &= ~bills.index.isin(exercised)
    wrong, fair = plan.choose_both(bills_of(town, plan, wanted))
    town.tell(UNIT.name, wrong, **_give(town, plan, wrong, item))
    if way.dept:  # its doctor was called to the patient
        them = world.doctors[
            (world.doctors["dept"] == way.dept) & (world.doctors["dr_status"] == "1")
        ]
        first = pd.Series(them.index, index=them["place"]).groupby(level=0).first()
        called = first.reindex(bills["place"].to_numpy()[fair]).to_numpy()
        fair, called = fair[~np.isnan(called)], called[~np.isnan(called)].astype(np.int64)
        given = _give(town, plan, fair, item)
        of = np.searchsorted(fair, town.lines["bill"].loc[given["lines"]])
        town.change_lines(given["lines"], doctor=called[of])
    else:  # the patient asked for it and paid all of it
        given = _give(town, plan, fair, item)
        town.change_lines(given["lines"], own=True)
    town.tell(UNIT.name + "_at_limit", fair, role=LOOKALIKE, **given)


def _give(town: Town, plan: Plan, stays: Numbers, item: int) -> dict[str, Numbers]:
    """Charge an item on the first days of each stay; the lines, and one more than their number for each."""
    nights = town.nights().to_numpy()[stays]
    days = plan.rng.integers(1, 1 + np.clip(nights, 1, DAYS))
    at, turn = repeated(days)
    lines = town.add_lines(
        bill=stays[at], item=item, day=town.bills["begin"].to_numpy()[stays[at]] + turn,
        clock=9 * 3600 + plan.rng.integers(0, 7200, len(at)), order=new_orders(town, at >= 0),
    )  # fmt: skip
    return {"lines": lines, "intensity": 1.0 + days[at]}


def _singly(town: Town, plan: Plan) -> None:
    """A tonic by itself; and one with two more in a prescription, as it should be."""
    rng, world, bills = plan.rng, town.world, town.bills
    herbs = world.items["med_chrgitm_type"].to_numpy()[town.lines["item"]] == "10"
    level = world.places["hosp_lv"].to_numpy()[bills["place"]]
    wanted = (bills["med_type"] == 11) & (level >= world.items["least_lv"].iloc[world.item[PIECE]])
    wanted &= (world.diseases["dept"] == "中医科").to_numpy()[bills["disease"]]
    wanted &= ~bills.index.isin(town.lines["bill"][herbs])
    for them, others in zip(
        plan.choose_both(bills_of(town, plan, wanted)), ((), OTHERS), strict=True
    ):
        item = np.array([world.item[key] for key in (PIECE, *others)])
        at, which = repeated(np.full(len(them), len(item)))
        doses = rng.integers(5, 11, len(them))[at]
        lines = town.add_lines(
            bill=them[at], item=item[which], cnt=doses * 20, day=bills["begin"].to_numpy()[them[at]],
            clock=np.maximum(bills["clock"].to_numpy()[them[at]] - 120, 0),
        )  # fmt: skip
        name, role = (UNIT.name + "_at_limit", LOOKALIKE) if others else (UNIT.name, RESPONSIBLE)
        town.tell(name, them, 1.0 if others else 2.0, role=role, lines=lines)
