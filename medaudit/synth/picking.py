"""What schemes of charges have in common: whose bills and lines, copies of them, and drugs fetched elsewhere."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from medaudit.synth.chance import Numbers, some
from medaudit.synth.extras import fees, sundries
from medaudit.synth.plan import Plan
from medaudit.synth.town import LOOKALIKE, Town
from medaudit.synth.when import clocks
from medaudit.synth.world import World, table_of

SERVICES = ("tertiary", "county", "tcm", "private", "township")
DRUGS = ("09", "10", "11")
LIMITS = ["lmt_gend", "lmt_age_min", "lmt_age_max", "lmt_hosp_lv", "lmt_med_type"]
GIVEN = (
    "item",
    "day",
    "clock",
    "cnt",
    "price",
    "doctor",
    "rx",
    "supply",
)  # a copy has no order of its own


def bills_of(town: Town, plan: Plan, among: pd.Series | None = None) -> Numbers:
    """Free bills at the places that take part; where those have too few, at the next ones down the list too."""
    wanted = pd.Series(True, index=town.bills.index) if among is None else among
    return town.free(wanted & town.bills["place"].isin(places_with(town, plan, wanted)))


def places_with(town: Town, plan: Plan, wanted: pd.Series) -> Numbers:
    """The places that take part; where those have too few free bills of the `wanted`, the next ones down the list too."""
    for places in plan.widening():
        if len(town.free(wanted & town.bills["place"].isin(places))) >= 8 * plan.least:
            break
    return places


def lines_at(
    town: Town, plan: Plan, wanted: Numbers, among: pd.Series | None = None
) -> pd.DataFrame:
    """The lines of `wanted` items (one truth value an item) on the bills of `bills_of`, with `chrgitm`."""
    here = np.zeros(len(town.bills), dtype=bool)
    here[bills_of(town, plan, among)] = True
    lines = town.lines[here[town.lines["bill"].to_numpy()] & wanted[town.lines["item"].to_numpy()]]
    return lines.assign(
        chrgitm=town.world.items["med_chrgitm_type"].to_numpy()[lines["item"].to_numpy()]
    )


def paired(first: pd.Series, second: pd.Series) -> Numbers:
    """A number for each pair of a bill and an item, or a bill and a day (below 10,000)."""
    return first.to_numpy() * 10_000 + second.to_numpy()


def split(
    plan: Plan, lines: pd.DataFrame, share: float = 1 / 3
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The lines of the bills chosen for a scheme, and of some others (`share` as many) for its innocent edge."""
    eligible = np.sort(lines["bill"].unique())
    chosen = plan.choose(eligible)
    rest = some(plan.rng, np.setdiff1d(eligible, chosen), int(np.ceil(len(chosen) * share)))
    return lines[lines["bill"].isin(chosen)], lines[lines["bill"].isin(rest)]


def one_item(rng: np.random.Generator, lines: pd.DataFrame) -> pd.DataFrame:
    """Of each bill the lines of one of its items."""
    pairs = lines[["bill", "item"]].drop_duplicates().sort_values(["bill", "item"])
    pairs = pairs.iloc[rng.permutation(len(pairs))].drop_duplicates("bill")
    return lines[
        np.isin(paired(lines["bill"], lines["item"]), paired(pairs["bill"], pairs["item"]))
    ]


def some_of_each(
    rng: np.random.Generator, lines: pd.DataFrame, low: float, high: float
) -> pd.DataFrame:
    """Of each bill some of its lines, a share between `low` and `high` and one at least."""
    bill = lines["bill"].to_numpy()
    bills, of = np.unique(bill, return_inverse=True)
    share = rng.uniform(low, high, len(bills))[of]
    chance = rng.random(len(lines))
    least = np.ones(len(bills))
    np.minimum.at(least, of, chance)
    return lines[(chance < share) | (chance == least[of])]


def copied(lines: pd.DataFrame, **changed: Any) -> dict[str, Any]:
    """Columns for `Town.add_lines` that charge `lines` once more, with no order of its own unless given."""
    return {
        "bill": lines["bill"].to_numpy(),
        **{name: lines[name].to_numpy() for name in GIVEN},
        **changed,
    }


def new_orders(town: Town, stay: Numbers) -> Numbers:
    """An order number of its own for each line of a stay, 0 for the others."""
    return np.where(stay, town.last_order() + np.arange(1, len(stay) + 1), 0)


def usual_price(town: Town, bills: Numbers, item: Numbers) -> Numbers:
    """What the place of each of `bills` charges for an item (fen)."""
    return np.asarray(town.world.prices[town.bills["place"].to_numpy()[bills], item])


