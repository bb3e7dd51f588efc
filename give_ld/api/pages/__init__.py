"""How a page is made from a template, in the house look."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from give_ld.api.pages.review_words import review_words

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"
HTML = "text/html"
LANGUAGES = ("en", "nl", "fr")
# Nothing from elsewhere, no script: a value in the data can never run.
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


@cache
def environment() -> Environment:
    """Return the templates; everything that is put into them is escaped, and a missing value is an error."""
    loader = FileSystemLoader(TEMPLATES)
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.globals["review_words"] = review_words
    return made


def page(template: str, values: Mapping[str, object], status: int = 200, lang: str = "en") -> HTMLResponse:
    """Return a page; `values` fill the template, `lang` is its language."""
    text = environment().get_template(template).render({**values, "lang": lang})
    return HTMLResponse(text, status, dict(_HEADERS))


def private_page(template: str, values: Mapping[str, object], status: int = 200, lang: str = "en") -> HTMLResponse:
    """Return a page for one reader that no cache keeps; a file of ours may run, and what `media` names may play.

    `values["media"]` is the origin of access copies, or ''.
    """
    answer = page(template, values, status, lang)
    media = f"; media-src {values['media']}" if values.get("media") else ""
    answer.headers["Content-Security-Policy"] = f"{_POLICY}; script-src 'self'; connect-src 'self'{media}"
    answer.headers["Cache-Control"] = "no-store"
    return answer
