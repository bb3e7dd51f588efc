import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from give_ld.errors import NotFound
from give_ld.model.fragment import Box, Fragment
from give_ld.model.run import Agent, MediaFile, ModelFile
from give_ld.rdf.iris import Mint
from tests.factories import (
    BASE,
    MINT,
    MODEL,
    PARTNER,
    a_face_match,
    a_mention,
    a_mention_without_entity,
    a_run,
    a_speaker_segment,
    a_tag,
    a_tag_without_concept,
    a_transcript,
    an_unknown_face,
)

OTHER_RUN = UUID("00000000-0000-4000-8000-000000000000")


def test_the_same_guess_of_another_run_is_the_same_iri() -> None:
    again = a_face_match(run=OTHER_RUN, score=0.7, confidence=0.5, margin=None, samples=1)
    assert MINT.annotation(a_run(id=OTHER_RUN), again) == MINT.annotation(a_run(), a_face_match())


VOICE = UUID(int=9)
GUESSES = {
    "face match": (a_face_match(), a_face_match(person=f"{BASE}/id/refset-person/0002")),
    "mention": (a_mention(), a_mention(entity="Q12")),
    "mention without entity": (a_mention_without_entity(), a_mention_without_entity(text="Gand")),
    "transcript": (a_transcript(), a_transcript(text="Anders.")),
    "speaker segment": (a_speaker_segment(), a_speaker_segment(voice=VOICE)),
    "tag": (a_tag(), a_tag(concept="http://www.wikidata.org/entity/Q42")),
    "tag of another type": (a_tag(), a_tag(tag_type="scene")),
    "tag without concept": (a_tag_without_concept(), a_tag_without_concept(text="STAKING")),
    "tag in another language": (a_tag_without_concept(), a_tag_without_concept(language="fr")),
}


@pytest.mark.parametrize("name", GUESSES)
def test_guesses_that_differ_in_one_thing_only_have_different_iris(name: str) -> None:
    guess, about_another = GUESSES[name]
    moved = guess.model_copy(update={"fragment": Fragment(start_ms=1, end_ms=2)})
    other_file = MediaFile(sha256="e" * 64, name="news.mp4", mime_type="video/mp4")
    iris = [
        MINT.annotation(a_run(), guess),
        MINT.annotation(a_run(partner="OR-zzz9999"), guess),
        MINT.annotation(a_run(file=other_file), guess),
        MINT.annotation(a_run(), moved),
        MINT.annotation(a_run(), about_another),
    ]
    assert len(set(iris)) == len(iris)


def test_guesses_of_different_kinds_about_one_fragment_have_different_iris() -> None:
    place = Fragment(start_ms=1, end_ms=2)
    guesses = [*(guess for guess, _ in GUESSES.values()), *(other for _, other in GUESSES.values()), an_unknown_face()]
    placed = [guess.model_copy(update={"fragment": place}) for guess in guesses]
    assert len({MINT.annotation(a_run(), guess) for guess in placed}) == len({*placed})


@pytest.mark.parametrize("name", GUESSES)
def test_the_same_guess_of_any_other_run_is_the_same_iri(name: str) -> None:
    guess, _ = GUESSES[name]
    unsure = {"score": 0.1, "confidence": None, "calibrator": None}
    again = guess.model_copy(update={"run": OTHER_RUN, **unsure})
    assert MINT.annotation(a_run(id=OTHER_RUN, stage="other"), again) == MINT.annotation(a_run(), guess)


def test_an_unknown_face_is_the_same_whatever_cluster_it_is_in() -> None:
    assert MINT.annotation(a_run(), an_unknown_face(cluster=VOICE)) == MINT.annotation(a_run(), an_unknown_face())


def test_the_words_of_a_tag_are_one_thing_for_each_partner_type_text_and_language() -> None:
    tag = a_tag_without_concept()
    tags = [tag, *(tag.model_copy(update=change) for change in ({"tag_type": "x"}, {"text": "x"}, {"language": None}))]
    iris = [*(MINT.tag(PARTNER, each) for each in tags), MINT.tag("OR-zzz9999", tag)]
    assert len(set(iris)) == len(iris)


