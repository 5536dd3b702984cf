"""Getting at a Spark: what is said when there is none, and what of somebody's session is left as it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from medaudit.engine import session as sessions
from medaudit.engine.session import RELIED_ON, connect, own
from medaudit.engine.spark import SparkEngine
from medaudit.errors import MedauditError
from medaudit.language import speak

ROOT = Path(__file__).parent.parent.parent
GB = 1024**3


def refusal(folder: Path, master: str | None = None) -> str:
    with pytest.raises(MedauditError) as refused:
        connect(folder, master, {}, GB, 2)
    return str(refused.value)


class Builder:
    """Stands for SparkSession.builder: remembers what it is told, and starts or fails as it is made to."""

    def __init__(self, start: Callable[[], None] = lambda: None):
        self.told: dict[str, str] = {}
        self.start = start

    def appName(self, name: str) -> Builder:  # noqa: N802
        return self.config("app", name)

    def master(self, name: str) -> Builder:
        return self.config("master", name)

    def config(self, name: str, value: str) -> Builder:
        self.told[name] = value
        return self

    def getOrCreate(self) -> Any:  # noqa: N802
        self.start()
        return Session()


class Session:
    """Stands for a SparkSession that has just come up."""

    class Quiet:
        def setLogLevel(self, level: str) -> None:  # noqa: N802
            assert level == "ERROR"

        def get(self, name: str) -> str:
            return name

    sparkContext = conf = Quiet()  # noqa: N815


@pytest.fixture
def builder(monkeypatch: pytest.MonkeyPatch) -> Builder:
    """A Spark that starts at once, and a Java to be found."""
    made = Builder()
    monkeypatch.setattr(sessions, "_pyspark", lambda: type("SparkSession", (), {"builder": made}))
    monkeypatch.setattr(sessions, "_demand_java", lambda: None)
    monkeypatch.delenv("PYSPARK_GATEWAY_PORT", raising=False)
    return made


def test_without_pyspark_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    assert (
        refusal(tmp_path) == "--engine spark: 没有安装 PySpark\n  → pip install 'medaudit[spark]'"
    )
    speak("en")
    assert "PySpark is not installed" in refusal(tmp_path)


def test_without_java_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.delenv("PYSPARK_GATEWAY_PORT", raising=False)
    told = refusal(tmp_path)
    assert told.startswith("java: 没有找到 Java")
    assert "sudo apt-get install openjdk-17-jre-headless" in told
    speak("en")
    assert "no Java was found" in refusal(tmp_path)


def test_a_java_too_old_is_told_what_to_install(builder: Builder, tmp_path: Path) -> None:
    def fail() -> None:
        os.write(2, b"\tjava.lang.UnsupportedClassVersionError: org/apache/spark/launcher/Main")
        raise RuntimeError("[JAVA_GATEWAY_EXITED] Java gateway process exited.")

    builder.start = fail
    assert "Java 17" in refusal(tmp_path).splitlines()[1]


def test_ctrl_c_stays_what_it_was(builder: Builder, tmp_path: Path) -> None:
    usual = signal.getsignal(signal.SIGINT)
    builder.start = lambda: signal.signal(signal.SIGINT, signal.SIG_IGN) and None
    connect(tmp_path, None, {}, GB, 2)
    assert signal.getsignal(signal.SIGINT) is usual


def test_a_java_home_that_leads_nowhere_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "jdk"))
    monkeypatch.delenv("PYSPARK_GATEWAY_PORT", raising=False)
    told = refusal(tmp_path)
    assert told.startswith(f"JAVA_HOME={tmp_path / 'jdk'}: 没有找到 Java")
    assert "JAVA_HOME" in told.splitlines()[1]


def test_here_spark_gets_our_memory_and_writes_where_we_say(
    builder: Builder, tmp_path: Path
) -> None:
    connect(tmp_path, None, {"spark.driver.memory": "3g", "spark.x": "1"}, GB, 2)
    assert builder.told["master"] == "local[2]"
    assert builder.told["spark.driver.memory"] == "3g"  # what was asked for goes over what we think
    assert builder.told["spark.x"] == "1"
    for name in ("spark.local.dir", "spark.sql.warehouse.dir"):
        assert builder.told[name].startswith(str(tmp_path))
    assert builder.told["spark.driver.bindAddress"] == "127.0.0.1"
    assert builder.told["spark.ui.enabled"] == "false"


def test_a_master_is_used_as_it_is_told(builder: Builder, tmp_path: Path) -> None:
    connect(tmp_path, "spark://host:7077", {}, GB, None)
    assert builder.told["master"] == "spark://host:7077"


def test_what_spark_submit_has_prepared_is_left_alone(
    builder: Builder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYSPARK_GATEWAY_PORT", "1")
    connect(tmp_path, None, {"spark.sql.shuffle.partitions": "400"}, GB, None)
    assert builder.told == {"app": "medaudit", "spark.sql.shuffle.partitions": "400"}


FAILURES = {
    "an unknown master": (
        "[JAVA_GATEWAY_EXITED] Java gateway process exited before sending its port number.",
        'WARN Utils: Your hostname\nException in thread "main" org.apache.spark.SparkException: Master must either be yarn',
        "SparkException: Master must either be yarn",
    ),
    "a master that is not there": (
        "An error occurred while calling None.org.apache.spark.api.java.JavaSparkContext.\n"
        ": java.lang.IllegalStateException: Spark context stopped while waiting for backend",
        "WARN Client: Failed to connect to master no.such.host:7077\n"
        "org.apache.spark.SparkException: Exception thrown in awaitResult: \n\tat java.base\n"
        "Caused by: java.io.IOException: Failed to connect to no.such.host:7077\n"
        "Caused by: java.net.UnknownHostException: no.such.host",
        "IOException: Failed to connect to no.such.host:7077",
    ),
    "a class that is not there": (
        "An error occurred while calling None.JavaSparkContext.\n: java.lang.ClassNotFoundException: nope\n\tat java",
        "ERROR SparkContext: Error initializing SparkContext.\njava.lang.ClassNotFoundException: nope",
        "ClassNotFoundException: nope",
    ),
    "a memory that is no size": (
        "[JAVA_GATEWAY_EXITED] Java gateway process exited before sending its port number.",
        "Invalid maximum heap size: -Xmxlots\nError: Could not create the Java Virtual Machine.",
        "Invalid maximum heap size: -Xmxlots Error: Could not create",
    ),
    "a setting of the wrong kind": (
        "[INVALID_CONF_VALUE.TYPE_MISMATCH] The value 'abc' in the config \"spark.sql.shuffle.partitions\" is invalid.\n\n"
        "JVM stacktrace:\norg.apache.spark.SparkIllegalArgumentException: [INVALID_CONF_VALUE.TYPE_MISMATCH] The value 'abc' "
        'in the config "spark.sql.shuffle.partitions" is invalid.',
        "",
        "The value 'abc' in the config \"spark.sql.shuffle.partitions\" is invalid",
    ),
    "nothing but itself": ("out of luck", "", "out of luck"),
}


@pytest.mark.parametrize(("error", "log", "reason"), FAILURES.values(), ids=FAILURES)
def test_a_spark_that_does_not_start_says_why_in_one_line(
    error: str, log: str, reason: str, builder: Builder, tmp_path: Path
) -> None:
    def fail() -> None:
        os.write(2, log.encode())
        raise RuntimeError(error)

    builder.start = fail
    told = refusal(tmp_path, "spark://x")
    assert told.startswith("--spark-master spark://x: Spark 启动不了：")
    assert reason in told.splitlines()[0]
    assert len(told.splitlines()) == 2
    assert "--spark-conf" in told.splitlines()[1]


def test_what_java_says_goes_into_a_file_and_the_terminal_stays_the_users(
    builder: Builder, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def speak_up() -> None:
        os.write(1, b"Error occurred during initialization of VM\n")
        os.write(2, b"WARN NativeCodeLoader: Unable to load native-hadoop library\n")

    builder.start = speak_up
    os.write(1, b"before\n")
    connect(tmp_path, None, {}, GB, 1)
    os.write(1, b"after\n")
    assert capfd.readouterr() == ("before\nafter\n", "")
    log = tmp_path / "spark.log"
    assert "NativeCodeLoader" in log.read_text() and "initialization of VM" in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600


def test_the_terminal_is_the_users_again_after_a_failure(
    builder: Builder, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise RuntimeError

    builder.start = fail
    refusal(tmp_path)
    os.write(1, b"out")
    os.write(2, b"err")
    assert capfd.readouterr() == ("out", "err")


def test_a_session_of_spark_connect_is_refused() -> None:
    class Connect:
        @property
        def sparkContext(self) -> Any:  # noqa: N802
            raise AttributeError("[JVM_ATTRIBUTE_NOT_SUPPORTED]")

    with pytest.raises(MedauditError, match="不支持 Spark Connect 会话") as refused:
        own(Connect())
    assert "SparkSession" in str(refused.value)


def test_a_session_that_has_stopped_is_refused() -> None:
    class Stopped:
        sparkContext = None  # noqa: N815

        def newSession(self) -> Any:  # noqa: N802
            raise AttributeError("'NoneType' object has no attribute 'sc'")

    with pytest.raises(MedauditError, match="Spark 会话不能用"):
        own(Stopped())


@pytest.fixture
def theirs() -> Iterator[Any]:
    """Somebody's session, with settings and a view of their own."""
    from tests.spark_session import session

    given = session().newSession()
    mine = {
        "spark.sql.session.timeZone": "Europe/London",
        "spark.sql.ansi.enabled": "false",
        "spark.sql.timestampType": "TIMESTAMP_LTZ",
        "spark.sql.caseSensitive": "true",
        "spark.sql.legacy.setopsPrecedence.enabled": "true",
    }
    for name, value in mine.items():
        given.conf.set(name, value)
    given.sql("SELECT 'theirs' AS a").createOrReplaceTempView("settlement")
    yield given
    assert {name: given.conf.get(name) for name in mine} == mine
    assert given.sql("SELECT a FROM settlement").collect()[0][0] == "theirs"
    assert [row.tableName for row in given.sql("SHOW TABLES").collect()] == ["settlement"]


