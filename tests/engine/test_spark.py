"""The Spark engine does what the DuckDB engine does, and tells its failures in words."""

from __future__ import annotations

from pathlib import Path

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
