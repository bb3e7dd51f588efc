"""The routes of the auditor: who gets what, hostile words on the page, and the proof over HTTP."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import pyoxigraph
import pytest
from fastapi.testclient import TestClient
from pyoxigraph import RdfFormat
from sqlalchemy import delete

from give_ld.api.routes.audit import CHECKPOINT_BYTES
from give_ld.journal import tables as t
from give_ld.journal.chain import Head
from give_ld.journal.checkpoint import sign
from give_ld.model.decision import Role
from give_ld.model.run import Run
from give_ld.model.status import Verdict
from give_ld.model.user import User
from give_ld.people import add_user, issue_token
from give_ld.review.decide import Decision
from tests.conftest import OTHER, Bearer, Bringing, People
from tests.factories import PARTNER, a_face_match

HTML = {"accept": "text/html"}
HOSTILE = "<script>alert(1)</script>\"onload=x '=1+1"
PATHS = ("/audit/log", "/audit/export", "/audit/verify", "/audit/checkpoint")


@pytest.fixture
def decided(bring: Bringing, people: People, run: Run, open_item: str) -> str:
    """The IRI of a guess that Ann rejected for a hostile reason."""
    bring(run, a_face_match())
    iri = bring.home.mint.annotation(run, a_face_match())
    bring.home.decide(people.ann, Decision(iri, Verdict.REJECT, HOSTILE))
    return iri


@pytest.fixture
def client(service: TestClient) -> TestClient:
    service.follow_redirects = False
    return service


def entries(client: TestClient, headers: dict[str, str], **asked: object) -> list[dict[str, Any]]:
    answer = client.get("/audit/log", params=asked, headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["entries"]
    return found


class Tags(HTMLParser):
    """Which elements a page has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += [name for name, _ in attrs]


def test_who_may_reads_and_nobody_else(client: TestClient, people: People, bearer: Bearer, decided: str) -> None:
    allowed = {
        "rita": (200, 200, 200, 200),
        "admin": (200, 200, 200, 200),
        "ann": (200, 200, 403, 403),
        "bob": (200, 200, 403, 403),
        "pipeline": (403, 403, 403, 403),
    }
    for name, expected in allowed.items():
        headers = bearer(getattr(people, name))
        assert tuple(client.get(path, headers=headers).status_code for path in PATHS) == expected, name
    assert {client.get(path).status_code for path in PATHS} == {401}
    assert {client.get(path, headers={"Authorization": "Bearer forged"}).status_code for path in PATHS} == {401}


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.AUDITOR, Role.ADMIN, Role.ARCHIVIST)])
def test_no_other_role_reads_anything(client: TestClient, people: People, role: Role) -> None:
    home = client.app.state.home  # type: ignore[attr-defined]
    user: User = add_user(home, "somebody", [role], PARTNER)
    headers = {"Authorization": f"Bearer {issue_token(home, user.name, days=1)}"}
    assert {client.get(path, headers=headers).status_code for path in PATHS} == {403}
    assert client.post("/audit/verify", headers=headers, files={"file": b"{}"}).status_code == 403


def test_an_archivist_reads_the_own_partner_only(
    client: TestClient, people: People, bearer: Bearer, decided: str
) -> None:
    assert {entry["partner"] for entry in entries(client, bearer(people.ann))} == {PARTNER}
    assert entries(client, bearer(people.bob), annotation=decided) == []
    for path in PATHS[:2]:
        others, unknown = (
            client.get(path, params={"partner": partner}, headers=bearer(people.bob))
            for partner in (PARTNER, "OR-0000000")
        )
        assert others.status_code == unknown.status_code == 403
        assert others.text == unknown.text.replace("OR-0000000", PARTNER)


def test_names_and_reasons_are_for_those_who_decide_or_audit(
    client: TestClient, people: People, bearer: Bearer, decided: str
) -> None:
    for user, name, reason in ((people.rita, "Ann", HOSTILE), (people.ann, "Ann", HOSTILE), (people.admin, None, None)):
        (entry,) = entries(client, bearer(user), annotation=decided, action="annotation.decided")
        assert (entry["name"], entry["reason"]) == (name, reason)
        assert (entry["actor"], entry["organisation"]) == (people.ann.id, "Voorbeeldarchief")
    page = client.get("/audit/log", headers=bearer(people.admin) | HTML).text
    assert "alert(1)" not in page


def test_a_log_row_leads_to_why(client: TestClient, people: People, bearer: Bearer, decided: str) -> None:
    headers = bearer(people.rita)
    (entry,) = entries(client, headers, annotation=decided, action="annotation.decided")
    assert client.get(entry["why"], headers=headers).status_code == 200
    page = client.get("/audit/log", params={"annotation": decided}, headers=headers | HTML).text
    assert f'href="/why?annotation={quote(decided, safe="")}"' in page


@pytest.mark.parametrize(
    ("language", "title"), [("en", "Who did what"), ("nl", "Wie deed wat"), ("fr", "Qui a fait quoi")]
)
def test_hostile_words_are_shown_and_do_nothing(
    client: TestClient, people: People, bearer: Bearer, decided: str, language: str, title: str
) -> None:
    asked = {"person": HOSTILE, "item": HOSTILE, "agent": HOSTILE, "annotation": decided}
    headers = bearer(people.rita) | HTML | {"accept-language": language}
    for page in (client.get("/audit/log", headers=headers), client.get("/audit/log", params=asked, headers=headers)):
        assert page.status_code == 200
        assert f"<h1>{title}</h1>" in page.text
        assert "script" not in Tags(page.text).names
        assert "onload" not in Tags(page.text).attributes
        assert "&lt;script&gt;alert(1)" in page.text
        assert page.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize(
    "asked",
    [
        {"action": "nothing"},
        {"from": "yesterday"},
        {"until": "2026-99-99"},
        {"before": "0"},
        {"before": str(2**80)},
        {"size": "0"},
        {"size": "501"},
        {"nothing": "1"},
    ],
)
def test_a_question_without_an_answer_is_refused(
    client: TestClient, people: People, bearer: Bearer, asked: dict[str, str]
) -> None:
    assert client.get("/audit/log", params=asked, headers=bearer(people.rita)).status_code == 422


