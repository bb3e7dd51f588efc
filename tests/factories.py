"""Made records: small, valid, and each changeable by naming the field."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from uuid import UUID

from give_ld.model.annotation import (
    Annotation,
    EntityMention,
    EntityType,
    FaceMatch,
    LinkCandidate,
    Segment,
    SpeakerSegment,
    Tag,
    Transcript,
    UnknownFace,
)
from give_ld.model.calibration import Calibrator, ScoreKind
from give_ld.model.decision import Known, Role, Validation
from give_ld.model.event import Admission, Correction
from give_ld.model.fragment import Box, Fragment
from give_ld.model.item import Item, ItemKind, Partner
from give_ld.model.person import Ground, Photo, ReferencePerson
from give_ld.model.run import Agent, MediaFile, ModelFile, Outcome, Run, Stage
from give_ld.model.status import Status, Verdict
from give_ld.rdf.iris import Mint

BASE = "https://made.example.org"
MINT = Mint(BASE, b"a secret of thirty-two made bytes")
PARTNER = "OR-abc1234"
PID = "086348mc8s"
PERSON = f"{BASE}/id/refset-person/0001"
TEXT = "Goedenavond. In Gent opende vandaag een tentoonstelling over Marie Curie."
TEXT_SHA256 = hashlib.sha256(TEXT.encode()).hexdigest()
RUN_ID = UUID("159d863c-251d-4e9c-89e1-9265a13a9edd")
UNCALIBRATED: dict[str, object] = {"confidence": None, "calibrator": None}
CORRECTED: dict[str, object] = {
    "id": UUID("9cbc0267-05be-44e4-b7b2-0f369ef89971"),
    "verdict": Verdict.CORRECT,
    "status": Status.REJECTED,
}
MODEL = ModelFile(name="fr_feature.onnx", sha256="8" * 64, licence="Apache-2.0")


def _at(hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 3, 1, hour, minute, second, tzinfo=UTC)


def a_calibrator(**changes: object) -> Calibrator:
    fields = {
        "id": "face-match-2026-02",
        "label": "face match: probability that it is this person",
        "from_score": ScoreKind.COSINE_SIMILARITY,
        "model_sha256": MODEL.sha256,
        "intercept": -4.6045,  # with which a score of 0.613 gives 0.94
        "score_weight": 12.0,
        "fitted_on": "made pairs of faces",
        "fitted_count": 4200,
        "created": date(2026, 2, 20),
    }
    return Calibrator.model_validate(fields | changes)


def a_run(**changes: object) -> Run:
    fields = {
        "schema": "give-ld/1",
        "id": RUN_ID,
        "stage": Stage.FACES,
        "partner": PARTNER,
        "item": PID,
        "file": MediaFile(sha256="f" * 64, name="news.mp4", mime_type="video/mp4", duration_ms=95_000),
        "agent": Agent(name="onnx-faces", version="1.31.1", models=(MODEL,)),
        "parameters": {"match_threshold": 0.42, "frames_per_second": 5},
        "started": _at(10),
        "ended": _at(10, 3, 10),
        "outcome": Outcome.SUCCESS,
        "reference_set": "2026-02-28",
        "calibrators": (a_calibrator(),),
        "energy_wh": 4.2,
    }
    return Run.model_validate(fields | changes)


def _a_guess(**changes: object) -> dict[str, object]:
    return {"schema": "give-ld/1", "run": RUN_ID, **changes}


def _calibrated(kind: ScoreKind, score: float, confidence: float) -> dict[str, object]:
    return {"score": score, "score_kind": kind, "confidence": confidence, "calibrator": "face-match-2026-02"}


def a_face_match(**changes: object) -> FaceMatch:
    fields = _a_guess(
        fragment=Fragment(start_ms=12_480, end_ms=15_920, box=Box(x=160, y=120, width=96, height=128)),
        person=PERSON,
        person_name="Marie Curie",
        margin=0.31,
        samples=17,
        fingerprint=UUID("0b8f6d0a-5a4c-4b4e-9e71-54d0a0c0f001"),
        **_calibrated(ScoreKind.COSINE_SIMILARITY, 0.613, 0.94),
    )
    return FaceMatch.model_validate(fields | changes)


def an_unknown_face(**changes: object) -> UnknownFace:
    fields = _a_guess(
        fragment=Fragment(start_ms=61_000, end_ms=70_200, box=Box(x=300, y=90, width=80, height=110)),
        score=0.57,
        score_kind=ScoreKind.DETECTOR_SCORE,
        cluster=UUID("fffc8340-7ae8-43bd-997a-97b32e685dae"),
        samples=9,
        fingerprint=UUID("0b8f6d0a-5a4c-4b4e-9e71-54d0a0c0f002"),
    )
    return UnknownFace.model_validate(fields | changes)


def a_transcript(**changes: object) -> Transcript:
    spoken = str(changes.get("text", TEXT))
    fields = _a_guess(
        fragment=Fragment(start_ms=0, end_ms=95_000),
        text=TEXT,
        language="nl",
        language_probability=0.98,
        segments=(Segment(start_ms=0, end_ms=95_000, text=spoken, avg_logprob=-0.31, no_speech_prob=0.02),),
        **_calibrated(ScoreKind.MEAN_TOKEN_LOG_PROBABILITY, -0.31, 0.86),
    )
    return Transcript.model_validate(fields | changes)


def a_mention(**changes: object) -> EntityMention:
    """A mention of Ghent, linked to Wikidata, with one candidate that fell short."""
    fields = _a_guess(
        fragment=Fragment(start_ms=2_100, end_ms=2_480),
        text="Gent",
        begin=16,
        end=20,
        language="nl",
        transcript=TEXT_SHA256,
        entity_type=EntityType.PLACE,
        entity="Q1296",
        label="Gent",
        label_language="nl",
        candidates=(LinkCandidate(entity="Q1297", label="Chicago", score=0.04),),
        **_calibrated(ScoreKind.LINKER_SCORE, 0.81, 0.93),
    )
    return EntityMention.model_validate(fields | changes)


def a_mention_without_entity(**changes: object) -> EntityMention:
    """A mention for which the linker found nothing: NIL is an answer."""
    return a_mention(**{"entity": None, "label": None, "label_language": None} | changes)


def a_speaker_segment(**changes: object) -> SpeakerSegment:
    fields = _a_guess(
        fragment=Fragment(start_ms=2_000, end_ms=9_400),
        score=0.71,
        score_kind=ScoreKind.DETECTOR_SCORE,
        voice=UUID("7d0f3b52-6c1e-4d1c-8f6e-1f0f4d8a9b10"),
        label="S1",
    )
    return SpeakerSegment.model_validate(fields | changes)


def a_tag(**changes: object) -> Tag:
    """A tag of a tram in the picture, linked to Wikidata."""
    fields = _a_guess(
        fragment=Fragment(start_ms=20_000, end_ms=22_000, box=Box(x=10, y=20, width=300, height=200)),
        tag_type="object",
        text="tram",
        language="nl",
        concept="http://www.wikidata.org/entity/Q3407658",
        label="tram",
        label_language="nl",
        **_calibrated(ScoreKind.DETECTOR_SCORE, 0.88, 0.91),
    )
    return Tag.model_validate(fields | changes)


def a_tag_without_concept(**changes: object) -> Tag:
    """Text in the picture, for which nobody has a concept."""
    fields = {"concept": None, "label": None, "label_language": None, "tag_type": "ocr", "text": "STAKING IN GENT"}
    return a_tag(**fields | changes)


def an_item(**changes: object) -> Item:
    fields = {
        "pid": PID,
        "partner": PARTNER,
        "title": "Avondjournaal",
        "kind": ItemKind.VIDEO,
        "licences": ("VIAA-PUBLIEK-CONTENT",),
        "created": "2026-01-01",
        "collection": "news",
        "local_ids": ("BRT-1986/12", "Band 7"),
        "also_known_as": ("https://hdl.handle.net/20.500.99999/made",),
        "part_of": "series0001",
    }
    return Item.model_validate(fields | changes)


def a_partner(**changes: object) -> Partner:
    return Partner.model_validate({"id": PARTNER, "name": "Voorbeeldarchief"} | changes)


def a_person(**changes: object) -> ReferencePerson:
    fields = {
        "id": "0001",
        "name": "Marie Curie",
        "given_name": "Marie",
        "family_name": "Curie",
        "aliases": ("Maria Skłodowska",),
        "wikidata": "Q7186",
        "birth_date": "1867-11-07",
        "death_date": "1934-07-04",
        "photos": (Photo(sha256="a" * 64, licence="CC0-1.0", source="a made photo"),),
        "ground": Ground.PUBLIC_FIGURE,
        "ground_note": "scientist in public life",
    }
    return ReferencePerson.model_validate(fields | changes)


def an_admission(**changes: object) -> Admission:
    fields = {
        "id": UUID("19a69c16-8a52-4e46-8965-43f03a49dd6e"),
        "iri": PERSON,
        "person": a_person(),
        "user": "manager-1",
        "partner": PARTNER,
        "started": _at(9),
        "ended": _at(9, 4),
    }
    return Admission.model_validate(fields | changes)


def a_validation(**changes: object) -> Validation:
    fields = {
        "id": UUID("c3f8fdbc-9aa1-49e4-b5d1-cdaa65b9bf8c"),
        "annotation": MINT.annotation(a_run(), a_face_match()),
        "partner": PARTNER,
        "user": "archivist-1",
        "role": Role.ARCHIVIST,
        "verdict": Verdict.APPROVE,
        "status": Status.APPROVED,
        "reason": "Same person as in the next item",
        "started": _at(11),
        "ended": _at(11, 0, 21),
    }
    return Validation.model_validate(fields | changes)


def known(annotation: Annotation, run: Run | None = None, **changes: object) -> Known:
    """What is known of a guess: proposed, unless the changes say otherwise."""
    run = run or a_run()
    fields: dict[str, object] = {"iri": MINT.annotation(run, annotation), "annotation": annotation, "run": run}
    return Known(**fields | changes)


def approved(annotation: Annotation, run: Run | None = None, **changes: object) -> Known:
    """A guess that an archivist approved."""
    proposed = known(annotation, run)
    validation = a_validation(annotation=proposed.iri)
    return known(annotation, run, **{"status": Status.APPROVED, "validations": (validation,)} | changes)


def stated(guess: Annotation, run: Run | None = None, **changes: object) -> Known:
    """What an archivist said in the place of a mention that had no entity: approved by the same act."""
    run = run or a_run()
    corrects = MINT.annotation(run, a_mention_without_entity())
    validation = a_validation(annotation=corrects, **CORRECTED)
    iri = MINT.correction(run, guess, validation.id)
    correction = a_correction(annotation=guess, validation=validation, iri=iri)
    said = guess.model_copy(update={"score": None, "score_kind": ScoreKind.UNSTATED, **UNCALIBRATED})
    fields: dict[str, object] = {"iri": correction.iri, "annotation": said, "run": run, "corrects": corrects}
    fields |= {"status": Status.APPROVED, "validations": (correction.approval,)}
    return Known(**fields | changes)


def a_correction(**changes: object) -> Correction:
    """An archivist says that a mention without an entity means Ghent."""
    validation = a_validation(annotation=MINT.annotation(a_run(), a_mention_without_entity()), **CORRECTED)
    guess = a_mention(score=None, score_kind=ScoreKind.UNSTATED, **UNCALIBRATED)
    iri = MINT.correction(a_run(), guess, validation.id)
    return Correction.model_validate({"validation": validation, "iri": iri, "annotation": guess} | changes)
