"""Publishing to an engine elsewhere: increments, resumed after a failure, compared quad by quad."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from give_ld.cli import create_cli
from give_ld.errors import Damaged, Unreachable
from give_ld.harvest import publish
from give_ld.harvest.publish import Publisher, Pushed
from give_ld.harvest.touched import Changes, Reach
from give_ld.home import Home
from give_ld.model.run import Run
from give_ld.model.status import Verdict
from give_ld.review.decide import Decision
from give_ld.store.embedded import EmbeddedStore
from give_ld.store.opening import open_store
from give_ld.store.remote import Endpoints, RemoteStore
from give_ld.store.snapshots import Snapshots
from tests.conftest import Bringing, People
from tests.engines import free_port
from tests.factories import BASE, a_face_match, a_mention

G, H = "<http://ex.org/graph/a>", "<http://ex.org/graph/b>"
REACH = Reach(seq=0, hash="", basis="made")
LINES = [f'<http://ex.org/s{i}> <http://ex.org/p> "é \\n{i}"@nl {(G, H)[i % 2]} .' for i in range(50)]


@pytest.fixture
def public(tmp_path: Path) -> Iterator[EmbeddedStore]:
    store = open_store(tmp_path / "public", union=True)
    store.apply([], LINES)
    yield store
    store.close()


@pytest.fixture(params=["oxigraph", "virtuoso"])
def endpoints(request: pytest.FixtureRequest) -> Endpoints:
    """Where an engine listens; what is ours there begins with http://ex.org/."""
    found: Endpoints = request.getfixturevalue(request.param)
    return replace(found, within="http://ex.org/")


@pytest.fixture
def engine(endpoints: Endpoints) -> Iterator[RemoteStore]:
    store = RemoteStore(endpoints)
    store.apply(list(store.lines()), [])
    yield store
    store.close()


class Pushing:
    """Pushes a store to an engine, and says about what it changed."""

    def __init__(self, public: EmbeddedStore, engine: RemoteStore, place: Path) -> None:
        self._snapshots = Snapshots(public, place / "snapshots")
        self._publisher = Publisher(engine, place / "published")

    def __call__(self, *nodes: str) -> Pushed:
        """Push; where nodes are given, the journal would say that nothing else changed."""
        places = [(graph, node) for node in nodes for graph in ("http://ex.org/graph/a", "http://ex.org/graph/b")]
        return self._publisher.push(self._snapshots.publish(), Changes(REACH, lambda _: places if nodes else None))


@pytest.fixture
def push(public: EmbeddedStore, engine: RemoteStore, tmp_path: Path) -> Pushing:
    return Pushing(public, engine, tmp_path)


def test_the_first_push_brings_everything_and_the_next_what_the_journal_says_has_changed(
    push: Pushing, public: EmbeddedStore, engine: RemoteStore
) -> None:
    nodes = [f"http://ex.org/s{i}" for i in range(3)]
    assert push(*nodes) == Pushed(removed=0, added=50, quads=50, whole=True)
    assert sorted(engine.lines()) == sorted(LINES)
    public.apply(LINES[:3], [f'<http://ex.org/new> <http://ex.org/p> "x" {G} .'])
    assert push(*nodes, "http://ex.org/new") == Pushed(removed=3, added=1, quads=48, whole=False)
    assert push(*nodes) == Pushed(removed=0, added=0, quads=48, whole=False)
    assert push() == Pushed(removed=0, added=0, quads=48, whole=True)
    assert sorted(engine.lines()) == sorted(public.lines())


