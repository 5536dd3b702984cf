"""Planted about hospital stays: cases that must be found, and innocent ones that look like them.

Most stand at the private hospital H3, the township hospital T5, the clinic K8 and the pharmacy P7, so
that these head the lists; the county hospital H1 has a few slips, as a large hospital does.
"""

from __future__ import annotations

from typing import Any

from county.days import after, at, on
from county.words import rows


def plant(c: Any) -> None:
    """Everything planted about stays."""
    for scheme in (overlapping, split, not_split, phantom, empty, elsewhere, low_standard):
        scheme(c)


def overlapping(c: Any) -> None:
    def pair(
        one: str, other: str, illness: str, nights: int, gap: int, next_illness: str = ""
    ) -> Any:
        next_illness = next_illness or illness
        who, day = c.patient(next_illness), c.workday()
        first = c.stay(who, one, illness, day, nights)
        return first, c.stay(who, other, next_illness, after(day, gap))

    for one, other, illness in rows("""
        H3 T5 copd
        T5 H3 pneumo
        H1 H3 sugar
    """):
        both = pair(one, other, illness, 8, 4)
        c.found("STY01", "in two hospitals on the same days", *both)
    who, day = c.patient("disc"), c.workday()
    second_number = who | {"psn_no": "990190000001", "insutype": "310"}
    c.people.append(second_number)
    here, there = (
        c.stay(who, "H2", "disc", day, 9),
        c.stay(second_number, "H3", "disc", after(day, 3)),
    )
    c.found("STY01", "two person numbers of one certificate, in two hospitals at once", here, there)

    left, entered = pair("T2", "H1", "failure", 4, 3, "stroke")
    left.values["dscg_way"], entered.values["adm_way"] = "2", "3"
    c.clean(
        "STY01",
        "a transfer, entered a day before the first hospital closed its bill",
        left,
        entered,
    )
    c.clean("STY01", "left one and entered the other on one day", *pair("T1", "H2", "pneumo", 5, 5))
    who, day = c.patient("birth"), c.workday()
    mother = c.stay(who, "H2", "birth", day, 4, med_type="52")
    baby = c.stay(who, "H1", "newborn", after(day, 1), 6)
    c.clean("STY01", "a mother and her newborn under one number, in two hospitals", mother, baby)


def split(c: Any) -> None:
    for place, illness, *gaps in rows("""
        H3 disc    1
        H3 copd    0
        H3 sugar   3 2
        H3 stroke  5
        H3 disc    2
        T5 pneumo  2
        T5 copd    4
        H1 failure 9
    """):
        bill = c.admit(place, illness)
        for gap in map(int, gaps):
            bill = c.stay(bill.who, place, illness, after(bill.until, gap))
            c.found("STY02", f"back for the same disease, days in between: {gap}", bill)


def not_split(c: Any) -> None:
    def back(
        place: str, illness: str, gap: int, what: str, first: Any = (), second: Any = ()
    ) -> Any:
        one = c.admit(place, illness, **dict(first))
        values = {"illness": illness} | dict(second)
        two = c.stay(one.who, place, values.pop("illness"), after(one.until, gap), **values)
        c.clean("STY02", what, two)
        return one, two

    cycle = c.admit("H1", "cancer", day=on("2025-03-04"))
    for n in (2, 3, 4):
        cycle = c.stay(cycle.who, "H1", "cancer", after(cycle.day, 14))
        cycle.dx.append("C34.900 支气管或肺恶性肿瘤")
        c.clean("STY02", f"cycle {n} of a chemotherapy every 14 days", cycle)
    planned, by_day = {"days_rinp_flag_31": "2"}, {"med_type": "2105"}
    surgery, transfer = {"med_type": "28"}, ({"dscg_way": "2"}, {"adm_way": "3"})
    back("H3", "pneumo", 16, "sixteen days later, one more than the limit")
    back("H3", "disc", 4, "another disease", second={"illness": "pneumo"})
    back("H1", "angina", 6, "brought in as an emergency", second={"adm_way": "1"})
    back("H1", "biliary", 10, "the return was planned at discharge", planned)
    back("H2", "stroke", 1, "back from the hospital it was transferred to", *transfer)
    back("H1", "cata", 7, "the second eye", surgery, surgery)
    back("H2", "schizo", 2, "a psychiatric ward paid by the day", by_day, by_day)
    _, two = back("H1", "kidney", 8, "back for dialysis")
    for n in (1, 3, 5):
        c.charge(two, "dialysis", at(after(two.day, n), "13:30"))
    year_end = {"day": on("2024-12-26"), "nights": 5}
    back(
        "H1",
        "copd",
        1,
        "settled at the year's end under one visit number, then under another",
        year_end,
    )
    one, two = back("H2", "stroke", 1, "settled at the year's end and again on leaving", year_end)
    two.same_visit = one


