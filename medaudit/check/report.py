"""A check put before the auditor: files, columns, accounts, then what is wrong, gravest first."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from medaudit.check import Report
from medaudit.check.page import Block, Flow, Grid, Heading, Items, Text
from medaudit.language import say
from medaudit.records.checks.note import Note
from medaudit.records.columns import likely_columns
from medaudit.records.schema import TABLES
from medaudit.records.source import Source


def blocks(report: Report) -> Iterator[Block]:
    """The whole report as blocks of a page."""
    yield from _files(report)
    yield from _columns(report)
    yield from _accounts(report)
    headings = {
        "stops": say("使稽核无法进行", "What stops the audit"),
        "costs": say("使规则不能运行或看得更少", "What keeps rules from running or seeing"),
        "know": say("值得知道", "Worth knowing"),
    }
    base = _base(report)
    for weight, heading in headings.items():
        items = list(_items(report.of(weight), base))
        if items:
            yield Heading(heading + say(f"（{len(items)}）", f" ({len(items)})"))
            yield Items(items)
    yield Heading(say("结论", "In short"))
    yield Text(verdict(report))


def verdict(report: Report) -> str:
    """Whether the data can be audited, with how many of the rules, and what to do next."""
    rules, skipped = len(report.rules), len(report.skipped)
    if not report.can_be_audited:
        number = len(report.of("stops"))
        return say(
            f"不能稽核：先解决第一部分的 {number} 个问题。",
            f"This cannot be audited: first mend what stops it ({number}).",
        )
    runs = say(
        f"可以稽核：{rules} 条规则可运行 {rules - skipped} 条。",
        f"This can be audited: {rules - skipped} of {rules} rules can run.",
    )
    if not skipped:
        return runs
    return runs + say(
        f"补齐缺的数据可再运行 {skipped} 条；--letter 生成给数据科的函，--template 生成设置文件。",
        f" Waiting for data: {skipped}; --letter writes the request to the data office, --template a settings file.",
    )


def _files(report: Report) -> Iterator[Block]:
    base = _base(report)
    rows: list[dict[str, Any]] = []
    for source in report.records.sources:
        read, rejected = report.rows[source.number]
        rows.append(
            {
                "file": _short(source.name, base),
                "table": TABLES[source.table].label,
                "rows": Decimal(read),
                "rejected": Decimal(rejected),
                "encoding": encoding(source),
            }
        )
    title = say(f"文件（{base}）", f"Files ({base})") if base else say("文件", "Files")
    yield Heading(title)
    if not rows:
        yield Text(say("没有可读的文件", "no file that could be read"))
        return
    yield Grid(
        _frame(rows, ("file", "table", "rows", "rejected", "encoding")),
        {
            "file": say("文件", "File"),
            "table": say("认作", "Taken for"),
            "rows": say("行数", "Rows"),
            "rejected": say("剔除", "Rejected"),
            "encoding": say("编码", "Encoding"),
        },
    )
    unread = [_short(one.name, base) for one in report.records.recognised.unread]
    if unread:
        yield Text(
            say(
                f"未读取 {len(unread)} 个（原因见下）：",
                f"Not read: {len(unread)} (why is told below)",
            )
        )
        yield Flow(unread, 4)
    if report.looked.period:
        first, last = report.looked.period
        yield Text(say(f"结算期间：{first} 至 {last}", f"Settlements from {first} to {last}"))


def encoding(source: Source) -> str:
    """The encoding of text, else the form of the file, with how many bytes were no character."""
    name = {"csv": source.encoding.upper(), "xlsx": "XLSX", "parquet": "Parquet"}[source.form]
    name = name.replace("-SIG", " BOM")
    if source.replaced:
        name += say(f"（{source.replaced:,} 处乱码）", f" ({source.replaced:,} bad bytes)")
    return name


def _columns(report: Report) -> Iterator[Block]:
    base = _base(report)
    told = list(_source_columns(report, base))
    if told:
        yield Heading(
            say("列（与国标同名的不列）", "Columns (those with their national name are not listed)")
        )
        yield from told


def _source_columns(report: Report, base: str) -> Iterator[Block]:
    """The columns of each file; files of one table with the same headers are told once."""
    alike: dict[tuple[object, ...], list[Source]] = {}
    for source in report.records.sources:
        alike.setdefault((source.table, *source.headers), []).append(source)
    for source, *others in alike.values():
        mapped = [
            f"{source.headers[place]}→{column}"
            for column, place in source.mapping.items()
            if source.headers[place].lower() != column
        ]
        strangers = report.records.recognised.strangers.get(source.name, [])
        if not mapped and not strangers:
            continue
        name, number, files = _short(source.name, base), len(source.mapping), len(others) + 1
        if others:
            name += say(f" 等 {files} 个文件", f" and {files - 1} more")
        yield Text(say(f"{name}：认得 {number} 列", f"{name}: {number} columns known"))
        if mapped:
            yield Flow(mapped, 4)
        if strangers:
            meant = likely_columns(source, strangers)
            perhaps = {
                header: say(f"（可能是 {one.column}）", f" (perhaps {one.column})")
                for header, one in meant.items()
            }
            yield Text(say("  不认识：", "  unknown:"))
            yield Flow([header + perhaps.get(header, "") for header in strangers], 4)


def _accounts(report: Report) -> Iterator[Block]:
    names = ("read", "accepted", "rejected", "used", "netted", "aside", "duplicates")
    rows = [
        {"table": TABLES[name].label, **{one: Decimal(getattr(account, one)) for one in names}}
        for name, account in report.records.accounts.items()
    ]
    if rows:
        yield Heading(
            say(
                "账目：读入 = 接受 + 剔除；接受 = 采用 + 冲销 + 重复",
                "Accounts: read = accepted + rejected; accepted = used + netted + duplicates",
            )
        )
        yield Grid(
            _frame(rows, ("table", *names)),
            {
                "table": say("表", "Table"),
                "read": say("读入", "Read"),
                "accepted": say("接受", "Accepted"),
                "rejected": say("剔除", "Rejected"),
                "used": say("采用", "Used"),
                "netted": say("冲销", "Netted"),
                "aside": say("其中搁置", "of these aside"),
                "duplicates": say("重复", "Duplicates"),
            },
        )


def _items(notes: Sequence[Note], base: str) -> Iterator[tuple[str, list[str]]]:
    """Notes as items; the columns without which rules only see less are one item."""
    less = [note for note in notes if note.check == "less-seen"]
    for note in notes:
        if note not in less:
            where = f"{_short(note.where, base)}{say('：', ': ')}" if note.where else ""
            yield where + note.what, [f"→ {_short(note.do, base)}"] if note.do else []
    if less:
        words = say(
            "缺少下列各列，规则照样运行，但看得少", "without these columns rules run, but see less"
        )
        yield words, [_less(note) for note in less]


def _less(note: Note) -> str:
    told = f"{note.where}{say('：', ': ')}{note.what}"
    return told + (say("；", "; ") + note.do if note.do else "")


def _base(report: Report) -> str:
    """The folder that all files share, so that they can be told by what is below it."""
    files = [str(source.path) for source in report.records.sources]
    files += [one.name.partition("›")[0] for one in report.records.recognised.unread]
    if not files:
        return ""
    return os.path.commonpath([str(Path(file).parent) for file in files])


def _short(name: str, base: str) -> str:
    return name.removeprefix(base).lstrip(os.sep) if base and name.startswith(base) else name


# Counts stand as decimals in frames: those are shown with separators whatever their size.
def _frame(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> Any:
    import pandas as pd

    return pd.DataFrame(rows, columns=list(columns), dtype=object)
