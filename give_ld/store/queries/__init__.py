"""Which queries of our own there are: one a file, its first line a comment that says what it asks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from give_ld.resources import AUTHORED_BASE

_DIRECTORY = Path(__file__).parent
_FIELD = re.compile(r"# (for|at|nl|fr): (.*)")


@dataclass(frozen=True)
class Example:
    """A query that shows how to ask: its titles by language, for whom it is, and at which endpoint it is asked."""

    name: str
    titles: dict[str, str]
    who: str
    endpoint: str
    authored: str

    def text(self, base: str) -> str:
        """Return the query as it is asked of the instance with this base."""
        return self.authored.replace(AUTHORED_BASE, base)


@cache
def query(name: str) -> str:
    """Return the text of the query `name`.rq."""
    return (_DIRECTORY / f"{name}.rq").read_text(encoding="utf-8")


def query_names() -> list[str]:
    """Return the names of all queries, sorted."""
    return sorted(file.stem for file in _DIRECTORY.glob("*.rq"))


@cache
def example_queries() -> tuple[Example, ...]:
    """Return the queries that the query pages and the docs offer, in their order."""
    return tuple(_example(name) for name in query_names() if name.startswith("example-"))


def _example(name: str) -> Example:
    lines = query(name).splitlines()
    said = {match[1]: match[2] for line in lines if (match := _FIELD.fullmatch(line))}
    titles = {"en": lines[0].removeprefix("# "), "nl": said["nl"], "fr": said["fr"]}
    authored = "\n".join(line for line in lines if not line.startswith("# ")) + "\n"
    return Example(name.removeprefix("example-"), titles, said["for"], said["at"], authored)
