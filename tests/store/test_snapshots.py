import threading
import time
from pathlib import Path

import pyoxigraph
import pytest

from give_ld.errors import Conflict
from give_ld.store.embedded import EmbeddedStore
from give_ld.store.snapshots import LINGER_SECONDS, Snapshots

LINE = '<http://ex.org/new> <http://ex.org/p> "x" <http://ex.org/g0> .'


def test_a_new_version_is_made_only_after_a_change(
    snapshots: Snapshots, public_store: EmbeddedStore, tmp_path: Path
) -> None:
    first = snapshots.current()
    assert snapshots.current() == first
    public_store.apply([], [LINE])
    snapshots.mark_dirty()
    second = snapshots.current()
    assert second != first
    assert (tmp_path / "snapshots" / "current").resolve() == second.resolve()


def test_the_last_three_versions_stay_and_younger_ones_linger(public_store: EmbeddedStore, tmp_path: Path) -> None:
    now = [0.0]
    snapshots = Snapshots(public_store, tmp_path / "versions", clock=lambda: now[0])
    paths = [snapshots.publish() for _ in range(5)]
    assert all(path.is_dir() for path in paths)
    now[0] = LINGER_SECONDS + 1
    paths.append(snapshots.publish())
    assert [path.is_dir() for path in paths] == [False, False, False, True, True, True]


def test_a_restart_goes_on_counting(public_store: EmbeddedStore, tmp_path: Path) -> None:
    last = Snapshots(public_store, tmp_path / "versions").publish()
    again = Snapshots(public_store, tmp_path / "versions").current()
    assert int(again.name) == int(last.name) + 1


def test_a_reader_sees_a_change_after_the_lag_at_the_latest(public_store: EmbeddedStore, tmp_path: Path) -> None:
    now = [0.0]
    snapshots = Snapshots(public_store, tmp_path / "versions", clock=lambda: now[0])
    first = snapshots.recent(2.0)
    snapshots.mark_dirty()
    assert snapshots.recent(2.0) == first
    now[0] = 2.0
    assert snapshots.recent(2.0) != first


def test_without_a_lag_a_reader_sees_a_change_at_once(snapshots: Snapshots) -> None:
    first = snapshots.recent(0)
    assert snapshots.recent(0) == first
    snapshots.mark_dirty()
    assert snapshots.recent(0) != first


def test_a_version_that_could_not_be_made_leaves_nothing_behind(snapshots: Snapshots, tmp_path: Path) -> None:
    first = snapshots.current()
    (tmp_path / "snapshots" / "2").mkdir()
    snapshots.mark_dirty()
    with pytest.raises(Conflict):
        snapshots.current()
    assert snapshots.current() != first


def test_a_version_is_seen_in_good_time_before_readers_see_it(public_store: EmbeddedStore, tmp_path: Path) -> None:
    now, prepared, seen = [0.0], list[Path](), threading.Event()
    snapshots = Snapshots(public_store, tmp_path / "versions", clock=lambda: now[0])
    first = snapshots.recent(2.0)

    def prepare(made: Path) -> None:
        prepared.extend((made, snapshots.recent(2.0)))
        seen.set()

    snapshots.before_reading(prepare)
    snapshots.mark_dirty()
    now[0] = 1.0
    assert snapshots.recent(2.0) == first
    assert seen.wait(10)
    made, read_meanwhile = prepared
    assert read_meanwhile == first
    while snapshots.recent(2.0) == first:
        time.sleep(0.001)
    assert snapshots.recent(2.0) == made


def test_a_version_waits_for_what_is_about_to_change(public_store: EmbeddedStore, tmp_path: Path) -> None:
    about = [LINE]

    def settle() -> None:
        public_store.apply([], about)

    snapshots = Snapshots(public_store, tmp_path / "versions", settle=settle)
    copy = pyoxigraph.Store.read_only(str(snapshots.current()))
    assert LINE in [f"{quad} ." for quad in copy]
