"""Case lists for inspectors: what leaves a run, in files and with its event in the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medaudit.errors import MedauditError, Problem, all_problems
from medaudit.language import say
from medaudit.progress import SILENT, Progress

if TYPE_CHECKING:
    from medaudit.detectors.rule import Rule
    from medaudit.export.wanted import Wanted
    from medaudit.ledger import Ledger


@dataclass(frozen=True)
class Order:
    """An export as it is asked for. run: the run folder. out: the new folder, None for one named after the number.
    limits: has by, area, institution, since, until, person and min_amount, each None when it was not given.
    forms: such as `xlsx,csv`. who, why: for the ledger. rules: folders of the user's own rules. book: table [ledger] of the settings, profiles: table [profile] of the
    settings, which lie at `settings`."""

    run: Path
    limits: Any
    out: Path | None = None
    profile: str | None = None
    budget: int | None = None
    forms: str | None = None
    notice: bool = False
    reveal: bool = False
    who: str = ""
    why: str = ""
    rules: Sequence[Path] = ()
    book: Mapping[str, Any] = field(default_factory=dict)
    profiles: Mapping[str, Any] = field(default_factory=dict)
    settings: str = "medaudit.toml"


def export(order: Order, ledger: Ledger, progress: Progress = SILENT) -> tuple[str, bool]:
    """Write a case list and add its event; what to tell of it, and whether anything went out. Nobody fitting is no error: nothing is
    written then, and nothing recorded.

    Raises MedauditError, everything wrong at once, before anything is written: no run or an older one, a folder that is not empty,
    an unknown profile or form, names asked for in clear without saying why.
    """
    wanted, forms, known = _checked(order)
    from medaudit.dossier.opened import opened
    from medaudit.export import chosen, going, telling
    from medaudit.export.decided import stand
    from medaudit.export.leaving import leave
    from medaudit.export.load import Load
    from medaudit.ledger.people import confirmations, person

    rings = [code for code, rule in known.items() if rule.subject == "ring"]
    progress.stage("choosing")
    with opened(order.run) as run:
        chosen.demand_present(run)
        states, numbers = stand(run, ledger, confirmations(order.book), wanted.kinds)
        picked = chosen.choose(run, wanted, rings, states)
        load = Load(run, wanted, picked, known, states, numbers, order.reveal)
        if not load.cases:
            return telling.nothing(load), False
        going.prepare(run, load.cases)
        progress.stage("writing")
        left = leave(
            load,
            order.out,
            forms,
            ledger,
            person(order.who, order.book),
            " ".join(order.why.split()),
        )
        return telling.told(left, load, ledger.where), True


def _checked(order: Order) -> tuple[Wanted, tuple[str, ...], dict[str, Rule]]:
    """What is wanted, in which forms, and the rules by code. Raises MedauditError with everything that is wrong."""
    from medaudit.detectors import catalogue
    from medaudit.export import profiles, wanted
    from medaudit.export.leaving import OPTION
    from medaudit.output.folder import demand_writable
    from medaudit.runs.folder import demand_outside, demand_run

    forms, wrong = wanted.forms(order.forms, order.notice)
    if order.reveal and not order.why.strip():
        what = say("不遮盖姓名和证件号，要写明原因", "names in clear need a reason")
        wrong.append(Problem(what, "--reveal", say('加上 --why "…"', 'add --why "…"')))
    known: dict[str, Rule] = {}
    profile = None

    def rules() -> None:
        known.update({rule.code: rule for rule in catalogue.known(order.rules)})

    def theme() -> None:
        nonlocal profile
        if order.profile:
            profile = profiles.find(order.profile, order.profiles, known, order.settings)

    def place() -> None:
        if order.out:
            demand_writable(order.out, OPTION, lambda _: False)
            other = say("换一个文件夹", "choose another folder")
            demand_outside(order.out, order.run, str(order.out), other)

    wrong += all_problems(lambda: demand_run(order.run), place, rules, theme)
    if wrong:
        raise MedauditError(wrong)
    return wanted.of_profile(profile, order.limits, order.budget), forms, known
