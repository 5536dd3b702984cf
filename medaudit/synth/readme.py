"""The README of a simulated county: how large it is and what is planted in it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from medaudit.language import say
from medaudit.synth.units import known


def readme(order: str, rows: Mapping[str, int], truth: pd.DataFrame) -> str:
    """Markdown in the run's language. order: the command that makes the county again, indented. rows: by table."""
    lines = [
        say("# 模拟县", "# A simulated county"),
        "",
        say(
            "全部内容由程序生成，人员、机构、医师均为虚构，区划代码 99 开头（未分配）。同样的命令得到逐字节相同的数据：",
            "Everything here is made by a program: no person, institution or doctor exists, and area codes begin with 99, "
            "which is assigned to nobody. The same command gives the same bytes:",
        ),
        "", order, "",
        say("| 表 | 行数 |", "| table | rows |"), "|---|---:|",
        *(f"| `{name}` | {number:,} |" for name, number in rows.items()),
        "",
        say("## 埋入的情形", "## What is planted"),
        "",
        say(
            "`truth.csv` 逐条记录。responsible：应当查出；involved：卷入而不知情，既不算查对也不算查错；lookalike：看似可疑，实则正当，"
            "不应查出。amount 是涉及的医保基金（统筹与个人账户，元）；intensity 是相对通常界限的倍数，1 为恰在界限上，低于 1 的更隐蔽。",
            "`truth.csv` has them one by one. responsible: should be found; involved: drawn in unknowingly, counts neither for nor "
            "against; lookalike: looks suspicious and is innocent, should not be found. amount is the fund money concerned (pooled fund "
            "and personal account, yuan); intensity is a multiple of the usual limit: 1 is at the limit, less is better hidden.",
        ),
        "",
        say("| 名称 | 是什么 | 结算 | 明细 | 金额（元） | 强度 1 表示 |",
            "| name | what it is | settlements | lines | yuan | an intensity of 1 means |"),
        "|---|---|---:|---:|---:|---|",
    ]  # fmt: skip
    bills = truth[(truth["subject_type"] == "settlement") & (truth["feedetl_sn"] == "")]
    for innocent in (False, True):
        for name, found in bills.groupby("scheme", sort=True):
            role = (found["role"] == "lookalike").all()
            if role != innocent:
                continue
            unit = known().get(str(name).removesuffix("_at_limit"))
            what = say(unit[0].zh, unit[0].en) if unit else ""
            limit = say(unit[0].threshold_zh, unit[0].threshold_en) if unit else ""
            fee_lines = int(((truth["scheme"] == name) & (truth["feedetl_sn"] != "")).sum())
            kind = say("（正当）", " (innocent)") if innocent else ""
            lines.append(
                f"| `{name}`{kind} | {what} | {len(found):,} | {fee_lines:,} | {found['amount'].sum():,.2f} | {limit} |"
            )
    return "\n".join([*lines, ""])
