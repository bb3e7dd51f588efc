"""Which candidates a name gets, and how sure the answer is."""

from __future__ import annotations

from typing import Any

import pytest

from give_ld.errors import NotFound
from give_ld.reconcile.service import NameIndex


def ask(index: NameIndex, **query: object) -> list[dict[str, Any]]:
    result: list[dict[str, Any]] = index.answer({"q": query})["q"]["result"]
    return result


def features(row: dict[str, Any]) -> dict[str, float | bool]:
    return {feature["id"]: feature["value"] for feature in row["features"]}


def test_the_name_itself_is_a_certain_match(index: NameIndex) -> None:
    best, *rest = ask(index, query="brussels")
    assert (best["id"], best["name"], best["score"], best["match"]) == ("Q239", "Brussel", 100, True)
    assert best["type"] == [{"id": "place", "name": "Place"}]
    assert not any(row["match"] for row in rest)


def test_candidates_come_sorted_by_score(index: NameIndex) -> None:
    scores = [row["score"] for row in ask(index, query="Charles Michael")]
    assert len(scores) > 1
    assert scores == sorted(scores, reverse=True)


def test_a_name_that_two_bear_is_no_certain_match(index: NameIndex) -> None:
    rows = ask(index, query="Tan Dun")
    assert [(row["id"], row["score"], row["match"]) for row in rows[:2]] == [
        ("refset:tan-dun", 100, False),
        ("Q314176", 100, False),
    ]


def test_a_name_that_is_hardly_alike_is_no_certain_match(index: NameIndex) -> None:
    rows = ask(index, query="Benoit Lutgen Dispa")
    assert rows
    assert not any(row["match"] for row in rows)


def test_features_explain_the_score(index: NameIndex) -> None:
    assert features(ask(index, query="Marie Curie")[0]) == {
        "name_similarity": 100,
        "same_name": True,
        "same_sound": True,
        "same_wikidata_id": False,
        "type_match": True,
        "in_reference_set": True,
    }


def test_another_type_is_left_out(index: NameIndex) -> None:
    assert "Q84" in [row["id"] for row in ask(index, query="London", type="place")]
    assert "Q84" not in [row["id"] for row in ask(index, query="London", type=["person", "organisation"])]
    assert ask(index, query="London", type=["person", "place"], type_strict="all") == []


def test_another_type_halves_the_score_where_the_type_only_should_be_so(index: NameIndex) -> None:
    [best, *_] = ask(index, query="London", type="person", type_strict="should")
    row = next(row for row in ask(index, query="London", type="person", type_strict="should") if row["id"] == "Q84")
    assert row["score"] == 50
    assert row["match"] is False
    assert features(row)["type_match"] is False
    assert best["match"] is False


def test_the_limit_is_kept_and_does_not_change_who_matches(index: NameIndex) -> None:
    every = ask(index, query="Charles Michel")
    assert ask(index, query="Charles Michel", limit=1) == every[:1]


@pytest.mark.parametrize("value", ["Q937", {"id": "Q937"}, ["http://www.wikidata.org/entity/Q937"]])
def test_a_wikidata_id_names_its_entity_without_a_name(index: NameIndex, value: object) -> None:
    [row] = ask(index, properties=[{"pid": "qid", "v": value}])
    assert (row["id"], row["score"], row["match"]) == ("Q937", 100, True)


def test_a_property_that_is_not_known_changes_nothing(index: NameIndex) -> None:
    assert ask(index, query="NASA", properties=[{"pid": "P31", "v": "x"}]) == ask(index, query="NASA")


def test_a_reference_person_without_wikidata_id_is_found(index: NameIndex) -> None:
    [best, *_] = ask(index, query="Eileen Colins")
    assert (best["id"], best["match"]) == ("refset:eileen-collins", True)
    assert index.view(best["id"]) == "https://made.example.org/id/refset-person/2"


def test_a_person_of_both_sources_is_one_candidate(index: NameIndex) -> None:
    rows = [row for row in ask(index, query="Marie Curie") if row["id"] == "Q7186"]
    assert [row["name"] for row in rows] == ["Marie Skłodowska-Curie"]
    assert index.view("Q7186") == "https://made.example.org/id/refset-person/1"


def test_an_entity_is_viewed_at_wikidata_and_nothing_else_is(index: NameIndex) -> None:
    assert index.view("Q90") == "http://www.wikidata.org/entity/Q90"
    with pytest.raises(NotFound, match="Q42"):
        index.view("Q42")


@pytest.mark.parametrize(
    ("query", "rule"),
    [
        ({}, "query"),
        ("London", "query"),
        ({"query": 3}, "query"),
        ({"query": "x" * 2000}, "query"),
        ({"query": "London", "type": "Q5"}, "type"),
        ({"query": "London", "type": 3}, "type"),
        ({"query": "London", "type_strict": "often"}, "type_strict"),
        ({"query": "London", "limit": 0}, "limit"),
        ({"query": "London", "limit": float("nan")}, "limit"),
        ({"query": "London", "properties": "x"}, "properties"),
        ({"properties": [{"pid": "qid", "v": "937"}]}, "properties"),
    ],
)
def test_a_query_that_cannot_be_read_gets_an_error_and_the_others_their_result(
    index: NameIndex, query: object, rule: str
) -> None:
    answers = index.answer({"bad": query, "good": {"query": "London"}})
    assert answers["bad"].keys() == {"error"}
    assert answers["bad"]["error"]["rule"] == rule
    assert answers["good"]["result"][0]["id"] == "Q84"


def test_a_name_that_nobody_bears_has_an_empty_result(index: NameIndex) -> None:
    assert index.answer({"q": {"query": "Xyzzy Qwrt"}}) == {"q": {"result": []}}


def test_the_same_query_gets_the_same_answer(index: NameIndex) -> None:
    assert ask(index, query="Van der Maelen") == ask(index, query="Van der Maelen")
