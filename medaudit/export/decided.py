"""How the findings and suspects of a run stand by what people decided, and as of which event."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from medaudit.dossier.opened import Opened
from medaudit.ledger import Ledger
from medaudit.ledger.tables import events
from medaudit.review.worklist import Rules, worklist


def stand(
    run: Opened, ledger: Ledger, confirmations: int, kinds: Iterable[str]
) -> tuple[dict[str, str], dict[str, int]]:
    """The state and the number of the last decision of whatever was decided about: findings by id, suspects of `kinds` by `type id`.
    A finding whose money grew since, or whose rule is another, is `changed` and goes out again."""
    with ledger.reading() as connection:
        anything = sa.select(events.c.number).where(events.c.kind == "review").limit(1)
        if connection.execute(anything).first() is None:
            return {}, {}
    rules = Rules({one["rule"]: one.get("version", "") for one in run.told["detectors"]})
    states: dict[str, str] = {}
    numbers: dict[str, int] = {}
    for kind in ("", *kinds):
        frame = worklist(run, ledger, rules, confirmations, kind)
        told = frame[frame["number"] > 0]
        states |= dict(zip(told["key"], told["state"], strict=True))
        numbers |= dict(zip(told["key"], told["number"].astype(int), strict=True))
    return states, numbers
