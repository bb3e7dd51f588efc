import pyoxigraph
import pytest
from fastapi.testclient import TestClient

from give_ld.resources import AUTHORED_BASE
from give_ld.store.embedded import EmbeddedStore
from give_ld.store.snapshots import Snapshots

BASE = "http://testserver"
GRAPH = f"<{BASE}/graph/public/OR-test001>"
ANNOTATION = "/id/annotation/abc"
DOCUMENT = "/doc/annotation/abc"
FORMATS = {".ttl": "text/turtle", ".jsonld": "application/ld+json", ".nt": "application/n-triples"}


def triples(content: bytes, media_type: str) -> set[str]:
    rdf_format = pyoxigraph.RdfFormat.from_media_type(media_type)
    return {str(quad.triple) for quad in pyoxigraph.parse(content, rdf_format)}


@pytest.mark.parametrize("path", ["annotation/abc", "item/OR-test001/qs0001", "refset-person/0001"])
def test_a_name_leads_to_its_document(client: TestClient, path: str) -> None:
    for ask in (client.get, client.head):
        answer = ask(f"/id/{path}")
        assert (answer.status_code, answer.headers["location"]) == (303, f"{BASE}/doc/{path}")
        assert answer.headers["access-control-allow-origin"] == "*"
    assert client.get(f"/doc/{path}").status_code == 200


def test_every_format_says_the_same(client: TestClient) -> None:
    expected = triples(client.get(DOCUMENT + ".nt").content, "application/n-triples")
    assert any("annotationConfidence" in triple for triple in expected)
    assert any("Testarchief" in triple for triple in expected), "labels one step away"
    assert any("00:00:02.5" in triple for triple in expected), "the fragment"
    for ending, media_type in FORMATS.items():
        by_ending = client.get(DOCUMENT + ending, headers={"accept": "text/html"})
        by_header = client.get(DOCUMENT, headers={"accept": media_type})
        by_parameter = client.get(DOCUMENT, params={"_mediatype": media_type}, headers={"accept": "text/html"})
        for answer in (by_ending, by_header, by_parameter):
            assert answer.headers["content-type"].split(";")[0] == media_type
            assert triples(answer.content, media_type) == expected
    assert client.get(DOCUMENT, headers={"accept": "image/png"}).status_code == 406


def test_each_representation_has_a_tag_of_its_own_that_changes_with_the_data(
    client: TestClient, public_store: EmbeddedStore, snapshots: Snapshots
) -> None:
    tags = {ending: client.get(DOCUMENT + ending).headers["etag"] for ending in (*FORMATS, ".html")}
    assert len(set(tags.values())) == 4
    held = client.get(DOCUMENT + ".ttl", headers={"if-none-match": f'"other", W/{tags[".ttl"]}'})
    assert (held.status_code, held.content, held.headers["etag"]) == (304, b"", tags[".ttl"])
    public_store.apply([], [f'<{BASE}{ANNOTATION}> <https://schema.org/name> "new" {GRAPH} .'])
    snapshots.mark_dirty()
    fresh = client.get(DOCUMENT + ".ttl", headers={"if-none-match": tags[".ttl"]})
    assert (fresh.status_code, "new" in fresh.text) == (200, True)


def test_head_has_the_headers_of_get(client: TestClient) -> None:
    get, head = client.get(DOCUMENT), client.head(DOCUMENT)
    assert head.content == b""
    for name in ("etag", "content-type", "content-length", "link", "vary"):
        assert head.headers[name] == get.headers[name]
    assert f'<{BASE}{ANNOTATION}>; rel="cite-as"' in get.headers["link"]


