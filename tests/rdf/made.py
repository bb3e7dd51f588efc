"""Made quads of every kind, valid, for all tests of the mapping and the shapes."""

from functools import cache
from uuid import UUID

from give_ld.model.annotation import Annotation, SpeakerSegment, UnknownFace
from give_ld.model.decision import Known
from give_ld.model.fragment import Box, Fragment
from give_ld.model.person import SnapshotHeader
from give_ld.model.run import Agent, MediaFile, ModelFile, Run, Stage
from give_ld.model.status import Status
from give_ld.rdf import mapping
from give_ld.rdf.public import public_owners
from give_ld.rdf.terms import Lines
from tests.factories import (
    MINT,
    PERSON,
    a_correction,
    a_face_match,
    a_mention,
    a_mention_without_entity,
    a_partner,
    a_run,
    a_speaker_segment,
    a_tag,
    a_tag_without_concept,
    a_transcript,
    a_validation,
    an_admission,
    an_item,
    an_unknown_face,
    approved,
    known,
    stated,
)

UNSTATED: dict[str, object] = {"score": None, "score_kind": "unstated", "confidence": None, "calibrator": None}
ELSEWHERE = a_run(
    id=UUID(int=3),
    stage=Stage.SPEECH,
    agent=Agent(name="captions", models=()),
    parameters={},
    started=None,
    ended=None,
    reference_set=None,
    calibrators=(),
    energy_wh=None,
)
UNSEEN = ELSEWHERE.model_copy(
    update={"id": UUID(int=4), "stage": Stage.FACES, "file": MediaFile(archive_id="a1b2c3"), "agent": ELSEWHERE.agent}
)
GUESSES = {
    "face match": a_face_match(),
    "face match, uncalibrated": a_face_match(confidence=None, calibrator=None, person_name="Other"),
    "face match in a still image": a_face_match(fragment=Fragment(box=Box(x=0, y=0, width=10, height=12))),
    "unknown face": an_unknown_face(),
    "transcript": a_transcript(),
    "mention": a_mention(),
    "mention without entity": a_mention_without_entity(),
    "mention of a person": a_mention(entity_type="person", entity="Q7186", label="Marie Curie"),
    "mention of an organisation": a_mention(entity_type="organisation", entity="Q7184", label="NAVO"),
    "mention of something else": a_mention(entity_type="other", entity="Q362", label="Wereldoorlog"),
    "mention of a reference person": a_mention(person=PERSON),
    "mention in no text": a_mention(**UNSTATED, begin=None, end=None, transcript=None),
    "face match somewhere": a_face_match(
        **UNSTATED, run=UNSEEN.id, fragment=Fragment(whole=True), margin=None, samples=None, fingerprint=None
    ),
    "unknown face somewhere": an_unknown_face(
        **UNSTATED, run=UNSEEN.id, fragment=Fragment(whole=True), samples=None, fingerprint=None
    ),
    "speaker segment": a_speaker_segment(),
    "speaker segment, calibrated": a_speaker_segment(score=0.613, confidence=0.94, calibrator="face-match-2026-02"),
    "tag": a_tag(),
    "tag without concept": a_tag_without_concept(),
    "tag in no language": a_tag_without_concept(**UNSTATED, run=ELSEWHERE.id, language=None),
    "transcript from elsewhere": a_transcript(**UNSTATED, run=ELSEWHERE.id, language_probability=None),
}
NAMED = ("face match", "mention", "mention of a reference person", "mention without entity")
STATED = {**{name: GUESSES[name] for name in NAMED}, "transcript": a_transcript(text="What was really said.")}
HEADER = SnapshotHeader.model_validate(
    {
        "schema": "give-ld-refset/1",
        "version": "2026-02-28",
        "created": a_run().ended,
        "persons": 1,
        "digest": "d" * 64,
    }
)
DETECTOR = ModelFile(name="detector.onnx", sha256="7" * 64, licence="MIT")


def run_of(guess: Annotation) -> Run:
    """The run that a made guess names."""
    return next((run for run in (ELSEWHERE, UNSEEN) if run.id == guess.run), a_run())


