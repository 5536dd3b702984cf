"""Sentences about an institution's credit: every line of the arithmetic, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from medaudit.language import counted, pick, say
from medaudit.ledger.credit.scheme import Scheme
from medaudit.ledger.credit.scoring import Decided, Deduction, Scored
from medaudit.ledger.parts import plain

CARDS = {
    "green": ("绿牌（准入）", "green (access)"), "yellow": ("黄牌（警告）", "yellow (warning)"), "red": ("红牌（退出）", "red (leaving)"),
}  # fmt: skip
SHORT = {"green": ("绿牌", "green"), "yellow": ("黄牌", "yellow"), "red": ("红牌", "red")}
LEVELS = {
    "violation": ("违规", "violation"), "suspected": ("可疑", "suspected"), "lead": ("线索", "lead"),
}  # fmt: skip
LISTS = {"red": ("红名单", "red list"), "black": ("黑名单", "black list")}
PARTS = {
    "severity": ("查实疑点", "confirmed findings"), "share": ("金额占比", "share of money"), "repetition": ("重复发生", "repetition"),
}  # fmt: skip
ACTIONS = {
    "listed": ("列入", "listed"), "unlisted": ("移出", "unlisted"), "graded": ("定级", "graded"),
}  # fmt: skip


def percent(share: Decimal) -> str:
    return f"{share * 100:.2f}%"


def line(one: Deduction, scheme: Scheme) -> str:
    """How a deduction comes about."""
    about = one.about
    if one.part == "severity":
        number, each = about["number"], plain(about["each"])
        level = say(*LEVELS[about["level"]])
        most = _most(about["each"] * number, one.points, scheme.severity_most)
        return say(f"{level} {number} 条 × {each} 分", f"{level}: {number} × {each}") + most
    if one.part == "repetition":
        rules = say("、", ", ").join(
            say(f"{rule}（{year} 年已查实过）", f"{rule} (confirmed in {year} before)")
            for rule, year in about["rules"].items()
        )
        each = plain(scheme.repetition_points)
        whole = scheme.repetition_points * len(about["rules"])
        return rules + f" × {each}" + _most(whole, one.points, scheme.repetition_most)
    return _share(one, about, scheme)


def _share(one: Deduction, about: Any, scheme: Scheme) -> str:
    if about["share"] is None:
        return say(
            "不知道机构的基金支付额，未计（用 --run 指明扫描结果）",
            "the institution's fund payments are not known, nothing is deducted (name a run with --run)",
        )
    whole = scheme.share_points * about["steps"]
    money = f"{about['confirmed']:,.2f} / {about['fund']:,.2f} = {percent(about['share'])}"
    period = say(f"{about['first']} 至 {about['last']}", f"{about['first']} to {about['last']}")
    each, per = plain(scheme.share_points), percent(scheme.share_per)
    return say(
        f"{period} 发生的查实金额占基金支付 {money}，每满 {per} 扣 {each} 分",
        f"money confirmed of {period} over fund payments: {money}; {each} for each whole {per}",
    ) + _most(whole, one.points, scheme.share_most)


def _most(whole: Decimal, points: Decimal, most: Decimal) -> str:
    if points == whole:
        return ""
    return say(f"，该项至多 {plain(most)} 分", f", at most {plain(most)} for this part")


def total(one: Scored, scheme: Scheme) -> str:
    """The sum: 100 − 3 − 5 = 92."""
    parts = [plain(scheme.start), *(plain(part.points) for part in one.deductions if part.points)]
    less = scheme.start - sum((part.points for part in one.deductions), Decimal(0))
    floor = say("（不低于 0）", " (not below 0)") if less < 0 else ""
    return " − ".join(parts) + f" = {plain(one.score)}" + floor


def after(one: Scored, scheme: Scheme) -> Iterator[str]:
    """What decides besides the sum."""
    bands = say("，", ", ").join(
        say(f"{band.name} {plain(band.least)} 分起", f"{band.name} from {plain(band.least)}")
        for band in scheme.grades
    )
    yield say("分数线：", "Limits: ") + bands
    if one.vetoes:
        ids = say("、", ", ").join(finding.finding_id for finding in one.vetoes[:5])
        more = len(one.vetoes) - 5
        ids += say(f" 等 {len(one.vetoes)} 条", f" and {more} more") if more > 0 else ""
        yield say(f"一票否决：{ids}，列为最低等级和红牌", f"veto: {ids}; the lowest grade and the red card")  # fmt: skip
    rule = scheme.penalised
    number = len(one.penalised)
    if not one.doctors:
        yield say("不知道该机构的医师，未看受处理医师占比", "the institution's doctors are not known: the share of penalised ones was not looked at")  # fmt: skip
    else:
        share = percent(Decimal(number) / one.doctors)
        limit = percent(rule.above)
        yield say(
            f"受处理医师（扣满 {plain(rule.points)} 分或暂停、终止）{number} / {one.doctors} = {share}，界限 {limit}",
            f"penalised doctors ({plain(rule.points)} points lost, suspended or ended): {number} / {one.doctors} = {share}, limit {limit}",
        ) + _lowered(one, scheme)
    if one.decided:
        told = say(
            f"人工定级：{one.grade}（按分数为 {one.computed}），",
            f"graded by a person: {one.grade} ({one.computed} by score), ",
        )
        yield told + decision(one.decided)
    if one.supervised:
        yield say("列入重点监管建议名单", "proposed for key supervision")


def _lowered(one: Scored, scheme: Scheme) -> str:
    above = Decimal(len(one.penalised)) / one.doctors > scheme.penalised.above
    if above and not one.supervised:
        return say(
            "；医师总数不详（只知台账里的），不据此降级，用 --run 指明扫描结果",
            "; how many doctors there are is not known (only those in the ledger), so no grade is lowered for it: name a run with --run",
        )
    if not above:
        return ""
    if one.lowered:
        return say(f"；超过，降 {one.lowered} 级，至多黄牌", f"; above it, lowered by {counted(one.lowered, 'grade')}, a yellow card at best")  # fmt: skip
    return say("；超过，已是最低等级", "; above it, already the lowest grade")


def decision(one: Decided) -> str:
    """A decision with its day, reason and person."""
    until = say(f"，至 {one.until}", f" until {one.until}") if one.until else ""
    return f"#{one.number} {one.day}{until}" + say("，", ", ") + say("；", "; ").join([one.why, one.who])  # fmt: skip


def lists(one: Scored) -> Iterator[str]:
    """On which lists the institution is, or is proposed for."""
    for name, state in (("red", one.red), ("black", one.black)):
        called = say(*LISTS[name])
        if state == "listed":
            yield f"{called}{say('：', ': ')}{decision(one.lists[name])}"
        elif state:
            yield say(f"{called}：建议列入，由人决定（--list {name}）", f"{called}: proposed, a person decides (--list {name})")  # fmt: skip


def event(one: Decided) -> str:
    """An event of the history."""
    about = one.content.get("list")
    told = say(*LISTS[about]) if about in LISTS else str(one.content.get("grade") or say("按分数", "as computed"))  # fmt: skip
    return f"{say(*ACTIONS.get(one.action, (one.action, one.action)))} {told}{say('：', ': ')}{decision(one)}"  # fmt: skip


def sources(scheme: Scheme) -> list[str]:
    """Where the numbers come from."""
    names = PARTS | {"penalised": ("受处理医师", "penalised doctors"), "lists": ("名单", "lists")}
    return [
        say("出处：", "Source: ") + pick(scheme.source),
        say("已核：", "Checked: ") + pick(scheme.verified),
        say("未核：", "Not checked: ") + pick(scheme.unverified),
        *(
            say(*names[part]) + say("：", ": ") + pick(told)
            for part, told in scheme.sources.items()
        ),
    ]
