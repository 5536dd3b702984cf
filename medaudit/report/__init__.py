"""A run as one HTML file: what was read, the ranked lists, a page for each of the best suspects, and how it was made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medaudit.errors import MedauditError, Problem, all_problems
from medaudit.language import counted, say
from medaudit.progress import SILENT, Progress

if TYPE_CHECKING:
    from medaudit.dossier.opened import Opened
    from medaudit.ledger import Ledger
    from medaudit.report.leaving import Left

OUTPUT = Path("report.html")
TOP = 100
ENDINGS = (".html", ".htm")


@dataclass(frozen=True)
class Order:
    """A report as it is asked for. run: the run folder. top: suspects of each kind with a page. compare: earlier run folders.
    who, why: for the ledger where names are revealed. rules: folders of the user's own rules. book: table [ledger] of the settings."""

    run: Path
    output: Path = OUTPUT
    top: int = TOP
    reveal: bool = False
    who: str = ""
    why: str = ""
    compare: Sequence[Path] = ()
    rules: Sequence[Path] = ()
    book: Mapping[str, Any] = field(default_factory=dict)


def report(order: Order, ledger: Ledger, progress: Progress = SILENT) -> str:
    """Write the report of a run and say what was written.

    Raises MedauditError, everything wrong at once, before anything is written: no run or an older one, a file that is no .html or lies in
    the run folder, names in clear without saying why.
    """
    _demand(order)
    from medaudit.dossier.opened import opened
    from medaudit.ledger.people import person
    from medaudit.report import page
    from medaudit.report.leaving import leave

    with opened(order.run) as run:
        told, data = content(order, run, ledger, progress)
        progress.stage("writing")
        html = page.render(told, data)
        who = person(order.who, order.book) if order.reveal else ""
        left = leave(
            html, order.output, run, ledger, order.reveal, who, " ".join(order.why.split())
        )
    return _told(left, data, ledger)


def content(
    order: Order, run: Opened, ledger: Ledger, progress: Progress = SILENT
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the template shows, and what the scripts draw: see page.render. Leaves the run's views of records narrowed."""
    from medaudit.detectors import catalogue
    from medaudit.export.chosen import demand_present
    from medaudit.export.decided import stand
    from medaudit.ledger.people import confirmations
    from medaudit.report import earlier, listing, made, suspects, texts
    from medaudit.runs import arrived

    demand_present(run)
    progress.stage("lists")
    rules = {rule.code: rule for rule in catalogue.known(order.rules)}
    before = earlier.read(run, order.compare)
    states, decided = stand(run, ledger, confirmations(order.book), listing.ORDER)
    seen = suspects.Seen(run, rules, states, decided, before, order.reveal)
    lists = listing.lists(run, states, before, order.reveal)
    detail = suspects.pages(seen, order.top, progress)
    codes = [one["rule"] for one in run.told["detectors"]]
    told = {
        "run": run.told,
        "tables": made.tables(run),
        "detectors": made.detectors(run, rules),
        "states": made.states(run),
        "compared": made.compared(run),
        "settings": made.settings(run),
        "inputs": made.inputs(run),
        "workspace": list(arrived.said(run.told)),
        "mind": [str(one) for one in arrived.warnings(run.told)],
        "not_read": made.not_read(run),
        "strangers": made.strangers(run),
        "trend": earlier.trend(run, before) if before else [],
        "moves": earlier.moves(run, before),
        "labels": texts.labels(),
        "reveal": order.reveal,
        "why": order.why,
        "top": order.top,
    }
    return told, {
        "words": texts.script(),
        "labels": texts.labels(),
        "rules": suspects.rulebook(seen, codes),
        "lists": lists | {"top": order.top, "reveal": order.reveal},
        "detail": detail,
    }


def _demand(order: Order) -> None:
    """Raise MedauditError with everything that is wrong with what is asked for."""
    from medaudit.output.whole import demand_ending
    from medaudit.runs.folder import demand_outside, demand_run

    wrong = []
    if order.reveal and not order.why.strip():
        what = say("不遮盖姓名和证件号，要写明原因", "names in clear need a reason")
        wrong.append(Problem(what, "--reveal", say('加上 --why "…"', 'add --why "…"')))

    def ending() -> None:
        demand_ending(order.output, "--output", ENDINGS, ("报告", "a report"))

    def place() -> None:
        elsewhere = say("写到别的位置", "write it elsewhere")
        demand_outside(order.output, order.run, f"--output {order.output}", elsewhere)

    def runs() -> None:
        for folder in order.compare:
            demand_run(folder)

    wrong += all_problems(lambda: demand_run(order.run), runs, ending, place)
    if wrong:
        raise MedauditError(wrong)


def _told(left: Left, data: Mapping[str, Any], ledger: Ledger) -> str:
    listed = sum(len(one["id"]) for one in data["lists"]["kinds"].values())
    paged = sum(len(pages) for pages in data["detail"]["pages"].values())
    size = f"{left.size / 1e6:.1f} MB"
    lines = [
        say(
            f"{left.path}（{size}）：名单 {listed:,} 个，其中 {paged} 个有单独一页",
            f"{left.path} ({size}): {counted(listed, 'suspect')} listed, {paged} with a page",
        )
    ]
    if left.event:
        lines += [
            say(
                "含姓名、证件号、人员编号，已记入台账，注意保管",
                "Names and numbers in clear, which is recorded: keep it safe",
            ),
            say(
                f"台账 {ledger.where} 第 {left.event.number} 条，校验值（请抄下）：{left.event.hash}",
                f"Ledger {ledger.where}, event {left.event.number}; its hash, to write down: {left.event.hash}",
            ),
        ]
    else:
        lines.append(say("姓名、证件号、电话已遮盖", "Names, numbers and telephones are masked"))
    lines.append(say("以上是线索，不是结论。", "These are leads, not conclusions."))
    return "\n".join(lines) + "\n"
