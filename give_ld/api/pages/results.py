"""How a query and its answer look on a page: a table, a plot or a map where it has one, and links to share it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi.responses import HTMLResponse

from give_ld.api.pages import page
from give_ld.api.pages.columns import columns
from give_ld.api.pages.places import map_of
from give_ld.api.pages.plot import plot_of
from give_ld.api.pages.sparql_words import error_words, sparql_words
from give_ld.errors import GiveLdError
from give_ld.rdf.ontology import LANGUAGES
from give_ld.store.answers import TURTLE
from give_ld.store.pool import Answer
from give_ld.store.queries import Example, example_queries

# A page with more rows helps nobody; the links to the other formats give them all, and the page says so.
SHOWN_ROWS = 500
_FORMATS = {
    "solutions": ("json", "xml", "csv", "tsv"),
    "boolean": ("json", "xml"),
    "graph": ("ttl", "nt", "jsonld", "rdf", "trig", "nq"),
}
_POSITION = re.compile(r"error at (\d+):(\d+)")


@dataclass(frozen=True)
class Desk:
    """The query page of an endpoint: its path and URL, the base of the instance, and the language of the page."""

    path: str
    url: str
    base: str
    lang: str

    def empty(self) -> HTMLResponse:
        """Return the page on which to write a query."""
        return page("sparql.html", self._values(""), lang=self.lang)

    def failed(self, query: str, error: GiveLdError) -> HTMLResponse:
        """Return the page with a query and why it has no answer."""
        told = {"message": error.message, "meaning": error_words(error.code, self.lang), "at": _place(query, error)}
        return page("sparql.html", self._values(query) | {"error": told}, error.status, self.lang)

    def answered(self, query: str, answer: Answer) -> HTMLResponse:
        """Return the page with a query and its answer."""
        if answer.media_type == TURTLE:
            shown: dict[str, object] = {"text": answer.body.decode("utf-8")}
            return page("sparql.html", self._values(query, "graph") | shown, lang=self.lang)
        result = json.loads(answer.body)
        if "boolean" in result:
            shown = {"text": "true" if result["boolean"] else "false"}
            return page("sparql.html", self._values(query, "boolean") | shown, lang=self.lang)
        return page("sparql.html", self._values(query, "solutions") | _table(result), lang=self.lang)

    def _values(self, query: str, form: str | None = None) -> dict[str, object]:
        formats = _FORMATS[form] if form else ()
        offered = [each for each in example_queries() if each.endpoint == self._kind()]
        return {
            "t": sparql_words(self.lang),
            "path": self.path,
            "is_public": self._kind() == "public",
            "query": query,
            "error": None,
            "text": None,
            "table": None,
            "plot": None,
            "map": None,
            "share": f"{self.url}?{urlencode({'query': query})}" if query else "",
            "downloads": [(name, self._link(query, format=name)) for name in formats],
            "languages": [(each, self._link(query, lang=each)) for each in LANGUAGES],
            "first": offered[0].text(self.base) if offered else "",
            "examples": self._examples(offered),
        }

    def _kind(self) -> str:
        return {"/sparql": "public", "/audit/sparql": "audit"}.get(self.path, "partner")

    def _link(self, query: str, **more: str) -> str:
        return f"{self.path}?{urlencode({**({'query': query} if query else {}), **more})}"

    def _examples(self, offered: list[Example]) -> dict[str, list[tuple[str, str]]]:
        """Return titles and links of the examples, by the kind of user."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for each in offered:
            link = f"{self.path}?{urlencode({'query': each.text(self.base)})}"
            groups.setdefault(each.who, []).append((each.titles[self.lang], link))
        return groups


def _table(result: dict[str, Any]) -> dict[str, object]:
    names, rows = result["head"]["vars"], result["results"]["bindings"]
    shown = columns(names, rows[:SHOWN_ROWS])
    numbers = {column.name for column in shown if column.is_number}
    table = {
        "names": names,
        "numbers": numbers,
        "rows": [[row.get(name) for name in names] for row in rows[:SHOWN_ROWS]],
        "count": len(rows),
    }
    drawn = map_of(shown) if names and rows else None
    return {"table": table, "map": drawn, "plot": None if drawn else plot_of(shown)}


def _place(query: str, error: GiveLdError) -> dict[str, object] | None:
    """Return how far the engine read a query that it did not understand: line and column, from 1, and that line."""
    found = _POSITION.search(error.message)
    lines = query.splitlines()
    if found is None or not 1 <= int(found[1]) <= len(lines):
        return None
    return {"line": int(found[1]), "column": int(found[2]), "text": lines[int(found[1]) - 1]}
