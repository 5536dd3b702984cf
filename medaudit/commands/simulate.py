"""`medaudit simulate`: a synthetic county to try rules and tools on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from medaudit.commands._options import Common, add, common
from medaudit.language import say


def _option(name: str, value: str | None, zh: str, en: str) -> Any:
    return typer.Option(name, metavar=value, help=say(zh, en))


PEOPLE = _option("--people", "N", "参保人数", "how many insured people")
SEED = _option("--seed", "N", "种子：同一种子得到同样的县", "the same seed gives the same county")
SCHEMES = _option(
    "--schemes", "A,B", "只埋入这些，none 为不埋（全部）", "plant only these, or none (all)"
)
CSV = _option("--csv", None, "写成 CSV（UTF-8）", "write CSV (UTF-8)")
MESSY = _option(
    "--messy", None, "写成真实导出的样子（GB18030 等）", "write it as a real export looks"
)
FORCE = _option("--force", None, "已有模拟县时重写", "replace a simulated county that is there")


@common("threads", "quiet", "config")
def simulate(
    out: Annotated[Path, typer.Argument(metavar="OUT", help=say("输出文件夹", "output folder"))],
    people: Annotated[int, PEOPLE] = 20_000,
    seed: Annotated[int, SEED] = 1,
    schemes: Annotated[str | None, SCHEMES] = None,
    csv: Annotated[bool, CSV] = False,
    messy: Annotated[bool, MESSY] = False,
    force: Annotated[bool, FORCE] = False,
    *,
    common: Common,
) -> None:
    from medaudit.commands._running import progress

    with progress(common) as step:
        from medaudit.synth.ordering import form_of, ordered
        from medaudit.synth.simulate import simulate, told

        order = ordered(people, seed, schemes, common.config)
        made = simulate(
            out, order, form=form_of(csv, messy), threads=common.threads, force=force, progress=step
        )
    if not common.quiet:
        typer.echo(told(made, out), err=True)


def add_to(app: typer.Typer) -> None:
    short = say("生成一个模拟县和它的真值", "make a synthetic county and its truth")
    zh = "生成一个模拟县：结算文件，以及埋入了哪些疑点的答案 truth.csv。"
    en = "Make a synthetic county: settlement files, and truth.csv that says what is planted."
    add(app, simulate, short, say(zh, en), "medaudit simulate county --people 20000 --seed 1")
