"""How pages of meemoo's AI metadata API come in: each task of each item as a run, with its guesses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import ValidationError

from give_ld.doors.faces import Faces, Match
from give_ld.doors.names import mentions
from give_ld.doors.origin import Origin, Reading, Statement
from give_ld.doors.views import (
    MATCHES,
    NAMES,
    PERSONS,
    SPEECH,
    TASKS,
    FaceRow,
    FaceTask,
    NameTask,
    PersonRow,
    Row,
    SpeechTask,
    canonical,
    read_views,
)
from give_ld.doors.vtt import read_srt, read_vtt
from give_ld.errors import BadInput, NotUsable
from give_ld.model.annotation import Transcript
from give_ld.model.record import Piece, describe
from give_ld.model.run import Outcome, Stage

FORM = "meemoo"
# What the columns name; the engine behind the faces is nowhere named, so it goes by the service that ran it.
_SOFTWARE = {SPEECH: "speechmatics", NAMES: "textrazor"}
_FACES = "meemoo-face-recognition"
_DONE, _FAILED = frozenset({None, "", "succeeded"}), "failed"
_R = TypeVar("_R", bound=Row)


def read_meemoo(content: bytes, statement: Statement) -> Iterator[Piece]:
    """Yield the runs and guesses of all items of a page, or of the stated item only; a line is the number of a row.

    Persons of meemoo's reference set become nothing here; see `read_candidates`.
    """
    try:
        views = read_views(content)
    except BadInput as error:
        yield Piece(1, content, error, statement.item or "")
        return
    page = _Page(views, statement)
    yield from page.read()
    if page.empty:
        yield Piece(1, content, BadInput("no row of the page is about the stated item", rule="item"), page.item)


def read_candidates(content: bytes) -> list[PersonRow]:
    """Return the persons of a page: nobody is admitted by an import, and somebody may want to admit them."""
    try:
        rows = read_views(content).get(PERSONS, [])
    except BadInput:
        return []
    found = []
    for row in rows:
        try:
            found.append(PersonRow.model_validate(row))
        except ValidationError:
            continue  # refused as a row where the page is read
    return found


class _Page:
    """One page, read once."""

    def __init__(self, views: dict[str, list[Any]], statement: Statement) -> None:
        self._views = views
        self._statement = statement
        self._transcripts: dict[tuple[str, str], Transcript] = {}
        self._files: dict[tuple[str, str], str | None] = {}
        self._items = {
            str(cluster): row.get("pid")
            for view in TASKS
            for row in views.get(view, [])
            if isinstance(row, dict) and isinstance(row.get("cluster_uuids"), list)
            for cluster in row["cluster_uuids"]
        }
        self.empty = True

    @property
    def item(self) -> str:
        return self._statement.item or ""

    def read(self) -> Iterator[Piece]:
        for number, row in enumerate(self._views.get("", []), 1):
            self.empty = False
            yield self._refused(number, row, BadInput("the columns of the row are of no view", rule="view"))
        yield from self._each(SPEECH, SpeechTask, self._speech)
        yield from self._faces()
        yield from self._each(NAMES, NameTask, self._names)
        yield from self._persons()

    def _persons(self) -> Iterator[Piece]:
        for number, row in enumerate(self._views.get(PERSONS, []), 1):
            self.empty = False
            try:
                PersonRow.model_validate(row)
            except ValidationError as error:
                yield self._refused(number, row, BadInput(describe(error), rule="refset-person"))

    def _refused(self, number: int, row: object, error: BadInput | NotUsable) -> Piece:
        wrong = error if isinstance(error, BadInput) else BadInput(error.message, rule=error.rule)
        pid = str(row.get("pid") or "") if isinstance(row, dict) else ""
        return Piece(number, canonical(row), wrong, pid or self.item)

    def _rows(self, view: str, model: type[_R]) -> Iterator[tuple[int, object, _R | BadInput]]:
        for number, row in enumerate(self._views.get(view, []), 1):
            try:
                read = model.model_validate(row)
            except ValidationError as error:
                self.empty = False
                yield number, row, BadInput(f"{view}: {describe(error)}", rule="row")
                continue
            pid = self._items.get(read.cluster_uuid) if isinstance(read, FaceRow) else read.pid
            if pid is None or self._statement.item in (None, pid):
                self.empty = False
                yield number, row, read

    def _each(self, view: str, model: type[_R], read: Callable[[Reading, int, _R], Iterator[Piece]]) -> Iterator[Piece]:
        for number, raw, row in self._rows(view, model):
            try:
                if isinstance(row, BadInput):
                    raise row
                reading = Reading(FORM, canonical(raw), self._origin(row, _SOFTWARE.get(view, _FACES), view))
                if row.status not in _DONE:
                    yield self._failed(reading, view, row)
                    continue
                pieces = list(read(reading, number, row))
            except (BadInput, NotUsable) as error:
                yield self._refused(number, raw, error)
                continue
            yield from pieces

    def _origin(self, row: Row, software: str, view: str) -> Origin:
        parameters = {"view": view, **({"task_id": str(row.task_id)} if row.task_id is not None else {})}
        counts = row.counts if isinstance(row, FaceTask) else {}
        made = row.processed_time if row.processed_time and row.processed_time.tzinfo else None
        return self._statement.origin(
            partner=self._partner(row),
            item=row.pid,
            # The tasks that found names know the fragment only, those that wrote the words down also its file.
            archive_id=self._files.get((row.pid or "", row.fragment_id or "")) or row.archive_id,
            software=self._statement.software or software,
            made=made,
            parameters=parameters | counts,
        )

    def _partner(self, row: Row) -> str | None:
        """Return whose a row is: by its identifier, by a stated name, or, where it has neither, as stated."""
        stated, owner = self._statement.partner, row.cp or ""
        partner = owner if owner.startswith("OR-") else self._statement.owners.get(owner)
        if partner is None and (owner and (self._statement.owners or stated is None)):
            message = "the owner stands there by a name; state whose name it is: --owner 'NAME=OR-…'"
            raise BadInput(message, rule="owner", value=owner)
        if partner is not None and stated not in (None, partner):
            raise BadInput(f"the row is of {partner}, not of {stated}", rule="partner")
        return partner or stated

    @staticmethod
    def _failed(reading: Reading, view: str, row: Row) -> Piece:
        if row.status != _FAILED:
            raise BadInput("a task that has not ended says nothing yet", rule="task-status", value=row.status or "")
        stage = {SPEECH: Stage.SPEECH, NAMES: Stage.ENTITIES}.get(view, Stage.FACES)
        note = (row.error or "the source says that it failed, not why")[:10_000]
        return reading.run_piece(reading.run(stage, outcome=Outcome.FAILURE, note=note))

    def _speech(self, reading: Reading, number: int, task: SpeechTask) -> Iterator[Piece]:
        captions = task.transcript_vtt or task.transcript_srt
        if captions is None:
            raise BadInput("the task has no captions: neither transcript_vtt nor transcript_srt", rule="captions")
        read = read_vtt if task.transcript_vtt else read_srt
        for piece in read(captions.encode("utf-8", "surrogatepass"), reading.origin, FORM):
            if isinstance(piece.record, Transcript):
                self._transcripts[task.pid, task.fragment_id or ""] = piece.record
                self._files[task.pid, task.fragment_id or ""] = task.archive_id
            elif isinstance(piece.record, BadInput):
                message = f"line {piece.line} of the captions: {piece.record.message}"
                yield Piece(number, piece.raw, BadInput(message, rule=piece.record.rule), piece.item)
                continue
            yield replace(piece, line=number)

    def _names(self, reading: Reading, number: int, task: NameTask) -> Iterator[Piece]:
        heard = self._transcripts.get((task.pid, task.fragment_id or ""))
        return mentions(reading, number, task, heard)

    def _faces(self) -> Iterator[Piece]:
        faces = Faces(self._known_persons(), self._orphans)
        for tasks, matches in zip(TASKS, MATCHES, strict=True):
            for number, raw, row in self._rows(matches, FaceRow):
                if isinstance(row, BadInput):
                    faces.refuse(str(raw.get("cluster_uuid")) if isinstance(raw, dict) else "")
                    yield self._refused(number, raw, row)
                else:
                    faces.add(Match(number, canonical(raw), row, matches))
            yield from self._each(tasks, FaceTask, faces.of)
        yield from faces.left()

    def _orphans(self, match: Match) -> Reading:
        """Return the reading of a match of which no task of the page says the item: the stated one.

        Raises:
            BadInput: none is stated.
        """
        row = match.row
        if row.cluster_uuid in self._items or self._statement.item is None:
            message = "no good task of the page has this cluster; bring face_tasks with it, or state the item"
            raise BadInput(message, rule="task-unknown", value=row.cluster_uuid)
        return Reading(FORM, match.raw, self._origin(row, _FACES, match.view))

    def _known_persons(self) -> dict[str, str]:
        known = {}
        for row in self._views.get(PERSONS, []):
            try:
                person = PersonRow.model_validate(row)
            except ValidationError:
                continue
            if person.entity:
                known[str(person.id)] = person.entity
        return known
