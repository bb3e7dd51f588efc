"""The chain: what it finds, and what erasing a payload leaves."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import delete, text, update

from give_ld.errors import Damaged
from give_ld.journal import tables as t
from give_ld.journal.chain import Head
from give_ld.journal.erasing import erase_payloads, redact_payload
from give_ld.journal.journal import Journal, open_journal, utc_now
from give_ld.model.erasure import Erasure, Redaction
from give_ld.model.item import Partner
from tests.databases import over_both


@pytest.fixture
def journal(tmp_path: Path, journal_url: str | None) -> Iterator[Journal]:
    journal = open_journal(journal_url or tmp_path / "journal.sqlite")
    for number in range(5):
        with journal.writing() as writing:
            writing.append(Partner(id="OR-abc1234", name=f"Archief {number}"), "someone", "OR-abc1234")
    yield journal
    journal.close()


@over_both
def test_a_whole_chain_verifies(journal: Journal) -> None:
    assert journal.head().seq == 5
    assert journal.verify(journal.head()) is None


@over_both
@pytest.mark.parametrize("column", ["time", "action", "actor", "partner", "commitment", "previous"])
def test_an_altered_entry_is_found(journal: Journal, column: str) -> None:
    head = journal.head()
    with journal.engine.begin() as db:
        db.execute(update(t.event).where(t.event.c.seq == 3).values({column: "0" * 64}))
    fault = journal.verify(head)
    assert fault is not None
    assert fault.seq == 3


@over_both
def test_an_altered_payload_is_found(journal: Journal) -> None:
    with journal.engine.begin() as db:
        db.execute(update(t.payload).where(t.payload.c.seq == 2).values(body='{"id":"OR-abc1234","name":"X"}'))
    fault = journal.verify(journal.head())
    assert fault is not None
    assert (fault.seq, fault.reason) == (2, "its payload was altered")


@over_both
def test_a_dropped_entry_is_found(journal: Journal) -> None:
    with journal.engine.begin() as db:
        db.execute(delete(t.event).where(t.event.c.seq == 2))
    fault = journal.verify(journal.head())
    assert fault is not None
    assert fault.reason == "entry 2 is missing"


@over_both
def test_reordered_entries_are_found(journal: Journal) -> None:
    with journal.engine.begin() as db:
        db.execute(text("UPDATE event SET seq = 99 WHERE seq = 2"))
        db.execute(text("UPDATE event SET seq = 2 WHERE seq = 3"))
        db.execute(text("UPDATE event SET seq = 3 WHERE seq = 99"))
    fault = journal.verify(journal.head())
    assert fault is not None
    assert fault.seq == 2


@over_both
def test_a_cut_tail_is_found_by_a_head_that_was_seen_before(journal: Journal) -> None:
    seen = journal.head()
    with journal.engine.begin() as db:
        db.execute(delete(t.event).where(t.event.c.seq == 5))
    assert journal.verify(Head()) is None
    fault = journal.verify(seen)
    assert fault is not None
    assert fault.seq == 5


@over_both
def test_a_chain_that_was_written_anew_is_found(journal: Journal, tmp_path: Path) -> None:
    seen = journal.head()
    other = open_journal(tmp_path / "other.sqlite")
    for _ in range(6):
        with other.writing() as writing:
            writing.append(Partner(id="OR-abc1234", name="Archief"), "someone", "OR-abc1234")
    assert other.verify(other.head()) is None
    assert other.verify(seen) is not None


def record(journal: Journal, *, erased: tuple[int, ...] = (), redacted: tuple[Redaction, ...] = ()) -> None:
    now = utc_now()
    common = {"id": uuid4(), "kind": "person", "user": "someone", "reason": "asked", "started": now, "ended": now}
    erasure = Erasure(**common, sought=(), lengths=(), erased=erased, redacted=redacted)
    with journal.writing() as writing:
        writing.append(erasure, "someone")


@over_both
def test_erasing_a_payload_with_its_key_leaves_the_chain_verifiable(journal: Journal) -> None:
    with journal.writing() as writing:
        erase_payloads(writing.db, [4])
    record(journal, erased=(4,))
    assert journal.verify(journal.head()) is None
    assert [seq for seq, _ in journal.events()] == [1, 2, 3, 5, 6]


def test_a_recorded_erasure_excuses_its_own_entries_alone(journal: Journal) -> None:
    with journal.writing() as writing:
        erase_payloads(writing.db, [3, 4])
    record(journal, erased=(4,))
    fault = journal.verify(journal.head())
    assert fault is not None
    assert fault.seq == 3


def test_what_was_erased_on_record_may_not_come_back(journal: Journal) -> None:
    record(journal, erased=(4,))
    fault = journal.verify(journal.head())
    assert fault is not None
    assert (fault.seq, fault.reason) == (4, "its payload was erased on record, and is back")


def test_what_stands_in_the_place_of_a_redacted_payload_is_sealed_too(journal: Journal) -> None:
    with journal.writing() as writing:
        redaction = redact_payload(writing.db, 2, Partner(id="OR-abc1234", name="█"))
    record(journal, redacted=(redaction,))
    assert journal.verify(journal.head()) is None
    assert dict(journal.events())[2] == Partner(id="OR-abc1234", name="█")
    with journal.engine.begin() as db:
        db.execute(update(t.payload).where(t.payload.c.seq == 2).values(body='{"id":"OR-abc1234","name":"X"}'))
    fault = journal.verify(journal.head())
    assert fault is not None
    assert (fault.seq, fault.reason) == (2, "its payload was altered")


@over_both
def test_a_payload_that_went_without_a_recorded_erasure_is_found(journal: Journal) -> None:
    with journal.engine.begin() as db:
        db.execute(delete(t.payload).where(t.payload.c.seq == 4))
    fault = journal.verify(journal.head())
    assert fault is not None
    assert fault.seq == 4


@over_both
def test_an_error_inside_a_transaction_leaves_nothing_of_it(journal: Journal) -> None:
    def fail() -> None:
        with journal.writing() as writing:
            writing.append(Partner(id="OR-abc1234", name="nobody"), "someone", "OR-abc1234")
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert journal.head().seq == 5


def test_a_file_that_is_no_database_is_named_as_damaged(tmp_path: Path) -> None:
    (tmp_path / "journal.sqlite").write_bytes(b"this is not a database, it is a sentence" * 100)
    with pytest.raises(Damaged, match="restore it from a backup"):
        open_journal(tmp_path / "journal.sqlite")


@over_both
def test_the_chain_holds_no_payload(journal: Journal) -> None:
    with journal.engine.begin() as db:
        rows = [repr(row) for row in db.execute(t.event.select())]
    assert rows
    assert not any("Archief" in row for row in rows)
