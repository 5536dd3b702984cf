"""Where events lie: a SQLite file, or PostgreSQL when several people share. One writer at a time, each event on the disk
before it is said to be there."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import sqlalchemy as sa

from medaudit import __version__
from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.ledger import forms
from medaudit.ledger.event import FIRST, Event, event, hashed, row
from medaudit.ledger.tables import events, metadata
from medaudit.ledger.trouble import told

FILE = "medaudit-ledger.db"
WAIT = 60  # seconds a writer waits for another
LOCK = 4_701_227  # PostgreSQL's advisory lock of whoever adds to the ledger

Clock = Callable[[], dt.datetime]


def now() -> dt.datetime:
    return dt.datetime.now().astimezone()


def place(given: str | Path | None, settings: Mapping[str, str] | None = None) -> str:
    """Where the ledger is: as given, else MEDAUDIT_LEDGER, else [ledger] url, else ./medaudit-ledger.db. A file or a URL."""
    return str(given or os.environ.get("MEDAUDIT_LEDGER") or (settings or {}).get("url") or FILE)


@dataclass(frozen=True)
class Ledger:
    """An opened ledger. where: its file or URL, without a password."""

    where: str
    engine: sa.Engine
    clock: Clock = now

    @property
    def is_there(self) -> bool:
        """Whether there is a file, or a database to ask. Raises MedauditError for a folder."""
        path = self.engine.url.database
        if self.engine.dialect.name != "sqlite":
            return True
        if path and Path(path).is_dir():
            what = say("这是文件夹，不是台账", "this is a folder, not a ledger")
            raise MedauditError(Problem(what, path))
        return bool(path) and Path(str(path)).is_file()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection that sees the ledger as it stands; one not yet made is seen empty."""
        with told(self.where):
            if not self.is_there:
                with _nowhere() as connection:
                    yield connection
                return
            with self.engine.connect() as connection:
                if forms.demand(connection, self.where):
                    yield connection
                    return
            with _nowhere() as connection:
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Pen]:
        """Nobody else adds in between; all of it is added when the block ends well, or nothing. Makes the ledger when there is none."""
        with told(self.where):
            _private(self.engine.url)
            options = {"writes": True}
            with (
                self.engine.connect().execution_options(**options) as connection,
                connection.begin(),
            ):
                if connection.dialect.name == "postgresql":
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
                if not forms.demand(connection, self.where):
                    forms.upgrade(connection)
                yield Pen(connection, self.clock)

    def add(self, *added: Event) -> list[Event]:
        """Add events, all or none; returns them with their numbers and hashes."""
        with self.writing() as pen:
            return [pen.add(one) for one in added]

    def events(self, *where: sa.ColumnElement[bool]) -> list[Event]:
        """The events of which all of `where` holds, in their order."""
        with self.reading() as connection:
            return read(connection, *where)


class Pen:
    """Adds events to a ledger that nobody else adds to meanwhile. behind: the last event's time where the clock is behind it."""

    def __init__(self, connection: sa.Connection, clock: Clock) -> None:
        self.connection, self.clock = connection, clock
        self.behind: dt.datetime | None = None
        last = connection.execute(
            sa.select(events.c.number, events.c.hash, events.c.at).order_by(events.c.number.desc()).limit(1)
        ).first()  # fmt: skip
        self._number: int = last.number if last else 0
        self._hash: str = last.hash if last else FIRST
        self._at = dt.datetime.fromisoformat(last.at) if last else None

    def add(self, added: Event) -> Event:
        """Add one event; returns it with its number and hash."""
        at = self.clock()
        if self._at and at < self._at:
            # Its number says the order; the clock's reading is kept as it was, and said to be behind.
            self.behind = self._at
        stamped = replace(
            added, number=self._number + 1, at=at, version=__version__, previous=self._hash
        )
        told = row(stamped)
        told["hash"] = hashed(told)
        self.connection.execute(events.insert(), told)
        self._number, self._hash, self._at = stamped.number, told["hash"], at
        return replace(stamped, hash=told["hash"])

    def events(self, *where: sa.ColumnElement[bool]) -> list[Event]:
        """As Ledger.events, as of this moment."""
        return read(self.connection, *where)


def read(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> list[Event]:
    """The events of which all of `where` holds, in their order."""
    chosen = sa.select(events).where(*where).order_by(events.c.number)
    return [event(dict(one)) for one in connection.execute(chosen).mappings()]


def opened(where: str, clock: Clock = now, wait: float = WAIT) -> Ledger:
    """The ledger at a file or URL. Nothing is made before the first event. wait: seconds a writer to a file
    waits for another. Raises MedauditError for a URL that is none or of a
    database it cannot be."""
    try:
        url = sa.make_url(where) if "://" in where else sa.URL.create("sqlite", database=where)
        if url.get_backend_name() == "postgresql":
            engine = sa.create_engine(
                url.set(drivername="postgresql+psycopg"), poolclass=sa.NullPool
            )
        elif url.get_backend_name() == "sqlite":
            engine = sa.create_engine(url, poolclass=sa.NullPool, connect_args={"timeout": wait})
            _prepare(engine)
        else:
            raise sa.exc.ArgumentError(url.get_backend_name())
    except ModuleNotFoundError as error:
        what = say("没有安装 PostgreSQL 的驱动", "the driver for PostgreSQL is not installed")
        do = say("安装 medaudit[postgres]", "install medaudit[postgres]")
        raise MedauditError(Problem(what, "--ledger", do)) from error
    except sa.exc.ArgumentError as error:
        what = say("台账的地址不对", "the address of the ledger is not right")
        do = say(
            "写成文件名，或 postgresql://用户@主机/库",
            "give a file, or postgresql://user@host/database",
        )
        raise MedauditError(Problem(what, "--ledger", do)) from error
    shown = url.database if url.get_backend_name() == "sqlite" else url.render_as_string()
    return Ledger(str(shown), engine, clock)


def _prepare(engine: sa.Engine) -> None:
    """SQLite as several processes can share it: transactions begun by us, a writer's at once, on the disk when committed."""

    @sa.event.listens_for(engine, "connect")
    def connected(connection: object, _: object) -> None:
        connection.isolation_level = None  # type: ignore[attr-defined]
        connection.execute("PRAGMA synchronous = FULL")  # type: ignore[attr-defined]

    @sa.event.listens_for(engine, "begin")
    def begun(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("writes"):
            connection.connection.driver_connection.execute("PRAGMA journal_mode = WAL")  # type: ignore[union-attr]
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("BEGIN")


def _private(url: sa.URL) -> None:
    """A new file for its owner alone: it has names in it."""
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).exists():
        with suppress(FileExistsError):
            os.close(os.open(url.database, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


@contextmanager
def _nowhere() -> Iterator[sa.Connection]:
    """An empty ledger, kept nowhere."""
    engine = sa.create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.connect() as connection:
        yield connection
    engine.dispose()
