"""How a query and its answer look on a page."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from fastapi.responses import HTMLResponse

from give_ld.api.pages import page
from give_ld.errors import GiveLdError
from give_ld.store.answers import TURTLE
from give_ld.store.pool import Answer
from give_ld.store.queries import example_queries

# A page with more rows helps nobody; the links to the other formats give them all, and the page says so.
SHOWN_ROWS = 500
_FORMATS = {
    "solutions": ("json", "xml", "csv", "tsv"),
    "boolean": ("json", "xml"),
    "graph": ("ttl", "nt", "jsonld", "rdf"),
}


def editor_page(path: str, lang: str) -> HTMLResponse:
    """Return the page on which to write a query for the endpoint at a path."""
    return page("sparql.html", _values(path, ""), lang=lang)


def error_page(path: str, query: str, error: GiveLdError, lang: str) -> HTMLResponse:
    """Return the page with a query and why it has no answer."""
    return page("sparql.html", _values(path, query) | {"error": error.message}, error.status, lang)


def results_page(path: str, query: str, answer: Answer, lang: str) -> HTMLResponse:
    """Return the page with a query and its answer."""
    if answer.media_type == TURTLE:
        return page("sparql.html", _values(path, query, "graph") | {"text": answer.body.decode("utf-8")}, lang=lang)
    result = json.loads(answer.body)
    if "boolean" in result:
        truth = {"text": "true" if result["boolean"] else "false"}
        return page("sparql.html", _values(path, query, "boolean") | truth, lang=lang)
    names, rows = result["head"]["vars"], result["results"]["bindings"]
    table = {
        "names": names,
        "rows": [[row.get(name) for name in names] for row in rows[:SHOWN_ROWS]],
        "count": len(rows),
    }
    return page("sparql.html", _values(path, query, "solutions") | {"table": table}, lang=lang)


def _values(path: str, query: str, form: str | None = None) -> dict[str, object]:
    formats = _FORMATS[form] if form else ()
    return {
        "path": path,
        "is_public": path == "/sparql",
        "query": query,
        "error": None,
        "text": None,
        "table": None,
        "downloads": [(name, f"{path}?" + urlencode({"query": query, "format": name})) for name in formats],
        "examples": [(title, f"{path}?" + urlencode({"query": text}), text) for title, text in example_queries()],
    }
