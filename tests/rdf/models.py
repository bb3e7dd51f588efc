"""Any model that may be: hypothesis strategies for all that the mapping maps, with hostile strings and numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from hypothesis import strategies as st

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
from give_ld.model.base import Model
from give_ld.model.calibration import Calibrator, ScoreKind
from give_ld.model.decision import DecisionReason, Known, Role, Validation
from give_ld.model.event import Admission, Correction, RefsetVersion
from give_ld.model.fragment import Box, Fragment
from give_ld.model.item import Item, ItemKind, Partner
from give_ld.model.person import Ground, Photo, ReferencePerson, SnapshotHeader
from give_ld.model.run import Agent, MediaFile, ModelFile, Outcome, Run, Sidecar, Stage
from give_ld.model.status import Status, Verdict
from tests.factories import MINT
from tests.factories import known as known_of

M = TypeVar("M", bound=Model)
HOSTILE = [
    '" <urn:a> .\n<urn:b> <urn:c> <urn:d> <urn:e> .',
    "O'Neill \\u0041 \\",
    "a\r\n\tb\x00\x7f\u2028\x85c",
    "<script>alert(1)</script> --> &amp;",
    "محمد \u202e \u200f 😀 \U0010ffff \ufffe",
    " ",
    "e\u0301 é",
]
CONSTANT = {"schema_version", "type", "kind", "method"}


def of(model: type[M], **fields: st.SearchStrategy[Any] | object) -> st.SearchStrategy[M]:
    """Return models of values for every field; that one is forgotten fails here."""
    kinds = {"kind"} if "kind" in fields else set()
    assert set(fields) == set(model.model_fields) - (CONSTANT - kinds), model
    named = {name: each if isinstance(each, st.SearchStrategy) else st.just(each) for name, each in fields.items()}
    constants = {"schema": "give-ld/1"} if "schema_version" in model.model_fields else {}
    return st.fixed_dictionaries(named).map(lambda values: model.model_validate(constants | values))


def maybe(each: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | each


texts = st.sampled_from(HOSTILE) | st.text(min_size=1, max_size=30)
labels = texts.filter(lambda text: len(text) <= 200)
numbers = st.sampled_from(
    [0.0, -0.0, 1e-18, -1e-18, 5e-324, 0.1 + 0.2, 0.0012345678901234567, 1e20, -1e20, 2.0**-59, 123456.78901234567]
) | st.floats(-1e20, 1e20)
probabilities = st.sampled_from([0.0, 1.0, 1e-17, 0.9400000000000001]) | st.floats(0, 1)
counts = st.integers(1, 10**15)
slugs = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,20}\Z")
pids = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9_-]{0,20}\Z")
partners = st.from_regex(r"\AOR-[a-z0-9]{7}\Z")
digests = st.from_regex(r"\A[0-9a-f]{64}\Z")
languages = st.sampled_from(["nl", "nl-BE", "zh-Hant-TW", "es-419", "und"])
qids = st.integers(1, 10**11).map(lambda number: f"Q{number}")
iris = st.sampled_from(["urn:x:1", "https://example.org/a#b?c=d", "http://example.org/é", "http://example.org/%7Ea"])
persons = slugs.map(MINT.person)
instants = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))
edtf = st.sampled_from(["1867", "1867-11", "1867-11-07", "-0044", "1900?", "1950-02~"])
milliseconds = st.integers(0, 86_399_998)
pixels = st.integers(0, 65_535)
sides = st.integers(1, 65_535)


def some(each: st.SearchStrategy[Any], most: int = 4) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(each, max_size=most).map(tuple)


@st.composite
def spans(draw: st.DrawFn) -> dict[str, int]:
    start = draw(milliseconds)
    return {"start_ms": start, "end_ms": draw(st.integers(start + 1, 86_399_999))}


boxes = of(Box, x=pixels, y=pixels, width=sides, height=sides)
in_time = spans().map(lambda span: Fragment(**span))
fragments = (
    in_time
    | boxes.map(lambda box: Fragment(box=box))
    | st.builds(lambda span, box: Fragment(**span, box=box), spans(), boxes)
    | st.just(Fragment(whole=True))
)
model_files = of(ModelFile, name=slugs, sha256=digests, licence=labels)
agents = of(Agent, name=slugs, version=maybe(slugs), models=some(model_files))
calibrators = of(
    Calibrator,
    id=slugs,
    label=labels,
    from_score=st.sampled_from(ScoreKind),
    model_sha256=digests,
    intercept=numbers,
    score_weight=numbers,
    margin_weight=numbers,
    lone_margin=numbers,
    fitted_on=labels,
    fitted_count=counts,
    created=st.dates(),
)
file_names = texts.map(lambda text: text.replace("/", "-").replace("\x00", "") or "x")
media_types = st.sampled_from(["video/mp4", "audio/x-wav"])
sidecars = of(Sidecar, name=st.just("made.faces"), sha256=digests)
parameters = st.dictionaries(
    slugs, texts | st.integers() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False), max_size=4
)
times = st.lists(instants, min_size=2, max_size=2).map(sorted) | st.just([None, None])


@st.composite
def media_files(draw: st.DrawFn, agent: Agent) -> MediaFile:
    """Files as the runs of this software may know them: one that names its weights has read the file."""
    read = bool(agent.models)
    digest = draw(digests if read else maybe(digests))
    made = of(
        MediaFile,
        sha256=digest,
        archive_id=maybe(slugs) if digest else slugs,
        name=file_names if read else maybe(file_names),
        mime_type=media_types if read else maybe(media_types),
        duration_ms=maybe(milliseconds),
        width=maybe(pixels),
        height=maybe(pixels),
    )
    return draw(made)


@st.composite
def runs(draw: st.DrawFn, kind: ScoreKind | None = None) -> Run:
    """Runs; `kind` is the score that one calibrator at least reads."""
    started, ended = draw(times)
    given = draw(st.lists(calibrators, max_size=3, unique_by=lambda each: each.id))
    if kind is not None:
        given = [*given[:2], draw(calibrators).model_copy(update={"id": "made-calibrator", "from_score": kind})]
    agent = draw(agents)
    made = of(
        Run,
        id=st.uuids(),
        stage=st.sampled_from(Stage),
        partner=partners,
        item=pids,
        file=media_files(agent),
        agent=agent,
        parameters=parameters,
        started=started,
        ended=ended,
        outcome=st.sampled_from([Outcome.SUCCESS, Outcome.WARNING]),
        note=maybe(st.just("") | texts),
        reference_set=maybe(slugs),
        calibrators=st.just(tuple(given)),
        sidecar=maybe(sidecars),
        policy=maybe(digests),
        energy_wh=maybe(numbers.map(abs)),
    )
    return draw(made)


candidates = of(LinkCandidate, entity=qids, label=labels, score=numbers)
segments = st.builds(
    lambda span, text, doubts: Segment(**span, text=text, avg_logprob=doubts[0], no_speech_prob=doubts[1]),
    spans(),
    st.just("") | texts,
    st.tuples(maybe(st.floats(-10, 0)), maybe(st.floats(0, 1))),
)


@st.composite
def scored(draw: st.DrawFn, run: Run) -> dict[str, Any]:
    """What a guess shares with all others; calibrated where its run can."""
    kind = draw(st.sampled_from([each for each in ScoreKind if each is not ScoreKind.HUMAN]))
    score = draw(maybe(numbers) if kind is ScoreKind.UNSTATED else numbers)
    sure = score is not None and run.calibrators and draw(st.booleans())
    return {
        "run": run.id,
        "score": score,
        "score_kind": kind,
        "confidence": draw(probabilities) if sure else None,
        "calibrator": run.calibrators[0].id if sure else None,
    }


@st.composite
def face_matches(draw: st.DrawFn, run: Run) -> FaceMatch:
    common = draw(scored(run))
    more = {"margin": maybe(numbers), "samples": maybe(counts), "fingerprint": maybe(st.uuids())}
    return draw(of(FaceMatch, **common, **more, fragment=fragments, person=persons, person_name=texts))


@st.composite
def unknown_faces(draw: st.DrawFn, run: Run) -> UnknownFace:
    common = draw(scored(run))
    ids = {"cluster": st.uuids(), "fingerprint": maybe(st.uuids())}
    return draw(of(UnknownFace, **common, **ids, samples=maybe(counts), fragment=fragments))


@st.composite
def speaker_segments(draw: st.DrawFn, run: Run) -> SpeakerSegment:
    label = maybe(st.text(min_size=1, max_size=64))
    return draw(of(SpeakerSegment, **draw(scored(run)), fragment=in_time, voice=st.uuids(), label=label))


@st.composite
def tags(draw: st.DrawFn, run: Run) -> Tag:
    linked = draw(st.booleans())
    link = (
        {"concept": iris, "label": texts, "label_language": languages}
        if linked
        else dict.fromkeys(("concept", "label", "label_language"))
    )
    words = {"tag_type": slugs, "text": texts, "language": maybe(languages)}
    return draw(of(Tag, **draw(scored(run)), fragment=fragments, **words, **link))


@st.composite
def transcripts(draw: st.DrawFn, run: Run) -> Transcript:
    spoken = st.lists(segments, min_size=1, max_size=4).map(tuple)
    language = {"language": languages, "language_probability": maybe(probabilities)}
    return draw(of(Transcript, **draw(scored(run)), fragment=fragments, text=texts, segments=spoken, **language))


@st.composite
def mentions(draw: st.DrawFn, run: Run) -> EntityMention:
    text, begin = draw(texts), draw(st.integers(0, 10**12))
    in_text = draw(st.booleans())
    entity, person = draw(st.tuples(maybe(qids), maybe(persons)))
    labelled = bool(entity or person) or draw(st.booleans())
    return draw(
        of(
            EntityMention,
            **draw(scored(run)),
            fragment=fragments,
            text=text,
            begin=begin if in_text else None,
            end=begin + len(text) if in_text else None,
            language=languages,
            transcript=digests if in_text else None,
            entity_type=st.sampled_from(EntityType),
            entity=entity,
            person=person,
            label=texts if labelled else None,
            label_language=languages if labelled else None,
            candidates=some(candidates, 3),
        )
    )


KINDS = {
    FaceMatch: face_matches,
    UnknownFace: unknown_faces,
    SpeakerSegment: speaker_segments,
    Tag: tags,
    Transcript: transcripts,
    EntityMention: mentions,
}


@st.composite
def validations(draw: st.DrawFn, known: Known) -> Validation:
    """Decisions that may come next; an undo takes back any of those before it."""
    started, ended = sorted(draw(st.lists(instants, min_size=2, max_size=2)))
    said = known.validations
    verdict = draw(st.sampled_from(Verdict if said else [each for each in Verdict if each is not Verdict.UNDO]))
    made = of(
        Validation,
        bulk=st.none(),  # of which decision about many it was a part is for the journal to know
        id=st.uuids(),
        annotation=known.iri,
        partner=known.run.partner,
        user=slugs,
        role=st.sampled_from(Role),
        verdict=verdict,
        before=st.sampled_from(Status),
        status=st.sampled_from(Status),
        ground=maybe(st.sampled_from(DecisionReason)),
        reason=st.just("") | texts,
        undoes=st.sampled_from(said).map(lambda each: each.id) if verdict is Verdict.UNDO else None,
        started=started,
        ended=ended,
    )
    return draw(made)


@st.composite
def knowns(draw: st.DrawFn, kind: type[Model]) -> Known:
    """Whatever may be known of a guess of a kind: the person is the one that the service would note."""
    run = draw(runs())
    guess: Annotation = draw(KINDS[kind](run))
    status = draw(st.sampled_from(Status))
    newer = st.uuids().map(lambda each: MINT.names.id("annotation", str(each)))
    known = Known(
        iri=MINT.annotation(run, guess),
        annotation=guess,
        run=run,
        status=status,
        person=draw(_person_of(guess)),
        replaced_by=draw(maybe(newer)) if status is Status.SUPERSEDED else None,
    )
    return draw(_decided(known, draw(st.integers(0, 3))))


@st.composite
def corrections(draw: st.DrawFn, kind: type[Model]) -> Known:
    """Whatever may be known of what a person said in the place of a guess of the same run."""
    run = draw(runs())
    unscored = {"score": None, "score_kind": ScoreKind.UNSTATED, "confidence": None, "calibrator": None}
    guess: Annotation = draw(KINDS[kind](run)).model_copy(update=unscored)
    wrong = known_of(draw(unknown_faces(run)), run)
    act = draw(validations(wrong)).model_copy(update={"verdict": Verdict.CORRECT})
    iri = MINT.correction(run, guess, act.id)
    approval = Correction(validation=act, iri=iri, annotation=guess).approval
    known = known_of(guess, run, iri=iri, corrects=wrong.iri, person=draw(_person_of(guess)), validations=(approval,))
    return draw(_decided(known, draw(st.integers(0, 2))))


@st.composite
def _decided(draw: st.DrawFn, known: Known, times: int) -> Known:
    for _ in range(times):
        known = replace(known, validations=(*known.validations, draw(validations(known))))
    return known


def _person_of(guess: Annotation) -> st.SearchStrategy[str | None]:
    person = guess.person if isinstance(guess, FaceMatch | EntityMention) else None
    linked = person is None and isinstance(guess, EntityMention) and guess.entity
    return maybe(persons) if linked else st.just(person)


items = st.builds(
    lambda item: item.model_copy(update={"part_of": None}) if item.part_of == item.pid else item,
    of(
        Item,
        pid=pids,
        partner=partners,
        title=texts,
        language=languages,
        kind=st.sampled_from(ItemKind).map(str),
        licences=some(slugs),
        created=maybe(edtf),
        collection=maybe(texts),
        local_ids=some(texts),
        also_known_as=some(iris),
        part_of=maybe(pids.map(lambda pid: f"{pid}-whole"[:64])),
    ),
)
partner_models = of(Partner, id=partners, name=texts, language=languages)
photos = of(Photo, sha256=digests, licence=texts, source=texts)


@st.composite
def admissions(draw: st.DrawFn) -> Admission:
    person = of(
        ReferencePerson,
        id=slugs,
        name=texts,
        language=languages,
        given_name=texts,
        family_name=texts,
        aliases=some(texts),
        wikidata=maybe(qids),
        birth_date=maybe(edtf),
        death_date=maybe(edtf),
        photos=st.lists(photos, min_size=1, max_size=2).map(tuple),
        ground=st.sampled_from(Ground),
        ground_note=texts,
    )
    admitted = draw(person)
    started, ended = sorted(draw(st.lists(instants, min_size=2, max_size=2)))
    iri = MINT.person(admitted.id)
    named = {"iri": iri, "person": admitted, "user": slugs, "partner": partners}
    return draw(of(Admission, id=st.uuids(), **named, started=started, ended=ended))


@st.composite
def versions(draw: st.DrawFn) -> RefsetVersion:
    members = tuple(draw(st.lists(persons, max_size=4, unique=True)))
    header = st.builds(
        lambda version, created, digest: SnapshotHeader(
            schema_version="give-ld-refset/1", version=version, created=created, persons=len(members), digest=digest
        ),
        slugs,
        instants,
        digests,
    )
    return draw(of(RefsetVersion, header=header, persons=members))
