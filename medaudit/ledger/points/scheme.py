"""A points scheme: tiers, what happens when points are lost, and how they are regained."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from typing import Any

Words = Mapping[str, str]


@dataclass(frozen=True)
class Tier:
    """Points from `low` to `high` when `trigger` happens. basis: articles a finding names that lead here; conduct: articles that do
    where none of its articles is a basis."""

    low: Decimal
    high: Decimal
    trigger: Words
    basis: Sequence[str]
    conduct: Sequence[str]


@dataclass(frozen=True)
class Effect:
    """What follows when `lost` points are lost in a year, or fewer than `below` are left, or one award alone is so large (at_once).
    months: how long, at least and at most; of an ending, until a new registration; None: until it is lifted."""

    lost: Decimal
    strict: bool
    at_once: bool
    ends: bool
    months: tuple[int, int] | None
    note: Words | None

    def reached(self, lost: Decimal) -> bool:
        return lost > self.lost if self.strict else lost >= self.lost

    @property
    def harshness(self) -> tuple[bool, int]:
        return self.ends, self.months[1] if self.months else 10_000


@dataclass(frozen=True)
class Item:
    """What a confirmed finding of `rules` (code prefixes), or with one of the articles `basis`, costs; at most so much a year. lower and
    upper: times the peers' value between which an indicator costs nothing."""

    name: Words
    rules: Sequence[str]
    basis: Sequence[str]
    points: Decimal
    most: Decimal | None
    lower: Decimal | None
    upper: Decimal | None
    source: Words


@dataclass(frozen=True)
class Restore:
    """How points are regained: with so many different approvers, at most so many a year. lifts_at: an ending is lifted when no more
    than so many are still lost; None: never."""

    approvals: Decimal
    most: Decimal | None
    lifts_at: Decimal | None
    note: Words | None


@dataclass(frozen=True)
class Scheme:
    """A points scheme. full: the points of a year. since, until: when it is in force. effects: the mildest first."""

    name: str
    title: Words
    source: Words
    verified: Words
    unverified: Words
    since: dt.date
    until: dt.date | None
    full: Decimal
    tiers: Sequence[Tier]
    effects: Sequence[Effect]
    items: Sequence[Item]
    restore: Restore | None

    def follows(self, before: Decimal, award: Decimal) -> Effect | None:
        """The harshest effect that an award of so many points brings about, None when it brings none."""
        after = before + award
        if after < self._least:
            return None
        reached = [
            effect
            for effect in self.effects
            if (
                effect.reached(award)
                if effect.at_once
                else effect.reached(after) and not effect.reached(before)
            )
        ]
        return max(reached, key=lambda effect: effect.harshness, default=None)

    @cached_property
    def _least(self) -> Decimal:
        return min((effect.lost for effect in self.effects), default=self.full + 1)

    @cached_property
    def _tiers_of(self) -> Any:
        @cache
        def found(articles: tuple[str, ...]) -> tuple[int, ...]:
            every = list(enumerate(self.tiers))
            by_basis = [n for n, tier in every if named(articles, tier.basis)]
            return tuple(by_basis or [n for n, tier in every if named(articles, tier.conduct)])

        return found

    def tiers_of(self, articles: tuple[str, ...]) -> tuple[int, ...]:
        """The places of the tiers to which a finding with these articles may lead."""
        found: tuple[int, ...] = self._tiers_of(articles)
        return found


def named(articles: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether one of `articles` is, or lies within, one of `wanted`: 条例 38(3) within 条例 38, but 条例 3 is not 条例 38."""
    return any(
        article.startswith(one) and not article[len(one) : len(one) + 1].isdigit()
        for article in articles
        for one in wanted
    )
