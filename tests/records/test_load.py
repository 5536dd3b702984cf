"""Files as they come: whatever their form, every row is accounted for and means what it meant."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from medaudit.errors import MedauditError
from medaudit.settings import Settings
from tests.records.conftest import CHINESE, FEE_ITEM, SETTLEMENT, Load, line, settlement, text

FIVE_KINDS = {
    "UTF-8": lambda t: t.encode(),
    "UTF-8 with a byte-order mark": lambda t: t.encode("utf-8-sig"),
    "GB18030": lambda t: t.encode("gb18030"),
    "UTF-16": lambda t: t.encode("utf-16"),
}


def sheet(*rows: Sequence[Any], title: str = "结算", merged: Sequence[str] = ()) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    page.title = title
    for row in rows:
        page.append(row)
    for cells in merged:
        page.merge_cells(cells)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def parquet(**columns: Any) -> bytes:
    held = io.BytesIO()
    pq.write_table(pa.table(columns), held)
    return held.getvalue()


def packed(*members: tuple[str, bytes], names: str = "utf-8") -> bytes:
    """A zip; with `names` = gb18030 as Windows writes it, without saying what the names are in."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in members:
            plain = name if names == "utf-8" else "@" * len(name.encode(names))
            archive.writestr(plain, content)
    data = held.getvalue()
    for name, _ in members if names != "utf-8" else ():
        data = data.replace(b"@" * len(name.encode(names)), name.encode(names))
    return data


# ---- encodings, packings, line ends ----


@pytest.mark.parametrize("kind", FIVE_KINDS)
def test_chinese_text_is_read_in_every_encoding_it_comes_in(loaded: Load, kind: str) -> None:
    given = text(settlement(dise_name="高血压病"), **CHINESE)
    told = loaded({"结算表.csv": FIVE_KINDS[kind](given)})
    assert told.values("dise_name") == ["高血压病"]


def test_a_few_bytes_that_are_no_character_cost_neither_the_file_nor_the_other_names(
    loaded: Load,
) -> None:
    given = text(*(settlement(i, dise_name="高血压病") for i in range(500))).encode()
    given += b",".join([b"S900", *(v.encode() for v in [*SETTLEMENT.values()][1:]), b"\xff\xfe"])
    told = loaded({"settlement.csv": given + b"\n"})
    assert told.account().used == 501
    assert told.values("count(DISTINCT dise_name)") == [2]
    assert told.records.sources[0].replaced == 2


def test_a_key_of_bytes_that_are_no_character_far_down_a_large_file_is_rejected(
    loaded: Load,
) -> None:
    given = text(*(settlement(i, dise_name="感冒" * 20) for i in range(40_000))).encode()
    assert len(given) > 5_000_000
    told = loaded({"settlement.csv": given.replace(b"S39999,", b"S\xff\xff,")})
    assert told.account().used == 39_999
    assert told.account().rejects == {"garbled": 1}


def test_text_that_is_in_no_known_encoding_is_refused_by_name(loaded: Load) -> None:
    with pytest.raises(MedauditError, match=r"settlement\.csv: 编码"):
        loaded({"settlement.csv": text(settlement()).encode() + bytes(range(128, 256)) * 50})


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_read(loaded: Load, end: str) -> None:
    told = loaded({"settlement.csv": text(settlement(1), settlement(2), end=end)})
    assert told.values("setl_id") == ["S1", "S2"]


def test_line_ends_of_two_kinds_in_one_file_are_read(loaded: Load) -> None:
    head, *rows = text(settlement(1), settlement(2), settlement(3)).splitlines()
    told = loaded({"settlement.csv": "\r\n".join([head, rows[0], ""]) + "\n".join(rows[1:])})
    assert told.values("setl_id") == ["S1", "S2", "S3"]


def test_gzip_and_zip_are_read_in_place(loaded: Load) -> None:
    told = loaded(
        {
            "settlement.csv.gz": gzip.compress(text(settlement(1)).encode()),
            "fees.zip": packed(("2025/fee_list_d.csv", text(line(1)).encode())),
        }
    )
    assert told.account().used == told.account("fee_item").used == 1


def test_the_members_of_a_zip_are_known_by_their_chinese_names(loaded: Load) -> None:
    data = packed(("数据/结算信息.csv", text(settlement(1)).encode()), names="gb18030")
    told = loaded({"data.zip": data})
    assert told.records.sources[0].name.endswith("data.zip›数据/结算信息.csv")
    assert told.account().used == 1


