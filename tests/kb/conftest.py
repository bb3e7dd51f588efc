"""A knowledge base that the tests may ask, and tables to build others from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from give_ld.kb.base import KnowledgeBase, open_kb

HEAD = "# snapshot: 2026-01-02\n# source: made\n# licence: CC0-1.0\n"
COLUMNS = "qid\tlabel\tlanguage\taliases\ttype\tdescription\n"


@pytest.fixture(scope="session")
def kb() -> KnowledgeBase:
    return open_kb()


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    """Write a table of facts from its lines."""

    def write(*lines: str, head: str = HEAD, columns: str = COLUMNS) -> Path:
        path = tmp_path / "made.tsv"
        path.write_text(head + columns + "".join(f"{line}\n" for line in lines), encoding="utf-8")
        return path

    return write
