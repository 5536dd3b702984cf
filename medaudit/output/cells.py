"""One value in its three forms: plain for machines, shown for people, and as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from medaudit.language import say, spoken
from medaudit.output.columns import Kind, kind, label

if TYPE_CHECKING:
    import pandas as pd

_SHARE_DECIMALS = 4
_NEVER, _CERTAIN = 0.005, 0.995  # a probability beyond would be told as 0.00 or 1.00
_SEPARATED_FROM = 10_000  # below it a whole number may be a year


def values(series: pd.Series[Any]) -> list[Any]:
    """The values of a column as Python's own objects, with None for whatever pandas calls missing."""
    from numpy import generic

    pairs = zip(series.tolist(), series.isna().tolist(), strict=True)
    found = (None if missing else value for value, missing in pairs)
    return [value.item() if isinstance(value, generic) else value for value in found]


def is_number(value: Any) -> bool:
    """Whether a value of `values` is a number: int, float or Decimal, but not a bool."""
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def plain(value: Any, of: Kind | None) -> str:
    """The value as CSV text: money with 2 decimals, shares with 4, ISO dates, nothing for missing."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if is_number(value):
        return _digits(value, of)
    if isinstance(value, date):
        return _moment(value, of)
    simple = _simple(value)
    return (
        simple if isinstance(simple, str) else json.dumps(simple, ensure_ascii=False, default=str)
    )


def shown(value: Any, name: str) -> str:
    """The value of column `name` as people read it, in the run's language."""
    of = kind(name)
    if value is None:
        return ""
    if isinstance(value, str):
        return label(name, value) if of != "evidence" else _told(parsed(value), name)
    if isinstance(value, bool):
        return say("是", "yes") if value else say("否", "no")
    if is_number(value):
        return _separated(value, of)
    return _moment(value, of) if isinstance(value, date) else _told(_simple(value), name)


def told_by(text: str, named: Callable[[str], str], said: Callable[[str, Any], Any]) -> str:
    """Evidence as people read it: `间隔天数：3；病种：肺炎`, keys and values as `named` and `said` have them."""
    told = parsed(text)
    if not isinstance(told, dict):
        return text
    colon, semicolon = ("：", "；") if spoken() == "zh" else (": ", "; ")
    pairs = (
        (named(key), _told(said(key, item), key)) for key, item in told.items() if item is not None
    )
    return semicolon.join(f"{name}{colon}{item}" for name, item in pairs)


def jsonable(value: Any, of: Kind | None) -> Any:
    """The value for a JSON document: money and shares as rounded numbers, evidence as the object it is."""
    if isinstance(value, str):
        return parsed(value) if of == "evidence" else value
    if value is None or isinstance(value, int):
        return value
    if is_number(value):
        number = round(float(value), _decimals(of))
        return number if math.isfinite(number) else None
    return _moment(value, of) if isinstance(value, date) else parsed(plain(value, of))


def parsed(text: str) -> Any:
    """The object a JSON text stands for, or the text itself when it is not JSON."""
    try:
        return json.loads(text, parse_constant=lambda infinite: None)
    except ValueError:
        return text


def _decimals(of: Kind | None) -> int:
    return {"money": 2, "share": _SHARE_DECIMALS, "chance": _SHARE_DECIMALS}.get(of or "", 6)


def _digits(value: Any, of: Kind | None) -> str:
    if not math.isfinite(value):
        return ""
    if of in ("money", "share", "chance"):
        return f"{value:z.{_decimals(of)}f}"
    if isinstance(value, Decimal):
        return f"{value:zf}"
    return str(int(value)) if value == int(value) else repr(float(value))


def _separated(value: Any, of: Kind | None) -> str:
    if of == "code" or not math.isfinite(value):
        return _digits(value, of)
    if of == "chance" and not _NEVER <= value < _CERTAIN:
        return ">0.99" if value >= _CERTAIN else "<0.01"
    if of in ("money", "share", "chance"):
        return f"{value:z,.2f}"
    if isinstance(value, Decimal):
        return f"{value:z,f}"
    if value != int(value):
        return f"{round(float(value), 4):,}"
    return f"{int(value):,}" if of == "count" or abs(value) >= _SEPARATED_FROM else f"{int(value)}"


def _moment(value: date, of: Kind | None) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat() if of == "date" else value.isoformat(" ", "seconds")
    return value.isoformat()


def _simple(value: Any) -> Any:
    """What else a cell may hold, as a text, a list or an object."""
    if isinstance(value, (str, dict, list)):
        return value
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, tuple):
        return list(value)
    return value.tolist() if hasattr(value, "tolist") else str(value)


def _told(value: Any, name: str) -> str:
    """A list or an object as a phrase: `gap: 3；dise_name: 肺炎`."""
    comma, semicolon = ("、", "；") if spoken() == "zh" else (", ", "; ")
    if isinstance(value, dict):
        pairs = ((key, _told(item, key)) for key, item in value.items() if item is not None)
        return semicolon.join(f"{key}: {item}" for key, item in pairs)
    if isinstance(value, list):
        return comma.join(_told(item, name) for item in value)
    return value if isinstance(value, str) else shown(value, name)
