"""A doctor earns by what is ordered: for months drugs the patients pay alone, or scans, for most of the patients of a ward."""

from __future__ import annotations

import numpy as np

from medaudit.synth.chance import Numbers, repeated, some
from medaudit.synth.picking import new_orders, usual_price
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import INVOLVED, LOOKALIKE, RESPONSIBLE, Town

UNIT = Unit(
    name="steering_doctor",
    zh="医师诱导：医师收病人多，连续几个月给多数住院患者开自费药、贵重药或加做大型检查，从中得利",
    en="Steering doctor: for months a doctor with many patients has most of them take drugs they pay alone or undergo scans, and earns by it",
    stage=LINES,
    threshold_zh="加开的相当于应有费用的四分之一",
    threshold_en="what is added is worth a quarter of what was due",
    kinds=("county", "private", "tertiary"),
    share=(0.2, 0.5),
    strength=(0.9, 1.2),
    early=True,
)
QUARTER = 0.25
BUSY = 60  # stays of a season that one doctor can have
SEASON = 62  # days
SCANS = ("ct", "ctspine", "mrspine")  # nothing excludes these
MACHINES, USUAL = "CT|磁共振", 0.2
DRUGS = ("albumin", "fatemu", "amino", "parecox", "octreo", "pipera", "cefope")


def plant(town: Town, plan: Plan) -> None:
    rng, bills = plan.rng, town.bills
    wanted = town.is_stay() & (bills["med_type"] == 21) & (bills["doctor"] >= 0)
    wanted &= (town.of("age") >= 18) & (town.nights() >= 3) & (bills["dscg_way"] == 1)
    crowd = bills.loc[town.free(wanted), "place"].value_counts().reindex(plan.ladder).fillna(0)
    enough = crowd[crowd >= 2 * BUSY] if plan.rate else crowd[:0]
    # A doctor for scans at the largest of the county's own, who needs more patients, and one for drugs at the next; at the
    # city's where those are too few.
    enough = enough.sort_values(ascending=False, kind="stable")
    level = town.world.places["hosp_lv"].to_numpy()[enough.index]
    able = enough.index.to_numpy()[np.argsort(level, kind="stable")]
    where = np.resize(able[:2][::-1], 2) if len(able) else able
    heads: list[int] = []
    for number, place in enumerate(where):
        # Of months that follow one another, as many as give the doctor the patients.
        stays = town.free(wanted & (bills["place"] == place) & ~bills["doctor"].isin(heads))
        first = int(rng.integers(0, 360 - SEASON))
        end = bills["end"].to_numpy()[stays]
        season = stays[(end >= first) & (end < first + SEASON)]
        scans = bool(number % 2)
        # A scan is sold to whom none is due; a drug to anybody.
        season = season[~_calls_for_scans(town, season)] if scans else season
        if len(season) < BUSY // 3:
            continue
        # Who heads a department has the patients of the others written to the own name.
        doctor, count = np.unique(bills["doctor"].to_numpy()[season], return_counts=True)
        head = int(doctor[count.argmax()])
        own = season[(bills["doctor"].to_numpy()[season] == head)]
        wish = max(BUSY * (3 if scans else 2) // 2 - len(own), 0)
        own = np.sort(np.concatenate([own, some(rng, np.setdiff1d(season, own), wish)]))
        _under(town, own, head)
        chosen = own[rng.random(len(own)) < rng.uniform(0.85, 0.97)]
        _order(town, plan, chosen, scans, plan.intensity(len(chosen)), RESPONSIBLE)
        heads.append(head)
    # A colleague's patients ask for a better drug now and then, and pay for it.
    for place in np.unique(where):
        others = town.free(wanted & (bills["place"] == place) & ~bills["doctor"].isin(heads))
        _order(town, plan, some(rng, others, BUSY // 6), False, np.full(BUSY // 6, 0.4), LOOKALIKE)


def _under(town: Town, stays: Numbers, doctor: int) -> None:
    lines = town.lines_of(stays)
    town.change_lines(lines.index[(lines["doctor"] >= 0).to_numpy()].to_numpy(), doctor=doctor)
    town.bills.loc[stays, "doctor"] = doctor


def _calls_for_scans(town: Town, stays: Numbers) -> Numbers:
    """Per stay: whether scans are nothing rare in the care of its illness."""
    world = town.world
    machine = world.items["med_list_name"].str.contains(MACHINES).to_numpy()
    usual = machine[world.care["item"]] & (world.care["chance"] >= USUAL)
    cares = world.care.loc[usual, "care"].unique()
    return town.bills["care"].isin(cares).to_numpy()[stays]


def _order(
    town: Town, plan: Plan, stays: Numbers, scans: bool, intensity: Numbers, role: str
) -> None:
    """Order scans, or drugs that the patient pays, worth so many quarters of what was due, and tell it."""
    rng, world = plan.rng, town.world
    if not len(stays):
        return
    level = int(town.level_of(stays)[0])
    good = np.array([world.item[key] for key in (SCANS if scans else DRUGS)])
    good = good[world.items["least_lv"].to_numpy()[good] <= level]
    lines = town.lines_of(stays)
    at = np.searchsorted(stays, lines["bill"])
    paid = usual_price(town, lines["bill"].to_numpy(), lines["item"].to_numpy())
    due = np.bincount(at, weights=paid * lines["cnt"].to_numpy(), minlength=len(stays))
    there = np.zeros((len(stays), len(good)), dtype=bool)
    for column, one in enumerate(good):
        there[at[lines["item"].to_numpy() == one], column] = True
    price = np.stack([usual_price(town, stays, np.full(len(stays), one)) for one in good], axis=1)
    nights = town.nights().to_numpy()[stays]
    # A scan once, a drug on as many days as the money lasts for, in an order of its own for each stay.
    most = np.where(there, 0, 1 if scans else nights[:, None] - 1)
    order = rng.random(there.shape).argsort(axis=1)
    worth = np.take_along_axis(most * price, order, axis=1)
    goal = due * QUARTER * intensity[: len(stays)]
    before = np.cumsum(worth, axis=1) - worth
    part = np.clip((goal[:, None] - before) / np.maximum(worth, 1), 0.0, 1.0)
    number = np.ceil(np.take_along_axis(most, order, axis=1) * part).astype(np.int64)
    row, turn = repeated(number.ravel())
    of, which = row // len(good), order.ravel()[row]
    begin = town.bills["begin"].to_numpy()[stays[of]]
    day = begin + 1 + (rng.integers(0, 2, len(row)) if scans else turn)
    added = town.add_lines(
        bill=stays[of], item=good[which], day=np.minimum(day, begin + nights[of]),
        clock=9 * 3600 + rng.integers(0, 7200, len(row)), order=new_orders(town, row >= 0), own=not scans,
    )  # fmt: skip
    spent = np.bincount(of, weights=price[of, which], minlength=len(stays))
    strength = np.round(spent / np.maximum(due, 1) / QUARTER, 2)
    town.tell(
        UNIT.name + ("" if role == RESPONSIBLE else "_at_limit"), stays, strength[of], role=role, lines=added,
        institution=None, doctor=role, patient=INVOLVED,
    )  # fmt: skip
