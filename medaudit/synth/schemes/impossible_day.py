"""Days of a doctor that cannot be: more than 24 hours of therapy one to one, or ten patients in five minutes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.chance import Numbers, some
from medaudit.synth.extras import fees, sundries
from medaudit.synth.picking import copied
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import INVOLVED, LOOKALIKE, RESPONSIBLE, Town
from medaudit.synth.when import clocks

UNIT = Unit(
    name="impossible_day",
    zh="医生不可能的一天：一对一治疗合计超过 24 小时，或多日五分钟内看十人以上",
    en="Impossible days: over 24 hours of one-to-one therapy in a day, or over ten patients within five minutes on many days",
    stage=LINES,
    threshold_zh="一天 24 小时一对一治疗，或五分钟 10 人",
    threshold_en="24 hours of one-to-one therapy in a day, or ten patients in five minutes",
    kinds=("private", "township", "tcm", "county", "clinic"),
    share=(0.15, 0.35),
    rate=(0.02, 0.06),
    least=2,
)
HOURS, SESSION, MOST = 24, 0.75, 2  # a session of 45 minutes, two a patient and day
CROWD, MINUTES = 10, 5
PATIENTS = 90  # of a therapist
VISITS = 40  # of a place, at least, for a crowd to be like its other visits
ILLS = ("backache", "shoulder", "neckache")


def plant(town: Town, plan: Plan) -> None:
    _therapy(town, plan)
    _crowd(town, plan)


def _therapy(town: Town, plan: Plan) -> None:
    """Outpatients of a therapist, the same people again and again, more than fit into a day."""
    rng, world = plan.rng, town.world
    therapists = world.doctors["dept"].isin(("康复科", "中医科")).to_numpy()
    # Ten hours are a long day, not an impossible one.
    adults = np.flatnonzero(town.people["age"] >= 30)
    able = _doctors(town, plan, therapists) if len(adults) else adults
    days = _days(plan, able, (2, 8), (0.25, 0.42))
    number = np.ceil(days["strength"].to_numpy() * HOURS / SESSION / MOST).astype(np.int64)
    pool = adults[
        rng.integers(0, max(len(adults), 1), (len(world.doctors) * (len(adults) > 0), PATIENTS))
    ]
    # Half as many more than needed, as some are elsewhere that day.
    at = np.repeat(np.arange(len(days)), np.ceil(number * 1.6 + 4).astype(np.int64))
    turn = pd.Series(at).groupby(at).cumcount().to_numpy() % PATIENTS
    doctor, day = (days[name].to_numpy()[at] for name in ("doctor", "day"))
    rows = pd.DataFrame({"at": at, "doctor": doctor, "day": day, "person": pool[doctor, turn]})
    rows = _at_home(town, rows, number)
    clock = clocks(rng, len(rows))
    ills = np.array([world.disease[key] for key in ILLS])
    bills = town.add_bills(
        person=rows["person"], place=world.doctors["place"].to_numpy()[rows["doctor"]], doctor=rows["doctor"],
        begin=rows["day"], disease=ills[rng.integers(0, len(ills), len(rows))], clock=clock,
    )  # fmt: skip
    lines = town.add_lines(
        bill=bills, item=world.item["therapy"], cnt=MOST, day=rows["day"], clock=clock - rng.integers(60, 900, len(rows)),
    )  # fmt: skip
    fees(town, rng, bills)
    sundries(town, rng, bills, (0.6, 0.3, 0.1), but=bills[:0])
    _tell(
        town,
        bills,
        rows.groupby("at")["at"].transform("size").to_numpy() * MOST * SESSION / HOURS,
        lines,
    )


def _crowd(town: Town, plan: Plan) -> None:
    """Visits as the place has them, written one after another within five minutes."""
    rng, world, old = plan.rng, town.world, town.bills
    seen = town.free(
        (old["med_type"] == 11) & (old["doctor"] >= 0) & old.index.isin(town.lines["bill"])
    )
    place = old["place"].to_numpy()[seen]
    size = np.bincount(place, minlength=len(world.places))
    busy = (world.places["clock"] == "exact").to_numpy() & (size >= VISITS)
    days = _days(plan, _doctors(town, plan, busy[world.doctors["place"]]), (3, 11), (0.5, 0.9))
    number = np.ceil(days["strength"].to_numpy() * CROWD).astype(np.int64)
    at = np.repeat(np.arange(len(days)), number * 2)
    doctor, day = (days[name].to_numpy()[at] for name in ("doctor", "day"))
    # Each is a visit of that place once more, on another day.
    seen, first = seen[np.argsort(place, kind="stable")], np.cumsum(size) - size
    where = world.doctors["place"].to_numpy()[doctor]
    source = seen[first[where] + np.floor(rng.random(len(at)) * size[where]).astype(np.int64)]
    person = old["person"].to_numpy()[source]
    rows = pd.DataFrame(
        {"at": at, "doctor": doctor, "day": day, "person": person, "source": source}
    )
    rows = _at_home(town, rows, number)
    start = rng.integers(8 * 3600, 17 * 3600, len(days))
    source = rows["source"].to_numpy()
    bills = town.add_bills(
        person=rows["person"], place=world.doctors["place"].to_numpy()[rows["doctor"]], doctor=rows["doctor"],
        begin=rows["day"], disease=old["disease"].to_numpy()[source], burst=True,
        clock=start[rows["at"]] + rng.integers(0, MINUTES * 60 - 5, len(rows)),
    )  # fmt: skip
    _as_before(town, rng, bills, source)
    _tell(town, bills, rows.groupby("at")["at"].transform("size").to_numpy() / CROWD)


def _doctors(town: Town, plan: Plan, among: Numbers) -> Numbers:
    """Active doctors at places of the town that take part, at more of their kind where those have too few.

    A hospital that serves all towns has doctors who see the patients of this one.
    """
    doctors, towns = town.world.doctors, town.world.towns
    near = doctors["place"].isin(town.world.serving(town.number, *UNIT.kinds))
    near &= (doctors.index % towns == town.number) | (
        town.world.places["town"].to_numpy()[doctors["place"]] >= 0
    )
    able = among & near & (doctors["dr_status"] == "1")
    for places in plan.widening():
        found = np.flatnonzero(able & doctors["place"].isin(places))
        if len(found) >= plan.least:
            break
    return found


def _days(
    plan: Plan, able: Numbers, number: tuple[int, int], fair: tuple[float, float]
) -> pd.DataFrame:
    """Days of some doctors that are to be too strong, and of as many others that stay within reason."""
    rng = plan.rng
    guilty = plan.choose(able)
    who = np.concatenate([guilty, some(rng, np.setdiff1d(able, guilty), len(guilty))])
    at = np.repeat(np.arange(len(who)), rng.integers(*number, len(who)))
    strong = np.minimum(1.1 + 0.4 * plan.intensity(len(at)), 3.0)
    days = pd.DataFrame({
        "doctor": who[at], "day": rng.integers(5, 340, len(at)),
        "strength": np.where(at < len(guilty), strong, rng.uniform(*fair, len(at))),
    })  # fmt: skip
    return days.drop_duplicates(["doctor", "day"], ignore_index=True)


def _at_home(town: Town, rows: pd.DataFrame, number: Numbers) -> pd.DataFrame:
    """Those of `rows` who have nothing else that day, as many of each day (`at`) as `number` says."""
    rows = rows[~rows.duplicated(["person", "day"])]
    person, day = rows["person"].to_numpy(), rows["day"].to_numpy()
    rows = rows[town.quiet_days(person, day, day)]
    return rows[rows.groupby("at").cumcount().to_numpy() < number[rows["at"]]]


def _as_before(town: Town, rng: np.random.Generator, bills: Numbers, source: Numbers) -> None:
    """Give new bills the lines of older ones."""
    old = town.lines_of(np.unique(source))
    lines = pd.DataFrame({"new": bills, "bill": source}).merge(old, on="bill")
    new = lines["new"].to_numpy()
    clock = town.bills["clock"].to_numpy()[new] - rng.integers(5, 300, len(lines))
    town.add_lines(**copied(
        lines, bill=new, day=town.bills["begin"].to_numpy()[new], doctor=town.bills["doctor"].to_numpy()[new],
        clock=np.maximum(clock, 0),
    ))  # fmt: skip


def _tell(town: Town, bills: Numbers, strength: Numbers, lines: Numbers | None = None) -> None:
    """What exceeds a day is the scheme, the rest its edge; of lines, what exceeds it is wrong."""
    for over, name, role in (
        (strength > 1, UNIT.name, RESPONSIBLE),
        (strength <= 1, UNIT.name + "_at_limit", LOOKALIKE),
    ):
        part = 1 - 1 / strength[over] if role == RESPONSIBLE and lines is not None else 1.0
        town.tell(
            name, bills[over], strength[over], role=role, part=part, doctor=RESPONSIBLE, patient=INVOLVED,
            lines=None if lines is None else lines[over],
        )  # fmt: skip
