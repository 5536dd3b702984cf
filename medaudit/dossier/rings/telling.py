"""What `medaudit links` puts before the user: the list, one ring, whom known cards lead to; pictures and graph files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medaudit import dossier
from medaudit.detectors.links import KINDS, is_ring, steering
from medaudit.dossier.rings import graph, html, listing, page
from medaudit.dossier.rings.ring import ring
from medaudit.errors import MedauditError, Problem, did_you_mean
from medaudit.language import say
from medaudit.output import show as output
from medaudit.output.graphfile import demand_graph
from medaudit.output.mask import masked

if TYPE_CHECKING:
    import pandas as pd

    from medaudit.engine.duckdb import DuckEngine


@dataclass(frozen=True)
class Asked:
    """What is to be shown: the rings of a kind ("" for all, steering for doctors and pharmacies), or one ring; so many; a graph file and a
    picture of the ring."""

    ring: str = ""
    kind: str = ""
    top: int | None = None
    graph: Path | None = None
    picture: Path | None = None


def asked(
    given: Sequence[str], kind: str, top: int | None, graph: Path | None, picture: Path | None
) -> tuple[Asked, list[str]]:
    """What is asked for, and the files among what is given: a ring's id that is no file is a ring. Raises MedauditError for several rings,
    and for what is neither."""
    rings = [name for name in given if is_ring(name) and not Path(name).exists()]
    if len(rings) > 1:
        what = say("一次只看一个群组", "one ring at a time")
        raise MedauditError(Problem(what, " ".join(rings)))
    ring = rings[0] if rings else ""
    for name in given:
        if name != ring and name[:1] in "Rr" and name.isalnum() and not Path(name).exists():
            what = say(
                f"{name} 既不是文件，也不是群组编号",
                f"{name} is neither a file nor the id of a ring",
            )
            do = say(
                "群组编号是 RC、RA 或 RT 加八位，见 medaudit links",
                "such ids are RC, RA or RT and eight characters: see medaudit links",
            )
            raise MedauditError(Problem(what, "DATA|RING", do))
    return Asked(ring, kind, top, graph, picture), [n for n in given if n != ring]


def demand_possible(
    asked: Asked, start: bool, dense: bool, has_data: bool, format: str, target: Path | None
) -> None:
    """Raise MedauditError for a kind, a format or an ending that is not known, and for options that do not go together, before any
    work is done. start: whether known cards are given."""
    output.format_of(format, target)
    pairs = [
        (start and asked.ring, "--from", "RING"), (start and asked.kind, "--from", "--kind"), (asked.ring and asked.kind, "RING", "--kind"),
        (start and (asked.graph or asked.picture), "--from", "--graph/--picture"), (start and dense, "--from", "--dense"),
    ]  # fmt: skip
    problems = [
        Problem(say("这两项不能一起用", "these do not go together"), f"{one} {other}") for both, one, other in pairs if both
    ]  # fmt: skip
    if dense and not has_data and not start:
        problems.append(
            Problem(
                say("--dense 要重新查，须给出数据", "--dense looks anew and needs the data"),
                "--dense",
            )
        )
    if problems:
        raise MedauditError(problems)
    demand_graph(asked.graph, "--graph")
    html.demand_picture(asked.picture, "--picture")
    kinds = [*KINDS, steering.TABLE]
    if asked.kind and asked.kind not in kinds:
        what = say(f"没有名为 {asked.kind} 的关联", f"no kind of link called {asked.kind}")
        raise MedauditError(Problem(what, "--kind", did_you_mean(asked.kind, kinds)))
    if (asked.graph or asked.picture) and not asked.ring:
        what = say("图要指明一个群组", "a graph or picture is of one ring")
        do = say("例：medaudit links RC1a2b3c4d --picture ring.html", "as in: medaudit links RC1a2b3c4d --picture ring.html")  # fmt: skip
        raise MedauditError(Problem(what, "--graph/--picture", do))


def tell(engine: DuckEngine, asked: Asked, format: str, target: Path | None) -> None:
    """Put the list or the ring before the user. Raises MedauditError for a ring that is not known."""
    if asked.ring:
        _tell_ring(engine, asked, format, target)
    elif asked.kind == steering.TABLE:
        found = listing.steered(engine)
        _tell_list(found, listing.steering_columns(), asked.top, format, target)
    else:
        found = listing.listed(engine, asked.kind)
        _tell_list(found, listing.columns(), asked.top, format, target)


def _tell_list(
    found: pd.DataFrame, columns: dict[str, str], top: int | None, format: str, target: Path | None
) -> None:
    """On the screen the first rows, in words and with the columns there is room for; for programs all rows and columns as they are."""
    form = output.format_of(format, target)
    if top or (form == "table" and target is None):
        found = found.head(top or listing.TOP)
    title = say("关联", "Links")
    if form in ("table", "markdown", "xlsx"):
        shown = listing.worded_frame(found)[list(columns)]
        output.show(shown, format, target, columns=columns, title=title)
    else:
        output.show(found, format, target, title=title)


def _tell_ring(engine: DuckEngine, asked: Asked, format: str, target: Path | None) -> None:
    one = ring(engine, asked.ring)
    if asked.graph:
        graph.write(one, asked.graph)
    if asked.picture:
        html.write(one, asked.picture)
    form = output.format_of(format, target)
    if form in ("csv", "xlsx"):
        output.show(masked(one.uses, names_only=True), format, target)
        return
    made = dossier.Made(page.heading(one), page.sections(one), page.document(one))
    dossier.show(made, format, target)


def tell_near(
    known: Sequence[str], near: pd.DataFrame, top: int | None, format: str, target: Path | None
) -> None:
    """Whom the known cards lead to. Raises MedauditError when they were used nowhere."""
    if not len(near):
        listed = say("、", ", ").join(known)
        what = say(
            f"数据里没有 {listed} 与别人同时出现的门诊或购药",
            f"{listed} were seen with nobody at a counter",
        )
        raise MedauditError(Problem(what, "--from", say("检查人员编号", "check the numbers (psn_no)")))  # fmt: skip
    near = near.assign(score=(near["score"] / near["score"].max()).round(4))
    columns = {
        "person_id": say("人员", "Person"), "shared": say("与其前后脚（次）", "Used with them"), "used": say("全部用卡（次）", "Used in all"),
        "score": say("接近程度（最近为 1）", "Nearness (the nearest is 1)"),
    }  # fmt: skip
    _tell_list(near, columns, top, format, target)


def summary(outcome: Sequence[Mapping[str, Any]], kind: str = "") -> str:
    """What was looked for and found, kind by kind (or of one), and how many settlements were not looked at in a crowd."""
    told = []
    for one in outcome:
        if one["kind"] not in KINDS or (kind and kind != one["kind"]):
            continue
        labelled = sum(one["labelled"].values())
        line = say(
            f"{KINDS[one['kind']][0]}：{one['rings']} 组",
            f"{KINDS[one['kind']][1]}: {one['rings']}",
        )
        if labelled:
            line += say(
                f"，其中 {labelled} 组像无害情形", f", {labelled} of them harmless by the look"
            )
        told.append(line)
    crowded = sum(int(one["crowded"]) for one in outcome)
    if crowded:
        told.append(
            say(
                f"人流高峰未看的结算 {crowded:,} 笔",
                f"settlements in a crowd, not looked at: {crowded:,}",
            )
        )
    return "\n".join(told)
