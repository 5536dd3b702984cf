"""Planted about charges: cases to be found, and their innocent lookalikes."""

from __future__ import annotations

from typing import Any

from county.days import after, at
from county.items import catalogue
from county.words import rows


def plant(c: Any) -> None:
    """Everything planted about charges."""
    for scheme in (twice, too_often, too_many_days, dear, outside):
        scheme(c)


def name(item: str) -> str:
    return catalogue()[item].name


def twice(c: Any) -> None:
    for place, illness, item, minutes in rows("""
        H3 stroke ct       20
        H3 pneumo xray     35
        H3 disc   xuesai   0
        T5 pneumo ceftri   0
        H1 angina troponin 15
    """):
        bill = c.admit(place, illness, 7)
        c.again(bill, item, int(minutes))
        c.found("BIL01", f"{name(item)} charged again that day without an order of its own", bill)
    bill = c.admit("H3", "pneumo", 7)
    c.again(bill, "ceftri", 6 * 60)
    c.clean("BIL01", "the same drug given in the morning and in the afternoon", bill)
    bill = c.admit("H1", "angina", 7)
    c.again(bill, "troponin", 180, drord_no="Y999001")
    c.clean("BIL01", "the test repeated after three hours, each under its own order", bill)
    bill = c.admit("H2", "stroke", 7)
    bill.line("ct")["uploaded"] = "twice"
    c.clean("BIL01", "one line uploaded twice under one number", bill)
    bill = c.see("H3", "visit,omep", supply=14)
    bill.line("omep")["rxno"] = "R90001"
    c.again(bill, "omep", rxno="R90002")
    c.clean("BIL01", "two prescriptions of one drug", bill)


def too_often(c: Any) -> None:
    for place, illness, item, n in rows("""
        T5 copd    nurse2  2
        T5 pneumo  consult 3
        T5 failure nurse2  4
        H1 stroke  consult 1
    """):
        bill = c.admit(place, illness, 7)
        c.charge(bill, item, at(after(bill.day, int(n)), "16:00"))
        c.found("BIL02", f"{name(item)} twice on one day", bill)
    bill = c.admit("H2", "angina", 7)
    c.charge(bill, "monitor", at(bill.day, "20:00"), 30)
    c.found("BIL02", "thirty hours of monitoring on one day", bill)
    bill = c.admit("H1", "angina", 7)
    c.charge(bill, "monitor", at(after(bill.day, 1), "20:00"), 24)
    c.clean("BIL02", "twenty-four hours of monitoring on one day", bill)
    who = c.patient("stroke")
    left = c.stay(who, "T4", "failure", c.workday(), 3, dscg_way="2")
    c.charge(left, "bed", at(left.until, "08:00"))
    entered = c.stay(who, "H1", "stroke", left.until, 9, adm_way="3")
    c.clean("BIL02", "both hospitals charged the bed on the day of the transfer", left, entered)
    bill = c.admit("H1", "birth", 4, med_type="52")
    for n in (1, 2, 3):
        c.charge(bill, "nurse2", at(after(bill.day, n), "08:00"))
    c.clean("BIL02", "mother and baby nursed under one number", bill)


def too_many_days(c: Any) -> None:
    for illness in ("disc", "gastri", "bronch"):
        bill = c.admit("T5", illness, 6)
        c.charge(bill, "bed", at(bill.until, "09:30"), 3)
        c.found("BIL03", "nine bed days in a stay of six, three of them booked at discharge", bill)
        c.found("BIL02", "three beds on the day of discharge", bill)
    bill = c.admit("H3", "sugar", 8)
    for n in range(8):
        c.charge(bill, "nurse1", at(after(bill.day, n), "08:00"))
    c.found("BIL03", "two grades of nursing charged every day", bill)
    bill = c.admit("H2", "disc", 8)
    for item in ("bed", "nurse2", "consult"):
        c.charge(bill, item, at(bill.until, "08:00"))
    c.clean("BIL03", "the first and the last day both charged, as some places do", bill)
    bill = c.admit("H1", "failure", 8)
    for n in range(8):
        c.charge(bill, "bed", at(after(bill.day, n), "08:00"), scope=0)
    for rule in ("BIL02", "BIL03"):
        c.clean(rule, "the whole room taken, the second bed at the patient's own cost", bill)
    bill = c.admit("H1", "stroke", 10)
    for line in [line for line in bill.lines if line["item"] == "bed"][4:]:
        line.update(item="double", price=6000, amount=6000, scope=6000)
    c.charge(bill, "bed", at(after(bill.day, 4), "08:00"))
    c.clean("BIL03", "moved to another ward, both beds charged on the day of the move", bill)


def dear(c: Any) -> None:
    for place, item, fen in rows("""
        H3 insulin 11800
        H3 clopi   4200
        H1 levo    5600
        P7 danshen 4800
        P7 liuwei  2950
    """):
        bill = c.see(place, "banlan" if place == "P7" else "visit")
        c.charge(bill, item, bill.lines[0]["when"], price=int(fen))
        c.found(
            "BIL04", f"{name(item)} at {int(fen) / 100:.2f} yuan, above the catalogue's limit", bill
        )
    for place, fen, scope, what in (
        ("H2", 8600, 8600, "exactly at the limit"),
        ("T2", 8601, 8601, "one fen above the limit, by rounding"),
        ("H1", 9400, 8600, "above the limit, but the patient paid the excess"),
    ):
        bill = c.see(place, "visit" if place[0] == "H" else "general")
        c.charge(bill, "insulin", bill.lines[0]["when"], price=fen, scope=scope)
        c.clean("BIL04", f"{name('insulin')} {what}", bill)


def outside(c: Any) -> None:
    for place, illness, item, n, when in rows("""
        H3 pneumo  ceftri   3  after
        H3 disc    xuesai   4  after
        T5 copd    ambro    2  after
        H1 failure oxygen   2  after
        H2 disc    acupunct 6  before
    """):
        bill = c.admit(place, illness, 7)
        day = after(bill.until, int(n)) if when == "after" else after(bill.day, -int(n))
        c.charge(bill, item, at(day, "10:30"), 2)
        c.found("BIL05", f"{name(item)} charged {n} days {when} the stay", bill)
    bill = c.admit("H1", "biliary")
    for item in ("belly", "liver", "ecg"):
        c.charge(bill, item, at(after(bill.day, -2), "10:40"))
    c.clean("BIL05", "tests done two days before the planned operation", bill)
    bill = c.admit("H2", "copd")
    c.charge(bill, "oxygen", at(after(bill.until, 1), "00:40"), 6)
    c.clean("BIL05", "the last evening's oxygen posted after midnight", bill)
    bill = c.admit("H3", "ulcer")
    c.charge(bill, "omep", at(after(bill.until, 2), "09:00"), 2, dscg_tkdrug_flag="1", prd_days=28)
    c.clean("BIL05", "drugs to take home, handed out two days later", bill)
    bill = c.admit("H1", "hip", adm_way="1")
    c.charge(bill, "urgent", at(after(bill.day, -1), "22:10"))
    c.clean("BIL05", "emergency care on the eve of admission", bill)
