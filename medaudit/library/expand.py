"""From points to the rows of the tables of knowledge: by code, without contradictions, valid when they are valid."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from medaudit.language import say
from medaudit.library.layouts import Layout, layouts
from medaudit.library.match import Catalogue, Matched, pairs
from medaudit.library.points import Left, Point

ALWAYS, NEVER = dt.date.min, dt.date.max
LISTS = (
    "lmt_med_type",
    "lmt_insutype",
    "lmt_indication",
    "lmt_dept",
)  # two points allow what either allows
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Batched:
    """A point with the batch it came in and the dates it is valid, both inclusive."""

    point: Point
    batch: str
    since: dt.date
    until: dt.date

    @property
    def source(self) -> str:
        """Where it stands, for whoever asks on what ground."""
        told = self.point
        sheet = f"›{told.sheet}" if told.sheet else ""
        place = say(f"{told.file}{sheet} 第 {told.row} 行", f"{told.file}{sheet} row {told.row}")
        return " · ".join(part for part in (self.batch, place, told.basis) if part)


@dataclass
class Expanded:
    """tables: name → rows. left: what a person should look at. codes: (batch, layout) → codes it limits."""

    tables: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    left: list[Left] = field(default_factory=list)
    codes: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    proposed: list[Row] = field(default_factory=list)


def expand(points: Iterable[Batched], catalogue: Catalogue) -> Expanded:
    """The rows of every table, one a code and span of dates."""
    done = Expanded()
    limits: dict[tuple[str, str], list[tuple[Batched, tuple[tuple[str, str], ...]]]] = defaultdict(
        list
    )
    cache: dict[tuple[str, str, int | None], Matched] = {}
    for told in points:
        point, layout = told.point, layouts()[told.point.layout]
        key = (point.name, point.code, point.counted)
        matched = cache.get(key) or cache.setdefault(key, catalogue.match(*key))
        _remark(done, told, matched, catalogue)
        if not matched.codes:
            continue
        done.codes[told.batch, layout.name].update(matched.codes)
        if layout.table == "catalogue_limit":
            values = tuple(sorted(point.values.items()))
            kind = layout.into.partition(".")[2]
            for code in matched.codes:
                limits[code, kind].append((told, values))
        elif layout.table in ("item_conflict", "drug_line"):
            _pair(done, told, layout, matched, catalogue)
        else:
            done.tables[layout.table] += (
                {"med_list_codg": code, **point.values, **_validity(told)} for code in matched.codes
            )
    for (code, kind), entries in limits.items():
        done.tables["catalogue_limit"] += _spans(done, code, kind, entries)
    return done


def _remark(done: Expanded, told: Batched, matched: Matched, catalogue: Catalogue) -> None:
    """Say what was not found, and where the numbers of codes differ."""
    point, number = told.point, len(matched.codes)
    where = (point.file, point.sheet, point.row)
    if not matched.codes:
        done.left.append(
            Left(
                *where, say(f"目录里没有“{point.name}”", f'"{point.name}" is not in the catalogue')
            )
        )
        done.proposed += (
            (
                {"name": point.name, "med_list_codg": item.code, "med_list_name": item.name}
                for item in matched.proposed
            )
            if matched.proposed
            else [{"name": point.name, "med_list_codg": "", "med_list_name": ""}]
        )
    elif point.counted and matched.how != "code" and point.counted != number:
        why = say(
            f"“{point.name}”对上 {number} 个代码，清单写 {point.counted} 个",
            f'"{point.name}" matches {number} codes; the sheet counts {point.counted}',
        )
        done.left.append(Left(*where, why, stops=False))
    elif matched.how == "code" and len(catalogue) and matched.codes[0] not in catalogue:
        why = say(
            "代码不在目录里，照样使用", "the code is not in the catalogue and is used as it is"
        )
        done.left.append(Left(*where, why, stops=False))


def _pair(
    done: Expanded, told: Batched, layout: Layout, matched: Matched, catalogue: Catalogue
) -> None:
    point = told.point
    others = [catalogue.match("", point.other_code)] if point.other_code else [
        catalogue.match(name, "") for name in point.other_name.replace(";", "、").split("、") if name
    ]  # fmt: skip
    if not all(other.codes for other in others):
        why = say(
            f"目录里没有“{point.other_name}”", f'"{point.other_name}" is not in the catalogue'
        )
        done.left.append(Left(point.file, point.sheet, point.row, why))
        done.proposed.append({"name": point.other_name, "med_list_codg": "", "med_list_name": ""})
    one, other = (
        ("paid_item", "denied_item") if layout.table == "item_conflict" else ("second", "first")
    )
    more = {"scope": "day"} if layout.table == "item_conflict" else {}
    for found in others:
        done.tables[layout.table] += (
            {one: a, other: b, **more, **_validity(told)} for a, b in pairs(matched, found)
        )


def _validity(told: Batched, since: dt.date | None = None, until: dt.date | None = None) -> Row:
    begin, end = since or told.since, until or told.until
    return {
        "begndate": "" if begin == ALWAYS else begin.isoformat(),
        "enddate": "" if end == NEVER else end.isoformat(),
        "source": told.source,
    }


def _spans(
    done: Expanded,
    code: str,
    kind: str,
    entries: list[tuple[Batched, tuple[tuple[str, str], ...]]],
) -> Iterator[Row]:
    """The limits of one kind on one item: a row for every span of days in which they are the same.

    Of a list the points of a day are put together; other points that contradict each other are all left out.
    """
    if (
        len({values for _, values in entries}) == 1
        and len({(t.since, t.until) for t, _ in entries}) == 1
    ):
        told, values = entries[0]
        yield {"med_list_codg": code, **dict(values), **_validity(told)}
        return
    days = sorted({told.since for told, _ in entries} | {_after(told.until) for told, _ in entries})
    quarrel = False
    for since, before in zip(days, [*days[1:], None], strict=True):
        until = NEVER if before in (None, NEVER) else before - dt.timedelta(days=1)
        valid = [
            (told, values)
            for told, values in entries
            if told.since <= since and told.until >= until
        ]
        if not valid or since == NEVER:
            continue
        differing = {values for _, values in valid}
        if len(differing) > 1 and kind not in LISTS:
            quarrel = True
            continue
        joined = ",".join(
            sorted(
                {
                    part
                    for _, values in valid
                    for part in dict(values).get(kind, "").split(",")
                    if part
                }
            )
        )
        limits: Mapping[str, str] = {kind: joined} if kind in LISTS else dict(valid[0][1])
        yield {"med_list_codg": code, **limits, **_validity(valid[-1][0], since, until)}
    if quarrel:
        for told, _ in entries:
            point = told.point
            why = say(
                f"{code} 的几条知识点互相矛盾，都不使用",
                f"points on {code} contradict each other; none is used",
            )
            done.left.append(Left(point.file, point.sheet, point.row, why))


def _after(day: dt.date) -> dt.date:
    return NEVER if day == NEVER else day + dt.timedelta(days=1)
