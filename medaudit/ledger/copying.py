"""A backup: every event, number, hash and all, in a ledger of its own."""

from __future__ import annotations

import sqlalchemy as sa

from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.ledger.chain import SOME, verify
from medaudit.ledger.store import Ledger
from medaudit.ledger.tables import events


def copy(ledger: Ledger, target: Ledger) -> int:
    """Copy all events as they are into a ledger without any, a file or a database; returns how many. A backup is brought back the
    same way. Raises MedauditError where events are there already, and for a chain that does not hold."""
    told = verify(ledger)
    if told.broken or told.damaged:
        what = say(
            "台账的校验链有问题，没有备份",
            "the chain of the ledger does not hold; nothing was copied",
        )
        raise MedauditError(Problem(what, ledger.where, "medaudit ledger verify"))
    with ledger.reading() as source, target.writing() as pen:
        if pen.events():
            what = say("目标里已有记录", "there are events already")
            do = say("备份到新文件或空库", "copy to a new file or an empty database")
            raise MedauditError(Problem(what, target.where, do))
        found = source.execution_options(yield_per=SOME).execute(
            sa.select(events).order_by(events.c.number)
        )
        for some in found.mappings().partitions():
            pen.connection.execute(events.insert(), [dict(one) for one in some])
    return told.number
