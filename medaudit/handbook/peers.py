"""What ANO on a list means: no rule, but how a subject compares with its peers."""

from __future__ import annotations

from pathlib import Path

from medaudit.detectors.rule import FAMILIES
from medaudit.handbook import page
from medaudit.handbook.rule import Section
from medaudit.language import say

CODE = "ANO"


def show_page(format: str, target: Path | None) -> None:
    """Put the page before the user, on stdout or in a file."""
    what = say(
        "ANO 不是规则：它不查单据，而是把每家机构、药店、医师和每位患者与同类比较（按病例组标化，规模不是理由），看谁突出、突出在哪。"
        "与众不同不等于违规：它只提高或补充名单上的概率。",
        "ANO is no rule: it reads no bill, but holds every institution, pharmacy, doctor and patient against its peers (standardised by "
        "case mix; size is no reason) and says who stands out and in what. Being unlike others is no wrong: it adds to a probability, and "
        "nothing more.",
    )
    more = [
        say(
            "怎样比、有哪些指标：docs/anomalies.zh.md",
            "how, and by which features: docs/anomalies.md",
        ),
        say(
            "只做这一步并画图：medaudit anomalies 数据",
            "that alone, with pictures: medaudit anomalies DATA",
        ),
        say(
            "扫描时不做：medaudit scan 数据 --ignore ANO",
            "a scan without it: medaudit scan DATA --ignore ANO",
        ),
    ]
    sections = [
        Section("what", say("是什么", "What it is"), what),
        Section("more", say("另见", "See also"), items=more),
    ]
    told = {"code": CODE, "page": page.as_json(sections)}
    page.show_sections(f"{CODE} {say(*FAMILIES[CODE])}", sections, told, format, target)
