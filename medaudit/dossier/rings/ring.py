"""One ring: its row, its members and when they were seen together, read from a run or from an engine that holds the links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.output.mask import mask_name

if TYPE_CHECKING:
    import pandas as pd

    from medaudit.engine.duckdb import DuckEngine


@dataclass(frozen=True)
class Ring:
    """row: its columns of table ring, with `fund_money` (yuan of all its settlements) and `place` (name of the institution).

    members: one row each, who met most first: person_id, who (psn_no), name (masked unless revealed), gend, age (at the first day), addr_code, care_home,
    emp_name, tel, household, partners, met, expected, sessions, fund_money.
    uses: session, fixmedins_code, fixmedins_name, person_id, day, clock, after, stay_id, setl_id, charge, fund_money.
    """

    row: Mapping[str, Any]
    members: pd.DataFrame
    uses: pd.DataFrame

    @property
    def id(self) -> str:
        return str(self.row["ring_id"])


def demand_ring(engine: DuckEngine, code: str) -> None:
    """Raise MedauditError when there is no ring of that id, naming those there are."""
    if engine.value("SELECT count(*) FROM ring WHERE ring_id = $id", {"id": code}):
        return
    some = [row[0] for row in engine.rows("SELECT ring_id FROM ring ORDER BY strength DESC, ring_id LIMIT 5")]  # fmt: skip
    what = say(f"没有编号为 {code} 的关联群组", f"there is no ring with the id {code}")
    listed = say("、", ", ").join(some)
    do = (
        say(f"有：{listed} 等，见 medaudit links", f"there are {listed} …: see medaudit links")
        if some
        else say("没有找到任何关联群组", "no ring was found")
    )
    raise MedauditError(Problem(what, "RING", do))


def ring(engine: DuckEngine, code: str, reveal: bool = False) -> Ring:
    """The ring of that id; reveal: its members' names in clear. Raises MedauditError when there is none."""
    demand_ring(engine, code)
    import pandas as pd

    told = {"id": code}
    row = engine.frame("SELECT * FROM ring WHERE ring_id = $id", told).iloc[0].to_dict()
    members = engine.frame("SELECT * FROM ring_member WHERE ring_id = $id ORDER BY met DESC, person_id", told)  # fmt: skip
    uses = engine.frame("SELECT * FROM ring_use WHERE ring_id = $id ORDER BY session, day, clock, person_id, setl_id", told)  # fmt: skip
    # Missing seconds are NaN as everywhere below, not the NA of whole numbers.
    uses = uses.astype({"clock": "float64", "after": "float64"})
    once = uses.drop_duplicates(["person_id", "setl_id"])
    money = once.groupby("person_id")["fund_money"].sum()
    first = pd.Timestamp(row["first_day"])
    born = pd.to_datetime(members["brdy"], errors="coerce")
    members = members.assign(
        who=members["psn_no"].fillna(members["person_id"]),
        name=[(name if reveal else mask_name(name)) if isinstance(name, str) else "" for name in members["psn_name"]],
        age=((first - born).dt.days // 365.25),
        fund_money=members["person_id"].map(money).fillna(0).astype(float),
    )  # fmt: skip
    row["fund_money"] = float(once.drop_duplicates("setl_id")["fund_money"].astype(float).sum())
    here = uses.loc[uses["fixmedins_code"] == row["fixmedins_code"], "fixmedins_name"].dropna()
    row["place"] = str(here.iloc[0]) if len(here) else str(row["fixmedins_code"])
    return Ring({str(k): None if pd.isna(v) else v for k, v in row.items()}, members, uses)
