"""How the entities of a task become mentions: of TextRazor, or of a list of names with what is known of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from give_ld.doors.origin import UNDETERMINED, Reading
from give_ld.doors.views import NameTask, entity_in
from give_ld.errors import BadInput
from give_ld.model.annotation import Transcript
from give_ld.model.record import Piece
from give_ld.model.run import Stage
from give_ld.rdf.iris import text_digest

# ISO 639-2/B, in which TextRazor names languages, as the tags of RDF.
_LANGUAGES = {"dut": "nl", "nld": "nl", "eng": "en", "fre": "fr", "fra": "fr", "ger": "de", "deu": "de"}
_TYPES = {
    "person": {"person", "per"},
    "place": {"place", "location", "loc", "gpe", "populatedplace", "city", "country"},
    "organisation": {"organisation", "organization", "org", "company"},
}
_TEXT = ("matchedText", "matched_text", "text", "name")
_ENTITY = ("wikidataId", "wikidata_id", "wiki_id")
_LABEL = ("entityId", "label", "text")


def mentions(reading: Reading, number: int, task: NameTask, heard: Transcript | None) -> Iterator[Piece]:
    """Yield a run and a mention for each entity of a task; `heard` is the transcript of the same fragment, if known.

    A mention whose offsets fit that transcript stands where its words are spoken; any other is somewhere in the file.

    Raises:
        BadInput: the task holds no list of entities.
    """
    found, language = _entities(task)
    language = language or reading.origin.language or UNDETERMINED
    run = reading.run(Stage.ENTITIES)
    yield replace(reading.run_piece(run), line=number)
    for entity in found:
        try:
            fields = _mention(entity, language, heard)
        except BadInput as error:
            yield reading.refusal(error, number, json.dumps(entity).encode())
            continue
        yield reading.guess(number, run, fields)


def _entities(task: NameTask) -> tuple[list[Any], str | None]:
    for column in (task.textrazor_json, task.processed_json):
        said = _parsed(column)
        inner = said.get("response", said) if isinstance(said, dict) else said
        found = inner.get("entities") if isinstance(inner, dict) else inner
        if isinstance(found, list):
            stated = inner.get("language") if isinstance(inner, dict) else None
            return found, _LANGUAGES.get(str(stated))
    raise BadInput("the task has no list of entities in textrazor_json or processed_json", rule="entities")


def _parsed(column: object) -> object:
    if not isinstance(column, str):
        return column
    try:
        return json.loads(column)
    except (ValueError, RecursionError) as error:
        raise BadInput("textrazor_json or processed_json is no JSON", rule="entities") from error


def _mention(entity: object, language: str, heard: Transcript | None) -> dict[str, object]:
    if not isinstance(entity, dict):
        raise BadInput("an entity is an object", rule="entities", value=repr(entity))
    text = _first(entity, _TEXT)
    if not text:
        raise BadInput("an entity has no words: matchedText, text or name", rule="entities")
    known = next((found for name in _ENTITY if (found := entity_in(entity.get(name)))), None)
    score = entity.get("confidenceScore", entity.get("score"))
    mention: dict[str, object] = {
        "kind": "entity-mention",
        "text": text,
        "language": language,
        "entity_type": _type(entity.get("type") or entity.get("types")),
        **_place(entity, text, heard),
    }
    if known:
        label = _first(entity, _LABEL) or text
        mention |= {"entity": known, "label": label, "label_language": language}
    return mention | ({"score": score} if isinstance(score, int | float) else {})


def _first(entity: dict[str, Any], names: tuple[str, ...]) -> str:
    return next((value for name in names if isinstance(value := entity.get(name), str) and value), "")


def _type(stated: object) -> str:
    said = {str(each).lower() for each in (stated if isinstance(stated, list) else [stated])}
    return next((kind for kind, names in _TYPES.items() if said & names), "other")


def _place(entity: dict[str, Any], text: str, heard: Transcript | None) -> dict[str, object]:
    begin, end = entity.get("startingPos"), entity.get("endingPos")
    if heard is None or not isinstance(begin, int) or not isinstance(end, int) or heard.text[begin:end] != text:
        return {"fragment": {"whole": True}}
    at, spoken = 0, []
    for segment in heard.segments:
        if at < end and begin < at + len(segment.text):
            spoken.append(segment)
        at += len(segment.text) + 1  # the space between the segments of a text
    span = {"start_ms": min(each.start_ms for each in spoken), "end_ms": max(each.end_ms for each in spoken)}
    return {"fragment": span, "begin": begin, "end": end, "transcript": text_digest(heard.text)}
