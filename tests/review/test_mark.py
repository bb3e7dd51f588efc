"""The mark says how far the graphs got: at least how far they are safe, also after a loss of power."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from give_ld.errors import Damaged
from give_ld.review.mark import Mark, read_mark, write_mark

SAFE = Mark(seq=100, hash="a" * 64, flushed=100, visibility="v")
LATER = replace(SAFE, seq=107, hash="b" * 64)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "projected.json"
    write_mark(path, SAFE)
    return path


def test_a_mark_that_says_no_more_is_safe_goes_beside_the_safe_one(path: Path) -> None:
    kept = path.read_text()
    write_mark(path, LATER)
    assert read_mark(path) == LATER
    assert path.read_text() == kept


@pytest.mark.parametrize("torn", ["", "{", '{"seq": 3}', "[]"])
def test_what_the_power_tore_leaves_the_safe_mark(path: Path, torn: str) -> None:
    write_mark(path, LATER)
    path.with_suffix(".ahead").write_text(torn)
    assert read_mark(path) == SAFE


@pytest.mark.parametrize("change", [{"flushed": 107}, {"visibility": "w"}, {"seq": 90}])
def test_a_mark_that_says_something_else_takes_the_place_of_both(path: Path, change: dict[str, int]) -> None:
    write_mark(path, LATER)
    other = replace(LATER, **change)
    write_mark(path, other)
    assert read_mark(path) == other
    assert list(path.parent.iterdir()) == [path]


def test_without_the_safe_mark_nothing_is_held(path: Path) -> None:
    write_mark(path, LATER)
    path.unlink()
    assert read_mark(path) == Mark()


def test_a_damaged_safe_mark_is_named(path: Path) -> None:
    path.write_text("{")
    with pytest.raises(Damaged, match="no mark"):
        read_mark(path)
