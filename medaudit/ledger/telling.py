"""What the ledger says of itself, in words."""

from __future__ import annotations

import sys

from medaudit.errors import MedauditError, Problem
from medaudit.language import counted, say
from medaudit.ledger import forms
from medaudit.ledger.chain import verify
from medaudit.ledger.event import Event
from medaudit.ledger.store import Ledger

SHOWN = 20  # broken places told
_BROKEN = {
    "changed": ("内容与校验不符：被改过", "what it says does not fit its check: it was changed"),
    "missing": ("缺这一条", "it is missing"),
    "follows": ("不是接在前一条之后", "it does not follow the one before"),
}  # fmt: skip
KINDS = {
    "review": ("复核", "review"), "tip": ("举报", "report"), "assign": ("分派", "assignment"), "points": ("记分", "points"),
    "credit": ("信用", "credit"), "export": ("导出", "export"),
}  # fmt: skip


def tell_verified(ledger: Ledger, expected: str = "") -> bool:
    """Print whether the chain holds, and the hash to write down; whether it does. What is wrong goes to stderr."""
    demand_there(ledger)
    told = verify(ledger, expected)
    wrong = [
        say(f"第 {number} 条：{_BROKEN[how][0]}", f"number {number}: {_BROKEN[how][1]}")
        for number, how in told.broken[:SHOWN]
    ]
    if len(told.broken) > SHOWN:
        wrong.append(
            say(f"另有 {len(told.broken) - SHOWN} 处", f"and {len(told.broken) - SHOWN} more")
        )
    if told.damaged:
        wrong.append(
            say(f"数据库文件损坏：{told.damaged}", f"the database is damaged: {told.damaged}")
        )
    if told.known is False:
        wrong.append(
            say(
                f"找不到校验 {expected}：之后的记录可能被整段删掉或重写",
                f"there is no check {expected}: events may have been cut off or rewritten since",
            )
        )
    for line in wrong:
        print(line, file=sys.stderr)
    if told.behind:
        places = say("、", ", ").join(map(str, told.behind[:SHOWN]))
        print(
            say(
                f"这些记录写入时，时钟早于前一条（顺序以编号为准）：{places}",
                f"the clock was behind the event before when these were added (their numbers say the order): {places}",
            ),
            file=sys.stderr,
        )
    if not wrong:
        print(
            say(
                f"{ledger.where}：{told.number:,} 条记录，校验链完整；最后一条的校验 {told.head or '-'}",
                f"{ledger.where}: {counted(told.number, 'event')}, the chain holds; the last one's check is {told.head or '-'}",
            )
        )
    return not wrong


def demand_there(ledger: Ledger) -> None:
    """Raise MedauditError where there is no ledger: a mistyped name must not pass for a sound one."""
    if not ledger.is_there:
        what = say("没有这本台账", "there is no such ledger")
        raise MedauditError(Problem(what, ledger.where, say("检查 --ledger", "check --ledger")))


def told_copied(number: int, target: str) -> str:
    return say(f"已备份 {number:,} 条到 {target}", f"copied {counted(number, 'event')} to {target}")


def tell_upgraded(ledger: Ledger) -> str:
    """Bring an older ledger to this program's form. Raises MedauditError for a newer one, or where there is none."""
    from medaudit.ledger.trouble import told

    demand_there(ledger)
    with (
        told(ledger.where),
        ledger.engine.connect().execution_options(writes=True) as connection,
        connection.begin(),
    ):
        have = forms.form(connection)
        if not have:
            raise MedauditError(Problem(say("没有台账", "there is no ledger"), ledger.where))
        if have not in forms.known():
            forms.demand(connection, ledger.where)
        forms.upgrade(connection)
        now = forms.form(connection)
    return say(f"台账格式 {have} → {now}", f"form of the ledger: {have} → {now}")


_ACTIONS = {
    "confirmed": ("查实", "confirmed"), "dismissed": ("排除", "dismissed"), "escalated": ("移送上报", "escalated"), "reopened": ("重新打开", "reopened"),
    "recovered": ("追回", "recovered"), "assigned": ("分派", "assigned"), "vague": ("泛泛", "vague"), "specific": ("具体", "specific"),
    "documented": ("有材料", "documented"), "masked": ("脱敏", "masked"), "revealed": ("未脱敏", "not masked"),
}  # fmt: skip


def worded(kind: str, action: str, amount: float | None = None) -> str:
    """What was done, in words, with its money."""
    told = say(*KINDS.get(kind, (kind, kind)))
    done = say(*_ACTIONS.get(action, (action, action)))
    words = told if done == told else f"{told}{say('：', ': ')}{done}"
    return words if amount is None or amount != amount else f"{words} {amount:,.2f}"


def line(event: Event) -> dict[str, object]:
    """An event as a row of the log."""
    about = (
        event.finding_id
        or f"{event.subject_type} {event.subject_id}".strip()
        or str(event.content.get("number", ""))
    )
    return {
        "number": event.number, "at": event.at.isoformat(timespec="seconds") if event.at else "", "who": event.who,
        "kind": event.kind, "action": event.action, "about": about, "amount": None if event.amount is None else float(event.amount),
        "points": None if event.points is None else float(event.points), "why": event.why, "hash": event.hash,
    }  # fmt: skip
