"""A clinic for chronic patients renews whatever is asked: more kinds of drugs than the county allows, and no review."""

from __future__ import annotations

import numpy as np

from medaudit.synth.chance import Numbers
from medaudit.synth.chronic import REVIEW, SEEN, fetches, has_rules, most_kinds
from medaudit.synth.picking import bills_of, unlimited_drugs
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import INVOLVED, LOOKALIKE, RESPONSIBLE, Town

UNIT = Unit(
    name="rubber_stamp_clinic",
    zh="慢特病门诊走过场：当地限定品种、每年复审，而门诊不问病情，一次开出超限的品种，或全年不复查照样续药",
    en="Rubber-stamp clinic: where the county limits kinds of drugs and asks for a yearly review, chronic patients get more kinds, or renewals without a review",
    stage=LINES,
    threshold_zh="品种数到上限；复审期过后续药 2 次",
    threshold_en="as many kinds as allowed; two renewals after the review was due",
    kinds=("township", "county", "tcm", "private"),
    rate=(0.04, 0.14),
    strength=(0.3, 0.6),
    least=6,
)
RENEWALS = 2.0
MONTH = 30


def plant(town: Town, plan: Plan) -> None:
    if has_rules(town.world) and plan.rate:
        _unreviewed(town, plan)
        _many_kinds(town, plan)


def _many_kinds(town: Town, plan: Plan) -> None:
    able = bills_of(town, plan, fetches(town))
    chosen, others = plan.choose_both(able)
    limit = most_kinds(town, chosen)
    wanted = np.maximum(np.round(limit * plan.intensity(len(chosen), high=2.7)), limit + 1)
    added, kinds = _fill(town, plan, chosen, wanted)
    of = np.searchsorted(chosen, town.lines["bill"].loc[added])
    strength = np.round(kinds / limit, 2)
    town.tell(
        UNIT.name, added, strength[of], lines=added, doctor=RESPONSIBLE, patient=INVOLVED
    )  # fmt: skip
    # Who has two illnesses, or a bad one, needs as many as are allowed.
    limit = most_kinds(town, others)
    added, kinds = _fill(town, plan, others, limit, due=True)
    strength = np.round(kinds / limit, 2)[np.searchsorted(others, town.lines["bill"].loc[added])]
    town.tell(UNIT.name + "_at_limit", added, strength, role=LOOKALIKE, lines=added)


def _fill(
    town: Town, plan: Plan, bills: Numbers, wanted: Numbers, due: bool = False
) -> tuple[Numbers, Numbers]:
    """Add drugs to bills until each has as many kinds as wanted; the lines, and the kinds each has then.

    due: only what is for the illness, so that some get fewer.
    """
    rng, world = plan.rng, town.world
    lines = town.lines_of(bills)
    lines = lines[lines["chrgitm"].isin(("09", "11"))]
    there = np.zeros((len(bills), len(world.items)), dtype=bool)
    there[np.searchsorted(bills, lines["bill"]), lines["item"]] = True
    # First what is for the illness, then what people buy for themselves.
    usable = np.zeros(there.shape)
    bought = world.care.loc[world.care["care"].str.startswith("pharmacy_"), "item"].unique()
    usable[:, np.intersect1d(unlimited_drugs(world), bought)] = 0.0 if due else 1.0
    care = world.care[
        world.items["med_chrgitm_type"].isin(("09", "11")).to_numpy()[world.care["item"]]
    ]
    own = town.bills["care"].to_numpy()[bills][:, None] == care["care"].to_numpy(object)[None, :]
    row, column = np.nonzero(own)
    usable[row, care["item"].to_numpy()[column]] = 2.0
    usable *= world.items["least_lv"].to_numpy()[None, :] <= town.level_of(bills)[:, None]
    usable *= ~there & (world.pack_days > 0)[None, :]
    order = np.argsort(-(usable * (1 + rng.random(usable.shape))), axis=1)
    lacking = np.clip(wanted - there.sum(axis=1), 0, (usable > 0).sum(axis=1))
    row, turn = np.nonzero(np.arange(order.shape[1])[None, :] < lacking[:, None])
    item = order[row, turn]
    cnt = np.maximum(MONTH // world.pack_days[item], 1).astype(np.int64)
    at = town.bills.loc[bills[row]]
    added = town.add_lines(
        bill=bills[row], item=item, cnt=cnt, supply=(world.pack_days[item] * cnt).astype(np.int64), day=at["begin"].to_numpy(),
        clock=np.maximum(at["clock"].to_numpy() - rng.integers(60, 600, len(row)), 0),
    )  # fmt: skip
    return added, there.sum(axis=1) + lacking


def _unreviewed(town: Town, plan: Plan) -> None:
    """Take the tests off the bills of people whom nobody else saw all year; what they fetch after August is wrong."""
    rng, bills = plan.rng, town.bills
    fetched = fetches(town)
    person = bills["person"].to_numpy()
    tested = np.isin(town.world.items["med_chrgitm_type"].to_numpy()[town.lines["item"]], SEEN)
    elsewhere = ~fetched.to_numpy()[town.lines["bill"]] & tested
    known = np.union1d(person[town.is_stay()], person[town.lines["bill"].to_numpy()[elsewhere]])
    known = np.union1d(known, person[(fetched & bills["taken"]).to_numpy()])
    late = town.free(fetched & (bills["begin"] >= REVIEW[1]) & ~np.isin(person, known))
    for places in plan.widening():
        here = late[np.isin(bills["place"].to_numpy()[late], places)]
        them = np.unique(person[here])
        if len(them) >= 2 * plan.least:
            break
    them = rng.permutation(them)[: max(plan.least, plan.number(len(them)))]
    # Some of them were looked at where no bill comes from: at a check-up of the health service.
    checked = np.sort(them[: len(them) // 4])
    of_them = np.flatnonzero(fetched & np.isin(person, them))
    lines = town.lines_of(of_them)
    town.drop_lines(lines.index[lines["chrgitm"].isin(SEEN)].to_numpy())
    wrong = late[np.isin(person[late], them)]
    number = np.bincount(person[wrong], minlength=len(town.people))[person[wrong]] / RENEWALS
    honest = np.isin(person[wrong], checked)
    town.tell(UNIT.name, wrong[~honest], number[~honest], doctor=INVOLVED, patient=RESPONSIBLE)
    town.tell(
        UNIT.name + "_at_limit", wrong[honest], number[honest], role=LOOKALIKE, institution=None, patient=LOOKALIKE
    )  # fmt: skip
    rest = of_them[~np.isin(of_them, wrong)]
    town.bills.loc[rest, "taken"] = True