@pytest.mark.spark
def test_a_session_passed_in_is_left_running_with_its_own_settings_and_views(
    theirs: Any, tmp_path: Path
) -> None:
    engine = SparkEngine(tmp_path / "run" / "staging", theirs)
    engine.keep("settlement", "SELECT 'ours' AS a, CAST('2025-01-05 08:00:00' AS TIMESTAMP) AS b")
    engine.view("another", "SELECT A FROM settlement")
    assert engine.value("SELECT a FROM another") == "ours"
    assert {name: engine.session.conf.get(name) for name in RELIED_ON} == RELIED_ON
    engine.close()
    engine.close()  # and closing twice is no harm


@pytest.mark.spark
def test_a_session_passed_in_prints_no_plans_meanwhile(theirs: Any, tmp_path: Path) -> None:
    loggers = theirs._jvm.org.apache.logging.log4j.LogManager
    name = "org.apache.spark.sql.catalyst.expressions.codegen.CodeGenerator"
    before = str(loggers.getLogger(name).getLevel())
    engine = SparkEngine(tmp_path / "run" / "staging", theirs)
    assert str(loggers.getLogger(name).getLevel()) == "OFF"
    engine.close()
    assert str(loggers.getLogger(name).getLevel()) == before


OTHER_MEANINGS = {
    "spark.sql.legacy.setopsPrecedence.enabled": "true",
    "spark.sql.legacy.exponentLiteralAsDecimal.enabled": "true",
    "spark.sql.parser.escapedStringLiterals": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.ansi.enabled": "false",
    "spark.sql.variable.substitute": "true",
    "spark.sql.session.timeZone": "Asia/Shanghai",
    "spark.sql.timestampType": "TIMESTAMP_LTZ",
    "spark.sql.files.ignoreCorruptFiles": "true",
}


