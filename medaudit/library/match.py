"""From the names of points to the codes of the user's catalogue: exact or explained, never guessed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from medaudit.library.names import alike, near

PROPOSED = 5  # near names shown for one that is not found


@dataclass(frozen=True, slots=True)
class Item:
    """A row of the catalogue."""

    code: str
    name: str
    generic: str


@dataclass(frozen=True, slots=True)
class Matched:
    """The codes a point stands for and how they were found: code, mapping, generic, name; "" when not."""

    codes: tuple[str, ...]
    how: str
    proposed: tuple[Item, ...] = ()


class Catalogue:
    """The user's catalogue by code, generic code and name, with the mappings a person has made."""

    def __init__(self, items: Iterable[Item], mapping: Mapping[str, Sequence[str]]):
        self._items = list(items)
        self._codes = {item.code for item in self._items}
        self._generic: dict[str, list[str]] = defaultdict(list)
        self._named: dict[str, list[Item]] = defaultdict(list)
        for item in self._items:
            if item.generic:
                self._generic[alike(item.generic)].append(item.code)
            if item.name:
                self._named[alike(item.name)].append(item)
        self._mapped = {alike(name): tuple(codes) for name, codes in mapping.items()}

    @cached_property
    def _near(self) -> dict[str, list[Item]]:
        told: dict[str, list[Item]] = defaultdict(list)
        for item in self._items:
            if item.name:
                told[near(item.name)].append(item)
        return told

    def __contains__(self, code: str) -> bool:
        return code in self._codes

    def __len__(self) -> int:
        return len(self._items)

    def match(self, name: str, code: str, counted: int | None = None) -> Matched:
        """The codes of a point.

        A code in the sheet stands for itself, or for the generic drug whose code it is. Else a person's mapping, a
        generic code that is the name, or the items whose names are alike say which codes; all items of their
        generic code when they are just as many as the sheet counts.
        """
        if code:
            group = self._generic.get(alike(code)) if code not in self._codes else None
            return Matched(tuple(sorted(group)), "generic") if group else Matched((code,), "code")
        told = alike(name)
        if told in self._mapped:
            return Matched(self._mapped[told], "mapping")
        if told in self._generic:
            return Matched(tuple(sorted(self._generic[told])), "generic")
        found = self._named.get(told, [])
        if not found:
            return Matched((), "", tuple(self._near.get(near(name), ())[:PROPOSED]))
        generics = {item.generic for item in found}
        if counted and counted > len(found) and len(generics) == 1 and (generic := generics.pop()):
            group = self._generic[alike(generic)]
            if len(group) == counted:
                return Matched(tuple(sorted(group)), "generic")
        return Matched(tuple(sorted(item.code for item in found)), "name")


def mapping_of(rows: Iterable[Mapping[str, str]]) -> Mapping[str, Sequence[str]]:
    """A person's mapping (name, med_list_codg), several rows a name where it stands for several codes."""
    told: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.get("name") and row.get("med_list_codg"):
            told[row["name"]].append(row["med_list_codg"].strip())
    return told


def pairs(left: Matched, right: Matched) -> Iterator[tuple[str, str]]:
    """Every code of one item with every code of the other."""
    return ((one, other) for one in left.codes for other in right.codes if one != other)
