import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from give_ld.api import problems
from give_ld.api.routes.sparql import sparql_routes
from give_ld.config import Settings
from give_ld.store.embedded import EmbeddedStore
from give_ld.store.pool import QueryPool
from give_ld.store.snapshots import Snapshots
from tests.api.conftest import GRAPH
from tests.conftest import EVALUATION
from tests.engines import free_port, wait_for

CONFORMANCE = EVALUATION / "conformance" / "w3c-sparql-protocol"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
SELECT = "SELECT ?name { ?s <https://schema.org/name> ?name } ORDER BY ?name"


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        (SELECT, None, "application/sparql-results+json"),
        (SELECT, "application/sparql-results+xml", "application/sparql-results+xml"),
        (SELECT, "text/csv", "text/csv"),
        (SELECT, "text/turtle, text/tab-separated-values;q=0.5", "text/tab-separated-values"),
        (SELECT, "application/json", "application/json"),
        ("ASK {}", "*/*", "application/sparql-results+json"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", None, "text/turtle"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "application/sparql-results+json, application/n-quads", "application/n-quads"),
        ("DESCRIBE <http://ex.org/x>", "application/ld+json", "application/ld+json"),
    ],
)
def test_the_answer_has_the_type_asked_for(client: TestClient, query: str, accept: str | None, media_type: str) -> None:
    answer = client.get("/sparql", params={"query": query}, headers={"accept": accept} if accept else {})
    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == media_type
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["vary"] == "Accept"


def test_a_client_that_used_up_its_query_time_is_told_when_to_come_back(snapshots: Snapshots) -> None:
    settings = Settings(sparql_workers=1, sparql_accept_network=True, sparql_client_seconds=0.000_001)
    pool, app = QueryPool(settings, snapshots.current), FastAPI()
    problems.install(app)
    app.include_router(sparql_routes(pool, settings))
    with TestClient(app) as client:
        assert client.get("/sparql", params={"query": "ASK {}"}).status_code == 200
        refused = client.get("/sparql", params={"query": "ASK {}"})
    pool.close()
    assert (refused.status_code, refused.json()["code"]) == (429, "spent")
    assert int(refused.headers["retry-after"]) > 0


def test_a_query_that_was_refused_for_its_size_is_counted_too_and_the_page_says_when_to_come_back(
    snapshots: Snapshots,
) -> None:
    settings = Settings(sparql_workers=1, sparql_accept_network=True, sparql_client_seconds=0.000_001, sparql_rows=1)
    pool, app = QueryPool(settings, snapshots.current), FastAPI()
    problems.install(app)
    app.include_router(sparql_routes(pool, settings))
    with TestClient(app) as client:
        assert client.get("/sparql", params={"query": "SELECT * { ?s ?p ?o }"}).status_code == 413
        refused = client.get("/sparql", params={"query": "ASK {}"}, headers={"accept": "text/html"})
    pool.close()
    assert (refused.status_code, refused.headers["content-type"]) == (429, "text/html; charset=utf-8")
    assert int(refused.headers["retry-after"]) > 0


@pytest.mark.parametrize("query", [SELECT, "ASK {}", "CONSTRUCT WHERE { ?s ?p ?o }"])
@pytest.mark.parametrize("accept", ["image/png", "*/*;q=0"])
def test_a_type_that_cannot_be_given_is_406(client: TestClient, query: str, accept: str) -> None:
    answer = client.get("/sparql", params={"query": query}, headers={"accept": accept})
    assert (answer.status_code, answer.json()["code"]) == (406, "not-acceptable")


