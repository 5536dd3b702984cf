"""Where DuckDB and Spark would silently differ: every statement on both, against what it should come to.

A trap is a statement that a rule may say. What a rule may not say is refused (test_portable); what only
medaudit itself says is under OURS; what one of them refuses aloud, or still says otherwise, stands at the end.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from medaudit.engine import Engine, SQLFailed, portable
from medaudit.engine.duckdb import DuckEngine, write_parquet
from medaudit.engine.spark import SparkEngine
from medaudit.findings import CENTS

pytestmark = pytest.mark.spark

NAN, INF = math.nan, math.inf

TABLES = {
    "pair": "SELECT 1 AS k, 'b' AS x UNION ALL SELECT 2, NULL UNION ALL SELECT 3, 'a'",
    "other": "SELECT 2 AS k, 'v' AS x, CAST(1.50 AS DECIMAL(16,2)) AS m UNION ALL SELECT NULL, 'w', NULL",
    "none": "SELECT 1 AS k, 'x' AS x WHERE FALSE",
    "half": "SELECT CAST(2.5 AS DOUBLE) AS d, CAST(2.50 AS DECIMAL(16,2)) AS m, '2.5' AS s, 7 AS n, TRUE AS b "
    "UNION ALL SELECT CAST(3.5 AS DOUBLE), CAST(3.50 AS DECIMAL(16,2)), '3.5', -7, FALSE "
    "UNION ALL SELECT CAST(-2.5 AS DOUBLE), CAST(-2.50 AS DECIMAL(16,2)), '-2.5', 0, NULL",
    "cent": "SELECT CAST(1.005 AS DOUBLE) AS d UNION ALL SELECT CAST(2.675 AS DOUBLE) UNION ALL "
    "SELECT CAST(0.125 AS DOUBLE) UNION ALL SELECT CAST(-0.125 AS DOUBLE) UNION ALL SELECT CAST(-1.005 AS DOUBLE)",
    "odd": "SELECT 1 AS k, CAST('nan' AS DOUBLE) AS d UNION ALL SELECT 2, CAST('inf' AS DOUBLE) "
    "UNION ALL SELECT 3, CAST(1e308 AS DOUBLE) UNION ALL SELECT 4, -2.5 UNION ALL SELECT 5, NULL",
    "large": "SELECT CAST(99999999999999.99 AS DECIMAL(16,2)) AS m, CAST(999999999999.9999 AS DECIMAL(16,4)) AS cnt, "
    "CAST(9999999999.999999 AS DECIMAL(16,6)) AS pric, CAST(70000000000000.01 AS DOUBLE) AS d, 2147483647 AS n",
    "flag": "SELECT 1 AS g, TRUE AS b UNION ALL SELECT 1, NULL UNION ALL SELECT 2, FALSE "
    "UNION ALL SELECT 2, NULL UNION ALL SELECT 3, NULL",
    "word": r"SELECT 1 AS k, 'a\b' AS x, 'a\' AS p UNION ALL SELECT 2, 'a_b', 'a_' UNION ALL SELECT 3, 'a%b', 'a%'",
    "name": "SELECT '张' AS x UNION ALL SELECT '李' UNION ALL SELECT 'a' UNION ALL SELECT 'B' UNION ALL SELECT '' "
    "UNION ALL SELECT '\U00020000' UNION ALL SELECT '\uffee'",
    "moment": "SELECT DATE '2025-01-31' AS day, TIMESTAMP '2025-01-31 23:59:00' AS late, "
    "TIMESTAMP '2025-02-01 00:01:00.250' AS early, '2025-1-2 08:05' AS told, '2025' AS year",
    "alias": "SELECT 1 AS a, 10 AS b UNION ALL SELECT 2, 3",
}  # fmt: skip


class Trap(NamedTuple):
    sql: str
    rows: list[tuple[Any, ...]]
    params: dict[str, Any] | None = None


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


TRAPS = {
    # Days and moments
    "two minutes across midnight are a day": Trap(
        "SELECT date_diff('day', late, early) AS a, date_diff('day', early, day) AS b FROM moment", [(1, -1)]
    ),
    "a leap day counts": Trap(
        "SELECT date_diff('day', DATE '2024-02-28', DATE '2024-03-01') AS a, "
        "date_diff('day', DATE '1500-01-01', DATE '2025-01-01') AS b", [(2, 191_753)]
    ),
    "a date plus and minus a number is a date": Trap(
        "SELECT day + 1 AS a, day - 31 AS b, day - n AS c FROM moment CROSS JOIN half WHERE n = 7",
        [(day("2025-02-01"), day("2024-12-31"), day("2025-01-24"))],
    ),
    "a date is the midnight it begins with": Trap(
        "SELECT day < late AS a, CAST(late AS DATE) = day AS b, CAST(day AS TIMESTAMP) AS c, "
        "greatest(CAST(day AS TIMESTAMP), late) AS d FROM moment",
        [(True, True, moment("2025-01-31 00:00"), moment("2025-01-31 23:59"))],
    ),
    "dates and moments are told as ISO has them": Trap(
        "SELECT CAST(day AS VARCHAR) AS a, CAST(late AS VARCHAR) AS b, CAST(early AS VARCHAR) AS c, "
        "CAST(CAST(day AS TIMESTAMP) AS VARCHAR) AS d, CAST(DATE '0900-01-02' AS VARCHAR) AS e, 'x' || day AS f FROM moment",
        [("2025-01-31", "2025-01-31 23:59:00", "2025-02-01 00:01:00.25", "2025-01-31 00:00:00", "0900-01-02", "x2025-01-31")],
    ),
    "a text is read as a date with and without a clock": Trap(
        "SELECT CAST(told AS DATE) AS a, CAST(told AS TIMESTAMP) AS b, day > '2025-01-30' AS c FROM moment",
        [(day("2025-01-02"), moment("2025-01-02 08:05"), True)],
    ),
    # NULLs, order and windows
    "NULLs come last, upward": Trap("SELECT k FROM pair ORDER BY x", [(3,), (1,), (2,)]),
    "NULLs come last, downward": Trap("SELECT k FROM pair ORDER BY x DESC", [(1,), (3,), (2,)]),
    "NULLs come last in a window": Trap(
        "SELECT k, row_number() OVER (ORDER BY x, k) AS a, row_number() OVER (ORDER BY x DESC, k) AS b, "
        "lag(k) OVER (ORDER BY x DESC, k) AS c, lead(x, 1, 'z') OVER (ORDER BY x, k) AS d FROM pair ORDER BY k",
        [(1, 2, 1, None, None), (2, 3, 3, 3, "z"), (3, 1, 2, 1, "b")],
    ),
    "rows alike in all but the key are numbered by the key": Trap(
        "SELECT k, row_number() OVER (PARTITION BY 1 ORDER BY k > 0, k DESC) AS a, rank() OVER (ORDER BY k > 0) AS b, "
        "dense_rank() OVER (ORDER BY x) AS c FROM pair ORDER BY k",
        [(1, 3, 1, 2), (2, 2, 1, 3), (3, 1, 1, 1)],
    ),
    "a running sum takes equals together, a frame of rows does not": Trap(
        "SELECT k, sum(k) OVER (ORDER BY x IS NULL) AS a, sum(k) OVER (ORDER BY x IS NULL, k "
        "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS b, "
        "max(k) OVER (ORDER BY k ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS c FROM pair ORDER BY k",
        [(1, 4, 1, 3), (2, 6, 6, 3), (3, 4, 4, None)],
    ),
    "NULLs are one group": Trap(
        "SELECT x IS NULL AS a, count(*) AS n FROM (SELECT CASE WHEN k > 1 THEN x END AS x FROM pair) p "
        "GROUP BY x ORDER BY x", [(False, 1), (True, 2)]
    ),
    "NULLs are counted neither once nor at all": Trap(
        "SELECT count(*) AS a, count(x) AS b, count(DISTINCT x) AS c, count(DISTINCT x || 'y') AS d FROM pair", [(3, 2, 2, 2)]
    ),
    "nothing sums to NULL and counts to 0": Trap(
        "SELECT sum(k) AS a, count(*) AS b, min(x) AS c, bool_or(k = 1) AS d, coalesce(sum(k), 0) AS e FROM none",
        [(None, 0, None, None, 0)],
    ),
    "nothing in groups is no group": Trap("SELECT x, count(*) AS n FROM none GROUP BY x", []),
    "what a LEFT JOIN does not find is NULL, not '' or 0": Trap(
        "SELECT p.k, coalesce(o.x, '') AS a, coalesce(o.m, 0) AS b, o.x IS NULL AS c, o.x || 'z' AS d "
        "FROM pair p LEFT JOIN other o ON o.k = p.k ORDER BY p.k",
        [(1, "", 0, True, None), (2, "v", Decimal("1.5"), False, "vz"), (3, "", 0, True, None)],
    ),
    "nobody is outside a list with a NULL in it": Trap("SELECT k FROM pair WHERE k NOT IN (SELECT k FROM other)", []),
    "everybody is outside an empty list": Trap(
        "SELECT k FROM pair WHERE x NOT IN (SELECT x FROM none) ORDER BY k", [(1,), (2,), (3,)]
    ),
    "IN with a NULL as a condition among others": Trap(
        "SELECT k, CASE WHEN k IN (SELECT k FROM other) THEN 1 ELSE 0 END AS a, "
        "CASE WHEN NOT (k IN (SELECT k FROM other) AND k < 9) THEN 1 ELSE 0 END AS b FROM pair "
        "WHERE k = 1 OR k IN (SELECT k FROM other) OR NOT (k IN (SELECT k FROM other) OR k = 7) ORDER BY k",
        [(1, 0, 0), (2, 1, 0)],
    ),
    "IN a list with a NULL": Trap(
        "SELECT k, k IN (1, NULL) AS a, k NOT IN (1, NULL) AS b FROM pair ORDER BY k",
        [(1, True, False), (2, None, None), (3, None, None)],
    ),
    "IS DISTINCT FROM takes NULL for a value": Trap(
        "SELECT k, x IS NOT DISTINCT FROM NULL AS a, x IS DISTINCT FROM 'a' AS b FROM pair ORDER BY k",
        [(1, False, True), (2, True, True), (3, False, False)],
    ),
    "EXISTS with an inequality": Trap(
        "SELECT p.k FROM pair p WHERE EXISTS (SELECT 1 FROM other o WHERE o.k = 2 AND o.k < p.k) "
        "OR NOT EXISTS (SELECT 1 FROM other o WHERE o.k >= p.k) ORDER BY p.k", [(3,)]
    ),
    "sets hold a row once and a NULL as one": Trap(
        "SELECT x FROM pair UNION SELECT x FROM pair EXCEPT SELECT 'a' INTERSECT SELECT 'a'", [(None,), ("b",)]
    ),
    "greatest and least pass over NULL": Trap(
        "SELECT greatest(1, NULL, 3) AS a, least(NULL, 2) AS b, greatest(CAST(NULL AS INTEGER), NULL) AS c, "
        "greatest('a', NULL, 'B') AS d", [(3, 2, None, "a")]
    ),
    "flags with NULL among them": Trap(
        "SELECT g, bool_or(b) AS a, bool_and(b) AS c, count(b) AS n, min(b) AS d FROM flag GROUP BY g ORDER BY g",
        [(1, True, True, 1, True), (2, False, False, 1, False), (3, None, None, 0, None)],
    ),
    "a flag that is NULL is neither true nor false": Trap(
        "SELECT b IS TRUE AS a, b IS NOT TRUE AS c, NOT b AS d, CASE WHEN b THEN 1 ELSE 0 END AS e, "
        "CASE b WHEN NULL THEN 'n' WHEN TRUE THEN 't' ELSE 'f' END AS f FROM flag WHERE g = 2 ORDER BY b",
        [(False, True, True, 0, "f"), (False, True, None, 0, "f")],
    ),
    "BETWEEN with a NULL": Trap(
        "SELECT k BETWEEN NULL AND 9 AS a, k BETWEEN 6 AND NULL AS b, k NOT BETWEEN 6 AND NULL AS c, "
        "k BETWEEN 9 AND 1 AS d FROM pair WHERE k = 3", [(None, False, True, False)]
    ),
    # Figures
    "a double goes to the even whole number, a DECIMAL and a text away from zero": Trap(
        "SELECT CAST(d AS INTEGER) AS a, CAST(m AS INTEGER) AS b, CAST(s AS INTEGER) AS c, CAST(m AS BIGINT) AS e FROM half ORDER BY d",
        [(-2, -3, -3, -3), (2, 3, 3, 3), (4, 4, 4, 4)],
    ),
    "a rounded total is rounded like what it sums": Trap(
        "SELECT CAST(sum(d) AS INTEGER) AS a, CAST(sum(m) AS INTEGER) AS b, CAST(max(d) OVER () AS INTEGER) AS c "
        "FROM half WHERE n = 7 GROUP BY d", [(2, 3, 2)]
    ),
    "the same name is a double here and a DECIMAL there": Trap(
        "WITH a AS (SELECT CAST(m AS DOUBLE) AS v FROM half), b AS (SELECT m AS v FROM half) "
        "SELECT CAST(a.v AS INTEGER) AS x, CAST(b.v AS INTEGER) AS y FROM a JOIN b ON a.v = b.v ORDER BY x",
        [(-2, -3), (2, 3), (4, 4)],
    ),
    "a long number in a text keeps its last digit": Trap(
        "SELECT CAST(x AS BIGINT) AS a FROM (SELECT x || '00719925474099' || '3' AS x FROM (SELECT '9' AS x FROM pair WHERE k = 1) p) q",
        [(9_007_199_254_740_993,)],
    ),
    "a flag as a number": Trap(
        "SELECT CAST(b AS INTEGER) AS a, CAST(n > 0 AS INTEGER) AS c, CAST(b AS DECIMAL(16,2)) AS d FROM half ORDER BY n DESC",
        [(1, 1, 1), (None, 0, None), (0, 0, 0)],
    ),
    "a double becomes cents by its value, not by its figures": Trap(
        "SELECT CAST(d AS DECIMAL(16,2)) AS a, CAST(d AS DECIMAL(16,3)) AS b, CAST(d * 1 AS DECIMAL(16,2)) AS c, "
        "CAST(d AS DECIMAL(3)) AS e FROM cent ORDER BY d",
        # 1.005 lies a little below itself, 2.675 × 100 on the half: what DuckDB's product comes to.
        [(-1, Decimal("-1.005"), -1, -1), (Decimal("-0.13"), Decimal("-0.125"), Decimal("-0.13"), 0),
         (Decimal("0.13"), Decimal("0.125"), Decimal("0.13"), 0), (1, Decimal("1.005"), 1, 1),
         (Decimal("2.68"), Decimal("2.675"), Decimal("2.68"), 3)],
    ),
    "a DECIMAL and a text become cents by their figures": Trap(
        "SELECT CAST(1.005 AS DECIMAL(16,2)) AS a, CAST(-2.675 AS DECIMAL(16,2)) AS b, CAST('1.005' AS DECIMAL(16,2)) AS c, "
        "CAST(s AS DECIMAL(16,0)) AS d, CAST(m AS DECIMAL(16,0)) AS e FROM half WHERE n = 7",
        [(Decimal("1.01"), Decimal("-2.68"), Decimal("1.01"), 3, 3)],
    ),
    "the shared form of a share of money": Trap(
        f"SELECT {CENTS.format('CAST(d AS DOUBLE)')} AS a FROM cent ORDER BY d",
        [(Decimal("-1.00"),), (Decimal("-0.12"),), (Decimal("0.13"),), (Decimal("1.00"),), (Decimal("2.68"),)],
    ),
    "a bound double is a double": Trap(
        "SELECT CAST($a AS INTEGER) AS a, CAST($b AS DECIMAL(16,2)) AS b, m >= $a AS c, m = $a AS d FROM half WHERE n = 7",
        [(2, Decimal("1.00"), True, True)], {"a": 2.5, "b": 1.005},
    ),
    "money too large for its neighbours' doubles": Trap(
        "SELECT m + m AS a, m - 0.5 AS b, sum(m) AS c, m * 2 AS e, CAST(d AS DECIMAL(16,2)) AS f FROM large GROUP BY m, d",
        [(Decimal("199999999999999.98"), Decimal("99999999999999.49"), Decimal("99999999999999.99"), Decimal("199999999999999.98"), Decimal("70000000000000.01"))],
    ),
    "an absurd count times an absurd price is a large double": Trap(
        "SELECT CAST(cnt AS DOUBLE) * pric AS a, CAST(cnt AS DOUBLE) * CAST(pric AS DOUBLE) > 1e21 AS b FROM large",
        [(999999999999.9999 * 9999999999.999999, True)],
    ),
    "a DECIMAL with a double is a double": Trap(
        "SELECT m * CAST(3 AS DOUBLE) AS a, m + d AS b, m = d AS c, CAST(m AS DOUBLE) / CAST(7 AS DOUBLE) AS e FROM half WHERE n = 7",
        [(7.5, 5.0, True, 2.5 / 7)],
    ),
    "sums and differences of DECIMALs keep every digit": Trap(
        "SELECT m + CAST(0.0001 AS DECIMAL(16,4)) AS a, m - CAST(0.0001 AS DECIMAL(16,4)) AS b, sum(m) - sum(m) AS c, "
        "CAST(m - 0.125 AS VARCHAR) AS d, m - (m - n) AS e FROM half WHERE n = 7 GROUP BY m, n",
        [(Decimal("2.5001"), Decimal("2.4999"), 0, "2.375", 7)],
    ),
    "figures as text": Trap(
        "SELECT CAST(m AS VARCHAR) AS a, CAST(n AS VARCHAR) AS b, CAST(b AS VARCHAR) AS c, CAST(coalesce(m, 0) AS VARCHAR) AS d, "
        "CAST(CASE WHEN n > 99 THEN 0 ELSE m END AS VARCHAR) AS e, CAST(CAST(0 AS DECIMAL(16,6)) AS VARCHAR) AS f, "
        "'n' || m || n AS g FROM half WHERE n <> 0 ORDER BY n",
        [("3.50", "-7", "false", "3.50", "3.50", "0.000000", "n3.50-7"), ("2.50", "7", "true", "2.50", "2.50", "0.000000", "n2.507")],
    ),
    "branches of several kinds take the widest": Trap(
        "SELECT CASE WHEN n = 7 THEN n ELSE m END AS a, CASE WHEN n = 7 THEN m ELSE d END AS b, "
        "CASE WHEN n = 7 THEN 1 ELSE 0.5 END AS c, coalesce(NULL, d, m) AS e, CASE WHEN n = 8 THEN m END AS f FROM half WHERE n = 7",
        [(7, 2.5, 1, 2.5, None)],
    ),
    "floor and ceil go on being reckoned with": Trap(
        "SELECT floor(d) AS a, ceil(d) AS b, floor(m) * 3 + 0.5 AS c, ceil(n) AS e, floor(CAST(d AS DOUBLE)) / CAST(2 AS DOUBLE) AS f, "
        "CAST(floor(d) AS INTEGER) AS g FROM half ORDER BY d",
        [(-3, -2, -8.5, 0, -1.5, -3), (2, 3, 6.5, 7, 1.0, 2), (3, 4, 9.5, -7, 1.5, 3)],
    ),
    "floor of what is no number or has no bounds": Trap(
        "SELECT k, floor(d) AS a, ceil(d) AS b FROM odd ORDER BY k",
        [(1, NAN, NAN), (2, INF, INF), (3, 1e308, 1e308), (4, -3, -2), (5, None, None)],
    ),
    "NaN is larger than everything and equal to itself": Trap(
        "SELECT min(d) AS a, max(d) AS b, bool_or(d > 1e308 AND d = d AND k = 1) AS c, sum(d) AS e FROM odd", [(-2.5, NAN, True, NAN)]
    ),
    "doubles overflow to infinity": Trap(
        "SELECT CAST(d AS DOUBLE) * 10 AS a, d + d AS b, exp(CAST(k AS DOUBLE) * 300) AS c, exp(-800) AS e FROM odd WHERE k = 3",
        [(INF, INF, INF, 0.0)],
    ),
    "roots": Trap(
        "SELECT sqrt(d) AS a, sqrt(2) AS b, sqrt(CAST(0.09 AS DECIMAL(16,2))) AS c FROM odd WHERE k = 4", [(NAN, math.sqrt(2), 0.3)]
    ),
    "a quotient by nothing is NULL": Trap(
        "SELECT CAST(7 AS DOUBLE) / nullif(n, 0) AS a, CAST(7 AS DOUBLE) / greatest(n, 1) AS b FROM half ORDER BY n",
        [(-1.0, 7.0), (None, 7.0), (1.0, 1.0)],
    ),
    "a sum of whole numbers outgrows them": Trap(
        "SELECT sum(n) + 1 AS a, sum(n) * 3 AS b, n + CAST(1 AS BIGINT) AS c FROM large GROUP BY n",
        [(2_147_483_648, 6_442_450_941, 2_147_483_648)],
    ),
    "zero below zero is zero": Trap(
        "SELECT count(*) AS n FROM (SELECT CAST(0 AS DOUBLE) AS z UNION SELECT -CAST(0 AS DOUBLE)) q", [(1,)]
    ),
    # Texts
    r"a \ in a pattern is a letter": Trap(
        r"SELECT k, x LIKE 'a\b' AS a, x LIKE 'a\%' AS b, x LIKE '%\%' AS c, p LIKE '%\' AS d FROM word ORDER BY k",
        [(1, True, True, True, True), (2, False, False, False, False), (3, False, False, False, False)],
    ),
    r"a \ in the data of a pattern is a letter": Trap(
        r"SELECT k, x LIKE p || '%' AS a, x LIKE coalesce(p, '') || '%' AS b, x LIKE (CASE WHEN k = 1 THEN 'a\_' ELSE p END) AS c, "
        r"x LIKE $p AS d FROM word ORDER BY k",
        [(1, True, True, True, True), (2, True, True, False, False), (3, True, True, True, False)], {"p": "a\\%"},
    ),
    "% and _ stand for letters, in data too": Trap(
        "SELECT k, x LIKE 'a_b' AS a, x LIKE '_%_' AS b, 'azb' LIKE x AS c, x NOT LIKE '%' AS d, x LIKE NULL AS e FROM word ORDER BY k",
        [(1, True, True, False, False, None), (2, True, True, True, False, None), (3, True, True, True, False, None)],
    ),
    "a line's end and an emoji are letters of a pattern": Trap(
        "SELECT 'a\nb' LIKE 'a%b' AS a, 'a\nb' LIKE 'a_b' AS b, '😀b' LIKE '_b' AS c, 'A' LIKE 'a' AS d", [(True, True, True, False)]
    ),
    "a text with NULL is NULL": Trap(
        "SELECT 'a' || x AS a, '' || 'b' AS b, 'a' || NULL AS c FROM pair WHERE k = 2", [(None, "b", None)]
    ),
    "substr counts letters, from 1": Trap(
        "SELECT substr('医院abc', 1, 2) AS a, substr('abc', 2) AS b, substr('abc', 2, 100) AS c, substr('abc', 5, 1) AS d, "
        "substr('abc', 1, k - 9) AS e, substr('a😀b', 2, 1) AS f, substr('abcdef', length(x) + 1, length(x)) AS g, "
        "substr('abc', greatest(k - 5, 1)) AS h FROM pair WHERE k = 3",
        [("医院", "bc", "bc", "", "", "😀", "b", "abc")],
    ),
    "trim takes the wide blank of Chinese text and no tab": Trap(
        "SELECT trim('　张三　') AS a, trim('\ta ') AS b, trim('\u00a0 a b\u2003') AS c, length(trim('　')) AS d",
        [("张三", "\ta", "a b", 0)],
    ),
    "replace with nothing, of nothing, with NULL": Trap(
        "SELECT replace('aaa', 'a', '') AS a, replace('abc', '', 'x') AS b, replace('abc', 'b', NULL) AS c, replace('a.c$', '.c$', '$1') AS d",
        [("", "abc", None, "a$1")],
    ),
    "md5 of Chinese": Trap(
        "SELECT md5('张三') AS a, md5('') AS b, md5(x) AS c, md5(CAST(CAST(1.5 AS DECIMAL(16,2)) AS VARCHAR)) AS d FROM pair WHERE k = 2",
        [("615db57aa314529aaa0fbe95b3e95bd3", "d41d8cd98f00b204e9800998ecf8427e", None, "a6acbd7fe3dcc4f4328712278f6da218")],
    ),
    "texts are in the order of their code points": Trap(
        "SELECT x FROM name ORDER BY x", [("",), ("B",), ("a",), ("张",), ("李",), ("\uffee",), ("\U00020000",)]
    ),
    "the smallest and the largest text": Trap("SELECT min(x) AS a, max(x) AS b FROM name WHERE x <> ''", [("B", "\U00020000")]),
    "texts are compared letter by letter, blanks and all": Trap(
        "SELECT '10' < '9' AS a, 'a' = 'a ' AS b, 'a' < 'B' AS c, 'é' > 'z' AS d, '' < ' ' AS e",
        [(True, False, False, True, True)],
    ),
    "contains takes no pattern": Trap(
        "SELECT contains('a%b', '%') AS a, contains('ab', 'a%') AS b, contains('abc', '') AS c, contains(x, 'a') AS d, "
        "contains('双人病房', '病房') AS e, contains('', 'a') AS f, contains('a\\b', '\\') AS g FROM pair WHERE k = 2",
        [(True, False, True, None, True, False, True)],
    ),
    "starts_with takes no pattern": Trap(
        "SELECT starts_with('J18.9', 'J18') AS a, starts_with('ab', 'a%') AS b, starts_with('abc', '') AS c, starts_with(x, 'a') AS d, "
        "starts_with('张三', '张') AS e FROM pair WHERE k = 2", [(True, False, True, None, True)]
    ),
    "length counts code points": Trap(
        "SELECT length('😀') AS a, length('张三') AS b, length('e\u0301') AS c, length('🇨🇳') AS d, length('\U00020000') AS e",
        [(1, 2, 2, 2, 1)],
    ),
    "capitals": Trap("SELECT upper('aé张ａ') AS a, lower('AÉ张Ａ') AS b", [("AÉ张Ａ", "aé张ａ")]),
    "a number and a text that spells it": Trap(
        "SELECT n = '7' AS a, n IN ('7', '8') AS b, m > '2' AS c, '07' = n AS d FROM half WHERE n = 7", [(True, True, True, True)]
    ),
    "odd letters in a text": Trap(
        r"""SELECT 'it''s' AS a, 'a\n' AS b, '"' AS c, '${x}' AS d, '${env:HOME}' AS e, '`' AS f, 'a\' AS g, '\u0041' AS h, '/*+ x */' AS i, '--' AS j""",
        [("it's", "a\\n", '"', "${x}", "${env:HOME}", "`", "a\\", "\\u0041", "/*+ x */", "--")],
    ),
    "odd letters in a bound text": Trap(
        "SELECT $a AS a, $b AS b, $c AS c, $d AS d, $e AS e, $f AS f",
        [(3, 0.1, "it's; \"q\" \\ :a $a ${a}", True, None, day("2025-01-02"))],
        {"a": 3, "b": 0.1, "c": "it's; \"q\" \\ :a $a ${a}", "d": True, "e": None, "f": day("2025-01-02")},
    ),
    # Names
    "a column goes before an alias of its name": Trap(
        "SELECT a + 1 AS b, b + 1 AS c FROM alias WHERE b > 5", [(2, 11)]
    ),
    "an alias may be read beside it": Trap("SELECT a + 1 AS d, d + 1 AS e FROM alias ORDER BY d", [(2, 3), (3, 4)]),
    "an alias may be grouped, had and ordered by": Trap(
        "SELECT a + b AS d, count(*) AS n FROM alias GROUP BY d HAVING n > 0 ORDER BY d", [(5, 1), (11, 1)]
    ),
    "having reads the column, not the alias": Trap(
        "SELECT a, b - 100 AS b FROM alias GROUP BY a, b HAVING b > 5", [(1, -90)]
    ),
    "order by reads the alias": Trap("SELECT a, -b AS b FROM alias ORDER BY b", [(1, -10), (2, -3)]),
    "a window reads the column": Trap(
        "SELECT -a AS b, row_number() OVER (ORDER BY b) AS n FROM alias ORDER BY n", [(-2, 1), (-1, 2)]
    ),
    "all columns and one more": Trap("SELECT *, a + b AS c FROM alias ORDER BY a", [(1, 10, 11), (2, 3, 5)]),
    "all columns of one of two": Trap(
        "SELECT p.*, o.m FROM pair p JOIN other o ON o.k = p.k", [(2, None, Decimal("1.5"))]
    ),
    "names in Chinese, with blanks and of keywords": Trap(
        'SELECT 甲 + 1 AS "乙 丙", "select", minus.date AS "minus" FROM '
        '(SELECT a AS 甲, a AS "select", a AS date FROM alias WHERE a = 1) minus', [(2, 1, 1)]
    ),
    "names in any case": Trap("SELECT X.A, x.b FROM alias X WHERE x.a = 1", [(1, 10)]),
    "comments of Spark's kind do nothing": Trap(
        "SELECT /*+ BROADCAST(alias), NO_SUCH(x) */ a /*+ COALESCE(1) */ FROM alias /*+ REPARTITION(3) */ --+ x\nWHERE a = 1", [(1,)]
    ),
}  # fmt: skip

