"""Which names a transcript holds, and what each means."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

pytest.importorskip("spacy", reason="needs the extra [ai]")

from give_ld.errors import MissingWeights
from give_ld.kb.base import KnowledgeBase, open_kb
from give_ld.model.annotation import EntityMention, EntityType, Segment, Transcript
from give_ld.model.calibration import ScoreKind
from give_ld.model.fragment import Fragment
from give_ld.model.person import SnapshotHeader, SnapshotPerson, SnapshotPhoto
from give_ld.model.run import MediaFile
from give_ld.model.run import Stage as StageName
from pipeline.entities import EntitiesStage, fragment_of
from pipeline.linking import Linker
from pipeline.media import Source
from pipeline.recognition import Gazetteer, SpacyRecogniser, Span, pieces, resolve
from pipeline.snapshot import Snapshot
from pipeline.stage import StageOutput, Word, Work, execute
from pipeline.weights import directories, find

pytestmark = pytest.mark.ai
RUN = UUID("159d863c-251d-4e9c-89e1-9265a13a9edd")
SOURCE = Source(Path("made.wav"), "0" * 64, (0, 0, 0, 0))
COLLINS = "https://made.example.org/id/refset-person/1"


def a_person(iri: str, name: str, wikidata: str | None = None, aliases: tuple[str, ...] = ()) -> SnapshotPerson:
    photos = (SnapshotPhoto(sha256="0" * 64, image=""),)
    return SnapshotPerson(id=iri, name=name, language="en", aliases=aliases, wikidata=wikidata, photos=photos)


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return open_kb()


@pytest.fixture(scope="module")
def stage(kb: KnowledgeBase) -> EntitiesStage:
    places = directories(os.environ)
    try:
        return EntitiesStage(kb, None, {"en": SpacyRecogniser(find("en_core_web_sm", places))})
    except MissingWeights as error:
        pytest.skip(error.message)


def a_work(*sentences: str, language: str = "en", words: tuple[Word, ...] = ()) -> Work:
    segments = tuple(
        Segment(start_ms=at * 1000, end_ms=at * 1000 + 900, text=text, avg_logprob=-0.2, no_speech_prob=0.01)
        for at, text in enumerate(sentences)
    )
    transcript = Transcript(
        schema_version="give-ld/1",
        run=RUN,
        fragment=Fragment(start_ms=0, end_ms=segments[-1].end_ms),
        score=-0.2,
        score_kind=ScoreKind.MEAN_TOKEN_LOG_PROBABILITY,
        text=" ".join(sentences),
        language=language,
        language_probability=0.9,
        segments=segments,
    )
    file = MediaFile(sha256="0" * 64, name="made.wav", mime_type="audio/x-wav")
    earlier = {StageName.SPEECH: StageOutput((transcript,), words=words)}
    return Work(SOURCE, file, "OR-abc1234", "item", Path("made.jsonl"), earlier=earlier)


def mentions(stage: EntitiesStage, *sentences: str, language: str = "en") -> Iterator[EntityMention]:
    for guess in stage.run(a_work(*sentences, language=language), RUN).annotations:
        assert isinstance(guess, EntityMention)
        yield guess


def test_a_known_name_is_linked_with_the_label_of_the_knowledge_base(stage: EntitiesStage) -> None:
    [mention] = mentions(stage, "She was born in Ghent.")
    assert (mention.text, mention.entity, mention.label, mention.label_language) == ("Ghent", "Q1296", "Gent", "nl")
    assert (mention.score, mention.score_kind, mention.confidence) == (1.0, ScoreKind.LINKER_SCORE, None)
    assert mention.entity_type is EntityType.PLACE


def test_an_unknown_name_is_nil(stage: EntitiesStage) -> None:
    [mention] = mentions(stage, "Yesterday John Smith spoke about the weather.")
    assert (mention.text, mention.entity, mention.person, mention.label) == ("John Smith", None, None, None)
    assert mention.entity_type is EntityType.PERSON
    assert mention.score < 0.93


def test_a_name_that_is_nearly_known_is_nil_with_suggestions(stage: EntitiesStage) -> None:
    [mention] = mentions(stage, "Then Charles Mitchelson said a few words.")
    assert mention.entity is None
    assert [candidate.entity for candidate in mention.candidates][:1] == ["Q950958"]


def test_offsets_count_code_points_of_the_very_transcript(stage: EntitiesStage) -> None:
    text = "🎬 Café talk: Marie Curie met Albert Einstein in Brussels."
    for mention in mentions(stage, text):
        assert text[mention.begin : mention.end] == mention.text
        assert mention.transcript == hashlib.sha256(text.encode()).hexdigest()
    assert [m.entity for m in mentions(stage, text) if m.entity] == ["Q7186", "Q937", "Q239"]


def test_no_english_model_reads_dutch(stage: EntitiesStage) -> None:
    sentence = "In Gent sprak Leo Tindemans over België."
    assert [m.text for m in mentions(stage, sentence, language="nl")] == ["Gent", "België"]
    assert "no recogniser for language nl" in (stage.run(a_work(sentence, language="nl"), RUN).note or "")


def test_a_common_word_is_no_name(stage: EntitiesStage) -> None:
    assert list(mentions(stage, "de nasa bon, les tops et le demon", language="fr")) == []


def test_the_same_transcript_gives_the_same_guesses(stage: EntitiesStage) -> None:
    sentence = "Neil Armstrong and Barack Obama visited NASA, London and Paris with John Smith."
    assert list(mentions(stage, sentence)) == list(mentions(stage, sentence))


def test_the_linker_signs_and_after_it_the_recogniser_that_read_the_text(
    stage: EntitiesStage, kb: KnowledgeBase
) -> None:
    english, dutch = (
        execute(stage, a_work("In Gent.", language=code), lambda: datetime(2026, 3, 1, tzinfo=UTC))
        for code in ("en", "nl")
    )
    first, second = english.run.agent.models
    assert dutch.run.agent.models == (first,)
    assert (stage.agent.name, first.name, first.sha256, first.licence) == (
        "give-ld-linker",
        kb.version,
        kb.digest,
        "CC0-1.0",
    )
    assert second.name == "en_core_web_sm"


def test_without_a_transcript_there_is_a_note(stage: EntitiesStage) -> None:
    file = MediaFile(sha256="0" * 64, name="made.png", mime_type="image/png")
    output = stage.run(Work(SOURCE, file, "OR-abc1234", "item", Path("made.jsonl")), RUN)
    assert (output.annotations, output.note) == ((), "no transcript to find names in")


def test_a_reference_person_is_linked_though_no_recogniser_reads_the_language(
    kb: KnowledgeBase,
) -> None:
    persons = (a_person(COLLINS, "Eileen Collins"),)
    made = datetime(2026, 3, 1, tzinfo=UTC)
    header = SnapshotHeader(
        schema_version="give-ld-refset/1", version="2026-03-01", created=made, persons=1, digest="0" * 64
    )
    stage = EntitiesStage(kb, Snapshot(Path("made.jsonl"), header, persons))
    found = list(mentions(stage, "Vandaag vloog eileen collins, niet Anna.", language="nl"))
    assert [(m.person, m.entity, m.label, m.entity_type) for m in found] == [
        (COLLINS, None, "Eileen Collins", EntityType.PERSON)
    ]
    assert stage.reference_set == "2026-03-01"


def test_a_reference_person_with_a_wikidata_id_takes_the_place_of_the_entity(kb: KnowledgeBase) -> None:
    linker = Linker(kb, [a_person(COLLINS, "Maria Skłodowska", "Q7186")])
    for name in ("Marie Curie", "Maria Sklodowska"):
        target = linker.link(name).target
        assert target is not None
        assert (target.person, target.entity, target.label) == (COLLINS, "Q7186", "Maria Skłodowska")


def test_a_name_that_two_bear_is_not_linked(kb: KnowledgeBase) -> None:
    link = Linker(kb, [a_person(COLLINS, "Tan Dun")]).link("Tan Dun")
    assert (link.target, link.score) == (None, 1.0)
    assert [candidate.entity for candidate in link.others] == ["Q314176"]


def test_an_alias_of_a_reference_person_is_in_the_gazetteer(kb: KnowledgeBase) -> None:
    linker = Linker(kb, [a_person(COLLINS, "Eileen Collins", aliases=("Mom Collins",))])
    assert Gazetteer(linker.names()).spans("It was Mom Collins's day") == [Span(7, 18)]


def test_the_longer_of_two_spans_wins_and_between_equals_the_gazetteer() -> None:
    place, longer = Span(14, 20), Span(0, 20, EntityType.ORGANISATION)
    assert resolve([place], [longer]) == [longer]
    assert resolve([place], [Span(14, 20, EntityType.PERSON)]) == [Span(14, 20, EntityType.PERSON)]
    assert resolve([Span(30, 34), place], []) == [place, Span(30, 34)]


def test_a_long_text_is_read_in_pieces_that_end_between_words(stage: EntitiesStage) -> None:
    text = "nobody said a word " * 6000 + "until Marie Curie came"
    parts = list(pieces(text))
    assert "".join(part for _, part in parts) == text
    assert [text[begin : begin + len(part)] for begin, part in parts] == [part for _, part in parts]
    assert all(part.endswith(" ") for _, part in parts[:-1])
    assert [part for _, part in pieces("x" * 50_001)] == ["x" * 50_000, "x"]
    assert [mention.text for mention in mentions(stage, text)] == ["Marie Curie"]


def test_the_time_of_a_name_is_that_of_its_words_else_of_its_segment() -> None:
    speech = a_work("One two.", "Three four.").earlier[StageName.SPEECH]
    [transcript] = speech.annotations
    assert isinstance(transcript, Transcript)
    words = [Word(4, 8, 300, 500, 0.9), Word(9, 14, 1100, 1300, 0.9), Word(15, 20, 1300, 1300, 0.9)]
    assert fragment_of(Span(9, 20), words, transcript) == Fragment(start_ms=1100, end_ms=1300)
    assert fragment_of(Span(15, 19), words, transcript) == Fragment(start_ms=1300, end_ms=1301)
    assert fragment_of(Span(9, 14), (), transcript) == Fragment(start_ms=1000, end_ms=1900)
    assert fragment_of(Span(0, 3), (), transcript) == Fragment(start_ms=0, end_ms=900)
