"""From the names of points to the codes of the user's catalogue: exact or explained, never guessed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from medaudit.library.names import alike, near, unlike

PROPOSED = 5  # near names shown for one that is not found
WHOLE = (
    20  # letters and figures of a drug's code at least; shorter ones are those of a group of drugs
)
# What an item is, by the form of its national code.
_KINDS = {r"[XZ][A-Z].*": "drug", r"T\d+": "piece", r"\d{15}": "service", r"C\d{14,}": "consumable"}


@dataclass(frozen=True, slots=True)
class Item:
    """A row of the catalogue."""

    code: str
    name: str
    generic: str


@dataclass(frozen=True, slots=True)
class Matched:
    """The codes a point stands for and how they were found: code, mapping, generic, name.

    how of none: "" not found, kinds (a name of several kinds of items), other (the code is another item's), part (of a code).
    """

    codes: tuple[str, ...]
    how: str
    proposed: tuple[Item, ...] = ()


class Catalogue:
    """The user's catalogue by code, generic code and name, with the mappings a person has made.

    unknown: what the mappings name that the catalogue does not have; it is not used.
    """

    def __init__(self, items: Iterable[Item], mapping: Mapping[str, Sequence[str]]):
        self._items = list(items)
        self._names: dict[str, list[str]] = defaultdict(list)
        self._generic: dict[str, set[str]] = defaultdict(set)
        self._named: dict[str, list[Item]] = defaultdict(list)
        for item in self._items:
            self._names[item.code].append(item.name)
            if item.generic:
                self._generic[alike(item.generic)].add(item.code)
            if item.name:
                self._named[alike(item.name)].append(item)
        self.unknown = [
            (name, code) for name, codes in mapping.items() for code in codes if code not in self
        ]
        self._mapped = {
            alike(name): known
            for name, codes in mapping.items()
            if (known := tuple(code for code in codes if code in self))
        }

    @cached_property
    def _near(self) -> dict[str, list[Item]]:
        told: dict[str, list[Item]] = defaultdict(list)
        for item in self._items:
            if item.name:
                told[near(item.name)].append(item)
        return told

    def __contains__(self, code: str) -> bool:
        return code in self._names

    def __len__(self) -> int:
        return len(self._names)

    def match(self, name: str, code: str, counted: int | None = None) -> Matched:
        """The codes of a point.

        A code in the sheet stands for itself, or for the generic drug whose code it is. Else a person's mapping, a
        generic code that is the name, or the items whose names are alike say which codes; all items of their
        generic code when they are just as many as the sheet counts.
        """
        if code:
            return self._by_code(name, code)
        told = alike(name)
        if told in self._mapped:
            return Matched(self._mapped[told], "mapping")
        if told in self._generic:
            return Matched(tuple(sorted(self._generic[told])), "generic")
        found = self._named.get(told, [])
        if not found:
            return Matched((), "", tuple(self._near.get(near(name), ())[:PROPOSED]))
        if len({_kind(item.code) for item in found}) > 1:
            return Matched((), "kinds", tuple(found[:PROPOSED]))
        generics = {item.generic for item in found}
        if counted and counted > len(found) and len(generics) == 1 and (generic := generics.pop()):
            group = self._generic[alike(generic)]
            if len(group) == counted:
                return Matched(tuple(sorted(group)), "generic")
        return Matched(tuple(sorted({item.code for item in found})), "name")

    def _by_code(self, name: str, code: str) -> Matched:
        names = self._names.get(code)
        if names is None and (group := self._generic.get(alike(code))):
            return Matched(tuple(sorted(group)), "generic")
        if names is None and _kind(code) == "drug" and len(code) < WHOLE:
            return Matched((), "part")
        if name and names and all(unlike(name, one) for one in names):
            return Matched((), "other", tuple(Item(code, one, "") for one in names[:PROPOSED]))
        return Matched((code,), "code")


def _kind(code: str) -> str:
    return next((kind for form, kind in _KINDS.items() if re.fullmatch(form, code)), "")


def mapping_of(rows: Iterable[Mapping[str, str | None]]) -> Mapping[str, Sequence[str]]:
    """A person's mapping (name, med_list_codg), several rows a name where it stands for several codes."""
    told: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        name, code = row.get("name"), row.get("med_list_codg")
        if name and code:
            told[name].append(code.strip())
    return told


def pairs(left: Matched, right: Matched) -> Iterator[tuple[str, str]]:
    """Every code of one item with every code of the other."""
    return ((one, other) for one in left.codes for other in right.codes if one != other)
