"""The form of a ledger's database: which version it has, and bringing an older one to this program's."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.ledger.tables import HEAD

MIGRATIONS = Path(__file__).parent / "migrations"


def form(connection: sa.Connection) -> str:
    """The version of the database's form, "" where there is no ledger yet."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() or "")


def demand(connection: sa.Connection, where: str) -> bool:
    """Whether there is a ledger. Raises MedauditError for one of another version."""
    have = form(connection)
    if (
        not have
        and connection.dialect.name == "sqlite"
        and sa.inspect(connection).get_table_names()
    ):
        what = say("这个数据库不是台账", "this database is no ledger")
        raise MedauditError(Problem(what, where, say("检查 --ledger", "check --ledger")))
    if have in ("", HEAD):
        return bool(have)
    if have in known():
        what = say(f"台账是旧格式（{have}）", f"the ledger has an older form ({have})")
        do = say(
            "先备份，再运行 medaudit ledger upgrade", "back it up, then run medaudit ledger upgrade"
        )
    else:
        what = say(
            f"台账的格式（{have}）比本程序的（{HEAD}）新",
            f"the ledger has a newer form ({have}) than this program ({HEAD})",
        )
        do = say("用新版本的 medaudit 打开", "open it with the newer medaudit")
    raise MedauditError(Problem(what, where, do))


def upgrade(connection: sa.Connection, migrations: Path = MIGRATIONS) -> None:
    """Bring a new or older database to the newest form, in the connection's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def known() -> set[str]:
    """The versions this program knows."""
    return {path.stem.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")}
