"""Who may: every route of the service, asked by everybody about what is their own partner's and another's."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from give_ld.access import attempts
from give_ld.home import Home
from give_ld.journal.credentials import tokens_of
from give_ld.model.decision import Role
from give_ld.model.run import Run
from give_ld.model.user import User
from give_ld.people import add_user, issue_token
from tests.api.who_may import ASKERS, OUTSIDE, TABLE, routes_of
from tests.conftest import OTHER, Bringing, People
from tests.factories import PARTNER, a_face_match

NOT_THERE = ("claim_id", "bulk", "sample", "erasure")
# A route of more than one method has one name in the description of the API.
pytestmark = pytest.mark.filterwarnings("ignore:Duplicate Operation ID")


@pytest.fixture
def askers(home: Home, people: People) -> dict[str, dict[str, str]]:
    """The headers with which each asks."""
    users = {
        "own archivist": people.ann,
        "other archivist": people.bob,
        "auditor": people.rita,
        "own pipeline": people.pipeline,
        "other pipeline": people.other_pipeline,
        "admin": people.admin,
        "other admin": add_user(home, "other admin", [Role.ADMIN], OTHER),
        "other auditor": add_user(home, "other auditor", [Role.AUDITOR], OTHER),
        "harvester": add_user(home, "harvester", [Role.HARVESTER], None),
    }
    tokens = {name: issue_token(home, user.name, days=1) for name, user in users.items()}
    return {name: {"Authorization": f"Bearer {tokens.get(name, 'forged')}"} for name in ASKERS} | {"nobody": {}}


@pytest.fixture
def values(home: Home, people: People, bring: Bringing, run: Run, open_item: str) -> dict[str, str]:
    """What the names in the paths stand for: a guess of the one partner, and a user of it."""
    assert bring(run, a_face_match()).refused == []
    iri = home.mint.annotation(run, a_face_match())
    zoe = add_user(home, "Zoe", [Role.ARCHIVIST], PARTNER)
    issue_token(home, "Zoe", days=1)
    with home.journal.reading() as db:
        (token,) = tokens_of(db, zoe.id)
    local = iri.rpartition("/")[2]
    record = run.model_copy(update={"id": UUID(int=7, version=4)})
    return {
        "iri": iri, "local": local, "local:path": local, "kind": "annotation", "verdict": "approve",
        "scheme": "role", "version": "99.0", "identifier": "Q7186", "partner": PARTNER, "name": "made.faces",
        "pid": run.item, "run_id": str(run.id), "number": "0", **dict.fromkeys(NOT_THERE, str(UUID(int=0))),
        "user_id": zoe.id, "token_id": token.id, "record": record.model_dump_json(by_alias=True),
    }  # fmt: skip


def filled(sent: Any, values: dict[str, str]) -> Any:
    """Return what is sent, with the names in its strings replaced."""
    if isinstance(sent, dict):
        return {name: filled(value, values) for name, value in sent.items()}
    if isinstance(sent, list):
        return [filled(each, values) for each in sent]
    return values[sent[1:-1]] if isinstance(sent, str) and sent[:1] == "{" and sent[1:-1] in values else sent


def ask(service: TestClient, route: tuple[str, str], headers: dict[str, str], values: dict[str, str]) -> httpx.Response:
    row, (method, path) = TABLE[route], route
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", value)
    place = path + row.query.format(**values)
    sent = filled(dict(row.sent), values)
    return service.request(method, place, headers=headers, follow_redirects=False, **sent)


def test_every_route_stands_in_the_table(service: TestClient) -> None:
    assert set(routes_of(service.app.routes)) == set(TABLE)  # type: ignore[attr-defined]


def test_everybody_gets_what_the_table_says(
    service: TestClient,
    askers: dict[str, dict[str, str]],
    values: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(attempts, "FREE_FOR_A_CLIENT", 1000)
    monkeypatch.setattr(attempts, "FREE_FOR_AN_ACCOUNT", 1000)
    wrong = {}
    for route, row in TABLE.items():
        for asker in ASKERS:
            answer = ask(service, route, askers[asker], values)
            service.cookies.clear()
            if answer.status_code != row.status(asker):
                wrong[*route, asker] = (answer.status_code, row.status(asker), answer.text[:200])
            if answer.status_code in (401, 403, 404) and route[0] == "GET":
                assert answer.headers["x-content-type-options"] == "nosniff"
                assert "Marie Curie" not in answer.text
    assert wrong == {}


def test_head_tells_nobody_more_than_get(
    service: TestClient, askers: dict[str, dict[str, str]], values: dict[str, str]
) -> None:
    for method, path in TABLE:
        if method == "GET" and not path.startswith("/auth/"):
            for asker in ("nobody", "other archivist"):
                got = ask(service, (method, path), askers[asker], values)
                place = str(got.request.url)
                head = service.head(place, headers=askers[asker], follow_redirects=False)
                assert head.content == b""
                assert head.status_code in (got.status_code, 405), path


@pytest.mark.parametrize("asker", ["own archivist", "admin"])
def test_no_write_is_taken_from_a_session_without_the_token_of_a_form(
    service: TestClient, home: Home, askers: dict[str, dict[str, str]], values: dict[str, str], asker: str
) -> None:
    token = askers[asker]["Authorization"].removeprefix("Bearer ")
    service.post("/auth/login", data={"token": token}, follow_redirects=False)
    head = home.journal.head()
    outside = ("/auth/", "/sparql", "/reconcile")
    for route, row in TABLE.items():
        if route[0] == "GET" or route[1].startswith(outside) or route[1].endswith("sparql"):
            continue
        if row.status(asker) < 400:
            answer = ask(service, route, {}, values)
            assert (answer.status_code, answer.json()["rule"]) == (403, "csrf"), route
    assert home.journal.head() == head


def unseen(answer: httpx.Response, local: str) -> tuple[object, ...]:
    headers = {name: value.replace(local, "…") for name, value in answer.headers.items() if name != "date"}
    return answer.status_code, headers, answer.text.replace(local, "…")


def test_what_is_not_approved_looks_as_what_never_was(
    service: TestClient,
    askers: dict[str, dict[str, str]],
    values: dict[str, str],
    record_statements: Callable[[], list[str]],
) -> None:
    invented = values["local"][:-4] + "zzzz"
    names = {"local", "local:path", "iri"}
    never = values | {name: values[name].replace(values["local"], invented) for name in names}
    about_one = [route for route in TABLE if "{local" in route[1] or route[1] in ("/why", "/review/undo")]
    for asker in (*OUTSIDE, "other archivist", "other auditor", "harvester", "other pipeline"):
        service.get("/me", headers=askers[asker])  # the first use of a token on a day is remembered
        for route, accept in product(about_one, ("application/json", "text/html", "*/*")):
            headers = askers[asker] | {"Accept": accept, "If-None-Match": "*", "If-Match": '"1"'}
            record_statements()
            there = unseen(ask(service, route, headers, values), values["local"])
            work = record_statements()
            nowhere = unseen(ask(service, route, headers, never), invented)
            assert there == nowhere, (route, asker)
            # The same work, so that the time tells nothing either.
            assert work == record_statements(), (route, asker)


@pytest.fixture
def record_statements(home: Home) -> Callable[[], list[str]]:
    """What returns the statements since it was called last."""
    said: list[str] = []

    @event.listens_for(home.journal.engine, "before_cursor_execute")
    def _hear(_db: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    def since() -> list[str]:
        found = list(said)
        said.clear()
        return found

    return since


def test_the_queue_and_its_counts_say_nothing_of_another_partner(
    service: TestClient, askers: dict[str, dict[str, str]], values: dict[str, str]
) -> None:
    found = service.get("/review/queue", headers=askers["other archivist"]).json()
    assert (found["rows"], found["counts"]) == ([], {})


def test_an_auditor_of_a_partner_sees_the_graphs_of_that_partner_only(
    service: TestClient, askers: dict[str, dict[str, str]], values: dict[str, str]
) -> None:
    query = {"query": "SELECT ?s { ?s <https://made.example.org/ns#status> ?status }"}
    seen = {
        asker: len(service.get("/audit/sparql", params=query, headers=askers[asker]).json()["results"]["bindings"])
        for asker in ("auditor", "other auditor")
    }
    assert seen == {"auditor": 1, "other auditor": 0}


def test_an_administrator_of_a_partner_manages_its_users_only(
    service: TestClient, home: Home, people: People, askers: dict[str, dict[str, str]], values: dict[str, str]
) -> None:
    headers = askers["other admin"]
    listed = service.get("/admin/users", headers=headers).json()
    assert {user["partner"] for user in listed["users"]} == {OTHER}
    assert "failed" not in listed
    bob: User = people.bob
    moved = service.post(f"/admin/users/{bob.id}", headers=headers, json={"partner": PARTNER})
    assert moved.status_code == 403
    new = {"name": "Max", "roles": ["admin"]}
    assert service.post("/admin/users", headers=headers, json=new).status_code == 403
    assert service.post("/admin/users", headers=headers, json=new | {"partner": OTHER}).status_code == 201


def test_an_administrator_deactivates_somebody_while_the_service_runs(
    service: TestClient, people: People, askers: dict[str, dict[str, str]], values: dict[str, str]
) -> None:
    ann = askers["own archivist"]
    assert service.get("/me", headers=ann).status_code == 200
    done = service.post(f"/admin/users/{people.ann.id}", headers=askers["admin"], json={"active": False})
    assert done.json()["active"] is False
    assert service.get("/me", headers=ann).status_code == 401


def test_an_auditor_of_a_partner_reads_the_entries_of_that_partner_only(
    service: TestClient, askers: dict[str, dict[str, str]], values: dict[str, str]
) -> None:
    seen = {
        asker: {entry["partner"] for entry in service.get("/audit/log", headers=askers[asker]).json()["entries"]}
        for asker in ("auditor", "other auditor", "other admin")
    }
    assert PARTNER in seen["auditor"]
    assert seen["other auditor"] == seen["other admin"] == {OTHER}
