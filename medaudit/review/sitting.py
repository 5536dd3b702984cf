"""One thing after another in the terminal: its evidence, and what the person says of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from medaudit.language import say
from medaudit.ledger.decisions import CONFIRMED, DISMISSED, ESCALATED
from medaudit.review.deciding import Decision, as_event, problems_of, record, recorded
from medaudit.review.desk import Desk, rows

if TYPE_CHECKING:
    import pandas as pd

MOST = Decimal(10) ** 12  # yuan: more is a slip of the pen
KEYS = {"y": CONFIRMED, "n": DISMISSED, "e": ESCALATED, "s": "skip", "q": "quit"}
Ask = Callable[[str], str]
Show = Callable[[Mapping[str, Any]], str]


@dataclass
class Sitting:
    """What came of it."""

    confirmed: int = 0
    dismissed: int = 0
    escalated: int = 0
    skipped: int = 0
    left: int = 0
    amount: Decimal = Decimal(0)


def sit(
    desk: Desk, some: pd.DataFrame, show: Show, ask: Ask, tell: Callable[[str], None]
) -> Sitting:
    """Go through `some` of the worklist. Each decision is in the ledger before the next thing is shown; the end of the input is q."""
    done = Sitting()
    items = rows(some)
    for place, item in enumerate(items):
        tell(_heading(item, place + 1, len(items)))
        tell(show(item))
        answer = _choice(ask)
        if answer == "quit":
            done.left = len(items) - place
            break
        if answer == "skip":
            done.skipped += 1
            continue
        decision = _asked(desk, item, answer, ask, tell)
        if decision is None:
            done.left = len(items) - place
            break
        event = as_event(item, decision, desk.rules, desk.name, desk.today)
        added, problems = record(desk.ledger, [(event, decision)], desk.reviewers)
        if problems:
            tell("\n".join(map(str, problems)))
            done.skipped += 1
            continue
        tell(recorded(added))
        setattr(done, answer, getattr(done, answer) + 1)
        done.amount += sum((one.amount or Decimal(0) for one in added), Decimal(0))
    return done


def told(done: Sitting) -> str:
    """What came of it, in a sentence."""
    return say(
        f"查实 {done.confirmed} 条（{done.amount:,.2f} 元），排除 {done.dismissed}，移送上报 {done.escalated}，跳过 {done.skipped}，未看 {done.left}。"
        "已记入台账，随时可以接着做。",
        f"confirmed {done.confirmed} ({done.amount:,.2f} yuan), dismissed {done.dismissed}, escalated {done.escalated}, skipped {done.skipped}, "
        f"not looked at {done.left}. It is in the ledger; go on at any time.",
    )


def _heading(item: Mapping[str, Any], place: int, of: int) -> str:
    marks = {
        "changed": say("决定之后有变化", "changed since decided"),
        "waiting": say("待第二人确认", "waits for a second person"),
    }
    words = [f"[{place}/{of}]"]
    if item["state"] in marks:
        by = say(
            f"（{item['decided_by']}，{item['decided_on']}）",
            f" ({item['decided_by']}, {item['decided_on']})",
        )
        words.append(marks[item["state"]] + by)
    if item.get("drawn"):
        words.append(say("随机抽取", "drawn at random"))
    return "\n" + " ".join(words)


def _choice(ask: Ask) -> str:
    question = say(
        "y 查实  n 排除  e 移送上报  s 跳过  q 结束 > ",
        "y confirm  n dismiss  e escalate  s skip  q quit > ",
    )
    while True:
        try:
            answer = ask(question).strip().lower()
        except EOFError:
            return "quit"
        if answer in KEYS:
            return KEYS[answer]
        question = say("请输入 y、n、e、s 或 q > ", "type y, n, e, s or q > ")


def _asked(
    desk: Desk, item: Mapping[str, Any], action: str, ask: Ask, tell: Callable[[str], None]
) -> Decision | None:
    """The rest of a decision; None when the input ended before it was whole."""
    found = Decimal(str(item["amount"]))
    seen = int(item["number"])
    try:
        while True:
            amount = _amount(found, ask, tell) if action == CONFIRMED else None
            why = ask(say("说明 > ", "Why > ")).strip()
            decision = Decision(action, desk.who, why, amount, seen=seen)
            wrong = problems_of(decision, found, desk.today)
            if not wrong:
                return decision
            tell("\n".join(wrong))
    except EOFError:
        return None


def _amount(found: Decimal, ask: Ask, tell: Callable[[str], None]) -> Decimal:
    while True:
        text = ask(
            say(
                f"查实金额（回车为 {found:,.2f} 元）> ",
                f"Amount confirmed (Enter for {found:,.2f} yuan) > ",
            )
        ).strip()
        if not text:
            return found
        try:
            amount = yuan(text)
            if amount >= 0:
                return amount
            tell(say("金额不能为负", "the amount cannot be negative"))
        except ValueError:
            tell(say("金额写成 1234.56", "write the amount as 1234.56"))


def yuan(text: str) -> Decimal:
    """An amount as people write it: 1,234.56, ¥1234.5, 1234元. Raises ValueError."""
    plain = text.strip().lstrip("¥￥").removesuffix("元").replace(",", "").replace("，", "").strip()
    try:
        amount = Decimal(plain)
        whole = amount.quantize(Decimal("0.01"))
    except InvalidOperation:
        raise ValueError(text) from None
    if amount != whole or abs(amount) >= MOST:
        raise ValueError(text)
    return whole


def ask_terminal(question: str) -> str:
    """A line from the terminal. Raises EOFError at its end."""
    print(question, end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline() if sys.stdin else ""
    if not line:
        raise EOFError
    return line