def test_a_member_of_a_zip_that_is_not_read_is_named(loaded: Load) -> None:
    data = packed(("a.csv", text(settlement(1)).encode()), ("b.xlsx", b"x"))
    told = loaded({"data.zip": data})
    assert [one.name.rpartition("/")[2] for one in told.records.recognised.unread] == [
        "data.zip›b.xlsx"
    ]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.csv.gz", gzip.compress(b"abc,def\n" * 9000)[:-20], "不完整或已损坏"),
        ("a.zip", b"PK\x03\x04 and no more", "不完整或已损坏"),
        ("a.parquet", parquet(setl_id=["S1"])[:-30], "不完整或已损坏"),
        ("a.xlsx", b"not a workbook", "已损坏、加密或不是这种格式"),
    ],
)
def test_a_damaged_file_stops_the_audit_even_inside_a_folder(
    loaded: Load, name: str, content: bytes, why: str
) -> None:
    with pytest.raises(MedauditError, match=why) as error:
        loaded({"settlement.csv": text(settlement()), name: content})
    assert name in error.value.problems[0].where


def test_a_parquet_file_whose_pages_are_damaged_is_named(loaded: Load) -> None:
    good = parquet(
        **{name: [value] for name, value in SETTLEMENT.items()}, dise_name=["x" * 50_000]
    )
    bad = good[:60] + b"\xff" * 40 + good[100:]
    with pytest.raises(MedauditError, match=r"b\.parquet: Parquet 文件不完整或已损坏"):
        loaded({"settlement.csv": text(settlement()), "settlement_b.parquet": bad})


# ---- delimited text ----


@pytest.mark.parametrize("sep", [",", "\t", ";", "|"])
def test_the_delimiter_is_found(loaded: Load, sep: str) -> None:
    told = loaded({"settlement.txt": text(settlement(1), settlement(2), sep=sep)})
    assert told.account().used == 2


def test_notes_and_blank_lines_above_the_header_are_passed_over(loaded: Load) -> None:
    notes = '青禾县医保局结算数据,,\n"导出时间: 2025-03-01,\n制表: 信息科"\n\n'
    told = loaded({"a.csv": notes + text(settlement(1), settlement(2, begndate="?"), **CHINESE)})
    assert told.values("setl_id") == ["S1"]


def test_a_heading_merged_over_two_lines_is_read_as_one(loaded: Load) -> None:
    given = (
        "结算ID,人员编号,医院编码,医疗类别,就诊,,费用,\n"
        ",,,,入院日期,出院日期,医疗费总额,基金支付总额\n" + ",".join(SETTLEMENT.values()) + "\n"
    )
    assert loaded({"a.csv": given}).values("medfee_sumamt") == [100]


def test_a_short_or_a_long_row_is_rejected_at_its_line_and_the_others_stay(loaded: Load) -> None:
    head, *rows = text(*map(settlement, range(1, 6))).splitlines()
    rows[1] += ",more,cells"
    rows[3] = "S4,P1"
    told = loaded({"settlement.csv": "\n".join([head, *rows]) + "\n"})
    assert told.values("setl_id") == ["S1", "S3", "S5"]
    assert told.rejects() == [(3, "", "columns"), (5, "", "columns")]


def test_a_comma_at_the_end_of_every_row_is_no_column(loaded: Load) -> None:
    given = text(settlement(1), settlement(2)).replace("\n", ",\n")
    assert loaded({"settlement.csv": given}).account().used == 2
    head, rest = given.split(",\n", 1)
    assert loaded({"settlement.csv": f"{head}\n{rest}"}).account().used == 2


def test_an_unpaired_quotation_mark_costs_no_row_but_its_own(loaded: Load) -> None:
    rows = [settlement(i, dise_name="感冒") for i in range(1, 300)]
    rows[5]["dise_name"] = '"感冒'
    rows[9]["dise_name"] = '感冒"'
    rows[20]["dise_name"] = '"感冒, 咳嗽'
    rows[30]["dise_name"] = '"感"冒'
    told = loaded({"settlement.csv": text(*rows)})
    assert told.account().read == 299
    assert told.rejects() == [(22, "", "columns")]
    assert told.values("DISTINCT dise_name") == ["感冒", '感冒"']


