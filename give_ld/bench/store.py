"""How fast a store takes a graph in and answers from it, beside Oxigraph alone and, in the small, beside rdflib."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import pyoxigraph
import rdflib
from pyoxigraph import QuerySolutions, RdfFormat

from give_ld.bench.graph import MadeGraph, made_graph
from give_ld.bench.memory import disk_bytes, forget_peak, peak_mib
from give_ld.bench.result import Result
from give_ld.config import Settings
from give_ld.errors import BadInput
from give_ld.rdf.iris import Mint
from give_ld.store.answers import CSV
from give_ld.store.embedded import EmbeddedStore
from give_ld.store.opening import open_store
from give_ld.store.pool import QueryPool, QuerySpec
from give_ld.store.queries import query
from give_ld.store.snapshots import Snapshots

PARTS = 10
PERSONS = 300
_RDFLIB_QUADS = 100_000
_IDLE_SECONDS = 0.1
_MINT = Mint("https://made.example.org", b"a secret of thirty-two made bytes")


@dataclass
class _Loading:
    """What loading the parts of a graph took, one after the other."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    peak: float = 0.0

    @contextmanager
    def part(self) -> Iterator[None]:
        forget_peak()
        wall, cpu = time.monotonic(), time.process_time()
        yield
        self.wall.append(time.monotonic() - wall)
        _let_settle()
        self.cpu.append(time.process_time() - cpu)
        self.peak = max(self.peak, peak_mib())


def _let_settle() -> None:
    """Return when the threads of Oxigraph have no more to do: what one store merges must not count for the next."""
    is_busy = True
    while is_busy:
        used = time.process_time()
        time.sleep(_IDLE_SECONDS)
        is_busy = time.process_time() - used > _IDLE_SECONDS / 10


@dataclass
class _Stores:
    """The same graph three times: in Oxigraph alone, and as the private and the public graph are kept."""

    bare: pyoxigraph.Store
    private: EmbeddedStore
    public: EmbeddedStore

    def close(self) -> None:
        self.private.close()
        self.public.close()


def bench_store(quads: int) -> Result:
    """Return CPU seconds, milliseconds, bytes and memory of a made graph of so many quads in each kind of store.

    Ratios are to Oxigraph alone: its time through ours where more is better, ours through its where less is.

    Raises:
        BadInput: the stores do not give the same answers; then the numbers would be of something else.
    """
    graph = made_graph(_MINT, public=True)
    with TemporaryDirectory(prefix="give-ld-bench-") as scratch:
        directory = Path(scratch)
        stores = _Stores(
            pyoxigraph.Store(str(directory / "bare")),
            open_store(directory / "private"),
            open_store(directory / "public", union=True),
        )
        metrics = {"quads": 0.0, **_load(stores, graph, quads, directory)}
        metrics["quads"] = float(stores.private.count())
        metrics |= _disk(directory, metrics["quads"])
        metrics |= _ask(stores, graph.persons(PERSONS))
        metrics |= _snapshot(stores.public, directory)
        metrics |= _ask_workers(stores, directory, graph.persons(PERSONS))
        stores.close()
        metrics |= _rdflib(graph, min(quads, _RDFLIB_QUADS), directory)
    return Result("store", metrics)


def _load(stores: _Stores, graph: MadeGraph, quads: int, directory: Path) -> dict[str, float]:
    bare, private, public = _Loading(), _Loading(), _Loading()
    for part in _parts(graph, quads, directory):
        with bare.part():
            stores.bare.bulk_load(path=str(part), format=RdfFormat.N_QUADS)
        with private.part():
            stores.private.load(part)
        with public.part():
            stores.public.load(part)
    size = quads / PARTS
    return {
        "bare_bulk_load_quads_per_second": round(size / median(bare.wall)),
        "bulk_load_quads_per_second": round(size / median(private.wall)),
        "public_bulk_load_quads_per_second": round(size / median(public.wall)),
        "bulk_load_ratio": _median_ratio(bare.cpu, private.cpu),
        "public_bulk_load_ratio": _median_ratio(bare.cpu, public.cpu),
        "bare_bulk_load_peak_rss_mib": round(bare.peak, 1),
        "bulk_load_peak_rss_mib": round(private.peak, 1),
        "public_bulk_load_peak_rss_mib": round(public.peak, 1),
    }


def _median_ratio(over: list[float], under: list[float]) -> float:
    return round(median(a / b for a, b in zip(over, under, strict=True)), 3)


