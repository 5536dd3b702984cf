"""What came of an import, and what a workspace holds, put before the user."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from medaudit.language import say
from medaudit.output import show as output
from medaudit.records.schema import TABLES
from medaudit.records.typed import reasons
from medaudit.runs import arrived
from medaudit.workspace.catalogue import Catalogue
from medaudit.workspace.importing import Imported
from medaudit.workspace.repairing import Repaired

if TYPE_CHECKING:
    import pandas as pd

LISTED = 10  # deliveries on a screen


def imported(made: Imported, folder: Path) -> str:
    """What came of an import, in lines."""
    lines = [
        say(
            f"{file}：{_day(at)} 已导入过，略过",
            f"{file}: imported on {_day(at)} already, left alone",
        )
        for file, at in made.known.items()
    ]
    lines += [
        say(f"未读取 {one.name}：{one.why}", f"not read, {one.name}: {one.why}")
        for one in made.recognised.unread
    ]
    if made.delivery is None:
        return "\n".join(
            [*lines, say("没有新数据，工作区不变", "nothing new; the workspace is as it was")]
        )
    for name, told in made.delivery.tables.items():
        lines.append(f"{TABLES[name].label}{say('：', ': ')}" + say("，", ", ").join(_counts(told)))
    if any(told.get("rejected") for told in made.delivery.tables.values()):
        lines.append(
            say(
                f"剔除的原因见 medaudit workspace {folder}",
                f"why rows were rejected: medaudit workspace {folder}",
            )
        )
    lines.append(
        say(
            f"第 {made.delivery.number} 次导入完成：{folder}",
            f"delivery {made.delivery.number} is in: {folder}",
        )
    )
    return "\n".join(lines)


def _counts(told: dict[str, int]) -> Iterator[str]:
    words = {
        "new": say("新增 {:,} 行", "{:,} new"),
        "replaces": say("更正 {:,} 行", "{:,} put right"),
        "same": say("相同 {:,} 行", "{:,} the same as before"),
        "older": say("比已有的旧 {:,} 行", "{:,} older than what was there"),
        "repeated": say("本次重复 {:,} 行", "{:,} repeated"),
        "rejected": say("剔除 {:,} 行", "{:,} rejected"),
    }
    for name, text in words.items():
        if told.get(name) or name == "new":
            yield text.format(told.get(name, 0))


def overview(catalogue: Catalogue, folder: Path) -> str:
    """What a workspace holds, in lines."""
    last = catalogue.deliveries[-1] if catalogue.deliveries else None
    lines = [say(f"工作区 {folder}", f"Workspace {folder}")]
    if last:
        lines.append(
            say(
                f"导入 {last.number} 次，最近一次 {last.at}",
                f"{last.number} deliveries, the last at {last.at}",
            )
        )
        lines += _late(catalogue)
    for name, reading in sorted(catalogue.readings.items()):
        parts = catalogue.of(name)
        months = sorted({part.month for part in parts} - {"-"})
        span = f" {months[0]} – {months[-1]}" if months else ""
        rows = sum(part.rows for part in parts)
        why = say("、", ", ").join(
            f"{reasons()[code]} {n:,}" for code, n in sorted(reading.rejects.items())
        )
        read, rejected = f"{reading.read:,}", f"{reading.rejected:,}"
        told = say(
            f"{rows:,} 行{span}；读入 {read}，剔除 {rejected}",
            f"{rows:,} rows{span}; read {read}, rejected {rejected}",
        )
        lines.append(f"{TABLES[name].label}{say('：', ': ')}{told}" + (f" ({why})" if why else ""))
    for one in catalogue.lost:
        back = (
            ""
            if one["files"]
            else say("，原始文件已重新导入", "; the original files have come again")
        )
        lines.append(
            say(
                f"丢失 {one['table']} {one['month']} {one['rows']:,} 行（{_day(one['at'])}）",
                f"lost: {one['table']} {one['month']}, {one['rows']:,} rows ({_day(one['at'])})",
            )
            + back
        )
    return "\n".join(lines)


def sound(catalogue: Catalogue, found: dict[str, str]) -> str:
    """Whether the files of a workspace are as they were written."""
    if found:
        return "\n".join(f"{name}{say('：', ': ')}{why}" for name, why in found.items())
    n = len(catalogue.parts)
    return say(f"{n:,} 个文件的哈希都相符", f"all {n:,} files are what their hashes say")


def repaired(made: Repaired) -> str:
    """What was set aside, and what to import again."""
    if not made.damaged:
        return say("文件都完好，没有改动", "every file is sound; nothing was changed")
    lines = [f"{name}{say('：', ': ')}{why}" for name, why in made.damaged.items()]
    lines.append(
        say(
            f"已移到 {made.kept}，其余文件照用。",
            f"Set aside in {made.kept}; the other files stay in use.",
        )
    )
    lines.append(
        say(
            "请按这个次序重新导入这些原始文件（已有的行不会重复）：",
            "Import these original files again, in this order (rows that are there are not doubled):",
        )
    )
    return "\n".join([*lines, *(f"  {file}" for file in made.again)])


def _late(catalogue: Catalogue) -> Iterator[str]:
    now = dt.datetime.now().astimezone().isoformat()
    days = arrived.days_without(catalogue.deliveries[-1].at, now)
    if days >= arrived.LATE:
        yield say("注意：", "Mind: ") + arrived.late(days)


def log(catalogue: Catalogue, top: int | None, format: str, target: Path | None) -> None:
    """List the deliveries, the last first: a row for each file of each."""
    import pandas as pd

    rows = [
        {"delivery": one.number, "at": one.at, "table": source["table"], "file": source["file"],
         "part": source["part"], "sha256": source["sha256"], **one.tables.get(source["table"], {})}
        for one in reversed(catalogue.deliveries)
        for source in one.sources
    ]  # fmt: skip
    columns = ["delivery", "at", "table", "file", "part", "sha256", *COUNTS]
    frame: pd.DataFrame = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(COUNTS, "Int64"))
    form = output.format_of(format, target)
    if form == "table" and target is None:
        frame = _for_a_screen(frame.head(top or LISTED))
    output.show(
        frame if top is None else frame.head(top),
        format,
        target,
        title=say("导入记录", "Deliveries"),
    )


def _for_a_screen(frame: pd.DataFrame) -> pd.DataFrame:
    """Deliveries without what would only fill a line: seconds, most of a hash, columns in which there is nothing."""
    short = frame.assign(
        at=frame["at"].str.slice(0, 16).str.replace("T", " "),
        sha256=frame["sha256"].str.slice(0, 8),
    )
    empty = [name for name in COUNTS if not frame[name].fillna(0).any()]
    return short.drop(columns=[*empty, *(() if frame["part"].any() else ("part",))])


COUNTS = ("new", "replaces", "same", "older", "repeated", "rejected")


def _day(at: str) -> str:
    return at[:10]
