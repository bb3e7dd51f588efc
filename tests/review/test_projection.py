"""Items in the private graph: whatever is described in whichever order, and again, the graph says what holds now."""

from __future__ import annotations

import pytest

from give_ld.home import Home
from give_ld.items import ingest_items
from give_ld.model.item import Item, ItemKind
from give_ld.rdf import mapping
from give_ld.rdf.namespaces import DCT, PREMIS
from give_ld.rdf.terms import Lines
from give_ld.rebuild import check
from tests.conftest import People
from tests.factories import BASE, PARTNER

HEADER = "pid,title,kind,local_ids,also_known_as,part_of\n"
GRAPH = f"{BASE}/graph/metadata/{PARTNER}"


def describe(home: Home, people: People, *rows: str) -> None:
    report = ingest_items(home, [HEADER, *(f"{row}\n" for row in rows)], "items.csv", PARTNER, people.ann)
    assert report.refused == []


def metadata(home: Home) -> Lines:
    return frozenset(line for line in home.private.lines() if line.endswith(f"<{GRAPH}> ."))


def has_part(home: Home) -> set[tuple[str, str]]:
    """Which items are said to have which parts; each must say the same from its side."""
    start = f"{BASE}/id/item/{PARTNER}/"
    pairs = {name: set[tuple[str, str]]() for name in ("hasPart", "isPartOf")}
    for line in metadata(home):
        subject, predicate, obj, _ = line.split(" ", 3)
        if predicate.startswith(f"<{DCT}") and predicate[len(DCT) + 1 : -1] in pairs:
            pair = (subject[1:-1].removeprefix(start), obj[1:-1].removeprefix(start))
            pairs[predicate[len(DCT) + 1 : -1]].add(pair)
    assert pairs["isPartOf"] == {(part, whole) for whole, part in pairs["hasPart"]}
    return pairs["hasPart"]


@pytest.mark.parametrize(
    "rows",
    [
        ["series,Reeks,video,,,", "one,Deel,video,,,series"],
        ["one,Deel,video,,,series", "series,Reeks,video,,,"],
        ["one,Deel,video,,,series"],
    ],
)
def test_a_whole_and_its_part_name_each_other_in_whichever_order_they_come(
    home: Home, people: People, rows: list[str]
) -> None:
    describe(home, people, *rows)
    assert has_part(home) == {("series", "one")}
    describe(home, people, "two,Deel,video,,,series", "series,Andere reeks,video,,,")
    assert has_part(home) == {("series", "one"), ("series", "two")}


def test_a_part_that_moves_leaves_nothing_behind(home: Home, people: People) -> None:
    describe(home, people, "series,Reeks,video,,,", "one,Deel,video,,,series", "two,Deel,video,,,series")
    describe(home, people, "one,Deel,video,,,other")
    assert has_part(home) == {("other", "one"), ("series", "two")}
    describe(home, people, "one,Deel,video,,,", "other,Andere reeks,video,,,")
    assert has_part(home) == {("series", "two")}
    assert all(difference.is_none for difference in check(home).values())


def test_a_local_id_that_is_taken_back_leaves_nothing_behind(home: Home, people: People) -> None:
    describe(home, people, "one,Deel,video,BRT 1|Band 7,https://hdl.handle.net/1,")
    assert sum(f"<{PREMIS}identifier>" in line for line in metadata(home)) == 2
    describe(home, people, "one,Deel,video,Band 8,,")
    left = Item(pid="one", partner=PARTNER, title="Deel", kind=ItemKind.VIDEO, local_ids=("Band 8",))
    assert metadata(home) == mapping.item_quads(home.mint, left)
    assert all(difference.is_none for difference in check(home).values())
