"""About what the public graph may say something else than it did, because of entries of the journal, in their order."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from sqlalchemy import Connection

from give_ld.harvest.copied import Copied, Place
from give_ld.journal.chain import Action, Head
from give_ld.journal.erasing import last_erasure
from give_ld.journal.events import read_events
from give_ld.journal.lookups import approved_of_item, find_all_known, find_item
from give_ld.model.decision import Known, Validation
from give_ld.model.event import Admission, Correction, Payload, RefsetVersion
from give_ld.model.item import Item, Partner
from give_ld.model.parts import in_parts
from give_ld.rdf import mapping
from give_ld.rdf.iris import Mint
from give_ld.rdf.items import item_lines
from give_ld.rdf.terms import iri
from give_ld.review.publication import as_published, owners_of
from give_ld.standing import Standing

CHANGING = frozenset(
    (
        Action.PARTNER_ADDED,
        Action.ITEM_RECORDED,
        Action.ANNOTATION_DECIDED,
        Action.ANNOTATION_CORRECTED,
        Action.PERSON_ADMITTED,
        Action.REFSET_VERSIONED,
    )
)
"""What may change the public graph; an erasure does too, and does not say where."""
_AT_ONCE = 500
_MOST = 200_000  # places; to look at more takes about as long as to compare some million quads


@dataclass(frozen=True)
class Reach:
    """What a snapshot holds: everything up to an entry of the journal, made on this basis.

    `basis` is a digest of what makes the graph besides the journal: the vocabulary, and the table of visibility.
    """

    seq: int
    hash: str
    basis: str


@dataclass(frozen=True)
class Changes:
    """What a snapshot holds, and about what it may differ from an earlier one; None where only comparing can tell."""

    reach: Reach
    since: Callable[[Reach], list[Place] | None]


def changes_of(standing: Standing) -> Changes:
    """Return the changes of the public graph as it stands.

    Raises:
        Damaged: the snapshot cannot be opened.
    """
    mint, journal, held = Mint(standing.settings.base, standing.secret), standing.journal, standing.held
    vocabulary = Copied(standing.snapshot).lines(mint.names.graph("vocabulary"))
    digest = hashlib.sha256(b"".join(sorted(vocabulary)) + held.visibility.encode())
    reach = Reach(held.seq, held.hash, digest.hexdigest())

    def since(before: Reach) -> list[Place] | None:
        if before.basis != reach.basis or not journal.holds(Head(before.seq, before.hash)):
            return None
        with journal.reading() as db:
            if last_erasure(db) > before.seq:
                return None
            return _up_to(_MOST, places_since(db, mint, before.seq))

    return Changes(reach, since)


def _up_to(most: int, places: Iterable[Place]) -> list[Place] | None:
    found: dict[Place, None] = {}
    for place in places:
        found[place] = None
        if len(found) > most:
            return None
    return list(found)


def places_since(db: Connection, mint: Mint, seq: int) -> Iterator[Place]:
    """Yield about what the public graph may say something else because of the entries after one, in their order."""
    for events in in_parts((payload for _, payload in read_events(db, seq, CHANGING)), _AT_ONCE):
        guesses = find_all_known(db, dict.fromkeys(chain.from_iterable(map(_decided, events))))
        for payload in events:
            yield from _places(db, mint, payload, guesses)


def _decided(payload: Payload) -> tuple[str, ...]:
    match payload:
        case Validation():
            return (payload.annotation,)
        case Correction():
            return (payload.validation.annotation, payload.iri)
        case _:
            return ()


def _places(db: Connection, mint: Mint, payload: Payload, guesses: Mapping[str, Known]) -> Iterator[Place]:
    yield from _described(_said(mint, payload))
    if isinstance(payload, Item):
        for known in approved_of_item(db, payload.partner, payload.pid):
            yield from _of_guess(mint, known, payload)
    for known in (guesses[each] for each in _decided(payload) if each in guesses):
        if item := find_item(db, known.run.partner, known.run.item):
            yield from _of_guess(mint, known, item)


def _said(mint: Mint, payload: Payload) -> Iterable[str]:
    match payload:
        case Item():
            return item_lines(mint, payload, iri(mint.names.graph("public", payload.partner)))
        case Partner():
            return mapping.partner_quads(mint, payload)
        case Admission():
            return mapping.person_quads(mint, payload)
        case RefsetVersion():
            return mapping.refset_version_quads(mint, payload.header, payload.persons)
        case _:
            return ()


def _of_guess(mint: Mint, known: Known, item: Item) -> Iterator[Place]:
    # What is not public now may have been: what it would say is where to look.
    published = as_published(known)
    lines = owners_of(mint, published, item).values() if published else ()
    yield from _described(chain.from_iterable(lines))


def _described(lines: Iterable[str]) -> Iterator[Place]:
    """Yield graph and subject of N-Quads lines."""
    for line in lines:
        yield line[line.rindex(" <") + 2 : line.rindex(">")], line[1 : line.index(">")]
