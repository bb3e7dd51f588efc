"""Names in memory."""

from __future__ import annotations

from give_ld.kb.table import NameTable

TABLE = NameTable([("curie", "Marie Curie"), ("curie", "Maria Skłodowska"), ("tan", "Tan Dun"), ("tanizaki", "谷崎")])


def test_each_key_comes_once_with_its_most_alike_name() -> None:
    assert [(hit.key, hit.name) for hit in TABLE.candidates("Maria Sklodowska")][:1] == [("curie", "Maria Skłodowska")]
    assert len([hit for hit in TABLE.candidates("Mari") if hit.key == "curie"]) == 1


def test_a_misheard_name_is_found() -> None:
    best = TABLE.candidates("Mary Curry")[0]
    assert best.key == "curie"
    assert 0.7 < best.score < 1


def test_a_name_in_another_script_is_found_as_it_is_written() -> None:
    assert [(hit.key, hit.score) for hit in TABLE.candidates("谷崎")] == [("tanizaki", 1.0)]


def test_nothing_alike_is_no_hit() -> None:
    assert TABLE.candidates("Xyzzy") == []
    assert TABLE.candidates("") == []
