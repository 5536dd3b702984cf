"""Spark's errors in a user's words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from medaudit.engine import OutOfMemory, SQLFailed, disk_full
from medaudit.errors import MedauditError, Problem
from medaudit.language import say


@contextmanager
def in_words() -> Iterator[None]:
    """Spark's errors in a user's words, without the record that Spark likes to print."""
    from py4j.protocol import Py4JError, Py4JNetworkError
    from pyspark.errors import PySparkException

    try:
        yield
    except (Py4JNetworkError, ConnectionError) as error:
        raise _lost() from error
    except (PySparkException, Py4JError) as error:
        raise told(error) from error


def told(error: Exception) -> MedauditError:
    """An error of Spark in a user's words."""
    from pyspark.errors import AnalysisException, ParseException

    text = str(error)
    if "No space left on device" in text or "Disk quota exceeded" in text:
        return disk_full()
    if "OutOfMemoryError" in text or "SparkOutOfMemoryError" in text:
        return OutOfMemory(
            Problem(
                say("Spark 内存不够", "Spark ran out of memory"),
                do=say(
                    "放宽 --memory-limit；集群上用 --spark-conf spark.executor.memory=…",
                    "raise --memory-limit; on a cluster, --spark-conf spark.executor.memory=…",
                ),
            )
        )
    if isinstance(error, (AnalysisException, ParseException)):
        return SQLFailed(text)
    condition = getattr(error, "getCondition", lambda: None)() or _condition(text)
    if condition:
        return SQLFailed(condition)
    return _lost()


def _condition(text: str) -> str | None:
    """The name of an error about a value; the sentence after it may quote the value."""
    found = re.search(r"\[([A-Z][A-Z_]+(?:\.[A-Z_]+)*)\]", text)
    return found[1] if found else None


def _lost() -> MedauditError:
    return MedauditError(
        Problem(
            say(
                "与 Spark 的连接中断，或执行器丢失；没有写出任何结果",
                "Spark or one of its executors was lost; no result was written",
            ),
            "--engine spark",
            say(
                "看 Spark 的日志；常见原因是内存不够或节点被收回，处理后重新运行",
                "see Spark's log; memory and reclaimed machines are the usual reasons. Then run it again",
            ),
        )
    )
