"""What a rule's SQL may say: what reads files, writes or differs between engines is refused, one by one."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlglot

from medaudit.detectors.catalogue import FOLDER as RULES
from medaudit.engine import portable
from medaudit.facts import FOLDER as FACTS
from medaudit.facts import readable, split
from medaudit.language import speak

TABLES = {"settlement", "fee_item", "visit", "line", "stay"}


def told(sql: str) -> str:
    """Everything said against a statement, "" when it may run."""
    try:
        return "; ".join(portable.faults(portable.parse(sql), TABLES))
    except ValueError as error:
        return str(error)


STATEMENTS = {
    "two statements": "SELECT 1 AS a; SELECT 2 AS b",
    "a write after the SELECT": "SELECT setl_id FROM visit; DROP TABLE visit",
    "INSERT": "INSERT INTO visit VALUES (1)",
    "UPDATE": "UPDATE visit SET charge = 0",
    "DELETE": "DELETE FROM visit",
    "COPY out": "COPY visit TO 'out.csv'",
    "COPY of a SELECT": "COPY (SELECT * FROM visit) TO 'out.csv'",
    "ATTACH": "ATTACH 'other.db'",
    "PRAGMA": "PRAGMA database_list",
    "INSTALL": "INSTALL httpfs",
    "LOAD": "LOAD httpfs",
    "CREATE TABLE": "CREATE TABLE x AS SELECT 1 AS a",
    "CREATE MACRO": "CREATE MACRO f(x) AS x",
    "SET": "SET threads = 1",
    "EXPORT": "EXPORT DATABASE 'x'",
    "DESCRIBE": "DESCRIBE visit",
    "SHOW": "SHOW TABLES",
    "EXPLAIN": "EXPLAIN SELECT 1",
    "SUMMARIZE": "SUMMARIZE visit",
    "CALL": "CALL pragma_version()",
    "VALUES": "VALUES (1), (2)",
    "nothing": "-- only a comment",
    "empty": "",
}


@pytest.mark.parametrize("sql", STATEMENTS.values(), ids=STATEMENTS)
def test_only_one_select_is_a_rule(sql: str) -> None:
    assert "只允许一个 SELECT" in told(sql) or "解析不了" in told(sql)


READERS = {
    "read_csv": "SELECT * FROM read_csv('/etc/passwd')",
    "read_csv_auto": "SELECT * FROM read_csv_auto('/etc/passwd')",
    "read_parquet": "SELECT * FROM read_parquet('a.parquet')",
    "parquet_scan": "SELECT * FROM parquet_scan('a.parquet')",
    "parquet_metadata": "SELECT * FROM parquet_metadata('a.parquet')",
    "glob": "SELECT * FROM glob('/*')",
    "read_text": "SELECT * FROM read_text('/etc/passwd')",
    "read_blob": "SELECT * FROM read_blob('/etc/passwd')",
    "read_json": "SELECT * FROM read_json('a.json')",
    "sniff_csv": "SELECT * FROM sniff_csv('/etc/passwd')",
    "a reader inside EXISTS": "SELECT setl_id FROM visit WHERE EXISTS (SELECT 1 FROM read_text('/etc/passwd'))",
    "a reader inside a CTE": "WITH a AS (SELECT * FROM read_text('/x')) SELECT content FROM a",
    "a reader in a join": "SELECT v.setl_id FROM visit v LEFT JOIN read_csv('/x') r ON TRUE",
    "a file in single quotes": "SELECT * FROM 'file.parquet'",
    "a file in double quotes": 'SELECT * FROM "file.parquet"',
    "a file under a table's alias": "SELECT * FROM 'file.parquet' visit",
    "Spark's way to read a file": "SELECT * FROM csv.`/etc/passwd`",
    "Spark's way, in quotes DuckDB knows": 'SELECT * FROM csv."file:/etc/passwd"',
    "a CTE called like a file": 'WITH "/a.csv" AS (SELECT 1 AS a) SELECT a FROM "/a.csv"',
    "a file named by a CTE out of sight": 'WITH x AS (WITH "/a.csv" AS (SELECT 1 AS a) SELECT a FROM "/a.csv") '
    'SELECT * FROM "/a.csv"',
    "information_schema": "SELECT * FROM information_schema.tables",
    "pg_catalog": "SELECT * FROM pg_catalog.pg_tables",
    "a table with its schema": "SELECT * FROM main.visit",
    "a table with its catalogue": "SELECT * FROM memory.main.visit",
    "duckdb_settings()": "SELECT * FROM duckdb_settings()",
    "duckdb_secrets()": "SELECT * FROM duckdb_secrets()",
    "duckdb_tables": "SELECT * FROM duckdb_tables",
    "query()": "SELECT * FROM query('SELECT 1')",
    "query_table()": "SELECT * FROM query_table('visit')",
    "range()": "SELECT * FROM range(10)",
    "a staged table": "SELECT * FROM typed_settlement",
    "another rule's hits": "SELECT * FROM hits_STY02",
    "DESCRIBE inside": "SELECT * FROM (DESCRIBE visit)",
    "VALUES inside": "SELECT a FROM (VALUES (1)) v(a)",
    "SELECT INTO": "SELECT setl_id INTO x FROM visit",
    "UNNEST": "SELECT * FROM unnest([1, 2])",
    "LATERAL": "SELECT v.setl_id FROM visit v, LATERAL (SELECT v.charge AS c) x",
    "a version of a table": "SELECT * FROM visit AT (VERSION => 1)",
}


@pytest.mark.parametrize("sql", READERS.values(), ids=READERS)
def test_nothing_is_read_but_tables_and_facts(sql: str) -> None:
    assert told(sql)


def test_an_unknown_table_is_named_with_a_hint() -> None:
    assert "没有名为 vist 的表（是不是 visit？）" in told("SELECT setl_id FROM vist")
    assert "rules --tables" in told("SELECT setl_id FROM hospital_bill")
    speak("en")
    assert "no table called vist (did you mean visit?)" in told("SELECT setl_id FROM vist")


def test_a_cte_may_not_take_the_name_of_a_table() -> None:
    # It would hide that the rule reads the fact, and the fact would not be computed.
    assert "重名" in told("WITH visit AS (SELECT * FROM visit) SELECT setl_id FROM visit")
    assert "重名" in told("WITH Visit AS (SELECT 1 AS a) SELECT a FROM Visit")


FUNCTIONS = {
    "java_method": "java_method('java.lang.System', 'exit')",
    "reflect": "reflect('java.lang.System', 'exit')",
    "getenv": "getenv('HOME')",
    "getenv in quotes": "\"getenv\"('HOME')",
    "getvariable": "getvariable('x')",
    "current_setting": "current_setting('home_directory')",
    "read_text as a value": "read_text('/etc/passwd')",
    "query as a value": "query('SELECT 1')",
    "now": "now()",
    "current_date": "current_date",
    "current_date()": "current_date()",
    "current_timestamp": "current_timestamp",
    "today": "today()",
    "random": "random()",
    "uuid": "uuid()",
    "current_user": "current_user",
    "version": "version()",
    "concat": "concat(setl_id, 'a')",
    "neighbouring texts": "'a' 'b'",
    "round": "round(charge)",
    "floor to decimals": "floor(charge, 2)",
    "mod": "mod(age, 2)",
    "pow": "pow(charge, 2)",
    "median": "median(charge)",
    "avg": "avg(charge)",
    "ln": "ln(charge)",
    "quantile": "quantile_cont(charge, 0.5)",
    "hash": "hash(setl_id)",
    "first": "first(setl_id)",
    "any_value": "any_value(setl_id)",
    "arg_max": "arg_max(setl_id, charge)",
    "string_agg": "string_agg(setl_id, ',')",
    "list": "list(setl_id)",
    "strftime": "strftime(begndate, '%Y')",
    "year": "year(begndate)",
    "extract": "extract(year FROM begndate)",
    "dayofweek": "dayofweek(begndate)",
    "date_trunc": "date_trunc('month', begndate)",
    "regexp_matches": "regexp_matches(setl_id, 'a')",
    "format": "format('{}', setl_id)",
    "to_json": "to_json(setl_id)",
    "a function with its schema": "main.upper(setl_id)",
    "a function after a dot": "setl_id.upper()",
    "if with three parts": "if(age > 1, 1, 2)",
    "the n largest": "max(setl_id, 3)",
    "two counted columns": "count(setl_id, psn_no)",
    "an aggregate in order": "min(setl_id ORDER BY charge)",
    "a lambda": "list_filter([1], x -> x > 0)",
    "a function nobody knows": "sleep_ms(1000)",
}


@pytest.mark.parametrize("call", FUNCTIONS.values(), ids=FUNCTIONS)
def test_a_function_that_is_not_on_the_list_is_refused(call: str) -> None:
    assert told(f"SELECT {call} AS x FROM visit")


def test_the_refused_function_is_named() -> None:
    assert told("SELECT getenv('HOME') AS x FROM visit") == "函数 getenv 不在允许之列"


CLAUSES = {
    "INTERVAL": "SELECT begndate + INTERVAL 1 DAY AS x FROM visit",
    "QUALIFY": "SELECT setl_id FROM visit QUALIFY row_number() OVER (ORDER BY setl_id) = 1",
    "FILTER": "SELECT count(*) FILTER (WHERE is_stay) AS n FROM visit",
    "LIMIT": "SELECT setl_id FROM visit LIMIT 5",
    "OFFSET": "SELECT setl_id FROM visit OFFSET 5",
    "a sample": "SELECT setl_id FROM visit USING SAMPLE 10",
    "DISTINCT ON": "SELECT DISTINCT ON (psn_no) setl_id FROM visit",
    "GROUP BY ALL": "SELECT psn_no, count(*) AS n FROM visit GROUP BY ALL",
    "ORDER BY ALL": "SELECT psn_no FROM visit ORDER BY ALL",
    "ROLLUP": "SELECT psn_no FROM visit GROUP BY ROLLUP (psn_no)",
    "USING": "SELECT v.setl_id FROM visit v JOIN line USING (setl_id)",
    "NATURAL JOIN": "SELECT v.setl_id FROM visit v NATURAL JOIN line",
    "ASOF JOIN": "SELECT v.setl_id FROM visit v ASOF JOIN line l ON v.begndate >= l.day",
    "POSITIONAL JOIN": "SELECT v.setl_id FROM visit v POSITIONAL JOIN line",
    "a recursive CTE": "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT n FROM r",
    "UNION BY NAME": "SELECT setl_id FROM visit UNION BY NAME SELECT setl_id FROM line",
    "* EXCLUDE": "SELECT * EXCLUDE (setl_id) FROM visit",
    "COLUMNS": "SELECT COLUMNS('a.*') FROM visit",
    "PIVOT": "SELECT * FROM visit PIVOT (sum(charge) FOR gend IN ('1', '2'))",
    "a named window": "SELECT sum(charge) OVER w AS x FROM visit WINDOW w AS (PARTITION BY psn_no)",
    "IGNORE NULLS": "SELECT lag(setl_id IGNORE NULLS) OVER (ORDER BY setl_id) AS x FROM visit",
    "a window without ORDER BY": "SELECT row_number() OVER (PARTITION BY psn_no) AS x FROM visit",
    "a list": "SELECT [1, 2] AS x FROM visit",
    "a struct": "SELECT {'a': 1} AS x FROM visit",
    "a tuple": "SELECT setl_id FROM visit WHERE (setl_id, psn_no) IN (SELECT setl_id, psn_no FROM line)",
    "a subscript": "SELECT setl_id[1] AS x FROM visit",
    "TRY_CAST": "SELECT TRY_CAST(setl_id AS INT) AS x FROM visit",
    "a cast to JSON": "SELECT CAST(setl_id AS JSON) AS x FROM visit",
    "a cast to a list": "SELECT CAST(age AS INT[]) AS x FROM visit",
    "DECIMAL times DECIMAL": "SELECT charge * charge AS x FROM visit",
    "DECIMAL by DECIMAL": "SELECT charge / charge AS x FROM visit",
    "integer by integer": "SELECT age / 2 AS x FROM visit",
    "DOUBLE on the right of / only": "SELECT age / CAST(2 AS DOUBLE) AS x FROM visit",
    "//": "SELECT age // 2 AS x FROM visit",
    "%": "SELECT age % 2 AS x FROM visit",
    "**": "SELECT age ** 2 AS x FROM visit",
    "months between": "SELECT date_diff('month', begndate, enddate) AS x FROM visit",
    "ILIKE": "SELECT setl_id FROM visit WHERE setl_id ILIKE 'a'",
    "SIMILAR TO": "SELECT setl_id FROM visit WHERE setl_id SIMILAR TO 'a'",
    "GLOB": "SELECT setl_id FROM visit WHERE setl_id GLOB 'a'",
    "~": "SELECT setl_id FROM visit WHERE setl_id ~ 'a'",
    "ESCAPE": "SELECT setl_id FROM visit WHERE setl_id LIKE 'a' ESCAPE 'x'",
    "COLLATE": "SELECT setl_id COLLATE NOCASE AS x FROM visit",
    "AT TIME ZONE": "SELECT begndate AT TIME ZONE 'UTC' AS x FROM visit",
    "ANY": "SELECT setl_id FROM visit WHERE setl_id = ANY (SELECT setl_id FROM line)",
    "a dollar-quoted text": "SELECT $$abc$$ AS x FROM visit",
    "an escaped text": r"SELECT E'\n' AS x FROM visit",
    "#1": "SELECT #1 FROM visit",
    "bits": "SELECT age & 1 AS x FROM visit",
}


@pytest.mark.parametrize("sql", CLAUSES.values(), ids=CLAUSES)
def test_what_the_engines_read_differently_is_refused(sql: str) -> None:
    assert told(sql)


ALLOWED = {
    "CTEs and joins": "WITH a AS (SELECT setl_id FROM visit) SELECT a.setl_id FROM a LEFT JOIN line l "
    "ON l.setl_id = a.setl_id CROSS JOIN stay s",
    "UNION, EXCEPT and INTERSECT": "SELECT setl_id FROM visit UNION ALL SELECT setl_id FROM line UNION "
    "SELECT setl_id FROM stay EXCEPT SELECT setl_id FROM line INTERSECT SELECT setl_id FROM line",
    "EXISTS": "SELECT v.setl_id FROM visit v WHERE NOT EXISTS (SELECT 1 FROM line l WHERE l.setl_id = v.setl_id)",
    "IN with a SELECT": "SELECT setl_id FROM visit WHERE setl_id IN (SELECT setl_id FROM line)",
    "windows": "SELECT lag(setl_id, 1) OVER (PARTITION BY psn_no ORDER BY begndate DESC, setl_id) AS a, "
    "sum(charge) OVER (PARTITION BY psn_no ORDER BY setl_id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS b FROM visit",
    "quotients of a DOUBLE": "SELECT CAST(charge AS DOUBLE) / nullif(age, 0) AS x FROM visit",
    "a product with a whole number": "SELECT charge * 2 AS x FROM visit",
    "a product of a sum of DOUBLEs": "SELECT sum(CAST(charge AS DOUBLE)) * 0.3 AS x FROM visit",
    "dates": "SELECT date_diff('day', begndate, DATE '2025-01-31') AS x FROM visit",
    "texts": "SELECT upper(setl_id) || lower(psn_no) AS a, substr(psn_no, 1, 3) AS b, length(trim(psn_no)) AS c, "
    "replace(psn_no, 'a', 'b') AS d, md5(psn_no) AS e, starts_with(psn_no, 'x') AS f FROM visit",
    "figures": "SELECT abs(age) AS a, floor(age) AS b, ceil(age) AS c, sqrt(age) AS d, exp(age) AS f, "
    "greatest(age, 1) AS g, least(age, 1) AS h, coalesce(age, 0) AS i, nullif(age, 0) AS j FROM visit",
    "aggregates": "SELECT count(*) AS a, count(DISTINCT psn_no) AS b, sum(charge) AS c, min(age) AS d, max(age) AS e, "
    "bool_or(is_stay) AS g, bool_and(is_stay) AS h FROM visit GROUP BY gend HAVING count(*) > 1",
    "conditions": "SELECT setl_id FROM visit WHERE age BETWEEN 1 AND 2 AND psn_no LIKE '%a' AND gend IS DISTINCT FROM "
    "'1' AND NOT is_stay AND psn_no IS NOT NULL AND psn_no IN ('a', 'b') AND (age > 1 OR age <> 5)",
    "parameters": "SELECT setl_id FROM visit WHERE age > $limit",
    "comments": "/* a */ SELECT setl_id -- b\nFROM visit /* ; DROP TABLE visit */",
    "a keyword inside a text": "SELECT 'read_csv(x); COPY' AS x FROM visit",
}  # fmt: skip


@pytest.mark.parametrize("sql", ALLOWED.values(), ids=ALLOWED)
def test_what_both_engines_read_alike_is_allowed(sql: str) -> None:
    assert told(sql) == ""


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT setl_id /* /* */ */, getenv('HOME') AS x FROM visit",
        "SELECT setl_id -- \r, getenv('HOME') AS x\n FROM visit",
        r"SELECT 'a\', getenv('HOME') AS x, ' ' AS y FROM visit",
    ],
    ids=["nested comment", "carriage return", "backslash"],
)
def test_a_comment_or_quote_does_not_hide_a_function_from_the_check(sql: str) -> None:
    # Each is read so by DuckDB that the function runs; the check must see the same text as code.
    assert "getenv" in told(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT " + "(" * 5_000 + "1" + ")" * 5_000 + " AS a",
        "SELECT " + "abs(" * 5_000 + "1" + ")" * 5_000 + " AS a",
        "SELECT a FROM " + "(SELECT a FROM " * 2_000 + "visit" + ") x" * 2_000,
        "SELECT " + "CASE WHEN age > 1 THEN " * 2_000 + "1" + " END" * 2_000 + " AS a FROM visit",
    ],
    ids=["brackets", "calls", "subqueries", "cases"],
)
def test_sql_nested_out_of_reason_is_refused_in_words(sql: str) -> None:
    assert told(sql) == "SQL 嵌套太深"


def test_everything_wrong_is_said_at_once_and_once() -> None:
    said = told("SELECT round(a) AS a, round(b) AS b, now() AS c FROM vist LIMIT 3")
    for part in ("round", "now", "vist", "LIMIT"):
        assert said.count(part) == 1


def test_the_parser_says_nothing_of_its_own_on_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    told("LOAD httpfs")
    assert capfd.readouterr().err == ""


def test_parameters_are_told_by_name() -> None:
    query = portable.parse("SELECT $a AS x FROM visit WHERE age > $b AND age < $a")
    assert portable.parameters_in(query) == {"a", "b"}


def test_tables_are_told_without_the_ctes() -> None:
    query = portable.parse("WITH a AS (SELECT 1 AS n FROM line) SELECT n FROM a, visit v")
    assert portable.tables_in(query) == {"line", "visit"}


SHIPPED = sorted([*FACTS.glob("*.sql"), *RULES.rglob("*.sql")])


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_fact_and_rule_is_allowed_and_is_spark_sql_too(path: Path) -> None:
    query = portable.parse(split(path.read_text("utf-8"))[1])
    assert list(portable.faults(query, readable())) == []
    spark = portable.to_spark(query)
    again = sqlglot.parse(spark, dialect="spark")
    assert len(again) == 1
    assert again[0] is not None
    assert again[0].named_selects == query.named_selects
