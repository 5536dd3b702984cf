"""What came of the work: decided, confirmed and recovered, month by month, by institution or by rule."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import sqlalchemy as sa

from medaudit.errors import MedauditError, Problem, did_you_mean
from medaudit.language import say
from medaudit.ledger.decisions import CONFIRMED, DISMISSED, ESCALATED, RECOVERED, WAITING, standing
from medaudit.ledger.store import Ledger
from medaudit.ledger.tables import events

if TYPE_CHECKING:
    import pandas as pd

BY = {"month": ("月份", "Month"), "institution": ("机构", "Institution"), "rule": ("规则", "Rule")}


def summary(ledger: Ledger, by: str = "month", confirmations: int = 1) -> pd.DataFrame:
    """One row a month (of the decision), institution or rule: decided, confirmed, dismissed, escalated, waiting (for another person),
    dismissed_share (of confirmed and dismissed, 0–1), confirmed_amount and recovered_amount (yuan), days (median from the end of the
    scan to the decision, NULL where it is not known). Only how things stand now counts. Raises MedauditError for another `by`."""
    import pandas as pd

    if by not in BY:
        what = say(f"不能按 {by} 汇总", f"there is no summary by {by}")
        raise MedauditError(Problem(what, "--by", did_you_mean(by, BY)))
    now = standing(None, confirmations).c
    column = {"month": "day", "institution": "fixmedins_code", "rule": "rule"}[by]
    chosen = sa.select(now.state, now[column], now.amount, now.day, now.content)
    back = sa.select(events.c[column], events.c.amount).where(events.c.kind == "review", events.c.action == RECOVERED)  # fmt: skip
    with ledger.reading() as connection:
        told = pd.DataFrame(connection.execute(chosen).all(), columns=["state", by, "amount", "decided", "content"])  # fmt: skip
        recovered = pd.DataFrame(connection.execute(back).all(), columns=[by, "amount"])
    if by == "month":
        told[by], recovered[by] = (frame[by].str[:7] for frame in (told, recovered))
    finished = [json.loads(one).get("run_finished") for one in told.pop("content")]
    # Of the time of the scan the day is enough; zones are those of one office.
    begun = pd.to_datetime(pd.Series(finished, dtype=object).str[:10], errors="coerce")
    told["days"] = (pd.to_datetime(told["decided"]) - begun).dt.days
    groups = told.groupby(by)
    made = pd.DataFrame({"decided": groups.size()})
    for state in (CONFIRMED, DISMISSED, ESCALATED, WAITING):
        made[state] = told[told["state"] == state].groupby(by).size()
    made["confirmed_amount"] = told[told["state"] == CONFIRMED].groupby(by)["amount"].sum() / 100
    made["days"] = groups["days"].median()
    made = made.join(recovered.groupby(by)["amount"].sum().rename("recovered_amount") / 100, how="outer")  # fmt: skip
    counts = ["decided", CONFIRMED, DISMISSED, ESCALATED, WAITING]
    made[counts] = made[counts].fillna(0).astype("int64")
    sums = ["confirmed_amount", "recovered_amount"]
    made[sums] = made[sums].fillna(0.0).astype(float).round(2)
    both = made[CONFIRMED] + made[DISMISSED]
    made["dismissed_share"] = (made[DISMISSED] / both.where(both > 0)).round(3)
    order = [*counts, "dismissed_share", *sums, "days"]
    return made[order].reset_index()
