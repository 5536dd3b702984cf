"""The README of the sample: its files, and everything planted."""

from __future__ import annotations

from typing import Any

TITLES = {
    "STY01": "两家机构住院时间重叠", "STY02": "分解住院", "STY03": "疑似挂床：连续多日只有床位费",
    "STY04": "空床住院：整次住院没有任何诊疗", "STY05": "住院期间在外就诊购药", "STY06": "低标准入院线索",
    "BIL01": "同一项目重复收费", "BIL02": "超过每日限定频次收费", "BIL03": "床位费或护理费天数多于住院天数",
    "BIL04": "单价超过限价", "BIL05": "计费日期在住院期之外", "IDN01": "死亡后计费", "IDN02": "项目或诊断与性别不符",
    "IDN03": "同一费用重复报销", "MED01": "超量开药（跨机构累计）", "DOC01": "医师单日工作量异常",
    "DOC02": "停用或未登记医师开单",
}  # fmt: skip
README = """\
# The sample county

Invented settlement files of one county for 2025 (two stays began in December 2024), small enough to
read. Nobody and no place in them exists.
`python sample_data/make.py` writes them again, byte for byte.

| file | rows |
|---|---|
{files}

All files are UTF-8 with the national interface's column names. Amounts are yuan. Fund, personal
account and cash add up to a settlement's total, and so do its lines. As in real files some rows are
refunds, some lines were uploaded twice or corrected by a later upload, most outpatient bills have no
diagnosis, and some name no doctor or a code that stands for none.

## What is planted

`found`: the rule must name that settlement, person or doctor. `clean`: it looks like it and is innocent, so
the rule must not name it. Most of what must be found is at 青禾朝露医院, 枕河镇卫生院, 枕河镇白帆诊所 and the
pharmacy 青禾流萤大药房; the county hospital has the few slips a large hospital has.
The same list for programs is `tests/sample_expected.csv`.

| rule | expected | subject | where | what |
|---|---|---|---|---|
{table}
"""


def readme(county: Any, cases: list[dict[str, Any]], counts: dict[str, int]) -> str:
    """The sample's README: its files, and everything planted."""
    files = "\n".join(f"| `{name}.csv` | {count:,} |" for name, count in counts.items())
    places = {}
    for case, row in zip(county.cases, cases, strict=True):
        subject = case["on"]
        key = subject.get("place", "") if isinstance(subject, dict) else subject.place["key"]
        places[row["subject_id"]] = county.places[key]["fixmedins_name"] if key else ""
    ordered = sorted(cases, key=lambda row: (row["rule"], row["expect"] == "clean"))
    table = "\n".join(
        f"| {row['rule']} {TITLES[row['rule']]} | {row['expect']} "
        f"| {row['subject_type']} {row['subject_id']} | {places[row['subject_id']]} | {row['what']} |"
        for row in ordered
    )
    return README.format(files=files, table=table)
