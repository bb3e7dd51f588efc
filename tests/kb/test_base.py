"""Which entities a name may mean."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from give_ld.errors import Damaged, NotFound
from give_ld.kb.base import SHIPPED, KnowledgeBase, open_kb
from give_ld.kb.build import build_kb
from give_ld.model.annotation import EntityType


def test_the_shipped_snapshot_holds_its_89_entities(kb: KnowledgeBase) -> None:
    assert len({label.qid for label in kb.labels()}) == 89
    assert "Wikidata" in kb.source
    assert "everypolitician" in kb.source
    assert kb.licence == "CC0-1.0"


def test_an_entity_is_found_by_its_id(kb: KnowledgeBase) -> None:
    entity = kb.entity("Q1296")
    assert entity is not None
    assert (entity.label, entity.language, entity.type) == ("Gent", "nl", EntityType.PLACE)
    assert kb.entity("Q42") is None


@pytest.mark.parametrize("name", ["Gent", "ghent", "GAND"])
def test_every_language_and_case_of_a_name_is_exact(kb: KnowledgeBase, name: str) -> None:
    assert [found.entity.qid for found in kb.exact(name)] == ["Q1296"]


def test_a_name_that_is_only_alike_is_not_exact(kb: KnowledgeBase) -> None:
    assert kb.exact("Genk") == []


@pytest.mark.parametrize(
    ("heard", "qid"), [("Kim Kleisters", "Q11685"), ("Bart de Weaver", "Q336599"), ("Winston Churchil", "Q8016")]
)
def test_a_misheard_name_finds_its_entity_first(kb: KnowledgeBase, heard: str, qid: str) -> None:
    assert kb.candidates(heard)[0].entity.qid == qid


def test_candidates_come_best_first_and_no_more_than_asked_for(kb: KnowledgeBase) -> None:
    found = kb.candidates("Verenigde", 3)
    assert len(found) == 3
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)


@pytest.mark.parametrize("name", ["", "  ", '"', "日本", "x" * 5000, "a OR b*", "'; DROP TABLE entity"])
def test_any_text_may_be_asked(kb: KnowledgeBase, name: str) -> None:
    assert all(found.score < 0.9 for found in kb.candidates(name))


def test_namesakes_come_in_order_of_their_number(table: Callable[..., Path], tmp_path: Path) -> None:
    lines = ("Q20\tJan Jansen\tnl\t\tperson\tone", "Q3\tJan Jansen\tnl\t\tperson\tother")
    build_kb(table(*lines), tmp_path / "kb.sqlite")
    assert [found.entity.qid for found in open_kb(tmp_path / "kb.sqlite").exact("jan jansen")] == ["Q3", "Q20"]


def test_many_threads_may_ask_at_once(kb: KnowledgeBase) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: kb.exact("Paris")[0].entity.qid, range(40)))
    assert set(found) == {"Q90"}


def test_the_file_cannot_be_written_through_it(tmp_path: Path) -> None:
    build_kb(SHIPPED, tmp_path / "kb.sqlite")
    before = (tmp_path / "kb.sqlite").read_bytes()
    kb = open_kb(tmp_path / "kb.sqlite")
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        kb._connection().execute("DELETE FROM entity")
    assert (tmp_path / "kb.sqlite").read_bytes() == before


def test_a_path_may_hold_any_character(tmp_path: Path) -> None:
    path = tmp_path / "my kb ?#%.sqlite"
    build_kb(SHIPPED, path)
    assert open_kb(path).entity("Q90") is not None


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="give-ld kb build"):
        open_kb(tmp_path / "none.sqlite")


def test_another_sort_of_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.sqlite").write_text("no database at all, but long enough to be looked at " * 20)
    with sqlite3.connect(tmp_path / "empty.sqlite") as base:
        base.execute("CREATE TABLE meta(key, value)")
    base.close()
    for name in ("text.sqlite", "empty.sqlite"):
        with pytest.raises(Damaged, match=name):
            open_kb(tmp_path / name)


def test_the_shipped_snapshot_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert open_kb().exact("Gent")
    assert list(tmp_path.iterdir()) == []
