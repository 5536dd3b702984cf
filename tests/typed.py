"""A command typed as a user types it, and what it told."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from medaudit.cli import main


class Told(NamedTuple):
    exit_code: int
    stdout: str
    stderr: str


Type = Callable[..., Told]


def typing(capfd: pytest.CaptureFixture[str]) -> Type:
    """Type `medaudit …`."""

    def type_(*words: object) -> Told:
        with pytest.raises(SystemExit) as ended:
            main(list(map(str, words)))
        told = capfd.readouterr()
        return Told(int(ended.value.code or 0), told.out, told.err)

    return type_
