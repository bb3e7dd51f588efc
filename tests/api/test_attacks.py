"""What hostile requests get: a refusal with a reason, never a failure, and nothing of theirs runs anywhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from give_ld.api.pages import TEMPLATES
from give_ld.home import Home
from give_ld.items import ingest_items
from give_ld.model.decision import Role
from give_ld.model.run import MediaFile, Run
from give_ld.people import add_user
from tests.api.who_may import TABLE
from tests.conftest import Bearer, Bringing, People
from tests.factories import PARTNER, a_mention_without_entity, a_tag_without_concept, a_transcript

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg/onload=alert(3)>"
HOSTILE = [
    "' OR '1'='1' --",
    '"; DROP TABLE annotation; --',
    "x> } ; DROP ALL ; INSERT DATA { <urn:a> <urn:b> <urn:c> } #",
    '" } UNION { GRAPH ?g { ?s ?p ?o } } #',
    "\\u003e\\u007d",
    "../../../../etc/passwd",
    "%2e%2e%2f%00",
    "\x00\x01\x7f",
    "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace") + "\u202e\ufeff",
    MARKUP,
    "{{7*7}}{% for x in ().__class__.__base__.__subclasses__() %}{% endfor %}${jndi:ldap://x/y}",
    "9" * 400,
    "-1e999",
    "A" * 5000,
]
UNCALIBRATED = {"confidence": None, "calibrator": None}
pytestmark = pytest.mark.filterwarnings("ignore:Duplicate Operation ID")


@pytest.fixture
def clients(people: People, bearer: Bearer) -> dict[str, dict[str, str]]:
    """The headers of those among whom somebody gets past the door of each route."""
    users = {"own archivist": people.ann, "auditor": people.rita, "own pipeline": people.pipeline}
    users |= {"admin": people.admin}
    return {name: bearer(user) for name, user in users.items()}


def encoded(value: str) -> str:
    """Return a string as a path or a query carries it, each byte by its number."""
    return "".join(f"%{byte:02X}" for byte in value.encode())


def fields_of(schema: dict[str, Any], body: dict[str, Any]) -> Iterator[str]:
    """Yield the names in a body, those of models within models too."""
    if "$ref" in body:
        body = schema["components"]["schemas"][body["$ref"].rpartition("/")[2]]
    for each in (*body.get("anyOf", ()), *body.get("allOf", ())):
        yield from fields_of(schema, each)
    yield from body.get("properties", {})


def operations(schema: dict[str, Any]) -> Iterator[tuple[str, str, list[str], dict[str, list[str]]]]:
    """Yield method, path, query parameters and the fields of each kind of body."""
    for path, methods in schema["paths"].items():
        for method, described in methods.items():
            query = [each["name"] for each in described.get("parameters", ()) if each["in"] == "query"]
            content = described.get("requestBody", {}).get("content", {})
            bodies = {kind: list(fields_of(schema, said["schema"])) for kind, said in content.items()}
            yield method.upper(), path, query, bodies


def test_no_field_of_any_route_makes_it_fail(
    service: TestClient, home: Home, clients: dict[str, dict[str, str]], open_item: str
) -> None:
    asked = 0
    for method, path, query, bodies in operations(service.get("/openapi.json").json()):
        row = TABLE.get((method.replace("HEAD", "GET"), path))
        asker = next((name for name in clients if row and row.status(name) != 403), "admin")
        for value in HOSTILE:
            named = re.sub(r"\{[^}]+\}", encoded(value), path)
            # A client sends no longer address than this.
            params = dict.fromkeys(query, value[: 20_000 // max(1, len(query))])
            requests: list[dict[str, Any]] = [{}]
            if "application/json" in bodies:
                inner = dict.fromkeys(bodies["application/json"], value)
                requests = [{"json": inner}, {"json": {name: [inner] for name in inner}}, {"json": value}]
            elif bodies:
                requests = [{"data": dict.fromkeys(next(iter(bodies.values())), value)}]
            for request in requests:
                answer = service.request(
                    method, named, params=params, headers=clients[asker], follow_redirects=False, **request
                )
                asked += 1
                assert answer.status_code < 500, (method, path, value, answer.text)
                assert MARKUP not in answer.text or "html" not in answer.headers["content-type"], path
    assert asked > 40 * len(HOSTILE)
    assert home.journal.verify(home.projection.reached()) is None


@pytest.mark.parametrize("name", ["queue", "why", "sparql", "login"])
def test_no_query_writes(service: TestClient, home: Home, clients: dict[str, dict[str, str]], name: str) -> None:
    paths = {"queue": "/review/queue?status=", "why": "/why?annotation=", "sparql": "/sparql?query=", "login": "/me?x="}
    head = home.journal.head()
    for value in HOSTILE:
        answer = service.get(paths[name] + encoded(value), headers=clients["admin"])
        assert answer.status_code < 500
    assert home.journal.head() == head


class Elements(HTMLParser):
    """What a browser would make of a page: the elements, and what could run."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.running: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "iframe", "object", "embed", "base"):
            self.running.append(tag)
        for name, value in attrs:
            if name.startswith("on") or (value or "").strip().lower().startswith(("javascript:", "data:text")):
                self.running.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        self.text += data


