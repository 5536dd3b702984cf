"""The dossier: what a run knows of one subject or finding, and why a rule reported it or did not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medaudit.errors import MedauditError, Problem
from medaudit.findings.text import plain
from medaudit.handbook.rule import Section, title
from medaudit.language import say
from medaudit.output import show as output
from medaudit.output import whole
from medaudit.progress import SILENT, Progress

if TYPE_CHECKING:
    from medaudit.detectors.rule import Rule
    from medaudit.detectors.whynot import Answer
    from medaudit.dossier.opened import Opened
    from medaudit.ledger import Ledger
    from medaudit.settings import Settings

TOP = 10  # findings shown of each rule


@dataclass(frozen=True)
class Question:
    """Whom is asked about. rule: why that rule did or did not report them. data: ask these files, not the run."""

    id: str
    kind: str | None = None
    rule: str | None = None
    data: Sequence[Path] = ()
    top: int = TOP


@dataclass(frozen=True)
class Made:
    """An answer ready to be shown: as a page of sections, and as a document for machines."""

    heading: str
    sections: Sequence[Section]
    document: Mapping[str, Any]


def answer(
    question: Question,
    folder: Path,
    settings: Settings,
    rules: Sequence[str | Path],
    progress: Progress = SILENT,
    ledger: str | None = None,
) -> Made:
    """Answer a question from run folder `folder`, or from the files it names. Names are always masked.

    rules: folders of the user's own rules. ledger: its file or URL, else the usual one. Raises MedauditError for no run, an unknown id or rule.
    """
    from medaudit.detectors import catalogue
    from medaudit.dossier import why
    from medaudit.dossier.opened import opened
    from medaudit.handbook import shelf
    from medaudit.ledger import opened as opened_ledger
    from medaudit.ledger import place

    places = [Path(rule) for rule in rules]
    asked = shelf.find(question.rule, places) if question.rule else None
    if asked and question.data:
        told = why.ask_files(question.data, settings, question.id, question.kind, asked, progress)
        return _answered(told)
    with opened(folder) as run:
        known = {rule.code: rule for rule in catalogue.known(places)}
        if asked:
            return _why(run, question, asked, known, progress)
        return case(run, question, known, opened_ledger(place(ledger, settings.ledger)))


def show(made: Made, format: str, target: Path | None) -> None:
    """Put an answer before the user, on stdout or in a file. MedauditError for a form it has not."""
    from medaudit.handbook import page

    form = output.format_of(format, target)
    if form == "json":
        told = json.dumps(made.document, ensure_ascii=False, indent=2, default=plain)
    elif form == "markdown":
        told = page.markdown(made.heading, made.sections)
    elif form == "table":
        told = text(made)
    else:
        what = say(f"个案不能写成 {form}", f"a case cannot be written as {form}")
        do = say("可用 table、json、markdown", "there are table, json and markdown")
        raise MedauditError(Problem(what, "--format/--output", do))
    with output.standard_output() if target is None else whole.opened(target) as stream:
        stream.write((told + "\n").encode("utf-8", "replace"))


def text(made: Made) -> str:
    """An answer as a terminal shows it."""
    from medaudit.handbook import page

    return page.text(made.heading, made.sections)


def case(
    run: Opened, question: Question, known: Mapping[str, Rule], ledger: Ledger | None = None
) -> Made:
    """The page of somebody or something in an opened run. known: the rules by code. ledger: for what was decided."""
    from medaudit.dossier import decided, found, page, profile, rings, who

    whom = who.find(run, question.id, question.kind)
    listed = found.findings(run, whom, known, question.top)
    standing, peers = found.standing(run, whom), found.against_peers(run, whom)
    facts = profile.profile(run, whom)
    ring = rings.ring(run.engine, whom.id) if whom.kind == "ring" and "ring" in run.links else None
    told = page.sections(whom, facts, standing, peers, listed, known)
    said = decided.decisions(ledger, whom, found.ids(run, whom)) if ledger else []
    return Made(
        whom.heading,
        [told[0], *decided.section(said), *told[1:], *(rings.sections(ring) if ring else ())],
        (rings.document(ring) if ring else {})
        | ({"decisions": decided.document(said)} if said else {})
        | {
            "subject_type": whom.kind,
            "subject_id": whom.id,
            "facts": dict(facts),
            "standing": standing,
            "against_peers": peers,
            "rules": listed,
        },
    )


def _why(
    run: Opened,
    question: Question,
    rule: Rule,
    known: Mapping[str, Rule],
    progress: Progress,
) -> Made:
    """What the run itself found; where it found nothing, the rule is asked again over the records it kept."""
    from medaudit.dossier import found, page, who, why

    whom = who.find(run, question.id, question.kind)
    every = found.findings(run, whom, known, question.top)
    reported = [entry for entry in every if entry["rule"] == rule.code]
    first = Section("reported", say("已经报出", "Reported"))
    if not reported:
        reported = found.telling(every, rule)
        first = Section(
            "reported",
            say("已在别的疑点里一并报出", "Reported within another finding"),
            say(
                "同一件事由下面的规则报出，本规则的命中并入其中，不另算一条。",
                "The rule below reports the same fact; the hit of this rule is told with it and is no finding of its own.",
            ),
        )
    if reported:
        listed = page.sections(whom, [], {}, {}, reported, known)
        document = {
            "rule": rule.code,
            "subject_type": whom.kind,
            "subject_id": whom.id,
            "state": "reported",
        }
        return Made(f"{title(rule)} · {whom.id}", [first, *listed], document | {"rules": reported})
    if whom.kind == "finding":
        whom = who.behind(run, whom)
    told = why.ask_run(run, whom, rule, progress)
    return _answered(told, list(_notes(run, rule, told.state)))


def _answered(told: Answer, notes: Sequence[Section] = ()) -> Made:
    from medaudit.dossier import reply

    return Made(reply.heading(told), [*reply.sections(told), *notes], reply.document(told))


def _notes(run: Opened, rule: Rule, state: str) -> Iterator[Section]:
    ran = run.detector(rule.code).get("state")
    if state == "skipped":
        return
    if ran != "ran":
        text = say(
            "这次运行没有用这条规则；以上是现在补问的。",
            "The run did not use this rule; this was asked now.",
        )
    elif state == "reported":
        text = say(
            "扫描时没有报出：运行结果只保存疑点涉及人员的明细，与同行比较的数值因此不同。",
            "The scan did not report it: a run keeps the records of those a finding names only, so what is compared "
            "with others differs.",
        )
    else:
        text = say(
            "按运行结果保存的明细重新核对；与他人比较的数值可能与扫描时略有不同。",
            "Asked of the records the run kept; what is compared with others may differ from the scan.",
        )
    yield Section("note", say("说明", "Note"), text)
