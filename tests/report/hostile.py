"""A county in which everything that has a name is called what would be code in a careless page."""

from __future__ import annotations

from pathlib import Path

from medaudit.audit import audit_to
from medaudit.runs.plan import Plan
from tests.small_county import line, of_line, of_visit, rule, settlement, write

PERSON = "<script>alert(1)</script>"
PLACE = '"><img src=x onerror=alert(2)>'
DOCTOR = "</script><script>alert(3)</script>"
ITEM = "<svg/onload=alert(4)>&amp;'`"
DISEASE = "<!--<script>\u2028{setl}${alert(5)}"
NAMES = (PERSON, PLACE, DOCTOR, ITEM, DISEASE)
# Ids with what an address or an object has of its own.
BILLS = ("constructor", "__proto__", "a/b?c#d%20", "'><b>x", "toString")


def scanned(place: Path) -> tuple[Path, Path]:
    """The run folder, and the folder of the rules it ran: one reports every bill, one every line."""
    rules = place / "rules"
    told = {"message_zh": "{who} 用了 {item}", "message_en": "{who} had {item}"}
    rule(rules, "STY91", of_visit(more=f", {_sql(PERSON)} AS who, {_sql(ITEM)} AS item"), responsible='["institution", "doctor", "patient"]', **told)  # fmt: skip
    rule(rules, "BIL91", of_line(more=f", {_sql(PERSON)} AS who, {_sql(ITEM)} AS item"), **told)
    bills = [
        settlement(
            setl_id, psn_no=f"P10000000{i}", psn_name=PERSON, fixmedins_name=PLACE, atddr_no="D<1>", atddr_name=DOCTOR,
            dise_codg="J18.900", dise_name=DISEASE, begndate=f"2025-03-0{i + 1}", enddate=f"2025-03-0{i + 4}",
        )
        for i, setl_id in enumerate(BILLS)
    ]  # fmt: skip
    tables = {
        "settlement": bills,
        "fee_item": [
            line(f"F{i}", setl_id=one["setl_id"], med_list_name=ITEM, fee_ocur_time=f"{one['begndate']} 09:00:00", bilg_dr_codg="D<1>")
            for i, one in enumerate(bills)
        ],
        "institution": [{"fixmedins_code": "H1", "fixmedins_name": PLACE, "fixmedins_type": "1"}],
        "doctor": [{"dr_codg": "D<1>", "dr_name": DOCTOR, "fixmedins_code": "H1", "dept": ITEM}],
        "person": [{"psn_no": one["psn_no"], "psn_name": PERSON, "brdy": "1980-01-01"} for one in bills],
    }  # fmt: skip
    write(place / "<b>data", tables)
    audit_to(place / "run", [place / "<b>data"], Plan(rules=(rules,), select=("STY91", "BIL91")))
    return place / "run", rules


def _sql(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