def test_a_form_with_no_acceptable_type_is_406(client: TestClient) -> None:
    assert client.get("/sparql", params={"query": "ASK {}"}, headers={"accept": "text/csv"}).status_code == 406


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/sparql?query=ASK%20%7B", 400),
        ("/sparql?query=ASK%7B%7D&query=ASK%7B%7D", 400),
        ("/sparql?query=ASK%7B%7D%FF", 400),
        ("/sparql?query=ASK%7B%7D&default-graph-uri=no%20iri", 400),
        ("/sparql?query=ASK%7B%7D&format=nonsense", 406),
        ("/sparql?query=SELECT%20*%20%7BSERVICE%20%3Chttp%3A%2F%2F127.0.0.1%3A9%3E%20%7B%7D%7D", 400),
        ("/sparql?update=CLEAR%20ALL", 403),
        ("/sparql?query=CLEAR%20ALL", 403),
        ("/sparql?" + "x=1&" * 3000, 400),
    ],
)
def test_a_bad_get_is_refused(client: TestClient, url: str, status: int) -> None:
    answer = client.get(url)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("media_type", "body", "status"),
    [
        ("application/x-www-form-urlencoded", b"query=ASK%20%7B%7D", 200),
        ("application/x-www-form-urlencoded; charset=UTF-8", b"query=ASK%20%7B%7D", 200),
        ("application/sparql-query", b"ASK {}", 200),
        ("Application/SPARQL-Query; charset=utf-8", b"ASK {}", 200),
        ("application/sparql-query; charset=utf-16", "ASK {}".encode("utf-16"), 415),
        ("application/sparql-query", b"ASK { ?s ?p '\xff' }", 400),
        ("application/sparql-query", b"ASK {} #" + b"x" * 300_000, 413),
        ("application/sparql-query", b"ASK {} #" + b"x" * 66_000, 413),
        ("application/sparql-update", b"CLEAR ALL", 403),
        ("application/x-www-form-urlencoded", b"update=CLEAR+ALL", 403),
        ("application/x-www-form-urlencoded", b"", 400),
        ("application/x-www-form-urlencoded", "query=é".encode(), 400),
        ("text/plain", b"ASK {}", 415),
        ("application/json", b"{}", 415),
    ],
)
def test_post_takes_a_form_or_a_query(client: TestClient, media_type: str, body: bytes, status: int) -> None:
    assert client.post("/sparql", content=body, headers={"content-type": media_type}).status_code == status


def test_a_post_without_a_type_is_415(client: TestClient) -> None:
    assert client.post("/sparql", content=b"ASK {}").status_code == 415


def test_head_options_and_other_methods(client: TestClient) -> None:
    head = client.head("/sparql", params={"query": "ASK {}"})
    assert (head.status_code, head.content) == (200, b"")
    options = client.options("/sparql", headers={"origin": "http://elsewhere.example"})
    assert (options.status_code, options.headers["access-control-allow-methods"]) == (204, "GET, HEAD, POST, OPTIONS")
    refused = client.put("/sparql", params={"query": "ASK {}"})
    assert refused.status_code == 405
    assert "GET" in refused.headers["allow"]


@pytest.mark.parametrize("how", ["FROM", "parameters", "nothing"])
@pytest.mark.parametrize("graphs", [("a", "b"), ("a", "b", "c", "unknown"), ("a", "b", "a"), ("a",)])
def test_a_triple_that_stands_in_several_graphs_counts_once(
    client: TestClient, public_store: EmbeddedStore, snapshots: Snapshots, how: str, graphs: tuple[str, ...]
) -> None:
    both = [f"<http://ex.org/s> <http://ex.org/p> <http://ex.org/o> <http://ex.org/{each}> ." for each in "abc"]
    public_store.apply([], both)
    snapshots.mark_dirty()
    names = [f"http://ex.org/{each}" for each in graphs]
    dataset = " ".join(f"FROM <{name}>" for name in names) if how == "FROM" else ""
    query = f"SELECT (COUNT(*) AS ?n) {dataset} WHERE {{ <http://ex.org/s> ?p ?o }}"
    parameters = {"query": query, **({"default-graph-uri": names} if how == "parameters" else {})}
    answer = client.get("/sparql", params=parameters)
    assert answer.json()["results"]["bindings"][0]["n"]["value"] == "1", answer.text


def test_graphs_too_large_to_be_merged_are_a_declared_limit(
    client: TestClient, public_store: EmbeddedStore, snapshots: Snapshots, tmp_path: Path
) -> None:
    triple = "<http://ex.org/{}> <http://ex.org/p> <http://ex.org/o>"
    large = tmp_path / "large.nq"
    large.write_text("".join(f"{triple.format(i)} <http://ex.org/{'ab'[i % 2]}> .\n" for i in range(1001)))
    public_store.load(large)
    snapshots.mark_dirty()
    names = ["http://ex.org/a", "http://ex.org/b"]
    query = "SELECT (COUNT(*) AS ?n) { ?s <http://ex.org/p> ?o }"
    refused = client.get("/sparql", params={"query": query, "default-graph-uri": names})
    assert (refused.status_code, refused.json()["code"]) == (413, "too-large")
    everything = client.get("/sparql", params={"query": query, "default-graph-uri": [*names, GRAPH.strip("<>")]})
    assert everything.json()["results"]["bindings"][0]["n"]["value"] == "1001"


def test_relative_iris_are_resolved_against_the_endpoint(client: TestClient) -> None:
    answer = client.get("/sparql", params={"query": "SELECT (STR(<>) AS ?here) {}", "format": "csv"})
    assert answer.text.splitlines()[1] == "http://testserver/sparql"


