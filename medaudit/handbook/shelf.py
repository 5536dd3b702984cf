"""The rules as a list, by family."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from medaudit.detectors import catalogue
from medaudit.detectors.rule import FAMILIES, Rule
from medaudit.errors import MedauditError, Problem, did_you_mean, likely
from medaudit.handbook import words
from medaudit.handbook.lines import aligned
from medaudit.language import say
from medaudit.output import show as output

if TYPE_CHECKING:
    import pandas as pd

WIDTHS = (5, 9, 32, 28)  # of code, level, title and needs: 80 columns with what stands between


def find(code: str, folders: Sequence[Path] = ()) -> Rule:
    """The rule of this code, title or file name. Raises MedauditError naming the likely one."""
    known = catalogue.known(folders)
    names: dict[str, Rule] = {}
    for rule in known:
        for name in (rule.code, *rule.title.values(), rule.path.stem):
            names[name.lower()] = rule
    if code.lower() in names:
        return names[code.lower()]
    # STY2 is STY02 without its nought before it is STY12 without its one.
    padded = f"{code[:3]}0{code[3:]}".lower()
    near = padded if padded in names else likely(code, names)
    do = did_you_mean(names[near].code if near else code, [rule.code for rule in known])
    raise MedauditError(Problem(say(f"没有规则 {code}", f"there is no rule {code}"), "", do))


def show_list(rules: Sequence[Rule], format: str, target: Path | None) -> None:
    """Put the list of rules before the user: by family on a terminal, else one table."""
    if output.format_of(format, target) != "table" or target is not None:
        output.show(_plain(rules), format, target)
        return
    with output.standard_output() as stream:
        stream.write(("\n\n".join(_sections(rules)) + "\n").encode("utf-8", "replace"))


def _plain(rules: Sequence[Rule]) -> pd.DataFrame:
    """Values that do not depend on the language, but for the title."""
    import pandas as pd

    columns = ["code", "title", "family", "level", "status", "needs", "file"]
    rows = [
        [r.code, r.name, r.family, r.level, r.status, " ".join(r.needs), _file(r)] for r in rules
    ]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def _file(rule: Rule) -> str:
    return f"{rule.path.parent.name}/{rule.path.name}" if rule.own else str(rule.path)


def _sections(rules: Sequence[Rule]) -> Iterator[str]:
    heads = (
        say("编号", "Code"),
        say("等级", "Level"),
        say("规则", "Rule"),
        say("除结算外还需要", "Needs besides settlements"),
    )
    by_family = sorted(rules, key=lambda rule: (list(FAMILIES).index(rule.family), rule.code))
    rows = [(r.code, words.level(r.level), _title(r), _needs(r)) for r in by_family]
    lines = dict(zip(rows, aligned([heads, *rows], WIDTHS)[1:], strict=True))
    yield aligned([heads, *rows], WIDTHS)[0]
    for family, some in groupby(rows, key=lambda row: row[0][:3]):
        yield "\n".join([words.family(family), *(lines[row] for row in some)])
    own = sum(not rule.own for rule in rules)
    mine = say(f"，其中自有 {own} 条", f", {own} of them yours") if own else ""
    yield say(
        f"共 {len(rules)} 条{mine}。看一条的说明：medaudit rules 编号",
        f"{len(rules)} rules{mine}. To read about one: medaudit rules CODE",
    )


def _title(rule: Rule) -> str:
    marks = [words.status(rule.status)] if rule.status != "stable" else []
    marks += [] if rule.own else [say("自有", "yours")]
    told = say("，", ", ").join(marks)
    return rule.name + (say(f"（{told}）", f" ({told})") if told else "")


def _needs(rule: Rule) -> str:
    return words.listed([words.need(need, with_names=False) for need in rule.needs])
