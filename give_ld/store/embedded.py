"""How quads lie in an embedded Oxigraph store on disk.

Oxigraph has no transaction object in Python and finds no lost updates: every change here is one `update()` or one
`extend()`, and the caller holds its own lock around read, decide and write.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph
from pyoxigraph import DefaultGraph, NamedNode, Quad, QuerySolutions, QueryTriples, RdfFormat, Triple, Variable

from give_ld.errors import BadInput, BadQuery, Busy, Conflict, Damaged, NoSpace, naming_full_disk
from give_ld.store.dataset import refuse_dataset
from give_ld.store.protocol import Row, Term
from give_ld.store.quads import are_named, data_steps, named_node, parse_lines, triple_text

# From so many quads on, new files on disk are cheaper than rows in a log that is written out later.
_BULK = 2_000
# To open a store again takes a few files; with less room the attempt would end the reading too.
_ROOM = 16 * 1024 * 1024
_READERS_SECONDS = 10.0


class EmbeddedStore:
    """A store in a directory of its own, open to one process. See `Store` for what its methods do.

    With `union`, the default graph holds each triple of the named graphs once. A list of graphs as the default graph
    would do for queries, but Oxigraph then shows a triple once per graph that holds it; the public store uses `union`.
    """

    def __init__(self, path: Path, union: bool) -> None:
        self.path, self._opening = path, threading.Lock()
        self._store: pyoxigraph.Store | None = pyoxigraph.Store(str(path))
        self._is_stuck = False
        self.union = union

    @property
    def _open(self) -> pyoxigraph.Store:
        with self._opening:
            if self._store is None and self._is_stuck:
                self._open_again()
            if self._store is None:
                raise Conflict("this store is closed; open it again", rule="store-closed")
            return self._store

    @contextmanager
    def _changing(self) -> Iterator[pyoxigraph.Store]:
        """Yield the store for a change; once the disk was full it takes none before it is opened again."""
        if self._is_stuck:
            with self._opening:
                self._open_again()
        try:
            with self._naming_damage(), naming_full_disk(str(self.path)):
                yield self._open
        except NoSpace:
            self._is_stuck = True
            raise

    @contextmanager
    def _naming_damage(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise damaged(self.path, error) from error

    def _open_again(self) -> None:
        if shutil.disk_usage(self.path).free < _ROOM:
            raise NoSpace(f"{self.path}: the disk is full; make room for {_ROOM} bytes, then try again")
        self._wait_until_open()

    def _wait_until_open(self) -> None:
        self._store = None
        deadline = time.monotonic() + _READERS_SECONDS
        while self._store is None:
            try:
                self._store = pyoxigraph.Store(str(self.path))
            except OSError as error:
                # Whoever reads at this moment still has it open.
                if not is_locked(error) or time.monotonic() > deadline:
                    raise Busy(f"{self.path} cannot be opened again now ({error}); try again") from error
                time.sleep(0.01)
        self._is_stuck = False

    def apply(self, remove: Iterable[str], add: Iterable[str]) -> None:
        """Remove and then add N-Quads lines; see `Store.apply`."""
        lines = list(add)
        gone = parse_lines(remove)
        if not gone and len(lines) >= _BULK and are_named(lines):
            self._add_files(lines)
            return
        self._change(gone, parse_lines(lines))

    def _change(self, gone: list[Quad], new: list[Quad]) -> None:
        if not gone:
            self._add(new)
            return
        steps = data_steps("DELETE", gone) + data_steps("INSERT", new)
        steps += _union_steps(gone, new) if self.union else []
        self._update(steps)

    def _add(self, new: list[Quad]) -> None:
        # All or nothing like an update, but without a text that Oxigraph would read again.
        union = [Quad(quad.subject, quad.predicate, quad.object) for quad in new] if self.union else []
        with self._changing() as store:
            add = store.bulk_extend if len(new) >= _BULK else store.extend
            add(new + union)

    def _add_files(self, lines: list[str]) -> None:
        # All or nothing too, and safe on disk when it returns; other threads of Python run meanwhile.
        quads = list(dict.fromkeys(lines))
        # Without its graph a line is a triple of the default graph.
        triples = [line[: line.rindex(" <")] + " ." for line in quads] if self.union else []
        try:
            with self._changing() as store:
                store.bulk_load(input="\n".join(quads + triples).encode(), format=RdfFormat.N_QUADS)
        except (SyntaxError, ValueError) as error:
            raise BadInput(f"not N-Quads: {error}", rule="n-quads") from error

    def lacks(self, lines: Iterable[str]) -> list[str]:
        """Return those of the N-Quads lines that the store does not hold, in their order."""
        wanted, store = list(lines), self._open
        with self._naming_damage():
            return [line for line, quad in zip(wanted, parse_lines(wanted), strict=True) if quad not in store]

    def remove_subjects(self, graph: str, iris: Iterable[str]) -> None:
        """Remove every triple of these subjects from a graph; see `Store.remove_subjects`."""
        name = named_node(graph)
        steps: list[str] = []
        for subject in map(named_node, iris):
            if next(self._open.quads_for_pattern(subject, None, None, None), None) is None:
                continue  # most often: asking is cheaper than removing nothing
            steps.append(f"DELETE WHERE {{ GRAPH {name} {{ {subject} ?p ?o }} }}")
            if self.union:
                kept = f"GRAPH ?g {{ {subject} ?p ?o }}"
                steps.append(f"DELETE {{ {subject} ?p ?o }} WHERE {{ {subject} ?p ?o FILTER NOT EXISTS {{ {kept} }} }}")
        self._update(steps)

    def say_anew(self, graph: str, iris: Iterable[str], lines: Iterable[str]) -> None:
        """Put lines in the place of all that these subjects say in a graph; see `Store.say_anew`."""
        name, store, new = named_node(graph), self._open, parse_lines(lines)
        kept = set(new)
        said = (quad for iri in iris for quad in store.quads_for_pattern(named_node(iri), None, None, name))
        if gone := [quad for quad in said if quad not in kept]:
            self._change(gone, [])
        self._add([quad for quad in new if quad not in store])

    def remove_subject(self, graph: str, iri: str) -> None:
        """Remove every triple of one subject from a graph; see `Store.remove_subject`."""
        self.remove_subjects(graph, [iri])

    def _update(self, steps: list[str]) -> None:
        if steps:
            with self._changing() as store:
                store.update(" ;\n".join(steps))

    def lines(self) -> Iterator[str]:
        """Yield the quads of the named graphs as canonical N-Quads; see `Store.lines`."""
        store = self._open
        with self._naming_damage():
            for graph in store.named_graphs():
                for quad in store.quads_for_pattern(None, None, None, graph):
                    yield f"{quad} ."

    def query_graphs(self, sparql: str, graphs: Sequence[str], bindings: Mapping[str, Term] | None = None) -> list[Row]:
        """Return the rows of our own SELECT over these graphs only; see `Store.query_graphs`."""
        result = self._ask(sparql, graphs, bindings)
        if not isinstance(result, QuerySolutions):
            raise BadQuery("query_graphs answers SELECT only")
        names = [(variable, variable.value) for variable in result.variables]
        with self._naming_damage():
            return [{name: row[variable] for variable, name in names if row[variable] is not None} for row in result]

    def construct_graphs(
        self, sparql: str, graphs: Sequence[str], bindings: Mapping[str, Term] | None = None
    ) -> list[Triple]:
        """Return the triples of our own CONSTRUCT over these graphs only; see `Store.construct_graphs`."""
        result = self._ask(sparql, graphs, bindings)
        if not isinstance(result, QueryTriples):
            raise BadQuery("construct_graphs answers CONSTRUCT only")
        with self._naming_damage():
            return sorted(set(result), key=str)

    def query_everything(self, sparql: str) -> QuerySolutions:
        """Return the rows of our own SELECT over all graphs together, one by one; see `Store.query_everything`."""
        result = self._open.query(sparql, use_default_graph_as_union=not self.union)
        if not isinstance(result, QuerySolutions):
            raise BadQuery("query_everything answers SELECT only")
        return result

    def _ask(
        self, sparql: str, graphs: Sequence[str], bindings: Mapping[str, Term] | None
    ) -> QuerySolutions | QueryTriples | pyoxigraph.QueryBoolean:
        refuse_dataset(sparql)
        nodes: list[NamedNode] = [named_node(graph) for graph in graphs]
        values = {Variable(name): term for name, term in (bindings or {}).items()}
        try:
            with self._naming_damage():
                return self._open.query(sparql, default_graph=[*nodes], named_graphs=[*nodes], substitutions=values)
        except SyntaxError as error:
            raise BadQuery(f"the query does not parse: {error}", rule="sparql-syntax") from error

    def graph_names(self) -> list[str]:
        """Return the IRIs of the named graphs, sorted; see `Store.graph_names`."""
        names = [name for name in self._open.named_graphs() if isinstance(name, NamedNode)]
        # Oxigraph remembers the names of graphs that it holds nothing of any more.
        return sorted(name.value for name in names if any(self._open.quads_for_pattern(None, None, None, name)))

    def count(self) -> int:
        """Return how many quads stand in named graphs; see `Store.count`."""
        if not self.union:
            return len(self._open)
        return len(self._open) - sum(1 for _ in self._open.quads_for_pattern(None, None, None, DefaultGraph()))

    def flush(self) -> None:
        """Make what was written outlive a loss of power; see `Store.flush`."""
        with self._changing() as store:
            store.flush()

    def backup(self, path: Path) -> None:
        """Write an independent copy, as hard links, to a new directory on the same file system.

        Raises:
            Conflict: the directory exists.
            NoSpace: the disk is full.
        """
        if path.exists():
            raise Conflict(f"{path}: exists already; a backup goes to a new directory")
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._changing() as store:
            store.backup(str(path))

    def load(self, path: Path) -> None:
        """Add a whole RDF file; the ending of its name says the format (.nq, .nt, .ttl, .trig, .rdf, .jsonld).

        Raises:
            BadInput: the file does not parse, or its ending names no format.
        """
        rdf_format = RdfFormat.from_extension(path.suffix.lstrip("."))
        if rdf_format is None:
            raise BadInput(f"{path.name}: the ending names no RDF format; use .nq, .nt, .ttl, .trig, .rdf or .jsonld")
        try:
            self._open.bulk_load(path=str(path), format=rdf_format)
            if self.union:
                quads = pyoxigraph.parse(path=str(path), format=rdf_format)
                self._open.bulk_extend(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
        except (SyntaxError, ValueError) as error:
            raise BadInput(f"{path.name}: not {rdf_format.name}: {error}", rule="rdf-syntax") from error

    def merge_files(self) -> None:
        """Merge the files of the store, as it does in time: after much at once, snapshots would have to wait for it."""
        with self._changing() as store:
            store.optimize()

    def take_over(self, other: EmbeddedStore) -> None:
        """Hold what another store on the same disk holds, whose directory becomes that of this one; close the other."""
        other.close()
        old = self.path.with_name(f"{self.path.name}.old")
        with self._opening:
            self._store = None
            shutil.rmtree(old, ignore_errors=True)
            self.path.rename(old)
            other.path.rename(self.path)
            self._wait_until_open()
        shutil.rmtree(old, ignore_errors=True)

    def close(self) -> None:
        """Write out and let go of the files; see `Store.close`."""
        store, self._store, self._is_stuck = self._store, None, False
        if store is not None:
            with naming_full_disk(str(self.path)):
                store.flush()


def _union_steps(gone: list[Quad], new: list[Quad]) -> list[str]:
    """Return the steps that keep the default graph the union; a triple leaves it with its last named graph."""
    rows = " ".join(f"({triple_text(quad)})" for quad in gone)
    where = f"VALUES (?s ?p ?o) {{ {rows} }} FILTER NOT EXISTS {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    steps = [f"DELETE {{ ?s ?p ?o }} WHERE {{ {where} }}"]
    if new:
        steps.append(f"INSERT DATA {{ {' . '.join(triple_text(quad) for quad in new)} }}")
    return steps


def damaged(path: Path, error: Exception) -> Damaged:
    """Return the error that names a store as damaged and says how it is made again."""
    message = f"{path}: no store, or a damaged one ({error}); end the server, then make it again: give-ld rebuild"
    return Damaged(message, rule="store-damaged")


def is_locked(error: Exception) -> bool:
    """Return whether an error says that somebody else has the store open."""
    # Not just "lock": that also stands in "block checksum mismatch".
    return "/LOCK:" in str(error)
