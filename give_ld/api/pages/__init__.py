"""How a page is made from a template, in the house look."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"
HTML = "text/html"
LANGUAGES = ("en", "nl")
_HEADERS = {
    # Nothing from elsewhere, no script: a value in the data can never run.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


@cache
def environment() -> Environment:
    """Return the templates; everything that is put into them is escaped, and a missing value is an error."""
    loader = FileSystemLoader(TEMPLATES)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def page(template: str, values: Mapping[str, object], status: int = 200, lang: str = "en") -> HTMLResponse:
    """Return a page; `values` fill the template, `lang` is its language."""
    text = environment().get_template(template).render({**values, "lang": lang})
    return HTMLResponse(text, status, dict(_HEADERS))
