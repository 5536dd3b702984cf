"""Ledgers to write to: a SQLite file, and a real PostgreSQL server where there is one."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from medaudit.ledger import Ledger, opened


def program(name: str) -> Path | None:
    """Where a program of the server is: Debian keeps them off the path."""
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    found = shutil.which(name)
    return places[-1] if places else Path(found) if found else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a server of our own, on a socket in a private folder."""
    initdb, server = program("initdb"), program("pg_ctl")
    if initdb is None or server is None:
        pytest.skip("there is no PostgreSQL server on this machine")
    place = Path(tempfile.mkdtemp(prefix="medaudit-pg-"))
    # The server refuses to run as root.
    other = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if other:
        shutil.chown(place, "postgres")
    data = place / "data"

    def run(*words: object) -> None:
        subprocess.run([*other, *map(str, words)], check=True, capture_output=True, cwd=place)

    run(initdb, "-D", data, "-A", "trust", "-U", "auditor", "-E", "UTF8", "--locale=C.UTF-8")
    settings = f"-c listen_addresses='' -c unix_socket_directories='{place}'"
    run(server, "-D", data, "-o", settings, "-l", place / "log", "-w", "start")
    try:
        yield f"postgresql://auditor@/postgres?host={place}"
    finally:
        run(server, "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A place for a ledger that is not there yet."""
    if request.param == "sqlite":
        return str(tmp_path / "ledger.db")
    server = request.getfixturevalue("postgres")
    name = f"ledger_{uuid.uuid4().hex}"
    engine = sa.create_engine(
        sa.make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return server.replace("/postgres?", f"/{name}?")


@pytest.fixture
def ledger(where: str) -> Ledger:
    return opened(where)
