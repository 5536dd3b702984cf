"""The engines a statement can be written for: SELECTs, column types and what must be done first, in their words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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

    select: Callable[[str, frozenset[str]], str]  # a SELECT that reads parts of these names
    named: Callable[[str], str]  # what a part is called in the whole
    whole: Callable[
        [Mapping[str, str], str], str
    ]  # parts by name, each after those it reads, and the SELECT of the hits
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
            "各段按顺序先算好、存成当前库里的 medaudit_ 表，最后的 SELECT 给出结果。请先 USE 一个自己可写的库；",
            "Each part is computed once, in order, and kept as a table medaudit_… of the current database; the",
        ),
        say(
            "再运行一次会先删除旧表。用完后删除这些表：它们含有参保人的记录。",
            "last SELECT gives the hits. USE a database of your own first. Run again, it replaces these tables; "
            "drop them afterwards, for they hold people's records.",
        ),
        say(
            "在 Databricks Unity Catalog 里建表，要去掉 USING parquet。",
            "In Databricks Unity Catalog leave USING parquet out.",
        ),
        "",
    ]


@cache
def _select_in_spark(sql: str, parts: frozenset[str]) -> str:
    """A SELECT of ours in Spark SQL, its comments where they were or as near as the layout allows."""
    words = Words.get_or_raise("duckdb")
    tokens = words.tokenize(sql)
    for token in tokens:  # consoles cut a paste at semicolons, those of comments too
        token.comments[:] = [comment.replace(";", ",") for comment in token.comments]
    _open_up(tokens)
    tree = words.parser().parse(tokens, sql)[0]
    assert tree
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    for table in tree.find_all(exp.Table):
        if table.name in parts - own:
            table.set(
                "alias",
                table.args.get("alias") or exp.TableAlias(this=exp.to_identifier(table.name)),
            )
            table.set("this", exp.to_identifier(_named_in_spark(table.name)))
    # A pattern is written anew: the comment behind it goes behind a bracket.
    for like in list(tree.find_all(exp.Like)):
        comments = like.expression.pop_comments()
        if comments:
            like.replace(exp.Paren(this=like.copy())).add_comments(comments)
    return to_spark(tree)


def _named_in_spark(part: str) -> str:
    """Names of their own: a view of the session would hide a table of the site."""
    return f"medaudit_{part}"


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


def _with(parts: Mapping[str, str], hits: str) -> str:
    """One SELECT with the parts as CTEs."""
    ctes = ",\n".join(f"{name} AS (\n{sql}\n)" for name, sql in parts.items())
    return f"WITH {ctes}\n{hits}" if ctes else hits


def _in_steps(parts: Mapping[str, str], hits: str) -> str:
    """Statement by statement: Spark computes a CTE anew wherever it is read, and plans it anew as well.

    Tables, for what CACHE TABLE keeps has all its shuffle partitions: every join of two doubles them.
    """
    kept = [
        f"DROP TABLE IF EXISTS {name};\n\nCREATE TABLE {name} USING parquet AS\n{sql};"
        for name, sql in parts.items()
    ]
    return "\n\n".join([*kept, f"{hits};"])


DIALECTS = {
    "duckdb": Dialect(
        select=lambda sql, parts: sql,
        named=str,
        whole=_with,
        type=str,
        reads="CREATE VIEW settlement AS FROM 'medaudit-run/records/settlement.parquet';",
        stores="",
        first=list,
    ),
    "spark": Dialect(
        select=_select_in_spark,
        named=_named_in_spark,
        whole=_in_steps,
        type=lambda name: exp.DataType.build(name, dialect="duckdb").sql("spark").replace(" ", ""),
        reads="CREATE TEMPORARY VIEW settlement USING parquet "
        f"OPTIONS{TIED}(path{TIED}'medaudit-run/records/settlement.parquet');",
        stores=f"{TIED}USING{TIED}parquet",
        first=_first_in_spark,
    ),
}
