"""The words of the command's help."""

from __future__ import annotations

from medaudit.language import say

SHORT = say(
    "整次扫描写成一个网页文件，离线可看", "the whole run as one HTML file, to be read offline"
)
LONG = say(
    "把一次扫描写成一个 HTML 文件：读了什么、名单（可筛选、排序、查找）、每类最可疑的各一页（得分、时间线、证据、依据、正常情形、下一步）、"
    "名单怎么来的。不联网，可放在 U 盘里，可打印。姓名、证件号、电话默认遮盖。",
    "Write a run as one HTML file: what was read, the lists (to filter, sort and search), a page for each of the best suspects (score, "
    "timeline, evidence, basis, harmless explanations, next steps), and how the list was made. Needs no network, opens from a USB stick "
    "and prints. Names, ids and telephones are masked unless told.",
)  # fmt: skip
RUN = say("扫描的结果文件夹（默认 ./medaudit-run）", "run folder of a scan (./medaudit-run)")
OUTPUT = say("写到这个文件（默认 report.html）", "the file to write (report.html)")
TOP = say("每类前几名有自己的一页（默认 100）", "so many of each kind have a page (100)")
REVEAL = say("不遮盖姓名和证件号（要有 --why）", "names and ids in clear (needs --why)")
WHY = say("为什么不遮盖，记入台账", "why in clear, for the ledger")
COMPARE = say(
    "与更早的结果文件夹对比（可重复）", "an earlier run folder to compare with (repeatable)"
)
EXAMPLE = say(
    "medaudit report medaudit-run --output 报告.html --compare 上月",
    "medaudit report medaudit-run --output report.html --compare LAST_MONTH",
)
