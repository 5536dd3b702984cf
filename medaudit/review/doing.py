"""What each of the reviewer's commands does, from what was asked to what is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medaudit.errors import MedauditError, Problem
from medaudit.language import counted, say
from medaudit.ledger import opened as ledger_at
from medaudit.ledger import place
from medaudit.ledger.decisions import RECOVERED
from medaudit.output import show as output
from medaudit.output.mask import masked
from medaudit.review import experts, sitting, telling, tips
from medaudit.review.against import recovered
from medaudit.review.deciding import Decision, as_event, problems_of, record, recorded
from medaudit.review.desk import Desk, desk, named, rows
from medaudit.review.returned import take
from medaudit.review.worklist import Choice, assigned, chosen
from medaudit.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Asked:
    """Where the run and the ledger are, who asks, and the rules of their own."""

    run: Path
    settings: Settings
    ledger: str | None = None
    who: str | None = None
    rules: Sequence[str | Path] = ()

    @property
    def name(self) -> str:
        """Who sits at the desk."""
        return named(self.who, self.settings)

    def desk(self) -> AbstractContextManager[Desk]:
        """The desk, opened (a context)."""
        return desk(self.run, self.settings, self.ledger, self.who, self.rules)


def work(asked: Asked, choice: Choice, ask: sitting.Ask, tell: Tell) -> None:
    """Go through the worklist in the terminal."""
    from medaudit import dossier

    with asked.desk() as at:
        every, some = _chosen(at, choice)
        tell(telling.summary(every, some))

        def show(item: Mapping[str, Any]) -> str:
            question = dossier.Question(
                str(item.get("finding_id") or item["subject_id"]),
                item["subject_type"] if choice.subject else None,
            )
            return dossier.text(dossier.case(at.run, question, at.known, at.ledger))

        done = sitting.sit(at, some, show, ask, tell)
        tell("\n" + sitting.told(done))


def listed(asked: Asked, choice: Choice, format: str, target: Path | None, tell: Tell) -> None:
    """The worklist as a list."""
    with asked.desk() as at:
        every, some = _chosen(at, choice)
        tell(telling.summary(every, some))
        columns = telling.columns(choice.subject)
        if output.format_of(format, target) in ("table", "markdown", "xlsx"):
            shown = telling.worded(masked(some, names_only=True))
            output.show(shown, format, target, columns=columns, title=say("待办", "To do"))
        else:
            output.show(
                masked(some, names_only=True), format, target, columns=[*telling.plain(some)]
            )


def decide(
    asked: Asked,
    code: str,
    action: str,
    amount: Decimal | None,
    why: str,
    until: dt.date | None,
    again: bool,
    tell: Tell,
) -> None:
    """One decision on a finding or, with `kind code`, on a suspect. again: also where somebody decided otherwise before. Raises
    MedauditError for an id that the run does not have, or where somebody decided already."""
    with asked.desk() as at:
        item = _item(at, code)
        decision = Decision(action, at.who, why, amount, until, None if again else 0)
        wrong = problems_of(decision, Decimal(str(item["amount"])), at.today)
        if wrong:
            raise MedauditError([Problem(one, code) for one in wrong])
        event = as_event(item, decision, at.rules, at.name, at.today)
        added, problems = record(at.ledger, [(event, decision)], at.reviewers)
        if problems:
            raise MedauditError(problems)
        tell(recorded(added))


def recover(
    asked: Asked, code: str, amount: Decimal, day: dt.date | None, why: str, tell: Tell
) -> None:
    """Money that came back for what was confirmed; negative where that was a mistake. Raises MedauditError for what is not confirmed, or
    when it comes to more than that."""
    with asked.desk() as at:
        item = _item(at, code)
        when = day or at.today
        about = as_event(item, Decision(RECOVERED, at.who, why, amount), at.rules, at.name, when)
        if when > at.today:
            raise MedauditError(Problem(say("日期在今天之后", "the day has not come yet"), "--day"))
        with at.ledger.writing() as pen:
            confirmed, back = recovered(pen.connection, item["key"], about, at.confirmations)
            if confirmed is None:
                what = say(
                    "没有查实（或还待第二人确认），谈不上追回",
                    "it is not confirmed (or waits for a second person), so nothing can have been recovered",
                )
                raise MedauditError(Problem(what, code))
            if not 0 <= back + amount <= confirmed:
                what = say(
                    f"查实 {confirmed:,.2f} 元，已追回 {back:,.2f} 元，再记 {amount:,.2f} 元就超出了",
                    f"{confirmed:,.2f} yuan were confirmed and {back:,.2f} have come back: {amount:,.2f} more does not fit",
                )
                do = say("记错的用负数冲回", "a mistake is taken back with a negative amount")
                raise MedauditError(Problem(what, "--amount", do))
            tell(recorded([pen.add(about)]))


def bring(asked: Asked, path: Path, again: bool, partly: bool, tell: Tell) -> bool:
    """The decisions of a returned list. Whether all of it could be used."""
    with asked.desk() as at:
        told = take(at, path, asked.settings, again, partly)
    tell(telling.returned(told, partly))
    return not told.problems


def report(
    asked: Asked, kind: str, code: str, weight: str, why: str, unseen: bool, tell: Tell
) -> None:
    """A tip on a subject. unseen: one that the run need not know."""
    who = named(asked.who, asked.settings)
    if unseen:
        event = tips.tip(None, kind, code, weight, who, why, dt.date.today())
    else:
        with asked.desk() as at:
            event = tips.tip(at.run, kind, code, weight, who, why, at.today)
    added = ledger_at(place(asked.ledger, asked.settings.ledger)).add(event)
    tell(recorded(added))


def assign(asked: Asked, choice: Choice, each: int, tell: Tell) -> None:
    """Give the things of the worklist to reviewers."""
    if not asked.settings.reviewers:
        what = say("没有复核人员名单", "there is no list of reviewers")
        do = say(
            '在 medaudit.toml 写 [reviewers] 张三 = "" 或所在机构编号',
            'write [reviewers] in medaudit.toml: "Li" = "" or the code of their institution',
        )
        raise MedauditError(Problem(what, "[reviewers]", do))
    with asked.desk() as at:
        _, some = _chosen(at, choice)
        has = assigned(at.ledger)
        added = at.ledger.add(
            *experts.assign(some, asked.settings.reviewers, each, at.who, at.today, has)
        )
    people = counted(each, "reviewer")
    tell(
        say(
            f"分派 {len(added)} 项，每项 {each} 人",
            f"assigned {counted(len(added), 'thing')} to {people} each",
        )
    )


def _chosen(at: Desk, choice: Choice) -> tuple[pd.DataFrame, pd.DataFrame]:
    if choice.subject and choice.select:
        what = say("名单上的对象不按规则筛选", "suspects are not chosen by rule")
        raise MedauditError(Problem(what, "--subject --select"))
    every = at.worklist(choice.subject)
    mine = every[~((every["state"] == "waiting") & (every["decided_by"] == at.who))]
    return every, chosen(mine, choice, assigned(at.ledger))


def _item(at: Desk, code: str) -> dict[str, Any]:
    """The finding or suspect of an id: F… or `kind ID`, or an id that only one suspect has."""
    found = at.worklist()
    item = found[found["key"] == code]
    if not len(item):
        kinds = at.run.rows(
            "SELECT subject_type FROM suspects WHERE $code IN (subject_id, subject_type || ' ' || subject_id)",
            code=code,
        )
        if len(kinds) == 1:
            found = at.worklist(str(kinds[0]["subject_type"]))
            item = found[(found["subject_id"] == code) | (found["key"] == code)]
    if not len(item):
        what = say(
            f"本次运行没有疑点或名单对象 {code}", f"this run has no finding or suspect {code}"
        )
        do = say(
            "编号见 medaudit review --list；同名的写成“类型 编号”",
            "see medaudit review --list; where several have the id write 'kind id'",
        )
        raise MedauditError(Problem(what, "ID", do))
    return rows(item)[0]