def test_quoted_cells_keep_their_commas_quotes_and_line_breaks(loaded: Load) -> None:
    rows = [settlement(i) | {"dise_name": "x"} for i in range(1, 5)]
    rows[0]["dise_name"] = '"肺炎, 重症"'
    rows[1]["dise_name"] = '"所谓""感冒"""'
    rows[2]["dise_name"] = '"高血压\n糖尿病"'
    told = loaded({"settlement.csv": text(*rows)})
    assert told.values("dise_name") == ["x", '所谓"感冒"', "肺炎, 重症", "高血压 糖尿病"]


def test_rows_without_anything_in_them_are_no_records(loaded: Load) -> None:
    told = loaded({"settlement.csv": text(settlement(1)) + ",,,,,,,\n\n,,,,,,,\n"})
    assert (told.account().read, told.account().used) == (1, 1)


def test_a_line_of_totals_is_rejected_not_audited(loaded: Load) -> None:
    told = loaded({"settlement.csv": text(settlement(1)) + "合计,,,,,,100,60\n"})
    assert told.account().rejects == {"missing": 1}


def test_a_header_that_stands_again_in_the_midst_is_rejected(loaded: Load) -> None:
    told = loaded({"settlement.csv": text(settlement(1)) + text(settlement(2))})
    assert told.account().rejects == {"unreadable": 1}
    assert told.values("setl_id") == ["S1", "S2"]


def test_what_programs_write_for_nothing_is_nothing(loaded: Load) -> None:
    rows = [
        settlement(i, certno=word) for i, word in enumerate(["NULL", "nan", "None", "\\N", " "])
    ]
    assert loaded({"settlement.csv": text(*rows)}).values("count(certno)") == [0]


def test_a_table_of_a_header_alone_is_read_as_no_rows(loaded: Load) -> None:
    told = loaded({"settlement.csv": text(settlement()).splitlines()[0] + "\n"})
    assert (told.account().read, told.records.lacks("settlement")) == (0, True)


# ---- spreadsheets ----


def test_dates_numbers_and_codes_of_a_workbook_are_what_they_look_like(loaded: Load) -> None:
    row = ["S1", 1001.0, "H1", 11, dt.datetime(2025, 1, 5, 8, 30), 45663.5, "1,000.50", "￥60"]
    told = loaded({"结算.xlsx": sheet([*SETTLEMENT], row)})
    (found,) = told.rows("psn_no, med_type, begndate, enddate, medfee_sumamt, fund_pay_sumamt")
    assert [str(value) for value in found] == [
        "1001", "11", "2025-01-05", "2025-01-06", "1000.50", "60.00",
    ]  # fmt: skip


def test_titles_merged_headings_blank_rows_and_totals_of_a_workbook_are_seen_through(
    loaded: Load,
) -> None:
    first = ["结算ID", "人员编号", "机构编码", "医疗类别", "就诊", None, "费用", None]
    second = [None, None, None, None, "开始日期", "结束日期", "医疗费总额", "基金支付总额"]
    data = sheet(
        ["某县结算明细表"], [], first, second, [*SETTLEMENT.values()], [None] * 8,
        ["合计", None, None, None, None, None, 100, 60],
        merged=["A1:H1", "A3:A4", "B3:B4", "C3:C4", "D3:D4", "E3:F3", "G3:H3"],
    )  # fmt: skip
    told = loaded({"a.xlsx": data})
    assert told.values("setl_id") == ["S1"]
    assert told.rejects() == [(7, "psn_no", "missing")]


def test_a_code_that_a_spreadsheet_turned_into_a_number_is_never_used(loaded: Load) -> None:
    told = loaded(
        {
            "settlement.csv": text(
                settlement(1, certno="4.2E+17"),
                settlement(2, psn_no="1.23E+12"),
                settlement(3, certno="110101199001011234"),
            ),
        }
    )
    assert told.account().rejects == {"spreadsheet": 1}
    assert told.account().unread == {"certno": 1}
    assert told.values("certno") == ["110101199001011234", None]
    numbers = sheet([*SETTLEMENT], ["S1", 1.23456789012346e17, *[*SETTLEMENT.values()][2:]])
    assert loaded({"结算.xlsx": numbers}).account().rejects == {"spreadsheet": 1}


# ---- values ----


