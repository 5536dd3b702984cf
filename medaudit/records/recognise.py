"""Which source is which table, and which of its headers is which column."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from medaudit.errors import MedauditError, Problem, likely
from medaudit.language import say
from medaudit.records.headers import stem_says
from medaudit.records.schema import TABLES, Table, normal
from medaudit.records.source import Found, Source, Unread
from medaudit.settings import Settings

# A file whose name says nothing is taken for a table by its columns only when this many are known.
ENOUGH = 3

# Where only the pooled fund's part is given, it may have to stand for all the fund paid.
NEAR = {"fund_pay_sumamt": "hifp_pay"}


@dataclass
class Missing:
    """A required column that a source lacks, and the header that was probably meant."""

    source: Source
    column: str
    likely: str | None


@dataclass
class Recognised:
    """Sources by table, and everything about them that is worth telling."""

    sources: list[Source]
    unread: list[Unread]
    missing: list[Missing] = field(default_factory=list)
    strangers: dict[str, list[str]] = field(default_factory=dict)  # source → headers of no column

    def of(self, table: str) -> list[Source]:
        return [source for source in self.sources if source.table == table]

    def give_up(self, source: Source, why: str, what_to_do: str) -> None:
        """Count a source among the unread: it could be opened but not read to its end."""
        self.sources.remove(source)
        self.missing = [gap for gap in self.missing if gap.source is not source]
        self.strangers.pop(source.name, None)
        self.unread.append(Unread(source.name, why, what_to_do, stops=True))


def recognise(found: Found, settings: Settings) -> Recognised:
    """Give every source its table and its columns; what fits no table joins the unread."""
    known = Recognised([], list(found.unread))
    for source in found.sources:
        table = _table_of(source, settings)
        if table is None:
            known.unread.append(_stranger(source))
            continue
        source.table = table.name
        source.mapping = mapping(source.headers, table, settings)
        used = set(source.mapping.values())
        known.sources.append(source)
        rest = [header for i, header in enumerate(source.headers) if header and i not in used]
        carried = set(settings.extra.get(table.name, ()))
        known.strangers[source.name] = [header for header in rest if header not in carried]
        for column in table.required:
            if column not in source.mapping:
                known.missing.append(
                    Missing(source, column, _meant(column, table, rest) or _near(column, source))
                )
    return known


def mapping(headers: list[str], table: Table, settings: Settings) -> dict[str, int]:
    """Canonical column → position of its header. Settings first, then own names, then other names."""
    by_settings = {
        normal(theirs): ours for theirs, ours in settings.columns.get(table.name, {}).items()
    }
    taken: dict[str, int] = {}
    for says in (
        lambda header: by_settings.get(normal(header)),
        lambda header: header.lower() if header.lower() in table.columns else None,
        table.column_called,
    ):
        for position, header in enumerate(headers):
            column = says(header) if header and position not in taken.values() else None
            if column and column not in taken:
                taken[column] = position
    return taken


def _table_of(source: Source, settings: Settings) -> Table | None:
    if source.table:  # told on the command line
        return TABLES[source.table]
    for stem in source.stems:
        told = settings.files.get(stem) or settings.files.get(source.path.name)
        name = told or stem_says(stem)
        # A name counts only when the columns do not speak against it.
        if name and (told or _fits(source, TABLES[name], settings)):
            return TABLES[name]
    return _by_columns(source, settings)


def _fits(source: Source, table: Table, settings: Settings) -> bool:
    found = mapping(source.headers, table, settings)
    return 2 * len(found) >= min(len([h for h in source.headers if h]), len(table.columns)) or bool(
        found and all(column in found for column in table.required)
    )


def _by_columns(source: Source, settings: Settings) -> Table | None:
    """The table with the most of its columns here, all required ones among them."""
    best: tuple[int, int, Table] | None = None
    for table in TABLES.values():
        found = mapping(source.headers, table, settings)
        enough = max(min(ENOUGH, len(table.columns)), len([h for h in source.headers if h]) // 2)
        if all(column in found for column in table.required) and len(found) >= enough:
            score = (len(found), len(table.required), table)
            if best is None or score[:2] > best[:2]:
                best = score
    return best[2] if best else None


def _stranger(source: Source) -> Unread:
    """Why a source is no table, naming the table it comes nearest to and what that lacks."""
    near = max(TABLES.values(), key=lambda t: len(mapping(source.headers, t, Settings())))
    found = mapping(source.headers, near, Settings())
    lacking = [column for column in near.required if column not in found]
    if len(found) >= ENOUGH and lacking:
        why = say(
            f"像是{near.zh}表，但缺少 {'、'.join(lacking)}",
            f"looks like {near.en} but lacks {', '.join(lacking)}",
        )
    else:
        why = say(
            "文件名和列名都认不出是哪张表", "neither its name nor its columns are those of a table"
        )
    do = say(
        "在 medaudit.toml 的 [files] 写明是哪张表，在 [columns.表名] 写明列名",
        "say which table it is under [files] in medaudit.toml, and which columns under [columns.TABLE]",
    )
    return Unread(source.name, why, do, source.asked_for)


def _meant(column: str, table: Table, headers: Iterable[str]) -> str | None:
    """The header that probably is this column, misspelt."""
    spelt = {normal(header): header for header in headers}
    told = table.columns[column]
    for name in (told.name, told.zh, *told.aliases):
        close = likely(normal(name), spelt)
        if close:
            return spelt[close]
    return None


def _near(column: str, source: Source) -> str | None:
    """The header of a column that people often mean by this one."""
    position = source.mapping.get(NEAR.get(column, ""))
    return source.headers[position] if position is not None else None


def demand(known: Recognised, others: Iterable[Problem] = (), stands: bool = False) -> None:
    """Raise MedauditError for what makes an audit impossible, everything at once, `others` among it. stands: whether
    it may do without a settlement table, for one is there already."""
    stands = stands or bool(known.of("settlement"))
    problems = [one.problem for one in known.unread if one.stops or not stands]
    nothing_else = not known.sources and bool(problems) and all(u.stops for u in known.unread)
    if not stands and not nothing_else:
        read = "、".join(f"{source.name} → {source.table}" for source in known.sources)
        problems.append(
            Problem(
                say("没有找到结算表（settlement）", "no settlement table was found"),
                read or say("给出的路径里没有可读的表", "no readable table in the given paths"),
                say(
                    "至少要有一个结算文件；用 medaudit check 查看每个文件被认作什么",
                    "at least one settlement file is needed; `medaudit check` shows what each file was taken for",
                ),
            )
        )
    for gap in known.missing:
        if gap.source.table == "settlement":
            problems.append(Problem(lacks(gap), gap.source.name, remedy(gap)))
    problems += others
    if problems:
        raise MedauditError(problems)


def lacks(gap: Missing) -> str:
    column = TABLES[gap.source.table].columns[gap.column]
    return say(
        f"缺少必需的列 {column.name}（{column.zh}）",
        f"lacks the required column {column.name} ({column.en})",
    )


def remedy(gap: Missing) -> str:
    if gap.likely:
        return say(
            f'是不是“{gap.likely}”？在 [columns.{gap.source.table}] 写 "{gap.likely}" = "{gap.column}"',
            f'is it "{gap.likely}"? Write "{gap.likely}" = "{gap.column}" under [columns.{gap.source.table}]',
        )
    return say(
        f'在 [columns.{gap.source.table}] 写 "文件里的列名" = "{gap.column}"，或重新导出',
        f'write "their header" = "{gap.column}" under [columns.{gap.source.table}], or export it again',
    )
