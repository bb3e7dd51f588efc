"""How a bench runs the service: `give-ld serve` in processes of its own, asked over HTTP, ended or killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from give_ld.errors import Damaged

START_SECONDS = 60.0
STOP_SECONDS = 30.0


@dataclass
class Service:
    """One instance and the server over it; `settings` go to it as environment, `prefix` is a command that starts it."""

    home: Path
    log: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    prefix: tuple[str, ...] = ()
    port: int = field(default_factory=lambda: free_port())
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return where it serves."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Return the number of the server's process."""
        assert self.process is not None  # noqa: S101 - asked of a running service only
        return self.process.pid

    def command(self) -> list[str]:
        """Return how the server is started."""
        return [
            *self.prefix,
            sys.executable,
            "-m",
            "give_ld.cli",
            "serve",
            "--port",
            str(self.port),
            "--home",
            str(self.home),
        ]

    def start(self) -> float:
        """Start the server, wait until it answers, and return how many seconds that took.

        Raises:
            Damaged: it ends instead; the error has its last words.
        """
        began = time.monotonic()
        environment = os.environ | {f"GIVE_LD_{name.upper()}": value for name, value in self.settings.items()}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.command(), env=environment, stdout=log, stderr=log)  # noqa: S603
        while time.monotonic() - began < START_SECONDS:
            if self.process.poll() is not None:
                break
            try:
                httpx.get(f"{self.url}/healthz", timeout=5)
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return time.monotonic() - began
        raise Damaged(f"the service does not start: {self.log.read_text()[-2000:]}", rule="bench")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int | None:
        """End the server and return its exit code; None when there is none to end."""
        process, self.process = self.process, None
        if process is None:
            return None
        process.send_signal(how)
        try:
            return process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()

    def workers(self) -> list[int]:
        """Return the numbers of the query workers."""
        return [pid for pid in children(self.pid) if "give_ld.store.worker" in _command_line(pid)]

    def memory_mb(self) -> float:
        """Return what the server and all its processes hold in memory, pages that they share counted once."""
        return round(sum(_pss_kb(pid) for pid in (self.pid, *children(self.pid))) / 1000, 1)


@contextmanager
def serving(service: Service) -> Iterator[Service]:
    """Yield a service that has been started, and end it."""
    service.start()
    try:
        yield service
    finally:
        service.stop()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children(pid: int) -> list[int]:
    """Return the numbers of the processes that a process has started and that live."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(word) for word in (task / "children").read_text().split()]
    return found


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def _pss_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