def test_injections_find_nothing(client: TestClient, people: People, bearer: Bearer, decided: str) -> None:
    headers = bearer(people.rita)
    for field in ("person", "partner", "agent", "item", "annotation"):
        assert entries(client, headers, **{field: "' OR '1'='1"}) == []
    assert len(entries(client, headers)) > 5


def test_pages_lead_from_the_newest_to_the_oldest(
    client: TestClient, people: People, bearer: Bearer, decided: str
) -> None:
    headers, seen = bearer(people.rita), list[int]()
    path: str | None = "/audit/log?size=4"
    while path:
        answer = client.get(path, headers=headers).json()
        seen += [entry["seq"] for entry in answer["entries"]]
        path = answer["next"]
    assert seen == list(range(answer["matched"], 0, -1))


def test_an_export_comes_in_parts_that_link_to_the_next(
    client: TestClient, people: People, bearer: Bearer, decided: str
) -> None:
    headers, path, seen = bearer(people.rita), "/audit/export?format=jsonl&limit=5", list[int]()
    while path:
        answer = client.get(path, headers=headers)
        assert answer.headers["content-type"] == "application/jsonl"
        seen += [json.loads(row)["seq"] for row in answer.text.splitlines()]
        path = answer.headers.get("link", "").partition(">")[0].removeprefix("<")
    assert seen == list(range(1, seen[-1] + 1))
    assert len(seen) > 10
    trig = client.get("/audit/export", headers=headers)
    assert trig.headers["content-type"] == "application/trig"
    assert any(True for _ in pyoxigraph.parse(trig.content, RdfFormat.TRIG))
    assert client.get("/audit/export?limit=100001", headers=headers).status_code == 422


def test_a_browser_in_which_nobody_signed_in_is_sent_to_sign_in(client: TestClient, people: People) -> None:
    for path in ("/audit/log", "/audit/verify"):
        answer = client.get(path, headers=HTML)
        assert (answer.status_code, answer.headers["location"]) == (303, "/auth/login")


def test_a_checkpoint_that_was_kept_is_compared(
    client: TestClient, people: People, bearer: Bearer, decided: str
) -> None:
    headers = bearer(people.rita)
    kept = client.get("/audit/checkpoint", headers=headers).content
    proof = client.get("/audit/verify", headers=headers).json()["proof"]
    assert proof["whole"]
    assert proof["entries"] >= json.loads(kept)["statement"]["seq"]

    def compared(content: bytes) -> dict[str, Any]:
        answer = client.post("/audit/verify", headers=headers, files={"file": ("kept.json", content)})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()["compared"]
        return found

    assert compared(kept)["holds"]
    home = client.app.state.home  # type: ignore[attr-defined]
    lost = sign(home.mint.secret, home.settings.base, Head(2, "f" * 64), home.journal.clock())
    assert compared(lost.model_dump_json().encode())["holds"] is False
    assert "signed with another key" in compared(kept.replace(b'"key": "', b'"key": "A'))["fault"]
    page = client.post("/audit/verify", headers=headers | HTML, files={"file": ("<script>", b"{}")})
    assert "script" not in Tags(page.text).names


def test_a_checkpoint_comes_from_our_own_page_and_is_small(
    client: TestClient, people: People, token: Any, bearer: Bearer
) -> None:
    headers = bearer(people.rita)
    large = client.post("/audit/verify", headers=headers, files={"file": b"x" * (CHECKPOINT_BYTES + 1)})
    assert large.status_code == 413
    chunked = client.post("/audit/verify", headers=headers, content=iter([b"x"]))
    assert chunked.status_code == 413
    assert client.post("/audit/verify", headers=headers, files={"other": b"x"}).status_code == 422
    assert client.post("/audit/verify", headers=headers, data={"file": "text"}).status_code == 422
    client.post("/auth/login", data={"token": token(people.rita)})
    assert client.post("/audit/verify", files={"file": b"{}"}).status_code == 403


def test_a_broken_journal_is_said_to_be_broken(client: TestClient, people: People, bearer: Bearer) -> None:
    home = client.app.state.home  # type: ignore[attr-defined]
    headers = bearer(people.rita)
    with home.journal.writing() as writing:
        writing.db.execute(delete(t.payload).where(t.payload.c.seq == 3))
    proof = client.get("/audit/verify", headers=headers).json()["proof"]
    assert proof["fault"] == {"entry": 3, "reason": "its payload is missing, and no erasure is on record"}
    page = client.get("/audit/verify", headers=headers | HTML | {"accept-language": "fr"})
    assert "Le journal est endommagé" in page.text


def test_nothing_of_a_log_is_for_another_site(client: TestClient, people: People, bearer: Bearer) -> None:
    for path in PATHS:
        answer = client.get(path, headers=bearer(people.rita))
        assert answer.headers["cache-control"] == "private, no-store"
        assert "access-control-allow-origin" not in answer.headers
    assert OTHER not in client.get("/audit/log", headers=bearer(people.ann)).text
