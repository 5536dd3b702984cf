"""Bills into tables: who pays what, numbers in the order of settlement, the CSV files and the README."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from county.items import catalogue, code
from county.readme import readme
from county.words import rows

COLUMNS: dict[str, list[str]] = {}
for table, *some in rows("""
settlement setl_id mdtrt_id psn_no psn_name certno gend brdy insutype fixmedins_code
settlement fixmedins_name med_type begndate enddate setl_time setl_type invono dise_codg dise_name
settlement dscg_way adm_way adm_dept_codg adm_bed atddr_no medfee_sumamt fund_pay_sumamt
settlement inscp_scp_amt acct_pay acct_mulaid_pay psn_cash_pay mdtrt_cert_type opter_id
settlement days_rinp_flag_31 refd_setl_flag init_setl_id
fee_item feedetl_sn setl_id fee_ocur_time med_list_codg med_list_name med_chrgitm_type chrgitm_lv
fee_item cnt pric det_item_fee_sumamt inscp_amt bilg_dr_codg bilg_dept_codg rxno drord_no prd_days
fee_item dscg_tkdrug_flag etip_flag init_feedetl_sn upload_time
diagnosis setl_id diag_type maindiag_flag diag_srt_no diag_code diag_name
institution fixmedins_code fixmedins_name fixmedins_type hosp_lv admdvs payment_way
doctor dr_codg dr_name fixmedins_code dept dr_status status_date
person psn_no psn_name certno gend brdy insutype psn_idet_type death_date care_home addr_code tel
catalogue med_list_codg med_list_name med_chrgitm_type lmt_pric lmt_gend day_max_cnt pack_days
catalogue generic_code
chronic psn_no opsp_dise_code opsp_dise_name begndate enddate fixmedins_code year_lmt_amt
expected rule expect subject_type subject_id setl_id what
"""):
    COLUMNS.setdefault(table, []).extend(some)

DEDUCTIBLE = {"3": 60000, "2": 40000, "1": 15000}  # fen, once a stay
FUND_SHARE = {"3": 60, "2": 70, "1": 80}  # per cent of what is in scope above it


def money(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02}"


def amounts(bill: Any) -> tuple[int, int]:
    """Charge and in-scope charge of a bill in fen; a bill settled again has those of the first."""
    lines = bill.lines or (bill.original.lines if bill.original else [])
    sign = -1 if bill.values.get("refd_setl_flag") == "1" else 1
    return sign * sum(line["amount"] for line in lines), sign * sum(line["scope"] for line in lines)


def pay(bill: Any) -> None:
    """Share the charge between fund, personal account and cash: fund + account + cash = charge."""
    charge, scope = amounts(bill)
    sign, charge, scope = (-1 if charge < 0 else 1), abs(charge), abs(scope)
    level, employee = bill.place["hosp_lv"], bill.who["insutype"] == "310"
    family, cash = bill.values.pop("family", False), bill.values.pop("cash", 0)
    kind = bill.values["med_type"]
    if kind == "41":
        fund = 0
    elif kind in ("21", "22", "24", "2105", "28", "52"):
        share = FUND_SHARE[level] + (10 if employee else 0)
        fund = max(0, scope - (0 if kind == "52" else DEDUCTIBLE[level])) * share // 100
    else:
        fund = scope * (70 if kind == "14" else 50) // 100
    if bill.values["setl_type"] == "3" or bill.values.get("insutype") == "392":
        fund = (charge - fund) * 40 // 100  # a second layer pays part of what the first left
    on_account = kind == "41" or (employee and kind in ("11", "14"))
    account = (charge - fund) * (100 - cash) // 100 if on_account else 0
    shared = account if family or (kind == "41" and not employee) else 0
    paid = {"medfee_sumamt": charge, "inscp_scp_amt": scope, "fund_pay_sumamt": fund}
    paid |= {
        "acct_pay": account,
        "acct_mulaid_pay": shared,
        "psn_cash_pay": charge - fund - account,
    }
    bill.values |= {name: money(sign * fen) for name, fen in paid.items()}


def number(bills: list[Any]) -> list[Any]:
    """Give settlements, visits and lines their numbers in the order of settlement."""
    for bill in bills:
        pay(bill)
    ordered = sorted(bills, key=lambda bill: bill.settled)
    for n, bill in enumerate(ordered, 1):
        bill.values |= {"setl_id": f"25{n:06}", "mdtrt_id": f"M{n:06}"}
        bill.values.setdefault("invono", f"99{n * 7919 % 10**8:08}")
        for k, line in enumerate(bill.lines, 1):
            line["feedetl_sn"] = f"25{n:06}{k:03}"
    for bill in ordered:
        if bill.same_visit:
            bill.values["mdtrt_id"] = bill.same_visit.values["mdtrt_id"]
        if bill.values["setl_type"] == "1":
            bill.values["mdtrt_id"] = ""  # claimed by hand: no visit number
        if bill.values.get("refd_setl_flag") == "1":
            bill.values["init_setl_id"] = bill.original.values["setl_id"]
    return ordered


def settlement_rows(bills: Iterable[Any]) -> Iterable[dict[str, Any]]:
    for bill in bills:
        number, place = int(bill.values["setl_id"]), bill.place
        row = {"begndate": bill.day, "enddate": bill.until, "setl_time": bill.settled}
        row |= {"atddr_no": bill.doctor, "refd_setl_flag": "0"}
        row |= {
            "mdtrt_cert_type": f"0{number % 3 + 1}",
            "opter_id": f"{place['key']}-{number % 2 + 1}",
        }
        yield place | bill.who | row | bill.values


def fee_rows(bills: Iterable[Any]) -> Iterable[dict[str, Any]]:
    for bill in bills:
        is_refund = bill.values.get("refd_setl_flag") == "1"
        uploaded = f"{bill.settled:%Y-%m-%d %H:%M}"
        for line in bill.original.lines if is_refund else bill.lines:
            item, sign = catalogue()[line["item"]], -1 if is_refund else 1
            row = {"med_list_codg": code(item.key), "med_list_name": item.name}
            row |= {"med_chrgitm_type": item.kind, "chrgitm_lv": item.grade}
            row |= {"cnt": sign * line["count"], "pric": money(line["price"])}
            row["det_item_fee_sumamt"] = money(sign * line["amount"])
            row |= {"inscp_amt": money(sign * line["scope"]), "upload_time": uploaded}
            row |= {"fee_ocur_time": line["when"]} | line | {"setl_id": bill.values["setl_id"]}
            if is_refund:
                row |= {"init_feedetl_sn": line["feedetl_sn"], "drord_no": ""}
                row |= {"feedetl_sn": row["setl_id"] + line["feedetl_sn"][8:]}
                row["fee_ocur_time"] = bill.settled
            if "refunds" in line:
                row["init_feedetl_sn"] = line["refunds"]["feedetl_sn"]
            yield row
            if row.get("uploaded") == "twice":
                yield row | {
                    "upload_time": f"{bill.settled + dt.timedelta(hours=5):%Y-%m-%d %H:%M}"
                }
            elif row.get("uploaded") == "corrected":  # the first upload named no department
                early = f"{bill.settled - dt.timedelta(days=1):%Y-%m-%d %H:%M}"
                yield row | {"bilg_dept_codg": "", "upload_time": early}


def diagnosis_rows(bills: Iterable[Any]) -> Iterable[dict[str, Any]]:
    for bill in bills:
        for k, text in enumerate(bill.dx, 1):
            icd, _, name = text.partition(" ")
            row = {"setl_id": bill.values["setl_id"], "diag_type": "1", "diag_srt_no": k}
            row["maindiag_flag"] = "1" if k == 1 else "0"
            yield row | {"diag_code": icd, "diag_name": name}


def catalogue_rows() -> Iterable[dict[str, Any]]:
    for key, item in catalogue().items():
        row = {"med_list_codg": code(key), "med_list_name": item.name, "lmt_pric": item.limit}
        row |= {"med_chrgitm_type": item.kind, "lmt_gend": item.sex, "day_max_cnt": item.day_max}
        generic = code(key)[:10] if item.kind in ("09", "11") else ""
        yield row | {"pack_days": item.pack, "generic_code": generic}


def expected_rows(county: Any) -> Iterable[dict[str, Any]]:
    """What must be found and what must stay clean, said by those who planted it."""
    for case in county.cases:
        subject = case["on"]
        if isinstance(subject, dict):
            column, kind = ("dr_codg", "doctor") if "dr_codg" in subject else ("psn_no", "patient")
            named = {"subject_type": kind, "subject_id": subject[column]}
        else:
            setl_id = subject.values["setl_id"]
            named = {"subject_type": "settlement", "subject_id": setl_id, "setl_id": setl_id}
        yield {"rule": case["rule"], "expect": case["expect"], **named, "what": case["what"]}


def write_csv(path: Path, table: str, content: Iterable[dict[str, Any]]) -> int:
    """Write rows under the table's columns; how many there were."""
    content = list(content)
    text = io.StringIO()
    writer = csv.DictWriter(
        text, COLUMNS[table], restval="", extrasaction="ignore", lineterminator="\n"
    )
    writer.writeheader()
    writer.writerows(content)
    path.write_bytes(text.getvalue().encode())
    return len(content)


def write(county: Any, folder: Path) -> None:
    """Number everything and write all files below `folder`."""
    data, tests = folder / "sample_data", folder / "tests"
    for place in (data, tests):
        place.mkdir(parents=True, exist_ok=True)
    bills = number(county.bills)
    tables = {
        "settlement": settlement_rows(bills),
        "fee_item": fee_rows(bills),
        "diagnosis": diagnosis_rows(bills),
        "institution": county.places.values(),
        "doctor": [doctor for staff in county.doctors.values() for doctor in staff],
        "person": sorted(county.people, key=lambda who: who["psn_no"]),
        "catalogue": catalogue_rows(),
        "chronic": sorted(county.registered, key=lambda row: row["psn_no"]),
    }
    counts = {name: write_csv(data / f"{name}.csv", name, rows) for name, rows in tables.items()}
    cases = list(expected_rows(county))
    write_csv(tests / "sample_expected.csv", "expected", cases)
    (data / "README.md").write_bytes(readme(county, cases, counts).encode())