def phantom(c: Any) -> None:
    for place, illness, nights, first, last in rows("""
        H3 disc   9  2 7
        H3 dizzy  7  2 5
        H3 sugar  10 3 7
        T5 dizzy  8  1 6
        T5 bronch 7  2 4
        H2 disc   9  3 6
    """):
        quiet = range(int(first), int(last) + 1)
        bill = c.admit(place, illness, int(nights), quiet=quiet)
        c.found(
            "STY03", f"nothing but the bed on {len(quiet)} days in a row, of {nights} nights", bill
        )
    bill = c.admit("H2", "schizo", 28, quiet=range(3, 24), med_type="2105")
    c.clean("STY03", "a psychiatric stay paid by the day", bill)
    bill = c.admit("H1", "hip", 12, quiet=(2, 3), adm_way="1", day=on("2025-06-05"))
    c.clean("STY03", "a quiet weekend", bill)
    bill = c.admit("H2", "stroke", 12, quiet=(3, 4, 7, 8), adm_way="1")
    c.clean("STY03", "never more than two quiet days in a row", bill)


def empty(c: Any) -> None:
    nothing = {"tests": "", "drugs": ""}
    for place, illness, nights in rows("""
        T5 failure 5
        T5 sugar   4
        H3 disc    6
    """):
        bill = c.admit(place, illness, int(nights), **nothing)
        c.found("STY04", f"{nights} nights of bed, nursing and rounds only", bill)
    bill = c.admit("H2", "schizo", 20, med_type="2105", **nothing)
    c.clean("STY04", "paid by the day, so only the bed is uploaded", bill)
    bill = c.admit("T3", "pneumo", 0, **nothing)
    c.clean("STY04", "left on the day of admission, before anything was ordered", bill)


def elsewhere(c: Any) -> None:
    def pair(home: str, illness: str, place: str, items: str, n: int = 3, **values: Any) -> Any:
        stay = c.admit(home, illness, 8)
        stay.who["insutype"] = "310"  # with an account to pay from
        return stay, c.visit(stay.who, place, after(stay.day, n), items, **values)

    for home, illness, place, items in rows("""
        H3 disc    P7 danshen,liuwei
        T5 copd    P7 danshen,liuwei
        H3 sugar   P7 danshen,liuwei
        T5 pneumo  K8 general,coldtea
        H3 dizzy   K8 general,ibup
        H2 failure T1 general,metop
    """):
        what = "drugs bought" if place == "P7" else "seen by a doctor elsewhere"
        c.found(
            "STY05", f"{what} on the fourth day of the stay", *pair(home, illness, place, items)
        )
    both = pair("H1", "stroke", "P2", "danshen", family=True)
    c.clean("STY05", "a relative paid from the shared family account", *both)
    both = pair("H1", "pneumo", "P3", "coldtea", 0, clock="08:10")
    c.clean("STY05", "bought on the morning of admission", *both)
    both = pair("H2", "copd", "P1", "ibup", 8, clock="17:40")
    c.clean("STY05", "bought on the day of discharge", *both)
    both = pair("H1", "kidney", "H2", "dialysis", med_type="14")
    c.clean("STY05", "dialysis at its fixed place went on", *both)
    both = pair("T4", "pneumo", "H1", "ct")
    both[1].lines[0]["etip_flag"] = "1"
    c.clean("STY05", "a scan that the township hospital sent out", *both)


def low_standard(c: Any) -> None:
    checks = {"tests": "cbc,liver,kidney,lipid,hepb,cea,belly,ecg,echo", "drugs": ""}
    for place, illness in rows("""
        H3 gastri
        H3 dizzy
        H3 gastri
        T5 dizzy
        H2 gastri
    """):
        bill = c.admit(place, illness, 2, **checks)
        c.found("STY06", "two nights for a mild illness, almost all of it tests", bill)
    bill = c.admit("T5", "bronch", 3, tests="cbc", drugs="ambro")
    c.found("STY06", "bronchitis, under 500 yuan in all", bill)
    cheap = {"tests": "cbc", "drugs": "nacl"}
    bill = c.stay(c.someone(low=83, high=91), "T3", "dizzy", c.workday(), 2, **cheap)
    c.clean("STY06", "a short cheap stay, but older than eighty", bill)
    bill = c.stay(c.someone(low=1, high=2), "T1", "bronch", c.workday(), 2, **cheap)
    c.clean("STY06", "a short cheap stay, but under three", bill)
    bill = c.admit("H1", "dizzy", 2, adm_way="1", **cheap)
    c.clean("STY06", "a short cheap stay, but an emergency", bill)
    bill = c.admit("H2", "gastri", 2, tests="gastro,belly", drugs="")
    c.operate(bill, "polyp", at(after(bill.day, 1), "10:20"))
    c.clean("STY06", "gastritis, but a polyp was removed", bill)
