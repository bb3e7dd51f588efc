"""Which rules a record must obey that only this instance can check: whose it is, and whether what it names is there."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection

from give_ld.errors import BadInput
from give_ld.journal.lookups import find_file, find_partner, find_person, find_refset_version, find_run
from give_ld.model.annotation import Annotation, EntityMention, FaceMatch, UnknownFace
from give_ld.model.calibration import Calibrator
from give_ld.model.decision import Role
from give_ld.model.event import Admission, Proposal
from give_ld.model.run import Run
from give_ld.model.user import User
from give_ld.rdf.iris import Mint
from give_ld.rdf.namespaces import WIKIDATA

# A score in a record may be rounded; the probability that follows from it then differs a little.
CONFIDENCE_TOLERANCE = 0.005


def check_run(db: Connection, user: User, run: Run, before: Run | None) -> None:
    """Check a run against the user who brings it and what is known; `before` is one of its id in the same source.

    Raises:
        BadInput: it is another partner's, the partner is unknown, its id is taken, or it describes its file otherwise.
    """
    if Role.ADMIN not in user.roles and (Role.PIPELINE not in user.roles or user.partner != run.partner):
        message = f"{user.name} may not bring records of {run.partner}; use a pipeline token of that partner"
        raise BadInput(message, rule="partner")
    if find_partner(db, run.partner) is None:
        raise BadInput(f"partner {run.partner} is unknown; add it first", rule="partner-unknown")
    earlier = find_run(db, str(run.id)) or before
    if earlier is not None and earlier != run:
        raise BadInput(f"another run has the id {run.id} already", rule="run-id")
    file = find_file(db, run.partner, run.file.key)
    if file is not None and file.mime_type != run.file.mime_type:
        message = f"the file {run.file.key[:20]}… is known as {file.mime_type}, not {run.file.mime_type}"
        raise BadInput(message, rule="file")
    if run.reference_set is not None and find_refset_version(db, run.reference_set) is None:
        message = f"version {run.reference_set} of the reference set is unknown; use a snapshot of this instance"
        raise BadInput(message, rule="reference-set")


@dataclass(frozen=True)
class Persons:
    """The active reference persons as one transaction sees them; each is looked up once."""

    db: Connection
    _iris: dict[str, str | None] = field(default_factory=dict)
    _wikidata: dict[str, str | None] = field(default_factory=dict)

    def has(self, iri: str) -> bool:
        """Return whether a person with this IRI was admitted."""
        if iri not in self._iris:
            self._iris[iri] = _iri(find_person(self.db, iri=iri))
        return self._iris[iri] is not None

    def of_wikidata(self, entity: str) -> str | None:
        """Return the IRI of the person with this Wikidata id, or None."""
        if entity not in self._wikidata:
            self._wikidata[entity] = _iri(find_person(self.db, wikidata=entity))
        return self._wikidata[entity]


def _iri(admission: Admission | None) -> str | None:
    return admission.iri if admission else None


def check_guess(persons: Persons, run: Run, guess: Annotation) -> None:
    """Check a guess against its run and the reference set.

    Raises:
        BadInput: its calibrator is not of its run, its confidence does not follow from its score, or its person was
            not admitted.
    """
    if guess.calibrator is not None:
        _check_calibration(run, guess)
    if isinstance(guess, FaceMatch | UnknownFace) and run.agent.models:
        _check_face(run, guess)
    person = guess.person if isinstance(guess, FaceMatch | EntityMention) else None
    if person is not None and not persons.has(person):
        raise BadInput(f"{person} is no active reference person", rule="person-unknown")


def _check_face(run: Run, face: FaceMatch | UnknownFace) -> None:
    """Check what software that names its weights cannot leave unsaid."""
    if isinstance(face, FaceMatch) and run.reference_set is None:
        raise BadInput("a face match needs a run that names its reference set", rule="reference-set")
    if face.samples is None or face.fingerprint is None:
        raise BadInput("a face of a run that names its weights has samples and a fingerprint", rule="fingerprint")


def _check_calibration(run: Run, guess: Annotation) -> None:
    calibrator = next((each for each in run.calibrators if each.id == guess.calibrator), None)
    if calibrator is None or guess.score is None or not _fits(calibrator, run, guess):
        message = f"calibrator {guess.calibrator} is not of its run, or is for another score or other weights"
        raise BadInput(message, rule="calibrator")
    margin = guess.margin if isinstance(guess, FaceMatch) else None
    follows = calibrator.probability(guess.score, margin)
    if guess.confidence is None or abs(follows - guess.confidence) > CONFIDENCE_TOLERANCE:
        message = f"confidence {guess.confidence} does not follow from the score; its calibrator gives {follows}"
        raise BadInput(message, rule="confidence")


def _fits(calibrator: Calibrator, run: Run, guess: Annotation) -> bool:
    weights = {model.sha256 for model in run.agent.models}
    return calibrator.from_score is guess.score_kind and calibrator.model_sha256 in weights


def named_person(persons: Persons, guess: Annotation) -> Annotation:
    """Return the guess with the reference person whom it means, where it names them by a Wikidata IRI.

    Raises:
        BadInput: nobody with this Wikidata id is active in the reference set.
    """
    if not isinstance(guess, FaceMatch) or not guess.person.startswith(WIKIDATA):
        return guess
    entity = guess.person.removeprefix(WIKIDATA)
    person = persons.of_wikidata(entity)
    if person is None:
        message = "nobody with this Wikidata id was admitted to the reference set; admit the person, then retry"
        raise BadInput(message, rule="person-not-admitted", value=entity)
    return guess.model_copy(update={"person": person})


def propose(persons: Persons, mint: Mint, run: Run, guess: Annotation) -> Proposal:
    """Return a guess under its IRI; whom a Wikidata id means in the reference set is looked up now."""
    person = guess.person if isinstance(guess, FaceMatch | EntityMention) else None
    if person is None and isinstance(guess, EntityMention) and guess.entity:
        person = persons.of_wikidata(guess.entity)
    return Proposal(iri=mint.annotation(run, guess), annotation=guess, person=person)