@pytest.mark.spark
def test_what_a_cluster_has_set_changes_no_statement_of_ours(tmp_path: Path) -> None:
    from tests.spark_session import session

    cluster = session().sparkContext._jsc.sc().conf()
    before = {name: cluster.get(name, "") for name in OTHER_MEANINGS}
    try:
        for name, value in OTHER_MEANINGS.items():
            cluster.set(name, value)
        assert (
            session().newSession().conf.get("spark.sql.legacy.setopsPrecedence.enabled") == "true"
        )
        engine = SparkEngine(tmp_path / "run" / "staging", session())
    finally:
        for name, value in before.items():
            if value:
                cluster.set(name, value)
            else:
                cluster.remove(name)
    sets = "SELECT 1 AS a UNION ALL SELECT 2 INTERSECT SELECT 2 ORDER BY a"
    assert engine.rows(sets) == [(1,), (2,)]
    assert engine.rows(r"SELECT 'a\n' AS a, '${env:HOME}' AS b, 1e3 / 3 AS c") == [
        ("a\\n", "${env:HOME}", 1000 / 3)
    ]
    with pytest.raises(MedauditError, match="CAST_INVALID_INPUT"):
        engine.rows("SELECT CAST('x' AS INTEGER) AS a")
    assert engine.session.conf.get("spark.sql.files.ignoreCorruptFiles") == "false"
    engine.keep("moment", "SELECT TIMESTAMP '2025-01-05 08:00:00' AS a")
    assert engine.columns("moment") == {"a": "TIMESTAMP"}
    engine.close()


