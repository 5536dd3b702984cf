"""The fact `calendar`: one row a day, computed once because engines disagree about weekdays.

Years are whole, and one more follows: a day of December lies before the New Year holiday whether the data reach it or not, and
the calendar of a county that settles every day changes once a year.
"""

from __future__ import annotations

import datetime as dt

from medaudit.engine import Engine

# New Year's Day of the lunar calendar; public holidays follow the State Council's regulation on
# festivals (eve of the Spring Festival to its sixth day, 1–5 May, 1–7 October, 1 January).
SPRING_FESTIVALS = [
    "2015-02-19", "2016-02-08", "2017-01-28", "2018-02-16", "2019-02-05", "2020-01-25", "2021-02-12",
    "2022-02-01", "2023-01-22", "2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06", "2028-01-26",
    "2029-02-13", "2030-02-03",
]  # fmt: skip


FIRST, LAST = 2000, 2100  # years of the data that count; others are slips of the pen


def show_calendar(engine: Engine) -> None:
    """Show `calendar`: day, weekday (1 = Monday), is_weekend, is_holiday, month ('YYYY-MM'), year."""
    import pandas as pd
    import pyarrow as pa

    begun, ended = engine.rows("SELECT min(begndate), max(enddate) FROM settlement")[0]
    first = max(begun.year if begun else FIRST, FIRST)
    last = max(min(ended.year if ended else FIRST, LAST), first)
    days = pd.Series(pd.date_range(dt.date(first, 1, 1), dt.date(last + 1, 12, 31)))
    springs = pd.to_datetime(SPRING_FESTIVALS)
    # The eve of the festival to its sixth day.
    spring = days.isin([day + pd.Timedelta(days=n) for day in springs for n in range(-1, 7)])
    month, of_month = days.dt.month, days.dt.day
    told = {
        "day": pa.array(days.dt.date, pa.date32()),
        "weekday": pa.array(days.dt.day_of_week + 1, pa.int32()),
        "is_weekend": pa.array(days.dt.day_of_week >= 5),
        "is_holiday": pa.array(
            ((month == 10) & (of_month <= 7))
            | ((month == 5) & (of_month <= 5))
            | ((month == 1) & (of_month == 1))
            | spring
        ),
        "month": pa.array(days.dt.strftime("%Y-%m"), pa.string()),
        "year": pa.array(days.dt.year, pa.int32()),
    }
    table = pa.table(told)
    engine.put("calendar", table.schema, table.to_batches())
