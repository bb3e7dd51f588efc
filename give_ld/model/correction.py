"""What a person says in the place of a guess, and what that makes of it."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from give_ld.errors import BadInput
from give_ld.model.annotation import Annotation, EntityMention, EntityType, FaceMatch, Segment, Transcript, UnknownFace
from give_ld.model.base import Iri, LanguageTag, Model, Name, WikidataId
from give_ld.model.calibration import ScoreKind
from give_ld.model.fragment import Fragment

# What may be said otherwise, by kind of guess.
_MAY_SAY = {
    FaceMatch: {"person", "fragment"},
    UnknownFace: {"person", "fragment"},
    EntityMention: {"person", "entity", "label", "label_language", "no_entity", "entity_type", "fragment"},
    Transcript: {"text", "fragment"},
}
# The model said nothing of this; that a person did is for the event to say.
_NOT_SCORED: dict[str, Any] = {
    "score": None,
    "score_kind": ScoreKind.UNSTATED,
    "confidence": None,
    "calibrator": None,
}


class Right(Model):
    """What is right instead; what is not named stays as the guess has it. `no_entity`: the name means none known."""

    person: Iri | None = None
    entity: WikidataId | None = None
    label: Name | None = None
    label_language: LanguageTag | None = None
    no_entity: bool = False
    entity_type: EntityType | None = None
    text: Name | None = None
    fragment: Fragment | None = None

    @property
    def said(self) -> set[str]:
        """Return the names of what is said."""
        return {name for name in type(self).model_fields if getattr(self, name) not in (None, False)}


def corrected(guess: Annotation, right: Right) -> Annotation:
    """Return what a person says in the place of a guess; the label of a person must be in `right`.

    Raises:
        BadInput: nothing is said that can be said of this kind of guess, or not enough.
    """
    may = _MAY_SAY.get(type(guess), set())
    if not may:
        raise BadInput(f"a {guess.kind} cannot be corrected; reject it", rule="correction")
    if foreign := right.said - may - {"label", "label_language"}:
        raise BadInput(f"of a {guess.kind} one cannot say: {', '.join(sorted(foreign))}", rule="correction")
    if not right.said - {"label", "label_language"}:
        raise BadInput(f"say what is right instead: {', '.join(sorted(may))}", rule="correction")
    fields = guess.model_dump(by_alias=True) | _NOT_SCORED | {"fragment": right.fragment or guess.fragment}
    try:
        said: Annotation = _CORRECT[type(guess)](fields, right)
    except ValidationError as error:
        raise BadInput(f"the correction is not whole: {error.errors()[0]['msg']}", rule="correction") from error
    return said


def _face(fields: dict[str, Any], right: Right) -> FaceMatch:
    person, name = right.person or fields.get("person"), right.label or fields.get("person_name")
    if person is None:
        raise BadInput("say whose face it is: person", rule="correction")
    fields.pop("cluster", None)
    said = {"kind": "face-match", "person": person, "person_name": name, "margin": None}
    return FaceMatch.model_validate(fields | said)


def _mention(fields: dict[str, Any], right: Right) -> EntityMention:
    if len({"person", "entity", "no_entity"} & right.said) > 1:
        raise BadInput("say one of: person, entity, no_entity", rule="correction")
    fields["candidates"] = ()
    if right.entity_type:
        fields["entity_type"] = right.entity_type
    if right.person or right.entity or right.no_entity:
        language = (right.label_language or fields["language"]) if right.label else None
        meant = {"person": right.person, "entity": right.entity, "label": right.label, "label_language": language}
        fields |= meant
    return EntityMention.model_validate(fields)


def _transcript(fields: dict[str, Any], right: Right) -> Transcript:
    if right.text:
        first, last = fields["segments"][0], fields["segments"][-1]
        # Which word falls when is known of the old words only.
        whole = Segment(start_ms=first["start_ms"], end_ms=last["end_ms"], text=right.text)
        fields |= {"text": right.text, "segments": (whole,), "language_probability": None}
    return Transcript.model_validate(fields)


_CORRECT: dict[type, Any] = {
    FaceMatch: _face,
    UnknownFace: _face,
    EntityMention: _mention,
    Transcript: _transcript,
}
