"""From points to the rows of the tables of knowledge: by code, without contradictions, valid when they are valid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from medaudit.language import say
from medaudit.library.layouts import Layout, layouts
from medaudit.library.match import Catalogue, Matched, pairs
from medaudit.library.names import parted
from medaudit.library.points import Left
from medaudit.library.spans import About, Batched, Row, Values, spans


@dataclass
class Expanded:
    """tables: name → rows. left: batch and what a person should look at. codes: (batch, layout) → codes it limits."""

    tables: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    left: list[tuple[str, Left]] = field(default_factory=list)
    codes: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    proposed: list[Row] = field(default_factory=list)

    def leave(self, told: Batched, why: str, do: str = "", stops: bool = True) -> None:
        point = told.point
        self.left.append((told.batch, Left(point.file, point.sheet, point.row, why, do, stops)))

    def propose(self, name: str, matched: Matched) -> None:
        """Put a name before a person, with what it may be."""
        self.proposed += [
            {"name": name, "med_list_codg": item.code, "med_list_name": item.name}
            for item in matched.proposed
        ] or [{"name": name, "med_list_codg": "", "med_list_name": ""}]


def expand(points: Iterable[Batched], catalogue: Catalogue) -> Expanded:
    """The rows of every table, one an item (or pair) and span of dates."""
    done = Expanded()
    said: dict[About, list[tuple[Batched, Values]]] = defaultdict(list)
    cache: dict[tuple[str, str, int | None], Matched] = {}
    for told in points:
        point, layout = told.point, layouts()[told.point.layout]
        if told.since > told.until:
            why = say(
                "它的有效日期都在本批次之外", "the dates it is valid lie outside those of its batch"
            )
            done.leave(told, why)
            continue
        key = (point.name, point.code, point.counted)
        matched = cache.get(key) or cache.setdefault(key, catalogue.match(*key))
        if not _is_usable(done, told, matched, catalogue):
            continue
        abouts = list(_abouts(done, told, layout, matched, catalogue))
        if abouts:
            done.codes[told.batch, layout.name].update(matched.codes)
        values = tuple(sorted(point.values.items()))
        for about in abouts:
            said[about].append((told, values))
    for about, entries in said.items():
        done.tables[about.table] += spans(about, entries, done.leave)
    return done


def _is_usable(done: Expanded, told: Batched, matched: Matched, catalogue: Catalogue) -> bool:
    """Whether a point's items are known; says what was not found, and where the numbers of codes differ."""
    point, number = told.point, len(matched.codes)
    by_name = not point.code and matched.how in ("name", "generic")
    if layouts()[point.layout].table == "price_limit" and by_name:
        why = say(
            "价格上限不按名称对，要有项目代码",
            "a price limit is not matched by name; it needs a code",
        )
        done.leave(
            told,
            why,
            say("补上代码，或写进 mapping.csv", "add the code, or write it into mapping.csv"),
        )
        return False
    if matched.how == "code" and len(catalogue) and matched.codes[0] not in catalogue:
        why = say(
            "代码不在目录里，照样使用", "the code is not in the catalogue and is used as it is"
        )
        done.leave(told, why, stops=False)
    elif matched.codes and point.counted and matched.how != "code" and point.counted != number:
        why = say(
            f"“{point.name}”对上 {number} 个代码，清单写 {point.counted} 个",
            f'"{point.name}" matches {number} codes; the sheet counts {point.counted}',
        )
        do = say("看目录里少了还是多了哪些", "see which the catalogue lacks or has besides")
        done.leave(told, why, do, stops=False)
    elif matched.how == "kinds":
        why = say(
            f"目录里叫“{point.name}”的有几类项目（饮片、药品、服务、耗材），不猜是哪一类",
            f'several kinds of items (pieces, drugs, services, consumables) are called "{point.name}"; none is guessed',
        )
        done.leave(told, why, _map_it())
        done.propose(point.name, matched)
    elif matched.how == "other":
        other = matched.proposed[0].name
        why = say(
            f"代码在目录里是“{other}”，不是“{point.name}”",
            f'in the catalogue the code is "{other}", not "{point.name}"',
        )
        done.leave(told, why, say("核对清单里的代码", "check the code in the list"))
    elif matched.how == "part":
        why = say(
            "不是完整的药品代码，目录里也没有", "no whole code of a drug, nor one in the catalogue"
        )
        done.leave(told, why, say("核对清单里的代码", "check the code in the list"))
    elif not matched.codes:
        why = say(f"目录里没有“{point.name}”", f'"{point.name}" is not in the catalogue')
        done.leave(told, why, _map_it())
        done.propose(point.name, matched)
    return bool(matched.codes)


def _abouts(
    done: Expanded, told: Batched, layout: Layout, matched: Matched, catalogue: Catalogue
) -> Iterator[About]:
    """What a point is about, once for every code or pair of codes."""
    point = told.point
    if layout.table == "catalogue_limit":
        kind = layout.into.partition(".")[2]
    else:
        kind = " ".join(
            point.values[name]
            for name in ("kind", "unit", "hosp_lv", "scope")
            if name in point.values
        )
        kind += " gap" if "min_gap_days" in point.values else ""
    if layout.table not in ("item_conflict", "drug_line"):
        for code in matched.codes:
            yield About(layout.table, (("med_list_codg", code),), kind)
        return
    names = [] if point.other_code else parted(point.other_name)
    others = [(name, catalogue.match(name, "")) for name in names]
    others += (
        [(point.other_name, catalogue.match("", point.other_code))] if point.other_code else []
    )
    missing = [(name, other) for name, other in others if not other.codes]
    if missing:
        # One first-line drug of several left out would make whoever took that one look wrong.
        named = say("、", ", ").join(name or point.other_code for name, _ in missing)
        done.leave(
            told,
            say(f"目录里没有“{named}”", f'"{named}" is not in the catalogue'),
            _map_it(),
        )
        for name, other in missing:
            done.propose(name, other)
        return
    one, two = (
        ("paid_item", "denied_item") if layout.table == "item_conflict" else ("second", "first")
    )
    for _, other in others:
        for a, b in pairs(matched, other):
            yield About(layout.table, ((one, a), (two, b)), kind)


def _map_it() -> str:
    return say(
        "核对后写进 mapping.csv，再导入", "once checked, write it into mapping.csv and import again"
    )
