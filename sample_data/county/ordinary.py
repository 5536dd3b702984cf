"""The masters of the county, and a year in which nothing is wrong but the paperwork."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from county import words

CHECK = "10X98765432"
WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
BANDS = [
    (1, 14, 12),
    (15, 24, 9),
    (25, 39, 18),
    (40, 59, 33),
    (60, 74, 21),
    (75, 92, 7),
]  # ages and per cent
MACHINES = ("ct", "vagus", "thyroid", "fundus")  # not at township hospitals and clinics
URGENT = ("append", "stroke", "angina", "hip", "shin")
COMPANIONS = [
    "I10.x00 高血压",
    "E11.900 2型糖尿病",
    "I25.100 冠状动脉粥样硬化性心脏病",
    "E78.500 高脂血症",
]


def places(county: Any) -> dict[str, dict[str, Any]]:
    """Institutions by a short key: H hospitals, T township hospitals, K clinics, P pharmacies."""
    found: dict[str, dict[str, Any]] = {}
    for letter, serial, name, level, way in words.rows(words.PLACES):
        kind = "P" if letter == "P" else "K" if level == "0" else "T" if level == "1" else "H"
        key = f"{kind}{sum(known.startswith(kind) for known in found) + 1}"
        row = {"key": key, "fixmedins_code": letter + words.REGION + serial, "fixmedins_name": name}
        row |= {
            "fixmedins_type": "2" if letter == "P" else "1",
            "hosp_lv": level,
            "admdvs": words.REGION,
        }
        found[key] = row | {"payment_way": way}
    return found


def given_name(county: Any, sex: str, older: bool) -> str:
    first, second = words.GIVEN[sex, older]
    return county.pick(words.SURNAMES) + county.pick(first) + county.pick(second)


def doctors(county: Any) -> dict[str, list[dict[str, Any]]]:
    """Doctors by institution, each in one department."""
    staff: dict[str, list[dict[str, Any]]] = {}
    serial = 0
    for key, place in county.places.items():
        staff[key] = []
        for dept in words.STAFF.get(place["hosp_lv"], "").split():
            serial += 1
            row = {
                "dr_codg": f"D{words.REGION}{serial:06}",
                "dr_name": given_name(county, county.pick("12"), True),
            }
            row |= {
                "fixmedins_code": place["fixmedins_code"],
                "dept": dept,
                "dr_status": "1",
                "place": key,
            }
            staff[key].append(row)
    return staff


def certificate(born: dt.date, serial: int, sex: str) -> str:
    """An 18-digit number with a right check digit, of a region that does not exist."""
    digits = f"{words.REGION}{born:%Y%m%d}{serial % 100:02}{serial // 100 % 5 * 2 + (sex == '1')}"
    return digits + CHECK[sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=True)) % 11]


def people(county: Any, count: int) -> list[dict[str, Any]]:
    """The insured of the county."""
    everybody = []
    for n in range(1, count + 1):
        low, high, _ = county.pick(BANDS, [band[2] for band in BANDS])
        sex = county.pick("12")
        born = dt.date(2025 - county.between(low, high), 1, 1) + dt.timedelta(
            county.between(0, 364)
        )
        adult = born.year < 2005
        row = {
            "psn_no": f"9901{n:08}",
            "psn_name": given_name(county, sex, born.year < 2000),
            "gend": sex,
        }
        row |= {"certno": certificate(born, n, sex), "brdy": born, "used": False, "stays": []}
        row["insutype"] = "310" if adult and county.random() < 0.3 else "390"
        row["psn_idet_type"] = "低保" if row["insutype"] == "390" and county.random() < 0.03 else ""
        town = county.between(1, len(words.TOWNS))
        row |= {
            "town": town,
            "addr_code": f"{words.REGION}{100 + town}{200 + county.between(1, 8)}",
        }
        row["tel"] = f"120{county.between(0, 99999999):08}" if adult else ""
        if born.year < 1950 and county.random() < 0.06:
            row |= {"care_home": "C01", "psn_idet_type": "特困"}
        everybody.append(row)
    return everybody


def is_free(who: dict[str, Any], day: dt.date, margin: int = 0) -> bool:
    """Alive, and in no hospital within `margin` days of the day."""
    alive = not who.get("death_date") or day <= who["death_date"]
    edge = dt.timedelta(margin)
    return alive and all(not first - edge <= day <= last + edge for first, last in who["stays"])


def pass_year(county: Any) -> None:
    """A year of people who do nothing wrong, with the noise of real files."""
    planted = len(county.bills)
    for _ in range(16):
        county.someone(low=66, high=92)["death_date"] = county.workday("02-10", "12-20")
    stays(county, 165)
    refills(county, 42)
    sessions(county, 2)
    visits(county, 1250)
    sales(county, 1300)
    noise(county, county.bills[planted:])


def stays(county: Any, count: int) -> None:
    """Hospital stays: operations and grave illnesses at the county's hospitals only."""
    weights = [int(ill.weight) for ill in county.illnesses.values()]
    for n in range(count):
        ill = county.pick(county.illnesses.values(), weights)
        who = county.patient(ill.key)
        shares = [50, 25, 12, 0] if ill.level == "2" else [25, 17, 10, 48]
        place = county.pick(["H1", "H2", "H3", f"T{who['town']}"], shares)
        day = county.workday("01-06", "12-05")
        values = {"med_type": {"cata": "28", "birth": "52"}.get(ill.key, "21")}
        if ill.key in URGENT:
            day, values["adm_way"] = day + dt.timedelta(county.between(0, 3)), "1"
        bill = county.stay(who, place, ill.key, day, **values)
        if who["brdy"].year < 1975 and county.random() < 0.5:
            bill.dx.append(county.pick([dx for dx in COMPANIONS if dx[:3] != ill.icd[:3]]))
        if n % 60 == 7:
            bill.values["dscg_way"], who["death_date"] = "5", bill.until


