"""What only Spark reads becomes the same records, row for row, as files that DuckDB reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from medaudit.engine.duckdb import DuckEngine
from medaudit.engine.spark import SparkEngine
from medaudit.errors import MedauditError
from medaudit.records.load import Records, keep_rejects, load
from medaudit.runs.plan import Plan, engine_of
from medaudit.settings import Settings
from tests.records.conftest import FEE_ITEM, SETTLEMENT, Load, line, settlement, text
from tests.spark_session import session

pytestmark = pytest.mark.spark

# As people, databases and spreadsheets write them; what cannot be read is one of them.
MOMENTS = [
    "2025-01-05", "2025-01-05 08:30:00", "2025-1-5 8:30", "2025-01-05T08:30:00", "2025/1/5", "2025/01/05 08:30:15",
    "20250105", "20250105083000", "20250105 08:30", "2025.1.5", "2025年1月5日", "2025年01月05日 08时30分", "45662", "45662.5",
    "5-JAN-25", "05-1月-25", "２０２５-０１-０５", "2025", "2025-01", "1900-01-01", "不详", "2025-02-30", "12345", "0001-01-01",
    "2025-01-05 08:30 PM", "2025/1/5 8:30:00pm ", "2025/1/5 下午 8:30:00", "2025年1月5日 上午12:05", "2025-01-05 20:30 PM",
]  # fmt: skip
FIGURES = [
    "1",
    "1.235",
    "-0.005",
    "1,234.50",
    "￥12.5",
    "１２.５",
    " 7 ",
    "1e3",
    "abc",
    ".5",
    "5.",
    "+3",
    "--",
    "99999999999999999",
]
CODES = ["0101", "1.23E+12", "１", "男", "1.0", " 2 ", "H/1"]


def rows_of(told: DuckEngine | SparkEngine, table: str) -> list[tuple[Any, ...]]:
    columns = ", ".join(name for name in told.columns(table))
    return sorted(told.rows(f"SELECT {columns} FROM {table}"), key=repr)


def as_text(rows: Sequence[Mapping[str, Any]]) -> Any:
    """Rows as a Spark frame of texts."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    values = [tuple(row.get(name) or None for name in columns) for row in rows]
    return session().createDataFrame(values, ", ".join(f"`{name}` string" for name in columns))


@pytest.fixture
def at_address(tmp_path: Path, spark: SparkEngine) -> Iterator[Any]:
    """Writes frames as Parquet in folders of an address and loads that with Spark."""

    def load_all(**frames: Any) -> Records:
        for name, frame in frames.items():
            frame.write.parquet(f"{tmp_path.as_uri()}/far/{name}")
        return load([f"{tmp_path.as_uri()}/far"], Settings(), spark)

    yield load_all


def test_every_form_of_a_value_is_read_as_duckdb_reads_it(
    loaded: Load, at_address: Any, spark: SparkEngine
) -> None:
    settlements = [settlement(i, begndate=m, setl_time=m) for i, m in enumerate(MOMENTS)]
    settlements += [
        settlement(100 + i, medfee_sumamt=f, psn_cash_pay=f) for i, f in enumerate(FIGURES)
    ]
    settlements += [
        settlement(200 + i, gend=c, hosp_lv=c, dise_codg=c) for i, c in enumerate(CODES)
    ]
    lines = [line(i, fee_ocur_time=m, upload_time=m) for i, m in enumerate(MOMENTS)]
    lines += [line(100 + i, cnt=f, prd_days=f, inscp_amt=f) for i, f in enumerate(FIGURES)]
    quoted = {
        name: text(*rows, sep="\t")
        for name, rows in (("settlement.tsv", settlements), ("fee_item.tsv", lines))
    }
    near = loaded(quoted)
    far = at_address(settlement=as_text(settlements), fee_item=as_text(lines))
    for table in ("settlement", "fee_item"):
        assert rows_of(spark, table) == rows_of(near.engine, table)
        assert vars(far.accounts[table]) == vars(near.records.accounts[table])


def test_figures_and_moments_that_have_types_are_taken_as_they_are(
    loaded: Load, at_address: Any, spark: SparkEngine, tmp_path: Path
) -> None:
    import pandas as pd

    figures = [12.345, 1.005, 2.675, 0.1, 1e10, 3.5, None]
    rows = {
        "setl_id": [float(i) for i in range(7)],
        "psn_no": [Decimal(i) for i in range(7)],
        "fixmedins_code": ["H1"] * 7,
        "med_type": [11] * 7,
        "begndate": [dt.date(2025, 1, 5)] * 7,
        "enddate": [dt.datetime(2025, 1, 5, 23, 30)] * 7,
        "medfee_sumamt": figures,
        "fund_pay_sumamt": [1.0] * 7,
        "refd_setl_flag": [False] * 7,
    }
    frame = pd.DataFrame(rows)
    frame.to_parquet(tmp_path / "settlement.parquet")
    near = loaded(None, tmp_path / "settlement.parquet")
    far = at_address(settlement=session().read.parquet(f"{tmp_path.as_uri()}/settlement.parquet"))
    assert rows_of(spark, "settlement") == rows_of(near.engine, "settlement")
    assert far.accounts["settlement"].rejects == {"missing": 1}
    amounts = sorted(row[0] for row in spark.rows("SELECT medfee_sumamt FROM settlement"))
    assert amounts == [
        Decimal(x) for x in ("0.10", "1.01", "2.68", "3.50", "12.35", "10000000000.00")
    ]


