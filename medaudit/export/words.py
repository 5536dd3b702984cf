"""The words of the command's help."""

from __future__ import annotations

from medaudit.language import say

SHORT = say(
    "把最值得查的做成案件清单，交给检查人员",
    "case lists for inspectors: the suspects to look at first",
)
LONG = say(
    "把最值得查的对象写成案件清单：一页总表、一页结果登记、每案一页（疑点、明细、时间线、依据、正常情形、下一步），另有 CSV、JSON，"
    "加 --notice 另写给机构的说明函（草稿）。姓名、证件号、电话默认遮盖；每次导出编号并记入台账。默认列机构和药店。",
    "Write the suspects to look at first as a case list: a list, a form for results, and a sheet for each case (findings, lines, "
    "days, basis, harmless explanations, next steps), besides CSV and JSON, and with --notice a draft letter to each institution. Names, ids "
    "and telephones are masked unless told; every export has a number and an event in the ledger. Lists institutions and pharmacies unless told.",
)
OUT = say("新文件夹（默认 ./medaudit-export-编号）", "a new folder (./medaudit-export-NUMBER)")
PROFILE = say(
    "专项：phantom、dental、herbal、dialysis、chronic，或设置里的 [profile.名称]",
    "a campaign: phantom, dental, herbal, dialysis, chronic, or [profile.NAME] of the settings",
)
BUDGET = say("列几个案件（默认 10）", "how many cases (10)")
FORMS = say(
    "写哪些：xlsx,csv,json,docx（默认前三种）",
    "what to write: xlsx,csv,json,docx (the first three)",
)
NOTICE = say(
    "另写给每家机构的说明函（Word 草稿）", "also a draft letter to each institution (Word)"
)
REVEAL = say("不遮盖姓名和证件号（要有 --why）", "names and ids in clear (needs --why)")
WHY = say("为什么导出，记入台账", "why, for the ledger")
LIST = say("只列以前的导出", "list earlier exports instead")
EXAMPLE = say(
    "medaudit export 清单 --profile phantom --budget 20 --notice",
    "medaudit export LIST --profile phantom --budget 20 --notice",
)
