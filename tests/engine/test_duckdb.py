"""The embedded engine: what it keeps, what it refuses once locked, and what its errors do not say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from medaudit.engine.duckdb import (
    BESIDE_BUFFERS,
    LEAST_BUFFERS,
    DuckEngine,
    SQLFailed,
    quoted,
    told,
)
from medaudit.engine.sizes import GB, default_memory, read_size
from medaudit.errors import MedauditError


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckEngine]:
    engine = DuckEngine(tmp_path / "staging", threads=1)
    yield engine
    engine.close()


@pytest.fixture
def locked(engine: DuckEngine, tmp_path: Path) -> DuckEngine:
    """An engine locked to its own folder and `run`, beside a file it has no business with."""
    (tmp_path / "secret.csv").write_text("a,b\n1,2\n")
    (tmp_path / "run").mkdir()
    engine.keep("kept", "SELECT 1 AS a")
    engine.lock(tmp_path / "run")
    return engine


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM '{out}/secret.csv'",
        "SELECT * FROM read_csv('{out}/secret.csv')",
        "SELECT * FROM read_text('{out}/secret.csv')",
        "SELECT * FROM read_blob('/etc/passwd')",
        "SELECT * FROM glob('{out}/*')",
        "SELECT * FROM sniff_csv('{out}/secret.csv')",
        "SELECT * FROM read_text('{out}/run/../secret.csv')",
        "COPY kept TO '{out}/copy.csv'",
        "COPY kept TO '{out}/run/../copy.csv'",
        "EXPORT DATABASE '{out}/export'",
        "ATTACH '{out}/other.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "LOAD '{out}/own.duckdb_extension'",
        "SET threads = 1",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        "RESET lock_configuration",
        "SET lock_configuration = false",
        "PRAGMA enable_profiling",
        "SELECT getenv('HOME')",
    ],
)
def test_a_locked_engine_reaches_for_nothing_outside(
    locked: DuckEngine, tmp_path: Path, sql: str
) -> None:
    with pytest.raises(MedauditError):
        locked.run(sql.format(out=tmp_path))
    assert {path.name for path in tmp_path.iterdir()} == {"staging", "run", "secret.csv"}


def test_a_locked_engine_writes_and_reads_inside(locked: DuckEngine, tmp_path: Path) -> None:
    locked.keep("more", "SELECT a + 1 AS a FROM kept")
    assert locked.rows("SELECT * FROM more") == [(2,)]
    assert (tmp_path / "staging" / "more.parquet").is_file()
    locked.write(tmp_path / "run" / "result.parquet", "SELECT * FROM more")
    assert (tmp_path / "run" / "result.parquet").is_file()


def test_a_quote_in_the_folders_name_is_only_a_letter(tmp_path: Path) -> None:
    engine = DuckEngine(tmp_path / "a'b; 医院")
    engine.lock(tmp_path / "c'd")
    engine.keep("kept", "SELECT 1 AS a")
    assert engine.value("SELECT a FROM kept") == 1
    engine.close()


def test_a_name_in_sql_is_never_a_variable_of_the_program(engine: DuckEngine) -> None:
    import pandas as pd

    frame = pd.DataFrame({"a": [1]})
    assert len(frame) == 1
    with pytest.raises(MedauditError):
        engine.rows("SELECT * FROM frame")


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1GB", GB),
        ("1gb", GB),
        ("1.5 GB", GB * 3 // 2),
        ("512MB", GB // 2),
        ("512 MiB", GB // 2),
        ("2G", 2 * GB),
        (" 800000K ", 800_000 * 1024),
        ("1T", 1024 * GB),
        ("4096", 4096),
    ],
)
def test_sizes_of_memory_are_read_as_people_write_them(text: str, size: int) -> None:
    assert read_size(text) == size


@pytest.mark.parametrize("text", ["", "GB", "1XB", "-1GB", "1GB2", "one", "1,5GB", "80%"])
def test_what_is_no_size_is_refused_by_name(text: str) -> None:
    with pytest.raises(MedauditError, match="--memory-limit: 看不懂内存大小"):
        read_size(text)


def test_the_buffers_get_what_the_process_does_not_need_itself(tmp_path: Path) -> None:
    engine = DuckEngine(tmp_path / "a", memory_limit=2 * GB, threads=1)
    limit = engine.value("SELECT current_setting('memory_limit')")
    assert read_size(limit) == pytest.approx(2 * GB - BESIDE_BUFFERS, rel=0.01)
    small = DuckEngine(tmp_path / "b", memory_limit=GB // 4, threads=1)
    limit = small.value("SELECT current_setting('memory_limit')")
    assert read_size(limit) == pytest.approx(LEAST_BUFFERS, rel=0.01)
    assert default_memory() <= 4 * GB
    engine.close()
    small.close()


def test_parameters_are_bound_and_never_pasted(engine: DuckEngine) -> None:
    nasty = "'; DROP TABLE kept; --"
    assert engine.value("SELECT $text", {"text": nasty, "unused": 1}) == nasty
    assert engine.value("SELECT $a + $b", {"a": 1, "b": 2}) == 3
    engine.keep("kept", "SELECT $text AS t", {"text": nasty})
    assert engine.rows("SELECT t FROM kept") == [(nasty,)]


def test_a_quoted_text_is_one_text(engine: DuckEngine) -> None:
    assert engine.value("SELECT " + quoted("it's")) == "it's"


def test_batches_hold_a_result_in_pieces_while_others_ask(engine: DuckEngine) -> None:
    engine.keep("many", "SELECT range AS n FROM range(5000)")
    seen = 0
    for batch in engine.batches("SELECT n FROM many ORDER BY n", 1000):
        assert engine.value("SELECT count(*) FROM many") == 5000
        seen += batch.num_rows
    assert seen == 5000


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT CAST(name AS INT) FROM person",
        "SELECT CAST(name AS DATE) FROM person",
        "SELECT CAST(name AS DECIMAL(16,2)) FROM person",
        "SELECT CAST(torn AS INT) FROM person",
        "SELECT strptime(name, '%Y') FROM person",
        "SELECT error(name) FROM person",
        "SELECT money * money * money FROM person",
        "SELECT CAST(money AS DECIMAL(4,2)) FROM person",
        "INSERT INTO once SELECT name FROM person UNION ALL SELECT name FROM person",
    ],
)
def test_an_error_never_quotes_the_record_it_stumbled_over(engine: DuckEngine, sql: str) -> None:
    engine.run(
        "CREATE TABLE person AS SELECT '张三110101199001011234' AS name, '张''三\n1101' AS torn, "
        "CAST(98765432101234.56 AS DECIMAL(16,2)) AS money"
    )
    engine.run("CREATE TABLE once (name VARCHAR PRIMARY KEY)")
    with pytest.raises(SQLFailed) as failed:
        engine.rows(sql)
    for secret in ("张", "三", "1101", "9876"):
        assert secret not in str(failed.value)


def test_an_error_of_the_statement_says_what_is_wrong_with_it(engine: DuckEngine) -> None:
    with pytest.raises(SQLFailed, match=r'语句执行失败.*"nights" not found'):
        engine.rows("SELECT nights FROM (SELECT 1 AS a)")
    with pytest.raises(SQLFailed, match="psn_no"):  # the column may be named, its value not
        engine.rows("SELECT CAST(psn_no AS INT) FROM (SELECT 'P1' AS psn_no)")


def test_a_full_disk_and_a_lack_of_memory_say_what_to_do() -> None:
    full = str(told(duckdb.IOException("IO Error: ... : No space left on device")))
    assert "磁盘已满" in full
    assert "--out" in full
    short = str(told(duckdb.OutOfMemoryException("Out of Memory Error: failed to pin 1.0 KiB")))
    assert "--memory-limit" in short


def test_the_staging_folder_is_for_its_owner_only(engine: DuckEngine, tmp_path: Path) -> None:
    for folder in (tmp_path / "staging", tmp_path / "staging" / "spill"):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_duckdb_draws_no_bar_of_its_own_on_anybodys_output(engine: DuckEngine) -> None:
    assert engine.value("SELECT current_setting('enable_progress_bar')") is False
