"""A CSV of names: good rows become mentions, bad rows are refused one by one."""

from __future__ import annotations

import pytest

from give_ld.model.run import Run
from tests.doors.conftest import Reading, guesses, rules

HEAD = b"start,end,name,type\n"


def test_rows_become_mentions_that_stand_in_no_text(read: Reading) -> None:
    pieces = read("csv", "names.csv", language="fr")
    assert isinstance(pieces[0].record, Run)
    found = guesses(pieces)
    assert [(each.text, each.entity, each.language, each.score) for each in found] == [
        ("Gent", "Q1296", "nl", 0.81),
        ("Marie Curie", "Q7186", "nl", None),
        ('De "Zwaan"\norkest', None, "fr", None),
    ]
    assert [(each.fragment.start_ms, each.fragment.end_ms) for each in found] == [
        (2_100, 2_480),
        (5_000, 6_500),
        (3_723_250, 3_724_000),
    ]
    assert {(each.begin, each.end, each.transcript, each.score_kind) for each in found} == {
        (None, None, None, "unstated")
    }


def test_bad_rows_are_named_by_line_and_rule_and_the_rest_goes_on(read: Reading) -> None:
    pieces = read("csv", "broken.csv")
    assert [guess.text for guess in guesses(pieces)] == ["Gent", "Brugge"]
    found = rules(pieces)
    assert [line for line, _ in found] == [3, 4, 5, 6, 7, 8, 9, 10, 12]
    for (_, rule), part in zip(
        found,
        ["time", "fragment", "entity_type", "entity", "score", "fields", "fragment", "text", "csv"],
        strict=True,
    ):
        assert part in rule
    assert pieces[2].raw == b"twee,3,Gent,place,,\n"


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "columns"),
        (b"start,end,name\n", "columns"),
        (b"start,end,name,type,colour\n", "columns"),
        (b"start,end,name,type,name\n", "columns"),
        (b"start,end,name,type\n\xff\n", "utf-8"),
        (b'"start,end,name,type\n', "csv"),
    ],
)
def test_a_table_that_is_none_is_refused_whole(read: Reading, content: bytes, rule: str) -> None:
    assert rules(read("csv", content)) == [(1, rule)]


def test_a_table_with_bad_rows_only_makes_no_run(read: Reading) -> None:
    pieces = read("csv", HEAD + b"\n1,2\nx,,,\n")
    assert rules(pieces) == [(3, "fields"), (4, "time")]
    assert len(pieces) == 2


def test_tabs_and_a_byte_order_mark_are_what_spreadsheets_write(read: Reading) -> None:
    (mention,) = guesses(read("csv", "\ufeffStart\tEnd\tName\tType\r\n1\t2\tGent\tPLACE\r\n".encode()))
    assert (mention.text, mention.entity_type) == ("Gent", "place")


def test_a_spreadsheet_of_a_dutch_speaker_is_read(read: Reading) -> None:
    rows = "sep=;\r\nbegin;einde;naam;soort;\r\n2,1;2,48;Gent;Plaats;\r\n;;;;\r\n3;4;Brugge;plaats;stray\r\n"
    pieces = read("csv", b"\xef\xbb\xbf" + rows.encode())
    assert [(guess.text, guess.entity_type, guess.fragment.end_ms) for guess in guesses(pieces)] == [
        ("Gent", "place", 2_480)
    ]
    assert rules(pieces) == [(5, "fields")]


def test_where_a_table_breaks_off_nothing_of_the_rest_is_lost(read: Reading) -> None:
    rows = [b'3,4,"Gent" x,place\n', b"5,6,Gent,place\n"]
    *_, last = read("csv", b"start,end,name,type\n1,2,Gent,place\n" + b"".join(rows))
    assert (last.line, last.raw) == (3, b"".join(rows))
