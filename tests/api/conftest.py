"""What the tests of the public routes share: a small public graph behind real workers, and a client."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from give_ld.api import problems
from give_ld.api.routes.resources import Journalled, resource_routes
from give_ld.api.routes.sparql import sparql_routes
from give_ld.api.routes.void import void_routes
from give_ld.config import Settings
from give_ld.store.embedded import EmbeddedStore
from give_ld.store.opening import open_store
from give_ld.store.pool import QueryPool
from give_ld.store.snapshots import Snapshots

BASE = "http://testserver"
GRAPH = f"<{BASE}/graph/public/OR-test001>"
EBUCORE = "http://www.ebu.ch/metadata/ontologies/ebucore/ebucore#"
ANNOTATION = f"{BASE}/id/annotation/abc"
PERSON = f"{BASE}/id/refset-person/0001"
ITEM = f"{BASE}/id/item/OR-test001/qs0001"
FILE = f"{BASE}/id/file/f1"
FRAGMENT = f"{FILE}#t=npt:1.000,2.500&xywh=pixel:1,2,3,4"
WITHDRAWN = f"{BASE}/id/annotation/withdrawn"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
NAME = "<https://schema.org/name>"
QUADS = [
    f"<{ANNOTATION}> {TYPE} <{EBUCORE}Annotation> {GRAPH} .",
    f"<{ANNOTATION}> <{EBUCORE}isAnnotatedMediaResource> <{FRAGMENT}> {GRAPH} .",
    f"<{ANNOTATION}> <{EBUCORE}hasAnnotationRelatedArtefact> <{PERSON}> {GRAPH} .",
    f'<{ANNOTATION}> <{EBUCORE}annotationConfidence> "0.94"^^<http://www.w3.org/2001/XMLSchema#decimal> {GRAPH} .',
    f"<{ANNOTATION}> <{BASE}/ns#validatedBy> <{BASE}/id/organisation/OR-test001> {GRAPH} .",
    f'<{BASE}/id/organisation/OR-test001> <http://www.w3.org/2004/02/skos/core#prefLabel> "Testarchief"@nl {GRAPH} .',
    f'<{FRAGMENT}> <https://schema.org/startTime> "00:00:01"^^<http://www.w3.org/2001/XMLSchema#time> {GRAPH} .',
    f'<{FRAGMENT}> <https://schema.org/endTime> "00:00:02.5"^^<http://www.w3.org/2001/XMLSchema#time> {GRAPH} .',
    f'<{PERSON}> {NAME} "Marie Curie"@nl {GRAPH} .',
    f'<{PERSON}> {NAME} "Marie Skłodowska Curie"@en {GRAPH} .',
    f"<{ITEM}> <https://schema.org/mentions> <{PERSON}> {GRAPH} .",
    f'<{ITEM}> {NAME} "<script>alert(1)</script>"@nl {GRAPH} .',
]


@pytest.fixture
def public_store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    store = open_store(tmp_path / "public", union=True)
    store.apply([], QUADS)
    yield store
    store.close()


@pytest.fixture
def snapshots(public_store: EmbeddedStore, tmp_path: Path) -> Snapshots:
    return Snapshots(public_store, tmp_path / "snapshots")


@pytest.fixture
def application(snapshots: Snapshots) -> Iterator[FastAPI]:
    settings = Settings(base=BASE, sparql_workers=1, sparql_accept_network=True, sparql_seconds=10, sparql_rows=1000)
    pool = QueryPool(settings, snapshots.current)
    app = FastAPI()
    problems.install(app)
    app.include_router(sparql_routes(pool, settings))
    app.include_router(void_routes(pool, settings))
    app.include_router(resource_routes(pool, settings, Journalled(lambda iri: iri == WITHDRAWN)))
    yield app
    pool.close()


@pytest.fixture
def client(application: FastAPI) -> Iterator[TestClient]:
    with TestClient(application, base_url=BASE, follow_redirects=False) as client:
        yield client
