"""Somebody disappears: from every file of the instance, from what comes in later, and from backups brought back."""

from __future__ import annotations

import gzip
import hashlib
import shutil
import sqlite3
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from pyoxigraph import Store
from sqlalchemy import select

from give_ld.api.app import create_app
from give_ld.audit import Audit, Audited
from give_ld.backup import backup, restore
from give_ld.config import Settings
from give_ld.erasure.certificate import Certificate
from give_ld.erasure.erase import Order
from give_ld.erasure.procedure import carry_out
from give_ld.errors import BadInput, Conflict, Damaged, NotAllowed, NotFound
from give_ld.harvest.dump import write_dump
from give_ld.home import Home, open_home
from give_ld.ingest import Ingest, Source
from give_ld.items import ingest_items
from give_ld.journal import tables as t
from give_ld.journal.checkpoint import is_signed, public_key
from give_ld.journal.journal import utc_now
from give_ld.journal.ledger import ledger_path
from give_ld.journal.lookups import find_known
from give_ld.kb.base import open_kb
from give_ld.model.annotation import Annotation
from give_ld.model.correction import Right
from give_ld.model.erasure import ErasureKind
from give_ld.model.run import Run
from give_ld.model.status import Status, Verdict
from give_ld.rebuild import check
from give_ld.reference.admit import admit_from_csv
from give_ld.reference.snapshot import write_snapshot
from give_ld.review.decide import Decision
from give_ld.review.publication import is_gone
from give_ld.store.pool import QueryPool
from tests.conftest import Bringing, People, Ticking, add_people, admit_curie
from tests.factories import (
    BASE,
    PARTNER,
    PERSON,
    PID,
    TEXT,
    a_face_match,
    a_mention,
    a_mention_without_entity,
    a_run,
    a_transcript,
    an_unknown_face,
)

UNCALIBRATED = {"confidence": None, "calibrator": None}
OTHER_FACE = UUID("0b8f6d0a-5a4c-4b4e-9e71-54d0a0c0f009")
SPELLINGS = (b"Marie Curie", b"Marie_Curie", b"Sk\xc5\x82odowska", b"Q7186", PERSON.encode())
CURIE = Order(ErasureKind.PERSON, ("Q7186",), "she asked")


@dataclass(frozen=True)
class Past:
    """An instance in which somebody was recognised, named, approved, published, dumped and backed up; it is closed."""

    settings: Settings
    directory: Path
    records: Path
    face: str
    mention: str
    gent: str
    corrected: str
    transcript: str
    run: Run
    people: People


