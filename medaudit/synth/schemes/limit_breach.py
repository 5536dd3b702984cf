"""Items that are only for one sex, some ages, higher hospitals or inpatients, used for others."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.chance import Numbers, repeated, some
from medaudit.synth.picking import LIMITS, bills_of
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town

UNIT = Unit(
    name="limit_breach",
    zh="违反限定：限性别、年龄、机构级别、就医方式的项目用于不符合的人或场合",
    en="Limit breach: items limited to a sex, ages, a level or a kind of visit used against the limit",
    stage=LINES,
    threshold_zh="没有违反（每收一次加 1）",
    threshold_en="none (one more each time it is charged)",
    kinds=("private", "county", "tcm", "township", "clinic", "pharmacy"),
    share=(0.15, 0.35),
    rate=(0.01, 0.04),
)
SEX, AGE, LEVEL, VISIT = range(4)


def plant(town: Town, plan: Plan) -> None:
    rng, bills = plan.rng, town.bills
    able = bills_of(town, plan, bills["med_type"].isin((11, 14, 21, 41)))
    chosen = plan.choose(able)
    rows = _limited(town).index.to_numpy()
    breach, possible = _breaches(town, chosen)
    # Each kind of breach as likely, wherever it can be.
    liked = rng.integers(0, 4, len(chosen))[:, None]
    score = (possible & (breach.sum(axis=0) == 1)) * (
        rng.random(possible.shape) + 2 * np.choose(liked, list(breach))
    )
    best = rows[score.argmax(axis=1)]
    found = score.max(axis=1, initial=0) > 0
    chosen, best = chosen[found], best[found]
    nights = town.nights().to_numpy()[chosen]
    number = np.where(nights > 1, rng.integers(1, 1 + np.clip(nights, 1, 5)), 1)
    at, turn = repeated(number)
    added = _charge(town, plan, chosen[at], best[at], turn)
    town.tell(UNIT.name, chosen, 1.0 + number[at], lines=added)
    # The oldest and the youngest it is for; a chronic disease's bill has limits of its own.
    rest = np.setdiff1d(able, chosen)
    rest = some(rng, rest[bills["med_type"].to_numpy()[rest] != 14], len(chosen) * 20)
    edge = _at_age_limit(town, rest)
    where = edge.any(axis=1)
    rest = rest[where][: len(chosen) // 3 + 1]
    best = rows[edge[where][: len(rest)].argmax(axis=1)]
    added = _charge(town, plan, rest, best, np.zeros(len(rest), dtype=np.int64))
    town.tell(UNIT.name + "_at_limit", rest, 1.0, role=LOOKALIKE, lines=added)


def _ages(town: Town, bills: Numbers) -> Numbers:
    birth = town.people["birth"].to_numpy()[town.bills["person"].to_numpy()[bills]]
    return np.asarray((town.bills["begin"].to_numpy()[bills] - birth) / 365.2425)


def _limited(town: Town) -> pd.DataFrame:
    """The items that have a limit, by their rows."""
    items = town.world.items
    limited = items[LIMITS] != ""
    return items[limited.any(axis=1)]


def _limits(town: Town) -> tuple[Numbers, Numbers]:
    items = _limited(town)
    low = pd.to_numeric(items["lmt_age_min"]).fillna(0).to_numpy()
    high = pd.to_numeric(items["lmt_age_max"]).fillna(150).to_numpy()
    return low, high


def _usable(town: Town, bills: Numbers) -> Numbers:
    """Per bill and item: whether it may stand there but for its limits: no operation, no bed, in a shop only drugs."""
    items = _limited(town)
    shop = (town.world.places["fixmedins_type"] == "2").to_numpy()[
        town.bills["place"].to_numpy()[bills]
    ]
    thing = items["med_chrgitm_type"].isin(("03", "04", "09", "11")).to_numpy()
    enough = items["least_lv"].to_numpy()[None, :] <= town.level_of(bills)[:, None]
    return thing[None, :] & np.where(
        shop[:, None], (items["sold"] == "1").to_numpy()[None, :], enough
    )


def _breaches(town: Town, bills: Numbers) -> tuple[Numbers, Numbers]:
    """Per kind of limit, bill and item: whether it would be breached; and per bill and item whether that can be."""
    items, level = _limited(town), town.level_of(bills)
    sex = town.people["sex"].to_numpy()[town.bills["person"].to_numpy()[bills]].astype(str)
    kind = town.bills["med_type"].to_numpy()[bills].astype(str)
    age, (low, high) = _ages(town, bills), _limits(town)
    only, least = (
        items["lmt_gend"].to_numpy(str),
        pd.to_numeric(items["lmt_hosp_lv"]).fillna(-1).to_numpy(),
    )
    visit = items["lmt_med_type"].to_numpy(str)
    shop = kind == "41"
    breach = np.stack([
        (only != "")[None, :] & (only[None, :] != sex[:, None]),
        # People buy a child's syrup on their own card.
        ((age[:, None] < low - 1) | (age[:, None] > high + 2)) & ~shop[:, None],
        (level[:, None] < least[None, :]) & (level[:, None] >= 1) & ~shop[:, None],
        (visit != "")[None, :] & (visit[None, :] != kind[:, None]) & ~shop[:, None],
    ])  # fmt: skip
    return breach, _usable(town, bills) | (breach[LEVEL] & ~breach[VISIT])


def _at_age_limit(town: Town, bills: Numbers) -> Numbers:
    """Per bill and item: whether its person is in the last or the first year that the item is for."""
    (low, high), years = _limits(town), np.floor(_ages(town, bills))
    middle = np.abs(_ages(town, bills) - years - 0.5) < 0.4
    edge = ((years[:, None] == low) & (low > 0)) | ((years[:, None] == high) & (high < 100))
    breach, possible = _breaches(town, bills)
    return edge & middle[:, None] & possible & ~breach.any(axis=0)


def _charge(town: Town, plan: Plan, bills: Numbers, item: Numbers, turn: Numbers) -> Numbers:
    """Charge an item on the day of a visit, or on days of a stay one after another."""
    stay = town.is_stay().to_numpy()[bills]
    clock = np.where(
        stay, 33_000 + item % 600, np.maximum(town.bills["clock"].to_numpy()[bills] - 90, 0)
    )
    pack = town.world.pack_days
    return town.add_lines(
        bill=bills, item=item, day=town.bills["begin"].to_numpy()[bills] + turn, clock=clock,
        supply=np.where(stay, 0, pack[item]),
    )  # fmt: skip
