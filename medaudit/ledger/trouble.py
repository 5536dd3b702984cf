"""What a database says went wrong, as what, where and what to do; never with a password or anybody's data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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


Words = tuple[str, str]

# What a database says (a pattern; the first that is found) → what that means, and what to do.
_SAID: Sequence[tuple[str, Words, Words]] = (
    (r"locked|busy", ("别的程序一直在写这本台账", "another program keeps writing to this ledger"),
     ("稍后再试；看是否有没结束的 medaudit", "try again; see whether a medaudit did not end")),
    (r"permission denied|insufficient privilege", ("没有权限读写这本台账", "there is no permission to read or write this ledger"),
     ("检查文件或数据库账号的权限", "check the permissions of the file or the account")),
    (r"readonly|read-only", ("台账只读，写不进去", "the ledger is read-only"),
     ("检查文件、文件夹或数据库账号的权限", "check the permissions of the file, its folder or the account")),
    (r"unable to open", ("打不开台账", "the ledger cannot be opened"),
     ("检查文件夹是否存在、有无权限", "check that the folder exists and may be written")),
    (r"malformed|not a database|corrupt", ("台账文件已损坏，或不是台账", "the ledger is damaged, or is no ledger"),
     ("不要再写；用最近的备份，并保留原文件", "write no more to it; take the last backup and keep the file")),
    (r"disk.*full|full.*disk", ("磁盘已满，这一条没有记下", "the disk is full; this was not recorded"),
     ("腾出空间再试", "make room and try again")),
    (r"connection|password|does not exist", ("连不上台账数据库", "the ledger's database cannot be reached"),
     ("检查地址、账号和服务是否开启", "check the address, the account and that the server runs")),
)  # fmt: skip
_ELSE: tuple[Words, Words] = (
    ("台账数据库报错", "the ledger's database reports an error"),
    ("用 medaudit ledger verify 检查", "check it with medaudit ledger verify"),
)


def _problem(said: str, where: str) -> Problem:
    found = (told for pattern, *told in _SAID if re.search(pattern, said, re.DOTALL))
    what, do = next(found, _ELSE)
    return Problem(say(*what), where, say(*do))
