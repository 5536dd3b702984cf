"""A county as small as a test needs it: rows by hand, the facts over them, and a generator of a few months."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

from medaudit import facts, findings, ranking
from medaudit.detectors import anomalies, catalogue
from medaudit.detectors.run import Ran, prepare, reads, run
from medaudit.engine.duckdb import DuckEngine
from medaudit.records.load import load
from medaudit.settings import Settings

Row = dict[str, Any]
Tables = dict[str, list[Row]]

# What a row has unless the test says otherwise: an ordinary stay, an ordinary tablet.
USUAL: dict[str, Row] = {
    "settlement": {
        "setl_id": "S1", "psn_no": "P1", "fixmedins_code": "H1", "med_type": "21", "begndate": "2025-03-01",
        "enddate": "2025-03-08", "medfee_sumamt": 1000, "fund_pay_sumamt": 700,
    },
    "fee_item": {
        "feedetl_sn": "F1", "setl_id": "S1", "fee_ocur_time": "2025-03-02 09:00:00", "med_list_codg": "XA01",
        "med_chrgitm_type": "09", "cnt": 1, "pric": 10, "det_item_fee_sumamt": 10,
    },
    "diagnosis": {"setl_id": "S1", "maindiag_flag": "1", "diag_code": "J18.900"},
    "institution": {"fixmedins_code": "H1"},
    "person": {"psn_no": "P1"},
    "visit": {"mdtrt_id": "M1"},
    "catalogue": {"med_list_codg": "XA01"},
}  # fmt: skip


def row(table: str, **values: Any) -> Row:
    """A usual row of `table` with `values` in it; None leaves the cell blank."""
    return USUAL.get(table, {}) | values


def settlement(setl_id: str = "S1", **values: Any) -> Row:
    return row("settlement", setl_id=setl_id, **values)


def line(feedetl_sn: str = "F1", **values: Any) -> Row:
    """A fee line; its price is its amount unless the test says otherwise."""
    values.setdefault("pric", values.get("det_item_fee_sumamt", 10))
    return row("fee_item", feedetl_sn=feedetl_sn, **values)


def csv_text(rows: Iterable[Mapping[str, Any]]) -> str:
    rows = list(rows)
    columns = list(dict.fromkeys(name for one in rows for name in one))
    page = io.StringIO(newline="")
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(["" if one.get(n) is None else one[n] for n in columns] for one in rows)
    return page.getvalue()


def write(folder: Path, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> Path:
    """One CSV a table, below `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        if rows:
            (folder / f"{name}.csv").write_text(csv_text(rows), "utf-8")
    return folder


class Small:
    """A small county in an engine: its facts, and what rules of one's own find in it."""

    def __init__(
        self, folder: Path, tables: Mapping[str, Sequence[Row]], settings: Settings | None = None
    ) -> None:
        self.folder = folder
        self.settings = settings or Settings()
        self.engine = DuckEngine(folder / "staging", threads=1)
        self.records = load([write(folder / "data", tables)], self.settings, self.engine)

    def fact(self, name: str, columns: str = "*", where: str = "TRUE") -> list[Row]:
        """Rows of a fact, in the order of all their columns."""
        facts.compute(self.engine, [name])
        return self.rows(f"SELECT {columns} FROM {name} WHERE {where} ORDER BY ALL")

    def values(self, name: str, column: str, where: str = "TRUE") -> list[Any]:
        """One column of a fact, sorted."""
        return [next(iter(one.values())) for one in self.fact(name, column, where)]

    def audit(self, rules: Path | None = None, select: Sequence[str] = ()) -> list[Ran]:
        """Run rules (a folder of one's own, and ours where selected) up to the ranked suspects."""
        chosen = catalogue.rules([rules] if rules else [], select)
        prepare(self.engine, reads(chosen))
        outcome = run(chosen, self.engine, self.records, self.settings.params)
        findings.collect(self.engine, outcome)
        anomalies.find(self.engine, ())
        ranking.rank(self.engine, [ran.rule for ran in outcome if ran.state == "ran"])
        return outcome

    def rows(self, sql: str) -> list[Row]:
        told = self.engine.run(sql)
        names = [column[0] for column in told.description]
        return [dict(zip(names, values, strict=True)) for values in told.fetchall()]


HEADER = """/*
code = "{code}"
status = "stable"
level = "{level}"
subject = "{subject}"
key = {key}
responsible = {responsible}
subsumes = {subsumes}
prior = {prior}
[title]
zh = "试验{code}"
en = "Trial {code}"
[message]
zh = "{message_zh}"
en = "{message_en}"
*/
"""


def rule(folder: Path, code: str, sql: str, **told: Any) -> Path:
    """Write a rule of one's own, with an empty case file so that it is no draft; returns the folder."""
    folder.mkdir(exist_ok=True)
    usual = {
        "level": "suspected", "subject": "settlement", "key": '["setl_id"]', "responsible": '["institution"]',
        "prior": 0.4, "subsumes": [], "message_zh": "涉及 {charge_amount} 元", "message_en": "{charge_amount} yuan",
    }  # fmt: skip
    header = HEADER
    for name, value in {**usual, **told, "code": code}.items():
        header = header.replace("{" + name + "}", str(value))
    (folder / f"{code}.sql").write_text(header + sql, "utf-8")
    (folder / f"{code}.cases.toml").write_text("")
    return folder


# The columns of every rule, off a settlement (v) or one of its lines (l).
OF_VISIT = (
    "SELECT v.setl_id, v.psn_no, v.fixmedins_code, v.dr_codg, v.begndate AS occurred_on, "
    "{amount} AS charge_amount, CAST({strength} AS DOUBLE) AS strength{more} FROM visit v "
)
OF_LINE = (
    "SELECT l.setl_id, l.psn_no, l.fixmedins_code, l.dr_codg, l.day AS occurred_on, "
    "{amount} AS charge_amount, CAST({strength} AS DOUBLE) AS strength, l.feedetl_sn{more} FROM line l "
)


def of_visit(
    where: str = "TRUE", amount: str = "v.charge", strength: float = 1, more: str = ""
) -> str:
    return OF_VISIT.format(amount=amount, strength=strength, more=more) + f"WHERE {where}"


def of_line(
    where: str = "TRUE", amount: str = "l.charge", strength: float = 1, more: str = ""
) -> str:
    return OF_LINE.format(amount=amount, strength=strength, more=more) + f"WHERE {where}"


def generate(seed: int, people: int = 60) -> Tables:
    """A few months of a county: stays, visits, drugs; every so often something a rule should see."""
    random = Random(seed)
    tables: Tables = {"settlement": [], "fee_item": [], "diagnosis": [], "person": []}
    tables["institution"] = [
        {"fixmedins_code": f"H4299{i}", "fixmedins_name": f"第{i}医院", "fixmedins_type": "1",
         "hosp_lv": str(random.randint(1, 3)), "admdvs": f"42990{i}"} for i in range(1, 6)
    ] + [{"fixmedins_code": "P42991", "fixmedins_name": "大药房", "fixmedins_type": "2", "hosp_lv": None, "admdvs": "429901"}]  # fmt: skip
    tables["doctor"] = [
        {"dr_codg": f"D{h}{d}", "dr_name": f"医师{h}{d}", "fixmedins_code": f"H4299{h}"} for h in range(1, 6) for d in range(3)
    ]  # fmt: skip
    for number in range(people):
        _person(random, tables, number)
    return tables


def _person(random: Random, tables: Tables, number: int) -> None:
    psn_no = f"R{number:05}"
    gend = random.choice("12")
    died = dt.date(2025, 4, 10) if random.random() < 0.05 else None
    tables["person"].append(
        {"psn_no": psn_no, "psn_name": f"张{number}", "certno": f"4299{number:014}", "gend": gend,
         "brdy": dt.date(random.randint(1935, 2015), random.randint(1, 12), 9), "death_date": died}
    )  # fmt: skip
    day = dt.date(2025, 1, random.randint(1, 28))
    hospital = random.randint(1, 5)
    for _ in range(random.randint(1, 4)):
        is_stay = random.random() < 0.6
        nights = random.randint(2, 9) if is_stay else 0
        _settle(random, tables, psn_no, hospital, day, nights)
        # Some come back within a week, which a rule should see; most do not.
        day += dt.timedelta(days=nights + random.choice([3, 25, 40, 60]))


def _settle(
    random: Random, tables: Tables, psn_no: str, hospital: int, day: dt.date, nights: int
) -> None:
    setl_id = f"S{len(tables['settlement']) + 1:06}"
    doctor = f"D{hospital}{random.randint(0, 2)}"
    end = day + dt.timedelta(days=nights)
    disease = random.choice(["J18.900", "I63.900", "K29.500", "M54.500", "O80.900"])
    total = 0
    items = [("001201000010000", "住院诊查费", "02", 1, 20), ("110200001", "床位费", "01", 1, 40),
             ("XA02BC", "奥美拉唑", "09", 2, 15), ("250101015", "血常规", "04", 1, 18)]  # fmt: skip
    for night in range(max(nights, 1)):
        for code, name, kind, cnt, pric in items:
            if random.random() < 0.3:
                continue
            copies = 2 if random.random() < 0.02 else 1
            for _ in range(copies):
                amount = cnt * pric
                total += amount
                moment = dt.datetime.combine(
                    day + dt.timedelta(days=night), dt.time(8 + night % 9, 30)
                )
                tables["fee_item"].append(
                    {"feedetl_sn": f"F{len(tables['fee_item']) + 1:07}", "setl_id": setl_id, "psn_no": psn_no,
                     "fee_ocur_time": moment, "med_list_codg": code, "med_list_name": name, "med_chrgitm_type": kind,
                     "cnt": cnt, "pric": pric, "det_item_fee_sumamt": amount, "inscp_amt": amount,
                     "bilg_dr_codg": doctor, "upload_time": moment}
                )  # fmt: skip
    fund = round(total * 0.7, 2)
    tables["settlement"].append(
        {"setl_id": setl_id, "mdtrt_id": f"M{setl_id}", "psn_no": psn_no, "fixmedins_code": f"H4299{hospital}",
         "med_type": "21" if nights else "11", "begndate": day, "enddate": end, "setl_time": f"{end} 10:00:00",
         "dise_codg": disease, "dise_name": "病", "atddr_no": doctor, "medfee_sumamt": total,
         "fund_pay_sumamt": fund, "inscp_scp_amt": total, "acct_pay": 0, "psn_cash_pay": round(total - fund, 2)}
    )  # fmt: skip
    tables["diagnosis"].append({"setl_id": setl_id, "maindiag_flag": "1", "diag_code": disease})