OURS = {
    "text as a date, no more generously than DuckDB": Trap(
        "SELECT TRY_CAST('2025' AS DATE) AS a, TRY_CAST('2025-01' AS DATE) AS b, TRY_CAST('2025/1/2' AS DATE) AS c, "
        "TRY_CAST('2025-01-02T10' AS DATE) AS d, TRY_CAST('2025-01-02 x' AS DATE) AS e", [(None, None, day("2025-01-02"), None, None)]
    ),
    "text as a moment, no more and no less generously": Trap(
        "SELECT TRY_CAST('2025' AS TIMESTAMP) AS a, TRY_CAST('2025-01-02 8' AS TIMESTAMP) AS b, "
        "TRY_CAST('2025/1/2  8:05' AS TIMESTAMP) AS c, TRY_CAST('2025-01-02T08:05:09.5' AS TIMESTAMP) AS d, "
        "TRY_CAST('2024-12-31 24:00:00' AS TIMESTAMP) AS e, TRY_CAST('2025-01-02 24:01' AS TIMESTAMP) AS f, "
        "TRY_CAST('2025-02-29' AS TIMESTAMP) AS g, TRY_CAST('12:30' AS TIMESTAMP) AS h",
        [(None, None, moment("2025-01-02 08:05"), moment("2025-01-02 08:05:09.5"), moment("2025-01-01"), None, None, None)],
    ),
    "a moment as a moment": Trap("SELECT TRY_CAST(early AS TIMESTAMP) AS a FROM moment", [(moment("2025-02-01 00:01:00.25"),)]),
    "text in the forms of dates that people have": Trap(
        "SELECT try_strptime('2025年1月5日', ['%Y-%m-%d', '%Y年%m月%d日']) AS a, try_strptime('20250105083000', ['%Y%m%d%H%M%S']) AS b, "
        "try_strptime('2025/1/5 8:05', ['%Y/%m/%d %H:%M']) AS c, try_strptime('5-Jan-25', ['%d-%b-%y']) AS d, "
        "try_strptime('2025-13-01', ['%Y-%m-%d', '%Y%m%d']) AS e, try_strptime('2025年1月5日 8时5分', ['%Y年%m月%d日 %H时%M分']) AS f",
        [(moment("2025-01-05"), moment("2025-01-05 08:30"), moment("2025-01-05 08:05"), moment("2025-01-05"), None,
          moment("2025-01-05 08:05"))],
    ),
    "a day of a spreadsheet": Trap(
        "SELECT TIMESTAMP '1899-12-30' + to_seconds(CAST(floor(TRY_CAST('45678.5' AS DOUBLE) * 86400 + 0.5) AS BIGINT)) AS a, "
        "make_timestamp(1736064000000000) AS b", [(moment("2025-01-21 12:00"), moment("2025-01-05 08:00"))]
    ),
    "text as a figure": Trap(
        "SELECT TRY_CAST('1d' AS DOUBLE) AS a, TRY_CAST('5.' AS DOUBLE) AS b, TRY_CAST('12.5' AS INTEGER) AS c, "
        "TRY_CAST('1e2' AS DECIMAL(16,2)) AS d, TRY_CAST('1.005' AS DECIMAL(16,2)) AS e, TRY_CAST('x' AS INTEGER) AS f, "
        "TRY_CAST('9999999999999999' AS DECIMAL(16,2)) AS g", [(None, 5.0, 13, 100, Decimal("1.01"), None, None)]
    ),
}  # fmt: skip

