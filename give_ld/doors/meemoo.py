"""How pages of meemoo's AI metadata API come in: the captions of its speech tasks; the views of faces lack too much."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from give_ld.doors.origin import Origin, Reading
from give_ld.doors.vtt import read_vtt
from give_ld.errors import BadInput
from give_ld.model.record import Piece, describe

VIEW = "speech_tasks"


class SpeechTask(BaseModel):
    """What is read of a row of `speech_tasks`; the view has more columns, and may get others."""

    task_id: str | int
    pid: str
    cp: str | None = None
    transcript_vtt: str


_PAGE = TypeAdapter[Any](dict[str, Any] | list[Any])


def read_meemoo(content: bytes, origin: Origin) -> Iterator[Piece]:
    """Yield a run and its transcript for each speech task of the origin's item on a page.

    A page says no digest of a file, so it is read once for each item, with the file that the operator states; the rows
    of other items are left for their own reading. A line is the number of a row, or one of the captions in it.
    """
    reading = Reading("meemoo", content, origin)
    try:
        rows = _rows(content)
    except BadInput as error:
        yield reading.refusal(error)
        return
    found = False
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict) or row.get("pid") in (None, "", origin.item):
            found = True
            yield from _task(reading, number, row)
    if not found:
        yield reading.refusal(BadInput(f"no row of the page is about item {origin.item}", rule="item"))


def _rows(content: bytes) -> list[Any]:
    try:
        page = _PAGE.validate_json(content)
    except ValidationError as error:
        raise BadInput(f"no page of JSON: {describe(error)}", rule="json") from error
    inner = page.get("data", page) if isinstance(page, dict) else {VIEW: page}
    rows = inner.get(VIEW) if isinstance(inner, dict) else None
    if not isinstance(rows, list):
        names = ", ".join(sorted(inner)[:5]) if isinstance(inner, dict) else "no view"
        message = f"the page has {names}; only {VIEW} says enough to become a guess"
        raise BadInput(message, rule="view")
    return rows


def _task(reading: Reading, number: int, row: object) -> Iterator[Piece]:
    try:
        task = SpeechTask.model_validate(row)
    except ValidationError as error:
        yield reading.refusal(BadInput(describe(error), rule="speech-task"), number, repr(row).encode())
        return
    # The owner may stand there by name; only an identifier can be held against the partner that is stated.
    if (task.cp or "").startswith("OR-") and task.cp != reading.origin.partner:
        message = f"task {task.task_id} is of {task.cp}, not of {reading.origin.partner}"
        yield reading.refusal(BadInput(message, rule="partner"), number, repr(row).encode())
        return
    yield from read_vtt(task.transcript_vtt.encode("utf-8", "surrogatepass"), reading.origin, "meemoo")