def test_markup_in_names_words_and_reasons_is_text_on_every_page(
    service: TestClient, home: Home, people: People, bring: Bringing, run: Run, bearer: Bearer
) -> None:
    eve = add_user(home, MARKUP, [Role.ARCHIVIST], PARTNER)
    words = a_transcript(text=MARKUP, **UNCALIBRATED)
    file = MediaFile(sha256="e" * 64, name="<img src=x onerror=alert(4)>", mime_type="video/mp4", duration_ms=95_000)
    hostile = run.model_copy(update={"file": file})
    tag = a_tag_without_concept(text=MARKUP, **UNCALIBRATED)
    mention = a_mention_without_entity(text=MARKUP, begin=0, end=len(MARKUP), **UNCALIBRATED)
    bring(hostile, words, tag, mention)
    title = MARKUP.replace('"', '""')
    rows = ["pid,title,kind,licences\n", f'{hostile.item},"{title}",video,VIAA-PUBLIEK-CONTENT\n']
    assert ingest_items(home, rows, "items.csv", PARTNER, people.ann).refused == []
    headers = bearer(eve)
    queued = service.get("/review/queue", headers=headers).json()["rows"]
    assert queued
    html = headers | {"Accept": "text/html"}
    pages = [service.get("/review/queue", headers=html)]
    for row in queued:
        local = row["iri"].rpartition("/")[2]
        done = service.post(f"/review/{local}:approve", json={"reason": MARKUP}, headers=headers)
        assert done.status_code == 200, done.text
        pages.append(service.get("/why", params={"annotation": row["iri"]}, headers=html))
        pages.append(service.get("/why", params={"annotation": row["iri"]}, headers={"Accept": "text/html"}))
        pages.append(service.get(f"/doc/annotation/{local}", headers={"Accept": "text/html"}))
    pages.append(service.get("/review/queue?status=approved", headers=html))
    pages.append(service.get(f"/doc/item/{PARTNER}/{hostile.item}", headers={"Accept": "text/html"}))
    query = {"query": "SELECT * { ?s ?p ?o }"}
    pages.append(service.get("/sparql", params=query, headers={"Accept": "text/html"}))
    pages.append(service.get("/sparql", params={"query": MARKUP}, headers={"Accept": "text/html"}))
    pages.append(service.get("/why", params={"annotation": MARKUP}, headers={"Accept": "text/html"}))
    shown = 0
    for page in pages:
        assert page.headers["content-type"].startswith("text/html"), (page.url, page.text[:300])
        elements = Elements(page.text)
        assert elements.running == [], page.url
        shown += "<script>alert(1)</script>" in elements.text
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy
    assert shown >= 5


