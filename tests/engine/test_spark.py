"""The Spark engine does what the DuckDB engine does, and tells its failures in words."""

from __future__ import annotations

import pytest

from medaudit.engine.spark import SparkEngine

pytestmark = pytest.mark.spark


def test_what_is_kept_is_read_again(spark: SparkEngine) -> None:
    spark.keep("kept", "SELECT 1 AS a, 'x' AS b, NULL AS nothing")
    assert spark.rows("SELECT a, b, nothing FROM kept") == [(1, "x", None)]
    assert spark.columns("kept") == {"a": "INTEGER", "b": "VARCHAR", "nothing": "VARCHAR"}