def test_without_a_query_the_endpoint_describes_itself(client: TestClient) -> None:
    for media_type in ("text/turtle", "application/rdf+xml", "application/n-triples", "application/ld+json"):
        answer = client.get("/sparql", headers={"accept": media_type})
        rdf_format = pyoxigraph.RdfFormat.from_media_type(media_type)
        found = {
            (quad.predicate.value.split("#")[-1], quad.object.value)
            for quad in pyoxigraph.parse(answer.content, rdf_format)
        }
        assert ("endpoint", "http://testserver/sparql") in found
        assert ("feature", "http://www.w3.org/ns/sparql-service-description#BasicFederatedQuery") not in found
    assert client.get("/sparql").headers["content-type"].startswith("text/turtle")


def test_a_host_that_is_no_host_does_not_reach_the_description(client: TestClient) -> None:
    answer = client.get("/sparql", headers={"host": 'a"><b'})
    assert "<b" not in answer.text


def test_a_browser_gets_a_page_with_a_form_and_examples(client: TestClient) -> None:
    answer = client.get("/sparql", headers={"accept": BROWSER})
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["vary"] == "Accept, Accept-Language"
    assert "<textarea" in answer.text
    links = re.findall(r'<li><a href="(/sparql\?query=[^"]+)"', answer.text)
    assert len(links) >= 3
    assert {client.get(link.replace("&amp;", "&")).status_code for link in links} == {200}


def test_a_browser_gets_rows_as_a_table_that_runs_nothing(client: TestClient) -> None:
    answer = client.get("/sparql", params={"query": SELECT}, headers={"accept": BROWSER})
    assert "Marie Curie</span>" in answer.text
    assert "&lt;script&gt;" in answer.text
    assert "<script" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    csv = re.search(r'href="(/sparql\?[^"]+format=csv)"', answer.text)
    assert csv
    assert client.get(csv[1].replace("&amp;", "&")).text.startswith("name\r\n")


@pytest.mark.parametrize(("query", "shown"), [("ASK {}", "true"), ("CONSTRUCT WHERE { ?s ?p ?o }", "Curie")])
def test_a_browser_gets_every_form_of_answer(client: TestClient, query: str, shown: str) -> None:
    assert shown in client.get("/sparql", params={"query": query}, headers={"accept": BROWSER}).text


def test_a_browser_is_told_what_is_wrong_with_its_query(client: TestClient) -> None:
    answer = client.get("/sparql", params={"query": "SELECT * { <b>"}, headers={"accept": BROWSER})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert "SELECT * { &lt;b&gt;" in answer.text


@pytest.fixture
def endpoint(tmp_path: Path) -> Iterator[str]:
    """Yield the URL of the command that serves a dump, here the fixtures of the conformance suite."""
    url = f"http://127.0.0.1:{free_port()}"
    dump = ["--dump", str(CONFORMANCE / "fixtures.nq"), "--port", url.rpartition(":")[2]]
    environment = {**os.environ, "GIVE_LD_SPARQL_ACCEPT_NETWORK": "true"}
    with (tmp_path / "log").open("wb") as log:
        command = [sys.executable, "-m", "give_ld.cli", "serve", *dump]
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        wait_for(url)
        yield f"{url}/sparql"
    finally:
        server.terminate()
        server.wait(30)


def test_a_server_of_a_dump_that_is_told_to_end_leaves_nothing_behind(tmp_path: Path) -> None:
    dump, scratch = tmp_path / "dump.nq", tmp_path / "scratch"
    scratch.mkdir()
    dump.write_text('<http://ex.org/s> <http://ex.org/p> "o" <http://ex.org/g> .\n')
    environment = {**os.environ, "GIVE_LD_SPARQL_ACCEPT_NETWORK": "true", "TMPDIR": str(scratch)}
    url = f"http://127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "give_ld.cli", "serve", "--dump", str(dump), "--port", url.rpartition(":")[2]]
    server = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    wait_for(url)
    assert [path.name[:13] for path in scratch.iterdir()] == ["give-ld-dump-"]
    server.terminate()
    assert server.wait(30) == 0
    assert list(scratch.iterdir()) == []


@pytest.mark.evaluation
@pytest.mark.skipif(not CONFORMANCE.is_dir(), reason="GIVE_LD_EVAL has no W3C SPARQL Protocol tests")
def test_the_w3c_protocol_tests_pass(endpoint: str) -> None:
    command = [sys.executable, str(CONFORMANCE / "w3c_http.py"), "--query", endpoint, "--readonly", "-v"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    assert lines[-1] == "30 passed, 0 failed, 7 skipped", done.stdout
    # Three of the thirty are the suite of the service description.
    described = {"sd returns-rdf", "sd has-endpoint-triple", "sd conforms-to-schema"}
    assert described <= {line.removeprefix("ok").strip() for line in lines if line.startswith("ok")}
