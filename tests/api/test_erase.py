"""Erasing over HTTP: what is seen first, what is confirmed, and that nobody is served meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from give_ld.api.service import Service
from give_ld.errors import BadInput, GiveLdError
from give_ld.home import Home
from give_ld.kb.base import open_kb
from give_ld.model.fragment import Box, Fragment
from give_ld.model.run import Run
from give_ld.model.status import Verdict
from give_ld.review.decide import Decision
from tests.conftest import Bearer, Bringing, People
from tests.factories import BASE, PARTNER, PERSON, a_face_match

ORDER = {"kind": "person", "person": "Q7186", "reason": "she asked"}
HTML = {"Accept": "text/html", "Accept-Language": "nl"}
pytestmark = pytest.mark.filterwarnings("ignore:Duplicate Operation ID")


@pytest.fixture
def face(home: Home, people: People, bring: Bringing, run: Run, open_item: str) -> str:
    """The address of the page of a guess that is public."""
    assert bring(run, a_face_match()).refused == []
    iri = home.mint.annotation(run, a_face_match())
    home.decide(people.ann, Decision(iri, Verdict.APPROVE))
    return iri


@pytest.fixture
def served(home: Home, face: str) -> Iterator[Service]:
    service = Service(home, open_kb(None))
    yield service
    service.home.close()


@pytest.fixture
def client(served: Service) -> Iterator[TestClient]:
    with TestClient(served, base_url=BASE, follow_redirects=False) as client:
        yield client


@pytest.fixture
def admin(people: People, bearer: Bearer) -> dict[str, str]:
    return bearer(people.admin)


def ask(client: TestClient, headers: dict[str, str], **order: Any) -> Any:
    return client.post("/erase", json=ORDER | order, headers=headers)


def test_what_was_seen_goes_and_the_service_goes_on_without_it(
    client: TestClient, served: Service, face: str, admin: dict[str, str], bearer: Bearer, people: People
) -> None:
    head = served.home.journal.head()
    seen = ask(client, admin, dry_run=True)
    plan = seen.json()
    assert served.home.journal.head() == head
    assert plan["guesses"] == {"face-match": {"approved": 1}}
    assert plan["public"] == {"guesses": 1, "transcripts": 0, "persons": 1}
    assert plan["partners"] == [PARTNER]
    assert ask(client, admin).status_code == 428
    assert ask(client, admin | {"If-Match": '"other"'}).status_code == 412
    assert ask(client, admin | {"If-Match": seen.headers["etag"]}, reason="Marie Curie asked").status_code == 422
    assert served.home.journal.head() == head
    answer = ask(client, admin | {"If-Match": seen.headers["etag"]})
    assert answer.status_code == 201, answer.text
    said = answer.json()["statement"]
    assert said["found"] == {}
    assert {name: said["removed"][name] for name in plan["remove"]} == plan["remove"]
    for iri in (face, PERSON):
        assert client.get(iri.replace("/id/", "/doc/")).status_code == 410
    query = {"query": f"ASK {{ ?s ?p <{PERSON}> }}"}
    assert client.get("/sparql", params=query).json()["boolean"] is False
    kept = client.get(answer.headers["location"], headers=admin).json()
    assert kept["certificate"] == answer.json()
    assert [each["id"] for each in client.get("/erase", headers=admin).json()["erasures"]] == [said["erasure"]]
    assert served.home.journal.verify(served.home.projection.reached()) is None
    file = served.home.settings.home / "certificates" / f"erasure-{said['erasure']}.json"
    file.write_text(file.read_text().replace("she asked", "we wanted"))
    altered = client.get(answer.headers["location"], headers=admin)
    assert (altered.status_code, altered.json()["rule"]) == (500, "certificate")


def test_an_erasure_is_refused_that_would_take_more_than_was_seen(
    client: TestClient, served: Service, admin: dict[str, str], bring: Bringing, run: Run
) -> None:
    seen = ask(client, admin, dry_run=True).headers["etag"]
    later = run.model_copy(update={"id": UUID(int=9, version=4)})
    moment = Fragment(start_ms=60_000, end_ms=61_000, box=Box(x=1, y=2, width=30, height=40))
    assert bring(later, a_face_match(run=later.id, fragment=moment)).proposed == {"face-match": 1}
    head = served.home.journal.head()
    answer = ask(client, admin | {"If-Match": seen})
    assert (answer.status_code, answer.json()["code"]) == (412, "stale")
    assert served.home.journal.head() == head


@pytest.mark.parametrize(
    ("order", "status", "rule"),
    [
        ({"kind": "person", "person": None}, 400, "who"),
        ({"kind": "person", "person": "Q1"}, 404, "not-found"),
        ({"kind": "user", "user": "Nobody"}, 404, "not-found"),
        ({"kind": "subject", "name": ["a"]}, 422, "too-short"),
        ({"kind": "retention"}, 422, "request"),
    ],
)
def test_an_order_that_means_nobody_or_everybody_says_what_to_do(
    client: TestClient, admin: dict[str, str], order: dict[str, Any], status: int, rule: str
) -> None:
    answer = ask(client, admin, dry_run=True, **order)
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["rule"]) == (status, rule)


def test_the_pages_ask_for_words_and_lead_to_a_certificate_to_sign(
    client: TestClient, served: Service, people: People, admin: dict[str, str]
) -> None:
    who = {"token": "none", "kind": "subject", "known": "Q7186\n", "reason": "ze vroeg het"}
    assert "verwijderen" in client.get("/erase", headers=admin | HTML).text
    again = client.post("/erase/plan", data=who | {"reason": "Marie Curie"}, headers=admin | HTML)
    assert (again.status_code, "zeg niet wie" in again.text, "Q7186" in again.text) == (422, True, True)
    page = client.post("/erase/plan", data=who, headers=admin | HTML)
    assert page.status_code == 200, page.text
    digest = page.text.partition('name="digest" value="')[2].partition('"')[0]
    confirmed = who | {"digest": digest, "words": "ja"}
    head = served.home.journal.head()
    refused = client.post("/erase/carry-out", data=confirmed, headers=admin | HTML)
    assert (refused.status_code, "niets verwijderd" in refused.text) == (422, True)
    stale = client.post("/erase/carry-out", data=confirmed | {"digest": "x", "words": "x"}, headers=admin | HTML)
    assert stale.status_code == 422
    assert served.home.journal.head() == head
    done = client.post("/erase/carry-out", data=confirmed | {"words": "Verwijder  voorgoed"}, headers=admin | HTML)
    assert done.status_code == 303, done.text
    certificate = unescape(client.get(done.headers["location"], headers=admin | HTML).text)
    assert "Er is niets meer gevonden." in certificate
    assert "functionaris voor gegevensbescherming:" in certificate
    assert "Curie" not in certificate


def test_others_wait_outside_while_the_instance_is_closed(client: TestClient, served: Service) -> None:
    closed, go_on = threading.Event(), threading.Event()
    before = served.home

    def work() -> str:
        closed.set()
        assert go_on.wait(30)
        return "done"

    with ThreadPoolExecutor(1) as other:
        assert client.portal is not None
        done = other.submit(client.portal.call, served.closed, lambda: None, work)
        assert closed.wait(30)
        answer = client.get("/healthz")
        assert (answer.status_code, answer.json()["code"]) == (503, "busy")
        assert answer.headers["retry-after"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        go_on.set()
        assert done.result(60) == "done"
    assert client.get("/healthz").status_code == 200
    assert served.home is not before


def test_what_fails_on_the_closed_instance_leaves_it_open_again(client: TestClient, served: Service) -> None:
    def fail() -> None:
        raise BadInput("made")

    assert client.portal is not None
    before = served.home
    with pytest.raises(GiveLdError):
        client.portal.call(served.closed, fail, lambda: None)
    assert served.home is before
    with pytest.raises(GiveLdError):
        client.portal.call(served.closed, lambda: None, fail)
    assert client.get("/healthz").status_code == 200