# Where the two refuse alike: nothing comes out as 0, NULL or the first of January.
FAIL = {
    "NaN as money": "SELECT CAST(d AS DECIMAL(16,2)) AS a FROM odd WHERE k = 1",
    "infinity as money": "SELECT CAST(d AS DECIMAL(16,2)) AS a FROM odd WHERE k = 2",
    "NaN through the shared form": f"SELECT {CENTS.format('d')} AS a FROM odd WHERE k = 1",
    "a double too large for money": "SELECT CAST(d AS DECIMAL(16,2)) AS a FROM odd WHERE k = 3",
    "NaN as a whole number": "SELECT CAST(floor(d) AS INTEGER) AS a FROM odd WHERE k = 1",
    "a number too large": "SELECT CAST(d AS INTEGER) AS a FROM odd WHERE k = 3",
    "whole numbers that overflow": "SELECT n + 1 AS a FROM large",
    "money too narrow": "SELECT CAST(m AS DECIMAL(4,2)) AS a FROM large",
    "a year as a date": "SELECT CAST(year AS DATE) AS a FROM moment",
    "a year as a moment": "SELECT CAST(year AS TIMESTAMP) AS a FROM moment",
    "a name as a number": "SELECT CAST(x AS INTEGER) AS a FROM pair",
    "nothing as a number": "SELECT CAST(x AS DECIMAL(16,2)) AS a FROM name WHERE x = ''",
    "a name as a date": "SELECT CAST(x AS DATE) AS a FROM pair",
    "a column of two tables": "SELECT k FROM pair p JOIN other o ON o.k = p.k",
    "a column that is not there": "SELECT nights FROM pair",
    "a column that is not grouped": "SELECT k, count(*) AS n FROM pair GROUP BY x",
    "two rows for one value": "SELECT (SELECT k FROM pair) AS a",
    "a flag and a number": "SELECT b + 1 AS a FROM flag",
    "greatest of a text and a number": "SELECT greatest(x, k) AS a FROM pair",
}