def test_an_instant_is_what_a_clock_in_china_showed(at_address: Any, spark: SparkEngine) -> None:
    frame = as_text([settlement()]).selectExpr(
        *(f"`{name}`" for name in SETTLEMENT),
        "timestamp_micros(1736037000000000) AS setl_time",  # 2025-01-05 00:30 in UTC
    )
    at_address(settlement=frame)
    assert spark.value("SELECT setl_time FROM settlement") == dt.datetime(2025, 1, 5, 8, 30)


def test_a_reject_names_its_file_and_its_row(at_address: Any, spark: SparkEngine) -> None:
    rows = [settlement(i) for i in range(5)]
    rows[3]["begndate"] = "不详"
    records = at_address(settlement=as_text(rows).coalesce(1))
    keep_rejects(spark, records)
    ((file, at, column, reason),) = spark.rows(
        "SELECT file, line, column_name, reason FROM rejects"
    )
    assert "/far/settlement/part-" in file
    assert (at, column, reason) == (4, "begndate", "unreadable")


def test_a_folder_of_partitions_is_one_table_with_their_column(
    tmp_path: Path, spark: SparkEngine
) -> None:
    rows = [settlement(1, insuplc_admdvs="330101"), settlement(2, insuplc_admdvs="330102")]
    as_text(rows).write.partitionBy("insuplc_admdvs").parquet(f"{tmp_path.as_uri()}/settlement")
    records = load([f"{tmp_path.as_uri()}/settlement"], Settings(), spark)
    assert [source.table for source in records.sources] == ["settlement"]
    told = spark.rows("SELECT setl_id, insuplc_admdvs FROM settlement ORDER BY setl_id")
    assert told == [("S1", "330101"), ("S2", "330102")]


@pytest.fixture
def catalogue_table(tmp_path: Path) -> Iterator[str]:
    session().sql("CREATE DATABASE IF NOT EXISTS county")
    as_text([settlement(1), settlement(2)]).write.parquet(f"{tmp_path.as_uri()}/rows")
    session().sql(f"CREATE TABLE county.jz_bill USING parquet LOCATION '{tmp_path.as_uri()}/rows'")
    yield "county.jz_bill"
    session().sql("DROP TABLE county.jz_bill")
    session().sql("DROP DATABASE county")


def test_a_table_of_the_catalogue_is_what_the_command_says_it_is(
    catalogue_table: str, spark: SparkEngine
) -> None:
    records = load([], Settings(), spark, tables={"settlement": catalogue_table})
    assert records.accounts["settlement"].used == 2
    assert [source.name for source in records.sources] == [catalogue_table]


def test_tables_and_local_files_go_together(
    catalogue_table: str, spark: SparkEngine, tmp_path: Path
) -> None:
    (tmp_path / "fee_item.csv").write_text(
        text(FEE_ITEM, {**FEE_ITEM, "feedetl_sn": "F2", "cnt": "1", "x": "y,z"})
    )
    records = load(
        [tmp_path / "fee_item.csv"], Settings(), spark, tables={"settlement": catalogue_table}
    )
    # One line more than its header divides into is lost by name, not in silence.
    account = records.accounts["fee_item"]
    assert (account.read, account.used, account.rejects) == (2, 1, {"columns": 1})
    keep_rejects(spark, records)
    assert spark.rows("SELECT line, reason FROM rejects") == [(3, "columns")]


def test_everything_that_cannot_be_opened_is_told_at_once(
    spark: SparkEngine, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    places = [f"{tmp_path.as_uri()}/nowhere", f"{tmp_path.as_uri()}/empty", "nosuchscheme://x/y"]
    with pytest.raises(MedauditError) as told:
        load(places, Settings(), spark, tables={"settlement": "county.nowhere"})
    said = str(told.value)
    for words in (
        "county.nowhere: 目录里没有这张表",
        "没有这个地址",
        "里面没有 Parquet",
        "nosuchscheme",
    ):
        assert words in said
    assert "Exception in" not in said and "\n\tat " not in said


def test_a_table_that_is_none_of_ours_is_told_before_spark_starts(tmp_path: Path) -> None:
    with pytest.raises(MedauditError) as told:
        engine_of(Plan(engine="spark", tables={"setlement": "a.b", "nosuch": "c"}), tmp_path)
    said = str(told.value)
    assert "--table setlement=a.b" in said and "是不是 settlement？" in said
    assert "--table nosuch=c" in said


def test_duckdb_sends_an_address_and_a_table_to_spark(tmp_path: Path) -> None:
    engine = DuckEngine(tmp_path)
    with pytest.raises(MedauditError, match="--engine spark"):
        load(["hdfs://name/county"], Settings(), engine)
    engine.close()
