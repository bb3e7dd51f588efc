import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from give_ld.errors import BadInput, Conflict, Damaged
from give_ld.store.embedded import EmbeddedStore
from give_ld.store.opening import open_store
from give_ld.store.quads import are_named, parse_lines

S, P, G, H = "<http://ex.org/s>", "<http://ex.org/p>", "<http://ex.org/g>", "<http://ex.org/h>"
ALL = "SELECT ?s ?p ?o { ?s ?p ?o }"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    store = open_store(tmp_path / "private")
    yield store
    store.close()


@pytest.fixture
def union(tmp_path: Path) -> Iterator[EmbeddedStore]:
    store = open_store(tmp_path / "union", union=True)
    yield store
    store.close()


def default_graph(store: EmbeddedStore) -> set[str]:
    return {str(quad) for quad in store._open.quads_for_pattern(None, None, None, None) if str(quad).count("<") == 2}


def many(count: int = 2_500) -> list[str]:
    return [f'{S} {P} "{number} \\"> _:b <x> ." {G} .' for number in range(count)]


def test_many_lines_at_once_are_the_same_as_one_by_one(store: EmbeddedStore, tmp_path: Path) -> None:
    one_by_one = open_store(tmp_path / "other")
    for _ in range(2):
        store.apply([], many() + many(10))
    for line in many():
        one_by_one.apply([], [line])
    assert sorted(store.lines()) == sorted(one_by_one.lines())
    one_by_one.close()


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (f'{S} {P} "no end" {G}', "n-quads"),
        (f'{S} {P} "no such escape \\q" {G} .', "n-quads"),
        (f'<relative> {P} "x" {G} .', "n-quads"),
        (f"{S} {P} <a{{b> {G} .", "n-quads"),
        (f'{S} {P} "half a character \ud800" {G} .', "n-quads"),
        (f'{S} {P} "no graph" .', "named-graph"),
        (f'{S} {P} "x" . # "x" {G} .', "named-graph"),
        (f'_:b {P} "x" {G} .', "no-blank-nodes"),
        (f"{S} {P} _:b {G} .", "no-blank-nodes"),
        (f'{S} {P} "x" _:b .', "no-blank-nodes"),
    ],
)
def test_a_bad_line_among_many_is_refused_and_changes_nothing(store: EmbeddedStore, line: str, rule: str) -> None:
    store.apply([], [f'{S} {P} "there" {G} .'])
    with pytest.raises(BadInput) as caught:
        store.apply([], [*many(), line, *many(10)])
    assert caught.value.rule == rule
    assert list(store.lines()) == [f'{S} {P} "there" {G} .']


_NODES = st.sampled_from(
    ["<a:b>", "<a:b c>", "_:b", '"x"', '"> <a:b> ."', '"\\""', '"x"@en', '"1"^^<a:b>', ".", "# x", ""]
)


@given(st.lists(_NODES, max_size=6), st.sampled_from([" ", "", "\n", "\r", "  "]))
def test_what_passes_as_named_is_wrong_in_its_syntax_or_in_nothing(parts: list[str], between: str) -> None:
    line = between.join([*parts, "."])
    assert not are_named([line]) or fault(line) in ("", "n-quads")


def fault(line: str) -> str:
    try:
        parse_lines([line])
    except BadInput as error:
        return error.rule
    return ""


def test_the_union_shows_once_what_two_graphs_hold_and_until_the_last_lets_go(union: EmbeddedStore) -> None:
    in_g, in_h = f'{S} {P} "fact" {G} .', f'{S} {P} "fact" {H} .'
    union.apply([], [in_g, in_h])
    assert default_graph(union) == {f'{S} {P} "fact"'}
    assert (union.count(), sorted(union.lines())) == (2, [in_g, in_h])
    union.apply([in_g], [])
    assert default_graph(union) == {f'{S} {P} "fact"'}
    union.remove_subject("http://ex.org/h", "http://ex.org/s")
    assert default_graph(union) == set()
    assert union.count() == 0


def test_a_second_opener_is_told_what_to_do(tmp_path: Path) -> None:
    store = open_store(tmp_path / "store")
    code = "import sys, pathlib; from give_ld.store.opening import open_store; open_store(pathlib.Path(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "store")], capture_output=True, text=True, check=False
    )
    assert "Conflict" in done.stderr
    with pytest.raises(Conflict, match="open already"):
        open_store(tmp_path / "store")
    store.close()
    open_store(tmp_path / "store").close()


def test_a_damaged_directory_is_named(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "CURRENT").write_text("nonsense\n")
    with pytest.raises(Damaged, match="rebuild"):
        open_store(tmp_path / "store")
    (tmp_path / "file").write_text("no directory")
    with pytest.raises(Damaged, match="file"):
        open_store(tmp_path / "file")


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = open_store(tmp_path / "store")
    store.close()
    store.close()
    with pytest.raises(Conflict, match="closed"):
        store.count()


def test_a_file_is_loaded_whole_or_not_at_all(union: EmbeddedStore, tmp_path: Path) -> None:
    good, bad, odd = tmp_path / "good.nq", tmp_path / "bad.nq", tmp_path / "odd.doc"
    good.write_text(f'{S} {P} "x" {G} .\n{S} {P} "x" {H} .\n')
    bad.write_text(f'{S} {P} "y" {G} .\nnonsense\n')
    odd.write_text("")
    union.load(good)
    assert (union.count(), default_graph(union)) == (2, {f'{S} {P} "x"'})
    for file in (bad, odd):
        with pytest.raises(BadInput, match=file.name):
            union.load(file)
    assert union.count() == 2
    assert union.graph_names() == ["http://ex.org/g", "http://ex.org/h"]


def test_a_backup_does_not_follow_later_changes(store: EmbeddedStore, tmp_path: Path) -> None:
    store.apply([], [f'{S} {P} "before" {G} .'])
    store.flush()
    store.backup(tmp_path / "copy")
    store.apply([], [f'{S} {P} "after" {G} .'])
    with pytest.raises(Conflict, match="exists"):
        store.backup(tmp_path / "copy")
    copy = open_store(tmp_path / "copy")
    assert list(copy.lines()) == [f'{S} {P} "before" {G} .']
    copy.close()
