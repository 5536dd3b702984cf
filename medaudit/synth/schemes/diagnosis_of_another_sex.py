"""A doctor's templates put one diagnosis on many visits, also on those of patients who cannot have it."""

from __future__ import annotations

import numpy as np

from medaudit.synth.chance import some
from medaudit.synth.picking import bills_of
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import INVOLVED, Town

UNIT = Unit(
    name="diagnosis_of_another_sex",
    zh="性别不符的诊断：为让药品检查有诊断可依，医师套用模板，诊断只可能出现在另一性别",
    en="Diagnosis of another sex: so that drugs and tests have a diagnosis, a doctor pastes templates, also of illnesses that only the other sex has",
    stage=LINES,
    threshold_zh="没有（该医师每多一次加 1）",
    threshold_en="none (one more for each visit of the doctor)",
    kinds=("private", "township", "clinic", "county"),
    rate=(0.005, 0.015),
    least=6,
)


def plant(town: Town, plan: Plan) -> None:
    rng, bills, table = plan.rng, town.bills, town.world.diseases
    able = bills_of(
        town, plan, (bills["med_type"] == 11) & (bills["disease"] >= 0) & (bills["doctor"] >= 0)
    )
    doctor = bills["doctor"].to_numpy()[able]
    # Whoever has templates uses them again: visits of few doctors, most of them of the busiest.
    ranked = able[np.argsort(rng.permutation(doctor.max(initial=-1) + 1)[doctor], kind="stable")]
    number = plan.number(len(able))
    chosen = some(rng, ranked[: 8 * number], number)
    sex = town.of("sex").to_numpy()[chosen]
    visits = np.flatnonzero((table["setting"] == "visit") & (table["gend"] != ""))
    other = table["gend"].to_numpy()[visits][None, :] != sex.astype(str)[:, None]
    disease = visits[(rng.random(other.shape) * other).argmax(axis=1)]
    town.change(chosen, disease=disease, named=True)
    _, of, count = np.unique(
        bills["doctor"].to_numpy()[chosen], return_inverse=True, return_counts=True
    )
    town.tell(UNIT.name, chosen, 1.0 + count[of], doctor=INVOLVED, patient=INVOLVED)
