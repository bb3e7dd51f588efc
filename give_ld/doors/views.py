"""Which rows a page of meemoo's AI metadata API holds, by view: an answer, an export page, or rows alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from give_ld.errors import BadInput
from give_ld.model.record import describe

TASKS = ("face_tasks", "image_tasks")
MATCHES = ("face_matches", "image_matches")
SPEECH = "speech_tasks"
NAMES = "ner_tasks"
PERSONS = "refset_persons"
VIEWS = (*TASKS, *MATCHES, SPEECH, NAMES, PERSONS)
# The export gives the views of still images another name than the API.
_ALIASES = {"face_image_tasks": "image_tasks", "face_image_matches": "image_matches"}
# A row without the name of its view is known by a column that only that view has; the first that fits counts.
_SIGNS = (
    ("time_intervals", "face_matches"),
    ("cluster_uuid", "image_matches"),
    ("cluster_uuids", "face_tasks"),
    ("textrazor_json", NAMES),
    ("processed_json", NAMES),
    ("transcript_vtt", SPEECH),
    ("transcript_srt", SPEECH),
    ("public_links", PERSONS),
)
_KEYS = {**dict.fromkeys(MATCHES, "cluster_uuid"), PERSONS: "id"}
_ENTITY = re.compile(r"(?:https?://(?:www\.)?wikidata\.org/(?:wiki|entity)/)?(Q[1-9][0-9]{0,11})")
_PAGE = TypeAdapter[Any](dict[str, Any] | list[Any])


Count = Annotated[int | float | None, Field(allow_inf_nan=False)]


class Row(BaseModel):
    """What every view but that of persons says; a view has more columns, and may get others."""

    cp: str | None = None
    pid: str | None = None
    task_id: str | int | None = None
    status: str | None = None
    error: str | None = None
    processed_time: datetime | None = None
    media_object_id: str | None = None
    fragment_id: str | None = None

    @property
    def archive_id(self) -> str | None:
        """Return what the archive's system calls the file."""
        return self.media_object_id or self.fragment_id


class FaceTask(Row):
    """A task that looked for faces in a file; how much it found of what are its counts."""

    task_id: str | int
    pid: str
    cluster_uuids: list[str] | None = None
    n_faces: Count = None
    n_persons: Count = None
    n_scenes: Count = None
    n_faces_per_frame: Count = None
    n_persons_per_frame: Count = None
    perc_frames_with_faces: Count = None

    @property
    def counts(self) -> dict[str, int | float]:
        """Return the counts that it states, by column."""
        named = (name for name in type(self).model_fields if name.startswith(("n_", "perc_")))
        return {name: value for name in named if (value := getattr(self, name)) is not None}


class FaceRow(Row):
    """A cluster of faces that looked like somebody of meemoo's reference set."""

    cluster_uuid: str
    match_score: float | None = None
    matched_time: datetime | None = None
    refset_person_id: str | int | None = None
    refset_person_name: str
    refset_person_wiki_id: str | None = None
    time_intervals: Any = None


class SpeechTask(Row):
    """A task that wrote down what was said."""

    task_id: str | int
    pid: str
    transcript_vtt: str | None = None
    transcript_srt: str | None = None


class NameTask(Row):
    """A task that looked for names in what was said."""

    task_id: str | int
    pid: str
    processed_json: Any = None
    textrazor_json: Any = None


class PersonRow(BaseModel):
    """Somebody of meemoo's reference set."""

    id: str | int
    label: str
    description: str | None = None
    public_links: list[Any] | None = None
    status: str | None = None

    @property
    def entity(self) -> str | None:
        """Return the Wikidata id among the links, if there is one."""
        texts = (
            text for link in self.public_links or () for text in (link.values() if isinstance(link, dict) else [link])
        )
        return next((found for text in texts if (found := entity_in(text))), None)


def entity_in(value: object) -> str | None:
    """Return the Wikidata id that a string is, or is the address of; None for any other value."""
    match = _ENTITY.fullmatch(value.strip()) if isinstance(value, str) else None
    return match.group(1) if match else None


def read_views(content: bytes) -> dict[str, list[Any]]:
    """Return the rows of a page by view; rows of which nothing says the view stand under ''.

    Raises:
        BadInput: it is no JSON, or holds no view.
    """
    try:
        page = _PAGE.validate_json(content)
    except ValidationError as error:
        raise BadInput(f"no page of JSON: {describe(error)}", rule="json") from error
    if isinstance(page, list):
        return _by_sign([(None, row) for row in page])
    if page.get("errors"):
        raise BadInput("the page is an answer with errors in place of rows", rule="view")
    page = page["data"] if isinstance(page.get("data"), dict) else page
    named = {_ALIASES.get(name, name): rows for name, rows in page.items()}
    if named.keys() & set(VIEWS):
        if unknown := named.keys() - set(VIEWS):
            raise BadInput(f"there is no view {min(unknown)}; there are: {', '.join(VIEWS)}", rule="view")
        return {view: list(_rows(view, rows)) for view, rows in named.items()}
    if not page or not all(isinstance(row, dict) for row in page.values()):
        raise BadInput(f"the page holds none of the views {', '.join(VIEWS)}", rule="view")
    return _by_sign(page.items())


def _rows(view: str, rows: object) -> Iterator[Any]:
    """Yield the rows of a view: a list, or as in an export a row for each id."""
    if isinstance(rows, list):
        yield from rows
    elif isinstance(rows, dict):
        key = _KEYS.get(view, "task_id")
        yield from ({key: name, **row} if isinstance(row, dict) else row for name, row in rows.items())
    else:
        raise BadInput(f"{view} holds no rows", rule="view")


def _by_sign(rows: Iterable[tuple[str | None, Any]]) -> dict[str, list[Any]]:
    """Return rows by the view that their columns are of; in an export the id of a row stands before it."""
    views: dict[str, list[Any]] = {}
    for key, row in rows:
        view = next((view for sign, view in _SIGNS if isinstance(row, dict) and sign in row), "")
        named = row if key is None or not view else {_KEYS.get(view, "task_id"): key, **row}
        views.setdefault(view, []).append(named)
    return views


def canonical(row: object) -> bytes:
    """Return a row as JSON, the same for the same row whatever the order of its columns."""
    return json.dumps(row, sort_keys=True).encode()
