"""Two befriended hospitals of one level pass a patient on, and back again, each time as a new stay."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.chance import Numbers, some
from medaudit.synth.lookalikes._ways import columns_of, operations
from medaudit.synth.picking import bills_of
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import INVOLVED, LOOKALIKE, RESPONSIBLE, Town

UNIT = Unit(
    name="handed_on_stay",
    zh="两院倒手住院：同级的两家机构互送患者，一次住院做成两次，有的再转回来成三次",
    en="Handed-on stay: two hospitals of one level pass patients to each other, one stay becomes two, and three where they come back",
    stage=BILLS,
    threshold_zh="出院后 3 天住进另一家（间隔越短强度越高）",
    threshold_en="admitted to the other 3 days after leaving (the fewer, the stronger)",
    kinds=("private", "tcm", "township", "county"),
    share=(0.15, 0.35),
    rate=(0.05, 0.15),
)
GAP = 3.0  # days
AGAINST_ADVICE = 4  # dscg_way


def plant(town: Town, plan: Plan) -> None:
    rng, bills = plan.rng, town.bills
    come_back, on_paper = rng.uniform(0.2, 0.5), rng.uniform(0.0, 0.3)
    whole = town.is_stay() & (town.nights() >= 5) & (bills["dscg_way"] == 1) & ~bills["planned"]
    whole &= (bills["med_type"] == 21) & ~bills["care"].isin(operations(town.world))
    able = bills_of(town, plan, whole & ~town.at("tertiary", "psychiatric", "maternity"))
    able = able[_friends(town, plan, bills["place"].to_numpy()[able]) >= 0]
    moves = 1 + (rng.random(len(able)) < come_back)
    gaps = np.floor(GAP / plan.intensity(len(able) * 2, high=10.0)).astype(np.int64).reshape(-1, 2)
    # Each stay has a work-up of its own, so that together they are longer than the one that was due.
    due = town.nights().to_numpy()[able]
    length = np.maximum(due[:, None] // (moves[:, None] + 1), 2) + rng.integers(
        1, 4, (len(able), 3)
    )
    begin = bills["begin"].to_numpy()[able]
    out = begin + length[:, 0]
    second = out + gaps[:, 0]
    back = second + length[:, 1] + gaps[:, 1]
    last = np.where(moves > 1, back + length[:, 2], second + length[:, 1])
    person, end = (bills[name].to_numpy()[able] for name in ("person", "end"))
    room = (last < 363) & town.quiet_days(person, end + 1, np.maximum(last, end + 1))
    at = plan.choose(np.flatnonzero(room))
    if not len(at):
        return
    chosen, home = able[at], bills["place"].to_numpy()[able[at]]
    friend = _friends(town, plan, home)
    paper = rng.random(len(at)) < on_paper
    town.change(chosen, end=out[at], dscg_way=np.where(paper, 2, 1))
    strength = np.minimum(GAP / np.maximum(gaps[at], 0.5), 6.0).round(2)
    town.tell(UNIT.name, chosen, strength[:, 0], role=INVOLVED, institution=None)
    more = _again(town, plan, chosen, friend, second[at], length[at, 1], np.where(paper, 3, 2))
    town.tell(UNIT.name, more, strength[:, 0], doctor=RESPONSIBLE, patient=INVOLVED)
    thrice = moves[at] > 1
    more = _again(
        town, plan, chosen[thrice], home[thrice], back[at][thrice], length[at, 2][thrice], 2
    )
    town.tell(UNIT.name, more, strength[thrice, 1], doctor=RESPONSIBLE, patient=INVOLVED)
    _discontent(town, plan, whole, len(at))


def _friends(town: Town, plan: Plan, place: Numbers) -> Numbers:
    """The hospital each of `place` works with: of the same level, the least honest but itself; -1 where there is none."""
    level = town.world.places["hosp_lv"].to_numpy()
    friend = np.full(len(level), -1)
    for one in np.unique(place):
        others = plan.ladder[(level[plan.ladder] == level[one]) & (plan.ladder != one)]
        friend[one] = others[0] if len(others) else -1
    return friend[place]


def _again(
    town: Town, plan: Plan, first: Numbers, place: Numbers, begin: Numbers, nights: Numbers,
    adm_way: Numbers | int,
) -> Numbers:  # fmt: skip
    """Admit the patients of stays once more, with the same illness; the bills."""
    return town.add_bills(
        **columns_of(town, first, "person", "disease", "care", "clock"), place=place, med_type=21,
        begin=begin, end=begin + nights, dscg_way=1, adm_way=adm_way, bed=plan.rng.integers(1, 61, len(first)),
    )  # fmt: skip


def _discontent(town: Town, plan: Plan, whole: pd.Series, number: int) -> None:
    """Patients who are not content leave of their own accord, for another hospital of their choice."""
    rng, bills = plan.rng, town.bills
    whole = whole.reindex(bills.index, fill_value=False)
    able = some(rng, town.free(whole & (bills["adm_way"] == 2)), number)
    first = columns_of(town, able, "person", "place", "begin", "end", "disease")
    higher = town.world.serving(town.number, "county", "tcm", "private", "county")
    other = rng.choice(higher, len(able))
    leaves = first["begin"] + rng.integers(1, 4, len(able))
    arrives = leaves + rng.integers(0, 4, len(able))
    until = np.maximum(first["end"], arrives + 3)
    keep = (other != first["place"]) & (until < 363)
    level = town.world.places["hosp_lv"].to_numpy()[other]
    keep &= level >= town.world.diseases["least_lv"].to_numpy()[first["disease"]]
    keep &= town.quiet_days(first["person"], first["end"] + 1, np.maximum(until, first["end"] + 1))
    able, arrives, until = able[keep], arrives[keep], until[keep]
    town.change(able, end=leaves[keep], dscg_way=AGAINST_ADVICE)
    more = _again(town, plan, able, other[keep], arrives, until - arrives, 2)
    strength = np.minimum(GAP / np.maximum(arrives - leaves[keep], 0.5), 6.0).round(2)
    for told in (able, more):
        town.tell(
            f"{UNIT.name}_at_limit",
            told,
            strength,
            role=LOOKALIKE,
            doctor=LOOKALIKE,
            patient=LOOKALIKE,
        )