@pytest.mark.parametrize(
    "form",
    [
        "2025-01-05", "20250105", "2025/1/5", "2025/1/5 8:30", "2025/01/05 08:30:59", "2025-1-5 8:30",
        "2025.01.05", "2025年1月5日", "2025年01月05日 08时30分", "45662", "45662.354", "20250105083000",
        "2025-01-05T08:30:00+08:00", "2025-01-05 00:30:00.000", "２０２５-０１-０５", "２０２５/１/５", "05-JAN-25",
        "05-1月 -25", " 2025-01-05 ",
    ],
)  # fmt: skip
def test_a_date_is_read_in_the_forms_people_have(loaded: Load, form: str) -> None:
    told = loaded({"settlement.csv": text(settlement(begndate=form, setl_time=form))})
    assert told.values("begndate") == [dt.date(2025, 1, 5)]
    assert told.values("CAST(setl_time AS DATE)") == [dt.date(2025, 1, 5)]


@pytest.mark.parametrize(
    "form",
    [
        "2025-01-05 08:30 PM", "2025/1/5 8:30:00 PM", "2025/1/5 8:30pm ", "2025/1/5 下午 8:30:00", "2025/1/5 下午8:30",
        "2025年1月5日 下午8:30", "２０２５/１/５ 下午 ８:３０",
    ],
)  # fmt: skip
def test_half_past_eight_in_the_evening_is_not_the_morning(loaded: Load, form: str) -> None:
    told = loaded({"settlement.csv": text(settlement(setl_time=form))})
    assert told.values("setl_time") == [dt.datetime(2025, 1, 5, 20, 30)]


@pytest.mark.parametrize("form", ["2025-01-05 12:05 AM", "2025/1/5 上午 12:05:00"])
def test_midnight_on_a_twelve_hour_clock_is_the_day_s_beginning(loaded: Load, form: str) -> None:
    told = loaded({"settlement.csv": text(settlement(setl_time=form))})
    assert told.values("setl_time") == [dt.datetime(2025, 1, 5, 0, 5)]


@pytest.mark.parametrize(
    "form",
    ["2025-01-05 20:30 PM", "5/1/2025", "202501", "2025-02-30", "0000-00-00", "1900-01-01", "昨天"],
)
def test_a_date_that_could_mean_anything_or_nothing_is_never_guessed(
    loaded: Load, form: str
) -> None:
    told = loaded(
        {"settlement.csv": text(settlement(1, begndate=form), settlement(2, setl_time=form))}
    )
    assert told.rejects() == [(2, "begndate", "unreadable")]
    assert told.account().unread == {"setl_time": 1}


def test_a_stay_that_ends_in_the_year_9999_is_rejected_before_it_has_a_million_days(
    loaded: Load,
) -> None:
    told = loaded({"settlement.csv": text(settlement(enddate="9999-12-31"))})
    assert told.rejects() == [(2, "enddate", "unreadable")]


def test_money_is_read_with_separators_signs_and_full_width_digits(loaded: Load) -> None:
    forms = ["1,234.50", "￥1234.5", "１２３４．５０", "1234.499999", " 1234.5 ", "1.2345E+03"]
    rows = [settlement(i, medfee_sumamt=f'"{form}"') for i, form in enumerate(forms)]
    told = loaded({"settlement.csv": text(*rows)})
    assert told.values("DISTINCT CAST(medfee_sumamt AS VARCHAR)") == ["1234.50"]


def test_parquet_of_every_type_means_what_its_text_would(loaded: Load) -> None:
    shanghai = pa.timestamp("us", tz="Asia/Shanghai")
    told = loaded(
        {
            "settlement.parquet": parquet(
                setl_id=[b"S1"],
                psn_no=[1001.0],
                fixmedins_code=pa.array(["H1"]).dictionary_encode(),
                med_type=[11],
                begndate=[20250105],
                # 17:30 in Greenwich is half past one on the next day in China
                enddate=pa.array([dt.datetime(2025, 1, 5, 17, 30)], shanghai),
                medfee_sumamt=[100.1],
                fund_pay_sumamt=pa.array([60], pa.int64()),
                certno=[float("nan")],
                vali_flag=[True],
                gend=["男"],
            )
        }
    )
    (found,) = told.rows(
        "setl_id, psn_no, begndate, enddate, medfee_sumamt, certno, vali_flag, gend"
    )
    assert [str(value) for value in found] == [
        "S1", "1001", "2025-01-05", "2025-01-06", "100.10", "None", "1", "1",
    ]  # fmt: skip


