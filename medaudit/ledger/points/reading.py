"""A points scheme's file, read and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from medaudit.language import say
from medaudit.ledger.points.scheme import Effect, Item, Restore, Scheme, Tier
from medaudit.ledger.schemes import HEADER, Checks, Key, content

USUAL = "national2024"

_TOP = HEADER | {"full": Key("number", True)}
_TIER = {
    "low": Key("number", True), "high": Key("number", True), "trigger": Key("words", True),
    "basis": Key("texts", False, ()), "conduct": Key("texts", False, ()),
}  # fmt: skip
_EFFECT = {
    "lost": Key("number"), "below": Key("number"), "at_once": Key("flag", False, False), "ends": Key("flag", False, False),
    "months": Key("months"), "note": Key("words"),
}  # fmt: skip
_ITEM = {
    "name": Key("words", True), "rules": Key("texts", False, ()), "basis": Key("texts", False, ()), "points": Key("number", True),
    "most": Key("number"), "lower": Key("number"), "upper": Key("number"), "source": Key("words", True),
}  # fmt: skip
_RESTORE = {
    "approvals": Key("number", False, Decimal(0)), "most": Key("number"), "lifts_at": Key("number"), "note": Key("words"),
}  # fmt: skip


def read(name: str = USUAL) -> Scheme:
    """A scheme of ours by its name, or one in a .toml file. Raises MedauditError with everything that is wrong in it."""
    found, where = content(name, "points")
    checks = Checks(where)
    parts = {key: found.get(key) for key in ("tier", "effect", "item", "restore")}
    top = checks.table({k: v for k, v in found.items() if k not in parts}, _TOP)
    tiers = checks.tables(parts["tier"], _TIER, "tier")
    effects = checks.tables(parts["effect"], _EFFECT, "effect")
    items = checks.tables(parts["item"], _ITEM, "item")
    restore = None
    if parts["restore"] is not None:
        restore = checks.table(parts["restore"], _RESTORE, "restore")
    _check_tiers(checks, tiers, top["full"])
    _check_effects(checks, effects, top["full"])
    for place, item in enumerate(items, 1):
        _check_item(checks, item, f"item[{place}]")
    if top["until"] and top["from"] and top["until"] < top["from"]:
        checks.wrong(say("until 早于 from", "until is before from"))
    checks.end()
    words = {key: top[key] for key in ("name", "title", "source", "verified", "unverified")}
    return Scheme(
        **words,
        since=top["from"],
        until=top["until"],
        full=top["full"],
        tiers=[Tier(**tier) for tier in tiers],
        effects=[_effect(effect, top["full"]) for effect in effects],
        items=[Item(**item) for item in items],
        restore=Restore(**restore) if restore else None,
    )


def _effect(told: Mapping[str, Any], full: Decimal) -> Effect:
    strict = told["below"] is not None
    lost = full - told["below"] if strict else told["lost"]
    rest = {key: told[key] for key in ("at_once", "ends", "months", "note")}
    return Effect(lost=lost, strict=strict, **rest)


def _check_tiers(checks: Checks, tiers: Sequence[Mapping[str, Any]], full: Decimal | None) -> None:
    end, joined = Decimal(0), say("各档首尾相接", "let each tier begin where the one before ended")
    for place, tier in enumerate(tiers, 1):
        low, high, at = tier["low"], tier["high"], f"tier[{place}]"
        if low is None or high is None:
            continue
        if low > high:
            checks.wrong(say(f"{at} 的 low 大于 high", f"{at}: low is above high"))
        if low <= 0:
            checks.wrong(say(f"{at} 的 low 应大于 0", f"{at}: low must be above 0"))
        elif low <= end:
            what = say(
                f"{at} 与前一档重叠：{low} 至 {end}",
                f"{at} overlaps the tier before: {low} to {end}",
            )
            checks.wrong(what, joined)
        elif low != end + 1:
            what = say(
                f"{at} 之前有空档：{end} 与 {low} 之间",
                f"there is a gap before {at}: between {end} and {low}",
            )
            checks.wrong(what, joined)
        end = max(end, high)
    if tiers and full is not None and end > full:
        what = say(
            f"最高一档 {end} 超过满分 {full}", f"the last tier reaches {end}, above the full {full}"
        )
        checks.wrong(what)


def _check_effects(
    checks: Checks, effects: Sequence[Mapping[str, Any]], full: Decimal | None
) -> None:
    before: dict[bool, Decimal] = {}
    for place, effect in enumerate(effects, 1):
        at = f"effect[{place}]"
        lost, below = effect["lost"], effect["below"]
        if (lost is None) == (below is None):
            checks.wrong(say(f"{at} 要写 lost 或 below 之一", f"{at} needs either lost or below"))
            continue
        if effect["months"] is None and not effect["ends"]:
            checks.wrong(say(f"{at} 缺少 months", f"{at}.months is missing"), say("暂停几个月", "for how many months"))  # fmt: skip
        if full is None:
            continue
        limit = full - below if lost is None else lost
        if not 0 < limit <= full:
            checks.wrong(say(f"{at} 的界限应在 0 与满分 {full} 之间", f"{at}: the limit must lie between 0 and the full {full}"))  # fmt: skip
        kind = effect["at_once"]
        if kind in before and limit <= before[kind]:
            checks.wrong(
                say(f"{at} 的界限没有比前一条高", f"{at}: the limit is not above the one before"),
                say("界限从低到高排列", "let the limits rise"),
            )
        before[kind] = limit


def _check_item(checks: Checks, item: Mapping[str, Any], at: str) -> None:
    if bool(item["rules"]) == bool(item["basis"]):
        checks.wrong(say(f"{at} 要写 rules 或 basis 之一", f"{at} needs either rules or basis"))
    if item["lower"] is not None and item["upper"] is not None and item["lower"] >= item["upper"]:
        checks.wrong(say(f"{at} 的 lower 不低于 upper", f"{at}: lower is not below upper"))
