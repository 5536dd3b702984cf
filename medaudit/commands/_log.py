"""`--log-format json`: stderr as one JSON object a line, for a log collector."""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from contextvars import ContextVar
from itertools import pairwise
from typing import Any

from medaudit.errors import DONE, FAILED, Problem
from medaudit.progress import Progress, title

_LEVELS = {DONE: "info", FAILED: "error"}  # of an outcome; what was found is a warning


class Log(Progress):
    """Writes what it is told. quiet: only warnings, errors and the outcome."""

    def __init__(self, quiet: bool = False) -> None:
        super().__init__()
        self._quiet = quiet
        self._begun = self._stage_begun = time.monotonic()
        self._of: int | None = None
        self._number = 0
        self._outcome: dict[str, Any] = {}

    def stage(self, name: str, total: int | None = None) -> None:
        done = self.name
        super().stage(name, total)
        self._over(done)
        self._stage_begun, self._of, self._number = time.monotonic(), total, 0
        self.line("info", "stage", stage=name, text=title(name), of=total)

    def step(self, text: str) -> None:
        super().step(text)
        self._number += 1
        self.line("info", "step", stage=self.name, step=text, number=self._number, of=self._of)

    def done(self) -> None:
        if not self.is_done:
            super().done()
            self._over(self.name)

    def _over(self, name: str) -> None:
        if name:
            self.line("info", "done", stage=name, seconds=_since(self._stage_begun))

    def told(self, text: str) -> None:
        """What a terminal would be told besides the result, a line at a time."""
        for line in filter(None, map(str.strip, text.splitlines())):
            self.line("info", "told", text=line)

    def problem(self, problem: Problem, level: str = "error", **more: Any) -> None:
        """What went wrong, and what was under way."""
        under_way = {} if self.is_done else {"stage": self.name, "step": self.text}
        said = {"what": problem.what, "where": problem.where, "do": problem.do}
        self.line(level, level, **said, **{k: v for k, v in under_way.items() if v}, **more)

    def outcome(self, told: Mapping[str, Any]) -> None:
        """What is to stand in the last line."""
        self._outcome |= told

    def end(self, code: int) -> None:
        """The last line: how it ended."""
        seconds = _since(self._begun)
        self.line(_LEVELS.get(code, "warning"), "outcome", exit=code, seconds=seconds, **self._outcome)  # fmt: skip

    def line(self, level: str, event: str, **told: Any) -> None:
        if self._quiet and level == "info" and event != "outcome":
            return
        now = dt.datetime.now().astimezone().isoformat(timespec="milliseconds")
        known = {name: value for name, value in told.items() if value is not None}
        said = {"time": now, "level": level, "event": event} | known
        text = json.dumps(said, ensure_ascii=False, default=str) + "\n"
        with suppress(OSError):  # that nobody reads the log stops no audit
            stream = getattr(sys.stderr, "buffer", None)
            if stream is not None:
                stream.write(text.encode("utf-8"))  # whatever the console speaks
            else:
                sys.stderr.write(text)
            sys.stderr.flush()


def _since(then: float) -> float:
    return round(time.monotonic() - then, 3)


_current: ContextVar[Log | None] = ContextVar("log", default=None)


def begin(arguments: Sequence[str]) -> Log | None:
    """The log that a command line asks for, read before the commands exist: its own faults belong there too."""
    words = list(arguments)
    words = words[: words.index("--")] if "--" in words else words
    asked = "--log-format=json" in words or ("--log-format", "json") in pairwise(words)
    _current.set(Log(quiet=bool({"-q", "--quiet"} & set(words))) if asked else None)
    return _current.get()


def current() -> Log | None:
    return _current.get()


def tell(problems: Iterable[Problem], **more: Any) -> None:
    """Tell everything that went wrong."""
    log = current()
    for problem in problems:
        if log is not None:
            log.problem(problem, **more)
        else:
            print(problem, file=sys.stderr)
