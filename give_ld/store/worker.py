"""How one query is answered in a process of its own, cut off before it reads anything.

Started as `python -m give_ld.store.worker MEMORY_BYTES OPEN_FILES FILE_BYTES ROWS ANSWER_BYTES SECONDS SNAPSHOTS`, with
a socket as standard input and output (see `frames`); SNAPSHOTS is the only directory of the instance that it can read.
First it says how far it is cut off, then it answers queries until its input ends.
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from give_ld.store.frames import Head, pack, unpack
from give_ld.store.isolation import cut_network, hide_files, limit_process
from give_ld.store.seccomp import forbid_sockets

if TYPE_CHECKING:
    from pyoxigraph import NamedNode, QueryBoolean, QuerySolutions, QueryTriples, Store

    from give_ld.store.answers import Limits

# The pool kills a worker at its deadline; where the pool is gone, the kernel's alarm does, a little later.
GRACE_SECONDS = 1.0
# A parser that lists all it expected goes on for pages; the position and the first of them will do.
MESSAGE_CHARACTERS = 300
# What RocksDB says of bytes that are not those that it wrote.
_DAMAGE = ("corruption", "checksum")


@dataclass
class _Snapshot:
    """The version of the store that is open now, its named graphs, and those of them that were merged last.

    Graphs of `most` triples together are merged in memory: about a second for 100,000, once for a version and a choice.
    """

    most: int
    path: str = ""
    store: Store | None = None
    graphs: tuple[NamedNode, ...] = ()
    merged: tuple[tuple[frozenset[NamedNode], ...], Store | None] = ((), None)

    def open(self, path: str) -> Store:
        from pyoxigraph import NamedNode, Store

        from give_ld.errors import Damaged

        if self.store is None or path != self.path:
            try:
                self.store = Store.read_only(path)
            except (OSError, RuntimeError) as error:
                message = f"the snapshot {path} cannot be opened ({error}); start the server again: it makes a new one"
                raise Damaged(message, rule="snapshot-damaged") from error
            self.path = path
            self.graphs = tuple(name for name in self.store.named_graphs() if isinstance(name, NamedNode))
            self.merged = ((), None)
        return self.store

    def merge(self, default: frozenset[NamedNode], named: frozenset[NamedNode]) -> Store | None:
        """Return a store whose default graph is the union of some graphs; None where they are too large to copy."""
        if self.merged[0] != (default, named):
            self.merged = ((default, named), self._merge(default, named))
        return self.merged[1]

    def _merge(self, default: frozenset[NamedNode], named: frozenset[NamedNode]) -> Store | None:
        from pyoxigraph import Quad, Store

        assert self.store is not None  # noqa: S101 - `open` was called
        copied: list[Quad] = []
        for graph in default | named:
            for quad in self.store.quads_for_pattern(None, None, None, graph):
                copied += [Quad(*quad.triple)] if graph in default else []
                copied += [quad] if graph in named else []
                if len(copied) > self.most:
                    return None
        merged = Store()
        merged.extend(copied)
        return merged


def _evaluate(request: Head, snapshot: _Snapshot) -> QueryBoolean | QuerySolutions | QueryTriples:
    from pyoxigraph import DefaultGraph, NamedNode

    from give_ld.errors import TooLarge

    store = snapshot.open(request["snapshot"])
    if request["everything"]:
        # One look-up a pattern; a list of graphs takes one for each of them.
        return store.query(
            request["text"],
            base_iri=request["base"],
            use_default_graph_as_union=True,
            named_graphs=list(snapshot.graphs),
        )
    if request["default_graphs"] is None and request["has_dataset"]:
        # The query's own FROM and FROM NAMED say what it is about, both sides of it (SPARQL 1.1 Query, 13.2).
        return store.query(request["text"], base_iri=request["base"])
    if request["default_graphs"] is None:
        # The default graph of a snapshot is the union of its named graphs.
        return store.query(
            request["text"],
            base_iri=request["base"],
            default_graph=[DefaultGraph()],
            named_graphs=list(snapshot.graphs),
        )
    default = [NamedNode(iri) for iri in request["default_graphs"]]
    named = [NamedNode(iri) for iri in request["named_graphs"]]
    several = frozenset(default) & frozenset(snapshot.graphs)
    if len(several) < 2 or request["may_repeat"]:
        return store.query(request["text"], base_iri=request["base"], default_graph=[*default], named_graphs=[*named])
    # Oxigraph shows a triple once for each graph of a list that holds it: a merge of graphs has each once.
    merged = store if several == set(snapshot.graphs) else snapshot.merge(several, frozenset(named))
    if merged is None:
        raise TooLarge(
            f"together these graphs have more than {snapshot.most} triples; "
            "ask one of them, or all of them by naming none, or each for itself with GRAPH"
        )
    return merged.query(
        request["text"], base_iri=request["base"], default_graph=[DefaultGraph()], named_graphs=[*named]
    )


def _render(request: Head, snapshot: _Snapshot, limits: Limits) -> tuple[str, bytes]:
    from pyoxigraph import QueryBoolean, QuerySolutions

    from give_ld.store.answers import boolean_bytes, graph_bytes, solutions_bytes

    result = _evaluate(request, snapshot)
    if isinstance(result, QueryBoolean):
        media_type = _wanted(request, "boolean")
        return media_type, boolean_bytes(result, media_type)
    if isinstance(result, QuerySolutions):
        media_type = _wanted(request, "solutions")
        return media_type, solutions_bytes(result, media_type, limits)
    media_type = _wanted(request, "graph")
    return media_type, graph_bytes(result, media_type, limits)


def _wanted(request: Head, form: str) -> str:
    from give_ld.errors import NotAcceptable

    media_type = request[form]
    if media_type is None:
        raise NotAcceptable(f"the answer is of the form '{form}', and none of its media types is acceptable")
    return str(media_type)


def _answer(request: Head, snapshot: _Snapshot, limits: Limits) -> bytes:
    from give_ld.errors import GiveLdError

    try:
        if request.get("open_only"):
            snapshot.open(request["snapshot"])
            return pack({})
        media_type, body = _render(request, snapshot, limits)
    except SyntaxError as error:
        return pack({"error": "BadQuery", "message": f"the query does not parse: {str(error)[:MESSAGE_CHARACTERS]}"})
    except (ValueError, OSError, RuntimeError) as error:
        if any(word in str(error).lower() for word in _DAMAGE):
            message = f"{request['snapshot']}: damaged ({error}); end the server, then: give-ld rebuild"
            return pack({"error": "Damaged", "message": message})
        return pack({"error": "BadQuery", "message": f"the query cannot be answered: {error}"})
    except MemoryError:
        return pack({"error": "TooLarge", "message": "the query needs more memory than a query may have"})
    except GiveLdError as error:
        return pack({"error": type(error).__name__, "message": error.message})
    return pack({"media_type": media_type}, body)


def _send(frame: bytes) -> None:
    rest = memoryview(frame)
    while rest:
        rest = rest[os.write(1, rest[: 1 << 20]) :]


def main() -> None:
    """Cut this process off, say so, and answer until the input ends."""
    memory, open_files, file_bytes, rows, size = (int(text) for text in sys.argv[1:6])
    seconds = float(sys.argv[6])
    network_cut = cut_network()
    limit_process(memory, open_files, file_bytes)
    # Beside the other where both can be had: each holds where the other might fail.
    network_cut = forbid_sockets() or network_cut
    files_hidden = hide_files(sys.argv[7:])
    from give_ld.store.answers import Limits

    _send(pack({"network_cut": network_cut, "files_hidden": files_hidden}))
    limits, snapshot = Limits(rows, size), _Snapshot(rows)
    while True:
        try:
            request, _ = unpack(lambda count: os.read(0, count))
        except EOFError:
            return
        signal.setitimer(signal.ITIMER_REAL, seconds + GRACE_SECONDS)
        frame = _answer(request, snapshot, limits)
        signal.setitimer(signal.ITIMER_REAL, 0)
        _send(frame)


if __name__ == "__main__":
    main()
