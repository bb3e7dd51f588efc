"""Where records come from, who brings them, and what each of them would become, worked out before its turn."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID

from give_ld.errors import GiveLdError
from give_ld.model.annotation import EntityMention, FaceMatch
from give_ld.model.decision import Known
from give_ld.model.event import Proposal
from give_ld.model.record import Piece
from give_ld.model.run import Run
from give_ld.model.user import User
from give_ld.rdf import mapping
from give_ld.rdf.iris import Mint

BATCH = 500
_RUNS = 100


@dataclass(frozen=True)
class Source:
    """Where records come from, and who brings them; sidecars lie in `sidecars`. `batch` pieces are kept together.

    What is refused is put in the quarantine of `partner`, if not in the user's.
    """

    name: str
    sidecars: Path
    user: User
    form: str = "give"
    partner: str = ""
    batch: int = BATCH


@dataclass(frozen=True)
class Draft:
    """What a record becomes if `run` is the run that it names, and if its person is the one that it says."""

    run: Run
    payload: Run | Proposal
    lines: list[str]


Drafted = tuple[Piece, Draft | None]


class Reader:
    """Reads a source in batches; the next one in a thread, while this one is checked and written."""

    def __init__(self, mint: Mint, pieces: Iterable[Piece], size: int) -> None:
        self._mint = mint
        self._size = size
        self._remaining = iter(pieces)
        self._origins: OrderedDict[UUID, mapping.Origin] = OrderedDict()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reader")
        self._next: Future[list[Drafted]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._thread.shutdown()

    def begin(self) -> None:
        """Begin with the next batch; a second time changes nothing."""
        if self._next is None:
            self._next = self._thread.submit(self._read)

    def batch(self) -> list[Drafted]:
        """Return the next batch, empty at the end; what went wrong with reading it is raised here."""
        self.begin()
        coming, self._next = self._next, None
        return coming.result() if coming else []

    def _read(self) -> list[Drafted]:
        return [(piece, self._draft(piece)) for piece in islice(self._remaining, self._size)]

    def _draft(self, piece: Piece) -> Draft | None:
        record = piece.record
        try:
            if isinstance(record, Run):
                return self._run(record)
            if isinstance(record, GiveLdError) or record.run not in self._origins:
                return None
            origin = self._origins[record.run]
            person = record.person if isinstance(record, FaceMatch | EntityMention) else None
            iri = self._mint.annotation(origin.run, record)
            known = Known(iri=iri, annotation=record, run=origin.run, person=person)
            proposal = Proposal(iri=iri, annotation=record, person=person)
            return Draft(origin.run, proposal, mapping.annotation_lines(origin, known))
        except GiveLdError:
            return None  # it is worked out again in its turn, and then the error counts

    def _run(self, run: Run) -> Draft:
        self._origins[run.id] = mapping.origin_of(self._mint, run)
        if len(self._origins) > _RUNS:
            self._origins.popitem(last=False)
        return Draft(run, run, list(mapping.run_quads(self._mint, run)))
