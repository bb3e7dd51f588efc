"""How MMIF 1.x (CLAMS) comes in: of each view whose text is aligned with time, a run and a transcript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError

from give_ld.doors.origin import UNDETERMINED, Origin, Reading
from give_ld.errors import BadInput
from give_ld.model.record import Piece, describe
from give_ld.model.run import Agent, Run, Stage

_VERSION = re.compile(r"https?://mmif\.clams\.ai/1(?:\.[0-9]+){1,2}/?")
_APP = re.compile(r"https?://[^\s]+/([A-Za-z0-9][A-Za-z0-9._-]{0,127})/([A-Za-z0-9][A-Za-z0-9._-]{0,127})/?")
_TYPE = re.compile(r".*/([A-Za-z]+)(?:/v[0-9]+)?")
_MILLISECONDS = {"milliseconds": 1, "millisecond": 1, "ms": 1, "seconds": 1000, "second": 1000, "s": 1000}
# The stretches of text that a transcript is cut into, the longest that are timed first.
_LEVELS = ("Sentence", "TextDocument", "Token")


class _Annotation(BaseModel):
    type_iri: str = Field(alias="@type")
    properties: dict[str, Any]

    @property
    def kind(self) -> str:
        match = _TYPE.fullmatch(self.type_iri)
        return match.group(1) if match else ""


class _Metadata(BaseModel):
    app: str
    timestamp: datetime | None = None
    contains: dict[str, dict[str, Any]] = {}


class _View(BaseModel):
    id: str
    metadata: _Metadata
    annotations: list[_Annotation] = []

    def of(self, kind: str) -> list[_Annotation]:
        return [each for each in self.annotations if each.kind == kind]

    def full(self, name: object) -> str:
        """Return an id with that of its view, as it stands since 1.1 and across views before."""
        return str(name) if ":" in str(name) else f"{self.id}:{name}"


class _Version(BaseModel):
    mmif: str


class _Mmif(BaseModel):
    metadata: _Version
    views: list[_View]


class _Span(BaseModel):
    start: Annotated[float, Field(ge=0, lt=1e9, allow_inf_nan=False)]
    end: Annotated[float, Field(ge=0, lt=1e9, allow_inf_nan=False)]


def read_mmif(content: bytes, origin: Origin) -> Iterator[Piece]:
    """Yield a run and its transcript for each view with timed text; views with anything else are left out.

    The app and, where it has a time zone, the timestamp of a view say what made it and when.
    """
    reading = Reading("mmif", content, origin)
    try:
        mmif = _parsed(content)
    except BadInput as error:
        yield reading.refusal(error)
        return
    views = [view for view in mmif.views if view.of("TextDocument")]
    if not views:
        yield reading.refusal(BadInput("no view has a text", rule="mmif-text"))
    for view in views:
        yield from _view(reading, mmif, view)


def _parsed(content: bytes) -> _Mmif:
    try:
        mmif = _Mmif.model_validate_json(content)
    except ValidationError as error:
        raise BadInput(f"no MMIF: {describe(error)}", rule="mmif") from error
    if not _VERSION.fullmatch(mmif.metadata.mmif):
        raise BadInput("metadata.mmif names another version of MMIF than 1.x", rule="mmif-version")
    return mmif


def _view(reading: Reading, mmif: _Mmif, view: _View) -> Iterator[Piece]:
    try:
        fields = _transcript(reading, mmif, view)
        run = _run(reading, view)
    except BadInput as error:
        wrong = BadInput(f"view {view.id}: {error.message}", rule=error.rule)
        yield reading.refusal(wrong, raw=view.model_dump_json(by_alias=True).encode())
        return
    transcript = reading.guess(1, run, fields)
    if not isinstance(transcript.record, BadInput):
        yield reading.run_piece(run)
    yield transcript


def _run(reading: Reading, view: _View) -> Run:
    said: dict[str, object] = {}
    if match := _APP.fullmatch(view.metadata.app):
        said["agent"] = Agent(name=match.group(1), version=match.group(2), models=())
    made = view.metadata.timestamp
    # A time without a zone says no instant.
    if made is not None and made.tzinfo is not None:
        said |= {"started": made, "ended": made, "parameters": reading.parameters(inferred=True)}
    return reading.run(Stage.SPEECH, **said)


def _transcript(reading: Reading, mmif: _Mmif, view: _View) -> dict[str, object]:
    times = _times(mmif, view)
    level = next((level for level in _LEVELS if any(_id(view, each) in times for each in view.of(level))), None)
    if level is None:
        raise BadInput("its text is not aligned with time frames of speech", rule="mmif-untimed")
    documents = view.of("TextDocument")
    texts = {_id(view, each): _inline(each) for each in documents}
    spans = [(times.get(_id(view, unit)), _words(view, unit, texts)) for unit in view.of(level)]
    if any(span is None for span, _ in spans):
        raise BadInput(f"a {level} is not aligned with time; a text with a hole is no text", rule="mmif-untimed")
    segments = [{"start_ms": span[0], "end_ms": span[1], "text": words} for span, words in spans if span]
    languages = {
        str(text.get("@language") or "") for each in documents if isinstance(text := each.properties["text"], dict)
    }
    said = languages.pop() if len(languages) == 1 else None
    return {
        "kind": "transcript",
        "fragment": {
            "start_ms": min(span[0] for span, _ in spans if span),
            "end_ms": max(span[1] for span, _ in spans if span),
        },
        "text": " ".join(texts.values()),
        "language": said or reading.origin.language or UNDETERMINED,
        "segments": segments,
    }


def _id(view: _View, annotation: _Annotation) -> str:
    return view.full(annotation.properties.get("id"))


def _times(mmif: _Mmif, view: _View) -> dict[str, tuple[int, int]]:
    """Return the span in milliseconds of each annotation of the view that is aligned with a time frame of speech.

    A sentence that is not aligned itself spans its tokens, where all of them are.
    """
    frames = {_id(each, frame): (each, frame) for each in mmif.views for frame in each.of("TimeFrame")}
    frames = {name: found for name, found in frames.items() if _is_speech(*found)}
    found: dict[str, tuple[int, int]] = {}
    for alignment in view.of("Alignment"):
        ends = [view.full(alignment.properties.get(name)) for name in ("source", "target")]
        for frame, unit in (ends, ends[::-1]):
            if frame in frames:
                found[unit] = _milliseconds(*frames[frame])
    for sentence in view.of("Sentence"):
        targets = sentence.properties.get("targets")
        tokens = [found.get(view.full(each)) for each in targets] if isinstance(targets, list) else []
        timed = [token for token in tokens if token]
        if timed and len(timed) == len(tokens) and _id(view, sentence) not in found:
            found[_id(view, sentence)] = (min(start for start, _ in timed), max(end for _, end in timed))
    return found


def _is_speech(view: _View, frame: _Annotation) -> bool:
    shared = view.metadata.contains.get(frame.type_iri, {})
    # What is read from the picture is aligned with time frames too, and is not what anybody says.
    return "speech" in (frame.properties.get("frameType") or shared.get("frameType"), frame.properties.get("label"))


def _milliseconds(view: _View, frame: _Annotation) -> tuple[int, int]:
    unit = frame.properties.get("timeUnit") or view.metadata.contains.get(frame.type_iri, {}).get("timeUnit")
    factor = _MILLISECONDS.get(str(unit))
    if factor is None:
        raise BadInput(f"time frames count {unit or 'in no unit that is said'}, not seconds", rule="mmif-time-unit")
    try:
        span = _Span.model_validate(frame.properties)
    except ValidationError as error:
        raise BadInput(f"time frame {_id(view, frame)}: {describe(error)}", rule="mmif-time") from error
    return round(span.start * factor), round(span.end * factor)


def _inline(document: _Annotation) -> str:
    text = document.properties.get("text")
    value = text.get("@value") if isinstance(text, dict) else text
    if not isinstance(value, str) or not value.strip():
        raise BadInput(f"text document {document.properties.get('id')} holds no text", rule="mmif-text")
    return " ".join(value.split())


def _words(view: _View, unit: _Annotation, texts: dict[str, str]) -> str:
    if unit.kind == "TextDocument":
        return texts[_id(view, unit)]
    said = unit.properties.get("text") or unit.properties.get("word")
    if not isinstance(said, str) or not said.strip():
        raise BadInput(f"{unit.kind} {_id(view, unit)} does not say its words", rule="mmif-text")
    return " ".join(said.split())
