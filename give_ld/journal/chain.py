"""How events are chained, so that flipping, dropping or reordering one is found."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

GENESIS = "0" * 64


class Action(StrEnum):
    """What happened."""

    PARTNER_ADDED = "partner.added"
    ITEM_RECORDED = "item.recorded"
    RUN_RECORDED = "run.recorded"
    ANNOTATION_PROPOSED = "annotation.proposed"
    ANNOTATION_DECIDED = "annotation.decided"
    ANNOTATION_CORRECTED = "annotation.corrected"
    ANNOTATION_SUPERSEDED = "annotation.superseded"
    BULK_DECIDED = "bulk.decided"
    SAMPLE_DRAWN = "sample.drawn"
    REVIEW_POLICY_SET = "review-policy.set"
    PERSON_ADMITTED = "person.admitted"
    REFSET_VERSIONED = "refset.versioned"
    USER_ADDED = "user.added"
    USER_CHANGED = "user.changed"
    TOKEN_ISSUED = "token.issued"  # noqa: S105
    TOKEN_REVOKED = "token.revoked"  # noqa: S105
    PASSWORD_SET = "password.set"  # noqa: S105
    PROCESSING_SET = "processing.set"
    PERSON_EXEMPTED = "person.exempted"
    PERSON_ERASED = "person.erased"


@dataclass(frozen=True)
class Entry:
    """One link. `commitment` is an HMAC of the payload under a key that lies beside the payload, not here."""

    seq: int
    time: str
    action: str
    actor: str
    partner: str
    commitment: str
    previous: str

    @property
    def hash(self) -> str:
        """Return the SHA-256 of the entry, previous hash included, as lower-case hexadecimal."""
        fields = [self.seq, self.time, self.action, self.actor, self.partner, self.commitment, self.previous]
        return hashlib.sha256(json.dumps(fields, ensure_ascii=True).encode()).hexdigest()


@dataclass(frozen=True)
class Sealed:
    """A link with its payload and the payload's key."""

    entry: Entry
    key: bytes
    body: str


@dataclass(frozen=True)
class Stored:
    """A link as it was read back; key and body are absent where the payload was erased.

    `form` says as what the payload is read, if not as what the entry is about: what is left after an erasure.
    """

    entry: Entry
    hash: str
    key: bytes | None
    body: str | None
    form: str | None = None


@dataclass(frozen=True)
class Head:
    """Where a chain ends."""

    seq: int = 0
    hash: str = GENESIS


@dataclass(frozen=True)
class Fault:
    """The first entry that does not verify, and why."""

    seq: int
    reason: str


def commitment(key: bytes, body: str) -> str:
    """Return HMAC-SHA256 of the payload: it binds the payload without telling anything once the key is gone."""
    return hmac.new(key, body.encode(), hashlib.sha256).hexdigest()


def seal(head: Head, action: Action, body: str, by: tuple[str, str], now: datetime) -> Sealed:
    """Return the next link after `head`; `by` is the actor's opaque id and the partner concerned ('' for none)."""
    key = secrets.token_bytes(32)
    actor, partner = by
    entry = Entry(head.seq + 1, now.isoformat(), str(action), actor, partner, commitment(key, body), head.hash)
    return Sealed(entry, key, body)


# What erasures put on record: the entries that lost their payload (None), and the commitments to what replaced others.
Gaps = Mapping[int, str | None]


def first_fault(chain: Iterable[Stored], reached: Head, gaps: Gaps) -> Fault | None:
    """Return the first fault of a chain, or None.

    `reached` is a head that the chain is known to have had, `gaps` what was erased on record, and nothing else was.
    """
    head = Head()
    passed = reached.seq == 0
    for link in chain:
        if reason := _fault(link, head, gaps):
            return Fault(link.entry.seq, reason)
        head = Head(link.entry.seq, link.hash)
        passed = passed or head == reached
    if not passed:
        return Fault(head.seq + 1, f"the journal once reached entry {reached.seq}, which is gone or was replaced")
    return None


def _fault(link: Stored, head: Head, gaps: Gaps) -> str | None:
    if link.entry.seq != head.seq + 1:
        return f"entry {head.seq + 1} is missing"
    if link.entry.previous != head.hash:
        return "does not follow from the entry before it"
    if link.entry.hash != link.hash:
        return "was altered"
    expected = gaps.get(link.entry.seq, link.entry.commitment)
    if link.key is None or link.body is None:
        return None if expected is None else "its payload is missing, and no erasure is on record"
    if expected is None:
        return "its payload was erased on record, and is back"
    if commitment(link.key, link.body) != expected:
        return "its payload was altered"
    if link.form is not None and link.entry.seq not in gaps:
        return "its payload is read as something else, and no erasure is on record"
    return None
