"""What a store of quads must be able to do, whatever engine lies behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolution, Triple

Term = NamedNode | Literal | BlankNode | Triple
Row = dict[str, Term]


class Store(Protocol):
    """Quads in named graphs. Changes are N-Quads lines; each call that changes something is all or nothing."""

    def apply(self, remove: Iterable[str], add: Iterable[str]) -> None:
        """Remove and then add N-Quads lines, each with a named graph; twice the same is the same as once.

        Raises:
            BadInput: a line is no quad, has no graph, or has a blank node.
        """

    def remove_subjects(self, graph: str, iris: Iterable[str]) -> None:
        """Remove from a graph every triple whose subject is one of these.

        Raises:
            BadInput: one of them is no IRI.
        """

    def say_anew(self, graph: str, iris: Iterable[str], lines: Iterable[str]) -> None:
        """Put N-Quads lines in the place of all that these subjects say in a graph; what stays is not written again.

        Raises:
            BadInput: one of them is no IRI, or a line is no N-Quads with a named graph.
        """

    def remove_subject(self, graph: str, iri: str) -> None:
        """Remove from a graph every triple of one subject.

        Raises:
            BadInput: one of the two is no IRI.
        """

    def lines(self) -> Iterator[str]:
        """Yield each quad as a line of canonical N-Quads, without the line end, in no particular order."""

    def query_graphs(self, sparql: str, graphs: Sequence[str], bindings: Mapping[str, Term] | None = None) -> list[Row]:
        """Return the rows of our own SELECT over these graphs and no others; their union is the default graph.

        `bindings` puts values in the place of variables, by name without the question mark.

        Raises:
            BadQuery: the query does not parse, is no SELECT, or says by FROM what it is about.
            BadInput: a graph is no IRI.
        """

    def query_everything(self, sparql: str) -> Iterator[QuerySolution]:
        """Return the rows of our own SELECT over all graphs together, as they are found.

        Raises:
            BadQuery: it is no SELECT.
        """

    def construct_graphs(
        self, sparql: str, graphs: Sequence[str], bindings: Mapping[str, Term] | None = None
    ) -> list[Triple]:
        """Return the triples of our own CONSTRUCT over these graphs and no others, each once, sorted.

        Raises:
            BadQuery: the query does not parse, is no CONSTRUCT, or says by FROM what it is about.
            BadInput: a graph is no IRI.
        """

    def graph_names(self) -> list[str]:
        """Return the IRIs of the named graphs that hold something, sorted."""

    def count(self) -> int:
        """Return how many quads are stored."""

    def flush(self) -> None:
        """Make what was written outlive a loss of power."""

    def close(self) -> None:
        """Write out and let go of the files; nothing may be called after this."""
