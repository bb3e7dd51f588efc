"""Where Virtuoso 7.2.5 differs from the contract: each deviation that docs/engines.md names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from give_ld.errors import Unreachable
from give_ld.store.remote import Endpoints, RemoteStore

XSD = "http://www.w3.org/2001/XMLSchema#"
THERE = '<http://ex.org/s> <http://ex.org/p> "there" <http://ex.org/g> .'


@pytest.fixture
def store(virtuoso: Endpoints) -> Iterator[RemoteStore]:
    store = RemoteStore(virtuoso)
    store.apply(list(store.lines()), [])
    yield store
    store.close()


def said(value: str, datatype: str) -> str:
    return f'<http://ex.org/s> <http://ex.org/p> "{value}"^^<{XSD}{datatype}> <http://ex.org/g> .'


@pytest.mark.parametrize(("value", "datatype"), [("PT1M35S", "duration"), ("12345678901234567890", "integer")])
def test_a_duration_and_a_very_long_integer_are_refused(store: RemoteStore, value: str, datatype: str) -> None:
    with pytest.raises(Unreachable, match="answered"):
        store.apply([], [said(value, datatype)])
    assert list(store.lines()) == []


def test_a_decimal_keeps_fifteen_digits(store: RemoteStore) -> None:
    store.apply([], [said("0.123456789012345678", "decimal")])
    assert list(store.lines()) == [said("0.123456789012346", "decimal")]


def test_an_update_that_fails_at_one_step_keeps_the_steps_before(store: RemoteStore) -> None:
    store.apply([], [THERE])
    with pytest.raises(Unreachable):
        store.apply([THERE], [said("PT1M35S", "duration")])
    assert list(store.lines()) == []


def test_the_graphs_of_the_engine_itself_are_seen_by_nobody_who_says_where_ours_begin(virtuoso: Endpoints) -> None:
    everything = RemoteStore(replace(virtuoso, within=""))
    assert "http://www.openlinksw.com/schemas/virtrdf#" in everything.graph_names()
    everything.close()


def test_more_triples_than_one_step_of_an_update_takes_are_sent_in_several(store: RemoteStore) -> None:
    lines = [f'<http://ex.org/s{i}> <http://ex.org/p> "{i}" <http://ex.org/g> .' for i in range(6_000)]
    store.apply([], lines)
    assert store.count() == 6_000
    store.apply(lines, [])
    assert store.count() == 0


def test_a_wrong_password_is_named(virtuoso: Endpoints) -> None:
    store = RemoteStore(replace(virtuoso, password="wrong"))
    with pytest.raises(Unreachable, match="401"):
        store.apply([], [THERE])
    store.close()
