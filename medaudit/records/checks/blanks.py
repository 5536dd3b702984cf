"""How full the columns are, what could not be read in them, and what became of the rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from medaudit.engine.duckdb import DuckEngine, quoted
from medaudit.language import say
from medaudit.records.canonical import canonical, was_lost
from medaudit.records.checks.note import Note, share
from medaudit.records.load import Records
from medaudit.records.schema import CLOSED, TABLES, Column
from medaudit.records.source import Source
from medaudit.records.typed import reasons
from medaudit.settings import Settings

HIGH = 0.01  # share of rejected or unread values from which rules see noticeably less
FORMS = 3  # how many forms of unreadable values are shown


def filled(engine: DuckEngine, records: Records) -> dict[str, dict[str, int]]:
    """Table → column → used rows that hold a value, for the columns that the files have."""
    told = {}
    for name, account in records.accounts.items():
        if account.used and name != "visit":
            counts = ", ".join(f"count({column})" for column in account.columns)
            told[name] = dict(
                zip(account.columns, engine.rows(f"SELECT {counts} FROM {name}")[0], strict=True)
            )
    return told


def look(
    engine: DuckEngine, records: Records, settings: Settings, full: dict[str, dict[str, int]]
) -> Iterator[Note]:
    """Rejected rows, duplicates, refunds kept aside, unreadable values, days of supply left blank."""
    for name, account in records.accounts.items():
        yield from _fates(name, records)
        sources = records.recognised.of(name)
        for column, rows in sorted(_unreadable(engine, name).items()):
            yield _unread(engine, sources, TABLES[name].columns[column], rows, settings, "rejected")
        for column, rows in sorted(account.unread.items()):
            told = TABLES[name].columns[column]
            if column not in CLOSED and told.type != "flag":  # those are told with the codes
                yield _unread(engine, sources, told, rows, settings, "blank")
    if full.get("fee_item", {}).get("prd_days") and not records.lacks("settlement"):
        yield from _supply(engine)


def _fates(name: str, records: Records) -> Iterator[Note]:
    account, table = records.accounts[name], TABLES[name]
    # A file without a required column is told by the name of that column.
    rejects = {why: n for why, n in account.rejects.items() if why != "no_column"}
    if rejects:
        told = [f"{reasons()[why]} {n:,}" for why, n in rejects.items()]
        yield Note(
            "rejected",
            "costs" if account.rejected > HIGH * account.read else "know",
            say(
                f"{account.rejected:,} 行（{share(account.rejected, account.read)}）被剔除：{'；'.join(told)}",
                f"rows rejected: {account.rejected:,} ({share(account.rejected, account.read)}), for {'; '.join(told)}",
            ),
            table.label,
            say("逐行见 scan 写出的 rejects.csv", "row by row in the rejects.csv that scan writes"),
            account.rejected,
            account.read,
        )
    if account.duplicates:
        yield Note(
            "duplicates",
            "know",
            say(
                f"{account.duplicates:,} 行（{share(account.duplicates, account.accepted)}）是重复上传，只算一次",
                f"rows there more than once: {account.duplicates:,} "
                f"({share(account.duplicates, account.accepted)}); each counts once",
            ),
            table.label,
            count=account.duplicates,
            of=account.accepted,
        )
    if account.aside:
        yield Note(
            "refunds-aside",
            "know",
            say(
                f"{account.aside:,} 行退费找不到原记录，搁置不用，也不与别的记录冲销",
                f"refunds that match nothing: {account.aside:,}; kept aside, netted against nobody else's record",
            ),
            table.label,
            say(
                "多为上一期的退费：补上一期数据即可对上",
                "mostly refunds of an earlier period, whose data would match them",
            ),
            account.aside,
            account.accepted,
        )


def _unreadable(engine: DuckEngine, name: str) -> dict[str, int]:
    """Required columns whose values could not be read, with the rows rejected for it."""
    return dict(
        engine.rows(
            f"SELECT reject_column, count(*) FROM typed_{name} WHERE reject_reason = 'unreadable' GROUP BY 1"
        )
    )


def _unread(
    engine: DuckEngine,
    sources: Sequence[Source],
    column: Column,
    rows: int,
    settings: Settings,
    fate: str,
) -> Note:
    forms = _forms(engine, sources, column, settings)
    listed = say("，形如 ", ", of the form ") + say("、", ", ").join(forms) if forms else ""
    effect = (
        say("整行剔除", "their rows are rejected")
        if fate == "rejected"
        else say("按空值处理", "taken as blank")
    )
    return Note(
        "unreadable-values",
        "costs" if fate == "rejected" else "know",
        say(
            f"{rows:,} 个{column.zh}无法识别{listed}，{effect}",
            f"values of {column.en} that cannot be read: {rows:,}{listed}; {effect}",
        ),
        f"{sources[0].table}.{column.name}",
        say(
            "日期用 2025-01-31，金额用 1234.50，编码用文本，重新导出",
            "export again: dates as 2025-01-31, amounts as 1234.50, codes as text",
        ),
        rows,
    )


def _forms(
    engine: DuckEngine, sources: Sequence[Source], column: Column, settings: Settings
) -> list[str]:
    """The commonest forms of values that could not be read: 9 for digits, A for letters, 字 for the rest."""
    parts = []
    for source in sources:
        place = source.mapping.get(column.name)
        if place is not None:
            field, kind = source.fields[place], source.types[place]
            told = settings.codes.get(column.name, {})
            value = canonical(column, field, kind, told)
            parts.append(
                f"SELECT CAST({field} AS VARCHAR) AS v FROM {source.relation} "
                f"WHERE {was_lost(column, value, field, kind, told)}"
            )
    form = "left(trim(v), 24)"
    for pattern, mark in (
        ("[0-9]", "9"),
        ("[A-Za-z]", "A"),
        (r"[^\x00-\x7F年月日时分秒上下午]", "字"),
    ):
        form = f"regexp_replace({form}, {quoted(pattern)}, {quoted(mark)}, 'g')"
    found = engine.rows(
        f"SELECT {form} AS form FROM ({' UNION ALL '.join(parts)}) GROUP BY form "
        f"ORDER BY count(*) DESC, form LIMIT {FORMS}"
    )
    return [row[0] for row in found]


def _supply(engine: DuckEngine) -> Iterator[Note]:
    # Inside a stay nobody is sent home with drugs but at its end.
    drugs, blank = engine.rows(
        """
        SELECT count(*), count(*) FILTER (WHERE coalesce(f.prd_days, 0) <= 0)
        FROM fee_item f JOIN settlement s ON s.setl_id = f.setl_id
        LEFT JOIN med_type m ON m.med_type = s.med_type
        LEFT JOIN med_type g ON g.med_type = substr(s.med_type, 1, 2)
        WHERE f.med_chrgitm_type IN ('09', '10', '11')
          AND (NOT coalesce(m.is_stay, g.is_stay, FALSE) OR f.dscg_tkdrug_flag = '1')
        """
    )[0]
    if drugs and blank > drugs // 2:
        yield Note(
            "supply-blank",
            "costs",
            say(
                f"{share(blank, drugs)} 的门诊、药店和出院带药明细没有用药天数：超量开药只能靠目录的包装天数推算",
                f"{share(blank, drugs)} of the drugs dispensed have no days of supply: over-supply can only be told from the "
                "catalogue's days a pack",
            ),
            "fee_item.prd_days",
            say("请数据科补 prd_days", "ask for prd_days"),
            blank,
            drugs,
        )
