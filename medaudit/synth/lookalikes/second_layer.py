"""One stay, two payers: what the first insurance left goes to a second one, on the same invoice."""

from __future__ import annotations

import numpy as np

from medaudit.synth.lookalikes._ways import columns_of, copies
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town

UNIT = Unit(
    name="second_layer",
    zh="二次报销：同一次住院，第二个险种报销剩余部分，票据号相同，像重复报销",
    en="A second layer: another insurance pays part of what the first left of one stay, like claiming twice",
    innocent=True,
    stage=LINES,
    threshold_zh="同一次住院、同一张票据结算两次",
    threshold_en="one stay, one invoice, settled twice",
    rate=(0.004, 0.012),
)
SECOND = 392  # serious-illness insurance of residents


def plant(town: Town, plan: Plan) -> None:
    bills = town.bills
    stays = (
        town.is_stay() & (bills["visit"] < 0) & (bills["end"] < 340) & town.of("insutype").eq(390)
    )
    stays &= (town.nights() >= 3) & ~bills["planned"] & (town.of("died") > bills["end"] + 30)
    chosen = plan.choose(town.free(stays))
    same = columns_of(
        town, chosen, "person", "place", "doctor", "disease", "med_type", "begin", "end", "clock", "dscg_way",
        "adm_way", "bed", "care",
    )  # fmt: skip
    later = bills.loc[chosen, "settled"].to_numpy() + plan.rng.integers(1, 20, len(chosen))
    town.change(chosen)
    # Some carry the papers to the office: the claim then has no visit of its own.
    second = town.add_bills(
        **same, settled=later, insurer=SECOND, visit=chosen, invoice=chosen,
        by_hand=plan.rng.random(len(chosen)) < 0.5,
    )  # fmt: skip
    theirs = town.lines.index[town.lines["bill"].isin(chosen)].to_numpy()
    of = second[np.searchsorted(chosen, town.lines.loc[theirs, "bill"])]
    copies(town, theirs, bill=of)
    both = np.concatenate([chosen, second])
    town.tell(UNIT.name, both, 1.0, role=LOOKALIKE, patient=LOOKALIKE)
