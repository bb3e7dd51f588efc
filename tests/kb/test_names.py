"""How alike two names are."""

from __future__ import annotations

import random

import pytest

from give_ld.kb.base import KnowledgeBase
from give_ld.kb.names import norm, phon, score


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Céline  Fremault", "celine fremault"), ("D'Haese", "d haese"), ("Søren", "soren"), ("Groß", "gross"), ("", "")],
)
def test_case_accents_and_punctuation_do_not_count(name: str, expected: str) -> None:
    assert norm(name) == expected


@pytest.mark.parametrize(
    ("heard", "known"),
    [
        ("Verhofstad", "Verhofstadt"),
        ("Merks", "Merckx"),
        ("Bart de Wevers", "Bart De Wever"),
        ("Kleisters", "Clijsters"),
    ],
)
def test_names_of_one_dutch_pronunciation_share_a_key(heard: str, known: str) -> None:
    assert phon(heard) == phon(known)


def test_a_name_is_wholly_like_itself_in_another_case() -> None:
    assert score("NEIL armstrong", "Neil Armstrong") == 1.0


def test_a_garbled_name_is_nearer_than_another_name() -> None:
    assert score("Hugo Klaus", "Hugo Claus") > 0.9 > score("Hugo Klaus", "Hugo Camps")


@pytest.mark.parametrize(("one", "other", "expected"), [("日本", "日本", 1.0), ("日本", "中国", 0.0), ("", "", 0.0)])
def test_a_script_without_rules_is_like_itself_only(one: str, other: str, expected: float) -> None:
    assert score(one, other) == expected


def test_two_wrong_letters_still_find_the_right_person(kb: KnowledgeBase) -> None:
    chance = random.Random(20)
    names = [label for label in kb.labels() if " " in label.text]
    found = [kb.candidates(garbled(label.text, chance), 1) for label in names]
    right = [bool(best) and best[0].entity.qid == label.qid for best, label in zip(found, names, strict=True)]
    assert len(right) > 70
    assert sum(right) / len(right) >= 0.98


def garbled(name: str, chance: random.Random) -> str:
    letters = list(name)
    for at in chance.sample(range(1, len(letters)), 2):
        letters[at] = chance.choice("aeioubdkt")
    return "".join(letters)
