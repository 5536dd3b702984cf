"""A small finished run to ask questions of."""

from __future__ import annotations

from pathlib import Path

import pytest

from medaudit.audit import audit_to
from medaudit.language import speak
from medaudit.runs.plan import Plan

# P1 comes back after two days; S4 is charged for forty beds on one day; P5 comes back as an emergency, P6 after ten days;
# S9 is charged for nine beds on one day and too dear a test where stays are paid per case.
SETTLEMENT = """
setl_id,mdtrt_id,psn_no,psn_name,certno,gend,brdy,fixmedins_code,med_type,begndate,enddate,dise_codg,dise_name,medfee_sumamt,fund_pay_sumamt,acct_pay,adm_way,atddr_no
S1,M1,P100000001,张三丰,110101195001011234,1,1950-01-01,H1,21,2025-03-01,2025-03-08,J18.900,肺炎,3000,2000,0,2,D1
S2,M2,P100000001,张三丰,110101195001011234,1,1950-01-01,H1,21,2025-03-10,2025-03-17,J18.000,支气管肺炎,2500,1500,100,2,D1
S3,M3,P100000002,李四,110101196001011234,2,1960-01-01,H1,11,2025-03-10,2025-03-10,K29.500,慢性胃炎,200,100,0,2,D1
S4,M4,P100000003,王五,110101197001011234,1,1970-01-01,H1,21,2025-04-01,2025-04-05,I10.x00,高血压,4000,2000,0,2,D1
S5,M5,P100000005,赵六,110101198001011234,1,1980-01-01,H1,21,2025-05-01,2025-05-08,J18.900,肺炎,3000,2000,0,2,D1
S6,M6,P100000005,赵六,110101198001011234,1,1980-01-01,H1,21,2025-05-10,2025-05-17,J18.900,肺炎,2500,1500,0,1,D1
S7,M7,P100000006,钱七,110101199001011234,1,1990-01-01,H1,21,2025-06-01,2025-06-05,J18.900,肺炎,3000,2000,0,2,D1
S8,M8,P100000006,钱七,110101199001011234,1,1990-01-01,H1,21,2025-06-15,2025-06-19,J18.900,肺炎,2000,1000,0,2,D1
S9,M9,P100000007,周八,110101199201011234,1,1992-01-01,H2,21,2025-07-01,2025-07-05,I10.x00,高血压,1000,700,0,2,D2
"""
LINES = "feedetl_sn,setl_id,fee_ocur_time,med_list_codg,med_list_name,med_chrgitm_type,cnt,pric,det_item_fee_sumamt,bilg_dr_codg"
BEDS = "\n".join(
    f"F{i:02},S4,2025-04-02 08:{i:02}:00,B1,普通床位费,01,1,{30 + i / 100:.2f},{30 + i / 100:.2f},D1"
    for i in range(40)
)
OTHERS = """
F90,S1,2025-03-02 09:00:00,X1,血常规,04,1,20,20,D1
F91,S2,2025-03-11 09:00:00,X1,血常规,04,1,20,20,D1
F92,S9,2025-07-02 09:00:00,B1,普通床位费,01,9,30,270,D2
F93,S9,2025-07-02 09:00:00,X2,心电图,03,1,80,80,D2
"""
INSTITUTION = "fixmedins_code,fixmedins_name,fixmedins_type,hosp_lv,payment_way\nH1,青禾县人民医院,1,2,按项目\nH2,县中医院,1,2,按病种\n"
PRICE_LIMIT = "med_list_codg,hosp_lv,lmt_pric\nX2,2,50\n"
DOCTOR = "dr_codg,dr_name,fixmedins_code,dept\nD1,孙医生,H1,内科\n"


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("county")
    tables = {
        "settlement": SETTLEMENT,
        "fee_item": f"{LINES}\n{BEDS}{OTHERS}",
        "institution": INSTITUTION,
        "doctor": DOCTOR,
        "price_limit": PRICE_LIMIT,
    }
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text.strip() + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def run(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    speak("zh")
    out = tmp_path_factory.mktemp("runs") / "run"
    audit_to(out, [county], Plan())
    return out
