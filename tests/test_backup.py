"""Backups: taken while the instance works, and brought back whole or not at all."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from threading import Thread
from uuid import UUID

import pytest

from give_ld.backup import backup, restore
from give_ld.config import Settings
from give_ld.errors import Conflict, Damaged, NotFound
from give_ld.home import Home
from give_ld.model.run import Run
from give_ld.model.status import Verdict
from give_ld.rebuild import check
from give_ld.review.decide import Decision
from tests.conftest import Bringing, People
from tests.factories import BASE, a_face_match, a_mention, a_run


@pytest.fixture
def approved(home: Home, people: People, bring: Bringing, run: Run, open_item: str) -> str:
    guess = a_face_match()
    assert bring(run, guess).refused == []
    iri = home.mint.annotation(run, guess)
    home.decide(people.ann, Decision(iri, Verdict.APPROVE))
    return iri


@pytest.fixture
def copied(home: Home, approved: str, tmp_path: Path) -> Path:
    backup(home.settings, tmp_path / "copy", home.journal.clock())
    return tmp_path / "copy"


def elsewhere(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "elsewhere", base=BASE)


def test_a_restored_instance_is_the_instance_at_the_time_of_the_backup(
    home: Home, people: People, bring: Bringing, run: Run, copied: Path, approved: str, tmp_path: Path
) -> None:
    then = {"private": set(home.private.lines()), "public": set(home.public.lines())}
    home.decide(people.ann, Decision(approved, Verdict.WITHDRAW, "later than the backup"))
    again = restore(copied, elsewhere(tmp_path))
    assert {"private": set(again.private.lines()), "public": set(again.public.lines())} == then
    assert all(difference.is_none for difference in check(again).values())
    assert again.journal.verify(again.projection.reached()) is None
    assert again.mint.secret == home.mint.secret
    fingerprint = str(a_face_match().fingerprint)
    assert again.vault.crop(fingerprint, run.partner) == home.vault.crop(fingerprint, run.partner) is not None
    again.close()


def test_a_restored_instance_goes_on(
    people: People, bring: Bringing, copied: Path, approved: str, tmp_path: Path
) -> None:
    again = restore(copied, elsewhere(tmp_path))
    again.decide(people.ann, Decision(approved, Verdict.WITHDRAW, "after the restore"))
    another = a_run(id=UUID(int=9), reference_set=None)
    mention = a_mention(run=another.id, confidence=None, calibrator=None)
    assert Bringing(again, bring.directory, people.pipeline)(another, mention).refused == []
    assert all(difference.is_none for difference in check(again).values())
    again.close()


def test_a_backup_ends_while_somebody_writes_all_the_time(home: Home, tmp_path: Path) -> None:
    journal = home.settings.home / "journal.sqlite"
    with closing(sqlite3.connect(journal)) as db, db:
        db.execute("CREATE TABLE ballast AS SELECT zeroblob(40000000) AS bytes")
    script = (
        "import sqlite3, sys\n"
        "db = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)\n"
        "db.execute('CREATE TABLE busy (n)')\n"
        "while True: db.execute('INSERT INTO busy VALUES (1)'); print(flush=True)"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(journal)], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        copying = Thread(target=backup, args=(home.settings, tmp_path / "copy", home.journal.clock()), daemon=True)
        copying.start()
        reading = Thread(target=writer.stdout.read, daemon=True)
        reading.start()
        copying.join(20)
        ended = not copying.is_alive()
        writer.kill()
    assert ended
    copying.join()


def test_a_backup_is_for_its_owner_only(copied: Path) -> None:
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (copied, *copied.iterdir())}
    assert modes.pop("copy") == 0o700
    assert set(modes.values()) == {0o600}
    assert sorted(modes) == ["biometrics.sqlite", "instance.json", "journal.sqlite", "manifest.json"]


def test_a_backup_overwrites_nothing(home: Home, copied: Path, tmp_path: Path) -> None:
    with pytest.raises(Conflict, match="exists"):
        backup(home.settings, copied, home.journal.clock())
    with pytest.raises(NotFound, match="no instance"):
        backup(Settings(home=tmp_path / "nothing"), tmp_path / "new", home.journal.clock())
    assert not (tmp_path / "new").exists()
    with pytest.raises(Conflict, match="not empty"):
        restore(copied, home.settings)


@pytest.mark.parametrize("name", ["journal.sqlite", "biometrics.sqlite", "instance.json"])
def test_an_altered_or_missing_file_is_named_and_nothing_is_restored(copied: Path, tmp_path: Path, name: str) -> None:
    file = copied / name
    file.chmod(0o600)
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    with pytest.raises(Damaged, match=name):
        restore(copied, elsewhere(tmp_path))
    file.unlink()
    with pytest.raises(Damaged, match=name):
        restore(copied, elsewhere(tmp_path))
    assert not (tmp_path / "elsewhere").exists()


def test_a_journal_that_lost_its_end_is_found_even_under_a_new_digest(copied: Path, tmp_path: Path) -> None:
    with sqlite3.connect(copied / "journal.sqlite") as db:
        db.execute("DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)")
    db.close()
    manifest = json.loads((copied / "manifest.json").read_text())
    manifest["files"]["journal.sqlite"] = hashlib.sha256((copied / "journal.sqlite").read_bytes()).hexdigest()
    (copied / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(Damaged, match=r"the journal of the backup: entry \d+"):
        restore(copied, elsewhere(tmp_path))
    assert not (tmp_path / "elsewhere").exists()


def test_a_guess_that_only_the_tables_call_approved_is_proposed_again(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str, tmp_path: Path
) -> None:
    assert bring(run, a_face_match()).refused == []
    copied = tmp_path / "copy"
    backup(home.settings, copied, home.journal.clock())
    with sqlite3.connect(copied / "journal.sqlite") as db:
        db.execute("UPDATE annotation SET status = 'approved'")
    db.close()
    manifest = json.loads((copied / "manifest.json").read_text())
    manifest["files"]["journal.sqlite"] = hashlib.sha256((copied / "journal.sqlite").read_bytes()).hexdigest()
    (copied / "manifest.json").write_text(json.dumps(manifest))
    with closing(restore(copied, elsewhere(tmp_path))) as restored:
        assert set(restored.private.lines()) == set(home.private.lines())
        assert set(restored.public.lines()) == set(home.public.lines())


@pytest.mark.parametrize("manifest", ["", "{}", '{"format": "another/1"}', "[1]"])
def test_what_is_no_backup_is_named(copied: Path, tmp_path: Path, manifest: str) -> None:
    (copied / "manifest.json").write_text(manifest)
    with pytest.raises(Damaged, match="manifest"):
        restore(copied, elsewhere(tmp_path))
    (copied / "manifest.json").unlink()
    with pytest.raises(NotFound, match="manifest"):
        restore(copied, elsewhere(tmp_path))
