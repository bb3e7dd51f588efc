"""A damaged store is named and made again from the journal; a damaged journal is named, and nothing is made of it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from give_ld.bench.service import Service
from give_ld.errors import Damaged
from tests.faults.conftest import Archive, ask, decide, truth

Serve = Callable[..., Service]


def give_ld(archive: Archive, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "give_ld.cli", *arguments, "--home", str(archive.home)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def lose_current(store: Path) -> None:
    (store / "CURRENT").unlink()


def lose_manifest(store: Path) -> None:
    for manifest in store.glob("MANIFEST-*"):
        manifest.unlink()


def lose_everything(store: Path) -> None:
    for file in store.iterdir():
        file.unlink()


def flip_bytes(store: Path) -> None:
    for file in store.glob("*.sst"):
        content = bytearray(file.read_bytes())
        for place in range(0, max(1, len(content) - 64), 16):
            content[place] ^= 0xFF
        file.write_bytes(content)


def cut_files(store: Path) -> None:
    for file in store.glob("*.sst"):
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


@pytest.mark.parametrize(
    ("store", "damage"),
    [
        ("private", lose_current),
        ("private", flip_bytes),
        ("public", lose_manifest),
        ("public", cut_files),
        ("public", lose_everything),
    ],
    ids=lambda each: getattr(each, "__name__", each),
)
def test_a_damaged_store_is_named_and_made_again_from_the_journal(
    archive: Archive, store: str, damage: Callable[[Path], None]
) -> None:
    before = archive.statuses()
    damage(archive.home / store)
    with pytest.raises(Damaged, match=f"{store}.*give-ld rebuild"):
        archive.statuses()
    rebuilt = give_ld(archive, "rebuild", "--json")
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert archive.statuses() == before


def test_a_rebuilt_service_answers_and_decides(archive: Archive, serve: Serve) -> None:
    approved = next(guess.iri for guess in archive.filled.guesses if guess.approved)
    for store in ("private", "public"):
        lose_current(archive.home / store)
    assert give_ld(archive, "rebuild").returncode == 0
    service = serve(archive.home, sparql_lag_seconds="0")
    assert truth(service, f"<{approved}> ?p ?o")
    new = archive.undecided()[0]
    assert decide(service, archive, new).status_code == 200
    assert truth(service, f"<{new}> ?p ?o")


def test_a_damaged_snapshot_is_named_and_the_next_start_makes_a_new_one(archive: Archive, serve: Serve) -> None:
    service = serve(archive.home, sparql_workers="1")
    (snapshot,) = (path for path in (archive.home / "snapshots").iterdir() if path.name.isdigit())
    lose_manifest(snapshot)
    answer = ask(service, "ASK { ?s ?p ?o }")
    assert answer.status_code == 500
    assert "snapshot" in answer.json()["detail"]
    assert answer.json()["code"] == "damaged"
    service.stop()
    assert truth(serve(archive.home), "?s ?p ?o")


@pytest.mark.parametrize("part", [0, 1], ids=["its head", "its middle"])
def test_a_damaged_journal_is_named_and_nothing_is_made_of_it(archive: Archive, part: int) -> None:
    journal = archive.home / "journal.sqlite"
    content = bytearray(journal.read_bytes())
    # So many pages that some of them hold events, whatever else lies there.
    pages = len(content) // 4_096
    at, size = part * (pages // 4) * 4_096, (pages // 2 if part else 2) * 4_096
    content[at : at + size] = b"\xff" * size
    journal.write_bytes(content)
    with pytest.raises(Damaged, match=r"(?s)journal.*restore it from a backup"):
        archive.statuses()
    lose_current(archive.home / "private")
    refused = give_ld(archive, "rebuild")
    assert refused.returncode == 1
    assert "journal" in refused.stderr
    assert "restore it from a backup" in refused.stderr
    assert journal.read_bytes() == bytes(content)
