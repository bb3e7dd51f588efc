"""How batches are checked in a process of their own: started as `python -m give_ld.review.gate_worker BASE`.

Standard input and output are one socket (see `give_ld.store.frames`). A frame asks with the statements to judge and,
after them, those that they refer to; the answer lists the violations. The process ends with its input.
"""

from __future__ import annotations

import os
import sys
from dataclasses import asdict

from give_ld.rdf.shacl import Gate
from give_ld.store.frames import pack, unpack


def _send(frame: bytes) -> None:
    rest = memoryview(frame)
    while rest:
        rest = rest[os.write(1, rest) :]


def _answer(gate: Gate, judged: int, body: bytes) -> bytes:
    return pack({"violations": [asdict(violation) for violation in gate.check_text(body[:judged], body[judged:])]})


def main() -> None:
    """Read the shapes, say so, and check until the input ends."""
    gate = Gate(sys.argv[1])
    try:
        _send(pack({"ready": True}))
        while True:
            head, body = unpack(lambda count: os.read(0, count))
            _send(_answer(gate, head["judged"], body))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return


if __name__ == "__main__":
    main()
