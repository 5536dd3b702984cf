"""A one-page request to the data office: what is missing, what it would unlock, how to deliver it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from medaudit.check import Report
from medaudit.check.losses import unmet_losses
from medaudit.check.missing import Want
from medaudit.detectors.rule import Rule
from medaudit.language import say, spoken
from medaudit.output.wrap import wrap
from medaudit.records.schema import TABLES

WIDTH = 78
MOST = 4  # items in full; more do not fit on a page
FEW = 8  # columns of a table that are all named even when none is required
NAMED = 3  # rules named by item
PUBLISHED = "catalogue_limit."


@dataclass
class _Ask:
    """A table, or columns of one table, and the rules they would unlock. Of alternatives `name` is the first."""

    name: str
    what: str
    rules: list[Rule]


def letter(report: Report) -> str:
    """The letter, ready to print and sign. Names nobody and no record."""
    # What is there under another header is for the auditor to map, not for the data office to bring.
    wanted = [want for want in report.wants if not want.meant]
    asks = sorted(_asks(wanted), key=lambda ask: -len(ask.rules))
    lines = [
        say("# 关于补充医保稽核数据的函", "# Request for audit data"),
        "",
        say("________________（数据管理部门）：", "To: ________________ (data office)"),
        "",
        *_wrapped(_opening(report), say("　　", "")),
        "",
    ]
    for number, ask in enumerate(asks[:MOST], start=1):
        lines += _wrapped(ask.what, f"{number}. ")
        lines += _wrapped(_unlocks(ask.rules), "   ")
    if asks[MOST:]:
        rest = say("、", ", ").join(dict.fromkeys(ask.name for ask in asks[MOST:]))
        lines += _wrapped(say(f"其余：{rest}", f"Others: {rest}"), f"{MOST + 1}. ")
    better = unmet_losses(report.records, wanted)
    if better:
        named = say("；", "; ").join(better)
        lines += [
            "",
            *_wrapped(
                say(f"如有以下各列请一并提供：{named}。", f"Please add where available: {named}."),
                "",
            ),
        ]
    lines += ["", *_delivery(), "", *_signature()]
    return "\n".join(lines) + "\n"


def is_needed(report: Report) -> bool:
    """Whether there is anything to ask for."""
    return any(not want.meant for want in report.wants) or bool(unmet_losses(report.records, ()))


def _opening(report: Report) -> str:
    period = report.looked.period
    during = say("（{} 至 {}）", " ({} to {})").format(*period) if period else ""
    return say(
        f"为开展医保基金使用稽核，经核对已有结算数据{during}，尚缺下列数据，请予提供。"
        "表名、列名为国家医疗保障信息平台接口规范的名称，按补齐后可运行的规则多少排列。",
        f"For the audit of medical-insurance settlements{during} the data listed below are still missing. Please "
        "provide them. Tables and columns carry the names of the national interface; what unlocks most rules comes "
        "first.",
    )


def _asks(wanted: Sequence[Want]) -> Iterator[_Ask]:
    """Wants as requests: the columns of one table together, alternatives by themselves."""
    of_table: dict[str, list[Want]] = {}
    for want in wanted:
        # What published lists hold the auditor imports; the office is asked for the other.
        own = [one for one in want.need.split("|") if not one.startswith(PUBLISHED)]
        want = replace(want, need="|".join(own))
        if "|" in want.need:
            both = say(f"{want.label}（任一即可）", f"{want.label} (either will do)")
            yield _Ask(want.need.partition("|")[0], both, list(want.rules))
        else:
            of_table.setdefault(want.need.partition(".")[0], []).append(want)
    for name, wants in of_table.items():
        rules = {rule.code: rule for want in wants for rule in want.rules}
        yield _Ask(name, _what(name, wants), [rules[code] for code in sorted(rules)])


def _what(name: str, wants: Sequence[Want]) -> str:
    """A table with the columns it cannot do without, or only the columns that it lacks."""
    table = TABLES[name]
    whole = any(want.need == name for want in wants)
    columns = [want.need.partition(".")[2] for want in wants if "." in want.need]
    named = dict.fromkeys([*(table.required if whole else ()), *columns])
    listed = say("、", ", ").join(_named(name, column) for column in named or table.columns)
    if not whole:
        return say(
            f"{table.zh}表 {name} 的列：{listed}", f"of the table {name} ({table.en}): {listed}"
        )
    told = say(
        f"{table.zh}表 {name}，至少含 {listed}",
        f"the table {name} ({table.en}), with at least {listed}",
    )
    rest = [column for column in table.columns if column not in named] if named else []
    if 0 < len(rest) <= FEW:
        others = ", ".join(rest)
        told += say(f"，最好也有 {others}", f", better also {others}")
    return told


def _named(table: str, column: str) -> str:
    told = TABLES[table].columns[column]
    return f"{column} {told.zh}" if spoken() == "zh" else column


def _unlocks(rules: Sequence[Rule]) -> str:
    named = say("、", ", ").join(f"{rule.code} {rule.name}" for rule in rules[:NAMED])
    more = len(rules) - NAMED
    if more > 0:
        named += say(f" 等 {len(rules)} 条规则", f" and {more} more")
    return say(f"用于：{named}", f"for {named}")


def _delivery() -> Iterator[str]:
    yield say("提供方式：", "How to deliver:")
    yield ""
    for line in (
        say(
            "由系统直接导出文本（CSV，UTF-8 或 GB18030，可压缩）或 Parquet，不经电子表格另存：长编码会变成科学计数法、"
            "丢失前导零，无法恢复。",
            "exported from the system as text (CSV in UTF-8 or GB18030, packed if large) or Parquet, never saved from a "
            "spreadsheet, which turns long codes into numbers and loses their leading zeros for good;",
        ),
        say("各类编码、证件号码为文本；日期如 2025-01-31，时间到秒；金额以元计，保留两位。",
            "codes and certificate numbers as text; dates as 2025-01-31, times to the second, amounts in yuan;"),
        say("期间完整、机构齐全（含异地）；退费、冲正原样保留（负数行和原流水号），不要先行冲销。",
            "the full period and every institution; refunds as they are (negative rows with the number of their "
            "original), not netted beforehand;"),
        say("附各表行数与金额合计、所用码表；以加密介质移交，双方签收。",
            "with row counts and totals of each table and the code tables used, on encrypted media against receipt."),
    ):  # fmt: skip
        yield from _wrapped(line, "- ")


def _signature() -> list[str]:
    if spoken() == "zh":
        return [
            "联系人：____________　　电话：____________",
            "",
            "单位（盖章）：____________　　____年__月__日",
        ]
    return [
        "Contact: ____________    Telephone: ____________",
        "",
        "Signed: ____________    Date: ____________",
    ]


def _wrapped(text: str, mark: str) -> list[str]:
    blank = "" if not mark.strip() and mark != "   " else " " * len(mark)
    lines = wrap(text, WIDTH - 2 * len(mark)).split("\n")
    return [mark + lines[0], *(blank + line for line in lines[1:])]