def refills(county: Any, count: int) -> None:
    """People registered with a chronic disease who fetch a month's drugs about once a month."""
    for _ in range(count):
        disease, _, medicines, _ = county.pick(words.rows(words.CHRONIC), [5, 4, 3, 1, 0])
        who = county.someone(low=48, high=82)
        place = county.pick(["H1", "H2", "T"], [4, 3, 5])
        place = f"T{who['town']}" if place == "T" else place
        values = register(county, who, disease, place)
        medicines = ",".join(medicines.split(",")[: county.between(1, 3)])
        day = county.workday("01-06", "06-20")
        for _ in range(county.between(3, 9)):
            if day > dt.date(2025, 12, 20) or not is_free(who, day):
                break
            county.visit(who, place, day, medicines, supply=30, **values)
            day += dt.timedelta(county.between(28, 35))


def register(county: Any, who: dict[str, Any], disease: str, place: str) -> dict[str, str]:
    """Enter somebody in the register of chronic diseases; what their chronic visits then say."""
    name, limit = next((row[1], row[3]) for row in words.rows(words.CHRONIC) if row[0] == disease)
    who["used"] = True
    row = {"psn_no": who["psn_no"], "opsp_dise_code": disease, "opsp_dise_name": name}
    row["begndate"] = dt.date(county.between(2022, 2024), county.between(1, 12), 1)
    row |= {"enddate": dt.date(2027, 12, 31), "year_lmt_amt": limit}
    county.registered.append(row | {"fixmedins_code": county.places[place]["fixmedins_code"]})
    return {"med_type": "14", "dise_codg": disease, "dise_name": name}


