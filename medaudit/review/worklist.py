"""What of a run is open: its findings or suspects, each with how it stands by the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from medaudit.ledger import Ledger
from medaudit.ledger.decisions import events_of, standing
from medaudit.ledger.tables import events

if TYPE_CHECKING:
    import pandas as pd

    from medaudit.dossier.opened import Opened

GROWN = 1.1  # a finding whose money grew by more than a tenth is shown again
# How a thing stands, the first to be looked at first. `changed`: decided, but not as it is now.
STATES = ("changed", "open", "waiting", "escalated", "confirmed", "dismissed")
TO_DO = ("changed", "open", "waiting")


@dataclass(frozen=True)
class Choice:
    """What is wanted of a run: suspects of a kind ("" for findings), so many, of them this share drawn at random from those
    further down, of these rules (code prefixes) or this institution, and only what was assigned to a person."""

    subject: str = ""
    budget: int | None = None
    explore: float = 0.0
    select: tuple[str, ...] = ()
    institution: tuple[str, ...] = ()
    mine: str = ""


@dataclass(frozen=True)
class Rules:
    """Of each rule of the run its version (run.json) and its legal basis."""

    versions: Mapping[str, str] = field(default_factory=dict)
    basis: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


_FINDINGS = """
SELECT f.*, coalesce(s.score, 0) AS score, s.rank
FROM findings f
LEFT JOIN suspects s ON s.subject_type = f.subject_type AND s.subject_id = f.subject_id
"""
_SUSPECTS = "SELECT * FROM suspects WHERE subject_type = $kind ORDER BY rank"


def worklist(
    run: Opened, ledger: Ledger, rules: Rules, confirmations: int = 1, subject: str = ""
) -> pd.DataFrame:
    """Every finding of the run (or every suspect of kind `subject`) with key, state, decided_by, decided_on and number (of the last
    decision): what is to be done first, and of that what is worth most. Nothing is left out."""
    import pandas as pd

    engine = run.engine
    if subject:
        found = engine.frame(_SUSPECTS, {"kind": subject})
        found["key"] = found["subject_type"] + " " + found["subject_id"]
        worth = found["score"]
    else:
        found = engine.frame(_FINDINGS)
        found["key"] = found["finding_id"]
        worth = found["strength"] * found["amount"].astype(float)
    stands = stood(ledger, found["key"], confirmations).reindex(found["key"])
    found["number"] = stands["number"].fillna(0).astype("int64").to_numpy()
    found["decided_by"], found["decided_on"] = _texts(stands["who"]), _texts(stands["day"])
    state = pd.Series(_texts(stands["state"]), dtype=object).replace("", "open")
    changed = _changed(found, stands, rules, subject) & ~state.isin(["open"]).to_numpy()
    found["state"] = state.mask(changed, "changed")
    found["worth"] = worth
    order = found["state"].map({name: place for place, name in enumerate(STATES)})
    order = order.where(~found["state"].isin(TO_DO), 0)
    return (
        found.assign(order=order)
        .sort_values(["order", "worth", "key"], ascending=[True, False, True], kind="stable")
        .drop(columns="order")
        .reset_index(drop=True)
    )


def stood(
    ledger: Ledger, keys: Iterable[str], confirmations: int = 1, as_of: dt.date | None = None
) -> pd.DataFrame:
    """How these findings and suspects stand, by their key, where anything was decided: state, people, number, who, day, amount
    (hundredths), amount_found (yuan), rule_version."""
    import json

    import pandas as pd

    columns = ["key", "state", "people", "number", "who", "day", "amount", "content"]
    rows: list[Any] = []
    with ledger.reading() as connection:
        for one in events_of(list(keys)):
            now = standing(as_of, confirmations, one).c
            rows += connection.execute(sa.select(*(now[name] for name in columns))).all()
    told = pd.DataFrame(rows, columns=columns).set_index("key")
    seen = [json.loads(text) for text in told.pop("content")]
    return told.assign(
        amount_found=[float(one.get("amount_found", "nan")) for one in seen],
        rule_version=[one.get("rule_version", "") for one in seen],
    )


def _changed(found: pd.DataFrame, stands: pd.DataFrame, rules: Rules, subject: str) -> Any:
    """Whether what was decided is no longer what was found: its money grew by more than a tenth, or its rule is another."""
    before = stands["amount_found"].to_numpy(dtype=float)
    grown = found["amount"].to_numpy(dtype=float) > GROWN * before + 0.005
    if subject:
        return grown
    was, now = _texts(stands["rule_version"]), _texts(found["rule"].map(dict(rules.versions)))
    return grown | ((was != "") & (now != "") & (was != now))


def _texts(column: pd.Series) -> Any:
    """Texts, "" where there is none."""
    return column.astype(object).where(column.notna(), "").to_numpy()


def chosen(
    every: pd.DataFrame, choice: Choice, assigned: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """What a reviewer is to look at: of those to be done the first, and a share drawn from the rest, the same for the same list."""
    import pandas as pd

    some = every[every["state"].isin(TO_DO)]
    if choice.select and "rule" in some:
        some = some[some["rule"].str.startswith(choice.select)]
    if choice.institution:
        column = "fixmedins_code" if "fixmedins_code" in some else "subject_id"
        some = some[some[column].isin(choice.institution)]
    if choice.mine:
        some = some[[choice.mine in assigned.get(key, ()) for key in some["key"]]]
    if choice.budget is None or len(some) <= choice.budget:
        return some.assign(drawn=False)
    drawn = round(choice.budget * choice.explore)
    first = some.head(choice.budget - drawn)
    rest = some.iloc[len(first) :].sample(n=drawn, random_state=len(some))
    return pd.concat([first.assign(drawn=False), rest.assign(drawn=True)])


def assigned(ledger: Ledger) -> dict[str, list[str]]:
    """Of every key the people it was assigned to last."""
    told = {}
    for one in ledger.events(events.c.kind == "assign"):
        told[one.finding_id or f"{one.subject_type} {one.subject_id}"] = list(one.content["to"])
    return told
