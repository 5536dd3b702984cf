"""Who decides, and how many of them it takes, by table [ledger] of the settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from medaudit.errors import MedauditError, Problem
from medaudit.language import say


def person(given: str | None, told: Mapping[str, Any]) -> str:
    """Who does something: as given, else [ledger] who, else whoever is logged in. Raises MedauditError when that is not known."""
    import getpass

    named = " ".join(str(given or told.get("who") or "").split())
    if named:
        return named
    try:
        return getpass.getuser()
    except (OSError, KeyError) as error:
        what = say("不知道是谁在操作", "it is not known who does this")
        do = say("加上 --who 姓名", "add --who NAME")
        raise MedauditError(Problem(what, "--who", do)) from error


def confirmations(told: Mapping[str, Any]) -> int:
    """How many different people must confirm before something is confirmed."""
    return int(told.get("confirmations", 1))
