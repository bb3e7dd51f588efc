"""How somebody is erased: from biometrics and journal at once, and from all that follows when they open again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, select

from give_ld.erasure.scan import Needles
from give_ld.erasure.scope import Scope, UserScope, find_scope
from give_ld.errors import BadInput, NotAllowed, NotFound
from give_ld.home import Home
from give_ld.journal import tables as t
from give_ld.journal.erasing import erase_payloads, erase_quarantined, erase_tokens, redact_payload
from give_ld.journal.journal import Writing
from give_ld.journal.ledger import ledger_path, write_ledger
from give_ld.journal.lookups import admissions, all_users, find_known
from give_ld.journal.sought import Sought
from give_ld.model.decision import Role
from give_ld.model.erasure import Erasure, ErasureKind
from give_ld.model.event import Payload
from give_ld.model.user import User
from give_ld.rdf.iris import wikidata
from give_ld.review.publication import captions_of

_WIKIDATA_ID = re.compile(r"Q[1-9][0-9]*")
_LEAST = 2
_MAY = {
    ErasureKind.PERSON: {Role.REFERENCE_SET_MANAGER, Role.ADMIN},
    ErasureKind.SUBJECT: {Role.ADMIN},
    ErasureKind.USER: {Role.ADMIN},
    ErasureKind.RETENTION: {Role.ADMIN},
}


@dataclass(frozen=True)
class Order:
    """Who is to be erased: by names, Wikidata ids, IRIs of persons or guesses, ids of clusters; and why."""

    kind: ErasureKind
    values: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Erased:
    """What an erasure did, and what no file may hold any more. `counts` says how much went, by place."""

    erasure: Erasure
    needles: Needles
    counts: dict[str, int]
    namesakes: int = 0


def erase(home: Home, order: Order, user: User) -> Erased:
    """Erase somebody from biometrics, journal and quarantine. The graphs are made anew when the home is opened again.

    Raises:
        NotAllowed: the user may not erase.
        NotFound: nobody and nothing here is meant by the order.
        BadInput: the reason is missing, or says who is erased.
    """
    check_may(user, order.kind)
    with home.journal.reading() as db:
        values, sought = meant_by(db, home.mint.secret, order)
    check_reason(order, sought)
    now = home.journal.clock()
    said = erasure_of(sought, order.kind, (user.id, order.reason), now)
    with home.journal.reading() as db:
        scope = scope_of(db, order.kind, sought)
    done = erase_scope(home, said, scope)
    with home.journal.reading() as db:
        others = tuple(_others(db))
    texts = () if done.namesakes else values
    texts += tuple(each for each in values if "/" in each or _WIKIDATA_ID.fullmatch(each))
    return replace(done, needles=replace(done.needles, texts=tuple(dict.fromkeys(texts)), others=others))


def changes(home: Home, scope: Scope | UserScope) -> list[tuple[int, Payload | None]]:
    """Return the entries of the journal that are about somebody, each with what is to be left of it."""
    left = ((seq, payload, scope.without(payload)) for seq, payload in home.journal.events())
    return [(seq, after) for seq, before, after in left if after is not before]


def erase_again(home: Home, earlier: Erasure) -> Erased:
    """Do an erasure again in a journal that does not know it; the words are long gone, digests are enough."""
    sought = Sought(home.mint.secret, frozenset(earlier.sought), earlier.lengths)
    with home.journal.reading() as db:
        scope = scope_of(db, earlier.kind, sought)
    return erase_scope(home, earlier, scope)


def may_erase(user: User, kind: ErasureKind) -> bool:
    """Return whether a user may erase somebody of this kind; what is erased goes from all partners."""
    return any(user.has_role_for(role, None) for role in _MAY[kind])


def check_may(user: User, kind: ErasureKind) -> None:
    """Check that a user may erase somebody of this kind.

    Raises:
        NotAllowed: the user may not.
    """
    if not may_erase(user, kind):
        may = ", ".join(sorted(_MAY[kind]))
        raise NotAllowed(f"{user.name} may not erase; one of these may, for all partners: {may}")


def check_reason(order: Order, sought: Sought) -> None:
    """Check that an order says why, and not who.

    Raises:
        BadInput: it does not.
    """
    if not order.reason.strip() or sought.finds(order.reason):
        raise BadInput("an erasure needs a reason, and it may not say who it is", rule="reason")


def meant_by(db: Connection, secret: bytes, order: Order) -> tuple[tuple[str, ...], Sought]:
    """Return all by which whom the order means is known here, and the same as digests.

    Raises:
        NotFound: nobody is.
        BadInput: something so short is meant that it stands in everything.
    """
    if any(len("".join(filter(str.isalnum, each))) < _LEAST for each in order.values):
        raise BadInput(f"say more: what has fewer than {_LEAST} letters or digits means everybody", rule="too-short")
    values = tuple(_known(db, order))
    return values, Sought.of(secret, _spoken(values))


def _known(db: Connection, order: Order) -> Iterator[str]:
    """Yield all by which whom the order means is known here."""
    if order.kind is ErasureKind.USER:
        if not [each for each in all_users(db) if each.name in order.values]:
            raise NotFound("there is no user of this name")
        yield from order.values
        return
    meant = [each for each in admissions(db) if {each.iri, each.person.id, each.person.wikidata} & set(order.values)]
    if order.kind is ErasureKind.PERSON and not meant:
        raise NotFound("no reference person has this IRI, id or Wikidata id")
    if order.kind is ErasureKind.SUBJECT:
        yield from order.values
    for admission in meant:
        person = admission.person
        yield from (admission.iri, person.name)
        # An alias of one word may be anybody's first name.
        yield from (alias for alias in person.aliases if " " in alias.strip())
        if person.wikidata:
            yield person.wikidata


def _spoken(values: tuple[str, ...]) -> Iterator[str]:
    for value in values:
        yield value
        if _WIKIDATA_ID.fullmatch(value):
            yield wikidata(value)


def _others(db: Connection) -> Iterator[str]:
    for admission in admissions(db):
        yield admission.iri
        yield admission.person.name


def erasure_of(sought: Sought, kind: ErasureKind, by: tuple[str, str], now: datetime) -> Erasure:
    """Return what is to be said of an erasure that begins now; `by` is the opaque id of who erases, and why."""
    user, reason = by
    return Erasure(
        id=uuid4(),
        kind=kind,
        user=user,
        reason=reason,
        sought=tuple(sorted(sought.digests)),
        lengths=sought.lengths,
        started=now,
        ended=now,
    )


def erase_scope(home: Home, said: Erasure, scope: Scope | UserScope) -> Erased:
    """Take out of biometrics and journal what is in scope, as an erasure that is on record and in the ledger."""
    with home.journal.reading() as db:
        gone = tuple(dict.fromkeys(_gone(home, db, scope))) if isinstance(scope, Scope) else ()
    prints, photos = (scope.fingerprints, scope.photos) if isinstance(scope, Scope) else (set[str](), set[str]())
    blobs = (*home.vault.read(prints), *(image for each in photos if (image := home.vault.photo(each))))
    # First what only the journal names: after it, nobody would know which these are.
    fingerprints, images = home.vault.erase(prints, photos)
    counts = {"fingerprints": fingerprints, "photos": images}
    changed = changes(home, scope)
    with home.journal.writing() as writing:
        erasure = _write(writing, said, changed, gone)
        counts |= {"payloads": len(erasure.erased), "redacted": len(erasure.redacted)}
        if isinstance(scope, UserScope):
            counts["tokens"] = erase_tokens(writing.db, scope.users)
        else:
            counts["quarantined"] = erase_quarantined(writing.db, scope.sought.finds)
    write_ledger(ledger_path(home.settings.home), home.mint.secret, home.journal)
    return Erased(erasure, Needles((), blobs), counts, getattr(scope, "namesakes", 0))


def scope_of(db: Connection, kind: ErasureKind, sought: Sought) -> Scope | UserScope:
    """Return what of the journal is about whom is sought."""
    if kind is not ErasureKind.USER:
        return find_scope(db, sought)
    return UserScope(sought, {each.id for each in all_users(db) if sought.meets(each.name)})


def _write(
    writing: Writing, said: Erasure, changed: list[tuple[int, Payload | None]], gone: tuple[str, ...]
) -> Erasure:
    erased = tuple(seq for seq, after in changed if after is None)
    erase_payloads(writing.db, erased)
    redacted = tuple(redact_payload(writing.db, seq, after) for seq, after in changed if after is not None)
    erasure = said.model_copy(update={"erased": erased, "redacted": redacted, "gone": gone})
    writing.append(erasure, said.user)
    return erasure


def _gone(home: Home, db: Connection, scope: Scope) -> Iterator[str]:
    """Yield what was public and is not to be called unknown: persons by a keyed name only."""
    yield from map(home.mint.erased, sorted(scope.persons))
    public = set(db.scalars(select(t.tombstone.c.iri)))
    yield from sorted(scope.guesses & public)
    for iri in sorted(scope.guesses | scope.captioned):
        if known := find_known(db, iri):
            files = (each for each in captions_of(home.mint, known) if each in public)
            yield from (each for each in files if iri in scope.captioned or not _is_kept(db, each, scope))


def _is_kept(db: Connection, file: str, scope: Scope) -> bool:
    """Return whether a guess that stays says the same words, so that the file of captions stays too."""
    supporting = select(t.support.c.annotation).where(t.support.c.owner == file)
    return bool(set(db.scalars(supporting)) - scope.guesses)
