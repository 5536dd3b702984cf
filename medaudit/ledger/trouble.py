"""What a database says went wrong, as what, where and what to do; never with a password or anybody's data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from medaudit.errors import MedauditError, Problem
from medaudit.language import say


@contextmanager
def told(where: str) -> Iterator[None]:
    """Turns errors of the database at `where` into MedauditError."""
    try:
        yield
    except (sa.exc.DatabaseError, sa.exc.InterfaceError) as error:
        raise MedauditError(_problem(str(error.orig).lower(), where)) from error
    except OSError as error:
        what = say("台账写不进去", "the ledger cannot be written")
        do = say("检查文件夹与权限", "check the folder and its permissions")
        raise MedauditError(Problem(what, where, f"{do} ({error.strerror})")) from error


def _problem(said: str, where: str) -> Problem:
    if "locked" in said or "busy" in said:
        what = say("别的程序一直在写这本台账", "another program keeps writing to this ledger")
        do = say(
            "稍后再试；看是否有没结束的 medaudit", "try again; see whether a medaudit did not end"
        )
    elif "permission denied" in said or "insufficient privilege" in said:
        what = say("没有权限读写这本台账", "there is no permission to read or write this ledger")
        do = say("检查文件或数据库账号的权限", "check the permissions of the file or the account")
    elif "readonly" in said or "read-only" in said:
        what = say("台账只读，写不进去", "the ledger is read-only")
        do = say(
            "检查文件、文件夹或数据库账号的权限",
            "check the permissions of the file, its folder or the account",
        )
    elif "unable to open" in said:
        what = say("打不开台账", "the ledger cannot be opened")
        do = say("检查文件夹是否存在、有无权限", "check that the folder exists and may be written")
    elif "malformed" in said or "not a database" in said or "corrupt" in said:
        what = say("台账文件已损坏，或不是台账", "the ledger is damaged, or is no ledger")
        do = say(
            "不要再写；用最近的备份，并保留原文件",
            "write no more to it; take the last backup and keep the file",
        )
    elif "disk" in said and "full" in said:
        what = say("磁盘已满，这一条没有记下", "the disk is full; this was not recorded")
        do = say("腾出空间再试", "make room and try again")
    elif "connection" in said or "password" in said or "does not exist" in said:
        what = say("连不上台账数据库", "the ledger's database cannot be reached")
        do = say(
            "检查地址、账号和服务是否开启",
            "check the address, the account and that the server runs",
        )
    else:
        what = say("台账数据库报错", "the ledger's database reports an error")
        do = say("用 medaudit ledger verify 检查", "check it with medaudit ledger verify")
    return Problem(what, where, do)
