"""A small invented county: its people, places and doctors, and the bills that stays and visits write."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Collection
from typing import Any

from county import ordinary, words
from county.bill import Bill
from county.days import at, is_workday, on
from county.items import catalogue

# Services cost less at lower levels; drugs cost the same everywhere.
PRICE_BY_LEVEL = {"3": 1.0, "2": 0.9, "1": 0.7, "0": 0.6}
SENDS_ORDERS = ("H1", "H2")  # the others upload no order numbers
HOUSE = ("bed", "nurse2", "consult")

Span = tuple[dt.date, dt.date]


def listed(items: str) -> list[str]:
    """The items of a list such as "cbc,liver,cbc", each once."""
    return list(dict.fromkeys(filter(None, items.split(","))))


class County:
    """People, places and doctors, and the bills that `stay` and `visit` write."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed).random
        self.illnesses = {row[0]: words.Illness(*row) for row in words.rows(words.ILLNESSES)}
        self.bills: list[Bill] = []
        self.cases: list[dict[str, Any]] = []
        self.registered: list[dict[str, Any]] = []
        self.places = ordinary.places(self)
        self.doctors = ordinary.doctors(self)
        self.people = ordinary.people(self, 3000)
        self.orders = 0

    # Chance

    def pick(self, things: Any, weights: Any = None) -> Any:
        things = list(things)
        if weights is None:
            return things[int(self.random() * len(things))]
        left = self.random() * sum(weights)
        for thing, weight in zip(things, weights, strict=True):
            left -= weight
            if left < 0:
                return thing
        return things[-1]

    def between(self, low: int, high: int) -> int:
        return low + int(self.random() * (high - low + 1))

    def workday(self, low: str = "01-06", high: str = "11-15") -> dt.date:
        first, last = on(f"2025-{low}"), on(f"2025-{high}")
        while True:
            day = first + dt.timedelta(self.between(0, (last - first).days))
            if is_workday(day):
                return day

    def clock(self, first: int = 8, last: int = 16) -> str:
        return f"{self.between(first, last):02}:{self.between(0, 59):02}:{self.between(0, 59):02}"

    # People and doctors

    def someone(
        self, sex: str = "", low: int = 25, high: int = 75, insutype: str = ""
    ) -> dict[str, Any]:
        """Somebody who appears nowhere yet."""
        while True:
            who = self.pick(self.people)
            fits = low <= 2025 - who["brdy"].year <= high and sex in ("", who["gend"])
            if fits and not who["used"] and insutype in ("", who["insutype"]):
                who["used"] = True
                return who

    def patient(self, illness: str) -> dict[str, Any]:
        """Somebody who appears nowhere yet and whom this illness suits."""
        ill = self.illnesses[illness]
        return self.someone(ill.sex, *ill.range("ages"))

    def doctor(self, place: str, dept: str = "") -> dict[str, Any]:
        """A doctor of the department, else any of the place."""
        staff = [doctor for doctor in self.doctors[place] if doctor["dr_status"] == "1"]
        return self.pick([doctor for doctor in staff if doctor["dept"] == dept] or staff)

    # Bills

    def open(self, who: dict[str, Any], place: str, span: Span, doctor: Any, **values: Any) -> Bill:
        """A bill without lines, settled on its last day. doctor: None at a pharmacy."""
        named, dept = (doctor["dr_codg"], doctor["dept"]) if doctor else ("", "")
        settled = at(span[1], self.clock(10, 16))
        bill = Bill(
            who, self.places[place], *span, settled, named, dept, {"setl_type": "2", **values}
        )
        self.bills.append(bill)
        who["used"] = True
        return bill

    def charge(
        self, bill: Bill, key: str, when: dt.datetime, count: int = 1, **values: Any
    ) -> dict[str, Any]:
        """One line. Amounts are fen; `scope`, `price` and any column of fee_item may be given."""
        item = catalogue()[key]
        price = round(float(item.price) * 100)
        if item.kind <= "07":
            price = round(price * PRICE_BY_LEVEL[bill.place["hosp_lv"]] / 10) * 10
        elif bill.place["fixmedins_type"] == "2":
            price = round(price * 1.05)
        price = values.pop("price", price)
        line = {"item": key, "when": when, "count": count, "price": price, "amount": price * count}
        line["scope"] = price * count * {"01": 100, "02": 90, "03": 0}[item.grade] // 100
        line |= {"bilg_dr_codg": bill.doctor, "bilg_dept_codg": bill.dept}
        if bill.place["key"] in SENDS_ORDERS and key not in HOUSE:
            self.orders += 1
            line["drord_no"] = f"Y{self.orders:06}"
        bill.lines.append(line | values)
        return bill.lines[-1]

    def again(self, bill: Bill, item: str, minutes: int = 0, **values: Any) -> None:
        """The first line of an item once more, without an order number of its own."""
        line = bill.line(item)
        when = line["when"] + dt.timedelta(minutes=minutes)
        bill.lines.append(line | {"drord_no": "", "when": when} | values)

    def stay(
        self,
        who: dict[str, Any],
        place: str,
        illness: str,
        day: dt.date,
        nights: int = -1,
        *,
        quiet: Collection[int] = (),
        tests: str | None = None,
        drugs: str | None = None,
        doctor: Any = None,
        **values: Any,
    ) -> Bill:
        """A hospital stay as its illness has it, or with other nights, tests and drugs.

        On `quiet` days there is nothing but bed, nursing and the round.
        """
        ill = self.illnesses[illness]
        nights = self.between(*ill.range("nights")) if nights < 0 else nights
        usual = {"med_type": "21", "dise_codg": ill.icd, "dise_name": ill.name, "adm_way": "2"}
        usual |= {"adm_dept_codg": ill.dept, "dscg_way": "1", "days_rinp_flag_31": "1"}
        usual["adm_bed"] = f"{ill.dept[1:]}-{self.between(1, 40):02}"
        span = (day, day + dt.timedelta(nights))
        bill = self.open(who, place, span, doctor or self.doctor(place, ill.dept), **usual | values)
        bill.dx = [f"{ill.icd} {ill.name}"]
        who["stays"].append(span)
        panel = f"{ill.tests},{words.PANELS[bill.place['hosp_lv']]}"
        first = listed(panel if tests is None else tests)
        daily = listed(ill.drugs if drugs is None else drugs)
        for n in range(max(nights, 1)):
            today = day + dt.timedelta(n)
            for item in HOUSE:
                self.charge(bill, item, at(today, "08:00"))
            if n not in quiet:
                some = first if n == 0 else ["cbc"] if n == 4 and first else []
                self.treat(bill, today, some, daily)
        if daily and ill.operation:
            theatre = day + dt.timedelta(min(1, nights // 2))
            self.operate(bill, ill.operation, at(theatre, self.clock(9, 15)))
        if daily and nights > 3 and illness in words.TAKE_HOME:
            item, supply = words.TAKE_HOME[illness]
            at_door = at(span[1], "09:00")
            self.charge(bill, item, at_door, dscg_tkdrug_flag="1", prd_days=supply)
        return bill

    def treat(self, bill: Bill, day: dt.date, tests: list[str], drugs: list[str]) -> None:
        """A day's tests, drugs and infusion."""
        for item in tests:
            self.charge(bill, item, at(day, self.clock(9, 11)))
        moment = at(day, f"{self.between(9, 10):02}:{self.between(0, 59):02}")
        for item in drugs:
            self.charge(bill, item, moment, 2 if item in words.TWICE_A_DAY else 1)
        if "nacl" in drugs:
            self.charge(bill, "iv", moment)

    def operate(self, bill: Bill, operation: str, when: dt.datetime) -> None:
        """The lines of an operation: surgeon, anaesthesia, material."""
        material = {"phaco": "lens", "hernia": "mesh", "hip": "joint", "fixation": "plate"}
        self.charge(bill, operation, when)
        if operation not in ("delivery", "polyp"):
            self.charge(bill, "local" if operation == "phaco" else "narcosis", when)
        if operation in material:
            self.charge(bill, material[operation], when)

    def visit(
        self,
        who: dict[str, Any],
        place: str,
        day: dt.date,
        items: str,
        *,
        clock: str = "",
        doctor: Any = None,
        supply: int = 0,
        **values: Any,
    ) -> Bill:
        """A visit or, at a pharmacy, a sale. supply: the days that each drug is to last."""
        shop = place.startswith("P")
        values = {"med_type": "41" if shop else "11"} | values
        doctor = None if shop else doctor or self.doctor(place)
        bill = self.open(who, place, (day, day), doctor, **values)
        moment = at(day, clock or self.clock())
        bill.settled = moment + dt.timedelta(minutes=3)
        for key in items.split(","):
            item = catalogue()[key]
            is_drug = item.kind in ("09", "11") and supply > 0
            packs = -(-supply // int(item.pack)) if is_drug and item.pack else 1
            line = self.charge(bill, key, moment, 15 if item.kind == "10" else packs)
            if is_drug and not shop:
                line["prd_days"] = supply
        return bill

    # Of somebody new, on any workday

    def admit(self, place: str, illness: str, nights: int = -1, **values: Any) -> Bill:
        """A stay of somebody who appears nowhere yet."""
        day = values.pop("day", None) or self.workday()
        return self.stay(self.patient(illness), place, illness, day, nights, **values)

    def see(self, place: str, items: str, **values: Any) -> Bill:
        """A visit or sale of somebody who appears nowhere yet."""
        day = values.pop("day", None) or self.workday()
        return self.visit(self.someone(), place, day, items, **values)

    # What is planted

    def found(self, rule: str, what: str, *subjects: Any) -> None:
        """The rule must name these: bills, people or doctors."""
        self.cases += [{"rule": rule, "expect": "found", "what": what, "on": s} for s in subjects]

    def clean(self, rule: str, what: str, *subjects: Any) -> None:
        """They look like what the rule finds and are innocent."""
        self.cases += [{"rule": rule, "expect": "clean", "what": what, "on": s} for s in subjects]
