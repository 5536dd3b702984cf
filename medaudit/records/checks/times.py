"""Whether times can be believed: impossible dates, months without data, times that machines wrote."""

from __future__ import annotations

from collections.abc import Iterator

from medaudit.engine.duckdb import DuckEngine
from medaudit.language import say
from medaudit.records.checks.note import Note, share
from medaudit.records.load import Records

MANY = 10  # settlements of one institution with lines of the very same second
NOTHING = 0.05  # a month with less than this share of a usual month's rows has a gap
RARE = 0.01  # share of rows from which a fault of times is worth a word

_DATED = {
    "settlement": ("begndate", "enddate", "setl_time", "brdy"),
    "fee_item": ("fee_ocur_time", "upload_time"),
    "person": ("brdy", "death_date"),
}


def look(engine: DuckEngine, records: Records) -> Iterator[Note]:
    """Dates before 2000 or yet to come, gaps between months, whole days and batches in fee times."""
    for table, columns in _DATED.items():
        for column in columns if not records.lacks(table) else ():
            if column in records.accounts[table].columns:
                yield from _implausible(engine, table, column)
    if not records.lacks("settlement"):
        yield from _gaps(engine, "settlement", "enddate", period(engine))
    if not records.lacks("fee_item"):
        within = None if records.lacks("settlement") else period(engine)
        yield from _gaps(engine, "fee_item", "fee_ocur_time", within)
        yield from _machine_times(engine)


def period(engine: DuckEngine) -> tuple[str, str] | None:
    """The first and the last month of the settlements, strays left out."""
    months = _months(engine, "settlement", "enddate")
    return (months[0][0], months[-1][0]) if months else None


def _implausible(engine: DuckEngine, table: str, column: str) -> Iterator[Note]:
    first = "1905-01-01" if column == "brdy" else "2000-01-01"
    of, early, late = engine.rows(
        f"SELECT count({column}), count(*) FILTER (WHERE {column} < DATE '{first}'), "
        f"count(*) FILTER (WHERE CAST({column} AS DATE) > current_date) FROM {table}"
    )[0]
    if not early and not late:
        return
    parts = []
    if early:
        parts.append(say(f"{early:,} 行早于 {first[:4]} 年", f"before {first[:4]}: {early:,}"))
    if late:
        parts.append(say(f"{late:,} 行在今天之后", f"after today: {late:,}"))
    yield Note(
        "implausible-date",
        "know",
        say("日期可疑：", "implausible dates, ") + say("，", ", ").join(parts),
        f"{table}.{column}",
        say(
            "多为占位值或录入错误，稽核照用，看证据时留意",
            "mostly fillers or slips; used as they are, so mind them",
        ),
        early + late,
        of,
    )


def _months(engine: DuckEngine, table: str, column: str) -> list[tuple[str, int]]:
    """Month → rows, from the first to the last month that has a fair share of them."""
    found = engine.rows(
        f"SELECT strftime({column}, '%Y-%m') AS month, count(*) FROM {table} "
        f"WHERE {column} IS NOT NULL GROUP BY month ORDER BY month"
    )
    enough = NOTHING * max((rows for _, rows in found), default=0)
    full = [month for month, rows in found if rows >= enough]
    return [(month, rows) for month, rows in found if full[0] <= month <= full[-1]] if full else []


def _gaps(
    engine: DuckEngine, table: str, column: str, within: tuple[str, str] | None
) -> Iterator[Note]:
    """Months of the settlements' period in which a table has next to nothing."""
    there = dict(_months(engine, table, column))
    if not there:
        return
    usual = sorted(there.values())[len(there) // 2]
    whole = _calendar(*(within or (min(there), max(there))))
    gaps = [month for month in whole if there.get(month, 0) < NOTHING * usual]
    if gaps:
        listed = say("、", ", ").join(gaps[:6]) + ("…" if len(gaps) > 6 else "")
        yield Note(
            "gap-month",
            "costs",
            say(
                f"{len(gaps)} 个月（{listed}）几乎没有数据：跨月的规则在此处看不全",
                f"months with next to no data: {len(gaps)} ({listed}); rules that look across months see less",
            ),
            f"{table}.{column}",
            say("请补全期间", "ask for the whole period"),
            len(gaps),
            len(whole),
        )


def _calendar(first: str, last: str) -> list[str]:
    months = []
    year, month = int(first[:4]), int(first[5:])
    while (now := f"{year:04}-{month:02}") <= last:
        months.append(now)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return months


def _machine_times(engine: DuckEngine) -> Iterator[Note]:
    lines, whole = engine.rows(
        "SELECT count(*), count(*) FILTER (WHERE fee_ocur_time = date_trunc('day', fee_ocur_time)) FROM fee_item"
    )[0]
    if whole >= RARE * lines and whole:
        yield Note(
            "times-are-dates",
            "costs" if whole > lines // 2 else "know",
            say(
                f"{whole:,} 条明细（{share(whole, lines)}）的费用时间是 00:00:00：只有日期，同一时刻、夜间等判断用不上",
                f"fee lines at 00:00:00: {whole:,} ({share(whole, lines)}); a date only, of no use to rules on the time "
                "of day",
            ),
            "fee_item.fee_ocur_time",
            say("请导出到秒", "ask for times to the second"),
            whole,
            lines,
        )
    # Few moments have many lines: count settlements only there.
    batched, moments = engine.rows(
        f"""
        WITH line AS (
          SELECT coalesce(f.fixmedins_code, s.fixmedins_code) AS place, f.fee_ocur_time AS moment, f.setl_id
          FROM fee_item f LEFT JOIN settlement s ON s.setl_id = f.setl_id
          WHERE f.fee_ocur_time <> date_trunc('day', f.fee_ocur_time)
        ), crowded AS (
          SELECT place, moment FROM line GROUP BY place, moment HAVING count(*) >= {MANY}
        ), counted AS (
          SELECT count(*) AS n FROM line l JOIN crowded c ON c.place = l.place AND c.moment = l.moment
          GROUP BY l.place, l.moment HAVING count(DISTINCT l.setl_id) >= {MANY}
        )
        SELECT coalesce(sum(n), 0), count(*) FROM counted
        """
    )[0]
    if batched >= RARE * lines and batched:
        yield Note(
            "batch-times",
            "know",
            say(
                f"{int(batched):,} 条明细（{share(int(batched), lines)}）集中在 {moments:,} 个时刻，同一机构同一秒有 "
                f"{MANY} 笔以上结算：是批量记账时间，不是诊疗时间",
                f"fee lines at moments when one institution has {MANY} or more settlements in the same second: "
                f"{int(batched):,} ({share(int(batched), lines)}, moments: {moments:,}); batch bookings, not times of care",
            ),
            "fee_item.fee_ocur_time",
            say(
                "同一时刻开单过多的疑点先排除批量记账",
                "rule out batches before reading anything into the time",
            ),
            int(batched),
            lines,
        )
