"""What an archivist sees of one guess: the face beside the photos, the words around a name, and how sure it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection

from give_ld.api.pages.review_words import certainty, percent, time_code
from give_ld.config import Settings, fill_media_url
from give_ld.journal.lookups import find_item, find_person, version_of
from give_ld.journal.searching import transcript_text
from give_ld.model.annotation import EntityMention, EntityType, FaceMatch, Tag, Transcript, UnknownFace
from give_ld.model.decision import DecisionReason, Known
from give_ld.model.event import Proposal
from give_ld.model.person import ReferencePerson
from give_ld.model.status import Verdict, allowed_verdicts

PHOTOS = 3
_AROUND = 240  # characters of a transcript on each side of a name
_SEGMENTS = 400


@dataclass(frozen=True)
class Found:
    """Somebody or something that a typed name may mean; `reference`: the reference set has them."""

    id: str
    name: str
    description: str
    type: str
    reference: bool


@dataclass(frozen=True)
class Typed:
    """What an archivist filled in about a guess that was not accepted, and why it was not; whom a name may mean."""

    problem: str = ""
    detail: str = ""
    reason: str = ""
    ground: str = ""
    person: str = ""
    entity: str = ""
    label: str = ""
    entity_type: str = ""
    text: str = ""
    sought: str = ""
    found: tuple[Found, ...] = ()
    picked: Found | None = None


def card(db: Connection, settings: Settings, known: Known, lang: str) -> dict[str, Any]:
    """Return the values of `card.html` for a guess that the reader may decide about."""
    guess, run = known.annotation, known.run
    proposal = Proposal(iri=known.iri, annotation=guess, person=known.person)
    item = find_item(db, run.partner, run.item)
    verdicts = allowed_verdicts(known.status)
    shown = {
        "iri": known.iri,
        "local": known.iri.rpartition("/")[2],
        "version": version_of(db, known.iri),
        "kind": guess.kind,
        "status": known.status,
        "label": proposal.label,
        "pid": run.item,
        "title": item.title if item else run.item,
        "run": str(run.id),
        "disputed": known.disputed,
        "corrects": known.corrects,
        "meant": proposal.meant,
        "wikidata": getattr(guess, "entity", None) or "",
        "verdicts": [each for each in Verdict if each in verdicts and each is not Verdict.CORRECT],
        "can_correct": Verdict.CORRECT in verdicts and guess.kind not in ("speaker", "tag"),
        "grounds": list(DecisionReason),
        "entity_types": list(EntityType),
        "has_crop": isinstance(guess, FaceMatch | UnknownFace) and guess.fingerprint is not None,
        "text": guess.text if isinstance(guess, Transcript) else "",
    }
    person = reference_person(db, known)
    shown |= {"person": person.name if person else "", "photos": range(len(person.photos[:PHOTOS]) if person else 0)}
    return shown | sure(known.confidence, known.score, lang) | _heard(db, known) | _seen(settings, known)


def reference_person(db: Connection, known: Known) -> ReferencePerson | None:
    """Return the active reference person whom a guess means, or None."""
    admission = find_person(db, iri=known.person) if known.person else None
    return admission.person if admission else None


def sure(confidence: float | None, score: float | None, lang: str) -> dict[str, Any]:
    """Return how sure a guess is: in words, as a calibrated percentage, and its raw score."""
    calibrated = None if confidence is None else percent(confidence)
    raw = None if score is None else f"{score:.2f}"
    return {"certainty": certainty(confidence, lang), "confidence": confidence, "percent": calibrated, "score": raw}


def span(start_ms: int | None, end_ms: int | None) -> str:
    """Return a span of time in time codes; '' where there is none."""
    return "" if start_ms is None or end_ms is None else f"{time_code(start_ms)} \u2013 {time_code(end_ms)}"


def media_origin(settings: Settings) -> str:
    """Return the origin from which access copies play; '' where none do."""
    parts = urlsplit(settings.media_url)
    return f"{parts.scheme}://{parts.netloc}" if settings.media_url else ""


def _heard(db: Connection, known: Known) -> dict[str, Any]:
    guess = known.annotation
    if isinstance(guess, Transcript):
        lines = [(time_code(each.start_ms), each.text) for each in guess.segments[:_SEGMENTS]]
        return {"context": None, "lines": lines, "language": guess.language}
    if isinstance(guess, Tag):
        return {"context": ("", guess.text, ""), "lines": (), "language": guess.language or ""}
    if isinstance(guess, EntityMention):
        return {"context": _around(db, known, guess), "lines": (), "language": guess.language}
    return {"context": None, "lines": (), "language": ""}


def _around(db: Connection, known: Known, mention: EntityMention) -> tuple[str, str, str]:
    """Return the words before a name, the name, and the words after it."""
    text = None
    if mention.transcript is not None:
        text = transcript_text(db, known.run.partner, known.run.file.key, mention.transcript)
    if text is None or mention.begin is None or mention.end is None:
        return "", mention.text, ""
    before, after = text[: mention.begin], text[mention.end :]
    left = f"… {before[-_AROUND:].partition(' ')[2]}" if len(before) > _AROUND else before
    right = f"{after[:_AROUND].rpartition(' ')[0]} …" if len(after) > _AROUND else after
    return left, text[mention.begin : mention.end], right


def _seen(settings: Settings, known: Known) -> dict[str, Any]:
    """Return where in the file it is, and where the file plays."""
    fragment, file, run = known.annotation.fragment, known.run.file, known.run
    found: dict[str, Any] = {
        "span": span(fragment.start_ms, fragment.end_ms),
        "start": None if fragment.start_ms is None else fragment.start_ms / 1000,
        "end": None if fragment.end_ms is None else fragment.end_ms / 1000,
        "box": fragment.box,
        "frame": (file.width, file.height) if file.width and file.height else None,
        "is_sound": (file.mime_type or "").startswith("audio/"),
        "media": "",
    }
    if settings.media_url and (file.name or "{file}" not in settings.media_url):
        parts = {"file": file.name or "", "item": run.item, "partner": run.partner, "sha256": file.sha256 or ""}
        at = f"#t={found['start']:.1f},{found['end']:.1f}" if found["start"] is not None else ""
        found["media"] = fill_media_url(settings.media_url, parts) + at
    return found