def test_a_push_that_is_cut_short_goes_on_and_leaves_nothing_that_was_withdrawn_meanwhile(
    push: Pushing,
    public: EmbeddedStore,
    engine: RemoteStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    push()
    passing = f'<http://ex.org/passing> <http://ex.org/p> "soon withdrawn" {G} .'
    public.apply([], [passing, f'<http://ex.org/z> <http://ex.org/p> "x" {G} .'])
    monkeypatch.setattr(publish, "BATCH", 1)
    apply, calls = engine.apply, [0]

    def fail_at_the_second(remove: Iterable[str], add: Iterable[str]) -> None:
        calls[0] += 1
        if calls[0] == 2:
            raise Unreachable("the line is down")
        apply(remove, add)

    with monkeypatch.context() as patched:
        patched.setattr(engine, "apply", fail_at_the_second)
        with pytest.raises(Unreachable):
            push("http://ex.org/passing", "http://ex.org/z")
    assert passing in list(engine.lines())
    public.apply([passing], [])
    assert push("http://ex.org/passing") == Pushed(removed=1, added=1, quads=51, whole=True)
    assert sorted(engine.lines()) == sorted(public.lines())


@pytest.mark.parametrize(
    ("gone", "planted"),
    [
        (LINES[0], f'<http://ex.org/planted> <http://ex.org/p> "x" {G} .'),
        (LINES[0], f'<http://ex.org/s0> <http://ex.org/p> "otherwise" {G} .'),
        (LINES[49], f'<http://ex.org/s0> <http://ex.org/p> "otherwise" {G} .'),
    ],
)
def test_what_another_wrote_about_what_changed_is_found_and_the_next_push_mends_it(
    push: Pushing, public: EmbeddedStore, engine: RemoteStore, gone: str, planted: str
) -> None:
    push()
    engine.apply([gone], [planted])
    with pytest.raises(Damaged, match="50 quads that are not the 50"):
        push("http://ex.org/s0")
    assert push("http://ex.org/s0") == Pushed(removed=1, added=1, quads=50, whole=True)
    assert sorted(engine.lines()) == sorted(public.lines())


def test_what_another_wrote_elsewhere_is_found_by_its_count_or_by_comparing_the_whole(
    push: Pushing, public: EmbeddedStore, engine: RemoteStore
) -> None:
    push()
    engine.apply(LINES[:1], [])
    with pytest.raises(Damaged, match="49 quads that are not the 50"):
        push("http://ex.org/s7")
    engine.apply([], [f'<http://ex.org/planted> <http://ex.org/p> "x" {G} .'])
    assert push() == Pushed(removed=1, added=1, quads=50, whole=True)
    assert sorted(engine.lines()) == sorted(public.lines())


@pytest.mark.parametrize("name", ["held/CURRENT", "reached.json"])
def test_what_is_remembered_of_a_push_may_be_lost(
    push: Pushing, public: EmbeddedStore, engine: RemoteStore, tmp_path: Path, name: str
) -> None:
    push()
    (tmp_path / "published" / name).unlink()
    assert push("http://ex.org/s0") == Pushed(removed=0, added=0, quads=50, whole=True)
    assert push("http://ex.org/s0") == Pushed(removed=0, added=0, quads=50, whole=False)


def test_the_graphs_of_others_there_are_left_alone(push: Pushing, engine: RemoteStore, endpoints: Endpoints) -> None:
    theirs = '<http://ex.org/s> <http://ex.org/p> "theirs" <http://elsewhere.example/graph> .'
    others = RemoteStore(replace(endpoints, within="http://elsewhere.example/"))
    others.apply([], [theirs])
    assert push().quads == 50
    assert push("http://ex.org/s") == Pushed(removed=0, added=0, quads=50, whole=False)
    assert push() == Pushed(removed=0, added=0, quads=50, whole=True)
    assert list(others.lines()) == [theirs]
    others.apply([theirs], [])
    others.close()


def test_an_engine_that_does_not_answer_is_named(public: EmbeddedStore, tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    nobody = RemoteStore(Endpoints(query=url, update=url, graphs=url))
    with pytest.raises(Unreachable, match="does not answer"):
        Pushing(public, nobody, tmp_path)()
    nobody.close()


def test_the_command_pushes_what_is_public_and_nothing_else(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str, endpoints: Endpoints
) -> None:
    guesses = a_face_match(), a_mention(confidence=None, calibrator=None)
    assert bring(run, *guesses).refused == []
    approved, proposed = (home.mint.annotation(run, guess) for guess in guesses)
    home.decide(people.ann, Decision(approved, Verdict.APPROVE))
    home.close()
    where = ["--query", endpoints.query, "--update", endpoints.update, "--graphs", endpoints.graphs]
    login = ["--user", endpoints.user, "--password", endpoints.password or ""] if endpoints.user else []
    command = ["publish", "--to", endpoints.query, *where, *login, "--home", str(home.settings.home), "--json"]
    result = CliRunner().invoke(create_cli(), command)
    assert result.exit_code == 0, result.output
    engine = RemoteStore(replace(endpoints, within=f"{BASE}/graph/"))
    held = list(engine.lines())
    engine.close()
    assert json.loads(result.stdout.splitlines()[-1])["quads"] == len(held)
    assert approved in "\n".join(held)
    assert proposed not in "\n".join(held)


def test_an_oxigraph_server_needs_no_more_than_its_address(home: Home, oxigraph: Endpoints) -> None:
    home.close()
    address = oxigraph.query.removesuffix("/query")
    result = CliRunner().invoke(create_cli(), ["publish", "--to", address, "--home", str(home.settings.home), "--json"])
    assert result.exit_code == 0, result.output
