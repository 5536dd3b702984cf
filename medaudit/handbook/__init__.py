"""The handbook: what rules there are, what each does in plain words, and what a rule may read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from medaudit.errors import DONE, MedauditError, Problem
from medaudit.language import say

if TYPE_CHECKING:
    from medaudit.detectors.rule import Rule
    from medaudit.settings import Settings


@dataclass(frozen=True)
class Asked:
    """What is asked of the handbook: a rule (or all), its statement, the tables it reads (or one by name) or its cases."""

    code: str | None = None
    sql: str | None = None
    tables: bool = False
    test: bool = False


def show(
    asked: Asked,
    settings: Settings,
    folders: Sequence[str | Path],
    format: str,
    target: Path | None,
) -> int:
    """Put what is asked before the user, on stdout or in a file; returns the exit code.

    folders: the user's own rules. Raises MedauditError for a code or dialect that is not known.
    """
    from medaudit.detectors import catalogue
    from medaudit.handbook import page, peers, shelf, tables, trial
    from medaudit.settings import FILE

    places = [Path(folder) for folder in folders]
    if (
        asked.code
        and asked.code.upper() == peers.CODE
        and not (asked.sql or asked.tables or asked.test)
    ):
        peers.show_page(format, target)
        return DONE
    known = catalogue.known(places)
    catalogue.check_params(known, settings.params, str(settings.path or FILE))
    if asked.tables:
        tables.show_tables(tables.asked_for(asked.code, places), format, target)
        return DONE
    rule = shelf.find(asked.code, places) if asked.code else None
    if format != "table" and (asked.sql or asked.test):
        option = "--sql" if asked.sql else "--test"
        what = say(f"{option} 只有一种写法，没有格式可选", f"{option} is written in one way only")
        raise MedauditError(Problem(what, "--format", say("去掉 --format", "leave --format out")))
    if asked.sql:
        _show_statement(rule, settings, asked.sql, target)
    elif asked.test:
        mine = [one for one in known if not (places and one.own)]
        return trial.try_cases([rule] if rule else mine, lambda line: print(line, flush=True))
    elif rule:
        page.show_page(rule, rule.values(settings.params), format, target)
    else:
        shelf.show_list(known, format, target)
    return DONE


def _show_statement(
    rule: Rule | None, settings: Settings, dialect: str, target: Path | None
) -> None:
    from medaudit.detectors.statement import statement
    from medaudit.output.show import standard_output
    from medaudit.output.whole import opened

    if rule is None:
        what = say("要写哪条规则的语句？", "the statement of which rule?")
        do = say(
            "例：medaudit rules STY02 --sql duckdb", "such as: medaudit rules STY02 --sql duckdb"
        )
        raise MedauditError(Problem(what, "--sql", do))
    told = statement(rule, settings, dialect)
    with standard_output() if target is None else opened(target) as stream:
        stream.write(told.encode("utf-8"))
