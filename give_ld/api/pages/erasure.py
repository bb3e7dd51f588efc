"""How an erasure looks on pages: the form, what would go, and the certificate as it is printed and signed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi.responses import HTMLResponse

from give_ld.api.pages import page
from give_ld.api.pages.erasure_words import WORDS, word
from give_ld.api.pages.review_words import review_words
from give_ld.erasure.certificate import Certificate
from give_ld.erasure.plan import Plan
from give_ld.errors import GiveLdError

_EMPTY = {"kind": "subject", "known": "", "reason": ""}


def erasure_page(values: Mapping[str, Any], lang: str) -> HTMLResponse:
    """Return the page with the form and all erasures; `values` may hold what was typed, and what is `told` of it."""
    told = values.get("told")
    rows = [{**each, "word": word(f"kind.{each['kind']}", lang)} for each in values["erasures"]]
    own = {"w": WORDS[lang], "form": _EMPTY, **values, "told": _told(told, lang), "erasures": rows}
    return page("erase.html", own, told.status if told else 200, lang)


def plan_page(found: Plan, values: Mapping[str, Any], lang: str) -> HTMLResponse:
    """Return the page that says what would go; `values` holds the order, and what is `told` of it."""
    names, told = review_words(lang)["names"], values["told"]
    guesses = [
        (names.get(kind, kind), names.get(status, status), count)
        for kind, by_status in found.guesses.items()
        for status, count in by_status.items()
    ]
    own = {
        "w": WORDS[lang],
        **values,
        "told": _told(told, lang),
        "plan": found,
        "remove": _named(found.remove, lang),
        "guesses": guesses,
        "public": [(word(f"public.{name}", lang), count) for name, count in found.public.items()],
    }
    return page("erase-plan.html", own, told.status if told else 200, lang)


def certificate_page(erasure: Mapping[str, Any], certificate: Certificate | None, lang: str) -> HTMLResponse:
    """Return the certificate of an erasure, to print and sign; what is on record of it where there is none."""
    values: dict[str, Any] = {
        "w": WORDS[lang],
        "erasure": erasure,
        "kind": word(f"kind.{erasure['kind']}", lang),
        "certificate": certificate,
        "parts": [],
    }
    if certificate:
        said = certificate.statement
        parts = (("removed", said.removed), ("looked_at", said.looked_at), ("found", said.found))
        values["parts"] = [(WORDS[lang][name], _named(counts, lang)) for name, counts in parts]
    return page("certificate.html", values, lang=lang)


def confirms(words: str) -> bool:
    """Return whether words that were typed are those that confirm an erasure, in any language."""
    return " ".join(words.casefold().split()) in {each["phrase"] for each in WORDS.values()}


def _told(error: GiveLdError | None, lang: str) -> str:
    return WORDS[lang].get(f"told.{error.rule}", error.message) if error else ""


def _named(counts: Mapping[str, int], lang: str) -> list[tuple[str, str]]:
    return [(word(name, lang), f"{count:,}".replace(",", "\u202f")) for name, count in counts.items()]