@cache
def surroundings() -> Lines:
    """What guesses refer to: run, software, calibrator, file, item, partner, person, version of the set."""
    return frozenset().union(
        mapping.run_quads(MINT, a_run()),
        mapping.item_quads(MINT, an_item()),
        mapping.partner_quads(MINT, a_partner()),
        mapping.person_quads(MINT, an_admission()),
        mapping.refset_version_quads(MINT, HEADER, [PERSON]),
    )


@cache
def everywhere() -> Lines:
    """The same, the runs from elsewhere, which say too little for meemoo, and a correction."""
    decision = mapping.validation_quads(MINT, a_correction().validation)
    return surroundings() | mapping.run_quads(MINT, ELSEWHERE) | mapping.run_quads(MINT, UNSEEN) | decision


@cache
def shared() -> Lines:
    """What stands in both stores beside the public graph."""
    return frozenset().union(
        mapping.agent_quads(MINT, a_run()),
        mapping.agent_quads(MINT, ELSEWHERE),
        mapping.partner_quads(MINT, a_partner()),
        mapping.person_quads(MINT, an_admission()),
        mapping.refset_version_quads(MINT, HEADER, [PERSON]),
    )


@cache
def everything() -> dict[str, Lines]:
    """The private quads of every model, by name."""
    two_models = Agent(name="onnx-faces", version="1.31.1", models=(*a_run().agent.models, DETECTOR))
    return {
        **{name: mapping.annotation_quads(MINT, known(guess, run_of(guess))) for name, guess in GUESSES.items()},
        **{f"human {name}": mapping.annotation_quads(MINT, stated(guess)) for name, guess in STATED.items()},
        "disputed face match": mapping.annotation_quads(MINT, disputed()),
        "superseded mention": mapping.annotation_quads(MINT, superseded()),
        **{
            each: mapping.validation_quads(MINT, a_validation(id=UUID(int=id), verdict=each, ground="wrong-person"))
            for id, each in enumerate(("agree", "disagree"), 20)
        },
        "correct": mapping.validation_quads(MINT, a_correction().validation),
        "undo": mapping.validation_quads(
            MINT, a_validation(id=UUID(int=22), verdict="undo", status="proposed", undoes=UUID(int=21))
        ),
        "proposed mention": mapping.annotation_quads(MINT, known(a_mention())),
        "approved face match": mapping.annotation_quads(MINT, approved(a_face_match())),
        "run": mapping.run_quads(MINT, a_run(id=UUID(int=2), agent=two_models)),
        "speech run": mapping.run_quads(
            MINT, a_run(stage=Stage.SPEECH, parameters={}, energy_wh=None, policy="e" * 64)
        ),
        "linking run": mapping.run_quads(MINT, a_run(stage=Stage.ENTITIES, note="half of it", reference_set=None)),
        "other run": mapping.run_quads(MINT, a_run(stage=Stage.OTHER)),
        "run from elsewhere": mapping.run_quads(MINT, ELSEWHERE),
        "run on a file that nobody saw": mapping.run_quads(MINT, UNSEEN),
        "item": mapping.item_quads(MINT, an_item()),
        "partner": mapping.partner_quads(MINT, a_partner()),
        "validation": mapping.validation_quads(MINT, a_validation()),
        "person": mapping.person_quads(MINT, an_admission()),
        "admission": mapping.admission_quads(MINT, an_admission()),
        "version": mapping.refset_version_quads(MINT, HEADER, [PERSON]),
    }


@cache
def published() -> dict[str, Lines]:
    """The public quads of every kind of guess that may be public, by name."""
    return {
        name: frozenset().union(*public_owners(MINT, approved(guess, run_of(guess)), an_item()).values())
        for name, guess in GUESSES.items()
        if not isinstance(guess, UnknownFace | SpeakerSegment)
    } | {
        f"human {name}": frozenset().union(*public_owners(MINT, stated(guess), an_item()).values())
        for name, guess in STATED.items()
    }


def disputed() -> Known:
    """A face match that one archivist approved and another finds wrong."""
    second = a_validation(id=UUID(int=8), user="archivist-2", verdict="disagree", before="approved")
    return approved(a_face_match(), validations=(a_validation(), second))


def superseded() -> Known:
    """A mention about which a newer run says otherwise."""
    return known(
        a_mention_without_entity(), status=Status.SUPERSEDED, replaced_by=MINT.annotation(a_run(), a_mention())
    )