# DuckDB answers. Spark says, before anything runs, which part it does not take.
ONLY_DUCKDB = {
    "an alias in WHERE": ("SELECT a + 1 AS d FROM alias WHERE d > 2", "`d`"),
    "an alias in a window": ("SELECT -a AS d, row_number() OVER (ORDER BY d) AS n FROM alias", "`d`"),
    "a date minus a date": ("SELECT day - day AS n FROM moment", "DATATYPE_MISMATCH.*day"),
    "a number as a condition": ("SELECT k FROM pair WHERE k", "FILTER_NOT_BOOLEAN"),
    "a flag compared with 1": ("SELECT b = 1 AS a FROM flag", "DATATYPE_MISMATCH"),
    "a sum of flags": ("SELECT sum(b) AS a FROM flag", "DATATYPE_MISMATCH"),
    "a flag or 0": ("SELECT coalesce(b, 0) AS a FROM flag", "DATATYPE_MISMATCH"),
}  # fmt: skip

# DuckDB says which part it does not take. Spark makes a number of the text.
ONLY_SPARK = {
    "a text plus a number": "SELECT t + 1 AS a FROM (SELECT CAST(n AS VARCHAR) AS t FROM half) h",
    "a sum of texts": "SELECT sum(s) AS a FROM half",
    "a text or a number": "SELECT coalesce(t, n) AS a FROM (SELECT n, CAST(n AS VARCHAR) AS t FROM half) h",
    "the letters of a number": "SELECT length(n) AS a FROM half",
    "a date compared with a year": "SELECT day > '2025' AS a FROM moment",
}

