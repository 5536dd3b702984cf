"""`medaudit evaluate`: what a scan found of the schemes planted in a synthetic county."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medaudit.commands import _complete
from medaudit.commands._options import Common, add, common
from medaudit.language import say

_RUN = say("扫描的结果文件夹", "run folder of a scan")
_TRUTH = say("medaudit simulate 写的 truth.csv", "the truth.csv that `medaudit simulate` wrote")
_PICTURE = say("另存工作量曲线图（.svg）", "also draw the workload curves (.svg)")
_K = say("看前几个案件，逗号分隔", "how many cases an office could open, comma-separated")


@common("format", "output", "quiet", "config")
def evaluate(
    run: Annotated[Path, typer.Argument(metavar="RUN", help=_RUN, autocompletion=_complete.runs)],
    truth: Annotated[Path, typer.Argument(metavar="TRUTH", help=_TRUTH)],
    picture: Annotated[
        Path | None, typer.Option("--picture", metavar="FILE.svg", help=_PICTURE)
    ] = None,
    k: Annotated[str, typer.Option("--k", metavar="K,K,…", help=_K)] = "20,50,100",
    *,
    common: Common,
) -> None:
    from medaudit.commands._running import progress

    with progress(common) as step:
        from medaudit.synth import scoring
        from medaudit.synth.scoring.telling import demand_possible, tell

        demand_possible(common.format, common.output, picture)
        score = scoring.evaluate(run, truth, scoring.read_ks(k), step)
    tell(score, common.format, common.output, picture)


def add_to(app: typer.Typer) -> None:
    short = say("用模拟县的真值给一次扫描评分", "score a scan against a synthetic county's truth")
    long = say(
        "用模拟县的真值给一次扫描评分：每种手法查到多少、准不准、误报多少，按名单顺序核查能查回多少金额，并与随机、只看金额、"
        "只数疑点、孤立森林对照。",
        "Score a scan against the truth of a synthetic county: how much of each scheme was "
        "found, how precisely, the false alarms, and what working down the lists brings, beside "
        "random, money only, findings counted and an isolation forest.",
    )
    add(
        app,
        evaluate,
        short,
        long,
        say(
            "medaudit evaluate run county/truth.csv --picture 工作量.svg",
            "medaudit evaluate run county/truth.csv --picture workload.svg",
        ),
    )
