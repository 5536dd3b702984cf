"""What the codes that rules return stand for. Evidence keeps the codes; whatever a person reads says the words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from medaudit.language import pick, say, spoken
from medaudit.records.schema import KNOWN, MED_TYPES

Words = Mapping[str, tuple[str, str]]

_UNITS: Words = {
    "stay": ("每次住院", "a stay"), "case": ("每例", "a case"), "session": ("每次治疗", "a session"),
    "visit": ("每次就诊", "a visit"), "piece": ("每件", "a piece"), "day": ("每日", "a day"),
    "month": ("每月", "a month"), "year": ("每年", "a year"), "d": ("天", "days"),
}  # fmt: skip
_SETTINGS: Words = {
    "inpatient": ("住院", "hospital stay"), "outpatient": ("门诊", "outpatient"), "chronic": ("门诊慢特病", "chronic outpatient"),
    "pharmacy": ("药店", "pharmacy"), "maternity": ("生育", "maternity"), "other": ("其他", "other"),
}  # fmt: skip
_SEXES: Words = {"1": ("男", "male"), "2": ("女", "female")}
_LEVELS: Words = {
    "3": ("三级", "level 3"), "2": ("二级", "level 2"), "1": ("一级", "level 1"), "0": ("未定级", "no level"),
}  # fmt: skip
_SOURCES: Words = {
    "own": ("本机构收费", "the institution's own charges"), "price_limit": ("限价表", "table of price limits"),
    "catalogue": ("医保目录", "catalogue"), "pric_uplmt_amt": ("明细上的限价", "limit on the fee line"),
    "bed_limit": ("床位费限额表", "table of bed limits"), "item_limit": ("限定频次表", "table of frequencies"),
    "case_cap": ("限额表", "table of caps"), "cap_name": ("限额表（按名称）", "table of caps by name"),
}  # fmt: skip

# Column → code → Chinese and English.
WORDS: Mapping[str, Words] = {
    "cap_unit": _UNITS,
    "measure": _UNITS,
    "period": {**_UNITS, "gap": ("最短间隔", "least interval")},
    "allowance": {"changeover": ("（当日出院又入院，另允许 1 次）", " (one more on a day of leaving and coming back)")},
    "label": {
        "care_home": ("；半数以上住同一养老机构，须核实卡由谁保管", "; half or more live in one care home: verify who keeps the cards"),
        "household": ("；不过五人，同姓或有父母子女的年龄差，可能是亲属", "; at most five, by names and ages they may be kin"),
        "colleagues": ("；多数在同一单位，可能是同事", "; most have one employer: they may be colleagues"),
        "bus_day": ("；多数来自同一村（址），可能是同车赶集", "; most are of one village: they may come by the same bus"),
        "series": ("；长期每周同来，可能是系列治疗", "; they come every week: it may be treatment in series"),
        "unknown_homes": ("；多数人的住址、电话不详，是否同户无法判断", "; where most of them live is not known: some may share a household"),
        "gate": ("；同院其他医师的患者也多在此购药，可能是医院门口的药店", "; the hospital's other patients buy here too: it may be the pharmacy at its gate"),
        "specialty": ("；同科其他医师的患者也多在此购药，可能是供应专科药品的药店", "; the specialty's other patients buy here too: it may stock that specialty's drugs"),
    },
    "bond": {
        "care_home": ("（同一养老机构）", " of one care home"), "phone": ("（登记同一电话）", " with one telephone number"),
        "employer": ("（同一单位）", " of one employer"), "address": ("（同一地址）", " of one address"),
    },
    "reference": {"hospital": ("同院", "hospital"), "dept": ("同科", "specialty"), "area": ("同地区", "area")},
    "scope": {"day": ("同日", "same day"), "visit": ("同一次就诊", "same visit")},
    "bypass": {"0": ("否", "no"), "1": ("是", "yes")},
    "kind": {
        "bed": ("床位", "bed"), "nursing": ("护理", "nursing"), "grades": ("两个级别", "two grades"),
        "special": ("特级护理按小时计满一日", "special nursing that fills the day"),
        "class_b": ("乙类", "class B"), "amount": ("单价较高", "high price"),
        "care_home": ("养老机构", "care home"), "phone": ("联系电话", "telephone"), "employer": ("单位", "employer"),
        "address": ("地址", "address"), "cards": ("互不同户的卡", "cards of different households"),
        "kin": ("可能是亲属的卡", "cards of what may be kin"),
        "admissions": ("结伴住院", "admitted together"), "tour": ("辗转就医", "toured"),
    },
    "limit_source": _SOURCES, "cap_source": _SOURCES, "price_from": _SOURCES,
    "item": {"diagnosis": ("诊断", "diagnosis")},
    "setting": _SETTINGS, "visit_setting": _SETTINGS,
    "payment_way": {"item": ("按项目", "by item"), "case": ("按病种", "per case"), "day": ("按床日", "per day")},
    "gend": _SEXES, "lmt_gend": _SEXES, "hosp_lv": _LEVELS, "lmt_hosp_lv": _LEVELS,
}  # fmt: skip


def worded(column: str, value: Any) -> str | None:
    """What a code in that column stands for, in the run's language; None where nothing is known of it.

    `measure` is a phrase of such words parted by blanks: `2 > 1 / year` is 2 > 1 a year.
    """
    if not isinstance(value, str):
        return None
    # Also what a column says of another row: prior_hosp_lv.
    own = column if column in WORDS or column in KNOWN else column.partition("_")[2]
    words = WORDS.get(own, {})
    if value in words:
        return say(*words[value])
    if column == "measure":
        parts = (part for part in value.split() if part != "/")
        return " ".join(say(*words[part]) if part in words else part for part in parts)
    if column == "med_type":
        told = MED_TYPES.get(value) or MED_TYPES.get(value[:2])
        return str(told[spoken()]) if told else None
    told = KNOWN.get(own, {}).get(value)
    return pick(told) if told else None
