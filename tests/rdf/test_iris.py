import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from give_ld.errors import NotFound
from give_ld.model.annotation import Annotation
from give_ld.model.fragment import Box, Fragment
from give_ld.model.run import Agent, MediaFile, ModelFile, Run
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
    a_transcript,
    an_unknown_face,
)

OTHER_RUN = UUID("00000000-0000-4000-8000-000000000000")


def test_the_same_guess_of_another_run_is_the_same_iri() -> None:
    again = a_face_match(run=OTHER_RUN, score=0.7, confidence=0.5, margin=None, samples=1)
    assert MINT.annotation(a_run(id=OTHER_RUN), again) == MINT.annotation(a_run(), a_face_match())


@pytest.mark.parametrize(
    ("run", "guess"),
    [
        (a_run(partner="OR-zzz9999"), a_face_match()),
        (a_run(file=MediaFile(sha256="e" * 64, name="news.mp4", mime_type="video/mp4")), a_face_match()),
        (a_run(), a_face_match(person=f"{BASE}/id/refset-person/0002")),
        (a_run(), a_face_match(fragment=Fragment(start_ms=1, end_ms=2))),
        (a_run(), an_unknown_face(fragment=a_face_match().fragment)),
    ],
)
def test_another_partner_file_person_fragment_or_kind_is_another_iri(run: Run, guess: Annotation) -> None:
    assert MINT.annotation(run, guess) != MINT.annotation(a_run(), a_face_match())


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
