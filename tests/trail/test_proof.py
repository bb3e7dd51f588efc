"""The proof that the journal is whole: what it finds, what it says, and that nobody can make it dear."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest
from sqlalchemy import delete, update

from give_ld.errors import Busy, Damaged
from give_ld.home import Home
from give_ld.journal import tables as t
from give_ld.journal.chain import GENESIS, Head, Stored
from give_ld.journal.checkpoint import parse_checkpoint, sign
from give_ld.trail.proof import FRESH_SECONDS, REST, Looked, Prover
from tests.conftest import People

LONG = 60


class Clock:
    """A clock that stands still until it is told how late it is."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def prover(home: Home, people: People, clock: Clock) -> Iterator[Prover]:
    made = Prover(home, clock)
    yield made
    made.close()


def grow(home: Home, people: People, name: str) -> None:
    with home.writing() as writing:
        writing.append(people.ann.model_copy(update={"id": name, "name": name}), "operator")


def test_a_whole_journal_is_proved_with_a_signed_end(home: Home, prover: Prover) -> None:
    looked = prover.look(LONG)
    assert looked.proof is not None
    assert looked.proof.fault is None
    assert looked.proof.head == home.journal.head()
    assert looked.entries == looked.proof.head.seq
    content = looked.proof.checkpoint.model_dump_json().encode()
    assert parse_checkpoint(content, "kept", prover.key).statement.head == home.journal.head()
    assert prover.compare(content, "kept") == (looked.proof.checkpoint.statement, True)


def test_what_was_altered_is_found_and_what_is_gone_is_counted(home: Home, prover: Prover) -> None:
    with home.journal.writing() as writing:
        writing.db.execute(update(t.payload).where(t.payload.c.seq == 2).values(body="{}"))
    proof = prover.look(LONG).proof
    assert proof is not None
    assert proof.fault is not None
    assert (proof.fault.seq, proof.fault.reason) == (2, "its payload was altered")


def test_a_payload_that_went_without_a_record_is_a_fault_and_is_counted(home: Home, prover: Prover) -> None:
    with home.journal.writing() as writing:
        writing.db.execute(delete(t.payload).where(t.payload.c.seq == home.journal.head().seq))
    proof = prover.look(LONG).proof
    assert proof is not None
    assert proof.fault is not None
    assert proof.erased == 1


def test_the_same_head_is_read_again_after_a_while_only(home: Home, prover: Prover, clock: Clock) -> None:
    first = prover.look(LONG)
    with home.journal.writing() as writing:
        writing.db.execute(update(t.payload).where(t.payload.c.seq == 2).values(body="{}"))
    clock.now += FRESH_SECONDS - 1
    assert prover.look(LONG).proof is first.proof
    clock.now += 2
    again = prover.look(LONG).proof
    assert again is not None
    assert again.fault is not None


def test_a_payload_that_would_be_read_as_something_else_is_a_fault(home: Home, prover: Prover) -> None:
    with home.journal.writing() as writing:
        writing.db.execute(update(t.payload).where(t.payload.c.seq == 2).values(form="token.revoked"))
    proof = prover.look(LONG).proof
    assert proof is not None
    assert proof.fault is not None
    assert (proof.fault.seq, "read as something else" in proof.fault.reason) == (2, True)


def test_another_head_is_read_only_after_a_rest(home: Home, people: People, prover: Prover, clock: Clock) -> None:
    class Slow:
        """Each reading takes ten seconds."""

        def __call__(self) -> float:
            clock.now += 5
            return clock.now

    prover.clock = Slow()
    first = prover.look(LONG).proof
    assert first is not None
    prover.clock = clock
    grow(home, people, "one-more")
    again = prover.look(LONG)
    assert again.proof is first
    assert again.entries == first.head.seq + 1
    clock.now += REST * first.seconds
    later = prover.look(LONG).proof
    assert later is not None
    assert later.head == home.journal.head()


def test_one_reading_serves_all_who_wait_and_says_how_far_it_is(
    home: Home, prover: Prover, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on, readings = Event(), Event(), list[int]()
    entries = home.journal.entries

    def slowly() -> Iterator[Stored]:
        readings.append(1)
        for place, link in enumerate(entries()):
            yield link
            if place == 1:
                begun.set()
                go_on.wait(LONG)

    monkeypatch.setattr(home.journal, "entries", slowly)
    assert prover.look(0).proof is None
    assert begun.wait(LONG)
    assert prover.look(0) == Looked(None, home.journal.head().seq, 2)
    go_on.set()
    assert prover.look(LONG).proof is not None
    assert readings == [1]


def test_closing_ends_a_reading_that_is_under_way(home: Home, prover: Prover, monkeypatch: pytest.MonkeyPatch) -> None:
    link = next(iter(home.journal.entries()))

    def endless() -> Iterator[Stored]:
        while True:
            yield link

    def verify(*_: object, seen: object) -> None:
        for each in endless():
            seen(each)  # type: ignore[operator]

    monkeypatch.setattr(home.journal, "verify", verify)
    assert prover.look(0).proof is None
    prover.close()
    with pytest.raises(Busy):
        prover.look(LONG)


def test_a_checkpoint_that_the_journal_does_not_hold_is_told_apart_from_a_forged_one(
    home: Home, prover: Prover
) -> None:
    lost = sign(home.mint.secret, home.settings.base, Head(1, "f" * 64), home.journal.clock())
    assert prover.compare(lost.model_dump_json().encode(), "lost")[1] is False
    forged = sign(b"x" * 32, home.settings.base, Head(0, GENESIS), home.journal.clock())
    for content in (forged.model_dump_json().encode(), b"", b"{}", b"\xff\xfe", b"[" * 100_000):
        with pytest.raises(Damaged):
            prover.compare(content, "forged")
