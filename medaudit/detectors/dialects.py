"""The engines a statement can be written for: SELECTs, column types and what must be done first, in their words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect as Words
from sqlglot.tokenizer_core import Token, TokenType

from medaudit.engine.session import RELIED_ON
from medaudit.engine.translation import to_spark
from medaudit.language import say

TIED = "\x1f"  # a space at which no line is broken


@dataclass(frozen=True)
class Dialect:
    """How an engine says what is written once, in DuckDB's words."""

    select: Callable[[str], str]  # a SELECT
    type: Callable[[str], str]  # the type of a column
    reads: str  # what shows the settlements of a run folder as a table
    stores: str  # what ends a CREATE TABLE
    first: Callable[[], list[str]]  # what to do and to know before the statement runs


def _first_in_spark() -> list[str]:
    # No moment in a statement has a zone. Where a site's own columns do, UTC would move them to another day.
    wanted = {name: value for name, value in RELIED_ON.items() if not name.endswith("timeZone")}
    return [
        say(
            "请先在同一会话里执行（在 Databricks 的 SQL 仓库里改为 SET ANSI_MODE = true）：",
            "First run in the same session (on a Databricks SQL warehouse SET ANSI_MODE = true instead):",
        ),
        *(f"  SET {name}={value};" for name, value in wanted.items()),
        say(
            "时间一律是钟面时间（TIMESTAMP_NTZ）。若您的时间列是 TIMESTAMP，会话时区须是数据所在地的时区。",
            "Times are what the clock showed (TIMESTAMP_NTZ). Where yours are TIMESTAMP, the time zone of "
            "the session must be that of the data.",
        ),
        say(
            "WITH 里的每一段，读到几次 Spark 就算几次。数据多时，先按顺序把各段存成同名的表",
            "Spark computes a part of WITH anew wherever it is read. With much data, first keep the parts,",
        ),
        say(
            "（CREATE TABLE 名称 AS …），再运行最后的 SELECT。",
            "in their order, as tables of the same names (CREATE TABLE name AS …), then run the last SELECT.",
        ),
        say(
            "在 Databricks Unity Catalog 里建表，要去掉 USING parquet。",
            "In Databricks Unity Catalog leave USING parquet out.",
        ),
        "",
    ]


@cache
def _select_in_spark(sql: str) -> str:
    """A SELECT of ours in Spark SQL, its comments where they were or as near as the layout allows."""
    words = Words.get_or_raise("duckdb")
    tokens = words.tokenize(sql)
    _open_up(tokens)
    tree = words.parser().parse(tokens, sql)[0]
    assert tree
    # A pattern is written anew: the comment behind it goes behind a bracket.
    for like in list(tree.find_all(exp.Like)):
        comments = like.expression.pop_comments()
        if comments:
            like.replace(exp.Paren(this=like.copy())).add_comments(comments)
    return to_spark(tree)


def _open_up(tokens: list[Token]) -> None:
    """Move comments at `name AS (` behind the bracket: sqlglot would lose them or write them before AS."""
    for i, (bracket, inside) in enumerate(pairwise(tokens)):
        if bracket.token_type is not TokenType.L_PAREN:
            continue
        is_named = i > 1 and tokens[i - 1].token_type is TokenType.ALIAS
        before = tokens[i - 2 : i + 1] if is_named else [bracket]
        inside.comments[:0] = [comment for token in before for comment in token.comments]
        for token in before:
            token.comments.clear()


DIALECTS = {
    "duckdb": Dialect(
        select=str,
        type=str,
        reads="CREATE VIEW settlement AS FROM 'medaudit-run/records/settlement.parquet';",
        stores="",
        first=list,
    ),
    "spark": Dialect(
        select=_select_in_spark,
        type=lambda name: exp.DataType.build(name, dialect="duckdb").sql("spark").replace(" ", ""),
        reads="CREATE TEMPORARY VIEW settlement USING parquet "
        f"OPTIONS{TIED}(path{TIED}'medaudit-run/records/settlement.parquet');",
        stores=f"{TIED}USING{TIED}parquet",
        first=_first_in_spark,
    ),
}
