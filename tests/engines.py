"""Engines elsewhere that tests run against: a real Oxigraph server, started for each folder of tests that asks."""

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


def wait_for(url: str) -> None:
    for _ in range(200):
        try:
            httpx.get(url, timeout=1)
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"{url} does not answer")
