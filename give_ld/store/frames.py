"""How the pool and its workers talk: a frame is two lengths, a JSON object and a body of bytes."""

from __future__ import annotations

import json
import select
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socket

_LENGTHS = struct.Struct("!IQ")

Head = dict[str, Any]


def pack(head: Head, body: bytes = b"") -> bytes:
    """Return a frame as bytes."""
    text = json.dumps(head).encode("ascii")
    return _LENGTHS.pack(len(text), len(body)) + text + body


def unpack(read: Callable[[int], bytes]) -> tuple[Head, bytes]:
    """Return the next frame; `read(n)` returns between 1 and n bytes, or none at the end.

    Raises:
        EOFError: the other side is gone.
    """
    head_length, body_length = _LENGTHS.unpack(_exactly(read, _LENGTHS.size))
    head: Head = json.loads(_exactly(read, head_length))
    return head, _exactly(read, body_length)


def is_readable(end: socket.socket, seconds: float) -> bool:
    """Return whether there is something to read from a socket, or its end, within so many seconds."""
    # Not select.select: it takes no descriptor from 1024 on, and a server with many clients has such.
    waiting = select.poll()
    waiting.register(end, select.POLLIN)
    return bool(waiting.poll(1000 * seconds))


def _exactly(read: Callable[[int], bytes], count: int) -> bytes:
    held = bytearray()
    while len(held) < count:
        part = read(min(count - len(held), 1 << 20))
        if not part:
            raise EOFError("the other side is gone")
        held += part
    return bytes(held)