# What still differs, and by how much.
REMAINING = {
    "letters whose capital is two letters": ("SELECT upper('ß') AS a", [("ẞ",)], [("SS",)]),
    "a text and a number in one column of a UNION": (
        "SELECT x FROM name WHERE x < 'A' UNION ALL SELECT k FROM pair WHERE k = 1", [("",), ("1",)], None,
    ),
    "what stands behind the seconds": (
        "SELECT TRY_CAST('2025-01-02 10:05 PM' AS TIMESTAMP) AS a", [(moment("2025-01-02 10:05"),)], [(None,)],
    ),
    "a figure with an underscore": ("SELECT TRY_CAST('1_000' AS DECIMAL(16,2)) AS a", [(1000,)], [(None,)]),
    "a year of five figures": ("SELECT CAST(DATE '12025-01-02' AS VARCHAR) AS a", [("12025-01-02",)], [("+12025-01-02",)]),
}  # fmt: skip


class Both(NamedTuple):
    duck: DuckEngine
    spark: SparkEngine


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """The same tables on both engines, each as its own engine keeps them."""
    from tests.spark_session import session

    folder = tmp_path_factory.mktemp("both")
    duck = DuckEngine(folder / "duck", threads=1)
    spark = SparkEngine(folder / "spark" / "staging", session())
    for engine in (duck, spark):
        for name, sql in TABLES.items():
            engine.keep(name, sql)
    yield Both(duck, spark)
    duck.close()
    spark.close()