def test_void_rows_absurd_counts_and_stays_that_end_before_they_begin_are_rejected_with_their_reason(
    loaded: Load,
) -> None:
    told = loaded(
        {
            "settlement.csv": text(
                settlement(1, vali_flag="1"),
                settlement(2, vali_flag="0"),
                settlement(3, vali_flag="1", enddate="2025-01-04"),
            ),
            "fee_item.csv": text(line(1), line(2, cnt="99999999", pric="100"), line(3, cnt="abc")),
        }
    )
    assert told.account().rejects == {"void": 1, "before_admission": 1}
    assert told.account("fee_item").rejects == {"absurd": 1, "unreadable": 1}


def test_codes_of_settings_come_before_ours(loaded: Load) -> None:
    given = {"settlement.csv": text(settlement(1, hosp_lv="01"), settlement(2, hosp_lv="三级甲等"))}
    told = loaded(given)
    assert told.values("hosp_lv") == ["3", None]
    assert told.account().unread == {"hosp_lv": 1}
    assert loaded(given, settings=Settings(codes={"hosp_lv": {"01": "1"}})).values("hosp_lv") == [
        "1",
        "3",
    ]


# ---- which file is which ----


def test_several_files_of_one_table_are_combined_by_the_names_of_their_columns(
    loaded: Load,
) -> None:
    told = loaded(
        {
            "settlement_1.csv": text(settlement(1)),
            "2024年结算.csv": text(dict(reversed(settlement(2, hosp_lv="3").items())), **CHINESE),
        }
    )
    assert told.rows("setl_id, hosp_lv") == [("S1", None), ("S2", "3")]


def test_a_file_is_known_by_its_columns_when_its_name_says_nothing(loaded: Load) -> None:
    told = loaded({"export_0815.csv": text(settlement()), "export_0816.csv": text(line())})
    assert [source.table for source in told.records.sources] == ["settlement", "fee_item"]


def test_a_file_named_twice_is_read_once(loaded: Load, tmp_path: Path) -> None:
    path = tmp_path / "settlement.csv"
    path.write_text(text(settlement()))
    assert loaded(None, path, tmp_path).account().read == 1


def test_a_file_that_is_no_table_is_passed_over_in_a_folder_and_refused_by_name(
    loaded: Load, tmp_path: Path
) -> None:
    told = loaded(
        {"settlement.csv": text(settlement()), "holidays.csv": "day,name\n2025-01-01,元旦\n"}
    )
    assert len(told.records.recognised.unread) == 1
    path = tmp_path / "holidays.csv"
    path.write_text("day,name\n2025-01-01,元旦\n")
    with pytest.raises(MedauditError, match=r"holidays\.csv: 文件名和列名都认不出"):
        loaded({"settlement.csv": text(settlement())}, path)


def test_everything_that_is_wrong_is_told_at_once(loaded: Load, tmp_path: Path) -> None:
    with pytest.raises(MedauditError) as error:
        loaded(
            {
                "settlement.csv": text(settlement(), psn_no="人员编好", medfee_sumamt="医疗总费"),
                "fee.parquet": b"PAR1",
            },
            tmp_path / "gone.csv",
        )
    told = str(error.value)
    for part in (
        "gone.csv",
        "fee.parquet",
        '"人员编好" = "psn_no"',
        '"医疗总费" = "medfee_sumamt"',
    ):
        assert part in told


def test_nothing_but_missing_files_is_one_problem_each(loaded: Load, tmp_path: Path) -> None:
    with pytest.raises(MedauditError) as error:
        loaded(None, tmp_path / "gone.csv")
    assert len(error.value.problems) == 1


def test_a_fee_file_without_a_required_column_leaves_the_settlements_standing(loaded: Load) -> None:
    given = {name: value for name, value in FEE_ITEM.items() if name != "cnt"}
    told = loaded({"settlement.csv": text(settlement()), "fee_item.csv": text(given)})
    assert told.account("fee_item").rejects == {"no_column": 1}
    assert told.records.lacks("fee_item")


def test_what_the_visit_table_lends_is_not_lacking(loaded: Load) -> None:
    told = loaded(
        {
            "settlement.csv": text(settlement(mdtrt_id="M1")),
            "mdtrt_d.csv": "mdtrt_id,dscg_way,gend\nM1,5,女\n",
        }
    )
    assert told.rows("dscg_way, gend") == [("5", "2")]
    assert not told.records.lacks("settlement.dscg_way")
    assert told.records.lacks("settlement.certno")
