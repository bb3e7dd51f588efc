"""What /reconcile answers over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from give_ld.api import problems
from give_ld.api.routes.reconcile import MAX_BODY_BYTES, reconcile_routes
from give_ld.config import Settings
from give_ld.home import Home
from give_ld.reconcile.service import NameIndex
from tests.conftest import People, admit_curie

BASE = "http://testserver"
QUERIES = {"q0": {"query": "Paris"}, "q1": {"query": "Nobody At All", "limit": 2}}


@pytest.fixture
def client(index: NameIndex, tmp_path: Path) -> Iterator[TestClient]:
    app = FastAPI()
    problems.install(app)
    app.include_router(reconcile_routes(lambda: index, Settings(home=tmp_path, base=BASE)))
    with TestClient(app, base_url=BASE, follow_redirects=False) as client:
        yield client


def test_the_manifest_answers_at_once_and_to_any_page(client: TestClient) -> None:
    answer = client.get("/reconcile")
    assert answer.json()["versions"] == ["0.2"]
    assert answer.headers["access-control-allow-origin"] == "*"
    assert client.head("/reconcile").status_code == 200
    assert client.options("/reconcile").headers["access-control-allow-origin"] == "*"


def test_get_and_post_answer_alike(client: TestClient) -> None:
    form = {"queries": json.dumps(QUERIES)}
    posted = client.post("/reconcile", data=form)
    assert posted.headers["access-control-allow-origin"] == "*"
    assert posted.json() == client.get("/reconcile", params=form).json()
    assert posted.json()["q0"]["result"][0]["id"] == "Q90"


@pytest.mark.evaluation
def test_manifest_and_answers_are_valid_by_the_published_schemas(
    client: TestClient, schema_errors: Callable[[str, object], list[str]]
) -> None:
    assert schema_errors("manifest", client.get("/reconcile").json()) == []
    assert schema_errors("reconciliation-query-batch", QUERIES) == []
    answer = client.post("/reconcile", data={"queries": json.dumps(QUERIES)}).json()
    assert answer.keys() == QUERIES.keys()
    assert schema_errors("reconciliation-result-batch", answer) == []


@pytest.mark.parametrize("identifier", ["Q90", "refset:eileen-collins"])
def test_the_view_address_leads_on_also_percent_encoded(client: TestClient, identifier: str) -> None:
    template = client.get("/reconcile").json()["view"]["url"]
    answer = client.get(template.replace("{{id}}", quote(identifier, safe="")))
    assert answer.status_code == 303
    assert answer.headers["location"].endswith(("/Q90", "/refset-person/2"))


def test_an_unknown_identifier_is_not_found(client: TestClient) -> None:
    assert client.get("/reconcile/view/Q42").status_code == 404


@pytest.mark.parametrize(
    "body", ["queries=", "queries=[]", "queries={", "queries=3", "other=1", "", "queries={}&queries={}", "queries=%ff"]
)
def test_a_form_without_readable_queries_is_refused(client: TestClient, body: str) -> None:
    answer = client.post("/reconcile", content=body, headers={"content-type": "application/x-www-form-urlencoded"})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["access-control-allow-origin"] == "*"


def test_deeply_nested_json_is_refused_and_harms_nothing(client: TestClient) -> None:
    assert client.post("/reconcile", data={"queries": "[" * 100_000}).status_code == 400


def test_too_many_queries_and_too_long_a_body_are_refused(client: TestClient) -> None:
    many = json.dumps({str(number): {"query": "Paris"} for number in range(101)})
    assert client.post("/reconcile", data={"queries": many}).status_code == 413
    long = urlencode({"queries": json.dumps({"q": {"query": "x" * MAX_BODY_BYTES}})})
    answer = client.post("/reconcile", content=long, headers={"content-type": "application/x-www-form-urlencoded"})
    assert answer.status_code == 413


def test_another_type_of_body_is_refused(client: TestClient) -> None:
    assert client.post("/reconcile", json=QUERIES).status_code == 415


def test_who_is_admitted_is_known_from_then_on(service: TestClient, home: Home, people: People, tmp_path: Path) -> None:
    def means() -> str:
        return service.get("/reconcile/view/Q7186", follow_redirects=False).headers["location"]

    assert means().endswith("/Q7186")
    admit_curie(home, people, tmp_path)
    assert means().endswith("/refset-person/0001")
