"""How rules stand to each other: each code once, and who tells whose hits with its own."""

from __future__ import annotations

from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter

from medaudit.detectors.rule import Rule
from medaudit.errors import MedauditError, Problem, did_you_mean
from medaudit.language import say


def demand_apart(found: Sequence[Rule]) -> None:
    """Raise MedauditError for a code that two rules have."""
    seen: dict[str, Rule] = {}
    for rule in found:
        if rule.code in seen:
            what = say(f"编号 {rule.code} 已被使用", f"code {rule.code} is taken")
            do = say("编号一经使用不再重用，换一个", "codes are never used again: choose another")
            raise MedauditError(Problem(what, f"{rule.path} · {seen[rule.code].path}", do))
        seen[rule.code] = rule


def demand_related(found: Sequence[Rule]) -> None:
    """Raise MedauditError for relations to rules that are not there, and for rules that subsume each other.

    In a ring of rules each would be told within the next, and the fact nowhere.
    """
    by_code = {rule.code: rule for rule in found}
    problems = [
        Problem(
            say(f"subsumes 不认识 {code}", f"subsumes: unknown {code}"),
            str(rule.path),
            did_you_mean(code, by_code),
        )
        for rule in found
        for code in rule.subsumes
        if code not in by_code
    ]
    try:
        TopologicalSorter({rule.code: rule.subsumes for rule in found}).prepare()
    except CycleError as error:
        ring = " → ".join(error.args[1])
        what = say(f"规则互相包含：{ring}", f"rules subsume each other: {ring}")
        problems.append(Problem(what, str(by_code[error.args[1][0]].path)))
    if problems:
        raise MedauditError(problems)
