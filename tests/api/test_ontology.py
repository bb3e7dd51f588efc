"""Every IRI of the ontology leads somewhere, and the page about it has what it promises."""

import re
from collections.abc import Callable, Iterator
from functools import cache

import pyoxigraph
import pytest
from fastapi.testclient import TestClient
from httpx import Response
from pyoxigraph import RdfFormat

from give_ld.api.pages.diagram import ARROWS, BOXES, OWN
from give_ld.api.pages.ontology import anchor
from give_ld.api.pages.ontology_words import WORDS
from give_ld.config import Settings
from give_ld.home import open_home
from give_ld.kb.base import open_kb
from give_ld.rdf.namespaces import OWL, RDF
from give_ld.rdf.ontology import LANGUAGES, PRIVATE_GRAPHS, Ontology, read_example
from give_ld.rdf.shacl import read_shapes
from give_ld.resources import AUTHORED_BASE, read_turtle
from give_ld.store.pool import QueryPool
from tests.factories import BASE

TURTLE = "text/turtle"
FORMATS = (TURTLE, "application/ld+json", "application/n-triples", "text/html")


@cache
def ontology() -> Ontology:
    return Ontology(BASE)


def shape_iris() -> list[str]:
    found = read_shapes(read_turtle("shapes", BASE).values()).subjects(unique=True)
    return sorted(str(shape) for shape in found if str(shape).startswith(f"{BASE}/shapes#"))


