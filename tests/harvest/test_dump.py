import gzip
import hashlib
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from give_ld.errors import Conflict, Damaged
from give_ld.harvest.dump import DumpFile, write_dump
from give_ld.store import sorted_lines
from give_ld.store.embedded import EmbeddedStore
from give_ld.store.opening import open_store
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


def content(file: DumpFile) -> bytes:
    return gzip.decompress(file.data.read_bytes())


def test_a_dump_holds_every_quad_once_and_sorted(snapshots: Snapshots, tmp_path: Path) -> None:
    dump = write_dump(snapshots.publish(), tmp_path / "out", DAY)
    assert dump.nquads.data == tmp_path / "out" / "give-ld-public-2026-03-01.nq.gz"
    assert content(dump.nquads).decode().splitlines() == sorted([*LINES, TWICE])
    assert dump.quads == 51
    assert dump.nquads.sha256 == hashlib.sha256(dump.nquads.data.read_bytes()).hexdigest()
    names = {file.name for each in (dump.nquads, dump.trig) for file in (each.data, each.checksum)}
    assert {path.name for path in (tmp_path / "out").iterdir()} == names


def test_the_trig_says_the_same_with_one_block_a_graph(snapshots: Snapshots, tmp_path: Path) -> None:
    dump = write_dump(snapshots.publish(), tmp_path / "out", DAY)
    text = content(dump.trig)
    assert {f"{quad} ." for quad in parse(text, RdfFormat.TRIG)} == {*LINES, TWICE}
    assert text.count(b"{") == 2


def test_sha256sum_agrees(snapshots: Snapshots, tmp_path: Path) -> None:
    dump = write_dump(snapshots.publish(), tmp_path / "out", DAY)
    for file in (dump.nquads, dump.trig):
        subprocess.run(["sha256sum", "--check", "--strict", file.checksum.name], cwd=tmp_path / "out", check=True)


def test_more_than_fits_in_memory_is_sorted_all_the_same(
    snapshots: Snapshots, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = write_dump(snapshots.publish(), tmp_path / "whole", DAY)
    monkeypatch.setattr(sorted_lines, "LINES_AT_ONCE", 7)
    parts = write_dump(snapshots.current(), tmp_path / "parts", DAY)
    assert (parts.nquads.sha256, parts.trig.sha256) == (whole.nquads.sha256, whole.trig.sha256)


def test_the_same_again_changes_nothing_and_other_content_is_refused(
    store: EmbeddedStore, snapshots: Snapshots, tmp_path: Path
) -> None:
    first = write_dump(snapshots.publish(), tmp_path / "out", DAY)
    assert write_dump(snapshots.publish(), tmp_path / "out", DAY) == first
    store.apply([TWICE], [])
    with pytest.raises(Conflict, match="other content"):
        write_dump(snapshots.publish(), tmp_path / "out", DAY)
    assert hashlib.sha256(first.nquads.data.read_bytes()).hexdigest() == first.nquads.sha256
    assert write_dump(snapshots.publish(), tmp_path / "out", date(2026, 3, 2)).quads == 50


def test_an_empty_graph_makes_an_empty_dump(tmp_path: Path) -> None:
    store = open_store(tmp_path / "public", union=True)
    dump = write_dump(Snapshots(store, tmp_path / "snapshots").publish(), tmp_path / "out", DAY)
    store.close()
    assert (dump.quads, content(dump.nquads), list(parse(content(dump.trig), RdfFormat.TRIG))) == (0, b"", [])


def test_what_is_no_snapshot_is_named(tmp_path: Path) -> None:
    with pytest.raises(Damaged, match="nowhere"):
        write_dump(tmp_path / "nowhere", tmp_path / "out", DAY)