def test_what_a_mention_means_is_part_of_its_iri() -> None:
    guesses = [
        a_mention(),
        a_mention(entity="Q12"),
        a_mention(person=f"{BASE}/id/refset-person/0001"),
        a_mention_without_entity(),
        a_mention_without_entity(text="Gand"),
        a_mention_without_entity(text="Q1296", begin=0, end=5),
    ]
    assert len({MINT.annotation(a_run(), guess) for guess in guesses}) == len(guesses)


def test_another_text_or_language_is_another_transcript() -> None:
    guesses = [a_transcript(), a_transcript(text="Anders."), a_transcript(language="fr")]
    assert len({MINT.annotation(a_run(), guess) for guess in guesses}) == len(guesses)


def test_another_secret_makes_other_iris() -> None:
    other = Mint(BASE, b"another secret of thirty-two bytes")
    assert other.annotation(a_run(), a_face_match()) != MINT.annotation(a_run(), a_face_match())
    assert other.user("archivist-1") != MINT.user("archivist-1")


def test_a_keyed_iri_shows_nothing_of_what_it_is_made_of() -> None:
    local = MINT.user("archivist-1").rpartition("/")[2]
    assert len(local) == 26
    assert local.isalnum()
    assert local == local.lower()
    assert "archivist" not in MINT.user("archivist-1")


def test_the_secret_is_not_in_the_representation() -> None:
    assert "secret" not in repr(MINT)


@given(st.tuples(st.text(), st.text()), st.tuples(st.text(), st.text()))
def test_no_delimiter_makes_two_things_one(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert (MINT.candidate(*one) == MINT.candidate(*other)) == (one == other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("a", "b,c"), ("a,b", "c")),
        (("a", '","'), ('a","', "")),
        (("a\x00b", "c"), ("a", "b\x00c")),
        (("", "ab"), ("ab", "")),
    ],
)
def test_no_known_delimiter_trick_works(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert MINT.candidate(*one) != MINT.candidate(*other)


def test_things_of_different_kinds_never_share_a_key() -> None:
    same = (PARTNER, "f" * 64, "f" * 64)
    assert MINT.representation(*same).rpartition("/")[2] != MINT.transcript_file(*same).rpartition("/")[2]
    assert MINT.access_copy("f" * 64, PARTNER, "f" * 64) != MINT.representation(*same)


def test_other_weights_make_another_agent() -> None:
    other = MODEL.model_copy(update={"sha256": "9" * 64})
    detector = ModelFile(name="detector.onnx", sha256="7" * 64, licence="MIT")
    agents = [
        Agent(name="onnx-faces", version="1", models=models)
        for models in ((MODEL,), (other,), (MODEL, detector), (other, detector))
    ]
    assert re.fullmatch(rf"{BASE}/id/agent/onnx-faces-1-fr_feature.onnx-[0-9a-f]{{32}}", MINT.agent(agents[0]))
    assert len({MINT.agent(agent) for agent in agents}) == 4


def test_a_fragment_is_a_media_fragment_of_the_file() -> None:
    span = Fragment(start_ms=12_480, end_ms=15_920, box=Box(x=160, y=120, width=96, height=128))
    assert (
        MINT.fragment(f"{BASE}/id/file/f1", span) == f"{BASE}/id/file/f1#t=npt:12.480,15.920&xywh=pixel:160,120,96,128"
    )


def test_an_iri_tells_its_kind() -> None:
    assert MINT.kind_of(MINT.item(PARTNER, "pid")) == ("item", f"{PARTNER}/pid")
    assert MINT.kind_of(MINT.run(OTHER_RUN)) == ("run", str(OTHER_RUN))


@pytest.mark.parametrize(
    "iri", ["http://elsewhere.example.org/id/item/x", f"{BASE}/id/item", f"{BASE}/id/item/", f"{BASE}/doc/item/x", ""]
)
def test_an_iri_of_another_instance_has_no_kind(iri: str) -> None:
    with pytest.raises(NotFound, match="no identifier of this instance"):
        MINT.kind_of(iri)
