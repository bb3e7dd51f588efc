"""What the public dataset says of itself: /.well-known/void."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
from fastapi.testclient import TestClient
from pyoxigraph import RdfFormat

from give_ld.api.figures import REST, Counter
from give_ld.config import Settings
from give_ld.errors import TimedOut
from give_ld.model.run import Run
from give_ld.model.status import Verdict
from give_ld.review.decide import Decision
from give_ld.store.embedded import EmbeddedStore
from give_ld.store.pool import Answer, QueryPool, QuerySpec
from give_ld.store.snapshots import Snapshots
from tests.api.conftest import BASE, GRAPH, QUADS
from tests.conftest import Bringing, Home, People
from tests.factories import a_face_match, a_mention

VOID = "http://rdfs.org/ns/void#"
PATH = "/.well-known/void"


def said(client: TestClient) -> dict[str, set[str]]:
    """What is said of the dataset itself, by the local names of VoID's properties."""
    answer = client.get(PATH, headers={"accept": "text/turtle"})
    assert answer.status_code == 200, answer.text
    found: dict[str, set[str]] = {}
    for quad in pyoxigraph.parse(answer.content, RdfFormat.TURTLE):
        if str(quad.subject).endswith("#dataset>"):
            found.setdefault(quad.predicate.value.removeprefix(VOID), set()).add(quad.object.value)
    return found


def test_the_figures_are_those_of_the_public_graph(client: TestClient) -> None:
    found = said(client)
    assert found["triples"] == {str(len(QUADS))}
    assert found["entities"] == {str(len({quad.split()[0] for quad in QUADS}))}
    assert found["classes"] == {"1"}
    assert found["properties"] == {str(len({quad.split()[1] for quad in QUADS}))}
    assert found["sparqlEndpoint"] == {f"{BASE}/sparql"}
    assert found["uriSpace"] == {f"{BASE}/id/"}
    assert f"{BASE}/ns#" in found["vocabulary"]
    assert found["exampleResource"] == {f"{BASE}/id/annotation/abc"}
    assert "http://purl.org/dc/terms/license" not in found


def test_a_change_is_counted_and_an_unchanged_graph_is_not_counted_again(
    client: TestClient, public_store: EmbeddedStore, snapshots: Snapshots
) -> None:
    tag = client.get(PATH).headers["etag"]
    assert client.get(PATH, headers={"if-none-match": tag}).status_code == 304
    assert said(client)["triples"] == {str(len(QUADS))}


def test_a_graph_of_another_maker_with_nodes_that_have_no_name_is_described_too(
    client: TestClient, public_store: EmbeddedStore, snapshots: Snapshots, tmp_path: Path
) -> None:
    theirs = tmp_path / "theirs.trig"
    theirs.write_text("<http://ex.org/g> { [] a <http://ex.org/C>, [] . <urn:x:y> <urn:x:p> 1 }", encoding="utf-8")
    public_store.load(theirs)
    snapshots.mark_dirty()
    assert said(client)["classes"] == {"2"}


@pytest.mark.parametrize("media_type", ["text/turtle", "application/ld+json", "application/n-triples", "text/html"])
def test_the_description_comes_in_every_type(client: TestClient, media_type: str) -> None:
    answer = client.get(PATH, headers={"accept": media_type})
    assert answer.headers["content-type"].split(";")[0] == media_type
    assert answer.headers["access-control-allow-origin"] == "*"
    assert client.head(PATH, headers={"accept": media_type}).status_code == 200
    if media_type != "text/html":
        assert len(list(pyoxigraph.parse(answer.content, RdfFormat.from_media_type(media_type)))) > 20


def test_the_page_is_in_three_languages(client: TestClient) -> None:
    titles = {"en": "The public dataset", "nl": "De publieke dataset", "fr": "Le jeu de données public"}
    for lang, title in titles.items():
        page = client.get(PATH, params={"lang": lang}, headers={"accept": "text/html"}).text
        assert f"<h1>{title}</h1>" in page
        assert f">{len(QUADS)}</dd>" in page


def test_other_types_and_methods_are_refused(client: TestClient) -> None:
    assert client.get(PATH, headers={"accept": "image/png"}).status_code == 406
    assert client.post(PATH).status_code == 405
    assert client.options(PATH).headers["allow"] == "GET, HEAD, OPTIONS"


def test_a_described_thing_links_to_the_dataset_that_it_is_in(client: TestClient) -> None:
    links = client.get("/doc/annotation/abc", headers={"accept": "text/turtle"}).headers["link"]
    assert f'</.well-known/void#dataset>; rel="{VOID}inDataset"' in links


def test_nothing_unapproved_counts(
    service: TestClient, home: Home, people: People, bring: Bringing, run: Run, open_item: str
) -> None:
    before = said(service)
    guesses = a_face_match(), a_mention(confidence=None, calibrator=None)
    assert bring(run, *guesses).refused == []
    assert said(service) == before
    home.decide(people.ann, Decision(home.mint.annotation(run, guesses[0]), Verdict.APPROVE))
    held = pyoxigraph.Store.read_only(str(home.snapshots.current()))
    union = {quad.triple for quad in held.quads_for_pattern(None, None, None, pyoxigraph.DefaultGraph())}
    # Counting may rest a moment after the last time.
    counter = Counter(QueryPool(home.settings, home.snapshots.current))
    figures = counter.figures()
    counter.pool.close()
    assert figures is not None
    assert figures.triples == len(union) > int(min(before["triples"]))


class _Clock:
    """A pool of one answer whose counting takes a second, and the clock that it moves."""

    def __init__(self) -> None:
        self.now, self.asked, self.at, self.fails = 0.0, 0, "1", False

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def slow(application: object, snapshots: Snapshots) -> Iterator[tuple[Counter, _Clock]]:
    clock = _Clock()

    class Slow(QueryPool):
        def ask(self, spec: QuerySpec) -> Answer:
            clock.asked += 1
            clock.now += 1
            if clock.fails:
                raise TimedOut("too slow")
            return super().ask(spec)

    pool = Slow(Settings(base=BASE, sparql_workers=1, sparql_accept_network=True), snapshots.current)
    yield Counter(pool, clock), clock
    pool.close()


def test_counting_rests_long_after_it_took_long(
    slow: tuple[Counter, _Clock], public_store: EmbeddedStore, snapshots: Snapshots
) -> None:
    counter, clock = slow
    first = counter.figures()
    assert clock.asked == 3
    public_store.apply([], [f"<{BASE}/id/new/1> <{BASE}/ns#p> <{BASE}/id/new/2> {GRAPH} ."])
    snapshots.mark_dirty()
    assert counter.figures() == first
    assert clock.asked == 3
    clock.now += 3 * REST
    later = counter.figures()
    assert first is not None
    assert later is not None
    assert later.triples == first.triples + 1
    assert counter.figures() == later
    assert clock.asked == 6


def test_what_takes_too_long_to_count_is_not_said_and_not_tried_at_once_again(slow: tuple[Counter, _Clock]) -> None:
    counter, clock = slow
    clock.fails = True
    assert counter.figures() is None
    assert counter.figures() is None
    assert clock.asked == 1
