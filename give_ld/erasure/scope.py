"""What of the journal is about a person: which events go, and what is left of those that are about others too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from sqlalchemy import Connection, or_, select

from give_ld.journal import tables as t
from give_ld.journal.lookups import admissions
from give_ld.journal.sought import Sought
from give_ld.model.annotation import Annotation, EntityMention, FaceMatch, Tag, Transcript, UnknownFace
from give_ld.model.base import Model
from give_ld.model.bulk import Band, BulkDecision, Group, Picked, ReviewPolicy, SampleDrawn, Selection
from give_ld.model.decision import Validation
from give_ld.model.event import Admission, Correction, Exemption, Payload, Proposal, RefsetVersion
from give_ld.model.item import Item
from give_ld.model.processing import Processing
from give_ld.model.run import Run
from give_ld.model.user import User
from give_ld.rdf.iris import text_digest

_M = TypeVar("_M", bound=Model)


@dataclass(frozen=True)
class Scope:
    """What is about the person. `namesakes` counts guesses about others of the same name.

    Where there are any, nobody can tell whom a text means, and texts stay as they are. `transcripts` are the digests
    of texts that lose a name, with what they become.
    """

    sought: Sought
    guesses: set[str] = field(default_factory=set)
    fingerprints: set[str] = field(default_factory=set)
    photos: set[str] = field(default_factory=set)
    persons: set[str] = field(default_factory=set)
    transcripts: dict[str, str] = field(default_factory=dict)
    captioned: set[str] = field(default_factory=set)
    namesakes: int = 0

    def without(self, payload: Payload) -> Payload | None:
        """Return what is left of an event: itself, less than it, or nothing."""
        left = _LEFT.get(type(payload))
        return left(self, payload) if left else payload

    def _admission(self, payload: Admission) -> Admission | None:
        return None if payload.iri in self.persons else payload

    def _exemption(self, payload: Exemption) -> Exemption | None:
        return None if payload.person in self.persons else payload

    def _proposal(self, payload: Proposal) -> Proposal | None:
        if payload.iri in self.guesses:
            return None
        return _changed(payload, annotation=self._annotation(payload.annotation))

    def _decision(self, payload: Validation) -> Validation | None:
        return None if payload.annotation in self.guesses else self._validation(payload)

    def _validation(self, payload: Validation) -> Validation:
        return _changed(payload, reason=self._text(payload.reason))

    def _correction(self, payload: Correction) -> Correction | Validation | None:
        validation = self._validation(payload.validation)
        if payload.iri not in self.guesses:
            return _changed(payload, validation=validation, annotation=self._annotation(payload.annotation))
        # That the other guess was wrong stays decided.
        return None if validation.annotation in self.guesses else validation

    def _version(self, payload: RefsetVersion) -> RefsetVersion:
        persons = tuple(each for each in payload.persons if each not in self.persons)
        if persons == payload.persons:
            return payload
        header = payload.header.model_copy(update={"persons": len(persons)})
        return payload.model_copy(update={"header": header, "persons": persons})

    def _processing(self, payload: Processing) -> Processing:
        if payload.allowed.persons is None:
            return payload
        persons = tuple(each for each in payload.allowed.persons if each not in self.persons)
        return _changed(payload, allowed=_changed(payload.allowed, persons=persons))

    def _bulk(self, payload: BulkDecision) -> BulkDecision | None:
        selection = self._selection(payload.selection)
        return None if selection is None else _changed(payload, selection=selection)

    def _sample(self, payload: SampleDrawn) -> SampleDrawn | None:
        left = tuple(each for each in payload.annotations if each not in self.guesses)
        return _changed(payload, annotations=left) if left and self._selection(payload.band) else None

    def _selection(self, selection: Selection) -> Selection | None:
        """Return of which guesses a person spoke, less those about the one who is erased; None: of no others."""
        match selection:
            case Picked(annotations=picked):
                left = tuple(each for each in picked if each not in self.guesses)
                return _changed(selection, annotations=left) if left else None
            case Group(subject=subject) | Band(subject=subject):
                return None if self.sought.meets(subject) else selection
        return selection

    def _policy(self, payload: ReviewPolicy) -> ReviewPolicy:
        return _changed(payload, reason=self._text(payload.reason))

    def _run(self, payload: Run) -> Run:
        said = payload.parameters.items()
        parameters = {name: self._text(each) if isinstance(each, str) else each for name, each in said}
        file = _changed(payload.file, name=self._maybe(payload.file.name))
        return _changed(payload, note=self._maybe(payload.note), parameters=parameters, file=file)

    def _item(self, payload: Item) -> Item:
        numbers = tuple(map(self._text, payload.local_ids))
        collection = self._maybe(payload.collection)
        return _changed(payload, title=self._text(payload.title), collection=collection, local_ids=numbers)

    def _annotation(self, guess: Annotation) -> Annotation:
        match guess:
            case Transcript():
                return self.transcript(guess)
            case EntityMention():
                kept = tuple(each for each in guess.candidates if not self.sought.meets(each.entity))
                digest = self.transcripts.get(guess.transcript or "", guess.transcript)
                texts = {"text": self._text(guess.text), "label": self._maybe(guess.label)}
                return _changed(guess, candidates=kept, transcript=digest, **texts)
            case Tag():
                return _changed(guess, text=self._text(guess.text), label=self._maybe(guess.label))
        return guess

    def transcript(self, guess: Transcript) -> Transcript:
        """Return the transcript with the name in black, in the text and in the segments, also across them."""
        text, at = self._text(guess.text), 0
        if text == guess.text:
            return guess
        together = self._text("\n".join(each.text for each in guess.segments))
        segments = []
        for each in guess.segments:
            segments.append(_changed(each, text=together[at : at + len(each.text)]))
            at += len(each.text) + 1
        return _changed(guess, text=text, segments=tuple(segments))

    def _text(self, text: str) -> str:
        return text if self.namesakes else self.sought.redact(text)

    def _maybe(self, text: str | None) -> str | None:
        return None if text is None else self._text(text)


_LEFT: dict[type, Callable[[Scope, Any], Payload | None]] = {
    Admission: Scope._admission,
    Exemption: Scope._exemption,
    Proposal: Scope._proposal,
    Validation: Scope._decision,
    Correction: Scope._correction,
    RefsetVersion: Scope._version,
    Processing: Scope._processing,
    BulkDecision: Scope._bulk,
    SampleDrawn: Scope._sample,
    ReviewPolicy: Scope._policy,
    Run: Scope._run,
    Item: Scope._item,
}


@dataclass(frozen=True)
class UserScope:
    """What is about the name of a user, who is called `erased-` and the opaque id from then on."""

    sought: Sought
    users: set[str]

    def without(self, payload: Payload) -> Payload:
        """Return an event without the name."""
        match payload:
            case User(id=user):
                return payload.model_copy(update={"name": f"erased-{user}"}) if user in self.users else payload
            case Validation() | ReviewPolicy():
                return _changed(payload, reason=self._reason(payload.reason))
            case Correction(validation=validation):
                return _changed(payload, validation=_changed(validation, reason=self._reason(validation.reason)))
        return payload

    def _reason(self, reason: str) -> str:
        return self.sought.redact(reason) if min(self.sought.lengths, default=0) > 1 else reason


def _changed(model: _M, **values: object) -> _M:
    """Return the model itself, or where a value differs a copy that has them."""
    if all(getattr(model, name) == value for name, value in values.items()):
        return model
    return model.model_copy(update=values)


def find_scope(db: Connection, sought: Sought) -> Scope:
    """Return what the tables know of a person."""
    found = [each for each in admissions(db) if sought.meets(each.iri, each.person.wikidata)]
    kept = {photo.sha256 for each in admissions(db) if each not in found for photo in each.person.photos}
    photos = {photo.sha256 for each in found for photo in each.person.photos} - kept
    scope = Scope(sought, photos=photos, persons={each.iri for each in found})
    guesses, namesakes, transcripts = set[str](), 0, list[tuple[str, Transcript]]()
    for row in db.execute(select(t.annotation.c.body)):
        said = Proposal.model_validate_json(row.body)
        if said.person in scope.persons or sought.names(said):
            guesses.add(said.iri)
        elif _is_namesake(sought, said):
            namesakes += 1
        elif isinstance(said.annotation, Transcript):
            transcripts.append((said.iri, said.annotation))
    scope.guesses.update(guesses | _same_faces(db, sought, guesses))
    scope.fingerprints.update(fingerprints_of(db, scope.guesses))
    scope = replace(scope, namesakes=namesakes)
    for iri, guess in transcripts:
        if (left := scope.transcript(guess)) is not guess:
            scope.transcripts[text_digest(guess.text)] = text_digest(left.text)
            scope.captioned.add(iri)
    return scope


def _is_namesake(sought: Sought, said: Proposal) -> bool:
    match said.annotation:
        case FaceMatch(person_name=name):
            return sought.meets(name)
        case EntityMention(label=label, text=text) | Tag(label=label, text=text):
            return said.meant is not None and sought.meets(label, text)
    return False


def _same_faces(db: Connection, sought: Sought, guesses: set[str]) -> set[str]:
    """Return what was said in the place of guesses that were named one by one, and in whose place these were said."""
    named = {iri for iri in guesses if sought.meets(iri)}
    links = db.execute(select(*t.annotation.c["iri", "corrects"]).where(t.annotation.c.corrects.is_not(None))).all()
    found = set(named)
    while more := {end for row in links for end in row if found & {row.iri, row.corrects}} - found:
        found |= more
    return found


def fingerprints_of(db: Connection, guesses: set[str]) -> set[str]:
    """Return the ids of the fingerprints that guesses name."""
    prints = set()
    faces = select(*t.annotation.c["iri", "body"]).where(
        or_(t.annotation.c.kind == "face-match", t.annotation.c.kind == "face-unknown")
    )
    for row in db.execute(faces):
        guess = Proposal.model_validate_json(row.body).annotation
        if row.iri in guesses and isinstance(guess, FaceMatch | UnknownFace) and guess.fingerprint:
            prints.add(str(guess.fingerprint))
    return prints
