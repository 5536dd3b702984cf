"""The conditions of a SELECT one by one, each in the words of the comment behind it (`-- 中文 | English`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from medaudit.detectors.rule import Rule
from medaudit.engine import portable
from medaudit.language import say


@dataclass(frozen=True)
class Condition:
    """One of the conditions that must all hold: its words (blank without a comment) and its SQL."""

    zh: str
    en: str
    node: exp.Expr

    @property
    def words(self) -> str:
        """The comment in the run's language, "" where there is none."""
        return say(self.zh, self.en)

    @property
    def sql(self) -> str:
        return self.node.sql("duckdb", comments=False)

    @property
    def text(self) -> str:
        """The words, or for want of them the SQL."""
        return self.words or self.sql

    @property
    def parameters(self) -> list[str]:
        """The parameters in it, in their order."""
        named = (node.name for node in self.node.find_all(exp.Placeholder, exp.Parameter))
        return list(dict.fromkeys(named))


def conditions(clause: exp.Expr | None, deciding: bool = False) -> list[Condition]:
    """The conditions of a WHERE, HAVING or ON, split at its ANDs; none for no clause.

    Only a comment in two languages stands for a condition: others tell why the SQL is as it is. Of the
    deciding conditions, which every rule explains, a comment in one language is taken too.
    """
    if clause is None:
        return []
    whole = clause.this if isinstance(clause, (exp.Where, exp.Having)) else clause
    # A parenthesis stays on: the comment behind it hangs on it.
    parts = whole.flatten(unnest=False) if isinstance(whole, exp.And) else [whole]
    return [_condition(part, deciding) for part in parts]


def branches(query: exp.Query) -> Iterator[exp.Select]:
    """The SELECTs that a query's rows come from: itself, or those that UNION and its like put together."""
    body: exp.Expr = query.unnest()
    if isinstance(body, exp.SetOperation):
        yield from branches(body.left)
        yield from branches(body.right)
    elif isinstance(body, exp.Select):
        yield body


def deciding(rule: Rule) -> list[Condition]:
    """The conditions of a rule's last WHERE (and HAVING): when it reports something."""
    found = []
    for select in branches(portable.parse(rule.sql)):
        for clause in ("where", "having"):
            found += conditions(select.args.get(clause), deciding=True)
    return found


def _condition(node: exp.Expr, deciding: bool) -> Condition:
    # Where a condition takes several lines the comment that stands for it is the last in two languages.
    told = [comment.strip() for part in node.walk() for comment in part.comments or ()]
    words = ([one for one in told if "|" in one] or (told if deciding else []) or [""])[-1]
    zh, _, en = words.partition("|")
    return Condition(zh.strip(), (en or zh).strip(), node)
