"""What the pipeline may guess. No model here has a status: a guess cannot be made as anything but proposed."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from give_ld.model.base import Count, Iri, LanguageTag, Model, Name, Number, Sha256, Slug, WikidataId
from give_ld.model.calibration import ScoreKind
from give_ld.model.fragment import Fragment, Milliseconds

Probability = Annotated[Number, Field(ge=0, le=1)]
Offset = Annotated[int, Field(ge=0, le=10**15)]


class EntityType(StrEnum):
    """What a name refers to."""

    PERSON = "person"
    PLACE = "place"
    ORGANISATION = "organisation"
    OTHER = "other"


class Guess(Model):
    """What all guesses share. `confidence` is a calibrated probability and names its calibrator, or both are absent.

    `score` may be absent only where `score_kind` says that the source does not state it.
    """

    schema_version: Literal["give-ld/1"] = Field(alias="schema")
    type: Literal["annotation"] = "annotation"
    run: UUID
    fragment: Fragment
    score: Number | None = None
    score_kind: ScoreKind
    confidence: Probability | None = None
    calibrator: Slug | None = None

    @model_validator(mode="after")
    def _confidence_is_calibrated(self) -> Self:
        if (self.confidence is None) != (self.calibrator is None):
            raise ValueError("confidence and calibrator come together, or the guess is uncalibrated and has neither")
        if self.score_kind is ScoreKind.HUMAN:
            raise ValueError("a pipeline cannot speak for a person")
        if self.score is None and self.score_kind is not ScoreKind.UNSTATED:
            raise ValueError("a guess without a score has the score_kind 'unstated'")
        if self.confidence is not None and self.score is None:
            raise ValueError("a confidence follows from a score, and there is none")
        return self


class FaceMatch(Guess):
    """A face that looks like a reference person; `margin` is the score minus that of the best other person.

    `person` may be a Wikidata IRI: it then means the reference person who has it. A source elsewhere may state neither
    how many `samples` it saw nor a fingerprint.
    """

    kind: Literal["face-match"] = "face-match"
    person: Iri
    person_name: Name
    margin: Number | None = None
    samples: Count | None = None
    fingerprint: UUID | None = None


class UnknownFace(Guess):
    """A face that no reference person matches; `cluster` groups the tracks of one face in a file."""

    kind: Literal["face-unknown"] = "face-unknown"
    cluster: UUID
    samples: Count | None = None
    fingerprint: UUID | None = None


class SpeakerSegment(Guess):
    """A stretch in which one voice speaks; `voice` groups the stretches of one voice in a file, and is never a person.

    `voice` is part of what the guess says: a source that runs again should name the same voice by the same id.
    `label` is what the source calls the voice, such as "S1".
    """

    kind: Literal["speaker"] = "speaker"
    voice: UUID
    label: Annotated[str, Field(min_length=1, max_length=64)] | None = None

    @model_validator(mode="after")
    def _is_heard(self) -> Self:
        if self.fragment.start_ms is None or self.fragment.box is not None:
            raise ValueError("a voice is heard in a span of time, and has no box")
        return self


class Tag(Guess):
    """What any other AI says of a fragment, in words: text in the picture, a scene, an object, a sound.

    `tag_type` says which of these: "ocr", "scene", "object", "sound" … `concept` is what is meant, in Wikidata or in a
    thesaurus; without it the text is all there is.
    """

    kind: Literal["tag"] = "tag"
    tag_type: Slug
    text: Name
    language: LanguageTag | None = None
    concept: Iri | None = None
    label: Name | None = None
    label_language: LanguageTag | None = None

    @model_validator(mode="after")
    def _concept_has_a_label(self) -> Self:
        if len({self.concept is None, self.label is None, self.label_language is None}) > 1:
            raise ValueError(
                "a concept needs a label and the language of the label; without a concept there is neither"
            )
        return self


class LinkCandidate(Model):
    """An entity that a mention might have meant."""

    entity: WikidataId
    label: Name
    score: Number


class EntityMention(Guess):
    """A name in a transcript, linked to Wikidata (`entity`), to a reference person, or to neither: NIL is an answer.

    `begin` and `end` count code points of the transcript whose text has the digest `transcript`; a source that says
    when a name falls, but not in which text, has none of the three.
    """

    kind: Literal["entity-mention"] = "entity-mention"
    text: Name
    begin: Offset | None = None
    end: Offset | None = None
    language: LanguageTag
    transcript: Sha256 | None = None
    entity_type: EntityType
    entity: WikidataId | None = None
    person: Iri | None = None
    label: Name | None = None
    label_language: LanguageTag | None = None
    candidates: Annotated[tuple[LinkCandidate, ...], Field(max_length=10)] = ()

    @model_validator(mode="after")
    def _span_and_link_are_whole(self) -> Self:
        if len({self.begin is None, self.end is None, self.transcript is None}) > 1:
            raise ValueError("begin, end and transcript come together, or the mention stands in no text and has none")
        if self.begin is not None and self.end is not None and self.end - self.begin != len(self.text):
            raise ValueError("end - begin must be the length of text in code points")
        if (self.label is None) != (self.label_language is None):
            raise ValueError("a label and its language come together, or there is neither")
        if (self.entity or self.person) and self.label is None:
            raise ValueError("a link needs the label of what it links to, and the language of the label")
        return self


class Segment(Model):
    """A stretch of speech with the decoder's own doubts, where the source states them."""

    start_ms: Milliseconds
    end_ms: Milliseconds
    text: Annotated[str, Field(max_length=1_000_000)]
    avg_logprob: float | None = None
    no_speech_prob: Probability | None = None

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.end_ms <= self.start_ms:
            raise ValueError("end_ms must come after start_ms")
        return self


class Transcript(Guess):
    """The words that are spoken, as one text and as timed segments."""

    kind: Literal["transcript"] = "transcript"
    text: Name
    language: LanguageTag
    language_probability: Probability | None = None
    segments: Annotated[tuple[Segment, ...], Field(min_length=1)]


Annotation = Annotated[
    FaceMatch | UnknownFace | EntityMention | Transcript | SpeakerSegment | Tag, Field(discriminator="kind")
]
