"""The examples and recipes of docs/sparql.md, each run over the worked example of the model on a real server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pyoxigraph
import pytest
import uvicorn

from give_ld.api.app import create_app
from give_ld.config import Settings
from give_ld.home import Home, open_home
from give_ld.kb.base import open_kb
from give_ld.model.decision import Role
from give_ld.model.item import Partner
from give_ld.people import add_partner, add_user, issue_token
from give_ld.rdf.ontology import read_example
from give_ld.resources import AUTHORED_BASE
from give_ld.store.pool import QueryPool
from give_ld.store.queries import Example, example_queries
from tests.factories import PARTNER
from tests.sparql_doc import FILE

RESULTS = "application/sparql-results+json, application/n-triples"
SHARED = ("agent", "refset", "vocabulary")
RECIPES = re.findall(r"```(sh|python)\n(.*?)```", FILE.read_text(encoding="utf-8"), re.DOTALL)


@dataclass(frozen=True)
class Served:
    """A server over the worked example, and the tokens of an auditor and of an archivist."""

    url: str
    tokens: dict[str, str]

    def ask(self, example: Example) -> httpx.Response:
        """Ask an example where it is meant to be asked, by who may."""
        paths = {"public": "/sparql", "audit": "/audit/sparql", "partner": f"/partner/{PARTNER}/sparql"}
        token = self.tokens.get(example.endpoint)
        headers = {"accept": RESULTS} | ({"authorization": f"Bearer {token}"} if token else {})
        query = example.text(AUTHORED_BASE)
        return httpx.post(self.url + paths[example.endpoint], data={"query": query}, headers=headers, timeout=30)


def fill(home: Home) -> None:
    """Put the worked example into the graphs, each where it belongs."""
    quads = list(pyoxigraph.parse(read_example(AUTHORED_BASE), pyoxigraph.RdfFormat.TRIG))
    concerns = [str(quad.graph_name).split("/graph/")[1].strip(">").split("/")[0] for quad in quads]
    pairs = list(zip(concerns, quads, strict=True))
    home.public.apply([], [f"{quad} ." for concern, quad in pairs if concern in ("public", *SHARED)])
    home.private.apply([], [f"{quad} ." for concern, quad in pairs if concern != "public"])
    home.snapshots.mark_dirty()
    home.private_snapshots.mark_dirty()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = open_home(Settings(home=tmp_path_factory.mktemp("home"), base=AUTHORED_BASE, sparql_workers=1))
    add_partner(home, Partner(id=PARTNER, name="Voorbeeldarchief"))
    add_user(home, "Rita", [Role.AUDITOR], None)
    add_user(home, "Ann", [Role.ARCHIVIST], PARTNER)
    tokens = {"audit": issue_token(home, "Rita", days=1), "partner": issue_token(home, "Ann", days=1)}
    fill(home)
    app = create_app(home, QueryPool(home.settings, home.snapshots.current), open_kb(None))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield Served(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", tokens)
    server.should_exit = True
    thread.join()


@pytest.mark.parametrize("example", example_queries(), ids=lambda example: example.name)
def test_every_example_has_an_answer(served: Served, example: Example) -> None:
    answer = served.ask(example)
    assert answer.status_code == 200, answer.text
    if answer.headers["content-type"].startswith("application/n-triples"):
        assert len(list(pyoxigraph.parse(answer.content, pyoxigraph.RdfFormat.N_TRIPLES))) >= 1
    else:
        assert len(answer.json()["results"]["bindings"]) >= 1


@pytest.mark.parametrize(("kind", "recipe"), RECIPES, ids=lambda part: part.split("\n")[0][:40])
def test_every_recipe_prints_something(served: Served, kind: str, recipe: str, tmp_path: Path) -> None:
    command = ["bash", "-ec"] if kind == "sh" else [sys.executable, "-c"]
    environment = {**os.environ, "GIVE_LD_TOKEN": served.tokens["audit"]}
    text = recipe.replace("http://127.0.0.1:8000", served.url)
    done = subprocess.run([*command, text], env=environment, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert any(word in done.stdout for word in ("Ada Lovelace", "refset-person/lovelace", "2 facts", "decisions\n13"))


ROWS = ("sparql-results+json", "sparql-results+xml")
FORMATS = {
    "SELECT * { ?s ?p ?o } LIMIT 3": (*ROWS, "text/csv", "text/tab-separated-values"),
    "ASK { ?s ?p ?o }": ROWS,
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 3": (
        *("text/turtle", "n-triples", "rdf+xml", "ld+json", "trig", "n-quads"),
    ),
}


@pytest.mark.parametrize("query", FORMATS)
@pytest.mark.parametrize("how", ["get", "form", "direct"])
def test_every_format_comes_by_every_way_of_asking(served: Served, query: str, how: str) -> None:
    url = f"{served.url}/sparql"
    for short in FORMATS[query]:
        media_type = short if "/" in short else f"application/{short}"
        headers = {"accept": f"image/png, {media_type};q=0.3, application/x-unknown;q=0.9, text/html;q=0"}
        if how == "get":
            answer = httpx.get(url, params={"query": query}, headers=headers)
        elif how == "form":
            answer = httpx.post(url, data={"query": query}, headers=headers)
        else:
            answer = httpx.post(url, content=query, headers=headers | {"content-type": "application/sparql-query"})
        assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, media_type)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.content
        head = httpx.head(url, params={"query": query}, headers=headers)
        assert (head.status_code, head.headers["content-type"].split(";")[0], head.content) == (200, media_type, b"")


def test_the_private_endpoints_describe_themselves_without_a_word_about_public_data(served: Served) -> None:
    headers = {"accept": "text/turtle", "authorization": f"Bearer {served.tokens['audit']}"}
    for path in ("/audit/sparql", f"/partner/{PARTNER}/sparql"):
        answer = httpx.get(served.url + path, headers=headers)
        assert f"sd:endpoint <{served.url}{path}>" in answer.text
        assert "approved" not in answer.text
    public = httpx.get(f"{served.url}/sparql", headers={"accept": "text/turtle"}).text
    assert f"sd:defaultDataset <{AUTHORED_BASE}/.well-known/void#dataset>" in public


@pytest.mark.parametrize("lang", ["en", "nl", "fr"])
def test_the_pages_of_all_endpoints_offer_their_own_examples(served: Served, lang: str) -> None:
    paths = {"/sparql": "public", "/audit/sparql": "audit", f"/partner/{PARTNER}/sparql": "partner"}
    for path, endpoint in paths.items():
        headers = {"accept": "text/html", "accept-language": lang}
        headers |= {"authorization": f"Bearer {served.tokens['audit']}"} if endpoint != "public" else {}
        page = httpx.get(served.url + path, headers=headers).text
        for each in example_queries():
            assert (each.titles[lang].replace("'", "&#39;") in page) is (each.endpoint == endpoint)
