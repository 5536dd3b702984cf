"""The schemes and lookalikes there are: a file in schemes/ or lookalikes/ is one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from medaudit.errors import MedauditError, Problem, did_you_mean
from medaudit.language import say
from medaudit.synth import lookalikes, schemes
from medaudit.synth.plan import Plan, Unit
from medaudit.synth.town import Town

Plant = Callable[[Town, Plan], None]


@cache
def known() -> dict[str, tuple[Unit, Plant]]:
    """A unit and its function by name; lookalikes come first, then schemes."""
    found: dict[str, tuple[Unit, Plant]] = {}
    for package in (lookalikes, schemes):
        for module in sorted(iter_modules(package.__path__), key=lambda m: m.name):
            if module.name.startswith("_"):
                continue
            content = import_module(f"{package.__name__}.{module.name}")
            found[content.UNIT.name] = (content.UNIT, content.plant)
    return found


def chosen(names: Sequence[str] | None = None) -> list[tuple[Unit, Plant]]:
    """The units named, all when None, in the order in which they are planted.

    Raises MedauditError for names that are unknown.
    """
    strangers = [name for name in names or () if name not in known()]
    if strangers:
        raise MedauditError(
            Problem(say(f"没有这种情形：{name}", f"no such scheme: {name}"), "--schemes", did_you_mean(name, sorted(known(), key=lambda n: known()[n][0].innocent)))
            for name in strangers
        )  # fmt: skip
    wanted = [known()[name] for name in known() if names is None or name in names]
    return sorted(wanted, key=lambda one: (not one[0].innocent, not one[0].early))