def test_unknown_and_not_public_look_the_same(client: TestClient, public_store: EmbeddedStore) -> None:
    # In the store but in no snapshot, as what has not been decided is in no public store.
    client.get(DOCUMENT)
    public_store.apply([], [f'<{BASE}/id/annotation/hidden> <https://schema.org/name> "x" {GRAPH} .'])
    for start in ("/id", "/doc"):
        hidden, unknown = client.get(f"{start}/annotation/hidden"), client.get(f"{start}/annotation/unknown")
        assert hidden.status_code == unknown.status_code == 404
        assert hidden.json() | {"instance": ""} == unknown.json() | {"instance": ""}
        assert set(hidden.headers.items()) - {("content-length", hidden.headers["content-length"])} == set(
            unknown.headers.items()
        ) - {("content-length", unknown.headers["content-length"])}


@pytest.mark.parametrize(
    "path", ["/id/annotation/withdrawn", "/doc/annotation/withdrawn", "/doc/annotation/withdrawn.ttl"]
)
def test_what_was_withdrawn_is_gone(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (410, "gone")


@pytest.mark.parametrize(
    "path",
    [
        "annotation/a%3E%20%3Fp",
        "annotation/%22",
        "annotation/a%23b",
        "annotation/a%3Fb",
        "annotation/a%0Ab",
        "item/" + "x" * 3000,
    ],
)
def test_what_can_be_no_name_is_not_found(client: TestClient, path: str) -> None:
    assert client.get(f"/id/{path}").status_code == 404
    assert client.get(f"/doc/{path}").status_code == 404


def test_the_page_of_an_annotation_says_what_where_how_sure_and_why(client: TestClient) -> None:
    answer = client.get(DOCUMENT, headers={"accept": "text/html", "accept-language": "nl-BE, nl;q=0.9"})
    assert answer.headers["content-type"].startswith("text/html")
    for text in (
        'lang="nl"',
        "94 % (gekalibreerd)",
        "00:00:01 → 00:00:02.5",
        "Testarchief",
        "Marie Curie",
        "/why?annotation=",
    ):
        assert text in answer.text
    english = client.get(DOCUMENT, headers={"accept": "text/html", "accept-language": "en"}).text
    assert "Marie Skłodowska Curie" in english
    assert "94 % (calibrated)" in english


def test_an_annotation_without_confidence_is_marked(
    client: TestClient, public_store: EmbeddedStore, snapshots: Snapshots
) -> None:
    confidence = "http://www.ebu.ch/metadata/ontologies/ebucore/ebucore#annotationConfidence"
    decimal = "http://www.w3.org/2001/XMLSchema#decimal"
    public_store.apply([f'<{BASE}{ANNOTATION}> <{confidence}> "0.94"^^<{decimal}> {GRAPH} .'], [])
    snapshots.mark_dirty()
    assert "not calibrated" in client.get(DOCUMENT + ".html").text


def test_the_page_of_a_person_names_what_points_there_and_runs_nothing(client: TestClient) -> None:
    page = client.get("/doc/refset-person/0001.html").text
    assert f"{BASE}/id/item/OR-test001/qs0001" in page
    assert 'aria-label="Why is this here, and who said so?"' in page
    assert "&lt;script&gt;" in page
    assert "<script" not in page


def test_options_say_what_may_be_asked(client: TestClient) -> None:
    for path in (ANNOTATION, DOCUMENT, "/ns", "/context.jsonld"):
        assert client.options(path).headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    assert client.get("/other/kind/local").status_code == 404


@pytest.mark.parametrize("accept", ["text/turtle", "application/ld+json", "application/n-triples", "text/html"])
def test_the_ontology_comes_under_this_base(client: TestClient, accept: str) -> None:
    answer = client.get("/ns", headers={"accept": accept})
    assert answer.headers["content-type"].split(";")[0] == accept
    assert f"{BASE}/ns#" in answer.text
    assert AUTHORED_BASE not in answer.text
    assert client.get("/ns", headers={"accept": accept, "if-none-match": answer.headers["etag"]}).status_code == 304


def test_the_context_comes_under_this_base(client: TestClient) -> None:
    answer = client.get("/context.jsonld")
    assert answer.headers["content-type"] == "application/ld+json"
    assert "@context" in answer.json()
    assert AUTHORED_BASE not in answer.text
