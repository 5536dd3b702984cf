"""An audit by imported lists: which points bind on which day, and what the run says of them."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

import medaudit
from medaudit.library.bring import Order, bring
from medaudit.settings import Settings
from tests.library.sheets import CODES, catalogue
from tests.library.test_import import SEX, sheet

ACARBOSE = CODES["阿卡波糖片"][0]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A man and the same drug in two years."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "settlement.csv").write_text(
        "setl_id,psn_no,gend,brdy,fixmedins_code,med_type,begndate,enddate,medfee_sumamt,fund_pay_sumamt\n"
        "S24,P1,1,1970-01-01,H1,11,2024-03-03,2024-03-03,100,60\n"
        "S25,P1,1,1970-01-01,H1,11,2025-03-03,2025-03-03,100,60\n",
        "utf-8",
    )
    (folder / "fee_item.csv").write_text(
        "feedetl_sn,setl_id,fee_ocur_time,med_list_codg,med_list_name,med_chrgitm_type,cnt,pric,det_item_fee_sumamt\n"
        f"F24,S24,2024-03-03 09:00:00,{ACARBOSE},阿卡波糖片,09,1,100,100\n"
        f"F25,S25,2025-03-03 09:00:00,{ACARBOSE},阿卡波糖片,09,1,100,100\n",
        "utf-8",
    )
    return folder


def bring_in(tmp_path: Path, sex: str, batch: str, since: dt.date, *replaces: str) -> Path:
    path = sheet(tmp_path / f"{batch}.xlsx", SEX, ["阿卡波糖片", sex])
    into, items = tmp_path / "shelf", [catalogue(tmp_path)]
    bring(Order([path], into, batch, since, None, replaces, items), Settings())
    return into


def found(data: Path, shelf: Path) -> set[str]:
    told = medaudit.audit(data, knowledge=[shelf], select=["POL01"])
    return set(told.findings["setl_id"])


def test_a_point_binds_from_the_day_its_batch_is_valid(tmp_path: Path, data: Path) -> None:
    assert found(data, bring_in(tmp_path, "女", "甲", dt.date(2025, 1, 1))) == {"S25"}


def test_last_year_is_judged_by_last_years_list(tmp_path: Path, data: Path) -> None:
    bring_in(tmp_path, "女", "旧", dt.date(2024, 1, 1))
    assert found(data, bring_in(tmp_path, "男", "新", dt.date(2025, 1, 1), "旧")) == {"S24"}


def test_the_bureaus_own_catalogue_goes_before_a_list(tmp_path: Path, data: Path) -> None:
    (data / "catalogue.csv").write_text(
        f"med_list_codg,med_list_name,med_chrgitm_type,lmt_gend\n{ACARBOSE},阿卡波糖片,09,1\n",
        "utf-8",
    )
    assert found(data, bring_in(tmp_path, "女", "甲", dt.date(2024, 1, 1))) == set()


def test_a_catalogue_that_says_nothing_leaves_the_list_in_force(tmp_path: Path, data: Path) -> None:
    (data / "catalogue.csv").write_text(
        f"med_list_codg,med_list_name,med_chrgitm_type,lmt_gend\n{ACARBOSE},阿卡波糖片,09,\nX,别的,09,1\n",
        "utf-8",
    )
    assert found(data, bring_in(tmp_path, "女", "甲", dt.date(2024, 1, 1))) == {"S24", "S25"}


def test_the_run_names_the_batches_it_went_by(tmp_path: Path, data: Path) -> None:
    shelf = bring_in(tmp_path, "女", "甲", dt.date(2024, 1, 1))
    medaudit.audit(data, knowledge=[shelf], select=["POL01"], out=tmp_path / "run")
    told = json.loads((tmp_path / "run" / "run.json").read_text("utf-8"))["knowledge"]
    assert [batch["name"] for one in told for batch in one["batches"]] == ["甲"]


@pytest.mark.parametrize(
    ("limit", "diagnosis", "is_allowed"),
    [
        ("I10.x00", "I10.x00x002", True),
        ("I10.x00", "I10", True),
        ("I10.x00x002", "I10.x00x002", True),
        ("C50.900x001", "C50.900x001", True),
        ("E10～E14", "E11.900", True),
        ("C50.-、A17.0†", "A17.000", True),
        ("E10～E14、I10.x00", "C50.900", False),
    ],
)
def test_codes_as_the_insurers_write_them_allow_what_they_mean(
    tmp_path: Path, data: Path, limit: str, diagnosis: str, is_allowed: bool
) -> None:
    (data / "diagnosis.csv").write_text(
        f"setl_id,diag_code,diag_name,maindiag_flag\nS24,{diagnosis},病,1\nS25,{diagnosis},病,1\n",
        "utf-8",
    )
    path = sheet(tmp_path / "甲.xlsx", ["药品通用名", "诊断编码"], ["阿卡波糖片", limit])
    bring(
        Order([path], tmp_path / "shelf", "甲", None, None, (), [catalogue(tmp_path)]), Settings()
    )
    told = medaudit.audit(data, knowledge=[tmp_path / "shelf"], select=["POL05"])
    assert (len(told.findings) == 0) == is_allowed
