"""How the log of an auditor and the proof of the journal look on a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field

from give_ld.api.pages import page
from give_ld.api.pages.audit_words import LANGUAGES, WORDS, word
from give_ld.journal.chain import Action
from give_ld.trail.export import Form
from give_ld.trail.log import Line, Page
from give_ld.trail.wanted import COUNTED

__all__ = ["LANGUAGES", "Asked", "log_page", "proof_page"]


class Asked(BaseModel):
    """What an address asks of the log, as it says it."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    person: Annotated[str, Field(max_length=1000, description="opaque id, or a name where you may see it")] = ""
    partner: Annotated[str, Field(max_length=100)] = ""
    since: Annotated[str, Field(alias="from", max_length=64, description="day or instant, inclusive")] = ""
    until: Annotated[str, Field(max_length=64, description="day, inclusive, or instant, exclusive")] = ""
    agent: Annotated[str, Field(max_length=1000, description="software of the run, as `agents` lists it")] = ""
    action: Annotated[str, Field(max_length=100)] = ""
    annotation: Annotated[str, Field(max_length=2048, description="IRI")] = ""
    item: Annotated[str, Field(max_length=2048, description="IRI or local id")] = ""

    def given(self) -> dict[str, str]:
        """Return what is not empty, by the name that it has in an address."""
        said = self.model_dump(by_alias=True, include=set(Asked.model_fields))
        return {name: value for name, value in said.items() if value}

    def address(self, path: str, **more: object) -> str:
        """Return the address of the same question elsewhere, with something added."""
        said = self.given() | {name: str(value) for name, value in more.items()}
        return f"{path}?{urlencode(said)}" if said else path


@dataclass(frozen=True)
class _Row:
    line: Line
    when: str
    who: str
    what: str
    decided: str
    about: tuple[tuple[str, str], ...]


def log_page(found: Page, said: Asked, more: Mapping[str, object], lang: str) -> HTMLResponse:
    """Return the page of some entries; `more` has the software that runs named, and where the next page is."""
    counted = f"{found.matched:,}".replace(",", "\u202f")
    values = {
        **more,
        "w": WORDS[lang],
        "said": said,
        "rows": [_row(line, lang) for line in found.lines],
        "actions": [(str(each), word(f"action.{each}", lang)) for each in Action],
        "count": WORDS[lang]["more" if found.matched > COUNTED else "count"].format(
            f"{COUNTED:,}".replace(",", "\u202f") if found.matched > COUNTED else counted
        ),
        "newest": said.address("/audit/log"),
        "exports": [(each.upper(), said.address("/audit/export", format=each)) for each in Form],
    }
    return page("audit-log.html", values, lang=lang)


def proof_page(document: Mapping[str, Any], token: str, lang: str) -> HTMLResponse:
    """Return the page that says whether the journal is whole, and how to see that for oneself."""
    values = {"w": WORDS[lang], "token": token, "compared": None, **document, "again": document["read"] is not None}
    return page("audit-verify.html", values, lang=lang)


def _row(line: Line, lang: str) -> _Row:
    status = [word(f"status.{each}", lang) for each in (line.before, line.status) if each]
    verdict = word(f"verdict.{line.verdict}", lang) if line.verdict else ""
    return _Row(
        line=line,
        when=f"{datetime.fromisoformat(line.time):%Y-%m-%d %H:%M:%S} UTC",
        who=line.name or line.actor,
        what=word(f"action.{line.action}", lang),
        decided=f"{verdict} ({' → '.join(status)})" if verdict else "",
        about=tuple((each, Asked(annotation=each).address("/why")) for each in (line.annotation, line.made) if each),
    )
