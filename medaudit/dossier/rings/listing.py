"""The list of rings, and of doctors whose patients go to one pharmacy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medaudit.language import say

if TYPE_CHECKING:
    import pandas as pd

    from medaudit.engine.duckdb import DuckEngine

TOP = 10

_RINGS = """
WITH money AS (
  SELECT ring_id, sum(fund_money) AS fund_money FROM (SELECT DISTINCT ring_id, setl_id, fund_money FROM ring_use) u GROUP BY ring_id
), place AS (
  SELECT ring_id, fixmedins_code, coalesce(max(fixmedins_name), fixmedins_code) AS place FROM ring_use GROUP BY ring_id, fixmedins_code
)
SELECT r.ring_id, r.kind, p.place, r.fixmedins_code, r.members, r.places, r.sessions, r.most, r.lockstep, r.gap, r.met, r.expected,
       r.first_day, r.last_day, r.label, r.bond, r.strength, CAST(coalesce(m.fund_money, 0) AS DOUBLE) AS fund_money
FROM ring r
LEFT JOIN money m ON m.ring_id = r.ring_id
LEFT JOIN place p ON p.ring_id = r.ring_id AND p.fixmedins_code = r.fixmedins_code
WHERE $kind = '' OR r.kind = $kind
ORDER BY r.strength * coalesce(m.fund_money, 0) DESC, r.ring_id
"""
_KINDS = {"cards": ("聚卡", "cards"), "admissions": ("住院", "stays"), "tour": ("辗转", "tour")}
_STEERED = "SELECT * FROM steering WHERE sent >= 2 AND eb05 > 1 ORDER BY eb05 DESC, dr_codg, fixmedins_code"


def listed(engine: DuckEngine, kind: str = "") -> pd.DataFrame:
    """Every ring (of a kind), those with the most money times strength first: the columns of table ring with place (name) and
    fund_money (yuan)."""
    return _plain(engine.frame(_RINGS, {"kind": kind}))


def steered(engine: DuckEngine) -> pd.DataFrame:
    """Doctors and pharmacies, the most certain first: table steering where two patients or more went, and more than expected."""
    return _plain(engine.frame(_STEERED))


def _plain(found: pd.DataFrame) -> pd.DataFrame:
    """Days as days, and no more decimals than say anything."""
    import pandas as pd

    days = {
        name: pd.to_datetime(found[name]).dt.date
        for name in ("first_day", "last_day")
        if name in found
    }
    return found.assign(**days).round(4)


def worded_frame(found: pd.DataFrame) -> pd.DataFrame:
    """The list for people: kinds and labels in words."""
    words = {"kind": lambda kind: say(*_KINDS[kind]), "label": _short}
    return found.assign(
        **{name: found[name].map(told) for name, told in words.items() if name in found}
    )


def _short(label: object) -> str:
    words = {
        "care_home": ("养老机构，须核实", "care home: verify"), "household": ("可能是亲属", "may be kin"),
        "colleagues": ("可能是同事", "may be colleagues"), "bus_day": ("可能同车赶集", "may come by bus"),
        "series": ("可能是系列治疗", "treatment in series"), "unknown_homes": ("同户与否不详", "homes not known"),
        "gate": ("门口店", "at the gate"), "specialty": ("专科店", "specialty"),
    }  # fmt: skip
    return say(*words[label]) if isinstance(label, str) and label in words else ""


def columns() -> dict[str, str]:
    """The columns that the terminal has room for, and their headings; CSV and JSON have all."""
    return {
        "ring_id": say("群组", "Ring"), "kind": say("种类", "Kind"), "place": say("主要机构", "Seen most at"),
        "members": say("人数", "People"), "sessions": say("次数", "Times"),
        "strength": say("强度", "Str."), "fund_money": say("涉及基金", "Fund yuan"), "label": say("像是", "Looks like"),
    }  # fmt: skip


def steering_columns() -> dict[str, str]:
    """The headings of the other list."""
    return {
        "dr_codg": say("医师", "Doctor"), "fixmedins_code": say("药店", "Pharmacy"), "sent": say("到店人次", "Sent"),
        "seen": say("门诊人次", "Seen"), "expected": say("应有", "Expected"), "eb05": say("倍数下限", "EB05"),
        "excess": say("超出(元)", "Excess"), "label": say("像是", "Looks like"),
    }  # fmt: skip
