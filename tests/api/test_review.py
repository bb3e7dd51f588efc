"""The review routes over HTTP: tokens, the queue, decisions, and what nobody without a right gets."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from give_ld.home import Home
from give_ld.model.decision import Role
from give_ld.model.run import Run
from give_ld.model.user import User
from give_ld.people import add_user
from tests.conftest import Bearer, Bringing, People
from tests.factories import PARTNER, a_face_match, a_mention_without_entity, a_run, a_transcript

PAGE = {"Accept": "text/html"}
UNCALIBRATED = {"confidence": None, "calibrator": None}


@pytest.fixture
def local(home: Home, bring: Bringing, run: Run, open_item: str) -> str:
    bring(run, a_face_match(), a_transcript(**UNCALIBRATED))
    return home.mint.annotation(run, a_face_match()).rpartition("/")[2]


def test_the_queue_shows_an_archivist_the_own_partner_only(
    service: TestClient, people: People, bearer: Bearer, local: str
) -> None:
    mine = service.get("/review/queue", headers=bearer(people.ann)).json()
    assert [row["kind"] for row in mine["rows"]] == ["face-match", "transcript"]
    theirs = service.get("/review/queue", headers=bearer(people.bob)).json()
    assert (theirs["rows"], theirs["counts"]) == ([], {})


def test_a_decision_over_http_is_public_at_once(
    service: TestClient, people: People, bearer: Bearer, local: str
) -> None:
    query = {"query": "ASK { ?item <https://schema.org/mentions> ?who }"}
    assert service.get("/sparql", params=query).json()["boolean"] is False
    done = service.post(f"/review/{local}:approve", json={"reason": ""}, headers=bearer(people.ann))
    assert (done.status_code, done.json()["status"], done.json()["version"]) == (200, "approved", 2)
    assert service.get("/sparql", params=query).json()["boolean"] is True


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 401), ({"Authorization": "Bearer invented"}, 401), ({"Authorization": "Basic YTpi"}, 401)],
)
def test_without_a_valid_token_nothing_is_decided(
    service: TestClient, home: Home, local: str, headers: dict[str, str], status: int
) -> None:
    head = home.journal.head()
    answer = service.post(f"/review/{local}:approve", json={"reason": ""}, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert home.journal.head() == head


def test_another_partner_gets_the_answer_of_an_unknown_annotation(
    service: TestClient, people: People, bearer: Bearer, local: str
) -> None:
    headers = bearer(people.bob)
    theirs, nobodys = (
        service.post(f"/review/{name}:approve", json={"reason": ""}, headers=headers) for name in (local, "x" * 26)
    )
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.text.replace(local, "") == nobodys.text.replace("x" * 26, "")
    for path in (f"/review/{local}", f"/review/{local}/crop"):
        assert service.get(path, headers=headers).status_code == 404


def test_roles_other_than_archivist_do_not_decide(
    service: TestClient, people: People, bearer: Bearer, local: str
) -> None:
    for user in (people.rita, people.pipeline, people.admin):
        answer = service.post(f"/review/{local}:approve", json={"reason": ""}, headers=bearer(user))
        assert answer.status_code == 403


def test_a_stale_decision_gets_412(service: TestClient, people: People, bearer: Bearer, local: str) -> None:
    headers = bearer(people.ann)
    seen = service.get(f"/review/{local}", headers=headers).headers["etag"]
    first = service.post(f"/review/{local}:reject", json={}, headers=headers | {"If-Match": seen})
    again = service.post(f"/review/{local}:approve", json={"reason": "x"}, headers=headers | {"If-Match": seen})
    nonsense = service.post(f"/review/{local}:approve", json={"reason": "x"}, headers=headers | {"If-Match": '"abc"'})
    assert [first.status_code, again.status_code, nonsense.status_code] == [200, 412, 412]
    assert again.json()["code"] == "stale"


def test_an_unknown_verdict_or_body_is_a_named_error(
    service: TestClient, people: People, bearer: Bearer, local: str
) -> None:
    headers = bearer(people.ann)
    assert service.post(f"/review/{local}:bless", json={}, headers=headers).status_code == 422
    assert service.post(f"/review/{local}:approve", json={"user": "Rita"}, headers=headers).status_code == 422


def test_the_crop_is_for_its_archivist(service: TestClient, people: People, bearer: Bearer, local: str) -> None:
    answer = service.get(f"/review/{local}/crop", headers=bearer(people.ann))
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert service.get(f"/review/{local}/crop").status_code == 401


def test_the_page_works_without_javascript(
    service: TestClient, people: People, token: Callable[[User], str], local: str
) -> None:
    assert service.get("/review/queue", headers=PAGE).url.path == "/auth/login"
    assert service.post("/auth/login", data={"token": "wrong"}).status_code == 401
    page = service.post("/auth/login", data={"token": token(people.ann)}, headers=PAGE)
    assert page.status_code == 200
    assert "Marie Curie" in page.text
    assert "<script" not in page.text
    secret = page.text.split('name="token" value="')[1].split('"')[0]
    form = {"verdict": "approve", "token": secret, "version": "1"}
    forged = service.post(f"/review/{local}", data=form | {"token": "0" * 64})
    assert (forged.status_code, forged.json()["rule"]) == (403, "csrf")
    done = service.post(f"/review/{local}", data=form, follow_redirects=False)
    assert (done.status_code, done.headers["location"]) == (303, "/review/queue")
    dutch = service.get("/review/queue?status=approved", headers={"Accept": "text/html", "Accept-Language": "nl"})
    assert "Intrekken" in dutch.text


def test_a_cookie_alone_does_not_decide_over_the_api(
    service: TestClient, people: People, token: Callable[[User], str], local: str
) -> None:
    service.post("/auth/login", data={"token": token(people.ann)})
    assert service.post(f"/review/{local}:approve", json={}).status_code == 403


def test_hostile_names_are_shown_as_text(
    service: TestClient, people: People, bring: Bringing, run: Run, token: Callable[[User], str]
) -> None:
    bring(run, a_face_match(person_name='<script>alert("x")</script>'))
    page = service.post("/auth/login", data={"token": token(people.ann)}, headers=PAGE)
    assert "&lt;script&gt;" in page.text
    assert "<script" not in page.text


def test_a_correction_over_http_makes_what_is_right_public(
    service: TestClient, people: People, bearer: Bearer, bring: Bringing, run: Run, open_item: str, home: Home
) -> None:
    nil = a_mention_without_entity(**UNCALIBRATED)
    bring(run, nil)
    local = home.mint.annotation(run, nil).rpartition("/")[2]
    body = {"right": {"entity": "Q1296", "label": "Gent"}, "ground": "wrong-entity"}
    done = service.post(f"/review/{local}:correct", json=body, headers=bearer(people.ann)).json()
    assert (done["status"], done["made"].startswith(home.mint.names.id("annotation", ""))) == ("rejected", True)
    shown = service.get(f"/review/{done['made'].rpartition('/')[2]}", headers=bearer(people.ann)).json()
    (why,) = shown["why"]["annotations"]
    assert why["score_kind"]["id"] == home.mint.names.id("score-kind", "human")
    assert (why["confidence"], why["corrects"]) == (1.0, done["annotation"])
    query = {"query": "ASK { ?item <https://schema.org/mentions> <http://www.wikidata.org/entity/Q1296> }"}
    assert service.get("/sparql", params=query).json()["boolean"] is True
    taken = service.post("/review/undo", json={"annotation": done["annotation"]}, headers=bearer(people.ann))
    assert (taken.status_code, taken.json()["status"]) == (200, "proposed")
    assert service.get("/sparql", params=query).json()["boolean"] is False


@pytest.mark.parametrize(
    "body",
    [
        {"right": {"gossip": "x"}},
        {"right": {"entity": "Ghent"}},
        {"ground": "because"},
        {"right": {"text": "x"}},
        {},
        {"score_kind": "human"},
    ],
)
def test_a_correction_that_is_none_is_refused_over_http(
    service: TestClient, people: People, bearer: Bearer, local: str, home: Home, body: dict[str, object]
) -> None:
    headers = bearer(people.ann)
    head = home.journal.head()
    assert service.post(f"/review/{local}:correct", json=body, headers=headers).status_code == 422
    assert home.journal.head() == head


def test_nobody_undoes_or_corrects_without_the_right_token(
    service: TestClient, people: People, bearer: Bearer, local: str, home: Home
) -> None:
    iri = home.mint.names.id("annotation", local)
    service.post(f"/review/{local}:approve", json={}, headers=bearer(people.ann))
    asked = [("/review/undo", {"annotation": iri}), (f"/review/{local}:correct", {"right": {"text": "x"}})]
    for path, body in asked:
        assert service.post(path, json=body).status_code == 401
        assert service.post(path, json=body, headers=bearer(people.pipeline)).status_code == 403
        assert service.post(path, json=body, headers=bearer(people.bob)).status_code == 404


def test_the_page_corrects_and_shows_what_is_disputed(
    service: TestClient, people: People, bearer: Bearer, token: Callable[[User], str], home: Home, local: str
) -> None:
    eve = add_user(home, "Eve", [Role.ARCHIVIST], PARTNER)
    page = service.post("/auth/login", data={"token": token(people.ann)}, headers=PAGE)
    secret = page.text.split('name="token" value="')[1].split('"')[0]
    assert '<option value="portrayed-by-an-actor">' in page.text
    words = home.mint.annotation(a_run(), a_transcript()).rpartition("/")[2]
    form = {"verdict": "correct", "token": secret, "version": "1", "text": "Andere woorden.", "ground": "wrong-words"}
    assert service.post(f"/review/{words}", data=form, follow_redirects=False).status_code == 303
    service.post(f"/review/{local}", data=form | {"verdict": "approve", "text": "", "ground": ""})
    service.post(f"/review/{local}:disagree", json={"ground": "unclear"}, headers=bearer(eve))
    approved = service.get("/review/queue?status=approved", headers=PAGE).text
    assert "Andere woorden." in approved
    assert "Said by a person" in approved
    assert "Disputed" in approved


def test_the_page_says_what_is_wrong_with_a_correction(
    service: TestClient, people: People, token: Callable[[User], str], home: Home, local: str
) -> None:
    page = service.post("/auth/login", data={"token": token(people.ann)}, headers=PAGE)
    secret = page.text.split('name="token" value="')[1].split('"')[0]
    form = {"verdict": "correct", "token": secret, "version": "1", "person": "somebody"}
    answer = service.post(f"/review/{local}", data=form)
    assert (answer.status_code, answer.json()["rule"]) == (422, "correction")