def sessions(county: Any, count: int) -> None:
    """Dialysis: a bill a month, three sessions a week."""
    for _ in range(count):
        who = county.someone(low=40, high=70)
        values = register(county, who, "M07801", "H1")
        for month in range(1, 13):
            first = dt.date(2025, month, 2)
            bill = county.visit(who, "H1", first, "kidney", clock="08:30", **values)
            for n in (0, 2, 4, 7, 9, 11, 14, 16, 18, 21, 23, 25):
                bill.until = first + dt.timedelta(n)
                county.charge(bill, "dialysis", dt.datetime.combine(bill.until, dt.time(9, 10)))
            bill.settled = dt.datetime.combine(bill.until, dt.time(15, 20))


def visits(county: Any, count: int) -> None:
    """Outpatient visits, most of them without a diagnosis, some without a doctor."""
    complaints = words.rows(words.COMPLAINTS)
    for _ in range(count):
        who, day = county.pick(county.people), county.workday("01-02", "12-29")
        icd, name, sex, age, first, *more = county.pick(
            complaints, [9, 5, 5, 3, 2, 5, 4, 3, 2, 2, 4]
        )
        fits = sex in ("", who["gend"]) and 2025 - who["brdy"].year > int(age)
        if not fits or not is_free(who, day, margin=1):
            continue
        near, clinic = f"T{who['town']}", f"K{county.between(1, 10)}"
        place = county.pick(["H1", "H2", "H3", near, clinic], [20, 13, 7, 30, 30])
        fee = county.pick(["visit", "expert"], [5, 1]) if place[0] == "H" else "general"
        items = [first] + [item for item in more if county.random() < 0.35]
        if place[0] != "H":
            items = [item for item in items if item not in MACHINES]
        bill = county.visit(who, place, day, ",".join([fee, *items]), supply=county.pick([3, 5, 7]))
        bill.dx = [f"{icd} {name}"] if county.random() < 0.25 else []
        if county.random() < 0.06:  # nobody named, or a code that stands for nobody
            bill.doctor = county.pick(["", "", "9999", bill.dept])
        for line in bill.lines:
            line["bilg_dr_codg"] = bill.doctor
            if "prd_days" in line:
                line["rxno"] = f"R{len(county.bills):05}"


def sales(county: Any, count: int) -> None:
    """Pharmacy sales on personal accounts; residents have none and use a relative's."""
    for _ in range(count):
        who, day = county.pick(county.people), county.workday("01-02", "12-29")
        buys = who["insutype"] == "310" or county.random() < 0.4
        if buys and is_free(who, day, margin=1):
            pieces = county.pick([1, 2, 3], [5, 3, 1])
            wanted = {county.pick(words.SHOP.split(",")) for _ in range(pieces)}
            values = {"clock": county.clock(8, 20), "cash": county.pick([0, 10, 30], [8, 1, 1])}
            county.visit(who, f"P{county.between(1, 12)}", day, ",".join(sorted(wanted)), **values)


def noise(county: Any, bills: list[Any]) -> None:
    """Refunds whole and in part, lines uploaded twice, and lines corrected by a later upload."""
    for bill in [bill for bill in bills if bill.day == bill.until][5::97]:
        later = bill.settled + dt.timedelta(county.between(0, 2), minutes=50)
        values = bill.values | {"refd_setl_flag": "1", "invono": ""}
        refund = replace(bill, settled=later, values=values, dx=[], lines=[], original=bill)
        county.bills.append(refund)
    for n, bill in enumerate(bills[9::23]):
        line = bill.lines[-1]
        line["uploaded"] = "corrected" if n % 2 and line["bilg_dept_codg"] else "twice"
    infused = [bill for bill in bills if any(line["item"] == "ambro" for line in bill.lines)]
    for bill in infused[::6]:
        first = bill.line("ambro")  # one of two ampoules given back
        back = first | {"count": -1, "refunds": first, "drord_no": ""}
        back |= {"amount": -first["price"], "scope": -first["scope"] // 2}
        bill.lines.append(back | {"when": first["when"] + dt.timedelta(hours=6)})