@pytest.mark.parametrize("file", sorted(TEMPLATES.rglob("*.*")), ids=lambda file: file.name)
def test_no_template_lets_markup_through(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"\|\s*safe\b|autoescape|Markup|\bon[a-z]+\s*=\s*[\"']|javascript:", text)
    # A value stands in quotes, where escaping holds; an unquoted one could bring an attribute of its own.
    assert not re.search(r"<[^>]*\s[a-z-]+=\{\{", text)


def test_an_upload_of_a_gigabyte_is_refused_before_it_is_read(
    service: TestClient, people: People, bearer: Bearer
) -> None:
    def body() -> Iterator[bytes]:
        raise AssertionError("somebody read the body")
        yield b""

    for path, who in (("/ingest", people.ann), ("/ingest/sidecars/made", people.pipeline), ("/reconcile", people.ann)):
        method = "PUT" if "sidecars" in path else "POST"
        headers = bearer(who) | {"Content-Length": str(2**30)}
        answer = service.request(method, path, content=body(), headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


@pytest.mark.parametrize("length", ["-1", "1e9", "9" * 50, "\u0663", ""])
def test_a_length_that_is_no_number_is_refused(service: TestClient, people: People, length: str) -> None:
    headers = [(b"content-length", length.encode())]
    answer = service.post("/review/undo", headers=headers, content=b"")
    assert answer.status_code == 413


def test_a_body_that_does_not_say_how_long_it_is_is_read_up_to_the_limit(
    service: TestClient, home: Home, people: People, bearer: Bearer
) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while sent < 4 * home.settings.request_bytes:
            sent += 2**20
            yield b"x" * 2**20

    answer = service.post("/review/undo", headers=bearer(people.ann), content=endless())
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


@pytest.mark.parametrize(
    "name", ["..%2F..%2Fjournal.sqlite", "%2Fetc%2Fpasswd", "..", ".hidden", "a%00b", "a%5C..%5Cb", "x" * 300]
)
def test_a_sidecar_is_kept_nowhere_but_in_the_inbox(
    service: TestClient, home: Home, people: People, bearer: Bearer, name: str
) -> None:
    answer = service.put(f"/ingest/sidecars/{name}", content=b"made", headers=bearer(people.pipeline))
    assert answer.status_code in (404, 405, 422)
    own = home.settings.home
    # The stores write files of their own meanwhile.
    places = [own.parent, *(place for place in own.iterdir() if place.is_dir() and "p" not in place.name)]
    files = [file for place in (own, *places) for file in place.iterdir() if file.is_file()]
    assert not any(file.stat().st_size == 4 and file.read_bytes() == b"made" for file in files)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "..\\..\\boot.ini", "a\x00b", "-rf", "x" * 5000])
def test_the_name_of_a_media_file_opens_nothing(
    home: Home, people: People, bring: Bringing, run: Run, name: str
) -> None:
    record = run.model_dump(mode="json", by_alias=True) | {"file": run.file.model_dump(mode="json") | {"name": name}}
    report = bring(json.dumps(record))
    files = [str(file) for file in home.settings.home.rglob("*")]
    assert not any("passwd" in file or "boot" in file for file in files)
    assert report.runs + len(report.refused) == 1


@pytest.mark.parametrize("path", ["/", "/auth/login", "/healthz", "/nowhere", "/static/style.css", "/sparql", "/me"])
def test_every_answer_tells_browsers_to_be_strict(service: TestClient, path: str) -> None:
    headers = service.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_what_somebody_in_particular_gets_is_kept_nowhere(service: TestClient, people: People, bearer: Bearer) -> None:
    for path in ("/me", "/review/queue", "/nowhere"):
        assert service.get(path, headers=bearer(people.ann)).headers["cache-control"] == "no-store"
