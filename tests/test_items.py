"""A partner's items from a CSV: what is recorded, and what is refused by row."""

from __future__ import annotations

import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from give_ld.errors import BadInput, NotAllowed
from give_ld.home import Home
from give_ld.items import ingest_items
from give_ld.journal.lookups import find_item
from give_ld.journal.quarantine import entries, quarantined
from tests.conftest import OTHER, People
from tests.doors.conftest import SAMPLES
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
    assert [(refused.line, refused.rule) for refused in report.refused] == [
        (3, "also_known_as.0.value_error"),
        (4, "value_error"),
        (5, "part_of.string_pattern_mismatch"),
    ]
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


def test_what_is_not_in_utf_8_records_nothing(home: Home, people: People) -> None:
    head = home.journal.head()
    with pytest.raises(BadInput, match="nothing of it was recorded"):
        ingest_items(home, io.TextIOWrapper(io.BytesIO(b"pid\xff,")), "items.csv", PARTNER, people.ann)
    assert home.journal.head() == head


def test_where_a_csv_breaks_off_the_rows_before_are_recorded_and_the_rest_waits(home: Home, people: People) -> None:
    broken, after = "two," + "x" * 200_000 + ",video,,nl\n", "three,News,video,,nl\n"
    report = ingest_items(
        home, ["sep=,\n", HEADER, "one,News,video,,nl\n", broken, after], "i.csv", PARTNER, people.ann
    )
    assert report.recorded == 1
    assert [(each.line, each.rule) for each in report.refused] == [(4, "csv")]
    (waiting,) = entries(home.journal, PARTNER)
    assert waiting.kept.raw.decode() == broken + after


def test_lines_are_counted_from_the_first_of_the_file(home: Home, people: People) -> None:
    report = ingest_items(home, ["sep=;\n", "pid;title;kind\n", "one;News;opera\n"], "i.csv", PARTNER, people.ann)
    assert [each.line for each in report.refused] == [3]


def test_a_spreadsheet_of_a_dutch_speaker_is_read(home: Home, people: People) -> None:
    content = (SAMPLES / "items.csv").read_text(encoding="utf-8")
    for marked in (content, "sep=;\r\n" + content.removeprefix("\ufeff")):
        report = ingest_items(home, io.StringIO(marked, newline=""), "items.csv", PARTNER, people.ann)
        assert report.refused == []
    with home.journal.reading() as db:
        item, radio = find_item(db, PARTNER, "086348mc8s"), find_item(db, PARTNER, "9x8y7z6w5v")
    assert item is not None
    assert (item.title, item.kind, item.created, item.collection) == (
        "Avond; journaal",
        "video",
        "1985-03-01",
        "journaal",
    )
    assert item.licences == ("VIAA-PUBLIEK-CONTENT", "VIAA-PUBLIEK-METADATA-ALL")
    assert radio is not None
    assert radio.kind == "audio"


def test_each_bad_row_of_a_spreadsheet_is_refused_by_name_and_the_good_one_comes_in(home: Home, people: People) -> None:
    with (SAMPLES / "broken_items.csv").open(encoding="utf-8", newline="") as lines:
        report = ingest_items(home, lines, "broken_items.csv", PARTNER, people.ann)
    assert report.recorded == 1
    assert [(each.line, each.item, each.rule) for each in report.refused] == [
        (4, "", "pid.missing"),
        (5, "paper00001", "kind.enum"),
        (6, "date000001", "created.string_pattern_mismatch"),
        (7, "licence001", "licences.0.string_pattern_mismatch"),
        (8, "more000001", "fields"),
        (9, "", "csv"),
    ]


def test_a_refusal_names_the_column_and_shows_the_value_to_whoever_brought_it(home: Home, people: People) -> None:
    rows = ["pid\ttitle\tkind\t\n", "one\tNews\topera\t\n", "two\tNews\tvideo\tstray\n"]
    report = ingest_items(home, rows, "items.csv", PARTNER, people.ann)
    assert [(each.line, each.item, each.rule, each.value) for each in report.refused] == [
        (2, "one", "kind.enum", "opera"),
        (3, "two", "fields", "stray"),
    ]
    assert not any("opera" in each.message for each in report.refused)


def test_a_row_that_was_mended_waits_no_more(home: Home, people: People) -> None:
    ingest_items(home, [HEADER, "one,News,opera,,nl\n"], "items.csv", PARTNER, people.ann)
    assert len(quarantined(home.journal)) == 1
    ingest_items(home, [HEADER, "one,News,video,,nl\n"], "items.csv", PARTNER, people.ann)
    assert quarantined(home.journal) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet='pidtlekn,;\t"\n\r \0video1é', max_size=60))
def test_any_text_is_recorded_or_refused_by_name(home: Home, people: People, text: str) -> None:
    lines = io.StringIO("pid,title,kind\n" + text, newline="")
    try:
        report = ingest_items(home, lines, "items.csv", PARTNER, people.ann)
    except BadInput:
        return
    assert all(each.line > 1 and each.message for each in report.refused)
