"""Spark's failures in a user's words: the kind of error and never the record, and what stops everything."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from medaudit.engine import OutOfMemory, SQLFailed
from medaudit.engine.spark import SparkEngine
from medaudit.errors import MedauditError
from medaudit.language import speak

ROOT = Path(__file__).parent.parent.parent


def said(text: str) -> MedauditError:
    """What becomes of an error of Java with this text."""
    from py4j.protocol import Py4JError

    from medaudit.engine.spark_words import in_words

    with pytest.raises(MedauditError) as failed, in_words():
        raise Py4JError(text)
    return failed.value


STAGE = (
    "An error occurred while calling o70.parquet.\n: org.apache.spark.SparkException: "
    "Job aborted due to stage failure: Task 0 in stage 1.0 failed 4 times, most recent failure: "
)
NAMED = {
    "a bad cast": (
        STAGE
        + "org.apache.spark.SparkNumberFormatException: [CAST_INVALID_INPUT] The value '张三 13800000000' of the type",
        "CAST_INVALID_INPUT",
    ),
    "an overflow with a subclass": (
        "org.apache.spark.SparkArithmeticException: [NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION]  98765432.10 cannot be",
        "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION",
    ),
    "a task that failed as it wrote": (
        STAGE + "org.apache.spark.SparkException: [TASK_WRITE_FAILED] Task failed while writing rows to file:/x.\n"
        "\tat org.apache.spark\nCaused by: org.apache.spark.SparkArithmeticException: [DIVIDE_BY_ZERO] Division by zero.",
        "DIVIDE_BY_ZERO",
    ),
    "an error of ours": (
        "org.apache.spark.SparkRuntimeException: [USER_RAISED_EXCEPTION] CAST_INVALID_INPUT SQLSTATE: P0001",
        "CAST_INVALID_INPUT",
    ),
    "an old error with a number": (
        "org.apache.spark.SparkException: [_LEGACY_ERROR_TEMP_2046] [张三] of 13800000000",
        "_LEGACY_ERROR_TEMP_2046",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "name"), NAMED.values(), ids=NAMED)
def test_an_error_about_a_value_is_told_by_its_name_alone(text: str, name: str) -> None:
    told = said(text)
    assert isinstance(told, SQLFailed)
    assert str(told) == f"语句执行失败：{name}"


@pytest.mark.parametrize(
    "text",
    [
        STAGE + "java.io.IOException: No space left on device",
        STAGE + "org.apache.hadoop.fs.FSError: java.io.IOException: Disk quota exceeded",
    ],
)
def test_a_full_disk_says_what_to_do_and_stops_everything(text: str) -> None:
    told = said(text)
    assert "磁盘已满" in str(told)
    assert "--out" in str(told)
    assert not isinstance(told, (SQLFailed, OutOfMemory))


@pytest.mark.parametrize(
    "text",
    [
        STAGE + "java.lang.OutOfMemoryError: Java heap space",
        STAGE + "org.apache.spark.memory.SparkOutOfMemoryError: [UNABLE_TO_ACQUIRE_MEMORY] Unable to acquire 64 bytes",
        "org.apache.spark.SparkException: [_LEGACY_ERROR_TEMP_2250] Not enough memory to build and broadcast the table",
    ],
    ids=["Java's", "Spark's", "a broadcast's"],
)  # fmt: skip
def test_a_lack_of_memory_is_the_statements_own(text: str) -> None:
    told = said(text)
    assert isinstance(told, OutOfMemory)
    assert "--memory-limit" in str(told)
    assert "spark.executor.memory" in str(told)


LOST = {
    "an executor": STAGE
    + "ExecutorLostFailure (executor 3 exited caused by one of the running tasks) Reason: "
    "Container killed by YARN for exceeding physical memory limits.",
    "the context": "org.apache.spark.SparkException: [SPARK_JOB_CANCELLED] Job 3 cancelled because SparkContext was shut down",
    "a stopped context": "java.lang.IllegalStateException: Cannot call methods on a stopped SparkContext.",
    "somebody's cancel": "org.apache.spark.SparkSQLException: [OPERATION_CANCELED] Operation has been canceled.",
    "who knows what": "java.lang.NullPointerException",
}


@pytest.mark.parametrize("text", LOST.values(), ids=LOST)
def test_what_no_other_statement_would_survive_stops_everything(text: str) -> None:
    told = said(text)
    assert not isinstance(told, (SQLFailed, OutOfMemory))
    assert "没有写出任何结果" in str(told)
    speak("en")
    assert "no result was written" in str(said(text))


def test_a_lost_connection_stops_everything() -> None:
    from py4j.protocol import Py4JNetworkError

    from medaudit.engine.spark_words import in_words

    errors = (
        Py4JNetworkError("Answer from Java side is empty"),
        ConnectionRefusedError(111),
        EOFError(),
    )
    for error in errors:
        with pytest.raises(MedauditError) as failed, in_words():
            raise error
        assert not isinstance(failed.value, (SQLFailed, OutOfMemory))
        assert "连接中断" in str(failed.value)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError("ours")])
def test_what_is_not_sparks_passes_through(error: BaseException) -> None:
    from medaudit.engine.spark_words import in_words

    with pytest.raises(type(error)), in_words():
        raise error


RECORD = "SELECT '张三 13800000000' AS name, CAST(98765432101234.56 AS DECIMAL(16,2)) AS money, '2025' AS year"
ASKED: dict[str, Callable[[SparkEngine, str], Any]] = {
    "rows": lambda spark, sql: spark.rows(sql),
    "frame": lambda spark, sql: spark.frame(sql),
    "batches": lambda spark, sql: list(spark.batches(sql)),
    "keep": lambda spark, sql: spark.keep("kept", sql),
    "write": lambda spark, sql: spark.write(spark.folder / "x.parquet", sql),
}


@pytest.mark.spark
@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
def test_an_error_never_quotes_the_record_nor_prints_it(
    ask: Callable[[SparkEngine, str], Any], spark: SparkEngine, capfd: pytest.CaptureFixture[str]
) -> None:
    spark.keep("person", RECORD)
    for value in (
        "CAST(name AS INTEGER)",
        "CAST(name AS DATE)",
        "CAST(year AS TIMESTAMP)",
        "CAST(name AS DECIMAL(16,2))",
        "CAST(name AS DOUBLE)",
        "CAST(money AS DECIMAL(4,2))",
        "CAST(CAST(money AS DOUBLE) AS INTEGER)",
        "(SELECT name FROM person UNION ALL SELECT name FROM person)",
    ):
        with pytest.raises(SQLFailed) as failed:
            ask(spark, f"SELECT {value} AS a FROM person")
        assert "_" in str(failed.value)  # its name
        printed = capfd.readouterr()
        for secret in ("张", "三", "1380", "9876"):
            assert secret not in f"{failed.value}{printed.out}{printed.err}"


@pytest.mark.spark
def test_an_error_of_the_statement_says_what_is_wrong_with_it(spark: SparkEngine) -> None:
    spark.keep("person", RECORD)
    with pytest.raises(SQLFailed, match=r"语句执行失败.*`nights`"):
        spark.rows("SELECT nights FROM person")
    with pytest.raises(SQLFailed, match="`nowhere`"):
        spark.rows("SELECT name FROM nowhere")
    with pytest.raises(SQLFailed, match="语句执行失败"):
        spark.rows("SELECT name, FROM FROM")
    assert spark.value("SELECT year FROM person") == "2025"  # and the engine goes on


KILLED = """
import sys, threading, time
from pathlib import Path
import psutil
from medaudit.engine import SQLFailed
from medaudit.engine.spark import SparkEngine
from medaudit.errors import MedauditError

def kill():
    time.sleep(2)
    for child in psutil.Process().children(recursive=True):
        if child.name() == "java":
            child.kill()

spark = SparkEngine(Path("staging"), memory_limit=2**30, threads=1)
spark.session.range(10**12).createOrReplaceTempView("endless")
threading.Thread(target=kill).start()
asked = [
    lambda: spark.rows("SELECT count(DISTINCT id) AS n FROM endless"),
    lambda: spark.keep("kept", "SELECT 1 AS a"),
    lambda: spark.columns("endless"),
]
for ask in asked:
    try:
        ask()
    except SQLFailed:
        print("a statement failed")
    except MedauditError as error:
        print(str(error).splitlines()[0])
spark.close()
"""


@pytest.mark.slow
@pytest.mark.spark
def test_a_java_that_dies_is_told_and_leaves_no_traceback(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", KILLED],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment(),
        timeout=120,
    )
    lost = "--engine spark: 与 Spark 的连接中断，或执行器丢失；没有写出任何结果"
    assert run.stdout.splitlines() == [lost] * 3
    assert run.stderr == ""
    assert run.returncode == 0


def environment() -> dict[str, str]:
    import os

    return os.environ | {"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
