"""What an import did and what is on the shelf, as lists for people and programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medaudit.detectors.catalogue import known
from medaudit.detectors.rule import Rule
from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.library import shelf
from medaudit.library.bring import Brought, Order
from medaudit.library.layouts import Layout, layouts
from medaudit.library.points import Left, Point
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
        return
    read = sheets(brought)
    parts = [table(read, headed(read))]
    parts += [f"{file}: {note}" for file, note in brought.about]
    codes = {code for told in brought.expanded.codes.values() for code in told}
    parts.append(
        say(
            f"批次 {brought.batch.name}：知识点 {brought.batch.points:,} 条；全部批次限定项目代码 {len(codes):,} 个。",
            f"Batch {brought.batch.name}: {brought.batch.points:,} points; all batches limit {len(codes):,} codes.",
        )
    )
    if len(open_ones):
        parts.append(
            say(
                f"要人看的 {len(open_ones):,} 处：",
                f"{len(open_ones):,} things for a person to see:",
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
    parts.append(
        say(
            f"使用：medaudit scan DATA --knowledge {order.into}",
            f"Use it: medaudit scan DATA --knowledge {order.into}",
        )
    )
    with standard_output() as stream:
        stream.write(("\n\n".join(parts) + "\n").encode("utf-8", "replace"))


def show_shelf(
    folder: Path,
    compared: tuple[str, str] | None,
    rules: Sequence[Path],
    format: str,
    output: Path | None,
) -> None:
    """Put before the user what is on the shelf, or what differs between two batches."""
    if not (folder / shelf.MARK).is_file():
        what = say("这里没有导入的知识库", "no knowledge was imported here")
        do = say("先运行 medaudit knowledge import", "run medaudit knowledge import first")
        raise MedauditError(Problem(what, str(folder), do))
    frame = changes(folder, *compared) if compared else shelved(folder, known(rules))
    if format == "table" and output is None and not compared:
        frame = frame.drop(columns=["imported", "files"])
    put(frame, format, output, columns=headed(frame))


def sheets(brought: Brought) -> pd.DataFrame:
    """A row for every sheet: which list it is, its points, and how many rows were left."""
    import pandas as pd

    rows = [
        [
            file,
            name,
            layout.label if layout else "",
            len(told.points),
            sum(left.stops for left in told.left),
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


def shelved(folder: Path, rules: Sequence[Rule]) -> pd.DataFrame:
    """A row for every batch and list: points, dates, when and from which files it came, and the rules that use it."""
    import pandas as pd

    there = {batch.name: batch for batch in shelf.batches(folder)}
    counted = Counter((batch, point.layout) for batch, point in shelf.points(folder))
    rows = []
    for (name, layout), points in sorted(counted.items()):
        batch = there[name]
        using = say("、", ", ").join(users(layouts()[layout], rules))
        files = say("、", ", ").join(file["name"] for file in batch.files)
        rows.append(
            [
                name,
                layouts()[layout].label,
                points,
                batch.since,
                batch.until,
                using,
                batch.imported[:10],
                files,
            ]
        )
    columns = ["batch", "list", "points", "begndate", "enddate", "rules", "imported", "files"]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def users(layout: Layout, rules: Sequence[Rule]) -> list[str]:
    """The rules that need what a list is brought into."""
    table, _, column = layout.into.partition(".")
    wanted = {table, layout.into, *({f"{table}.{column}_min"} if column == "lmt_age" else ())}
    needing = {
        rule.code
        for rule in rules
        if any(one in wanted for need in rule.needs for one in need.split("|"))
    }
    return sorted(needing | {rule.code for rule in rules if rule.code in layout.also})


def changes(folder: Path, old: str, new: str) -> pd.DataFrame:
    """What differs between two batches: points that are gone, new, or say something else.

    Raises MedauditError for a batch that is not there.
    """
    import pandas as pd

    names = [batch.name for batch in shelf.batches(folder)]
    for name in (old, new):
        if name not in names:
            there = say("、", ", ").join(names)
            what = say(f"没有批次 {name}", f"there is no batch {name}")
            raise MedauditError(
                Problem(what, str(folder), say(f"已有：{there}", f"there are: {there}"))
            )
    said: dict[str, dict[tuple[str, ...], str]] = {old: {}, new: {}}
    for batch, point in shelf.points(folder):
        if batch in said:
            said[batch][_what(point)] = _says(point)
    rows = []
    for key in sorted(said[old].keys() | said[new].keys()):
        before, after = said[old].get(key), said[new].get(key)
        if before != after:
            state = (
                say("新增", "new")
                if before is None
                else say("取消", "gone")
                if after is None
                else say("改变", "changed")
            )
            rows.append(
                [layouts()[key[0]].label, key[1] or key[2], key[3] or key[4], state, before, after]
            )
    return pd.DataFrame(
        rows, columns=["list", "item", "other", "change", "before", "after"], dtype=object
    )


def _what(point: Point) -> tuple[str, ...]:
    return (point.layout, point.name, point.code, point.other_name, point.other_code)


def _says(point: Point) -> str:
    return " ".join(f"{name}={value}" for name, value in sorted(point.values.items())) or "+"


HEADINGS: Mapping[str, Any] = {
    "file": ("文件", "file"), "sheet": ("工作表", "sheet"), "list": ("清单", "list"), "points": ("知识点", "points"),
    "left": ("未用的行", "rows left"), "row": ("行", "row"), "state": ("状态", "state"), "why": ("原因", "why"),
    "do": ("怎么办", "what to do"), "batch": ("批次", "batch"), "begndate": ("生效", "from"), "enddate": ("失效", "until"),
    "rules": ("用它的规则", "rules"), "imported": ("导入", "imported"), "files": ("文件", "files"), "item": ("项目", "item"),
    "other": ("另一项", "other"), "change": ("变化", "change"), "before": ("原来", "before"), "after": ("现在", "after"),
}  # fmt: skip


def headed(frame: pd.DataFrame) -> dict[str, str]:
    return {name: say(*HEADINGS[name]) for name in frame.columns}
