"""A partner's items from a CSV: what is recorded, and what is refused by row."""

from __future__ import annotations

import io

import pytest

from give_ld.errors import BadInput, NotAllowed
from give_ld.home import Home
from give_ld.items import ingest_items
from give_ld.journal.lookups import find_item
from tests.conftest import OTHER, People
from tests.factories import PARTNER

HEADER = "pid,title,kind,licences,language\n"


def test_a_bad_row_is_refused_and_the_rest_is_recorded(home: Home, people: People) -> None:
    rows = [
        HEADER,
        "one,News,video,CC0-CONTENT|VIAA-PUBLIEK-METADATA-ALL,nl\n",
        "two,News,opera,,nl\n",
        "no.dots,News,video,,nl\n",
        "three,,video,,nl\n",
        "four,News,video,,nl,too,many\n",
        "five,News,video,bad licence,nl\n",
        "six,News,audio,,en-GB\n",
    ]
    report = ingest_items(home, rows, "items.csv", PARTNER, people.ann)
    assert (report.recorded, report.unchanged) == (2, 0)
    assert [refused.line for refused in report.refused] == [3, 4, 5, 6, 7]
    assert all(refused.source == "items.csv" and refused.message for refused in report.refused)
    with home.journal.reading() as db:
        item = find_item(db, PARTNER, "one")
    assert item is not None
    assert item.licences == ("CC0-CONTENT", "VIAA-PUBLIEK-METADATA-ALL")


def test_lists_of_an_item_are_joined_by_a_bar(home: Home, people: People) -> None:
    rows = [
        "pid,title,kind,local_ids,also_known_as,part_of\n",
        "one,News,video,Band 7|BRT 1|Band 7,https://hdl.handle.net/1 | urn:x:2,series\n",
        "two,News,video,,no iri,\n",
        "three,News,video,,,three\n",
        "four,News,video,,,a series\n",
    ]
    report = ingest_items(home, rows, "items.csv", PARTNER, people.ann)
    assert [(refused.line, refused.rule) for refused in report.refused] == [(3, "item"), (4, "item"), (5, "item")]
    named = zip(report.refused, ("also_known_as", "itself", "part_of"), strict=True)
    assert all(text in refused.message for refused, text in named)
    with home.journal.reading() as db:
        item = find_item(db, PARTNER, "one")
    assert item is not None
    assert item.local_ids == ("BRT 1", "Band 7")
    assert item.also_known_as == ("https://hdl.handle.net/1", "urn:x:2")
    assert item.part_of == "series"


def test_the_same_items_twice_change_nothing(home: Home, people: People) -> None:
    rows = [HEADER, "one,News,video,,nl\n"]
    ingest_items(home, rows, "items.csv", PARTNER, people.ann)
    head = home.journal.head()
    assert ingest_items(home, rows, "items.csv", PARTNER, people.admin).unchanged == 1
    assert home.journal.head() == head


def test_only_the_owner_brings_items(home: Home, people: People) -> None:
    for user in (people.bob, people.pipeline, people.rita):
        with pytest.raises(NotAllowed):
            ingest_items(home, [HEADER, "one,News,video,,nl\n"], "items.csv", PARTNER, user)
    with pytest.raises(NotAllowed):
        ingest_items(home, [HEADER], "items.csv", OTHER, people.ann)


@pytest.mark.parametrize("text", ["title,kind\n", "pid,title,kind,colour\n", "pid,title,kind,pid\n", ""])
def test_a_header_that_does_not_fit_is_named(home: Home, people: People, text: str) -> None:
    with pytest.raises(BadInput, match=r"items\.csv: .*columns") as caught:
        ingest_items(home, io.StringIO(text), "items.csv", PARTNER, people.ann)
    assert caught.value.rule == "columns"


def test_what_is_no_csv_records_nothing(home: Home, people: People) -> None:
    head = home.journal.head()
    for lines in (
        [HEADER, "one,News,video,,nl\n", "two," + "x" * 200_000 + ",video,,nl\n"],
        io.TextIOWrapper(io.BytesIO(b"pid\xff,")),
    ):
        with pytest.raises(BadInput, match="nothing of it was recorded"):
            ingest_items(home, lines, "items.csv", PARTNER, people.ann)
    assert home.journal.head() == head
