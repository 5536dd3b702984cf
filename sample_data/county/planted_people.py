"""Planted about identity, drugs and doctors: cases to be found, and their innocent lookalikes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from county.days import after, at, on
from county.ordinary import register
from county.words import rows


def plant(c: Any) -> None:
    """Everything planted about identity, drugs and doctors."""
    for scheme in (suspended, dead, wrong_sex, paid_twice, hoarded, rushed, in_time):
        scheme(c)


def dead(c: Any) -> None:
    def died(low: str, high: str, insutype: str = "") -> Any:
        who = c.someone(low=70, high=90, insutype=insutype)
        who["death_date"] = c.workday(low, high)
        return who, who["death_date"]

    who, day = died("03-03", "05-30", "310")
    for n in (17, 48, 83):
        bill = c.visit(who, "P7", after(day, n), "danshen,liuwei")
        c.found("IDN01", f"drugs bought {n} days after death", bill)
    who, day = died("03-03", "08-30")
    values = register(c, who, "M03900", "T5")
    bill = c.visit(who, "T5", after(day, 24), "amlo5,aspirin", supply=30, **values)
    c.found("IDN01", "chronic drugs fetched 24 days after death", bill)
    who, day = died("03-03", "08-30")
    bill = c.visit(who, "T1", after(day, -3), "general,metop")
    bill.until, bill.settled = after(day, 12), at(after(day, 12), "10:20")
    c.clean("IDN01", "settled twelve days after death, for a service three days before it", bill)
    bill = c.admit("H1", "failure", 6, dscg_way="5", adm_way="1")
    bill.who["death_date"] = after(bill.until, -1)
    c.charge(bill, "mortuary", at(bill.until, "05:40"))
    c.clean("IDN01", "died in hospital before midnight, discharged on paper the next day", bill)


def wrong_sex(c: Any) -> None:
    for place, sex, items, what in (
        ("H3", "1", "visit,colpo", "colposcopy billed to a man"),
        ("H3", "1", "visit,smear,vagus", "gynaecological tests billed to a man"),
        ("H1", "2", "expert,psa", "a prostate test billed to a woman"),
        ("P7", "1", "fuyan", "a gynaecological medicine sold on a man's account"),
    ):
        who = c.someone(sex, 35, 70, "310")
        c.found("IDN02", what, c.visit(who, place, c.workday(), items))
    bill = c.visit(c.someone("1", 40, 60), "K8", c.workday(), "general,amox")
    bill.dx = ["N76.000 急性阴道炎"]
    c.found("IDN02", "a woman's diagnosis on a man, perhaps a slip in a list", bill)
    who = c.someone("2", 35, 55)
    who["gend"] = "1"
    bill = c.visit(who, "H1", c.workday(), "visit,vagus,smear")
    c.clean("IDN02", "registered as a man with a woman's certificate number: a data fault", bill)
    bill = c.admit("H1", "birth", 4, med_type="52")
    c.charge(bill, "scrotum", at(after(bill.day, 2), "10:00"))
    c.clean("IDN02", "the newborn boy's scan billed with his mother's stay", bill)


def paid_twice(c: Any) -> None:
    def settle_again(first: Any, later: int, **values: Any) -> Any:
        settled = at(after(first.until, later), "15:10")
        again = replace(
            first, settled=settled, values=first.values | values, lines=[], original=first
        )
        c.bills.append(again)
        return again

    for place, illness, invoice in rows("""
        H3 disc  80306617
        H1 shin  81306617
        H3 sugar -
    """):
        first = c.admit(place, illness, 8, **({"invono": invoice} if invoice else {}))
        again = settle_again(first, 35, setl_type="1", invono=invoice)
        what = ", on one invoice" if invoice else ", the same dates and total"
        c.found("IDN03", f"settled at the hospital and claimed again by hand{what}", first, again)
    for invoice, values, layer in (
        ("70306618", {"setl_type": "3"}, "medical assistance"),
        ("71306618", {"insutype": "392"}, "catastrophic-illness insurance"),
    ):
        first = c.admit("H2", "stroke", 11, invono=invoice)
        again = settle_again(first, 1, **values)
        again.same_visit = first
        c.clean("IDN03", f"paid first by the basic fund, then by {layer}", first, again)


def hoarded(c: Any) -> None:
    def fills(places: str, items: str, supply: int, step: int, count: int) -> Any:
        """Somebody who fetches the supply at all these places every `step` days."""
        who, day = c.someone(low=50, high=75, insutype="310"), c.workday("01-06", "02-14")
        chronic = register(c, who, "M04600" if items in ("clopi", "atorva") else "M03900", "H1")
        for n in range(count):
            for k, place in enumerate(places.split()):
                values = {} if place[0] == "P" else chronic
                c.visit(who, place, after(day, n * step + k), items, supply=supply, **values)
        return who

    c.found(
        "MED01",
        "a month's supply in three places every month",
        fills("H1 T5 P7", "clopi", 30, 30, 4),
    )
    c.found("MED01", "a month's supply every ten days", fills("H3", "valsar", 28, 10, 9))
    c.found("MED01", "twelve weeks' supply every four weeks", fills("P7", "atorva", 84, 28, 5))
    c.clean(
        "MED01", "twelve weeks' supply, renewed on time", fills("H1", "valsar,aspirin", 84, 84, 4)
    )
    c.clean("MED01", "refills three days early all year", fills("T3", "metop", 30, 27, 10))
    c.clean("MED01", "two strengths taken together", fills("H2", "amlo5,amlo10", 28, 28, 8))


def rushed(c: Any) -> None:
    doctor = c.doctors["K8"][0]
    for day in (on("2025-05-14"), on("2025-09-17")):
        for n in range(13):
            clock = f"09:{n * 20 // 60:02}:{n * 20 % 60:02}"
            c.see("K8", "general,coldtea", day=day, clock=clock, doctor=doctor)
    c.found("DOC01", "thirteen patients in four minutes, on two days", doctor)
    therapist = c.doctors["T5"][5]
    for n in range(9):
        clock = f"{8 + n:02}:05:00"
        bill = c.see("T5", "general", day=on("2025-06-18"), clock=clock, doctor=therapist)
        c.charge(bill, "therapy", bill.lines[0]["when"], 3)
    c.found("DOC01", "twenty-seven hours of one-to-one therapy in a day", therapist)


def in_time(c: Any) -> None:
    offline, brisk = c.doctors["K3"][0], c.doctors["T1"][0]
    for _ in range(12):
        c.see("K3", "general,parac", day=on("2025-04-16"), clock="17:30:00", doctor=offline)
    c.clean("DOC01", "twelve patients entered in one second after the network failed", offline)
    for n in range(10):
        clock = f"08:{n // 2:02}:{n % 2 * 30:02}"
        c.see("T1", "general,ibup", day=on("2025-10-22"), clock=clock, doctor=brisk)
    c.clean("DOC01", "ten patients in five minutes, as many as are believed", brisk)


def suspended(c: Any) -> None:
    doctor = next(doctor for doctor in c.doctors["H3"] if doctor["dept"] == "A04")
    doctor |= {"dr_status": "0", "status_date": on("2025-04-01")}
    for day in ("2025-05-13", "2025-07-08", "2025-09-23"):
        bill = c.see("H3", "visit,diclo", day=on(day), doctor=doctor, supply=5)
        c.found("DOC02", "ordered by a doctor suspended since April", bill)
    bill = c.admit("H3", "disc", 7, day=on("2025-06-10"), doctor=doctor)
    c.found("DOC02", "a stay under a doctor suspended since April", bill)
    bill = c.see("H3", "visit,diclo", day=on("2025-02-18"), doctor=doctor, supply=5)
    c.clean("DOC02", "ordered before the suspension", bill)
    unknown = {"dr_codg": "D990100009001", "dept": "A03"}
    c.found("DOC02", "a doctor in no register", c.see("T5", "general,amox", doctor=unknown))
    bill = c.see("H1", "urgent,parac", doctor=unknown, med_type="13")
    c.clean("DOC02", "an emergency", bill)
    bill = c.see("K2", "general,lorat", doctor=unknown)
    c.clean("DOC02", "a clinic of which the register lists two doctors only", bill)
    nurse = {"dr_codg": "N990100000017", "dept": "A03"}
    c.clean("DOC02", "the code is a nurse's", c.see("T2", "inject", doctor=nurse))
