"""`medaudit verify`: do a run's findings come out again from its files?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medaudit.commands import _complete
from medaudit.commands._options import AUDIT, Common, add, common
from medaudit.commands._shared import own_option
from medaudit.language import say

RUN = typer.Argument(metavar="RUN", help=say("扫描的结果文件夹", "run folder of a scan"), autocompletion=_complete.runs)  # fmt: skip
DATA = own_option("--data", "输入文件现在的位置（可重复）", "where the inputs lie now (repeatable)", "DATA")  # fmt: skip
SAMPLE = typer.Option("--sample", metavar="N|all", help=say("抽取多少条疑点，all 为全部", "how many findings, or all"))  # fmt: skip
SEED = typer.Option("--seed", metavar="N", show_default=False,
                    help=say("抽样种子：同一种子抽同样的疑点（默认随机）", "same seed, same sample (random)"))  # fmt: skip
RULE = typer.Option("--rule", metavar="CODE", show_default=False, autocompletion=_complete.prefixes,
                    help=say("只核验这些规则（编号前缀）", "only rules with this code prefix"))  # fmt: skip
EXPECT = typer.Option("--expect", metavar="CHECK", show_default=False,
                      help=say("扫描后抄下的 run.json 校验值（前几位即可）", "run.json's check as written down (its first characters)"))  # fmt: skip


@common("rules", "ledger", "format", "output", *(name for name in AUDIT if name != "config"))
def verify(
    run: Annotated[Path, RUN],
    data: Annotated[list[Path] | None, DATA] = None,
    sample: Annotated[str, SAMPLE] = "20",
    seed: Annotated[int | None, SEED] = None,
    rule: Annotated[str | None, RULE] = None,
    expect: Annotated[str, EXPECT] = "",
    *,
    common: Common,
) -> None:
    from medaudit.commands._running import progress
    from medaudit.output.show import format_of

    format_of(common.format, common.output)  # a wrong ending is told before the work, not after
    with progress(common) as step:
        from medaudit import verified
        from medaudit.engine.sizes import read_size
        from medaudit.verified import sampling, telling

        limit = read_size(common.memory_limit) if common.memory_limit else None
        size, drawn = sampling.size(sample), sampling.seed(seed)
        asked = verified.Asked(run, data or (), size, drawn, rule, common.rules or (), common.ledger, expect, limit, common.threads)  # fmt: skip
        made = verified.verify(asked, step)
    telling.tell(made, common.format, common.output)
    raise typer.Exit(made.exit_code)


def add_to(app: typer.Typer) -> None:
    short = say("重读原始文件，抽查疑点能否重算出来", "do findings come out again from the files?")
    zh = "核对输入文件、自己的规则和结果文件夹的校验值，重新读入，看 run.json 说的对不对，再抽取疑点用规则的独立语句重算，逐列比较。"
    en = ("Hold inputs, rules of your own and the run folder against their hashes, read the files again, see whether run.json says what is "
          "there, compute a sample of the findings anew and compare every column.")  # fmt: skip
    add(app, verify, short, say(zh, en), "medaudit verify medaudit-run --sample 50")
