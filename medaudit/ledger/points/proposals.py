"""What confirmed findings would mean in points, if the institution were handled for them. Nothing is awarded by it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from medaudit.ledger.confirmed import Finding
from medaudit.ledger.points.account import COUNTED, Entry
from medaudit.ledger.points.scheme import Effect, Item, Scheme, Tier, named


@dataclass(frozen=True)
class Proposal:
    """Findings of one doctor at one institution in one year that lead to the same tiers: handled together, they are one case. tiers: one of
    these, by which article the institution is handled under. amount: fund money confirmed, yuan."""

    institution: str
    year: int
    tiers: tuple[Tier, ...]
    findings: tuple[Finding, ...]

    @property
    def rules(self) -> Mapping[str, int]:
        return Counter(finding.rule for finding in self.findings)

    @property
    def amount(self) -> Decimal:
        return sum((finding.amount for finding in self.findings), Decimal(0))


def proposals(findings: Iterable[Finding], scheme: Scheme, used: Container[str]) -> list[Proposal]:
    """Proposals from findings of one doctor, those already awarded for (`used`, by id) left out. A finding that leads to no tier is in a
    proposal without tiers: a person may still know where it belongs."""
    grouped: dict[tuple[str, int, tuple[int, ...]], list[Finding]] = defaultdict(list)
    for one in findings:
        if one.finding_id not in used:
            grouped[(one.institution, one.occurred.year, scheme.tiers_of(one.basis))].append(one)
    return [
        Proposal(institution, year, tuple(scheme.tiers[n] for n in tiers), tuple(found))
        for (institution, year, tiers), found in sorted(grouped.items(), key=lambda one: one[0])
    ]


def outcome(
    tier: Tier, lost: Decimal, scheme: Scheme
) -> tuple[Decimal, Decimal, Effect | None, Effect | None]:
    """The points lost after an award of the tier, least and most, and what would follow from each."""
    least, most = scheme.follows(lost, tier.low), scheme.follows(lost, tier.high)
    return lost + tier.low, lost + tier.high, least, most


def counted(
    findings: Iterable[Finding],
    scheme: Scheme,
    used: Container[str],
    measured: Mapping[str, tuple[float, float]],
) -> list[Entry]:
    """What the scheme's items cost by themselves for confirmed findings of one doctor, on the days they were confirmed.

    measured: finding → times the peers' value where it is known, least and most as far as it was rounded; a finding whose value is not
    known counts as the rule found it."""
    spent: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    entries = []
    for one in findings:
        place = next((n for n, item in enumerate(scheme.items) if _falls(one, item)), None)
        if place is None or one.finding_id in used:
            continue
        item = scheme.items[place]
        if _within(item, measured.get(one.finding_id)):
            continue
        points = item.points
        if item.most is not None:
            points = min(points, item.most - spent[(one.day.year, place)])
        if points > 0:
            spent[(one.day.year, place)] += points
            content = {"item": place, "findings": [one.finding_id], "rule": one.rule}
            entries.append(Entry(one.number, one.day, COUNTED, points, one.institution, content))
    return entries


def _falls(finding: Finding, item: Item) -> bool:
    return finding.rule.startswith(tuple(item.rules)) if item.rules else named(finding.basis, item.basis)  # fmt: skip


def _within(item: Item, value: tuple[float, float] | None) -> bool:
    """Whether the value is known and between the limits."""
    if value is None or (item.lower is None and item.upper is None):
        return False
    above = item.upper is not None and value[1] >= item.upper
    below = item.lower is not None and value[0] <= item.lower
    return not (above or below)


def used_in(entries: Iterable[Entry], void: Container[int]) -> set[str]:
    """Findings for which points were awarded that were not taken back."""
    return {
        str(finding)
        for entry in entries
        if entry.action == "awarded" and entry.number not in void
        for finding in entry.content.get("findings", ())
    }
