"""Days of a doctor that cannot be: more than 24 hours of therapy one to one, or ten patients in five minutes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.chance import Numbers, some
from medaudit.synth.picking import copied
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import INVOLVED, LOOKALIKE, RESPONSIBLE, Town

UNIT = Unit(
    name="impossible_day",
    zh="医生不可能的一天：一对一治疗合计超过 24 小时，或连续多日五分钟内看十人以上",
    en="Impossible days: over 24 hours of one-to-one therapy in a day, or over ten patients within five minutes on many days",
    stage=LINES,
    threshold_zh="一天 24 小时一对一治疗，或五分钟 10 人",
    threshold_en="24 hours of one-to-one therapy in a day, or ten patients in five minutes",
    kinds=("private", "township", "tcm", "county", "clinic"),
    share=(0.3, 0.7),
    rate=(0.02, 0.06),
    least=2,
)
HOURS, SESSION, MOST = 24, 0.75, 2  # a session of 45 minutes, two a patient and day
CROWD, MINUTES = 10, 5
DAYS_OFF = 340


def plant(town: Town, plan: Plan) -> None:
    _therapy(town, plan)
    _crowd(town, plan)


def _therapy(town: Town, plan: Plan) -> None:
    """Outpatients of a therapist, from the same people again and again, more than fit into a day."""
    rng, world = plan.rng, town.world
    able = _doctors(town, plan, world.doctors["dept"].isin(("康复科", "中医科")))
    doctors = plan.choose(able)
    fair = some(rng, np.setdiff1d(able, doctors), len(doctors))
    who = np.concatenate([doctors, fair])
    days = rng.integers(2, 8, len(who))
    at = np.repeat(np.arange(len(who)), days)
    guilty = at < len(doctors)
    # Ten hours are a long day, not an impossible one.
    strength = np.where(
        guilty,
        np.minimum(1.1 + 0.4 * plan.intensity(len(at)), 3.0),
        rng.uniform(0.25, 0.42, len(at)),
    )
    number = np.ceil(strength * HOURS / SESSION / MOST).astype(np.int64)
    day = rng.integers(5, DAYS_OFF, len(at))
    adults = np.flatnonzero(town.people["age"] >= 30)
    pool = (
        adults[rng.integers(0, len(adults), (len(who), 90))]
        if len(adults)
        else np.zeros((len(who), 0), dtype=int)
    )
    # Half as many more than needed, as some are elsewhere that day.
    tries = np.repeat(
        np.arange(len(at)), np.ceil(number * 1.6 + 4).astype(np.int64) * (pool.shape[1] > 0)
    )
    turn = pd.Series(tries).groupby(tries).cumcount().to_numpy()
    rows = pd.DataFrame({"session": tries, "person": pool[at[tries], turn % 90], "day": day[tries]})
    rows = rows[~rows.duplicated(["person", "day"])]
    rows = rows[
        town.quiet_days(rows["person"].to_numpy(), rows["day"].to_numpy(), rows["day"].to_numpy())
    ]
    rows = rows[rows.groupby("session").cumcount().to_numpy() < number[rows["session"]]]
    session = rows["session"].to_numpy()
    doctor = who[at[session]]
    clock = rng.integers(8 * 3600, 18 * 3600, len(rows))
    illness = [
        world.disease[key] for key in ("backache", "shoulder", "neckache") if key in world.disease
    ]
    bills = town.add_bills(
        person=rows["person"], place=world.doctors["place"].to_numpy()[doctor], doctor=doctor, begin=rows["day"],
        disease=np.array(illness)[rng.integers(0, len(illness), len(rows))], clock=clock,
    )  # fmt: skip
    lines = town.add_lines(
        bill=bills, item=world.item["therapy"], cnt=MOST, day=rows["day"], clock=clock - rng.integers(60, 900, len(rows)),
    )  # fmt: skip
    sessions = pd.DataFrame({"doctor": doctor, "day": rows["day"].to_numpy()})
    real = (
        sessions.groupby(["doctor", "day"])["day"].transform("size").to_numpy()
        * MOST
        * SESSION
        / HOURS
    )
    for over, name in ((real > 1, UNIT.name), (real <= 1, UNIT.name + "_at_limit")):
        part = np.maximum(1 - 1 / real[over], 0)
        role = RESPONSIBLE if name == UNIT.name else LOOKALIKE
        town.tell(name, bills, real[over], role=role, lines=lines[over], part=part if role == RESPONSIBLE else 1.0,
                  doctor=RESPONSIBLE, patient=INVOLVED)  # fmt: skip


def _crowd(town: Town, plan: Plan) -> None:
    """Visits as others have them, written one after another within five minutes."""
    rng, world, old = plan.rng, town.world, town.bills
    seen = town.free((old["med_type"] == 11) & (old["doctor"] >= 0))
    place = old["place"].to_numpy()[seen]
    exact = (world.places["clock"] == "exact").to_numpy() & (
        np.bincount(place, minlength=len(world.places)) >= 40
    )
    able = _doctors(town, plan, pd.Series(exact[world.doctors["place"]], index=world.doctors.index))
    doctors = plan.choose(able)
    who = np.concatenate([doctors, some(rng, np.setdiff1d(able, doctors), len(doctors))])
    days = rng.integers(3, 11, len(who))
    at = np.repeat(np.arange(len(who)), days)
    strength = np.where(
        at < len(doctors),
        np.minimum(1.1 + 0.35 * plan.intensity(len(at)), 3.2),
        rng.uniform(0.5, 0.9, len(at)),
    )
    number = np.ceil(strength * CROWD).astype(np.int64)
    day, start = rng.integers(5, DAYS_OFF, len(at)), rng.integers(8 * 3600, 17 * 3600, len(at))
    by_place = seen[np.argsort(place, kind="stable")]
    first = np.searchsorted(np.sort(place), np.arange(len(world.places)))
    size = np.bincount(place, minlength=len(world.places))
    tries = np.repeat(np.arange(len(at)), number * 2)
    where = world.doctors["place"].to_numpy()[who[at[tries]]]
    source = (
        by_place[first[where] + np.floor(rng.random(len(tries)) * size[where]).astype(np.int64)]
        if len(tries)
        else seen[:0]
    )
    rows = pd.DataFrame(
        {
            "session": tries,
            "source": source,
            "person": old["person"].to_numpy()[source],
            "day": day[tries],
        }
    )
    rows = rows[~rows.duplicated(["person", "day"])]
    rows = rows[
        town.quiet_days(rows["person"].to_numpy(), rows["day"].to_numpy(), rows["day"].to_numpy())
    ]
    rows = rows[rows.groupby("session").cumcount().to_numpy() < number[rows["session"]]]
    session, source = rows["session"].to_numpy(), rows["source"].to_numpy()
    clock = start[session] + rng.integers(0, MINUTES * 60 - 5, len(rows))
    doctor = who[at[session]]
    bills = town.add_bills(
        person=rows["person"], place=world.doctors["place"].to_numpy()[doctor], doctor=doctor, begin=rows["day"],
        disease=old["disease"].to_numpy()[source], clock=clock, burst=True,
    )  # fmt: skip
    _as_before(town, rng, bills, source)
    real = rows.groupby("session")["day"].transform("size").to_numpy() / CROWD
    for over, name in ((real > 1, UNIT.name), (real <= 1, UNIT.name + "_at_limit")):
        role = RESPONSIBLE if name == UNIT.name else LOOKALIKE
        town.tell(name, bills[over], real[over], role=role, doctor=RESPONSIBLE, patient=INVOLVED)


def _doctors(town: Town, plan: Plan, among: pd.Series) -> Numbers:
    """Active doctors at places of the town that take part, at all of their kind where those have none."""
    doctors, kind = town.world.doctors, town.world.places["kind"].to_numpy()
    near = doctors["place"].isin(town.world.serving(town.number, *UNIT.kinds))
    able = among & near & (doctors["dr_status"] == "1") & (kind[doctors["place"]] != "pharmacy")
    found = np.flatnonzero(able & doctors["place"].isin(plan.culprits))
    return found if len(found) >= plan.least or not plan.least else np.flatnonzero(able)


def _as_before(town: Town, rng: np.random.Generator, bills: Numbers, source: Numbers) -> None:
    """Give new bills the lines of older ones."""
    lines = pd.DataFrame({"new": bills, "bill": source}).merge(
        town.lines_of(np.unique(source)), on="bill"
    )
    new = lines["new"].to_numpy()
    clock = town.bills["clock"].to_numpy()[new] - rng.integers(5, 300, len(lines))
    town.add_lines(**copied(
        lines, bill=new, day=town.bills["begin"].to_numpy()[new], doctor=town.bills["doctor"].to_numpy()[new],
        clock=np.maximum(clock, 0),
    ))  # fmt: skip
