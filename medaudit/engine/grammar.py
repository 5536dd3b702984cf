"""What SQL may be made of so that DuckDB and Spark read it alike, in the words of sqlglot's tree."""

from __future__ import annotations

from sqlglot import exp

# What a query may be made of: the nodes of its tree and the parts of each that may be filled. What is not
# listed is refused, so that whatever a parser or an engine learns tomorrow is refused as well.
GRAMMAR: dict[type[exp.Expr], str] = {
    exp.Select: "with_ distinct expressions from_ joins where group having order",
    exp.Union: "with_ this expression distinct",
    exp.Except: "with_ this expression distinct",
    exp.Intersect: "with_ this expression distinct",
    exp.With: "expressions",
    exp.CTE: "this alias",
    exp.Subquery: "this alias",
    exp.Table: "this alias db catalog",
    exp.TableAlias: "this columns",
    exp.From: "this",
    exp.Join: "this on side kind",
    exp.Where: "this",
    exp.Group: "expressions",
    exp.Having: "this",
    exp.Order: "expressions",
    exp.Ordered: "this desc nulls_first",
    exp.Distinct: "expressions",
    exp.Window: "this partition_by order spec over",
    exp.WindowSpec: "kind start start_side end end_side",
    exp.Alias: "this alias",
    exp.Column: "this table",
    exp.Identifier: "this quoted",
    exp.Star: "",
    exp.Placeholder: "this",
    exp.Literal: "this is_string",
    exp.Boolean: "this",
    exp.Null: "",
    exp.Paren: "this",
    exp.Not: "this",
    exp.Neg: "this",
    exp.Is: "this expression",
    exp.Like: "this expression negate",
    exp.In: "this expressions query",
    exp.Between: "this low high",
    exp.Exists: "this",
    exp.DPipe: "this expression safe",
    exp.Case: "this ifs default",
    exp.If: "this true",
    exp.DataType: "this expressions nested",
    exp.DataTypeParam: "this",
    exp.Var: "this",
    **dict.fromkeys(
        (exp.And, exp.Or, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ,
         exp.NullSafeNEQ, exp.Add, exp.Sub, exp.Mul, exp.Div),
        "this expression",
    ),
    # Functions. `concat` (NULL), `round` (halves), `avg` (a DECIMAL or a DOUBLE), `ln` (of 0), percentiles, `hash`,
    # FIRST/LAST, `arg_max`, day of week and `format` are absent because the engines differ.
    exp.Count: "this big_int",
    **dict.fromkeys(
        (exp.Sum, exp.Min, exp.Max, exp.Abs, exp.Floor, exp.Ceil, exp.Sqrt, exp.Exp, exp.Upper,
         exp.Lower, exp.Trim, exp.Length, exp.MD5, exp.LogicalOr, exp.LogicalAnd),
        "this",
    ),
    exp.Coalesce: "this expressions",
    exp.Nullif: "this expression",
    exp.Greatest: "this expressions ignore_nulls",
    exp.Least: "this expressions ignore_nulls",
    exp.Substring: "this start length",
    exp.Replace: "this expression replacement",
    exp.StartsWith: "this expression",
    exp.Contains: "this expression",
    exp.DateDiff: "this expression unit date_part_boundary",
    exp.Cast: "this to",
    exp.RowNumber: "",
    exp.Rank: "",
    exp.DenseRank: "",
    exp.Lag: "this offset default",
    exp.Lead: "this offset default",
}  # fmt: skip

TYPES = {
    "VARCHAR", "TEXT", "DATE", "TIMESTAMPNTZ", "INT", "SMALLINT", "BIGINT", "DOUBLE", "DECIMAL", "BOOLEAN",
}  # fmt: skip
