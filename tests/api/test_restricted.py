"""SPARQL over what is not public: who may ask, and that no query sees more than its asker may."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from give_ld.model.run import Run
from tests.conftest import OTHER, Bearer, Bringing, People
from tests.factories import PARTNER, a_face_match, a_run

STATUS = "SELECT ?s ?status { ?s <https://made.example.org/ns#status> ?status }"
ESCAPES = [
    "SELECT ?g { GRAPH ?g { ?s ?p ?o } }",
    "SELECT ?g FROM <https://made.example.org/graph/annotation/OR-zzz9999> { ?g ?p ?o }",
    "SELECT ?g FROM NAMED <https://made.example.org/graph/annotation/OR-zzz9999> { GRAPH ?g { ?s ?p ?o } }",
    "SELECT ?g { GRAPH <https://made.example.org/graph/annotation/OR-zzz9999> { ?g ?p ?o } }",
    "SELECT ?g { { SELECT ?g { GRAPH ?g { ?s ?p ?o } } } FILTER EXISTS { GRAPH ?g { ?a ?b ?c } } }",
    "CONSTRUCT { ?g a ?o } { GRAPH ?g { ?s ?p ?o } }",
    "DESCRIBE ?s { GRAPH ?g { ?s a ?type } }",
]


@pytest.fixture
def guesses(bring: Bringing, people: People, run: Run, refset: str) -> str:
    """A guess of each of two partners; the IRI of the other partner's graph of annotations."""
    assert bring(run, a_face_match()).refused == []
    other = a_run(id="00000000-0000-0000-0000-000000000009", partner=OTHER, reference_set=refset)
    assert bring(other, a_face_match(run=other.id), user=people.other_pipeline).refused == []
    return f"https://made.example.org/graph/annotation/{OTHER}"


def ask(service: TestClient, path: str, query: str, headers: dict[str, str], **parameters: str) -> Any:
    return service.get(path, params={"query": query, **parameters}, headers=headers)


def rows(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["results"]["bindings"]
    return found


def test_an_archivist_reads_the_own_guesses_and_an_auditor_those_of_all(
    service: TestClient, people: People, bearer: Bearer, guesses: str
) -> None:
    assert len(rows(ask(service, f"/partner/{PARTNER}/sparql", STATUS, bearer(people.ann)))) == 1
    assert len(rows(ask(service, f"/partner/{OTHER}/sparql", STATUS, bearer(people.bob)))) == 1
    assert len(rows(ask(service, "/audit/sparql", STATUS, bearer(people.rita)))) == 2
    assert len(rows(ask(service, f"/partner/{PARTNER}/sparql", STATUS, bearer(people.rita)))) == 1
    assert rows(ask(service, "/sparql", STATUS, {})) == []


def test_an_auditor_of_all_asks_about_one_graph_or_by_graph(
    service: TestClient, people: People, bearer: Bearer, guesses: str
) -> None:
    headers = bearer(people.rita)
    assert len(rows(ask(service, "/audit/sparql", STATUS, headers, **{"default-graph-uri": guesses}))) == 1
    by_graph = STATUS.replace("{", "{ GRAPH ?g {") + "}"
    assert len(rows(ask(service, "/audit/sparql", by_graph, headers))) == 2
    assert rows(ask(service, "/audit/sparql", by_graph, headers, **{"default-graph-uri": guesses})) == []


@pytest.mark.parametrize("query", ESCAPES)
@pytest.mark.parametrize("parameter", [None, "default-graph-uri", "named-graph-uri"])
def test_no_query_sees_the_graphs_of_another_partner(
    service: TestClient, people: People, bearer: Bearer, guesses: str, query: str, parameter: str | None
) -> None:
    parameters = {parameter: guesses} if parameter else {}
    headers = bearer(people.ann) | {"accept": "application/sparql-results+json, application/n-triples"}
    answer = ask(service, f"/partner/{PARTNER}/sparql", query, headers, **parameters)
    assert answer.status_code == 200
    # That there is such an organisation stands in the shared graph of agents.
    assert not any(
        f"/{kind}/{OTHER}" in answer.text for kind in ("annotation", "metadata", "run", "validation", "item")
    )


def test_who_may_not_ask_gets_no_answer(service: TestClient, people: People, bearer: Bearer, guesses: str) -> None:
    for path in ("/audit/sparql", f"/partner/{PARTNER}/sparql"):
        assert ask(service, path, STATUS, {}).status_code == 401
        assert ask(service, path, STATUS, {"Authorization": "Bearer forged"}).status_code == 401
        assert ask(service, path, STATUS, bearer(people.bob)).status_code == 403
        assert ask(service, path, STATUS, bearer(people.pipeline)).status_code == 403
    assert ask(service, "/audit/sparql", STATUS, bearer(people.ann)).status_code == 403
    unknown, others = (
        ask(service, f"/partner/{partner}/sparql", STATUS, bearer(people.ann)) for partner in ("OR-0000000", OTHER)
    )
    assert unknown.text.replace("OR-0000000", OTHER) == others.text


def test_an_answer_is_kept_nowhere_and_shared_with_no_other_site(
    service: TestClient, people: People, bearer: Bearer
) -> None:
    answer = ask(service, "/audit/sparql", STATUS, bearer(people.rita))
    assert answer.headers["cache-control"] == "private, no-store"
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("DELETE WHERE { ?s ?p ?o }", 403),
        ("LOAD <http://ex.org/>", 403),
        ("SELECT * { SERVICE <http://ex.org/> {} }", 400),
    ],
)
def test_updates_and_calls_to_others_are_refused_here_too(
    service: TestClient, people: People, bearer: Bearer, text: str, status: int
) -> None:
    assert ask(service, "/audit/sparql", text, bearer(people.rita)).status_code == status


