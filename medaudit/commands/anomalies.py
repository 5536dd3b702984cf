"""`medaudit anomalies`: one kind of subject held against its peers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medaudit.commands import _words
from medaudit.commands._options import Common, add, common, option
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


@common("by", "top", "knowledge", "format", "output", "engine", "spark_master", "spark_conf", "table", "memory_limit",
        "threads", "quiet", "config")  # fmt: skip
def anomalies(
    data: Annotated[list[str] | None, DATA] = None,
    funnel: Annotated[Path | None, FUNNEL] = None,
    feature: Annotated[str | None, FEATURE] = None,
    profile: Annotated[Path | None, PROFILE] = None,
    subject: Annotated[str | None, SUBJECT] = None,
    *,
    common: Common,
) -> None:
    from medaudit.audit import against_peers
    from medaudit.commands._running import demand_data, plan, progress
    from medaudit.dossier import peers
    from medaudit.dossier.compared import summary

    demand_data("anomalies", data, common)
    asked = peers.Asked(common.top or peers.TOP, funnel, feature, profile, subject)
    peers.demand_possible(common.format, common.output, asked)
    kind = common.by.value if common.by else "institution"
    with progress(common.quiet) as told:
        seen, records = against_peers(data or [], plan(common), kind, told)
    peers.tell(seen, asked, common.format, common.output)
    if not common.quiet:
        typer.echo(summary(seen, records), err=True)


def add_to(app: typer.Typer) -> None:
    example = "medaudit anomalies sample_data --by doctor --funnel funnel.svg"
    add(app, anomalies, _words.ANOMALIES_SHORT, _words.ANOMALIES_LONG, example)
