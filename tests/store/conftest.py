"""What the tests of the stores share: a public store with a few quads, and pools over its snapshots."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from give_ld.config import Settings
from give_ld.store.embedded import EmbeddedStore
from give_ld.store.opening import open_store
from give_ld.store.pool import QueryPool
from give_ld.store.snapshots import Snapshots

QUADS = [f'<http://ex.org/s{i}> <http://ex.org/p> "{i}" <http://ex.org/g{i % 3}> .' for i in range(300)]


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
def open_pool(snapshots: Snapshots) -> Iterator[Callable[..., QueryPool]]:
    pools: list[QueryPool] = []

    def make(**settings: object) -> QueryPool:
        chosen = {"sparql_workers": 1, "sparql_accept_network": True, **settings}
        pools.append(QueryPool(Settings(**chosen), snapshots.current))  # type: ignore[arg-type]
        return pools[-1]

    yield make
    for pool in pools:
        pool.close()
