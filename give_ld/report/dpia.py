"""What a data protection impact assessment has to say of this instance: what is processed, and what may go wrong."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, func, select

from give_ld.errors import NotUsable
from give_ld.home import Home
from give_ld.journal import tables as t
from give_ld.journal.erasing import all_erasures
from give_ld.journal.pending import counts
from give_ld.model.base import Model
from give_ld.model.item import Partner
from give_ld.model.processing import Allowed, Processing
from give_ld.model.run import Run

LANGUAGES = ("en", "nl", "fr")
_Level = Literal["low", "medium", "high"]


class Kind(Model):
    """A kind of personal data: what it is, how much there is, and how long it is kept."""

    kind: str
    description: str
    count: int
    kept: str


class Risk(Model):
    """What may go wrong in a task, how likely it is here, what is done about it, and what remains."""

    task: str
    risk: str
    likelihood: _Level
    measure: str
    remains: str


class Policy(Model):
    """What a partner allows."""

    partner: str
    allowed: Allowed


class Assessment(Model):
    """Both parts of the assessment, of one moment."""

    format: Literal["give-ld-dpia/1"] = "give-ld-dpia/1"
    instance: str
    language: str
    time: datetime
    purposes: tuple[str, ...]
    kinds: tuple[Kind, ...]
    sources: tuple[str, ...]
    recipients: tuple[str, ...]
    policies: tuple[Policy, ...]
    erasures: int
    risks: tuple[Risk, ...]


@cache
def catalogue() -> dict[str, Any]:
    """Return the words of assessments, by language."""
    here = Path(__file__).parent
    sentences, words = ((here / name).read_text("utf-8") for name in ("dpia.toml", "dpia-words.toml"))
    return tomllib.loads(sentences) | {"words": tomllib.loads(words)}


def assess(home: Home, language: str) -> Assessment:
    """Return the assessment of an instance as it is configured and filled now.

    Raises:
        NotUsable: there are no words in this language.
    """
    if language not in LANGUAGES:
        raise NotUsable(f"assessments are in {', '.join(LANGUAGES)}, not in {language}")
    with home.journal.reading() as db:
        figures = _figures(home, db)
        policies = tuple(_policies(db))
        sources = tuple(_sources(db))
        erasures = len(all_erasures(db))
    words = catalogue()
    said = _readable(figures, language) | {"allowing": sum(each.allowed.unknown_faces for each in policies)}
    return Assessment(
        instance=home.settings.base,
        language=language,
        time=home.journal.clock(),
        purposes=tuple(words["purposes"][language]),
        kinds=tuple(_kind(kind, each, language, said) for kind, each in words["kinds"].items()),
        sources=sources,
        recipients=tuple(each.format(**said) for each in words["recipients"][language]),
        policies=policies,
        erasures=erasures,
        risks=tuple(_risk(name, each[language], said) for name, each in words["risks"].items()),
    )


def _figures(home: Home, db: Connection) -> dict[str, Any]:
    kinds = {kind: sum(by_status.values()) for kind, by_status in counts(db).items()}
    faces = counts(db).get("face-match", {})
    fingerprints, photos = home.vault.counts()
    tables = (("persons", t.person), ("users", t.user), ("quarantine", t.quarantine), ("exemptions", t.exemption))
    settings = home.settings
    return {
        **kinds,
        **{name: db.scalar(select(func.count()).select_from(table)) or 0 for name, table in tables},
        "approved": faces.get("approved", 0),
        "rejected": faces.get("rejected", 0) + faces.get("unsuitable", 0),
        "unknown": kinds.get("face-unknown", 0),
        "fingerprints": fingerprints,
        "photos": photos,
        "is_encrypted": settings.sidecar_key is not None,
        "public": sorted({kind for row in settings.visibility.root for kind in row.public}),
        "unknown_face_days": settings.unknown_face_days,
        "rejected_days": settings.rejected_days,
        "quarantine_days": settings.quarantine_days,
    }


def _readable(figures: Mapping[str, Any], language: str) -> dict[str, Any]:
    words = catalogue()["words"][language]
    public = ", ".join(figures["public"]) or words["none"]
    return {**figures, "public": public, "encrypted": words["yes" if figures["is_encrypted"] else "no"]}


def _policies(db: Connection) -> list[Policy]:
    query = select(t.processing.c.body).order_by(t.processing.c.partner, t.processing.c.collection)
    found = [Processing.model_validate_json(body) for body in db.scalars(query)]
    return [Policy(partner=each.partner, allowed=each.allowed) for each in found]


def _sources(db: Connection) -> list[str]:
    """Return the names of the partners, and of the software whose guesses are here."""
    partners = (Partner.model_validate_json(body) for body in db.scalars(select(t.partner.c.body)))
    agents = {_agent(Run.model_validate_json(body)) for body in db.scalars(select(t.run.c.body))}
    return [*sorted(f"{each.name} ({each.id})" for each in partners), *sorted(agents)]


def _agent(run: Run) -> str:
    return " ".join(part for part in (run.agent.name, run.agent.version) if part)


def _kind(kind: str, words: Mapping[str, str], language: str, said: Mapping[str, Any]) -> Kind:
    kept = words[f"kept_{language}"].format(**said)
    return Kind(kind=kind, description=words[language], count=said.get(kind, 0), kept=kept)


def _risk(name: str, words: Mapping[str, str], said: Mapping[str, Any]) -> Risk:
    texts = {part: text.format(**said) for part, text in words.items()}
    return Risk(**texts, likelihood=_likelihood(name, said))


def _likelihood(name: str, said: Mapping[str, Any]) -> _Level:
    """Return how likely a risk is, as far as configuration and data tell."""
    raised = {
        "private-person": said["persons"] > 0,
        "unknown": said["unknown"] > 0 or said["allowing"] > 0,
        "minors": said["exemptions"] > 0,
        "speech": said.get("transcript", 0) > 0,
        "biometrics": said["fingerprints"] > 0 and not said["is_encrypted"],
        "wrong-person": said["approved"] > 0,
    }
    return "medium" if raised.get(name, False) else "low"
