"""What an import did, as lists for people and programs."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medaudit.language import say
from medaudit.library.bring import Brought, Order
from medaudit.library.points import Left
from medaudit.output.show import show as put
from medaudit.output.show import standard_output
from medaudit.output.table import table

if TYPE_CHECKING:
    import pandas as pd


SHOWN = 20  # rows on a terminal of what is left


def tell(brought: Brought, order: Order, format: str, output: Path | None, quiet: bool) -> None:
    """Put before the user what an import did: on a terminal in short, else the list of what is left."""
    open_ones = left(brought.left)
    if format != "table" or output is not None:
        put(open_ones, format, output, columns=headed(open_ones))
        return
    if quiet:
        if any(one.stops for one in brought.left):
            print(
                say(
                    "有未用的行：去掉 -q，或加 --output 文件.xlsx 查看",
                    "some rows were not used: leave out -q, or add --output FILE.xlsx, to see them",
                ),
                file=sys.stderr,
            )
        return
    read = sheets(brought)
    parts = [table(read, headed(read))]
    parts += [f"{file}: {note}" for file, note in brought.about]
    codes = {code for told in brought.expanded.codes.values() for code in told}
    if brought.batch:
        name, points = brought.batch.name, f"{brought.batch.points:,}"
        counted = say(
            f"批次 {name}：知识点 {points} 条；全部批次限定项目代码 {len(codes):,} 个。",
            f"Batch {name}: points {points}; item codes limited by all batches {len(codes):,}.",
        )
        parts.append(counted)
    else:
        parts.append(
            say("没有一条知识点，什么也没有写入。", "There was no point, and nothing was written.")
        )
    if len(open_ones):
        parts.append(
            say(
                f"要人看的 {len(open_ones):,} 处：",
                f"For a person to see ({len(open_ones):,}):",
            )
        )
        parts.append(table(open_ones.head(SHOWN), headed(open_ones)))
        if len(open_ones) > SHOWN:
            more = len(open_ones) - SHOWN
            parts.append(
                say(
                    f"另 {more:,} 处：加 --output 文件.xlsx",
                    f"{more:,} more: add --output FILE.xlsx",
                )
            )
        if brought.expanded.proposed:
            parts.append(
                say(
                    f"对不上的名称及可能的项目在 {order.into / 'proposed.csv'}；核对后写进 {order.into / 'mapping.csv'}，再导入一次。",
                    f"Names not found, and what they may be, are in {order.into / 'proposed.csv'}; once checked, put "
                    f"them into {order.into / 'mapping.csv'} and import again.",
                )
            )
    if brought.earlier:
        parts.append(
            say(
                f"以前的批次另有 {brought.earlier:,} 处未解决。",
                f"Still open of earlier batches: {brought.earlier:,}.",
            )
        )
    if not brought.batch:
        return _put(parts)
    parts.append(
        say(
            f"使用：medaudit scan DATA --knowledge {order.into}",
            f"Use it: medaudit scan DATA --knowledge {order.into}",
        )
    )
    _put(parts)


def _put(parts: Sequence[str]) -> None:
    with standard_output() as stream:
        stream.write(("\n\n".join(parts) + "\n").encode("utf-8", "replace"))


def sheets(brought: Brought) -> pd.DataFrame:
    """A row for every sheet: which list it is, its points, and how many rows were left."""
    import pandas as pd

    rows = [
        [
            file,
            name,
            layout.label if layout else "",
            len(told.points),
            len(
                {
                    one.row
                    for one in brought.left
                    if one.stops and (one.file, one.sheet) == (file, name)
                }
            ),
        ]
        for file, name, layout, told in brought.sheets
        if layout or told.left
    ]
    return pd.DataFrame(rows, columns=["file", "sheet", "list", "points", "left"])


def left(brought: Iterable[Left]) -> pd.DataFrame:
    """What a person should look at: where, why and what to do, those without a point first."""
    import pandas as pd

    rows = [
        [
            one.file,
            one.sheet,
            one.row or None,
            say("未用", "not used") if one.stops else say("已用", "used"),
            one.why,
            one.do,
        ]
        for one in sorted(brought, key=lambda one: (not one.stops, one.file, one.sheet, one.row))
    ]
    frame = pd.DataFrame(rows, columns=["file", "sheet", "row", "state", "why", "do"])
    return frame.astype({"row": "Int64"})


HEADINGS: Mapping[str, Any] = {
    "file": ("文件", "file"), "sheet": ("工作表", "sheet"), "list": ("清单", "list"), "points": ("知识点", "points"),
    "left": ("未用的行", "rows left"), "row": ("行", "row"), "state": ("状态", "state"), "why": ("原因", "why"),
    "do": ("怎么办", "what to do"), "batch": ("批次", "batch"), "begndate": ("生效", "from"), "enddate": ("失效", "until"),
    "rules": ("用它的规则", "rules"), "imported": ("导入", "imported"), "files": ("文件", "files"), "item": ("项目", "item"),
    "other": ("另一项", "other"), "change": ("变化", "change"), "before": ("原来", "before"), "after": ("现在", "after"),
}  # fmt: skip


def headed(frame: pd.DataFrame) -> dict[str, str]:
    return {name: say(*HEADINGS[name]) for name in frame.columns}