def _parts(graph: MadeGraph, quads: int, directory: Path) -> Iterator[Path]:
    """Yield the graph in files of about the same size, each gone when the next one comes."""
    path, size = directory / "part.nq", -(-quads // PARTS)
    blocks, held, at = graph.blocks(quads), list[str](), 0
    for block in blocks:
        held.append(block)
        at += block.count("\n")
        if at >= size:
            yield _written(path, held)
            held, at = [], 0
    if held:
        yield _written(path, held)


def _written(path: Path, blocks: list[str]) -> Path:
    path.write_text("".join(blocks), encoding="utf-8", newline="\n")
    return path


def _disk(directory: Path, quads: float) -> dict[str, float]:
    names = {"bare": "bare_", "private": "", "public": "public_"}
    return {
        f"{prefix}disk_bytes_per_quad": round(disk_bytes(directory / name) / quads, 1) for name, prefix in names.items()
    }


def _ask(stores: _Stores, persons: list[str]) -> dict[str, float]:
    """Ask about each person, in this process: Oxigraph alone, the public store, and by the rights of a role."""
    graphs = stores.public.graph_names()

    def bare(text: str) -> int:
        rows = stores.bare.query(text, use_default_graph_as_union=True)
        assert isinstance(rows, QuerySolutions)  # noqa: S101 - a SELECT
        return sum(1 for _ in rows)

    def ours(text: str) -> int:
        return sum(1 for _ in stores.public.query_everything(text))

    def limited(text: str) -> int:
        return len(stores.private.query_graphs(text, graphs))

    theirs, mine, by_rights = _p50_in_turn((bare, ours, limited), persons)
    return {
        "bare_person_items_p50_ms": round(1000 * theirs, 3),
        "person_items_p50_ms": round(1000 * mine, 3),
        "person_items_p50_ratio": round(mine / theirs, 3),
        "person_items_by_rights_p50_ratio": round(by_rights / theirs, 3),
    }


def _p50_in_turn(ways: Sequence[Callable[[str], int]], persons: list[str]) -> list[float]:
    """Return the median seconds of each way to ask, a second time: the first is for what must be read from disk."""
    times: list[list[float]] = [[] for _ in ways]
    for place, person in enumerate(persons):
        text = person_items(person)
        found = [ask(text) for ask in ways]
        if len(set(found)) > 1:
            raise BadInput(f"the stores know different numbers of items of {person}: {found}", rule="bench")
        # Who is first may pay for what the others share.
        for number in range(len(ways)):
            which = (place + number) % len(ways)
            began = time.perf_counter()
            ways[which](text)
            times[which].append(time.perf_counter() - began)
    return [median(taken) for taken in times]


def person_items(person: str) -> str:
    """Return the query for the items that mention a person."""
    return query("person-items").replace("asked:person", person)


def _snapshot(public: EmbeddedStore, directory: Path) -> dict[str, float]:
    made, opened = [], []
    for number in range(5):
        path = directory / f"copy-{number}"
        began = time.perf_counter()
        public.backup(path)
        made.append(time.perf_counter() - began)
        began = time.perf_counter()
        pyoxigraph.Store.read_only(str(path))
        opened.append(time.perf_counter() - began)
    return {
        "snapshot_p50_ms": round(1000 * median(made), 2),
        "snapshot_open_p50_ms": round(1000 * median(opened), 2),
    }


def _ask_workers(stores: _Stores, directory: Path, persons: list[str]) -> dict[str, float]:
    settings = Settings(home=directory, sparql_workers=1, sparql_accept_network=True)
    pool = QueryPool(settings, Snapshots(stores.public, directory / "snapshots").current)

    def worker(text: str) -> int:
        return pool.ask(QuerySpec(text, solutions=CSV)).body.count(b"\n") - 1

    def here(text: str) -> int:
        return sum(1 for _ in stores.public.query_everything(text))

    try:
        _, taken = _p50_in_turn((here, worker), persons)
    finally:
        pool.close()
    return {"person_items_worker_p50_ms": round(1000 * taken, 3)}


def _rdflib(graph: MadeGraph, quads: int, directory: Path) -> dict[str, float]:
    """Return what rdflib takes, which is too slow for more: the same file and the same questions."""
    # It warns of every IRI and literal that it takes for odd.
    logging.getLogger("rdflib").setLevel(logging.ERROR)
    path = _written(directory / "small.nq", list(graph.blocks(quads)))
    dataset, bare = rdflib.Dataset(default_union=True), pyoxigraph.Store(str(directory / "small"))
    loading, beside = _Loading(), _Loading()
    with beside.part():
        bare.bulk_load(path=str(path), format=RdfFormat.N_QUADS)
    with loading.part():
        dataset.parse(path, format="nquads")
    taken = []
    for person in graph.persons(PERSONS // 10):
        began = time.perf_counter()
        _ = list(dataset.query(person_items(person)))
        taken.append(time.perf_counter() - began)
    at = f"rdflib_at_{quads}_quads"
    return {
        f"{at}_bulk_load_ratio": _median_ratio(beside.cpu, loading.cpu),
        f"{at}_bulk_load_peak_rss_mib": round(loading.peak, 1),
        f"{at}_person_items_p50_ms": round(1000 * median(taken), 3),
    }
