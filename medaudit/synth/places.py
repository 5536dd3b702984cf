"""Hospitals, clinics and pharmacies of a county, and their doctors."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from medaudit.synth.chance import Numbers, pick

NEVER = 10_000  # the day of what never happens


class Kind(NamedTuple):
    """A kind of place and how many a county has of it."""

    kind: str
    hosp_lv: int
    inpatients: float  # share of the county's
    doctors: int  # of one, when the county is large
    share: float  # of its public owners
    per_people: int  # one further for so many people
    least: int
    local: bool  # of one town


KINDS = [
    Kind("tertiary", 3, 0.20, 120, 1.0, 150_000, 1, False),
    Kind("county", 2, 0.34, 70, 1.0, 90_000, 2, False),
    Kind("tcm", 2, 0.11, 40, 0.9, 120_000, 1, False),
    Kind("private", 2, 0.15, 24, 0.0, 20_000, 4, False),
    Kind("psychiatric", 2, 0.04, 12, 0.6, 250_000, 1, False),
    Kind("maternity", 2, 0.03, 16, 0.9, 300_000, 1, False),
    Kind("township", 1, 0.20, 10, 1.0, 6_000, 4, True),
    Kind("clinic", 0, 0.0, 3, 0.5, 1_500, 6, True),
    Kind("pharmacy", 0, 0.0, 0, 0.1, 1_800, 6, True),
]
IN_HOSPITAL = 0.0042  # of all people on a day: 0.17 stays a year of nine nights

# Departments by kind of place; one named twice has twice the doctors.
DEPARTMENTS = {
    "tertiary": "内科 呼吸内科 心内科 消化内科 神经内科 内分泌科 肾内科 风湿科 普外科 骨科 泌尿科 肿瘤科 妇产科 儿科 眼科 耳鼻喉科 口腔科 "
    "皮肤科 精神科 感染科 急诊科 康复科 中医科 内科 普外科",
    "county": "内科 呼吸内科 心内科 消化内科 神经内科 内分泌科 肾内科 普外科 骨科 泌尿科 肿瘤科 妇产科 儿科 眼科 耳鼻喉科 口腔科 皮肤科 "
    "感染科 急诊科 康复科 中医科",
    "tcm": "中医科 中医科 内科 骨科 神经内科 康复科 口腔科 急诊科",
    "private": "内科 外科 骨科 中医科 康复科 妇产科 口腔科 眼科",
    "psychiatric": "精神科",
    "maternity": "妇产科 妇产科 儿科",
    "township": "内科 外科 中医科 儿科 妇产科",
    "clinic": "全科",
}


def build_places(
    rng: np.random.Generator, region: str, people: int, towns: int, words: dict[str, Any]
) -> pd.DataFrame:
    """The places of a county, those that serve everybody first, then town by town."""
    rows: list[tuple[Kind, int]] = []
    for kind in KINDS:
        if not kind.local:
            rows += [(kind, -1)] * (kind.least + people // kind.per_people)
    for own in range(towns):
        for kind in KINDS:
            if kind.local:
                rows += [(kind, own)] * max(kind.least, people // towns // kind.per_people)
    size = len(rows)
    kinds = np.array([kind.kind for kind, _ in rows])
    is_pharmacy = kinds == "pharmacy"
    town = np.array([number for _, number in rows])
    lnt, lat = _where(rng, town, towns)
    # The large hospitals are the city's, all others the county's.
    area = np.where(kinds == "tertiary", f"{region[:4]}00", region)
    codes = [
        f"{'P' if shop else 'H'}{own}{n:05}"
        for n, shop, own in zip(rng.permutation(size) + 1, is_pharmacy, area, strict=True)
    ]
    flavour = np.where(
        is_pharmacy,
        pick_text(rng, {"": 0.6, "gate": 0.2, "specialty": 0.08, "chain": 0.12}, size),
        "",
    )
    # Tertiary hospitals are paid by the case, and about half of those below them.
    by_case = np.isin(kinds, ["county", "tcm", "private"]) & (rng.random(size) < 0.5)
    by_case |= kinds == "tertiary"
    way = np.where(kinds == "psychiatric", "day", np.where(by_case, "case", "item"))
    clock = np.where(
        np.isin(kinds, ["clinic", "township"]),
        pick_text(rng, {"exact": 0.86, "date": 0.09, "batch": 0.05}, size),
        "exact",
    )
    return pd.DataFrame(
        {
            "fixmedins_code": codes,
            "fixmedins_name": _names(rng, kinds, town, words),
            "fixmedins_type": np.where(is_pharmacy, "2", "1"),
            "hosp_lv": [kind.hosp_lv for kind, _ in rows],
            "kind": kinds,
            "flavour": flavour,
            "town": town,
            "admdvs": area,
            "bed_cnt": _beds(rng, [kind for kind, _ in rows], people),
            "lnt": lnt,
            "lat": lat,
            "medins_natu": np.where(rng.random(size) < [kind.share for kind, _ in rows], "1", "2"),
            "payment_way": way,
            "clock": clock,
            "both_days": rng.random(size) < 0.15,
            "dear": np.round(rng.uniform(0.94, 1.03, size), 3),
        }
    )


def _beds(rng: np.random.Generator, kinds: list[Kind], people: int) -> Numbers:
    """Beds for the patients of an ordinary day, half to nearly all of them taken."""
    number = {kind: kinds.count(kind) for kind in KINDS}
    patients = np.array([IN_HOSPITAL * people * kind.inpatients / number[kind] for kind in kinds])
    beds = np.round(patients / rng.uniform(0.5, 0.95, len(kinds))).astype(np.int64)
    return np.where(patients > 0, np.maximum(beds, 8), 0)


def build_doctors(
    rng: np.random.Generator, region: str, places: pd.DataFrame, people: int, words: dict[str, Any]
) -> pd.DataFrame:
    """The doctors, by place and department; of each place the one who is suspended stands last."""
    # A small county has the same kinds of hospital with fewer doctors in them.
    scale = float(np.clip(people / 60_000, 0.25, 1.0))
    staff = {kind.kind: kind.doctors for kind in KINDS}
    rows: list[tuple[int, str, str]] = []
    for place, kind in enumerate(places["kind"]):
        departments = DEPARTMENTS.get(kind, "").split()
        if not departments:
            continue
        number = max(
            len(departments), round(staff[kind] * (1 if kind in ("clinic", "township") else scale))
        )
        for n in sorted(range(number), key=lambda n: departments[n % len(departments)]):
            rows.append((place, departments[n % len(departments)], "1"))
    frame = pd.DataFrame(rows, columns=["place", "dept", "dr_status"])
    # One doctor in eighty stops during the year, in a small county three.
    stopped = rng.random(len(frame)) < 1 / 80
    stopped[rng.permutation(len(frame))[: max(0, 3 - int(stopped.sum()))]] = True
    frame["dr_status"] = np.where(stopped, "0", "1")
    frame["status_day"] = np.where(stopped, rng.integers(60, 250, len(frame)), NEVER)
    frame = frame.sort_values(
        ["place", "dr_status", "dept"],
        ascending=[True, False, True],
        kind="stable",
        ignore_index=True,
    )
    numbers = rng.permutation(len(frame) * 3)[: len(frame)] + 1
    frame["dr_codg"] = [f"D{region}{n:06}" for n in numbers]
    frame["dr_name"] = person_names(
        rng, rng.integers(1, 3, len(frame)), rng.integers(25, 62, len(frame)), words
    )
    return frame


def person_names(
    rng: np.random.Generator,
    sex: Numbers,
    age: Numbers,
    words: dict[str, Any],
    surname: Numbers | None = None,
) -> Numbers:
    """Names that fit sex (1 male, 2 female) and age; surname: positions in the list, drawn when None."""
    surnames = np.array(list(words["surnames"]), dtype=object)
    chosen = (
        rng.integers(0, len(surnames), len(sex)) if surname is None else surname % len(surnames)
    )
    names = surnames[chosen]
    given = np.empty(len(sex), dtype=object)
    for this, gender in ((1, "male"), (2, "female")):
        for older, generation in ((False, "young"), (True, "old")):
            first = np.array(list(words["given"][f"{gender}_{generation}"]["first"]), dtype=object)
            second = np.array(
                list(words["given"][f"{gender}_{generation}"]["second"]), dtype=object
            )
            them = (sex == this) & ((age >= 45) == older)
            number = int(them.sum())
            given[them] = (
                first[rng.integers(0, len(first), number)]
                + second[rng.integers(0, len(second), number)]
            )
    return np.asarray(names + given)


def pick_text(rng: np.random.Generator, weights: dict[str, float], size: int) -> Numbers:
    """`size` of the texts, each as likely as its weight."""
    return np.array(list(weights), dtype=object)[pick(rng, list(weights.values()), size)]


def _where(rng: np.random.Generator, town: Numbers, towns: int) -> tuple[Numbers, Numbers]:
    """Towns lie on a disc of about 0.4 degrees; places of a town within 0.05 of its middle."""
    centre = rng.uniform((112.0, 28.0), (118.0, 34.0))
    middle = centre + rng.normal(0, 0.2, (towns + 1, 2)) * np.array([[1.0, 0.9]])
    middle[towns] = centre  # what serves all is in the county town
    at = middle[np.where(town < 0, towns, town)] + rng.normal(0, 0.02, (len(town), 2))
    return np.round(at[:, 0], 5), np.round(at[:, 1], 5)


def _names(
    rng: np.random.Generator, kinds: Numbers, town: Numbers, words: dict[str, Any]
) -> list[str]:
    syllables = words["places"]
    county = _pair(rng, syllables)
    names: list[str] = []
    met: set[str] = set()
    town_name: dict[int, str] = {}
    for kind, own in zip(kinds, town, strict=True):
        own_name = town_name.setdefault(int(own), _pair(rng, syllables))
        for turn in range(1000):
            one = _pair(rng, syllables)
            name = {
                "tertiary": f"{one}市{words['tertiary'][turn % len(words['tertiary'])]}",
                "county": f"{county}县{words['county'][turn % len(words['county'])]}",
                "tcm": f"{county if turn == 0 else one}县中医医院",
                "private": f"{county}{one}{words['private'][rng.integers(len(words['private']))]}",
                "psychiatric": f"{county if turn == 0 else one}县精神卫生中心",
                "maternity": f"{county if turn == 0 else one}县妇幼保健院",
                "township": f"{own_name if turn == 0 else one}镇{'中心' if turn == 0 else ''}卫生院",
                "clinic": f"{own_name}镇{one}{words['clinic'][rng.integers(len(words['clinic']))]}",
                "pharmacy": f"{county}{one}{words['pharmacy'][rng.integers(len(words['pharmacy']))]}",
            }[kind]
            if name not in met:
                break
        met.add(name)
        names.append(name)
    return names


def _pair(rng: np.random.Generator, syllables: dict[str, str]) -> str:
    first, second = syllables["first"], syllables["second"]
    return str(first[rng.integers(len(first))] + second[rng.integers(len(second))])
