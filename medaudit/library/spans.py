"""What several points say of one item, day by day: where they agree a row, where they contradict each other none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from medaudit.language import say
from medaudit.library.points import Point

ALWAYS, NEVER = dt.date.min, dt.date.max
# Lists of values: two points allow what either allows.
LISTS = ("lmt_med_type", "lmt_insutype", "lmt_indication", "lmt_dept")
LONGEST = 29_998  # letters of a list that the fact limit_value takes apart
Row = dict[str, str]
Values = tuple[tuple[str, str], ...]


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


@dataclass(frozen=True, slots=True)
class About:
    """What a limit is about: the table, the columns that name its items, and which limit it is."""

    table: str
    items: Values
    kind: str


def _validity(since: dt.date, until: dt.date, source: str) -> Row:
    return {
        "begndate": "" if since == ALWAYS else since.isoformat(),
        "enddate": "" if until == NEVER else until.isoformat(),
        "source": source,
    }


def spans(
    about: About,
    entries: Sequence[tuple[Batched, Values]],
    leave: Callable[[Batched, str, str], None],
) -> Iterator[Row]:
    """What is said of an item: a row for every span of days in which it is the same.

    Of a list the points of a day are put together; other points that contradict each other are all left out.
    """
    base = dict(about.items)
    if len(entries) == 1:
        [(told, values)] = entries
        if _is_too_long(about, dict(values), told, leave):
            return
        yield {**base, **dict(values), **_validity(told.since, told.until, told.source)}
        return
    days = sorted({told.since for told, _ in entries} | {_after(told.until) for told, _ in entries})
    quarrel: dict[int, Batched] = {}
    for since, then in zip(days, [*days[1:], None], strict=True):
        until = NEVER if then in (None, NEVER) else then - dt.timedelta(days=1)
        valid = [one for one in entries if one[0].since <= since and one[0].until >= until]
        if not valid or since == NEVER:
            continue
        limits = _joined(about.kind, valid)
        if limits is None:
            quarrel |= {id(told): told for told, _ in valid}
            continue
        if _is_too_long(about, limits, valid[-1][0], leave):
            continue
        yield {**base, **limits, **_validity(since, until, _source([told for told, _ in valid]))}
    for told in quarrel.values():
        named = "、".join(code for _, code in about.items)
        why = say(
            f"{named} 的几条知识点互相矛盾，矛盾的日子里都不使用",
            f"points on {named} contradict each other; none is used on those days",
        )
        leave(
            told,
            why,
            say("核对原文，改清单后再导入", "check the originals, mend the list and import again"),
        )


def _is_too_long(
    about: About,
    limits: Mapping[str, str],
    told: Batched,
    leave: Callable[[Batched, str, str], None],
) -> bool:
    if len(limits.get(about.kind, "")) <= LONGEST:
        return False
    why = say("清单太长，不能判断", "the list is too long to be judged by")
    leave(told, why, say("改用编码的开头，如 C34", "use beginnings of codes, such as C34"))
    return True


def _joined(kind: str, valid: Sequence[tuple[Batched, Values]]) -> dict[str, str] | None:
    """What points of one day say together; None where they contradict each other."""
    differing = {values for _, values in valid}
    if kind in LISTS:
        parts = {
            part for values in differing for part in dict(values).get(kind, "").split(",") if part
        }
        return {kind: ",".join(sorted(parts))}
    return dict(valid[0][1]) if len(differing) == 1 else None


def _source(told: Sequence[Batched]) -> str:
    """Where points stand; of many the first and the last, and how many there are."""
    sources = list(dict.fromkeys(one.source for one in told))
    if len(sources) <= 2:
        return "；".join(sources)
    return say(
        f"{sources[0]}；…；{sources[-1]}（共 {len(sources)} 行）",
        f"{sources[0]}; …; {sources[-1]} ({len(sources)} rows)",
    )


def _after(day: dt.date) -> dt.date:
    return NEVER if day == NEVER else day + dt.timedelta(days=1)
