"""Which records the benches use: made ones of every kind; half of the names in them look like syntax."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5

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
from give_ld.model.fragment import Box, Fragment
from give_ld.model.run import Agent, MediaFile, ModelFile, Outcome, Run, Sidecar, Stage

PARTNER = "OR-abc1234"
GUESSES_A_FILE = 50
"""One transcript, 22 mentions, 11 face matches, 6 unknown faces, 5 speaker segments and 5 tags."""

_NAMESPACE = UUID("5b1f8a0e-7c5e-4a57-9d0a-3f2f6f0f7a11")
_SPAN_MS = 90_000
_NAMES = (
    "Marie Curie",
    "Gent",
    "Émile Verhaeren",
    "Nederlandse Omroep Stichting",
    '" <urn:a> .\n<urn:b> <urn:c> <urn:d> <urn:e> .',
    "O'Neill \\u0041 \\",
    "a\r\n\tb\x00\x7f\u2028c",
    "<script>alert(1)</script>",
    "محمد علي \u202e 😀",
    "Brussel",
)
_WEIGHTS = {
    Stage.SPEECH: ("whisper-small", "1" * 64),
    Stage.ENTITIES: ("linker", "2" * 64),
    Stage.FACES: ("fr_feature.onnx", "8" * 64),
    Stage.OTHER: ("tagger", "3" * 64),
}
_TYPES = (EntityType.PLACE, EntityType.PERSON, EntityType.ORGANISATION, EntityType.OTHER)


@dataclass(frozen=True)
class MadeFile:
    """The records about one media file: a run of each stage, their guesses, and the sidecar of the run on faces."""

    records: tuple[Run | Annotation, ...]
    sidecar_name: str
    sidecar: bytes


def made_files(guesses: int, person: str, reference_set: str) -> Iterator[MadeFile]:
    """Yield files with so many guesses together, always the same; `person` and `reference_set` must be admitted."""
    for number in range(-(-guesses // GUESSES_A_FILE)):
        yield made_file(number, person, reference_set, min(GUESSES_A_FILE, guesses - number * GUESSES_A_FILE))


def made_file(number: int, person: str, reference_set: str, guesses: int = GUESSES_A_FILE) -> MadeFile:
    """Return the file of this number, as `made_files` yields it, with so many of its guesses."""
    speech, entities, faces, other = (_run(number, stage, reference_set) for stage in Stage)
    transcript = _transcript(speech, number)
    digest = hashlib.sha256(transcript.text.encode()).hexdigest()
    made: list[Annotation] = [transcript]
    made += [_mention(entities, number, place, digest) for place in range(22)]
    made += [_match(faces, number, place, person) for place in range(11)]
    made += [_unknown(faces, number, place) for place in range(6)]
    made += [_speaker(other, number, place) for place in range(5)]
    made += [_tag(other, number, place) for place in range(5)]
    kept = made[:guesses]
    sidecar = _sidecar([each for each in kept if isinstance(each, FaceMatch | UnknownFace)])
    named = Sidecar(name=f"{faces.id}.faces", sha256=hashlib.sha256(sidecar).hexdigest())
    runs = (speech, entities, faces.model_copy(update={"sidecar": named}), other)
    return MadeFile((*runs, *kept), named.name, sidecar)


def _id(*parts: object) -> UUID:
    return uuid5(_NAMESPACE, "/".join(map(str, parts)))


def _name(number: int, place: int) -> str:
    return _NAMES[(number + place) % len(_NAMES)]


def _run(number: int, stage: Stage, reference_set: str) -> Run:
    model, weights = _WEIGHTS[stage]
    ended = datetime(2026, 3, 1, 10, 3, 10, 120_000, tzinfo=UTC) + timedelta(seconds=number)
    return Run(
        schema_version="give-ld/1",
        id=_id("run", number, stage),
        stage=stage,
        partner=PARTNER,
        item=f"made{number:06}",
        file=MediaFile(
            sha256=hashlib.sha256(f"file {number}".encode()).hexdigest(),
            name=_name(number, 0).replace("/", "-").replace("\x00", "") + ".mp4",
            mime_type="video/mp4",
            duration_ms=_SPAN_MS,
        ),
        agent=Agent(name=stage, version="1.0", models=(ModelFile(name=model, sha256=weights, licence="MIT"),)),
        parameters={"threshold": 0.42, "note": _name(number, 1)},
        started=ended - timedelta(minutes=3),
        ended=ended,
        outcome=Outcome.WARNING,
        note=_name(number, 2),
        reference_set=reference_set if stage is Stage.FACES else None,
        calibrators=(_calibrator(weights),) if stage is Stage.FACES else (),
        energy_wh=4.2,
    )


def _calibrator(weights: str) -> Calibrator:
    return Calibrator(
        id="made-2026-02",
        label="face match: probability that it is this person",
        from_score=ScoreKind.COSINE_SIMILARITY,
        model_sha256=weights,
        intercept=-4.6,
        score_weight=12.0,
        fitted_on="made pairs of faces",
        fitted_count=4200,
        created=date(2026, 2, 20),
    )


def _transcript(run: Run, number: int) -> Transcript:
    texts = [f"Zin {place} van bestand {number} over {_name(number, place)}." for place in range(20)]
    step = _SPAN_MS // len(texts)
    return Transcript(
        schema_version="give-ld/1",
        run=run.id,
        fragment=Fragment(start_ms=0, end_ms=_SPAN_MS),
        score=-0.31,
        score_kind=ScoreKind.MEAN_TOKEN_LOG_PROBABILITY,
        text=" ".join(texts),
        language="nl",
        language_probability=0.98,
        segments=tuple(
            Segment(start_ms=at * step, end_ms=(at + 1) * step, text=text, avg_logprob=-0.3, no_speech_prob=0.02)
            for at, text in enumerate(texts)
        ),
    )


def _mention(run: Run, number: int, place: int, transcript: str) -> EntityMention:
    text, linked = _name(number, place), place % 3 != 0
    return EntityMention(
        schema_version="give-ld/1",
        run=run.id,
        fragment=Fragment(start_ms=place * 3000 + 120, end_ms=place * 3000 + 980),
        score=round(0.5 + place / 100, 4),
        score_kind=ScoreKind.LINKER_SCORE,
        text=text,
        begin=place * 60,
        end=place * 60 + len(text),
        language="nl",
        transcript=transcript,
        entity_type=_TYPES[place % len(_TYPES)],
        entity=f"Q{1000 + (number + place) % len(_NAMES)}" if linked else None,
        label=text if linked else None,
        label_language="nl" if linked else None,
        candidates=tuple(
            LinkCandidate(entity=f"Q{2000 + rank}", label=_name(place, rank), score=round(0.04 + rank / 9, 4))
            for rank in range(place % 4)
        ),
    )


def _box(place: int) -> Box:
    return Box(x=20 * place, y=12 + place, width=96 + place, height=128)


def _match(run: Run, number: int, place: int, person: str) -> FaceMatch:
    score = round(0.5 + place / 60, 4)
    return FaceMatch(
        schema_version="give-ld/1",
        run=run.id,
        fragment=Fragment(start_ms=place * 5000 + 480, end_ms=place * 5000 + 4920, box=_box(place)),
        score=score,
        score_kind=ScoreKind.COSINE_SIMILARITY,
        confidence=run.calibrators[0].probability(score),
        calibrator=run.calibrators[0].id,
        person=person,
        person_name=_name(number, place),
        margin=0.31,
        samples=17,
        fingerprint=_id("match", number, place),
    )


def _unknown(run: Run, number: int, place: int) -> UnknownFace:
    return UnknownFace(
        schema_version="give-ld/1",
        run=run.id,
        fragment=Fragment(start_ms=place * 9000, end_ms=place * 9000 + 8200, box=_box(place)),
        score=0.57,
        score_kind=ScoreKind.DETECTOR_SCORE,
        cluster=_id("cluster", number, place % 3),
        samples=9,
        fingerprint=_id("unknown", number, place),
    )


def _speaker(run: Run, number: int, place: int) -> SpeakerSegment:
    return SpeakerSegment(
        schema_version="give-ld/1",
        run=run.id,
        fragment=Fragment(start_ms=place * 16_000, end_ms=place * 16_000 + 15_500),
        score=0.81,
        score_kind=ScoreKind.DETECTOR_SCORE,
        voice=_id("voice", number, place % 2),
        label=f"S{place % 2 + 1}",
    )


def _tag(run: Run, number: int, place: int) -> Tag:
    text, linked = _name(number, place), place % 2 == 0
    return Tag(
        schema_version="give-ld/1",
        run=run.id,
        fragment=Fragment(start_ms=place * 12_000, end_ms=place * 12_000 + 4_000, box=_box(place)),
        score=0.66,
        score_kind=ScoreKind.DETECTOR_SCORE,
        tag_type="object" if linked else "ocr",
        text=text,
        language="nl",
        concept=f"http://www.wikidata.org/entity/Q{3000 + place}" if linked else None,
        label=text if linked else None,
        label_language="nl" if linked else None,
    )


def _sidecar(faces: list[FaceMatch | UnknownFace]) -> bytes:
    vector, crop = (base64.b64encode(bytes(size)).decode() for size in (2048, 4096))
    weights = _WEIGHTS[Stage.FACES][1]
    rows = ({"id": str(f.fingerprint), "model_sha256": weights, "vector": vector, "crop": crop} for f in faces)
    return "".join(json.dumps(row) + "\n" for row in rows).encode()
