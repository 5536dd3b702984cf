"""Getting at a Spark: the one that was started for us, or one of our own."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from medaudit.engine.spark_quiet import ctrl_c_as_it_was, keep_quiet, output_into
from medaudit.errors import MedauditError, Problem
from medaudit.language import say

# What every statement of ours relies on. Overflow, bad casts and division by zero are errors, as they are in
# DuckDB or in the rules that may run; a moment is what the clock showed, whatever zone a machine is in.
RELIED_ON = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",
    "spark.sql.caseSensitive": "false",
    # A folder named admdvs=033010 holds a code, not a number.
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    # A text with ${env:…} in it is a text.
    "spark.sql.variable.substitute": "false",
}

# And how files are read: whole, with what stands in them.
_READ_AS = {
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
    # Parquet for Java to 1.17 fails where it looks a value up in a dictionary packed with LZ4_RAW
    # (apache/parquet-java#3478); DuckDB and Arrow write such files.
    "parquet.filter.dictionary.enabled": "false",
}

# A cluster may have settings that give SQL an older meaning: the order of UNION and INTERSECT, 1e3, backslashes.
_OTHER_MEANINGS = ("spark.sql.ansi.", "spark.sql.legacy.", "spark.sql.parser.")


def connect(
    folder: Path, master: str | None, conf: Mapping[str, str], memory: int, threads: int | None
) -> Any:
    """A SparkSession: of the cluster spark-submit has prepared, of `master`, or of this machine's cores.

    folder: private, for what Spark writes beside its tables and for its log. memory: bytes for this
    process where Spark runs in it. Raises MedauditError when pyspark or Java is missing or nothing starts.
    """
    spark_session = _pyspark()
    submitted = "PYSPARK_GATEWAY_PORT" in os.environ
    if not submitted:
        _demand_java()
    builder = spark_session.builder.appName("medaudit")
    for name, value in (_of_this_machine(folder, memory) if not submitted else {}).items():
        builder = builder.config(name, value)
    if master or not submitted:
        builder = builder.master(master or f"local[{threads or '*'}]")
    for name, value in conf.items():
        builder = builder.config(name, value)
    log = folder / "spark.log"
    try:
        with output_into(log), ctrl_c_as_it_was():
            session = builder.getOrCreate()
            session.sparkContext.setLogLevel("ERROR")
            # SQL's own settings are not looked at before they are asked for.
            session.conf.get("spark.app.name")
    except Exception as error:
        why = _why(error, log)
        do = say(
            "检查 --spark-master、--spark-conf 和内存",
            "check --spark-master, --spark-conf and memory",
        )
        raise MedauditError(
            Problem(
                say("Spark 启动不了：", "Spark does not start: ") + why,
                f"--spark-master {master}" if master else "--engine spark",
                _java_wanted() if _OLD_JAVA.search(why) else do,
            )
        ) from error
    return session


def own(session: Any) -> Any:
    """A session beside `session` with names and settings of its own, so that neither disturbs the other."""
    if not hasattr(session, "sparkContext"):
        raise MedauditError(
            Problem(
                say("不支持 Spark Connect 会话", "a Spark Connect session is not supported"),
                do=say("传入普通的 SparkSession", "pass a plain SparkSession"),
            )
        )
    keep_quiet()
    try:
        beside = session.newSession()
        for name in beside.conf.getAll:
            if name.startswith(_OTHER_MEANINGS):
                beside.conf.unset(name)
        for name, value in (RELIED_ON | _READ_AS).items():
            beside.conf.set(name, value)
    except Exception as error:
        raise MedauditError(
            Problem(
                say("Spark 会话不能用：", "the Spark session cannot be used: ") + _why(error),
                do=say("传入一个还在运行的 SparkSession", "pass a SparkSession that is running"),
            )
        ) from error
    return beside


def _of_this_machine(folder: Path, memory: int) -> dict[str, str]:
    """Settings of a Spark that runs here; `--spark-conf` goes over them."""
    spill = folder / "spill"
    spill.mkdir(exist_ok=True, mode=0o700)
    return {
        "spark.driver.memory": f"{memory // 1024**2}m",
        "spark.local.dir": str(spill),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "localhost",
        "spark.driver.bindAddress": "127.0.0.1",
        # Few cores: two hundred small tasks a step would take longer than the step.
        "spark.sql.shuffle.partitions": str(2 * (os.cpu_count() or 2)),
    }


def _pyspark() -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise MedauditError(
            Problem(
                say("没有安装 PySpark", "PySpark is not installed"),
                "--engine spark",
                "pip install 'medaudit[spark]'",
            )
        ) from error
    return SparkSession


def _demand_java() -> None:
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else "java"
    if not shutil.which(java):
        raise MedauditError(
            Problem(
                say("没有找到 Java", "no Java was found"),
                f"JAVA_HOME={home}" if home else "java",
                _java_wanted(),
            )
        )


# What a Java before 17 says of classes, or options, that it does not know.
_OLD_JAVA = re.compile(r"UnsupportedClassVersionError|Unrecognized option: --")


def _java_wanted() -> str:
    return say(
        "需要 Java 17 或更新。Debian/Ubuntu：sudo apt-get install openjdk-17-jre-headless；已有的请设 JAVA_HOME",
        "Java 17 or later is needed. Debian/Ubuntu: sudo apt-get install openjdk-17-jre-headless; "
        "set JAVA_HOME to one you have",
    )


def _why(error: Exception, log: Path | None = None) -> str:
    """What happened in one line: the first cause, else the first error, that is named in the error or the log."""
    lines = str(error).strip().splitlines()
    if log and log.exists():
        lines += log.read_text("utf-8", errors="replace").splitlines()
    named = [found for line in lines if (found := _ERROR.match(line))]
    causes = [found for found in named if found["cause"]]
    if named:
        return (causes or named)[0]["told"][:200]
    # A Java machine that did not come up says so in plain lines, below Python's own.
    plain = [line.strip() for line in lines[1:] if "WARN" not in line]
    return " ".join(plain[:2] or lines[:1])[:200]


_ERROR = re.compile(
    r"(?P<cause>Caused by: )?(?:Exception in thread \S+ |: )?(?:[\w$]+\.)+(?P<told>[\w$]*(?:Exception|Error): .+)"
)
