"""What a published list names as charged twice, and the county's own list of pairs does not have."""

from __future__ import annotations

from typing import NamedTuple

from medaudit.synth.chance import repeated
from medaudit.synth.picking import bills_of, new_orders
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import LOOKALIKE, RESPONSIBLE, Town

UNIT = Unit(
    name="published_pairs",
    zh="公开清单互斥同收：血液灌流另收灌流器，CT引导另收CT平扫，本地互斥表没有列",
    en="Published pairs: the cartridge beside a haemoperfusion, a scan beside the CT that guides a needle; the county's own list has neither",
    stage=LINES,
    threshold_zh="只收前一项（每多收一次加 1）",
    threshold_en="the first of the two only (one more each time the other is charged)",
    kinds=("tertiary",),
    share=(1.0, 1.0),
    rate=(0.1, 0.3),
)
DAYS = 3


class Pair(NamedTuple):
    """An item, what is part of it, something like that which is not, the departments it is done in, and how often at most."""

    whole: str
    part: str
    apart: str
    wards: tuple[str, ...]
    most: int


PAIRS = (
    Pair("perfus", "perfcart", "cannula", ("消化内科", "肾内科", "心内科"), DAYS),
    Pair("ctguide", "ctspine", "dressbig", ("骨科",), 1),
)


def plant(town: Town, plan: Plan) -> None:
    rng, world, bills = plan.rng, town.world, town.bills
    for pair in PAIRS:
        keys = (pair.whole, pair.part, "dialysis", "crrt")
        there = town.lines["item"].isin([world.item[key] for key in keys])
        level = world.places["hosp_lv"].to_numpy()[bills["place"]]
        wanted = town.is_stay() & (bills["med_type"] == 21) & (town.nights() >= DAYS + 1)
        wanted &= world.diseases["dept"].isin(pair.wards).to_numpy()[bills["disease"]]
        wanted &= level >= world.items["least_lv"].iloc[world.item[pair.whole]]
        wanted &= ~bills.index.isin(town.lines.loc[there, "bill"])
        wrong, fair = plan.choose_both(bills_of(town, plan, wanted))
        for stays, other, role in (
            (wrong, pair.part, RESPONSIBLE),
            (fair, pair.apart, LOOKALIKE),
        ):
            days = rng.integers(1, 1 + pair.most, len(stays))
            at, turn = repeated(days)
            given = {
                "bill": stays[at], "day": bills["begin"].to_numpy()[stays[at]] + 1 + turn,
                "clock": 9 * 3600 + rng.integers(0, 3600, len(at)), "order": new_orders(town, at >= 0),
            }  # fmt: skip
            town.add_lines(item=world.item[pair.whole], **given)
            lines = town.add_lines(item=world.item[other], **given)
            guilty = role == RESPONSIBLE
            town.tell(
                UNIT.name + ("" if guilty else "_at_limit"), stays, 1.0 + days[at] * guilty,
                role=role, lines=lines,
            )  # fmt: skip
