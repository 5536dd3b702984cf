"""`medaudit anomalies`: one kind of subject held against its peers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medaudit.commands._options import AUDIT, SPARK, Common, add, common
from medaudit.commands._shared import option
from medaudit.language import say

DATA = typer.Argument(metavar="DATA", help=say("结算文件或文件夹", "settlement files or folders"))
FUNNEL = option(
    "--funnel", say("另存一项指标的漏斗图", "draw the funnel of one feature"), "FILE.svg"
)
FEATURE = option("--feature", say("漏斗图画哪一项", "which feature the funnel is of"), "NAME")
PROFILE = option(
    "--profile", say("另存一个对象与同类的对比图", "draw one beside its peers"), "FILE.svg"
)
SUBJECT = option("--subject", say("对比图画谁", "whom (the first of the list)"), "CODE")

SHORT = say("一类对象与同类相比：谁突出、突出在哪", "one kind of subject against its peers")
LONG = say(
    "把一类对象（--by institution、pharmacy、doctor、patient，默认机构）与同类比较，按病例组标化，规模不是理由。与众不同不等于违规。",
    "Hold one kind of subject (--by institution, pharmacy, doctor or patient; institutions unless told) against its "
    "peers, standardised by case mix; size is no reason. Being unlike others is no wrong.",
)


@common("by", "top", "knowledge", "format", "output", *SPARK, *AUDIT)
def anomalies(
    data: Annotated[list[str] | None, DATA] = None,
    funnel: Annotated[Path | None, FUNNEL] = None,
    feature: Annotated[str | None, FEATURE] = None,
    profile: Annotated[Path | None, PROFILE] = None,
    subject: Annotated[str | None, SUBJECT] = None,
    *,
    common: Common,
) -> None:
    from medaudit.commands._running import aside, demand_data, plan, progress

    demand_data("anomalies", data, common)
    kind = common.by.value if common.by else "institution"
    with progress(common) as told:
        from medaudit.audit import against_peers
        from medaudit.dossier import peers
        from medaudit.dossier.compared import summary

        asked = peers.Asked(common.top or peers.TOP, funnel, feature, profile, subject)
        peers.demand_possible(common.format, common.output, asked)
        seen, records = against_peers(data or [], plan(common), kind, told)
    peers.tell(seen, asked, common.format, common.output)
    aside(summary(seen, records), common.quiet)


def add_to(app: typer.Typer) -> None:
    example = "medaudit anomalies sample_data --by doctor --funnel funnel.svg"
    add(app, anomalies, SHORT, LONG, example)
