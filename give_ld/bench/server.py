"""How a bench starts the service as people do, asks it over HTTP, and ends it."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from give_ld.bench.memory import resident_mib
from give_ld.errors import BadInput, Busy
from give_ld.store.process import cpu_seconds

START_SECONDS = 120.0
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Timed:
    """A whole answer, and the seconds from the first byte asked to the last one read."""

    body: bytes
    seconds: float


class Server:
    """A running service and one connection to it that stays open."""

    def __init__(self, process: int, port: int) -> None:
        self._process = process
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None) -> Timed:
        """Return the answer to a request.

        Raises:
            BadInput: it is an error; then the numbers would be of something else.
        """
        began = time.perf_counter()
        self._http.request(method, path, body, dict(headers))
        answer = self._http.getresponse()
        content = answer.read()
        taken = time.perf_counter() - began
        if answer.status != 200:
            raise BadInput(f"{method} {path} answered {answer.status}: {content[:300]!r}", rule="bench")
        return Timed(content, taken)

    def query(self, text: str, accept: str, path: str = "/sparql", token: str = "") -> Timed:
        """Return the answer to a query."""
        headers = {"Accept": accept, **_FORM, **bearer(token)}
        return self.ask("POST", path, headers, urlencode({"query": text}).encode())

    def memory_mib(self) -> float:
        """Return how much memory the service and its workers have now, in MiB."""
        return sum(resident_mib(each) for each in _family(self._process))

    def cpu_seconds(self) -> float:
        """Return how much CPU time the service and its workers have used, to about a hundredth."""
        return sum(cpu_seconds(each) for each in _family(self._process))

    def close(self) -> None:
        """Close the connection."""
        self._http.close()


def bearer(token: str) -> dict[str, str]:
    """Return the header that says who asks; nothing for everybody."""
    return {"Authorization": f"Bearer {token}"} if token else {}


@contextmanager
def serving(home: Path) -> Iterator[Server]:
    """Yield `give-ld serve` over a home, ready to answer."""
    port = _free_port()
    # The bench is one client that asks more than any client may.
    environment = {**os.environ, "GIVE_LD_SPARQL_CLIENT_SECONDS": "100000", "GIVE_LD_SPARQL_ACCEPT_NETWORK": "true"}
    command = [sys.executable, "-m", "give_ld.cli", "serve", "--home", str(home), "--port", str(port)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:  # noqa: S603 - our own
        try:
            _wait(process, port)
            server = Server(process.pid, port)
            yield server
            server.close()
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise Busy("the service does not start; run `give-ld serve` on a home of its own to see why", rule="bench")


def _family(process: int) -> list[int]:
    """Return a process and those it started, where the system says which they are (Linux)."""
    children = Path(f"/proc/{process}/task/{process}/children")
    if not children.exists():
        return [process]
    return [process, *(member for child in children.read_text().split() for member in _family(int(child)))]