def guesses() -> list[Annotation]:
    return [
        a_face_match(),
        a_mention(text="Marie Curie", entity="Q7186", entity_type="person", label="Marie Curie", **UNCALIBRATED,
                  begin=TEXT.index("Marie"), end=TEXT.index("Marie") + 11,
                  transcript=hashlib.sha256(TEXT.encode()).hexdigest()),
        a_mention(**UNCALIBRATED, transcript=hashlib.sha256(TEXT.encode()).hexdigest()),
        a_mention_without_entity(**UNCALIBRATED, text="marie curie", begin=0, end=11),
        a_transcript(**UNCALIBRATED),
        an_unknown_face(fingerprint=OTHER_FACE),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Past:
    directory = tmp_path_factory.mktemp("past")
    home = open_home(Settings(home=directory / "home", base=BASE), Ticking())
    people = add_people(home)
    admit_curie(home, people, directory)
    run = a_run(reference_set=write_snapshot(home, directory / "refset.jsonl", people.rita).version)
    (directory / "records").mkdir()
    bring = Bringing(home, directory / "records", people.pipeline)
    rows = ["pid,title,kind,licences,created\n", f"{PID},Gesprek met Marie Curie,video,VIAA-PUBLIEK-CONTENT,2020\n"]
    ingest_items(home, rows, "items.csv", PARTNER, people.ann)
    records = bring.write([run, *guesses(), '{"bad": "Marie Curie"}'])
    with records.open("rb") as lines:
        report = Ingest(home, Source(records.name, records.parent, people.pipeline)).read(lines)
    assert [each.rule for each in report.refused] == ["schema-version"]
    iris = [home.mint.annotation(run, guess) for guess in guesses()]
    for iri in (*iris[:3], iris[4]):
        home.decide(people.ann, Decision(iri, Verdict.APPROVE, "it is Marie Curie"))
    said = home.decide(people.ann, Decision(iris[5], Verdict.CORRECT, right=Right(person=PERSON)))
    assert said.made
    inside = home.settings.home
    write_dump(home.snapshots.current(), inside / "dumps", utc_now().date())
    home.private_snapshots.current()
    write_snapshot(home, inside / "refset.jsonl", people.rita)
    (inside / "inbox").mkdir()
    (inside / "inbox" / "sidecar").write_bytes(b64encode(home.vault.read([str(OTHER_FACE)])[1]))
    held = inside / "published" / "engine" / "held"
    held.mkdir(parents=True)
    (held / "1.sst").write_bytes(b"Marie Curie")
    home.close()
    backup(home.settings, directory / "backup", utc_now())
    return Past(home.settings, directory, records, iris[0], iris[1], iris[2], said.made, iris[4], run, people)


@pytest.fixture
def past(made: Past, tmp_path: Path) -> Past:
    copy = tmp_path / "past"
    shutil.copytree(made.directory, copy, symlinks=True)
    settings = made.settings.model_copy(update={"home": copy / "home"})
    return replace(made, settings=settings, directory=copy, records=copy / "records" / made.records.name)


@pytest.fixture
def erase(past: Past) -> Callable[[Order], Certificate]:
    return lambda order: carry_out(past.settings, order, "admin")


@pytest.fixture
def opened(past: Past, request: pytest.FixtureRequest) -> Callable[[], Home]:
    def again() -> Home:
        home = open_home(past.settings)
        request.addfinalizer(home.close)
        return home

    return again


def bytes_of(directory: Path) -> dict[str, bytes]:
    """Read every file, unpacked where it is packed, and every term of every store: blocks of a store may be packed."""
    found = {}
    for path in (each for each in directory.rglob("*") if each.is_file() and not each.is_symlink()):
        content = path.read_bytes()
        found[str(path)] = gzip.decompress(content) if path.suffix == ".gz" else content
        if path.name == "CURRENT" and path.parent.name.isdigit():
            quads = Store.read_only(str(path.parent))
            found[f"{path} quads"] = "\n".join(map(str, quads)).encode()
    return found


def files_with(directory: Path, *needles: bytes) -> list[str]:
    return [name for name, content in bytes_of(directory).items() if any(each in content for each in needles)]


def fingerprints(directory: Path) -> list[bytes]:
    with sqlite3.connect(directory / "biometrics.sqlite") as db:
        rows = db.execute("SELECT vector FROM fingerprint UNION SELECT image FROM photo")
        return [row[0][:32] for row in rows]


def test_nothing_is_left_in_any_file_of_the_home(past: Past, erase: Callable[[Order], Certificate]) -> None:
    home = past.settings.home
    blobs = fingerprints(home)
    assert len(blobs) >= 3
    assert len(files_with(home, *SPELLINGS, *blobs)) > 5
    certificate = erase(CURIE)
    assert files_with(home, *SPELLINGS, *blobs) == []
    assert certificate.is_clean
    removed = certificate.statement.removed
    assert removed["payloads"] >= 6
    assert (removed["fingerprints"], removed["photos"], removed["quarantined"]) == (2, 1, 1)
    assert removed["files"] == 4  # two dumps, a snapshot of the reference set, a sidecar
    assert certificate.statement.engines == 1
    assert not (home / "published" / "engine" / "held").exists()


def test_the_certificate_is_signed_and_names_nobody(past: Past, erase: Callable[[Order], Certificate]) -> None:
    certificate = erase(CURIE)
    file = past.settings.home / "certificates" / f"erasure-{certificate.statement.erasure}.json"
    assert Certificate.model_validate_json(file.read_bytes()) == certificate
    home = open_home(past.settings)
    home.close()
    assert certificate.key == public_key(home.mint.secret)
    said = certificate.statement.model_dump_json().encode()
    assert is_signed(said, certificate.signature, certificate.key)
    assert not is_signed(said.replace(b'"namesakes":0', b'"namesakes":1'), certificate.signature, certificate.key)


def test_the_journal_still_verifies_and_accepts_these_gaps_and_no_others(
    erase: Callable[[Order], Certificate], opened: Callable[[], Home]
) -> None:
    erase(CURIE)
    home = opened()
    assert home.journal.verify(home.projection.reached()) is None
    assert {name: found.examples for name, found in check(home).items() if not found.is_none} == {}
    with home.journal.engine.begin() as db:
        kept = db.scalar(select(t.payload.c.seq).order_by(t.payload.c.seq).limit(1))
        db.execute(t.payload.delete().where(t.payload.c.seq == kept))
    fault = home.journal.verify(home.projection.reached())
    assert fault is not None
    assert fault.seq == kept


def test_decisions_about_others_stay(
    past: Past, erase: Callable[[Order], Certificate], opened: Callable[[], Home]
) -> None:
    erase(CURIE)
    home = opened()
    with home.journal.reading() as db:
        gent, transcript = find_known(db, past.gent), find_known(db, past.transcript)
        unknown = db.scalar(select(t.annotation.c.status).where(t.annotation.c.kind == "face-unknown"))
        assert find_known(db, past.face) is find_known(db, past.corrected) is None
    assert gent is not None
    assert gent.status is Status.APPROVED
    assert gent.validations[0].reason == "it is █████ █████"
    assert transcript is not None
    assert "over █████ █████." in transcript.annotation.text  # type: ignore[union-attr]
    assert gent.annotation.transcript == hashlib.sha256(transcript.annotation.text.encode()).hexdigest()  # type: ignore[union-attr]
    assert unknown == "rejected"  # somebody said that it is not unknown, which stays decided
    broken = [each for each in Audit(Audited.of(home)) if each.findings and each.findings[0].violation.refuses]
    assert [each.rule for each in broken] == []


def test_the_public_is_told_that_it_is_gone(
    past: Past, erase: Callable[[Order], Certificate], opened: Callable[[], Home]
) -> None:
    erase(CURIE)
    home = opened()
    assert not [line for line in home.public.lines() if past.face in line]
    assert [line for line in home.public.lines() if past.gent in line]
    with home.journal.reading() as db:
        for iri in (past.face, past.mention, past.corrected, PERSON):
            assert is_gone(db, home.mint, iri)
        assert not is_gone(db, home.mint, past.gent)
        assert PERSON not in set(db.scalars(select(t.tombstone.c.iri)))
    pool = QueryPool(home.settings, home.snapshots.current)
    with TestClient(create_app(home, pool, open_kb(None)), base_url=BASE) as anybody:
        for iri in (past.face, PERSON):
            answer = anybody.get(iri.replace("/id/", "/doc/"))
            assert (answer.status_code, "Curie" in answer.text) == (410, False)
        asked = anybody.get("/sparql", params={"query": f"ASK {{ ?s ?p <{PERSON}> }}"})
        assert asked.json()["boolean"] is False


def test_what_comes_in_again_about_the_person_is_dropped_and_not_even_kept_aside(
    past: Past, erase: Callable[[Order], Certificate], opened: Callable[[], Home]
) -> None:
    erase(CURIE)
    home, people = opened(), past.people
    with past.records.open("rb") as lines:
        report = Ingest(home, Source(past.records.name, past.records.parent, people.pipeline)).read(lines)
    assert report.erased == 4
    with home.journal.reading() as db:
        assert db.execute(select(t.quarantine)).all() == []
        assert not set(db.scalars(select(t.annotation.c.subject))) & {"Q7186", PERSON}
    with pytest.raises(Conflict, match="was erased"):
        admit_from_csv(home, past.directory / "refset.csv", people.rita, PARTNER)


def test_a_backup_that_is_older_is_brought_back_without_the_person(
    past: Past, erase: Callable[[Order], Certificate]
) -> None:
    blobs = fingerprints(past.settings.home)
    erase(CURIE)
    elsewhere = past.settings.model_copy(update={"home": past.directory / "elsewhere" / "home"})
    home = restore(past.directory / "backup", elsewhere, ledger_path(past.settings.home))
    with home.journal.reading() as db:
        gent = find_known(db, past.gent)
    assert gent is not None
    assert gent.status is Status.APPROVED
    assert home.journal.verify(home.projection.reached()) is None
    home.close()
    assert files_with(elsewhere.home, *SPELLINGS, *blobs) == []


def test_a_backup_put_in_place_by_hand_does_not_open_beside_a_newer_ledger(
    past: Past, erase: Callable[[Order], Certificate]
) -> None:
    erase(CURIE)
    moved = past.directory / "moved"
    past.settings.home.rename(moved)
    (past.directory / "backup").rename(past.settings.home)
    with pytest.raises(Conflict, match=r"1 of the erasures in .* are not in this journal"):
        open_home(past.settings)


def test_a_ledger_of_another_instance_is_refused(past: Past, erase: Callable[[Order], Certificate]) -> None:
    erase(CURIE)
    ledger = ledger_path(past.settings.home)
    ledger.write_text(ledger.read_text().replace("she asked", "they asked"))
    elsewhere = past.settings.model_copy(update={"home": past.directory / "elsewhere"})
    with pytest.raises(Damaged, match="altered"):
        restore(past.directory / "backup", elsewhere, ledger)


def test_a_killed_erasure_is_finished_by_the_next_opening(past: Past, opened: Callable[[], Home]) -> None:
    from give_ld.erasure.erase import erase as begin

    home = open_home(past.settings)
    begin(home, CURIE, home.user("admin"))
    home.let_go()
    home = opened()
    assert not [line for line in home.private.lines() if "Marie Curie" in line]
    assert not [line for line in home.public.lines() if PERSON in line]
    assert home.journal.verify(home.projection.reached()) is None


def test_a_subject_who_is_seen_is_erased_by_guess_and_cluster(
    past: Past, erase: Callable[[Order], Certificate], opened: Callable[[], Home]
) -> None:
    erase(Order(ErasureKind.SUBJECT, (past.corrected,), "the subject objects"))
    home = opened()
    assert home.vault.crop(str(OTHER_FACE), PARTNER) is None
    with home.journal.reading() as db:
        assert set(db.scalars(select(t.annotation.c.kind))) == {"face-match", "entity-mention", "transcript"}
        assert find_known(db, past.face) is not None
    assert home.journal.verify(home.projection.reached()) is None


def test_a_namesake_stays_and_texts_that_may_mean_either(
    past: Past, erase: Callable[[Order], Certificate], opened: Callable[[], Home]
) -> None:
    home, people = open_home(past.settings), past.people
    run = past.run.model_copy(update={"id": UUID(int=7, version=4)})
    namesake = a_mention(run=run.id, entity="Q99", entity_type="person", label="Marie Curie", **UNCALIBRATED)
    assert Bringing(home, past.directory / "records", people.pipeline)(run, namesake).refused == []
    home.close()
    certificate = erase(CURIE)
    assert certificate.is_clean
    assert certificate.statement.namesakes == 1
    assert files_with(past.settings.home, b"Q7186", PERSON.encode()) == []
    with opened().journal.reading() as db:
        transcript = find_known(db, past.transcript)
    assert transcript is not None
    assert "Marie Curie" in transcript.annotation.text  # type: ignore[union-attr]


def test_the_name_of_a_user_goes_and_the_decisions_stay(
    past: Past, erase: Callable[[Order], Certificate], opened: Callable[[], Home]
) -> None:
    people = past.people
    erase(Order(ErasureKind.USER, ("Ann",), "left the archive"))
    assert files_with(past.settings.home, b'"name":"Ann"') == []
    home = opened()
    with pytest.raises(NotFound):
        home.user("Ann")
    with home.journal.reading() as db:
        gent = find_known(db, past.gent)
        assert not db.execute(select(t.token).where(t.token.c.user == people.ann.id)).all()
    assert gent is not None
    assert gent.validations[0].user == people.ann.id
    assert home.journal.verify(home.projection.reached()) is None


def test_who_may_not_erase_is_refused_and_so_is_a_reason_that_tells_who(past: Past) -> None:
    with pytest.raises(NotAllowed):
        carry_out(past.settings, CURIE, "Ann")
    with pytest.raises(BadInput, match="may not say who"):
        carry_out(past.settings, Order(ErasureKind.PERSON, ("0001",), "Marie Curie asked"), "Rita")
    with pytest.raises(NotFound):
        carry_out(past.settings, Order(ErasureKind.PERSON, ("Q404",), "asked"), "Rita")
    assert not ledger_path(past.settings.home).exists()
