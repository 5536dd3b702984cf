"""The Spark engine does what the DuckDB engine does, and tells its failures in words."""

from __future__ import annotations

from hashlib import md5
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from medaudit.engine.spark import STAGING, SparkEngine
from tests.spark_session import session

pytestmark = pytest.mark.spark


def test_what_is_kept_is_read_again(spark: SparkEngine) -> None:
    spark.keep("kept", "SELECT 1 AS a, 'x' AS b, NULL AS nothing")
    assert spark.rows("SELECT a, b, nothing FROM kept") == [(1, "x", None)]
    assert spark.columns("kept") == {"a": "INTEGER", "b": "VARCHAR", "nothing": "VARCHAR"}


def test_a_staging_folder_elsewhere_is_emptied_at_the_end(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    engine = SparkEngine(tmp_path / "run" / "staging", session(), conf={STAGING: str(elsewhere)})
    engine.keep("kept", "SELECT 1 AS a")
    assert list(elsewhere.glob("*/kept/part-*.parquet"))
    engine.close()
    assert list(elsewhere.iterdir()) == []


def test_a_large_dictionary_comes_over_as_it_was(spark: SparkEngine, tmp_path: Path) -> None:
    # Nine thousand texts of 64 letters, each met many times: a dictionary of more than half a megabyte.
    told = "SELECT n, text FROM numbers ORDER BY n"
    texts = [md5(b"%d" % n).hexdigest() + md5(b"%d" % -n).hexdigest() for n in range(9_000)]
    rows = {"n": list(range(90_000)), "text": texts * 10}
    table = pa.table(rows)
    spark.put("numbers", table.schema, table.to_batches())
    spark.write(tmp_path / "written.parquet", told)
    assert pq.read_table(tmp_path / "written.parquet").to_pydict() == rows
    assert sum(batch.num_rows for batch in spark.batches(told)) == 90_000


def test_a_value_is_looked_up_in_a_dictionary_packed_with_lz4_by_another_tool(
    spark: SparkEngine, tmp_path: Path
) -> None:
    # More than eight kilobytes of different texts: parquet-java unpacks them in pieces, which LZ4_RAW does not bear.
    texts = [md5(b"%d" % n).hexdigest() for n in range(5_000)]
    path = tmp_path / "lines.parquet"
    pq.write_table(pa.table({"text": texts * 10}), path, compression="lz4")
    spark.show("lines", [path])
    assert spark.value(f"SELECT count(*) FROM lines WHERE text = '{texts[4_999]}'") == 10
