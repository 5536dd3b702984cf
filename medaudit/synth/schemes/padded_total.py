"""The total of a stay is raised by hand above what its lines add up to, once the list of charges is printed."""

from __future__ import annotations

import numpy as np

from medaudit.synth.chance import Numbers, some
from medaudit.synth.money import priced
from medaudit.synth.picking import bills_of
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town

UNIT = Unit(
    name="padded_total",
    zh="虚增总额：结算总额高于费用明细合计，多出的部分没有任何项目",
    en="Padded total: the settlement claims more than its lines add up to, for nothing that is named",
    stage=LINES,
    threshold_zh="总额比明细多一成",
    threshold_en="a total of a tenth more than the lines",
    kinds=("private", "township", "tcm", "county"),
    rate=(0.03, 0.1),
    strength=(-0.5, 0.5),
    least=5,
)
TENTH = 0.1
YUAN = 100  # fen


def plant(town: Town, plan: Plan) -> None:
    rng = plan.rng
    able = bills_of(town, plan, town.is_stay() & (town.bills["visit"] < 0))
    # A clerk does not dare it with every second patient.
    chosen = some(rng, plan.choose(able), max(plan.least, len(able) // 12))
    wanted = TENTH * plan.intensity(len(chosen), low=0.02, high=5.0)
    due = _due(town, chosen)
    # A round sum as often as not.
    padding = np.round(due * wanted).astype(np.int64)
    even = (rng.random(len(chosen)) < 0.5) & (padding > 50 * YUAN)
    padding = np.where(even, np.round(padding / (50 * YUAN)).astype(np.int64) * 50 * YUAN, padding)
    town.change(chosen, padding=np.maximum(padding, YUAN))
    share = padding / np.maximum(due, 1)
    town.tell(UNIT.name, chosen, np.round(share / TENTH, 2), part=share / (1 + share))
    # Others round the total to whole yuan, or take a little off it for people in need.
    rest = some(rng, np.setdiff1d(able, chosen), len(chosen) // 2 + 1)
    due = _due(town, rest)
    off = rng.random(len(rest)) < 0.3
    town.change(rest, padding=np.where(off, -np.round(due * 0.05).astype(np.int64), -due % YUAN))
    told = np.where(off, 0.5, 0.0)
    town.tell(UNIT.name + "_at_limit", rest, told, role=LOOKALIKE)


def _due(town: Town, bills: Numbers) -> Numbers:
    """What the lines of each bill cost (fen)."""
    lines = town.lines_of(bills)
    amount, size = priced(town, lines)["amount"], len(town.bills)
    return np.bincount(lines["bill"], weights=amount, minlength=size)[bills].astype(np.int64)
