"""Which queries of our own there are: one a file, its first line a comment that says what it asks."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_DIRECTORY = Path(__file__).parent


@cache
def query(name: str) -> str:
    """Return the text of the query `name`.rq."""
    return (_DIRECTORY / f"{name}.rq").read_text(encoding="utf-8")


def query_names() -> list[str]:
    """Return the names of all queries, sorted."""
    return sorted(file.stem for file in _DIRECTORY.glob("*.rq"))


def example_queries() -> list[tuple[str, str]]:
    """Return title and text of the queries that the query page offers."""
    texts = [query(name) for name in query_names() if name.startswith("example-")]
    return [(text.splitlines()[0].removeprefix("# "), text.split("\n", 1)[1]) for text in texts]
