"""The options of `medaudit links`."""

from __future__ import annotations

import typer

from medaudit.commands import _complete
from medaudit.commands._shared import own_option
from medaudit.language import say

DATA = typer.Argument(
    metavar="DATA|RING",
    help=say(
        "结算文件或文件夹；或群组编号（取自 --run）",
        "settlement files or folders; or the id of a ring (of --run)",
    ),
)
KIND = own_option(
    "--kind",
    "只看一种：cards、admissions、tour、steering",
    "one kind only: cards, admissions, tour or steering",
    "KIND",
    autocompletion=_complete.one_of("cards", "admissions", "tour", "steering"),
)
FROM = own_option(
    "--from",
    "从已知的卡向外查（人员编号，可重复；须给 DATA）",
    "from known cards outwards (psn_no, repeatable; needs DATA)",
    "NUMBER",
)
REVIEWS = own_option(
    "--reviews",
    "从复核查实的人向外查（与 --from 相同）",
    "from the people that reviews confirmed (as --from)",
    "FILE.csv",
)
CONFIRMED = own_option(
    "--confirmed",
    "从台账里查实和被举报的人向外查",
    "from the people that the ledger has confirmed or has reports on",
)
DENSE = own_option(
    "--dense", "tour 用稠密块而不用核（须给 DATA）", "tours as the densest block (needs DATA)"
)
GRAPH = own_option("--graph", "另存群组的图文件", "write the ring as a graph", ".graphml|.gexf")
PICTURE = own_option(
    "--picture",
    "另存群组的图页（.svg 只有在场表）",
    "write the ring's pictures (.svg: the matrix alone)",
    ".html|.svg",
)

SHORT = say(
    "谁和谁总在一起：聚卡、结伴住院、医师与药店",
    "who turns up with whom: rings of cards, admissions together, doctors and pharmacies",
)
LONG = say(
    "列出关联群组：一起刷卡的卡、结伴住院的人、辗转多家机构的人，以及患者集中到一家药店的医师。给出数据就重新查，"
    "不给就看 --run 的结果；给群组编号看它的成员和每次同时出现。同时出现本身不违规，像是家庭、养老机构、同事、赶集的会标明。",
    "List rings: cards used together, people admitted together or toured from place to place, and doctors whose patients go to one "
    "pharmacy. With DATA they are looked for anew, without it those of --run are shown; with the id of a ring its members and "
    "every time they were seen together. Being together is no wrong: what looks like a household, a care home, colleagues or a market day is marked.",
)
EXAMPLE = "medaudit links sample_data --kind cards"
