"""Which instance the bench of the service asks: a few guesses came in by the door, and many are only there."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import insert, select

from give_ld.bench import reference
from give_ld.bench.graph import made_graph
from give_ld.bench.ingest import RECORDS, write_records
from give_ld.bench.made import GUESSES_A_FILE, PARTNER
from give_ld.config import Settings
from give_ld.home import Home, open_home
from give_ld.ingest import Ingest, Source
from give_ld.journal import tables as t
from give_ld.journal.tally import count_all
from give_ld.model.decision import Role
from give_ld.model.visibility import PUBLISHABLE
from give_ld.people import add_user, issue_token
from give_ld.store.embedded import EmbeddedStore

_QUADS_AT_ONCE = 1_000_000
_ROWS_AT_ONCE = 5_000


@dataclass(frozen=True)
class Instance:
    """A prepared home, closed: who may ask it, what may be decided, about whom to ask, and how large it is."""

    home: Path
    archivist: str
    auditor: str
    guesses: tuple[str, ...]
    persons: tuple[str, ...]
    private_quads: int
    public_quads: int
    pending: int


def prepare(directory: Path, quads: int, pending: int, decisions: int) -> Instance:
    """Make an instance with about so many quads in either graph, guesses in its queue, and guesses to decide.

    Those to decide are whole: journal, graphs and queue hold them. The other quads and rows stand there alone.
    """
    home = open_home(Settings(home=directory / "home"))
    try:
        pipeline = reference.add_people(home)
        archivist = add_user(home, "archivist", [Role.ARCHIVIST], PARTNER)
        add_user(home, "auditor", [Role.AUDITOR], None)
        # Not every kind of guess is decided about, and some are made of names that are no names.
        files = 2 + 2 * decisions // GUESSES_A_FILE
        reference.describe(home, archivist, files)
        write_records(directory, files * GUESSES_A_FILE, home.mint.person("0001"))
        with (directory / RECORDS).open("rb") as records:
            Ingest(home, Source(RECORDS, directory, pipeline)).read(records)
        _fill_queue(home, pending)
        public = made_graph(home.mint, public=True)
        _fill(home.public, public.blocks(quads))
        _fill(home.private, made_graph(home.mint, public=False).blocks(quads))
        return Instance(
            home=home.settings.home,
            archivist=issue_token(home, "archivist", days=1),
            auditor=issue_token(home, "auditor", days=1),
            guesses=tuple(_decidable(home, decisions)),
            persons=tuple(public.persons(100)),
            private_quads=home.private.count(),
            public_quads=home.public.count(),
            pending=pending,
        )
    finally:
        home.close()
        # Else the system writes out gigabytes while the first requests are measured.
        os.sync()


def _decidable(home: Home, decisions: int) -> list[str]:
    with home.journal.reading() as db:
        # Those that came by the door are the oldest, and so stand first in the journal.
        query = select(t.annotation.c.iri).where(t.annotation.c.kind.in_(PUBLISHABLE), t.annotation.c.said_by != "")
        return list(db.scalars(query.limit(decisions)))


def _fill_queue(home: Home, pending: int) -> None:
    chance = random.Random("queue")  # noqa: S311 - no secret
    with home.journal.writing() as writing:
        columns = writing.db.execute(select(t.annotation)).mappings()
        rows = islice(_again([dict(row) for row in columns], chance), pending)
        while some := list(islice(rows, _ROWS_AT_ONCE)):
            writing.db.execute(insert(t.annotation), some)
            count_all(writing.db, ((row, 1) for row in some))


def _again(rows: list[dict[str, Any]], chance: random.Random) -> Iterator[dict[str, Any]]:
    """Yield guesses as they stand in the queue under new IRIs, without end."""
    for number, row in zip(count(), cycle(rows)):
        iri = f"{row['iri']}-{number}"
        confidence = None if row["confidence"] is None else round(chance.random(), 4)
        body = row["body"].replace(row["iri"], iri)
        rank = row["rank"] if confidence is None else confidence
        # No run said them, and of a file of their own: nothing is decided about them, nor follows for them.
        made = {"iri": iri, "file": iri, "confidence": confidence, "rank": rank, "said_by": "", "body": body}
        yield {**row, **made}


def _fill(store: EmbeddedStore, blocks: Iterator[str]) -> None:
    with TemporaryDirectory(prefix="give-ld-bench-") as scratch:
        path = Path(scratch) / "part.nq"
        while part := list(_about(blocks, _QUADS_AT_ONCE)):
            path.write_text("".join(part), encoding="utf-8", newline="\n")
            store.load(path)
    store.merge_files()


def _about(blocks: Iterator[str], quads: int) -> Iterator[str]:
    left = quads
    while left > 0 and (block := next(blocks, "")):
        left -= block.count("\n")
        yield block
