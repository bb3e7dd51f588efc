"""The captions of a transcript: to be had by anybody while they are public, and by nobody else."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from give_ld.home import Home
from give_ld.model.annotation import Transcript
from give_ld.model.run import Run
from give_ld.model.status import Verdict
from give_ld.rdf.iris import text_digest
from give_ld.rdf.webvtt import webvtt
from give_ld.review.decide import Decision
from tests.conftest import Bringing, People
from tests.factories import BASE, PARTNER, TEXT, a_face_match, a_transcript

VTT = {"accept": "text/vtt"}
UNKNOWN = "/doc/file/aaaaaaaaaaaaaaaaaaaaaaaaaa"


@pytest.fixture
def transcript(home: Home, bring: Bringing, run: Run, open_item: str) -> Transcript:
    """A transcript that was proposed."""
    made = a_transcript(confidence=None, calibrator=None)
    assert bring(run, made).refused == []
    return made


@pytest.fixture
def path(home: Home, run: Run, transcript: Transcript) -> str:
    """Where its captions are, without base and without /id or /doc."""
    iri = home.mint.transcript_file(PARTNER, run.file.sha256, text_digest(TEXT))
    return iri.removeprefix(f"{BASE}/id")


def decide(home: Home, people: People, run: Run, guess: Transcript, verdict: Verdict) -> None:
    home.decide(people.ann, Decision(home.mint.annotation(run, guess), verdict, "looked again"))


def same_answer(client: TestClient, one: str, other: str) -> bool:
    """Whether two paths are answered alike, but for their own name."""
    answers = [client.get(each, headers=VTT) for each in (one, other)]
    bodies = [answer.json() | {"instance": ""} for answer in answers]
    return bodies[0] == bodies[1] and answers[0].status_code == answers[1].status_code == 404


def test_public_captions_come_by_header_and_by_ending(
    service: TestClient, home: Home, people: People, run: Run, transcript: Transcript, path: str
) -> None:
    decide(home, people, run, transcript, Verdict.APPROVE)
    named = service.get(f"/id{path}", headers=VTT, follow_redirects=False)
    assert (named.status_code, named.headers["location"]) == (303, f"{BASE}/doc{path}")
    for answer in (service.get(f"/doc{path}", headers=VTT), service.get(f"/doc{path}.vtt")):
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/vtt; charset=utf-8"
        assert answer.text == webvtt(transcript)
    described = service.get(f"/doc{path}", headers={"accept": "text/turtle"})
    assert described.headers["content-type"].startswith("text/turtle")
    assert f'</doc{path}.vtt>; rel="alternate"; type="text/vtt"' in described.headers["link"]
    assert service.get(f"/doc{path}.vtt", headers={"if-none-match": answer.headers["etag"]}).status_code == 304


def test_captions_that_nobody_approved_look_unknown(
    service: TestClient, home: Home, people: People, run: Run, transcript: Transcript, path: str
) -> None:
    assert same_answer(service, f"/doc{path}", UNKNOWN)
    assert same_answer(service, f"/doc{path}.vtt", f"{UNKNOWN}.vtt")
    decide(home, people, run, transcript, Verdict.REJECT)
    assert same_answer(service, f"/doc{path}.vtt", f"{UNKNOWN}.vtt")


def test_captions_that_were_withdrawn_are_gone(
    service: TestClient, home: Home, people: People, run: Run, transcript: Transcript, path: str
) -> None:
    decide(home, people, run, transcript, Verdict.APPROVE)
    decide(home, people, run, transcript, Verdict.WITHDRAW)
    for asked in (f"/doc{path}", f"/doc{path}.vtt", f"/id{path}"):
        assert service.get(asked, headers=VTT, follow_redirects=False).status_code == 410
    decide(home, people, run, transcript, Verdict.APPROVE)
    assert service.get(f"/doc{path}.vtt").status_code == 200


def test_captions_stay_while_another_transcript_of_the_same_words_is_public(
    service: TestClient, home: Home, people: People, bring: Bringing, run: Run, transcript: Transcript, path: str
) -> None:
    other = transcript.model_copy(update={"language": "de"})
    assert bring(other).refused == []
    decide(home, people, run, transcript, Verdict.APPROVE)
    decide(home, people, run, other, Verdict.APPROVE)
    decide(home, people, run, transcript, Verdict.WITHDRAW)
    assert service.get(f"/doc{path}.vtt").text == webvtt(other)
    decide(home, people, run, other, Verdict.WITHDRAW)
    assert service.get(f"/doc{path}.vtt").status_code == 410


def test_a_media_file_is_no_captions(
    service: TestClient, home: Home, people: People, run: Run, transcript: Transcript, bring: Bringing
) -> None:
    decide(home, people, run, transcript, Verdict.APPROVE)
    media = home.mint.file(run.file.sha256, PARTNER).removeprefix(f"{BASE}/id")
    assert service.get(f"/doc{media}", headers={"accept": "text/turtle"}).status_code == 200
    assert same_answer(service, f"/doc{media}.vtt", f"{UNKNOWN}.vtt")
    assert ".vtt" not in service.get(f"/doc{media}").headers["link"]


def test_what_is_no_file_has_no_captions(
    service: TestClient, home: Home, people: People, run: Run, bring: Bringing, open_item: str
) -> None:
    assert bring(run, a_face_match()).refused == []
    face = home.mint.annotation(run, a_face_match())
    home.decide(people.ann, Decision(face, Verdict.APPROVE))
    local = face.removeprefix(f"{BASE}/id")
    assert service.get(f"/doc{local}", headers=VTT).status_code == 406
    assert service.get(f"/doc{local}.vtt").status_code == 404