ALONE = """
import sys
from pathlib import Path
from medaudit.engine.spark import SparkEngine
from medaudit.errors import MedauditError

try:
    spark = SparkEngine(Path(sys.argv[1]), master=sys.argv[2] or None, conf=dict([sys.argv[3].split("=")]), memory_limit=2**30, threads=1)
    spark.keep("kept", "SELECT 1 AS a")
    print(spark.rows("SELECT a FROM kept"))
    spark.close()
except MedauditError as error:
    print(error)
"""  # fmt: skip


def alone(folder: Path, master: str = "", conf: str = "spark.sql.shuffle.partitions=2") -> str:
    """What a process of its own prints that starts a Spark of its own, in an empty folder."""
    here = folder / "here"
    here.mkdir()
    run = subprocess.run(
        [sys.executable, "-c", ALONE, str(folder / "staging"), master, conf],
        capture_output=True,
        text=True,
        cwd=here,
        env=os.environ | {"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"},
        timeout=300,
    )
    assert run.stderr == ""
    assert run.returncode == 0
    assert list(here.iterdir()) == []  # no spark-warehouse, metastore_db, derby.log
    return run.stdout


@pytest.mark.spark
def test_a_spark_of_our_own_says_nothing_and_leaves_nothing_in_the_current_folder(
    tmp_path: Path,
) -> None:
    assert alone(tmp_path) == "[(1,)]\n"
    assert (tmp_path / "staging" / "spark.log").is_file()


@pytest.mark.spark
def test_a_master_that_is_none_is_told_in_words(tmp_path: Path) -> None:
    told = alone(tmp_path, master="nonsense")
    assert told.startswith(
        "--spark-master nonsense: Spark 启动不了：SparkException: Master must either be"
    )
    assert len(told.splitlines()) == 2


@pytest.mark.slow
@pytest.mark.spark
@pytest.mark.parametrize(
    ("conf", "reason"),
    [
        ("spark.driver.memory=lots", "Invalid maximum heap size: -Xmxlots"),
        ("spark.driver.memory=1m", "Too small maximum heap"),
        ("spark.sql.shuffle.partitions=abc", "spark.sql.shuffle.partitions"),
        ("spark.serializer=nope", "ClassNotFoundException: nope"),
    ],
)
def test_a_setting_that_is_none_is_told_in_words(tmp_path: Path, conf: str, reason: str) -> None:
    told = alone(tmp_path, conf=conf)
    assert told.startswith("--engine spark: Spark 启动不了：")
    assert reason in told.splitlines()[0]
    assert len(told.splitlines()) == 2


@pytest.mark.slow
@pytest.mark.spark
def test_a_master_that_cannot_be_reached_is_told_in_words(tmp_path: Path) -> None:
    told = alone(tmp_path, master="spark://127.0.0.1:9")  # it is tried for a minute
    assert "--spark-master spark://127.0.0.1:9: Spark 启动不了：" in told
    assert "Failed to connect to /127.0.0.1:9" in told
    assert len(told.splitlines()) == 2