def documents() -> list[str]:
    own = ontology()
    links = own.links(own.iri, OWL + "versionIRI", "http://purl.org/vocab/vann/changes")
    seen = own.links(own.iri, "http://www.w3.org/2000/01/rdf-schema#seeAlso")
    return [own.iri, *links, *seen, f"{own.iri}/example"]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The whole service over an empty instance; these tests only read."""
    from give_ld.api.app import create_app

    home = open_home(Settings(home=tmp_path_factory.mktemp("home"), base=BASE, sparql_workers=1))
    pool = QueryPool(home.settings, home.snapshots.current)
    with TestClient(create_app(home, pool, open_kb(None)), base_url=BASE) as opened:
        yield opened


@pytest.fixture(scope="module")
def read(client: TestClient) -> Callable[[str, str], tuple[Response, frozenset[str]]]:
    """Asks for an address once: the answer and, of Turtle, the subjects that it describes."""

    @cache
    def asked(address: str, accept: str) -> tuple[Response, frozenset[str]]:
        answer = client.get(address, headers={"accept": accept})
        quads = pyoxigraph.parse(answer.text, RdfFormat.TURTLE) if accept == TURTLE else ()
        return answer, frozenset(str(quad.subject) for quad in quads)

    return asked


@pytest.mark.parametrize("accept", [TURTLE, "text/html"])
@pytest.mark.parametrize("iri", [*ontology().described(), *shape_iris()])
def test_every_term_concept_scheme_and_shape_leads_to_what_describes_it(
    read: Callable[[str, str], tuple[Response, frozenset[str]]], iri: str, accept: str
) -> None:
    address, _, fragment = iri.partition("#")
    answer, subjects = read(address, accept)
    assert answer.status_code == 200, iri
    assert answer.headers["content-type"].startswith(accept)
    if accept == TURTLE:
        assert f"<{iri}>" in subjects
    else:
        assert iri in answer.text
        assert not fragment or f'id="{fragment}"' in answer.text


@pytest.mark.parametrize("iri", documents())
def test_every_document_of_the_ontology_can_be_read_asked_for_and_kept(client: TestClient, iri: str) -> None:
    answer = client.get(iri)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert (AUTHORED_BASE in answer.text) == iri.endswith("/example")
    assert client.get(iri, headers={"if-none-match": answer.headers["etag"]}).status_code == 304
    head = client.head(iri)
    assert (head.status_code, head.headers["etag"], head.content) == (200, answer.headers["etag"], b"")
    assert client.options(iri).headers["allow"] == "GET, HEAD, OPTIONS"
    assert client.post(iri).status_code == 405


@pytest.mark.parametrize("path", ["/ns", "/shapes"])
@pytest.mark.parametrize(("name", "media_type"), zip(("ttl", "jsonld", "nt", "html"), FORMATS, strict=True))
def test_a_format_can_be_asked_for_by_name_or_by_header(
    client: TestClient, path: str, name: str, media_type: str
) -> None:
    named = client.get(path, params={"format": name}, headers={"accept": "text/plain"})
    liked = client.get(path, headers={"accept": media_type})
    assert named.headers["content-type"].split(";")[0] == liked.headers["content-type"].split(";")[0] == media_type
    assert named.headers["etag"] == liked.headers["etag"]
    assert client.get(path, headers={"accept": "image/png"}).status_code == 406


def test_the_versions_and_schemes_that_do_not_exist_are_not_found(client: TestClient) -> None:
    for path in ("/ns/9.9.9", "/id/nothing", "/id/status%2F"):
        assert client.get(path).status_code == 404, path


def test_a_scheme_leads_to_its_place_on_the_page(client: TestClient) -> None:
    answer = client.get("/id/status", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{BASE}/ns#scheme-status")
    assert client.head("/id/status", follow_redirects=False).status_code == 303
    assert client.options("/id/status").headers["allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_speaks_the_language_that_is_asked_for(client: TestClient, lang: str) -> None:
    named = client.get("/ns", params={"lang": lang}, headers={"accept": "text/html", "accept-language": "de"}).text
    assert named == client.get("/ns", headers={"accept": "text/html", "accept-language": f"{lang}-BE"}).text
    assert f'<html lang="{lang}">' in named
    status = f"{BASE}/id/status/approved"
    for text in (WORDS[lang]["contents"], ontology().label(status, lang), f"{BASE}/ns/{ontology().version}"):
        assert text in named
    assert "<script" not in named


def test_the_anchors_and_links_within_the_page_are_whole(client: TestClient) -> None:
    page = client.get("/ns", headers={"accept": "text/html"}).text
    anchors = re.findall(r'id="([^"]+)"', page)
    assert len(anchors) == len(set(anchors))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(anchors)
    assert {anchor(iri, BASE) for iri in ontology().described()} <= set(anchors)


def test_what_is_never_public_is_marked_so(client: TestClient) -> None:
    page = client.get("/ns", params={"lang": "en"}, headers={"accept": "text/html"}).text
    marked = dict(re.findall(r'<section class="term[^"]*" id="(\w+)">(.*?)</section>', page, re.DOTALL))
    for private in ("Validation", "validatedIn", "hasCandidate", "parameters", "collection", "UnknownFace"):
        assert "private only" in marked[private], private
    for shown in ("FaceMatch", "rawScore", "validatedBy", "Calibrator", "ReferencePerson"):
        assert "private only" not in marked[shown], shown


def test_all_words_stand_in_all_languages() -> None:
    assert set(WORDS) == set(LANGUAGES)
    assert len({frozenset(words) for words in WORDS.values()}) == 1


@pytest.mark.parametrize("arrow", ARROWS, ids=lambda arrow: f"{arrow[0]}-{arrow[3]}")
def test_an_arrow_of_the_diagram_stands_in_the_example(arrow: tuple[str, str, str, str, str]) -> None:
    start, predicate, name, end, kind = arrow
    quads = list(pyoxigraph.parse(read_example(BASE), RdfFormat.TRIG))
    own = f"{BASE}/ns#"
    typed: dict[str, set[object]] = {}
    for quad in quads:
        if quad.predicate.value == RDF + "type":
            typed.setdefault(quad.object.value.replace(own, OWN), set()).add(quad.subject)  # type: ignore[union-attr]
    found = [
        quad
        for quad in quads
        if quad.predicate.value.replace(own, OWN) == predicate
        and quad.subject in typed[BOXES[start].iri]
        and quad.object in typed[BOXES[end].iri]
    ]
    assert found
    assert predicate.endswith(name.rpartition(":")[2].removeprefix("…"))
    concerns = {str(quad.graph_name).removeprefix(f"<{BASE}/graph/").rstrip(">").partition("/")[0] for quad in found}
    assert (kind == "private") == concerns.issubset(PRIVATE_GRAPHS)
    assert kind != "fact" or concerns == {"public"}
