"""Rules run on their own cases, and what became of each in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from medaudit.cases import read_cases, run_case
from medaudit.detectors.rule import Rule
from medaudit.errors import DONE, FAILED, FOUND
from medaudit.language import say
from medaudit.output.wrap import wrap

_WIDE = 74  # what a difference may take beside its indent


def try_cases(rules: Sequence[Rule], tell: Callable[[str], None]) -> int:
    """Run every case of the rules and tell each line as it comes.

    Returns the exit code: 1 when a case fails, 2 when a rule has none (and no case fails), else 0.
    """
    failed = passed = 0
    without = []
    for rule in rules:
        cases = read_cases(rule.cases) if rule.cases.is_file() else []
        if not cases:
            without.append(rule)
            continue
        tell(f"{rule.code} {rule.name}")
        for case in cases:
            differs = run_case(rule, case)
            tell(f"  {'✗' if differs else '✓'} {case.name}")
            for line in wrap(differs, _WIDE).splitlines():
                tell(f"      {line}")
            failed, passed = failed + bool(differs), passed + (not differs)
    for rule in without:
        tell(
            say(
                f"{rule.code} {rule.name}：没有用例，写在 {_place(rule)}",
                f"{rule.code} {rule.name}: no cases; they go into {_place(rule)}",
            )
        )
    tell(say(f"通过 {passed}，不符 {failed}", f"passed {passed}, failed {failed}"))
    return FOUND if failed else FAILED if without else DONE


def _place(rule: Rule) -> str:
    if rule.own:
        return f"tests/rules/{rule.path.parent.name}/{rule.path.stem}.toml"
    return rule.cases.name
