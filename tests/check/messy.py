"""A folder as a county hands it over: every fault of a real delivery, on invented people."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path
from typing import Any

import openpyxl

HEADERS = {
    "setl_id": "结算编号", "mdtrt_id": "就诊流水号", "psn_no": "个人编号", "psn_name": "姓名", "certno": "身份证号",
    "gend": "性别", "fixmedins_code": "医疗机构编码", "fixmedins_name": "医疗机构名称", "hosp_lv": "医院级别",
    "med_type": "医疗类别", "begndate": "入院日期", "enddate": "出院日期", "dise_codg": "主诊断编码",
    "medfee_sumamt": "医疗费总额(元)", "fund_pay_sumamt": "基金支付总额(元)", "acct_pay": "个人帐户支负",
    "psn_cash_pay": "现金支付", "setl_type": "结算类别", "note": "操作备注",
}  # fmt: skip
PLACES = [
    ("H99010000001", "青禾县人民医院", "01"),
    ("H99010000011", "望舒镇中心卫生院", "03"),
    ("H99010000012", "听雨镇卫生院", "03"),
]
NAMES = ["郑秋棠", "冯一苇", "沈知白", "叶南星"]
LINE = ["feedetl_sn", "setl_id", "fee_ocur_time", "med_list_codg", "med_list_name", "med_chrgitm_type",
        "cnt", "pric", "det_item_fee_sumamt", "bilg_dr_codg", "bilg_dr_name", "prd_days"]  # fmt: skip


def settlements() -> list[dict[str, Any]]:
    """Sixty settlements of 2025 without a March, every tenth a stay; and what goes wrong with them."""
    rows = []
    for n in range(60):
        code, name, level = PLACES[n % 3]
        month = [1, 2, 4, 5, 6][n % 5]
        stay = n % 10 == 0
        day = 1 + n % 20
        total = 3000.5 if stay else 80 + n
        fund = round(total * 0.6, 2)
        rows.append(
            {
                "setl_id": f"2025{n:06}",
                "mdtrt_id": "0" if n % 4 == 0 else f"M{n}",
                "psn_no": f"99{n % 20:04}",
                "psn_name": NAMES[n % 4],
                "certno": f"9901001960{n % 20:05}000" if n % 2 else f"99010019600101{n % 20:04}",
                "gend": ["男", "女", "不祥"][n % 3],
                "fixmedins_code": code,
                "fixmedins_name": name,
                "hosp_lv": level,
                "med_type": "21" if stay else ["11", "41", "9X", "1402"][n % 4],
                "begndate": f"2025/{month}/{day} 8:30",
                "enddate": f"2025/{month}/{day + (6 if stay else 0)} 9:10",
                "dise_codg": "J18.900" if stay and n % 20 else "",
                "medfee_sumamt": f"{total:,.2f}",
                "fund_pay_sumamt": f"{fund:,.2f}",
                "acct_pay": "10.00",
                "psn_cash_pay": f"{total - fund - 10 - (5 if n % 6 == 0 else 0):.2f}",
                "setl_type": "2",
                "note": "",
            }
        )
    rows[7]["enddate"] = "07-五月-2025"
    rows[8]["begndate"] = "2025/9/1"  # after it ended
    rows[9]["gend"] = NAMES[1]  # a name where a code should be
    refund = {
        **rows[11],
        "setl_id": "2025900001",
        "medfee_sumamt": "-91.00",
        "fund_pay_sumamt": "-54.60",
    }
    alone = {**rows[12], "setl_id": "2025900002", "medfee_sumamt": "-7.77", "fund_pay_sumamt": "-1"}
    return [*rows, refund, alone, rows[13]]


def lines() -> list[list[Any]]:
    """Three lines a settlement, none for some stays, some for settlements that nobody has."""
    told: list[list[Any]] = []
    for n, row in enumerate(settlements()[:60]):
        if n in (10, 20):
            continue
        day = row["begndate"].split()[0].replace("/", "-")
        for part in range(3):
            doctor = [("D990100000001", "孟溪亭"), ("9999", "未知"), ("", "")][(n + part) % 3]
            price = round(float(row["medfee_sumamt"].replace(",", "")) / 3, 2)
            when = f"{day} 00:00:00" if n % 2 else f"{day} 08:{n % 60:02}:{part:02}"
            told.append(
                [f"F{n}-{part}", row["setl_id"], when, f"X{part}", "阿莫西林", "09", "1", f"{price}",
                 f"{price + (1 if n % 15 == 0 else 0)}", *doctor, ""]
            )  # fmt: skip
    told += [[f"G{n}", f"2024{n:06}", "2025-01-09 10:00:00", "X1", "阿莫西林", "09", "1", "5", "5", "", "", ""]
             for n in range(12)]  # fmt: skip
    return told


def write_messy(folder: Path) -> Path:
    """Write the delivery into `folder`."""
    (folder / "费用").mkdir(parents=True)
    rows = settlements()
    held = io.StringIO()
    writer = csv.writer(held)
    writer.writerows([["青禾县医保结算信息"], ["导出时间：2025-07-01", "制表：信息科"]])
    writer.writerow(HEADERS.values())
    writer.writerows([row[name] for name in HEADERS] for row in rows)
    (folder / "2025年结算信息.csv").write_bytes(held.getvalue().encode("gb18030"))

    told = lines()
    held = io.StringIO()
    csv.writer(held).writerows([LINE, *told[:100]])
    (folder / "费用" / "fee_list_d_01.csv.gz").write_bytes(gzip.compress(held.getvalue().encode()))
    _workbook(
        folder / "费用" / "收费明细02.xlsx",
        [["费用明细（续）"], LINE[:-1], *(r[:-1] for r in told[100:])],
    )
    _workbook(
        folder / "医师名单.xlsx",
        [["医师代吗", "医师姓名", "执业状态"], ["D990100000001", "孟溪亭", "正常"]],
    )
    (folder / "节假日.csv").write_text("日子,名目\n2025-01-01,元旦\n", encoding="utf-8")
    (folder / "说明.docx").write_bytes(b"PK")
    return folder


def _workbook(path: Path, rows: list[list[Any]]) -> None:
    book = openpyxl.Workbook()
    page = book.active
    for row in rows:
        page.append(row)
    book.save(path)
