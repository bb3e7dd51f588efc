"""How the gate is asked in a second process: the same verdict, while this one does other things."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

import give_ld
from give_ld.rdf.violation import Violation
from give_ld.store.frames import Head, is_readable, pack, unpack

# No batch takes nearly as long; a process that does not answer by then never will.
ANSWER_SECONDS = 120.0
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "LANG")


class GateProcess:
    """The gate in a process that ends with this one. Once it fails it is given up, and the caller checks for itself."""

    def __init__(self, base: str) -> None:
        self._ready = False
        self._socket, theirs = socket.socketpair()
        self._socket.settimeout(ANSWER_SECONDS)
        self._process: subprocess.Popen[bytes] | None = None
        with theirs:
            try:
                self._process = _start(base, theirs)
            except OSError:
                self.close()

    @property
    def pid(self) -> int | None:
        """Return the number of the process, or None when it was given up."""
        return self._process.pid if self._process else None

    def check(self, lines: Collection[str], context: Collection[str]) -> list[Violation] | None:
        """Return what `Gate.check` would, or None: it is not ready yet, or was given up."""
        try:
            return self._ask(lines, context) if self._is_ready() else None
        except (EOFError, OSError):
            self.close()
            return None

    def wait(self) -> None:
        """Wait until it has read the shapes, or was given up."""
        if self._process:
            is_readable(self._socket, ANSWER_SECONDS)

    def _is_ready(self) -> bool:
        if self._process and not self._ready and is_readable(self._socket, 0):
            self._receive()
            self._ready = True
        return self._ready

    def _ask(self, lines: Collection[str], context: Collection[str]) -> list[Violation]:
        judged = "\n".join(lines).encode()
        self._socket.sendall(pack({"judged": len(judged)}, judged + "\n".join(context).encode()))
        return [Violation(**found) for found in self._receive()["violations"]]

    def _receive(self) -> Head:
        head, _ = unpack(self._socket.recv)
        return head

    def close(self) -> None:
        """End the process; twice is the same as once."""
        self._ready = False
        self._socket.close()
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()


def _start(base: str, theirs: socket.socket) -> subprocess.Popen[bytes]:
    environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-P", "-m", "give_ld.review.gate_worker", base],
        stdin=theirs.fileno(),
        stdout=theirs.fileno(),
        env=environment | {"PYTHONPATH": str(Path(give_ld.__file__).parent.parent)},
        # Ctrl-C in a terminal is for the process that asks, which then ends this one.
        start_new_session=True,
    )