@pytest.mark.parametrize("path", ["/sparql", "/audit/sparql", f"/partner/{PARTNER}/sparql"])
@pytest.mark.parametrize("name", ["rita", "ann"])
def test_no_endpoint_takes_an_update_in_any_of_its_forms(
    service: TestClient, people: People, bearer: Bearer, path: str, name: str
) -> None:
    headers = bearer(getattr(people, name))
    answers = [
        service.get(path, params={"update": "CLEAR ALL"}, headers=headers),
        service.get(path, params={"query": "INSERT DATA { <s:s> <p:p> <o:o> }"}, headers=headers),
        service.post(path, data={"update": "CLEAR ALL"}, headers=headers),
        service.post(path, content="CLEAR ALL", headers=headers | {"content-type": "application/sparql-update"}),
    ]
    assert {answer.status_code for answer in answers} == {403}
    assert {answer.headers["content-type"] for answer in answers} == {"application/problem+json"}
    assert service.put(path, content=b"", headers=headers).status_code == 405
    assert service.delete(path, headers=headers).status_code == 405


def test_the_query_page_asks_the_same_endpoint(service: TestClient, people: People, bearer: Bearer) -> None:
    page = ask(service, "/audit/sparql", STATUS, bearer(people.rita) | {"accept": "text/html"})
    assert 'action="/audit/sparql"' in page.text
    assert "not approved" in page.text


def test_a_guess_and_a_decision_are_seen_by_the_next_query(
    service: TestClient, people: People, bearer: Bearer, bring: Bringing, run: Run
) -> None:
    path, headers = f"/partner/{PARTNER}/sparql", bearer(people.ann)
    assert rows(ask(service, path, STATUS, headers)) == []
    bring(run, a_face_match())
    (row,) = rows(ask(service, path, STATUS, headers))
    service.post(f"/review/{row['s']['value']}:reject", json={"reason": ""}, headers=headers)
    assert {row["status"]["value"].rsplit("/", 1)[1] for row in rows(ask(service, path, STATUS, headers))} <= {
        "rejected",
        "proposed",
    }