def plain(rows: list[tuple[Any, ...]], in_order: bool) -> list[str]:
    """Rows to compare: figures by their value, whatever holds them; a flag is no figure."""

    def one(value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
            return value
        return "NaN" if value != value else Decimal(str(value)).normalize() + 0

    told = [repr(tuple(one(value) for value in row)) for row in rows]
    return told if in_order else sorted(told)


def answers(engine: Engine, sql: str, params: dict[str, Any] | None = None) -> list[str]:
    return plain(engine.rows(sql, params), in_order=" ORDER BY " in sql)


@pytest.mark.parametrize("trap", [*TRAPS.values(), *OURS.values()], ids=[*TRAPS, *OURS])
def test_both_engines_come_to_what_is_right(trap: Trap, both: Both) -> None:
    right = plain(trap.rows, in_order=" ORDER BY " in trap.sql)
    assert answers(both.duck, trap.sql, trap.params) == right
    assert answers(both.spark, trap.sql, trap.params) == right


@pytest.mark.parametrize("trap", TRAPS.values(), ids=TRAPS)
def test_each_is_something_a_rule_may_say(trap: Trap) -> None:
    assert list(portable.faults(portable.parse(trap.sql), TABLES)) == []


@pytest.mark.parametrize("sql", FAIL.values(), ids=FAIL)
def test_both_engines_refuse(sql: str, both: Both) -> None:
    for engine in both:
        with pytest.raises(SQLFailed):
            engine.rows(sql)


@pytest.mark.parametrize(("sql", "named"), ONLY_DUCKDB.values(), ids=ONLY_DUCKDB)
def test_what_spark_does_not_take_it_names(sql: str, named: str, both: Both) -> None:
    assert both.duck.rows(sql)
    with pytest.raises(SQLFailed, match=named):
        both.spark.rows(sql)


@pytest.mark.parametrize("sql", ONLY_SPARK.values(), ids=ONLY_SPARK)
def test_what_duckdb_does_not_take_it_names(sql: str, both: Both) -> None:
    with pytest.raises(SQLFailed):
        both.duck.rows(sql)
    assert both.spark.rows(sql)


@pytest.mark.parametrize(("sql", "duck", "spark"), REMAINING.values(), ids=REMAINING)
def test_what_still_differs_is_known(
    sql: str, duck: list[tuple[Any, ...]], spark: list[tuple[Any, ...]] | None, both: Both
) -> None:
    assert answers(both.duck, sql) == plain(duck, in_order=False)
    if spark is None:
        with pytest.raises(SQLFailed):
            both.spark.rows(sql)
    else:
        assert answers(both.spark, sql) == plain(spark, in_order=False)


def test_a_sum_of_whole_numbers_is_kept_as_a_double_or_as_a_whole_number(both: Both) -> None:
    # DuckDB has no Parquet for its HUGEINT. The value is the same, its text is not: facts cast their sums.
    for engine, kind, told in ((both.duck, "DOUBLE", "0.0"), (both.spark, "BIGINT", "0")):
        engine.keep("summed", "SELECT sum(n) AS s FROM half")
        assert engine.columns("summed") == {"s": kind}
        assert engine.rows("SELECT s, CAST(s AS VARCHAR) AS t FROM summed") == [(0, told)]


def test_exp_differs_in_its_last_digit_at_most(both: Both) -> None:
    sql = "SELECT exp(CAST(k AS DOUBLE)) AS a, exp(-CAST(k AS DOUBLE) / CAST(7 AS DOUBLE)) AS b FROM odd ORDER BY k"
    for ours, theirs in zip(both.duck.rows(sql), both.spark.rows(sql), strict=True):
        assert ours == pytest.approx(theirs, rel=3e-16)


def test_what_is_counted_from_double_to_double_is_the_same_to_the_bit(both: Both) -> None:
    # One rounding each, in one order: IEEE leaves no choice.
    sql = (
        "SELECT CAST(m AS DOUBLE) / CAST(n AS DOUBLE) * CAST(0.1 AS DOUBLE) - sqrt(abs(CAST(m AS DOUBLE))) AS a "
        "FROM half WHERE n <> 0 ORDER BY n"
    )
    assert both.duck.rows(sql) == both.spark.rows(sql)


@pytest.fixture
def far_away(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The shared session, with Java, Python and the session itself each in another time zone."""
    from tests.spark_session import session

    zones = session()._jvm.java.util.TimeZone
    home = zones.getDefault()
    zone = session().conf.get("spark.sql.session.timeZone")
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    zones.setDefault(zones.getTimeZone("America/New_York"))
    session().conf.set("spark.sql.session.timeZone", "Europe/London")
    yield session()
    session().conf.set("spark.sql.session.timeZone", zone)
    zones.setDefault(home)
    monkeypatch.undo()
    time.tzset()


def test_no_time_zone_moves_a_moment(far_away: Any, tmp_path: Path) -> None:
    import pyarrow as pa

    # In one of the zones this hour does not exist, in another it falls on the next day.
    moments = [
        moment("2025-03-09 02:30"),
        moment("2025-03-30 01:30"),
        moment("2024-12-31 23:59:59.5"),
    ]
    schema = pa.schema([("clock", pa.timestamp("us")), ("day", pa.date32())])
    batch = pa.record_batch([moments, [clock.date() for clock in moments]], schema=schema)
    in_order = sorted(moments)
    engines: tuple[Engine, ...] = (
        DuckEngine(tmp_path / "duck", threads=1),
        SparkEngine(tmp_path / "spark" / "staging", far_away),
    )
    for engine in engines:
        engine.show("given", [write_parquet(tmp_path / "given.parquet", schema, [batch])])
        engine.keep(
            "kept", "SELECT *, CAST(clock AS DATE) AS d, CAST(clock AS VARCHAR) AS told FROM given"
        )
        assert engine.rows("SELECT * FROM kept ORDER BY clock") == [
            (clock, clock.date(), clock.date(), str(clock).removesuffix("00000"))
            for clock in in_order
        ]
        for part in engine.batches("SELECT clock FROM kept ORDER BY clock"):
            assert [row["clock"] for row in part.to_pylist()] == in_order
        assert engine.frame("SELECT clock FROM kept ORDER BY clock")["clock"].tolist() == in_order
        before = "SELECT count(*) AS n FROM kept WHERE d = day AND clock < TIMESTAMP '2025-03-09 02:30:01'"
        assert engine.value(before) == 2
        engine.close()


def test_every_id_here_is_a_sentence() -> None:
    told = [*TRAPS, *OURS, *FAIL, *ONLY_DUCKDB, *ONLY_SPARK, *REMAINING]
    assert len(told) == len(set(told))
    assert not [name for name in told if not re.search(r" |IN|capitals|roots", name)]
