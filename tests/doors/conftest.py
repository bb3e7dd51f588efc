"""What tests of the doors share: samples, and an origin that states as little as it may."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from give_ld.doors.formats import DOORS
from give_ld.doors.origin import Statement, read_statement
from give_ld.errors import BadInput
from give_ld.model.annotation import Annotation
from give_ld.model.record import Piece
from give_ld.model.run import Run
from tests.factories import PARTNER, PID

SAMPLES = Path(__file__).parent / "samples"
STATED = {
    "partner": PARTNER,
    "item": PID,
    "media_sha256": "f" * 64,
    "media_name": "news.mp4",
    "media_type": "video/mp4",
    "software": "captioner",
}

Reading = Callable[..., list[Piece]]


def a_statement(**changes: str) -> Statement:
    return read_statement(STATED | changes)


def guesses(pieces: list[Piece]) -> list[Any]:
    """The guesses of a reading, after its run."""
    runs = [piece.record for piece in pieces if isinstance(piece.record, Run)]
    found: list[Annotation] = [piece.record for piece in pieces if not isinstance(piece.record, Run | BadInput)]
    assert all(guess.run in {run.id for run in runs} for guess in found)
    return found


def rules(pieces: list[Piece]) -> list[tuple[int, str]]:
    """Line and rule of each refusal."""
    return [(piece.line, piece.record.rule) for piece in pieces if isinstance(piece.record, BadInput)]


@pytest.fixture
def read() -> Reading:
    """Read a sample by its name, or content as it is, through a door."""

    def through(form: str, source: str | bytes, **changes: str) -> list[Piece]:
        content = source if isinstance(source, bytes) else (SAMPLES / source).read_bytes()
        return list(DOORS[form](content, a_statement(**changes)))

    return through
