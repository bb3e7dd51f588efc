"""What a table of facts must look like."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from give_ld.errors import BadInput
from give_ld.kb.base import open_kb
from give_ld.kb.build import build_kb

GENT = "Q1296\tGent\tnl\ten:Ghent|fr:Gand\tplace\tcity"


def test_a_table_becomes_one_file_that_says_where_it_comes_from(table: Callable[..., Path], tmp_path: Path) -> None:
    build_kb(table(GENT), tmp_path / "kb.sqlite")
    kb = open_kb(tmp_path / "kb.sqlite")
    assert (kb.version, kb.source, kb.licence) == ("kb-2026-01-02", "made", "CC0-1.0")
    assert [label.text for label in kb.labels()] == ["Gent", "Ghent", "Gand"]
    assert not (tmp_path / "kb.sqlite.part").exists()


def test_the_digest_is_that_of_the_table(table: Callable[..., Path], tmp_path: Path) -> None:
    build_kb(table(GENT), tmp_path / "one")
    build_kb(table(GENT), tmp_path / "again")
    build_kb(table(GENT.replace("city", "town")), tmp_path / "other")
    one, again, other = (open_kb(tmp_path / name).digest for name in ("one", "again", "other"))
    assert one == again != other


@pytest.mark.parametrize(
    ("line", "rule", "what"),
    [
        ("Q0\tGent\tnl\t\tplace\tcity", "form", "Q0"),
        ("Q1296\tGent\tNederlands\t\tplace\tcity", "form", "Nederlands"),
        ("Q1296\tGent\tnl\tGhent\tplace\tcity", "form", "Ghent"),
        ("Q1296\tGent\tnl\t\tcity\tcity", "form", "city"),
        ("Q1296\t\tnl\t\tplace\tcity", "label", "label"),
        ("Q1296\tGent\tnl\tplace", "columns", "4 cells"),
        (GENT, "unique", "Q1296"),
    ],
)
def test_a_bad_line_is_named_with_its_rule(
    table: Callable[..., Path], tmp_path: Path, line: str, rule: str, what: str
) -> None:
    with pytest.raises(BadInput, match=rf"made\.tsv, line 6: .*{what}") as caught:
        build_kb(table(GENT, line), tmp_path / "kb.sqlite")
    assert caught.value.rule == rule
    assert not (tmp_path / "kb.sqlite").exists()


@pytest.mark.parametrize(
    ("head", "rule"),
    [("", "meta-snapshot"), ("# snapshot: today\n# source: x\n# licence: y\n", "meta-snapshot")],
)
def test_a_table_must_say_of_when_it_is(table: Callable[..., Path], tmp_path: Path, head: str, rule: str) -> None:
    with pytest.raises(BadInput, match=r"made\.tsv") as caught:
        build_kb(table(GENT, head=head), tmp_path / "kb.sqlite")
    assert caught.value.rule == rule


def test_other_columns_are_refused(table: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="line 4: the columns must be qid"):
        build_kb(table(GENT, columns="id\tname\n"), tmp_path / "kb.sqlite")


def test_what_is_not_utf8_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "latin.tsv").write_bytes(b"# snapshot: 2026-01-02\nBelgi\xeb\n")
    with pytest.raises(BadInput, match=r"latin\.tsv, line 2: not UTF-8"):
        build_kb(tmp_path / "latin.tsv", tmp_path / "kb.sqlite")


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"absent\.tsv"):
        build_kb(tmp_path / "absent.tsv", tmp_path / "kb.sqlite")
