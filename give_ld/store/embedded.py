"""How quads lie in an embedded Oxigraph store on disk.

Oxigraph has no transaction object in Python and finds no lost updates: every change here is one `update()` or one
`extend()`, and the caller holds its own lock around read, decide and write.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pyoxigraph
from pyoxigraph import DefaultGraph, NamedNode, Quad, QuerySolutions, QueryTriples, RdfFormat, Triple, Variable

from give_ld.errors import BadInput, BadQuery, Conflict, Damaged
from give_ld.store.protocol import Row, Term
from give_ld.store.quads import are_named, data_block, named_node, parse_lines, triple_text

# From so many quads on, new files on disk are cheaper than rows in a log that is written out later.
_BULK = 2_000


class EmbeddedStore:
    """A store in a directory of its own, open to one process. See `Store` for what its methods do.

    With `union`, the default graph holds each triple of the named graphs once. A list of graphs as the default graph
    would do for queries, but Oxigraph then shows a triple once per graph that holds it; the public store uses `union`.
    """

    def __init__(self, store: pyoxigraph.Store, union: bool) -> None:
        self._store: pyoxigraph.Store | None = store
        self.union = union

    @property
    def _open(self) -> pyoxigraph.Store:
        if self._store is None:
            raise Conflict("this store is closed; open it again", rule="store-closed")
        return self._store

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
        steps = [f"DELETE DATA {{ {data_block(gone)} }}"]
        if new:
            steps.append(f"INSERT DATA {{ {data_block(new)} }}")
        if self.union:
            steps.extend(_union_steps(gone, new))
        self._update(steps)

    def _add(self, new: list[Quad]) -> None:
        # One transaction like an update, but without a text that Oxigraph would read again.
        union = [Quad(quad.subject, quad.predicate, quad.object) for quad in new] if self.union else []
        self._open.extend(new + union)

    def _add_files(self, lines: list[str]) -> None:
        # All or nothing too, and safe on disk when it returns; other threads of Python run meanwhile.
        quads = list(dict.fromkeys(lines))
        # Without its graph a line is a triple of the default graph.
        triples = [line[: line.rindex(" <")] + " ." for line in quads] if self.union else []
        try:
            self._open.bulk_load(input="\n".join(quads + triples).encode(), format=RdfFormat.N_QUADS)
        except (SyntaxError, ValueError) as error:
            raise BadInput(f"not N-Quads: {error}", rule="n-quads") from error

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
            self._open.update(" ;\n".join(steps))

    def lines(self) -> Iterator[str]:
        """Yield the quads of the named graphs as canonical N-Quads; see `Store.lines`."""
        store = self._open
        for graph in store.named_graphs():
            for quad in store.quads_for_pattern(None, None, None, graph):
                yield f"{quad} ."

    def query_graphs(self, sparql: str, graphs: Sequence[str], bindings: Mapping[str, Term] | None = None) -> list[Row]:
        """Return the rows of our own SELECT over these graphs only; see `Store.query_graphs`."""
        result = self._ask(sparql, graphs, bindings)
        if not isinstance(result, QuerySolutions):
            raise BadQuery("query_graphs answers SELECT only")
        names = [(variable, variable.value) for variable in result.variables]
        return [{name: row[variable] for variable, name in names if row[variable] is not None} for row in result]

    def construct_graphs(
        self, sparql: str, graphs: Sequence[str], bindings: Mapping[str, Term] | None = None
    ) -> list[Triple]:
        """Return the triples of our own CONSTRUCT over these graphs only; see `Store.construct_graphs`."""
        result = self._ask(sparql, graphs, bindings)
        if not isinstance(result, QueryTriples):
            raise BadQuery("construct_graphs answers CONSTRUCT only")
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
        nodes: list[NamedNode] = [named_node(graph) for graph in graphs]
        values = {Variable(name): term for name, term in (bindings or {}).items()}
        try:
            return self._open.query(sparql, default_graph=list(nodes), named_graphs=list(nodes), substitutions=values)
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
        self._open.flush()

    def backup(self, path: Path) -> None:
        """Write an independent copy, as hard links, to a new directory on the same file system.

        Raises:
            Conflict: the directory exists.
        """
        if path.exists():
            raise Conflict(f"{path}: exists already; a backup goes to a new directory")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._open.backup(str(path))

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

    def close(self) -> None:
        """Write out and let go of the files; see `Store.close`."""
        if self._store is not None:
            self._store.flush()
            self._store = None


def _union_steps(gone: list[Quad], new: list[Quad]) -> list[str]:
    """Return the steps that keep the default graph the union; a triple leaves it with its last named graph."""
    rows = " ".join(f"({triple_text(quad)})" for quad in gone)
    where = f"VALUES (?s ?p ?o) {{ {rows} }} FILTER NOT EXISTS {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    steps = [f"DELETE {{ ?s ?p ?o }} WHERE {{ {where} }}"]
    if new:
        steps.append(f"INSERT DATA {{ {' . '.join(triple_text(quad) for quad in new)} }}")
    return steps


def open_store(path: Path, *, union: bool = False) -> EmbeddedStore:
    """Open the store in a directory, or make one there; `union` as in `EmbeddedStore`.

    Raises:
        Conflict: another process, or another part of this one, has it open.
        Damaged: what lies there is no store, or does not verify.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return EmbeddedStore(pyoxigraph.Store(str(path)), union)
    except (OSError, RuntimeError) as error:
        if "lock" in str(error).lower():
            raise Conflict(
                f"{path}: the store is open already; end the running server or command, or ask the server over HTTP",
                rule="store-locked",
            ) from error
        raise Damaged(
            f"{path}: no store, or a damaged one ({error}); move it away and make it again with 'give-ld rebuild'"
        ) from error
