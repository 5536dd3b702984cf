"""Sent home with a day to come back: the second half of the treatment was planned at discharge."""

from __future__ import annotations

from medaudit.synth.lookalikes._ways import come_back
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import Town

UNIT = Unit(
    name="planned_readmission",
    zh="计划内再入院：出院时已约定 31 天内回来继续治疗，像分解住院",
    en="Planned readmission: the return within 31 days was agreed at discharge, like a split admission",
    innocent=True,
    stage=BILLS,
    threshold_zh="再入院间隔 15 天（间隔越短越像）",
    threshold_en="15 days between the stays (the fewer, the more alike)",
    rate=(0.005, 0.015),
)


def plant(town: Town, plan: Plan) -> None:
    long = (town.nights() >= 3) & (town.bills["med_type"] == 21)
    come_back(
        town, plan, UNIT.name, long, soonest=2, nights=(2, 8),
        keeping=("disease", "care", "doctor", "clock"), adm_way=2, planned=True,
    )  # fmt: skip
