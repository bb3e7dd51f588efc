"""How media is decoded apart from everything else: in a locked-down process for each file, forked from one that waits.

The waiting process has the decoding library loaded already, which takes ten times as long as decoding a photograph.
"""

from __future__ import annotations

import importlib.util
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
import weakref
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from give_ld.errors import BadMedia, NotUsable

MAX_HEADER_BYTES = 64 * 1024
START_S = 60  # for a process to be started
GIB = 1024**3

Message = tuple[dict[str, Any], bytearray]


@dataclass(frozen=True)
class Limits:
    """What decoding one file may cost."""

    pixels: int = 64_000_000  # of one picture
    streams: int = 64
    duration_s: int = 86_399  # a time in a record has less than 24 hours
    memory_bytes: int = 4 * GIB
    cpu_s: int = 6 * 3600
    stall_s: int = 60  # without a sign of life from the process


class Decoder:
    """Has open files decoded, each in a process of its own that gets the file and a pipe and nothing else."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._server: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def messages(self, file: int, name: str, task: Mapping[str, Any]) -> Iterator[Message]:
        """Yield what the process says of an open file: headers as in `pipeline.decoder`, each with its payload.

        The process is killed when the iterator ends or is closed.

        Raises:
            BadMedia: the file cannot be decoded, must not be, or is over a limit; the message begins with `name`.
            NotUsable: the library av is not installed.
        """
        os.lseek(file, 0, os.SEEK_SET)
        pipe, process = self._fork(file, name, json.dumps({**task, "limits": asdict(self.limits)}))
        try:
            yield from _conversation(pipe, name, self.limits)
        finally:
            _kill(process)
            os.close(pipe)

    def _fork(self, file: int, name: str, task: str) -> tuple[int, int]:
        """Return the pipe on which a new process speaks, and a descriptor of the process (pidfd_open(2))."""
        control = self._connected()
        pipe, far_end = os.pipe()
        try:
            socket.send_fds(control, [task.encode()], [file, far_end])
            _, (process,), _, _ = socket.recv_fds(control, 1, 1)
        except (OSError, ValueError) as error:
            self._stop()  # the answer may still come, and would be taken for that of the next file
            os.close(pipe)
            raise BadMedia(f"{name}: no process could be started to decode it", rule="died") from error
        finally:
            os.close(far_end)
        return pipe, process

    def _connected(self) -> socket.socket:
        """Return the connection to the waiting process, which is started where there is none (any more)."""
        if self._control is not None and self._server is not None and self._server.poll() is None:
            return self._control
        if importlib.util.find_spec("av") is None:
            raise NotUsable("decoding needs the library av: install give-ld with the extra [ai]")
        package = Path(__file__).parent
        self._control, far_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(START_S)
        self._server = subprocess.Popen(  # noqa: S603 - this Python, a script of this package
            [sys.executable, "-I", str(package / "jail.py"), str(package.parent)],
            stdin=far_end.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={},
        )
        far_end.close()
        weakref.finalize(self, _end, self._server, self._control)
        return self._control

    def _stop(self) -> None:
        if self._server is not None:
            self._server.kill()
            self._server.wait()


def _end(server: subprocess.Popen[bytes], control: socket.socket) -> None:
    control.close()
    server.kill()
    server.wait()


def _kill(process: int) -> None:
    """Kill a process and wait until it is gone."""
    with suppress(ProcessLookupError):
        signal.pidfd_send_signal(process, signal.SIGKILL)
    gone = select.poll()
    gone.register(process, select.POLLIN)
    gone.poll()
    os.close(process)


def _conversation(pipe: int, name: str, limits: Limits) -> Iterator[Message]:
    while True:
        try:
            header, payload = _receive(pipe, limits)
        except TimeoutError as error:
            raise BadMedia(
                f"{name}: decoding was stopped after {limits.stall_s} s without progress", rule="time"
            ) from error
        except (EOFError, ValueError, KeyError) as error:
            raise BadMedia(
                f"{name}: the decoder died, or went over its limit of memory or time", rule="died"
            ) from error
        if header["kind"] == "error":
            raise BadMedia(f"{name}: {header['text']}", rule="decode")
        if header["kind"] == "end":
            return
        yield header, payload


def _receive(pipe: int, limits: Limits) -> Message:
    deadline = time.monotonic() + limits.stall_s
    length = int.from_bytes(_read(pipe, 4, deadline), "big")
    if length > MAX_HEADER_BYTES:
        raise EOFError
    header = json.loads(bytes(_read(pipe, length, deadline)))
    count = int(header["bytes"])
    # A decoder that a hostile file has taken over must not make this process allocate without bound.
    if not 0 <= count <= limits.pixels * 3:
        raise EOFError
    return header, _read(pipe, count, deadline)


def _read(pipe: int, count: int, deadline: float) -> bytearray:
    data = bytearray(count)
    view, done, poll = memoryview(data), 0, select.poll()
    poll.register(pipe, select.POLLIN)
    while done < count:
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise TimeoutError
        got = os.readv(pipe, [view[done:]])
        if got == 0:
            raise EOFError
        done += got
    return data
