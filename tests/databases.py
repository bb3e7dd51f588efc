"""Databases that the journal lies in: SQLite, and a real PostgreSQL, started once, with a schema for each test."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

SQLITE, POSTGRESQL = "sqlite", "postgresql"
# A server may sort text as people do; the journal must not.
_CLUSTER = (
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C.UTF-8",
    "--locale-provider=icu",
    "--icu-locale=nl",
    "--no-sync",
)
_SERVER = {"listen_addresses": "", "fsync": "off", "shared_buffers": "16MB", "max_connections": "200"}
_numbers = count(1)

over_both = pytest.mark.parametrize("journal_url", [SQLITE, POSTGRESQL], indirect=True)


@pytest.fixture
def journal_url(request: pytest.FixtureRequest) -> str | None:
    """The address of an empty database for the journal, or None for SQLite, which is what most tests take."""
    if getattr(request, "param", SQLITE) == SQLITE:
        return None
    url: str = request.getfixturevalue("postgresql_url")
    return url


@pytest.fixture
def postgresql_url(postgresql: str) -> Iterator[str]:
    """The address of an empty schema in PostgreSQL."""
    schema = f"test{next(_numbers)}"
    engine = create_engine(postgresql.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as db:
        db.execute(text(f"CREATE SCHEMA {schema}"))
    yield f"{postgresql}&options={quote(f'-csearch_path={schema}')}"
    with engine.begin() as db:
        db.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL that listens on a socket in a directory of its own."""
    programs = _programs()
    # Not under the directory of the tests, which no other user may enter.
    directory = Path(tempfile.mkdtemp(prefix="give-ld-postgresql-"))
    who = _who()
    if who is not None:
        os.chown(directory, who.pw_uid, who.pw_gid)
    as_user = {} if who is None else {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
    name = pwd.getpwuid(os.getuid()).pw_name
    quiet = {"cwd": directory, "stdout": subprocess.DEVNULL}
    make = [programs / "initdb", *_CLUSTER, f"--username={name}", "-D", directory / "data"]
    subprocess.run(make, check=True, **quiet, **as_user)
    options = [f"--{name}={value}" for name, value in _SERVER.items()]
    with (directory / "log").open("w") as log:
        start = [programs / "postgres", "-D", directory / "data", "-k", directory, *options]
        server = subprocess.Popen(start, stderr=log, **quiet, **as_user)
    try:
        url = f"postgresql://{name}@/postgres?host={directory}"
        _wait_for(url, directory / "log")
        yield url
    finally:
        server.send_signal(signal.SIGINT)  # at once, whoever is connected
        server.wait(30)
        shutil.rmtree(directory)


def _programs() -> Path:
    """Return the directory with the programs of the newest PostgreSQL: Debian keeps them out of the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda each: int(each.parts[-3]))
    initdb = str(found[-1]) if found else shutil.which("initdb")
    if initdb is None:
        pytest.skip("no PostgreSQL on this machine; Debian's package is postgresql")
    return Path(initdb).parent


def _who() -> pwd.struct_passwd | None:
    """Return as whom the server runs where we are root, which it refuses."""
    if os.getuid() != 0:
        return None
    users = {each.pw_name: each for each in pwd.getpwall()}
    return users.get("postgres") or users["nobody"]


def _wait_for(url: str, log: Path) -> None:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    for _ in range(200):
        try:
            engine.connect().close()
        except OperationalError:
            time.sleep(0.05)
        else:
            engine.dispose()
            return
    raise AssertionError(f"PostgreSQL does not answer: {log.read_text()}")
