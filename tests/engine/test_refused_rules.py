"""What a user's rule might try on Spark, where nothing is locked: refused as it is read, before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from medaudit.detectors.catalogue import read_rule
from medaudit.engine.translation import translate
from medaudit.errors import MedauditError

RULE = """/*
code    = "STY90"
status  = "draft"
level   = "suspected"
subject = "settlement"
key     = ["setl_id"]
basis   = ["test"]
prior   = 0.3
responsible = ["institution"]
needs   = []
excludes = []
title   = { zh = "试", en = "trial" }
message = { zh = "试", en = "trial" }
benign  = { zh = "试", en = "trial" }
next    = { zh = "试", en = "trial" }
*/
SELECT VALUE AS more, v.setl_id, v.psn_no, v.fixmedins_code, CAST(NULL AS VARCHAR) AS dr_codg,
  v.begndate AS occurred_on, v.charge AS charge_amount, CAST(0.5 AS DOUBLE) AS strength
FROM TABLE v
WHERE v.age > 1
"""


def read(folder: Path, value: str = "v.age", table: str = "visit") -> None:
    path = folder / "trial.sql"
    path.write_text(RULE.replace("VALUE", value).replace("TABLE", table), encoding="utf-8")
    read_rule(path)


def refusal(folder: Path, value: str = "v.age", table: str = "visit") -> str:
    with pytest.raises(MedauditError) as refused:
        read(folder, value, table)
    return str(refused.value)


def test_the_rule_itself_is_read(tmp_path: Path) -> None:
    read(tmp_path)


TABLES = {
    "a text file": "csv.`file:/etc/passwd`",
    "a text file in DuckDB's quotes": 'text."file:/etc/passwd"',
    "Parquet": "parquet.`/data`",
    "Parquet in DuckDB's quotes": '"parquet"."/data"',
    "an address": 'json."s3a://bucket/x"',
    "a bare path": '"/etc/passwd"',
    "bytes": 'binaryFile."/etc/passwd"',
    "a Delta table": 'delta."/data"',
    "a table of the catalogue": "ods.setl_d",
    "a table of another catalogue": "hive.ods.setl_d",
    "a view of everybody's": "global_temp.settlement",
    "the information schema": "system.information_schema.tables",
    "a staged table": "typed_settlement",
    "a function of files": "read_files('/etc')",
    "a function of rows": "range(10)",
    "explode": "explode(array(1))",
    "a name by its text": "IDENTIFIER('visit')",
    "a script": "(SELECT TRANSFORM(setl_id) USING 'cat' AS (x) FROM visit)",
    "a script's older form": "(FROM visit MAP setl_id USING 'cat' AS (setl_id))",
    "rows written out": "(VALUES (1))",
    "a file inside": '(SELECT * FROM text."/etc/passwd")',
    "a second statement": "visit v; DROP TABLE visit --",
    "a second statement behind a comment's end": "visit /* */; ADD JAR 'x.jar' /* */",
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_rule_reads_nothing_but_tables_and_facts(table: str, tmp_path: Path) -> None:
    assert str(tmp_path / "trial.sql") in refusal(tmp_path, table=table)


VALUES = {
    "java_method": "java_method('java.lang.Runtime', 'getRuntime')",
    "reflect": "reflect('java.lang.System', 'getenv', 'HOME')",
    "try_reflect": "try_reflect('java.lang.System', 'exit', 1)",
    "java_method in quotes": "\"java_method\"('java.lang.System', 'exit')",
    "java_method in odd case": "Java_Method('java.lang.System', 'exit')",
    "java_method with blanks": "java_method ('java.lang.System', 'exit')",
    "java_method with its schema": "system.builtin.java_method('java.lang.System', 'exit')",
    "java_method inside an allowed function": "coalesce(reflect('java.lang.System', 'exit'), 'a')",
    "java_method in a window's order": "sum(v.age) OVER (ORDER BY reflect('java.lang.System', 'exit'))",
    "java_method behind a comment": "v.age /* /* */ */, reflect('java.lang.System', 'exit')",
    "java_method behind a carriage return": "v.age, -- \r reflect('java.lang.System', 'exit')",
    "java_method behind a backslash": r"'a\', reflect('java.lang.System', 'exit') AS x, ' '",
    "a function of the site": "ods.decrypt(v.setl_id)",
    "a function nobody knows": "decrypt(v.setl_id)",
    "the file it stands in": "input_file_name()",
    "the hidden column": "(SELECT max(_metadata.file_path) FROM csv.`/x`)",
    "a secret": "secret('scope', 'key')",
    "a query to elsewhere": "(SELECT * FROM remote_query('c', query => 'SELECT 1'))",
    "who runs it": "user",
    "when it runs": "current_timestamp",
    "a lambda": "transform(array(1), x -> x)",
    "a map": "map('a', 1)",
    "an element": "v.setl_id[0]",
    "a field": "v.setl_id:a.b",
    "Spark's cast": "v.age::DOUBLE::STRING",
    "an interval": "v.begndate + INTERVAL 1 DAY",
    "a raw text": "r'\\x'",
    "bytes": "X'4142'",
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_a_rule_calls_nothing_that_reaches_out(value: str, tmp_path: Path) -> None:
    refusal(tmp_path, value=value)


def test_what_is_refused_is_named(tmp_path: Path) -> None:
    assert "函数 reflect 不在允许之列" in refusal(tmp_path, "reflect('a', 'b')")
    assert "函数 java_method 不在允许之列" in refusal(
        tmp_path, "coalesce(java_method('a', 'b'), '')"
    )
    assert "不允许读取" in refusal(tmp_path, table='text."file:/etc/passwd"')
    assert "没有名为 typed_settlement 的表" in refusal(tmp_path, table="typed_settlement")


HARMLESS = {
    "a hint": "/*+ BROADCAST(v), COALESCE(1) */ v.age",
    "a hint behind": "v.age /*+ REPARTITION(3) */",
    "a hint in a line": "v.age --+ BROADCAST(v)\n",
    "a comment that closes another": "v.age -- */ , reflect('a', 'b') /*\n",
    "MySQL's comment": "v.age /*! , reflect('a', 'b') */",
    "a variable in a comment": "v.age /* ${env:HOME} */",
    "a variable in a text": "'${env:HOME} ${system:user.name} ${spark.master}'",
    "a call in a text": "'reflect(''java.lang.System'', ''exit'')'",
    "a hint in a text": "'/*+ BROADCAST(v) */'",
    "a text that ends in a backslash": r"'\'",
    "a text with Spark's quotes": "'`text`.`/etc/passwd`'",
    "a text with a line's end": "'a\n-- b'",
}


@pytest.mark.parametrize("value", HARMLESS.values(), ids=HARMLESS)
def test_a_comment_stays_a_comment_and_a_text_a_text(value: str, tmp_path: Path) -> None:
    read(tmp_path, value)
    assert _code(translate(f"SELECT {value} AS more FROM visit v")).split() in (
        ["SELECT", "v.age", "AS", "more", "FROM", "visit", "AS", "v"],
        ["SELECT", "AS", "more", "FROM", "visit", "AS", "v"],
    )


def _code(sql: str) -> str:
    """What Spark takes for code: outside '…' with its backslashes, and outside comments that are no hint."""
    kept, i = "", 0
    while i < len(sql):
        if sql[i] == "'":
            i += 1
            while sql[i] != "'":
                i += 2 if sql[i] == "\\" else 1
            i += 1
        elif sql.startswith("/*", i) and not sql.startswith("/*+", i):
            i = sql.index("*/", i) + 2
        else:
            kept += sql[i]
            i += 1
    return kept
