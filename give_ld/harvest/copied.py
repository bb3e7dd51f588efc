"""How a snapshot of the public graph is read: as a whole, or what it says of a node."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from give_ld.errors import Damaged

Place = tuple[str, str]
"""A graph, and a node that it describes."""
_COUNT = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"


class Copied:
    """A snapshot, open for reading. Its lines are N-Quads with their line ends, each of a named graph."""

    def __init__(self, snapshot: Path) -> None:
        """Open it.

        Raises:
            Damaged: it cannot be opened.
        """
        try:
            self._store = Store.read_only(str(snapshot))
        except (OSError, RuntimeError) as error:
            raise Damaged(f"{snapshot}: cannot be opened as a snapshot ({error}); publish it again") from error

    def lines(self, only: str = "") -> Iterator[bytes]:
        """Yield all lines, or those of one graph only, in no particular order."""
        # The default graph is the union of the named ones and would say everything twice.
        for graph in (NamedNode(only),) if only else self._store.named_graphs():
            for quad in self._store.quads_for_pattern(None, None, None, graph):
                yield f"{quad} .\n".encode()

    def about(self, place: Place) -> set[bytes]:
        """Return the lines of a graph about one node."""
        graph, subject = map(NamedNode, place)
        return {f"{quad} .\n".encode() for quad in self._store.quads_for_pattern(subject, None, None, graph)}

    def count(self) -> int:
        """Return how many lines there are."""
        rows = self._store.query(_COUNT)
        assert isinstance(rows, QuerySolutions)  # noqa: S101 - a SELECT
        number = next(iter(rows))["n"]
        return int(number.value) if isinstance(number, Literal) else 0
