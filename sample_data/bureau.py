"""What the sample has besides a simulated county: for limits and caps that three hundred people leave hardly a case of,
a case or two against them and what looks like one and is right.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from tables import Tables

from medaudit.language import say

# name: rule, whether it is right, what it is
PLANTED = {
    "above_frequency": (
        "BIL18",
        False,
        "骨密度一年测两次，碳 13 呼气试验不满 28 天又做",
        "Bone density twice in a year; a breath test again within 28 days",
    ),
    "interval_over": (
        "BIL18",
        True,
        "碳 13 呼气试验满 28 天后复查",
        "The breath test again after its 28 days",
    ),
    "above_case_cap": (
        "CAP01",
        False,
        "急性胰腺炎住院，医保范围内费用超过病种限额",
        "A stay for pancreatitis above the cap of the disease",
    ),
    "case_excess_self_paid": (
        "CAP01",
        True,
        "慢阻肺急性加重住院总费用超过病种限额，超出的是自费用药",
        "A stay for COPD above its cap only by what the patient paid alone",
    ),
    "above_piece_cap": (
        "CAP03",
        False,
        "一次性镇痛泵超过每件限额，超出部分进入医保范围",
        "A pain pump above its cap a piece, the excess left in scope",
    ),
    "piece_excess_self_paid": (
        "CAP03",
        True,
        "同一种镇痛泵，超过每件限额的部分由患者自付",
        "The same pump; the patient paid the excess",
    ),
    "not_indicated": (
        "POL05",
        False,
        "限脑梗死的依达拉奉用于头晕，没有脑梗死诊断",
        "Edaravone, limited to cerebral infarction, for dizziness alone",
    ),
    "second_diagnosis": (
        "POL05",
        True,
        "同样的药，脑梗死写在第二诊断",
        "The same drug; the infarction is the second diagnosis",
    ),
    "other_department": (
        "POL06",
        False,
        "限康复科的平衡功能训练由别的科室开单",
        "Balance training, limited to rehabilitation, ordered by another department",
    ),
    "consultation": (
        "POL06",
        True,
        "康复科医师到别的科室会诊开的平衡功能训练",
        "Balance training ordered by a doctor of rehabilitation called to another department",
    ),
    "work_injury_item": (
        "POL08",
        False,
        "限工伤保险的减重支持训练由基本医保支付",
        "Training in a body-weight support, limited to work-injury insurance, paid by the basic scheme",
    ),
    "work_injury_item_self_paid": (
        "POL08",
        True,
        "同样的训练，患者全自费",
        "The same training, paid by the patient alone",
    ),
}


def readme() -> str:
    """What is added, as a section of the sample's README, in the run's language."""
    rows = [
        f"| `{name}`{say('（正当）', ' (innocent)') if right else ''} | {rule} | {say(zh, en)} |"
        for name, (rule, right, zh, en) in PLANTED.items()
    ]
    return "\n".join([
        say("## 另加的情形", "## Cases added"), "",
        say(
            "县里自己的限额和限定，300 人里难得碰上几例：`make.py` 在模拟县之上各加了一两个情形和一个最像而正当的。",
            "Of some of the county's own limits and caps three hundred people leave hardly a case: `make.py` adds a case or two of each, "
            "beside the innocent thing most like it.",
        ), "",
        say("| 名称 | 规则 | 是什么 |", "| name | rule | what it is |"), "|---|---|---|", *rows, "",
    ])  # fmt: skip


def add(tables: Tables) -> list[dict[str, str]]:
    """Add all of it to `tables`; what was planted, as rows of sample_expected.csv."""
    done: list[dict[str, str]] = []
    for plant in (cases, pieces, indications, frequencies, departments, schemes):
        for name, subject_type, subject_id, setl_id in plant(tables):
            rule, right, *_ = PLANTED[name]
            done.append(
                {
                    "rule": "*" if right else rule, "expect": "clean" if right else "found", "subject_type": subject_type,
                    "subject_id": subject_id, "setl_id": setl_id, "what": name,
                }
            )  # fmt: skip
    assert {row["what"] for row in done} == set(PLANTED)
    return done


Planted = Iterable[tuple[str, str, str, str]]  # name, type and code of the subject, settlement


def bill_of(name: str, bill: pd.Series) -> tuple[str, str, str, str]:
    return name, "settlement", bill["setl_id"], bill["setl_id"]


def frequencies(tables: Tables) -> Planted:
    for name, item, gap in (
        ("above_frequency", "bone", range(30, 330)),
        ("above_frequency", "hpbreath", range(5, 28)),
        ("interval_over", "hpbreath", range(28, 60)),
    ):
        first, second = tables.take_pair(item, gap)
        tables.charge(first, item)
        tables.charge(second, item)
        yield bill_of(name, second)


def cases(tables: Tables) -> Planted:
    stays, dise = tables.free["dscg_way"] != "", tables.free["dise_codg"]
    pancreas = tables.take(stays, dise.str.startswith("K85"), tables.free["hosp_lv"] == "2")
    lungs = tables.take(stays, dise.str.startswith("J44"), tables.free["hosp_lv"] == "1")
    for night in range(1, 8):
        tables.charge(pancreas, "octreo", 4, nights=night)
        tables.charge(lungs, "symbic", nights=night, in_scope=0)
    yield bill_of("above_case_cap", pancreas)
    yield bill_of("case_excess_self_paid", lungs)


def pieces(tables: Tables) -> Planted:
    appendix = (
        (tables.free["dscg_way"] != "")
        & tables.free["dise_codg"].str.startswith("K35")
        & (tables.free["hosp_lv"] == "2")
    )
    wrong, right = tables.take(appendix), tables.take(appendix)
    tables.charge(wrong, "anapump", nights=1)
    tables.charge(right, "anapump", nights=1, in_scope=145)
    yield bill_of("above_piece_cap", wrong)
    yield bill_of("piece_excess_self_paid", right)


def indications(tables: Tables) -> Planted:
    dizzy = (tables.free["dise_codg"] == "R42.x00") & tables.free["hosp_lv"].isin(("2", "3"))
    for name, more in (("not_indicated", []), ("second_diagnosis", [("I63.900", "脑梗死")])):
        bill = tables.take(dizzy)
        tables.charge(bill, "edara")
        tables.diagnose(bill, (bill["dise_codg"], bill["dise_name"]), *more)
        yield bill_of(name, bill)


def departments(tables: Tables) -> Planted:
    doctors = tables.of["doctor"]
    rehab = doctors[(doctors["dept"] == "A21") & (doctors["dr_status"] == "1")]
    first = rehab.drop_duplicates("fixmedins_code").set_index("fixmedins_code")
    of = tables.free["atddr_no"].map(tables.dept_of).fillna("")
    visits = (tables.free["med_type"] == "11") & (tables.free["hosp_lv"] == "2")
    visits &= (of != "") & ~of.str.startswith("A21")
    for name in ("other_department", "other_department", "consultation"):
        called = name == "consultation"
        bill = tables.take(visits, tables.free["fixmedins_code"].isin(first.index) | (not called))
        more = {}
        if called:
            doctor = first.loc[bill["fixmedins_code"]]
            more = {"bilg_dr_codg": doctor["dr_codg"], "bilg_dr_name": doctor["dr_name"]}
        tables.charge(bill, "balance", **more)
        yield bill_of(name, bill)


def schemes(tables: Tables) -> Planted:
    visits = (tables.free["med_type"] == "11") & (tables.free["hosp_lv"] == "3")
    wrong, right = tables.take(visits), tables.take(visits)
    tables.charge(wrong, "weightgt")
    tables.charge(right, "weightgt", in_scope=0)
    yield bill_of("work_injury_item", wrong)
    yield bill_of("work_injury_item_self_paid", right)
