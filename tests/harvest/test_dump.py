import hashlib
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from give_ld.errors import Conflict, Damaged
from give_ld.harvest import dump
from give_ld.harvest.dump import write_dump
from give_ld.store.embedded import EmbeddedStore, open_store
from give_ld.store.snapshots import Snapshots

DAY = date(2026, 3, 1)
LINES = [f'<http://ex.org/s{i}> <http://ex.org/p> "é{i}" <http://ex.org/g{i % 2}> .' for i in range(50)]
TWICE = '<http://ex.org/s0> <http://ex.org/p> "é0" <http://ex.org/g1> .'


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    store = open_store(tmp_path / "public", union=True)
    store.apply([], [*LINES, TWICE])
    yield store
    store.close()


@pytest.fixture
def snapshots(store: EmbeddedStore, tmp_path: Path) -> Snapshots:
    return Snapshots(store, tmp_path / "snapshots")


def test_a_dump_holds_every_quad_once_and_sorted(snapshots: Snapshots, tmp_path: Path) -> None:
    files = write_dump(snapshots.publish(), tmp_path / "out", DAY)
    assert files.data == tmp_path / "out" / "give-ld-public-2026-03-01.nq"
    assert files.data.read_bytes().decode().splitlines() == sorted([*LINES, TWICE])
    assert files.quads == 51
    assert files.sha256 == hashlib.sha256(files.data.read_bytes()).hexdigest()
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [files.data.name, files.checksum.name]


def test_sha256sum_agrees(snapshots: Snapshots, tmp_path: Path) -> None:
    files = write_dump(snapshots.publish(), tmp_path / "out", DAY)
    subprocess.run(["sha256sum", "--check", "--strict", files.checksum.name], cwd=tmp_path / "out", check=True)


def test_more_than_fits_in_memory_is_sorted_all_the_same(
    snapshots: Snapshots, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = write_dump(snapshots.publish(), tmp_path / "whole", DAY)
    monkeypatch.setattr(dump, "LINES_AT_ONCE", 7)
    assert write_dump(snapshots.current(), tmp_path / "parts", DAY).sha256 == whole.sha256


def test_the_same_again_changes_nothing_and_other_content_is_refused(
    store: EmbeddedStore, snapshots: Snapshots, tmp_path: Path
) -> None:
    first = write_dump(snapshots.publish(), tmp_path / "out", DAY)
    assert write_dump(snapshots.publish(), tmp_path / "out", DAY) == first
    store.apply([TWICE], [])
    with pytest.raises(Conflict, match="other content"):
        write_dump(snapshots.publish(), tmp_path / "out", DAY)
    assert hashlib.sha256(first.data.read_bytes()).hexdigest() == first.sha256
    assert write_dump(snapshots.publish(), tmp_path / "out", date(2026, 3, 2)).quads == 50


def test_an_empty_graph_makes_an_empty_dump(tmp_path: Path) -> None:
    store = open_store(tmp_path / "public", union=True)
    files = write_dump(Snapshots(store, tmp_path / "snapshots").publish(), tmp_path / "out", DAY)
    store.close()
    assert (files.quads, files.data.read_bytes()) == (0, b"")


def test_what_is_no_snapshot_is_named(tmp_path: Path) -> None:
    with pytest.raises(Damaged, match="nowhere"):
        write_dump(tmp_path / "nowhere", tmp_path / "out", DAY)
