"""Engines elsewhere that tests run against: a real Oxigraph server and a real Virtuoso, started when a test asks."""

import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from give_ld.store.remote import Endpoints


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoints]:
    """A real Oxigraph server behind HTTP, empty."""
    program = shutil.which("oxigraph", path=str(Path(sys.executable).parent))
    assert program is not None, "the package oxigraph of the development group brings the server"
    url = f"http://127.0.0.1:{free_port()}"
    command = [
        program,
        "serve",
        "--location",
        str(tmp_path_factory.mktemp("oxigraph")),
        "--bind",
        url.removeprefix("http://"),
    ]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        wait_for(url)
        yield Endpoints(query=f"{url}/query", update=f"{url}/update", graphs=f"{url}/store")
    finally:
        server.terminate()
        server.wait(10)


VIRTUOSO_INI = """
[Database]
DatabaseFile = {place}/virtuoso.db
ErrorLogFile = {place}/virtuoso.log
LockFile = {place}/virtuoso.lck
TransactionFile = {place}/virtuoso.trx
xa_persistent_file = {place}/virtuoso.pxa
FileExtend = 100
[TempDatabase]
DatabaseFile = {place}/temporary.db
TransactionFile = {place}/temporary.trx
FileExtend = 100
[Parameters]
ServerPort = 127.0.0.1:{sql}
ServerThreads = 10
NumberOfBuffers = 2000
MaxDirtyBuffers = 1500
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {place}
ServerThreads = 10
"""


@pytest.fixture(scope="session")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoints]:
    """A real Virtuoso behind HTTP with nothing of ours in it; writing asks for a login by digest."""
    program = shutil.which("virtuoso-t")
    if program is None:
        pytest.skip("Virtuoso is not installed (Debian: virtuoso-opensource)")
    place, http = tmp_path_factory.mktemp("virtuoso"), free_port()
    ini = place / "virtuoso.ini"
    ini.write_text(VIRTUOSO_INI.format(place=place, http=http, sql=free_port()), encoding="utf-8")
    command = [program, "+configfile", str(ini), "+foreground"]
    password = secrets.token_hex(8)
    new = ["+pwdold", "dba", "+pwddba", password, "+pwddav", password]
    subprocess.run([*command, *new], check=True, capture_output=True, cwd=place)
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=place)
    url = f"http://127.0.0.1:{http}"
    try:
        wait_for(f"{url}/sparql?query=ASK%7B%7D")
        yield Endpoints(
            query=f"{url}/sparql",
            update=f"{url}/sparql-auth",
            graphs=f"{url}/sparql-graph-crud-auth",
            user="dba",
            password=password,
            within="http://ex.org/",
        )
    finally:
        server.terminate()
        server.wait(30)


def wait_for(url: str) -> None:
    for _ in range(600):
        try:
            httpx.get(url, timeout=1)
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"{url} does not answer")
