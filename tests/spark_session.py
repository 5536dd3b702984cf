"""One Spark for all tests of a process: a session takes ten seconds to start."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

# Small data: compiling a query, or planning it anew after each of its stages, would take longer than running it.
QUICK = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.extraJavaOptions": "-XX:+UseParallelGC",
}


@cache
def session() -> Any:
    """A local SparkSession, stopped when the process ends."""
    from medaudit.engine.session import connect

    folder = Path(tempfile.mkdtemp(prefix="medaudit-spark-"))
    started = connect(folder, None, QUICK, 2 * 1024**3, 2)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(started.stop)
    return started
