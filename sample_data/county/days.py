"""Days and moments."""

from __future__ import annotations

import datetime as dt

# Holidays of 2025 without planned visits: month, first and last day.
HOLIDAYS = [(1, 1, 1), (1, 28, 31), (2, 1, 4), (5, 1, 5), (10, 1, 8)]


def on(day: str) -> dt.date:
    """on("2025-05-14")."""
    return dt.date.fromisoformat(day)


def after(day: dt.date, n: int) -> dt.date:
    """The day n days later, or earlier when n is negative."""
    return day + dt.timedelta(n)


def at(day: dt.date, clock: str) -> dt.datetime:
    """A moment of a day: at(day, "09:30") or at(day, "09:30:15")."""
    return dt.datetime.combine(day, dt.time.fromisoformat(clock))


def is_workday(day: dt.date) -> bool:
    """Whether it is neither weekend nor holiday."""
    off = any(month == day.month and low <= day.day <= high for month, low, high in HOLIDAYS)
    return day.weekday() < 5 and not off
