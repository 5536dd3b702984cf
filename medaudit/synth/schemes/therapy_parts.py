"""One treatment of a sore back is charged as many parts of the body as the sheet has room for."""

from __future__ import annotations

import numpy as np

from medaudit.synth.picking import SERVICES, lines_at, one_item, some_of_each, split
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import LOOKALIKE, RESPONSIBLE, Town

UNIT = Unit(
    name="therapy_parts",
    zh="理疗多计部位：针灸、推拿、理疗等一日计四五个以上部位",
    en="Too many parts: acupuncture, massage or physiotherapy charged for more parts of the body a day than are treated",
    stage=LINES,
    threshold_zh="一日 3 个部位",
    threshold_en="3 parts a day",
    kinds=(*SERVICES, "clinic"),
    rate=(0.1, 0.3),
    strength=(0.3, 0.9),
    least=4,
)
ITEMS = ("acupunct", "massage", "midfreq", "infrared", "moxa", "cupping", "traction")
PARTS, COURSE = 3, 10


def plant(town: Town, plan: Plan) -> None:
    rng = plan.rng
    therapy = np.isin(np.arange(len(town.world.items)), [town.world.item[key] for key in ITEMS])
    lines = lines_at(town, plan, therapy)
    lines = lines[~lines.duplicated(["bill", "item", "day"], keep=False)]
    # Mostly in the wards, where nobody sees the sheet before the discharge.
    rare = rng.random(len(town.bills)) < 0.15
    lines = lines[(town.is_stay().to_numpy() | rare)[lines["bill"]]]
    wrong, fair = split(plan, lines, 1.0)
    wrong = some_of_each(rng, one_item(rng, wrong), 0.3, 1.0)
    bill, of = np.unique(wrong["bill"].to_numpy(), return_inverse=True)
    intensity = plan.intensity(len(bill), low=0.7, high=4.0)
    intensity[: plan.least] = np.maximum(intensity[: plan.least], 1.1)  # some are over the limit
    parts = np.ceil(PARTS * intensity).astype(np.int64)[of]
    town.change_lines(wrong.index.to_numpy(), cnt=parts)
    for over, name, role in (
        (parts > PARTS, UNIT.name, RESPONSIBLE),
        (parts <= PARTS, UNIT.name + "_at_limit", LOOKALIKE),
    ):
        cnt = parts[over]
        town.tell(
            name, bill, cnt / PARTS, role=role, lines=wrong.index.to_numpy()[over],
            part=np.maximum(cnt - PARTS, 0) / cnt,
        )  # fmt: skip
    # Outpatients who pay a whole course on the first day.
    fair = one_item(rng, fair[~town.is_stay().to_numpy()[fair["bill"]]]).drop_duplicates("bill")
    town.change_lines(fair.index.to_numpy(), cnt=COURSE)
    town.tell(
        UNIT.name + "_at_limit",
        bill,
        1.0,
        role=LOOKALIKE,
        lines=fair.index.to_numpy(),
        patient=LOOKALIKE,
    )
