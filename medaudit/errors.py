"""What a user is told when something could not be done: what, where, what to do, all at once."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from medaudit.language import say, spoken

DONE = 0
FOUND = 1
FAILED = 2


@dataclass(frozen=True)
class Problem:
    """One thing wrong, in the run's language, and never with anybody's data in it."""

    what: str
    where: str = ""
    do: str = ""

    def __str__(self) -> str:
        lines = [f"{self.where}: {self.what}" if self.where else self.what]
        if self.do:
            lines.append(f"  → {self.do}")
        return "\n".join(lines)


class MedauditError(Exception):
    """Ends a command with exit code 2. `problems` holds everything found wrong, not just the first."""

    def __init__(self, problems: Iterable[Problem] | Problem | str) -> None:
        if isinstance(problems, str):
            problems = Problem(problems)
        if isinstance(problems, Problem):
            problems = [problems]
        self.problems: Sequence[Problem] = list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def all_problems(*checks: Callable[[], object]) -> list[Problem]:
    """What all the checks find wrong, each of which raises MedauditError."""
    found: list[Problem] = []
    for check in checks:
        try:
            check()
        except MedauditError as error:
            found += error.problems
    return found


def likely(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` was probably meant to be, or None."""
    lower = {k.lower(): k for k in known}
    close = difflib.get_close_matches(name.lower(), lower, n=1, cutoff=0.6)
    return lower[close[0]] if close else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint naming the likely name, else listing what is known."""
    names = list(known)
    close = likely(name, names)
    if close:
        return say(f"是不是 {close}？", f"did you mean {close}?")
    listed = "、".join(names) if spoken() == "zh" else ", ".join(names)
    return say(f"可用的有：{listed}", f"known: {listed}")
