"""The words of the letter to an institution, in both languages."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from medaudit.language import counted, say

LIST = ("一、请说明的事项", "1. What you are asked to explain")
BASIS = ("二、有关规定（条款号）", "2. Provisions concerned (articles)")
BASIS_TOLD = (
    "仅列出与上述事项有关的条款，不表示已经适用。",
    "Listed as concerning the points above; none has been applied.",
)
HARMLESS = ("三、可以说明情况的正常情形", "3. What may explain it")
HARMLESS_TOLD = (
    "如属下列或其他正常情形，请一并说明并附材料：",
    "If one of these, or something else, explains it, please say so and enclose the papers:",
)
PAPERS = ("四、请准备的材料", "4. Papers to bring")

# By family of rules, what shows how it was.
_PAPERS = {
    "STY": (
        "出入院记录、病程与护理记录、体温单、医嘱单，请假记录（如有）",
        "Admission and discharge records, progress and nursing notes, charts, orders, and any leave granted",
    ),
    "BIL": ("收费清单、医嘱与执行记录、检查检验报告、价格公示或备案", "Itemised bills, orders and records of what was carried out, reports, prices posted or filed"),
    "POL": ("处方或医嘱、诊断与适应症依据", "Prescriptions or orders, and what supports the diagnosis and indication"),
    "IDN": ("身份核验记录、就诊登记、代办登记（双方证件）", "Records of identity checks, registers of visits, and of purchases for others (both documents)"),
    "MED": ("处方、发药与领药签收记录、药品购销存台账、追溯码上传记录", "Prescriptions, records of dispensing and receipt, stock accounts, uploads of trace codes"),
    "CHR": ("慢特病认定材料、备案与复审记录、处方", "Papers on which the chronic registration rests, its registration and reviews, prescriptions"),
    "PHA": ("销售明细、处方登记、进销存台账、收银记录", "Sales records, registers of prescriptions, stock accounts, till records"),
    "DOC": ("医师排班与考勤、执业登记、接诊与开方记录", "Rosters and attendance, registration of the doctors, records of visits and prescriptions"),
    "CAP": ("费用清单、并发症或转科等费用较高的依据", "Itemised bills and what explains higher cost, such as complications or transfers"),
    "INS": ("科室设置与收治病种说明、同期费用构成", "Departments and case mix, and the composition of charges over the period"),
    "LNK": (
        "当日接诊或收银记录、监控录像（如仍保存）、集体就诊或购药的情况说明",
        "Records of visits or of the till on those days, video if still kept, an account of any group visits or purchases",
    ),
}  # fmt: skip


def heading() -> str:
    return say(
        "关于请就有关医保结算情况作出说明的函（草稿）",
        "Request to explain certain settlements (draft)",
    )


def numbered(number: str) -> str:
    return say(f"编号：{number}", f"No. {number}")


def addressed(name: str, code: str) -> str:
    return say(f"{name}（{code}）：", f"To: {name} ({code})")


def opening(total: int) -> Iterator[str]:
    """What this is about, and what it is not. total: findings."""
    yield say(
        f"在对医保结算数据的审核中，发现涉及贵单位的疑点 {total} 项，拟予核查。",
        f"In reviewing settlement data, {counted(total, 'point')} concerning your institution came up that we intend to check.",
    )
    yield say(
        "疑点由数据比对产生，只表示需要核实，不是对贵单位或任何个人的认定。请就下列事项作出说明，并提供有关材料。贵单位有权陈述和申辩。",
        "They come from comparing data and mean only that something is to be verified: nothing has been found against your institution "
        "or anybody. Please explain the following and provide the papers concerned. You may state your case and object.",
    )


def columns() -> list[str]:
    return [
        say("序", "No."), say("日期", "Date"), say("结算ID", "Settlement"), say("事项", "Point"), say("拟核查的情况", "To be checked"),
        say("涉及基金(元)", "Fund money (yuan)"), say("贵单位的说明", "Your explanation"),
    ]  # fmt: skip


def papers(rules: Collection[str]) -> list[str]:
    """The papers to bring for findings of these rules."""
    families = dict.fromkeys(code[:3] for code in sorted(rules))
    found = [say(*_PAPERS[family]) for family in families if family in _PAPERS]
    return [*found, say("书面说明，加盖公章", "A written explanation, with your seal")]


def closing() -> Iterator[str]:
    yield say(
        "请于        年    月    日前将书面说明和材料送达：                                        。",
        "Please send the explanation and papers by ____-__-__ to: ________________________________.",
    )
    yield say(
        "涉及个人信息的材料，请按规定保密并当面或以加密方式递交。",
        "Please keep papers on persons confidential, and hand them over in person or encrypted.",
    )
    yield say(
        "联系人：                联系电话：                ",
        "Contact: ________________  Telephone: ________________",
    )
    yield say("（单位盖章）", "(seal)")
    yield say("        年    月    日", "Date: ____-__-__")
