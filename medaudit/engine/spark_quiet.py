"""Spark talks a lot: what is done so that the terminal stays the user's, and nobody's data is printed."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# Who prints plans, and code that was too long to compile.
_TALKATIVE = (
    "org.apache.spark.sql.catalyst.expressions.codegen.CodeGenerator",
    "org.apache.spark.sql.execution.WholeStageCodegenExec",
    "org.apache.spark.sql.catalyst.util.SparkStringUtils",
)


@contextmanager
def output_into(log: Path) -> Iterator[None]:
    """What Java writes from its start on goes into a file: the terminal is the user's."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(number) for number in (1, 2)]
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        for number in (1, 2):
            os.dup2(file, number)
        yield
    finally:
        for number, old in zip((1, 2), kept, strict=True):
            os.dup2(old, number)
            os.close(old)
        os.close(file)


@contextmanager
def ctrl_c_as_it_was() -> Iterator[None]:
    """PySpark would answer Ctrl-C by asking Java, in the middle of another question; and print what comes of it."""
    is_ours = threading.current_thread() is threading.main_thread()
    usual = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        if is_ours:
            signal.signal(signal.SIGINT, usual)
    logging.getLogger().addFilter(_not_py4j)
    logging.getLogger("py4j").setLevel(logging.CRITICAL + 1)


def _not_py4j(record: logging.LogRecord) -> bool:
    return "py4j" not in Path(record.pathname).parts


def keep_quiet() -> None:
    """PySpark prints every failed statement with the value it stumbled over: nobody's data goes to stderr."""
    from pyspark.logger import PySparkLogger

    for name in ("SQLQueryContextLogger", "DataFrameQueryContextLogger"):
        PySparkLogger.getLogger(name).setLevel(logging.CRITICAL + 1)


def hush(session: Any) -> Callable[[], None]:
    """Keep a session that is somebody's from printing plans and code that was too long to compile.

    Spark goes on without compiling it. Returns what makes the session as talkative as it was.
    """
    log4j = session._jvm.org.apache.logging.log4j
    levels = {name: log4j.LogManager.getLogger(name).getLevel() for name in _TALKATIVE}

    def say_all() -> None:
        for name, level in levels.items():
            log4j.core.config.Configurator.setLevel(name, level)

    for name in levels:
        log4j.core.config.Configurator.setLevel(name, log4j.Level.OFF)
    return say_all
