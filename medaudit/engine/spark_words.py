"""Spark's errors in a user's words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from medaudit.engine import OutOfMemory, SQLFailed, disk_full
from medaudit.errors import MedauditError, Problem
from medaudit.language import say

_FULL = ("No space left on device", "Disk quota exceeded")
_MEMORY = re.compile(r"OutOfMemoryError|\b[Nn]ot? enough memory")
# What no other statement would survive either.
_GONE = re.compile(
    r"ExecutorLostFailure|SparkContext was shut down|stopped SparkContext|\[(?:SPARK_JOB|OPERATION)_CANCELL?ED\]"
)
# The name of an error about a value, behind its class. The sentence after it may quote the value.
_CONDITION = re.compile(
    r"(?:^|(?:Exception|Error): )\[([A-Z_][A-Z0-9_]+(?:\.[A-Z0-9_]+)*)\](?: ([A-Z_]+)\b)?"
)


@contextmanager
def in_words() -> Iterator[None]:
    """Spark's errors in a user's words, without the record that Spark likes to print."""
    from py4j.protocol import Py4JError, Py4JNetworkError
    from pyspark.errors import PySparkException

    try:
        yield
    except (Py4JNetworkError, ConnectionError, EOFError) as error:
        raise _lost() from error
    except (PySparkException, Py4JError) as error:
        raise told(error) from error


def told(error: Exception) -> MedauditError:
    """An error of Spark in a user's words."""
    from pyspark.errors import AnalysisException, ParseException

    text = str(error)
    if isinstance(error, (AnalysisException, ParseException)):
        return SQLFailed(text)
    if any(words in text for words in _FULL):
        return disk_full()
    if _MEMORY.search(text):
        return OutOfMemory(
            Problem(
                say("Spark 内存不够", "Spark ran out of memory"),
                do=say(
                    "放宽 --memory-limit；集群上用 --spark-conf spark.executor.memory=…",
                    "raise --memory-limit; on a cluster, --spark-conf spark.executor.memory=…",
                ),
            )
        )
    condition = None if _GONE.search(text) else _condition(error)
    return SQLFailed(condition) if condition else _lost()


def _condition(error: Exception) -> str | None:
    """The name of an error about a value: of its last cause, where a task failed while it wrote."""
    found = _CONDITION.findall(str(error))
    if found:
        name, ours = found[-1]
        return str(ours if name == "USER_RAISED_EXCEPTION" and ours else name)
    named = getattr(error, "getCondition", lambda: None)()
    return str(named) if named else None


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
