"""What the tests of faults share: a filled instance, and a real server over a copy of it in a process of its own."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from give_ld.bench.instance import Filled, fill, prepare
from give_ld.bench.service import Service
from give_ld.config import Settings
from give_ld.home import open_home
from give_ld.journal.lookups import find_known
from give_ld.model.run import Run
from give_ld.rebuild import check
from tests.engines import oxigraph

__all__ = ["oxigraph"]
FILES = 2
ITEMS = 60
JSON = {"Accept": "application/sparql-results+json"}


@dataclass(frozen=True)
class Archive:
    """A home with made guesses in it, and who may decide and bring more."""

    home: Path
    filled: Filled

    def copy(self, to: Path) -> "Archive":
        """Return the same, of one test alone."""
        return Archive(Path(shutil.copytree(self.home, to, symlinks=True)), self.filled)

    @property
    def settings(self) -> Settings:
        return Settings(home=self.home)

    def undecided(self) -> list[str]:
        """Return the IRIs of guesses that nobody decided."""
        return [guess.iri for guess in self.filled.guesses if not guess.approved]

    def statuses(self) -> dict[str, str]:
        """Return what the journal says of each guess, after proving its chain and both graphs."""
        home = open_home(self.settings)
        try:
            assert home.journal.verify(home.projection.reached()) is None
            assert all(difference.is_none for difference in check(home).values())
            with home.journal.reading() as db:
                found = ((guess.iri, find_known(db, guess.iri)) for guess in self.filled.guesses)
                return {iri: str(known.status) for iri, known in found if known}
        finally:
            home.close()

    def runs(self) -> set[str]:
        """Return the ids of the runs that the journal has."""
        home = open_home(self.settings)
        try:
            return {str(payload.id) for _, payload in home.journal.events() if isinstance(payload, Run)}
        finally:
            home.close()


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    directory = tmp_path_factory.mktemp("original")
    settings = Settings(home=directory / "home")
    prepare(settings, ITEMS)
    return Archive(settings.home, fill(settings, directory, FILES))


@pytest.fixture
def archive(original: Archive, tmp_path: Path) -> Archive:
    return original.copy(tmp_path / "home")


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Service]]:
    """Starts servers over a home; they end with the test."""
    started: list[Service] = []

    def start(home: Path, prefix: tuple[str, ...] = (), **settings: str) -> Service:
        started.append(Service(home, tmp_path / "server.log", settings, prefix))
        started[-1].start()
        return started[-1]

    yield start
    for service in started:
        service.stop()


def ask(service: Service, query: str) -> httpx.Response:
    return httpx.get(f"{service.url}/sparql", params={"query": query}, headers=JSON, timeout=30)


def truth(service: Service, pattern: str) -> bool:
    answer = ask(service, f"ASK {{ {pattern} }}")
    assert answer.status_code == 200, answer.text
    return bool(answer.json()["boolean"])


def decide(service: Service, archive: Archive, iri: str, verdict: str = "approve") -> httpx.Response:
    headers = {"Authorization": f"Bearer {archive.filled.archivist}"}
    url = f"{service.url}/review/{iri.rpartition('/')[2]}:{verdict}"
    return httpx.post(url, json={"reason": "seen"}, headers=headers, timeout=30)