def fetch(
    town: Town,
    rng: np.random.Generator,
    person: Numbers,
    day: Numbers,
    place: Numbers,
    item: Numbers,
    cnt: Numbers,
) -> tuple[Numbers, Numbers]:
    """Have people fetch `cnt` packs of a drug, each on days they have nothing else, mostly with something more on the bill.

    Where the place cannot give the drug they fetch it at a hospital of the county. Returns the lines of the drug
    and the person of each; who would fetch twice on a day does so once.
    """
    world = town.world
    places, items = world.places, world.items
    shop = (places["fixmedins_type"] == "2").to_numpy()
    level, least = places["hosp_lv"].to_numpy(), items["least_lv"].to_numpy()
    sold = (items["sold"] == "1").to_numpy()
    unable = np.where(shop[place], ~sold[item], level[place] < least[item])
    higher = world.serving(town.number, "county")
    place = np.where(unable, higher[rng.integers(0, len(higher), len(place))], place)
    once = ~pd.DataFrame({"person": person, "day": day}).duplicated().to_numpy()
    once &= (day >= 0) & (day < 364)
    once &= town.quiet_days(person, day, day)
    person, day, place, item, cnt = (x[once] for x in (person, day, place, item, cnt))
    at_shop = shop[place]
    registered = town.people["chronic"].to_numpy()[person]
    by_chronic = _listed(town, registered, item) & (rng.random(len(person)) < 0.6)
    clock = np.where(at_shop, clocks(rng, len(person), "shop"), clocks(rng, len(person)))
    bills = town.add_bills(
        person=person, place=place, begin=day, clock=clock,
        disease=np.where(at_shop, -1, registered),
        med_type=np.where(at_shop, 41, np.where(by_chronic, 14, 11)),
    )  # fmt: skip
    pack = world.pack_days
    lines = town.add_lines(
        bill=bills, item=item, day=day, clock=np.maximum(clock - rng.integers(20, 600, len(bills)), 0),
        cnt=cnt, supply=pack[item] * cnt,
    )  # fmt: skip
    fees(town, rng, bills)
    sundries(town, rng, bills, (0.4, 0.4, 0.2), but=item)
    return lines, person


def told_of(town: Town) -> Numbers:
    """Whoever is somebody's subject already: patients that are told, and those of lookalikes."""
    rows = pd.concat([pd.DataFrame(columns=["bill", "subject_type", "role"]), *town.told])
    bills = rows["bill"][(rows["subject_type"] == "patient") | (rows["role"] == LOOKALIKE)]
    return np.unique(town.bills["person"].to_numpy()[bills.to_numpy(dtype=np.int64)])


def packs(rng: np.random.Generator, pack: Numbers) -> Numbers:
    """How many packs each takes at once: a month's, now and then two months'; `pack`: the days of one."""
    days = np.where(rng.random(len(pack)) < 0.08, 60, 30)
    return np.maximum(days // pack, 1)


def _listed(town: Town, disease: Numbers, item: Numbers) -> Numbers:
    """Per row: whether a chronic disease (-1 for none) has that drug on its list."""
    table = table_of("chronic_drug")
    codes = np.append(town.world.diseases["opsp_dise_code"].to_numpy(dtype=object), "")
    asked = pd.MultiIndex.from_arrays(
        [codes[disease], town.world.items["generic_code"].to_numpy(dtype=object)[item]]
    )
    return np.asarray(
        asked.isin(pd.MultiIndex.from_frame(table[["opsp_dise_code", "generic_code"]]))
    )


def supplied(town: Town, person: Numbers, item: Numbers, first: Numbers, last: Numbers) -> Numbers:
    """Per row: the days of supply of a drug that a person got from day `first` to day `last`."""
    asked = pd.DataFrame(
        {"person": person, "item": item, "first": first, "last": last}
    ).reset_index()
    lines = town.lines[(town.lines["supply"] > 0) & town.lines["item"].isin(np.unique(item))]
    had = pd.DataFrame({
        "person": town.bills["person"].to_numpy()[lines["bill"]], "item": lines["item"].to_numpy(),
        "day": lines["day"].to_numpy(), "supply": lines["supply"].to_numpy(),
    })  # fmt: skip
    met = asked.merge(had, on=["person", "item"])
    met = met[(met["day"] >= met["first"]) & (met["day"] <= met["last"])]
    return np.bincount(met["index"], weights=met["supply"], minlength=len(asked))


def prescription(
    town: Town, rng: np.random.Generator, bills: Numbers, run: Numbers, place: Numbers, kinds: Numbers,
    *, changed: float, of: tuple[str, ...] = (),
) -> None:  # fmt: skip
    """Give the bills of each run (a row of `place`) the same drugs and counts; of some one drug is left out.

    kinds: how many drugs a run's prescription has. changed: share that lacks one. of: the care whose drugs are
    taken, anybody's when empty.
    """
    world, items = town.world, town.world.items
    drug = np.isin(items.index, unlimited_drugs(world))
    if of:
        drug &= np.isin(items.index, world.care.loc[world.care["care"].isin(of), "item"])
    level, least = world.places["hosp_lv"].to_numpy()[place], items["least_lv"].to_numpy()
    keys = rng.random((len(place), len(items))) * drug * (least <= level[:, None])
    most = int(kinds.max(initial=1))
    liked = np.argsort(-keys, axis=1)[:, :most]
    have = (np.arange(most) < kinds[:, None]) & (np.take_along_axis(keys, liked, axis=1) > 0)
    count = rng.integers(1, 4, liked.shape)
    wanted = have[run]
    gap = rng.integers(0, kinds[run])
    wanted &= ~((rng.random(len(run)) < changed)[:, None] & (np.arange(most) == gap[:, None]))
    row, which = np.nonzero(wanted)
    item, cnt = liked[run[row], which], count[run[row], which]
    begin, clock = (town.bills.loc[bills, name].to_numpy() for name in ("begin", "clock"))
    town.add_lines(
        bill=bills[row], item=item, cnt=cnt, day=begin[row], clock=np.maximum(clock[row] - 60, 0),
        supply=world.pack_days[item] * cnt,
    )  # fmt: skip


def unlimited_drugs(world: World) -> Numbers:
    """Rows of the drugs for outpatients, not dear, that anybody may have anywhere."""
    return np.flatnonzero(for_anybody(world) & (world.items["pric"] < 80))


def for_anybody(world: World) -> pd.Series:
    """Per item: whether it is a drug for outpatients without any limit."""
    items = world.items
    drug = items["med_chrgitm_type"].isin(("09", "11")) & (items["pack_days"] > 0)
    return drug & (items[LIMITS] == "").all(axis=1)
