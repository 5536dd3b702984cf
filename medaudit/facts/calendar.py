"""The fact `calendar`: one row a day of the data, computed once because engines disagree about weekdays."""

from __future__ import annotations

import datetime as dt

from medaudit.engine.duckdb import DuckEngine, quoted

# New Year's Day of the lunar calendar; public holidays follow the State Council's regulation on
# festivals (eve of the Spring Festival to its sixth day, 1–5 May, 1–7 October, 1 January).
SPRING_FESTIVALS = [
    "2015-02-19", "2016-02-08", "2017-01-28", "2018-02-16", "2019-02-05", "2020-01-25", "2021-02-12",
    "2022-02-01", "2023-01-22", "2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06", "2028-01-26",
    "2029-02-13", "2030-02-03",
]  # fmt: skip


def show_calendar(engine: DuckEngine) -> None:
    """Show `calendar`: day, weekday (1 = Monday), is_weekend, is_holiday, month ('YYYY-MM'), year."""
    spring = ", ".join(f"DATE {quoted(day)}" for day in SPRING_FESTIVALS)
    first, last = engine.rows(
        "SELECT greatest(min(begndate), DATE '2000-01-01'), least(max(enddate), DATE '2100-12-31') FROM settlement"
    )[0]
    first, last = first or dt.date(2000, 1, 1), last or dt.date(2000, 1, 1)
    engine.keep(
        "calendar",
        f"""
        SELECT CAST(day AS DATE) AS day, CAST(isodow(day) AS INTEGER) AS weekday, isodow(day) >= 6 AS is_weekend,
               (month(day) = 10 AND dayofmonth(day) <= 7) OR (month(day) = 5 AND dayofmonth(day) <= 5)
               OR (month(day) = 1 AND dayofmonth(day) = 1)
               OR len(list_filter([{spring}], lambda s: date_diff('day', s, CAST(day AS DATE)) BETWEEN -1 AND 6)) > 0
                 AS is_holiday,
               strftime(day, '%Y-%m') AS month, CAST(year(day) AS INTEGER) AS year
        FROM (SELECT unnest(generate_series(TIMESTAMP '{first}', TIMESTAMP '{last}', INTERVAL 1 DAY)) AS day)
        """,
    )
