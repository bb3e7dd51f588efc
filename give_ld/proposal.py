"""Which rules a record must obey that only this instance can check: whose it is, and whether what it names is there."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection

from give_ld.errors import BadInput
from give_ld.journal.allowed import find_allowed
from give_ld.journal.lookups import find_file, find_item, find_partner, find_person, find_refset_version
from give_ld.model.annotation import Annotation, EntityMention, FaceMatch, Transcript, UnknownFace
from give_ld.model.calibration import Calibrator
from give_ld.model.decision import Role
from give_ld.model.event import Admission
from give_ld.model.processing import Allowed
from give_ld.model.run import MediaFile, Run
from give_ld.model.user import User
from give_ld.rdf.namespaces import WIKIDATA

# A score in a record may be rounded; the probability that follows from it then differs a little.
CONFIDENCE_TOLERANCE = 0.005


@dataclass(frozen=True)
class References:
    """What records refer to, as one transaction sees it: each is looked up once."""

    db: Connection
    _persons: dict[str, str | None] = field(default_factory=dict)
    _wikidata: dict[str, str | None] = field(default_factory=dict)
    _partners: dict[str, bool] = field(default_factory=dict)
    _versions: dict[str, bool] = field(default_factory=dict)
    _allowed: dict[tuple[str, str], Allowed | None] = field(default_factory=dict)
    _files: dict[tuple[str, str], MediaFile | None] = field(default_factory=dict)

    def has_person(self, iri: str) -> bool:
        """Return whether a reference person with this IRI was admitted."""
        if iri not in self._persons:
            self._persons[iri] = _iri(find_person(self.db, iri=iri))
        return self._persons[iri] is not None

    def person_of(self, entity: str) -> str | None:
        """Return the IRI of the reference person with this Wikidata id, or None."""
        if entity not in self._wikidata:
            self._wikidata[entity] = _iri(find_person(self.db, wikidata=entity))
        return self._wikidata[entity]

    def has_partner(self, partner: str) -> bool:
        """Return whether the partner was added."""
        if partner not in self._partners:
            self._partners[partner] = find_partner(self.db, partner) is not None
        return self._partners[partner]

    def has_version(self, version: str) -> bool:
        """Return whether the reference set has this version."""
        if version not in self._versions:
            self._versions[version] = find_refset_version(self.db, version) is not None
        return self._versions[version]

    def file(self, partner: str, key: str) -> MediaFile | None:
        """Return a media file as it is known, or None."""
        if (partner, key) not in self._files:
            self._files[partner, key] = find_file(self.db, partner, key)
        return self._files[partner, key]

    def allowed(self, run: Run) -> Allowed | None:
        """Return what the partner allows on the item of a run, or None where it said nothing."""
        key = (run.partner, run.item)
        if key not in self._allowed:
            item = find_item(self.db, *key)
            self._allowed[key] = find_allowed(self.db, run.partner, item.collection if item else None)
        return self._allowed[key]

    def keeps_unknown_faces(self, run: Run) -> bool:
        """Return whether faces without a name may be kept: only where the partner said so."""
        allowed = self.allowed(run)
        return allowed is not None and allowed.unknown_faces


def check_run(references: References, user: User, run: Run, earlier: Run | None) -> None:
    """Check a run against the user who brings it and what is known; `earlier` is the run that has its id already.

    Raises:
        BadInput: it is another partner's, the partner is unknown or does not allow it, its id is taken, or it describes
            its file otherwise.
    """
    if not (user.has_role_for(Role.ADMIN, run.partner) or user.has_role_for(Role.PIPELINE, run.partner)):
        message = f"{user.name} may not bring records of {run.partner}; use a pipeline token of that partner"
        raise BadInput(message, rule="partner")
    if not references.has_partner(run.partner):
        raise BadInput(f"partner {run.partner} is unknown; add it first", rule="partner-unknown")
    allowed = references.allowed(run)
    if allowed is not None and run.stage not in allowed.stages:
        may = ", ".join(allowed.stages) or "none"
        message = f"the processing policy of {run.partner} does not allow the stage {run.stage} here; it allows: {may}"
        raise BadInput(message, rule="policy")
    if earlier is not None and earlier != run:
        raise BadInput(f"another run has the id {run.id} already", rule="run-id")
    file = references.file(run.partner, run.file.key)
    if file is not None and file.mime_type != run.file.mime_type:
        message = f"the file {run.file.key[:20]}… is known as {file.mime_type}, not {run.file.mime_type}"
        raise BadInput(message, rule="file")
    if run.reference_set is not None and not references.has_version(run.reference_set):
        message = f"version {run.reference_set} of the reference set is unknown; use a snapshot of this instance"
        raise BadInput(message, rule="reference-set")


def _iri(admission: Admission | None) -> str | None:
    return admission.iri if admission else None


def check_guess(references: References, run: Run, guess: Annotation) -> None:
    """Check a guess against its run and the reference set.

    Raises:
        BadInput: its calibrator is not of its run, its confidence does not follow from its score, its person was not
            admitted or may not be looked for, or the captions of a transcript say other words than its text.
    """
    if guess.calibrator is not None:
        _check_calibration(run, guess)
    if isinstance(guess, FaceMatch | UnknownFace) and run.agent.models:
        _check_face(run, guess)
    if isinstance(guess, Transcript):
        _check_words(guess)
    person = guess.person if isinstance(guess, FaceMatch | EntityMention) else None
    if person is not None and not references.has_person(person):
        raise BadInput(f"{person} is no active reference person", rule="person-unknown")
    allowed = references.allowed(run)
    if isinstance(guess, FaceMatch) and allowed and not allowed.may_look_for(guess.person):
        message = f"the processing policy of {run.partner} does not allow to look for this person here"
        raise BadInput(message, rule="policy", value=guess.person)


def _check_words(transcript: Transcript) -> None:
    # Who approves a transcript reads its text; its captions, made of the segments, are public with it.
    if _letters(transcript.text) != _letters("".join(segment.text for segment in transcript.segments)):
        raise BadInput("the segments say other words than the text; both must say the same", rule="segments")


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


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


def named_person(references: References, guess: Annotation) -> Annotation:
    """Return the guess with the reference person whom it means, where it names them by a Wikidata IRI.

    Raises:
        BadInput: nobody with this Wikidata id is active in the reference set.
    """
    if not isinstance(guess, FaceMatch) or not guess.person.startswith(WIKIDATA):
        return guess
    entity = guess.person.removeprefix(WIKIDATA)
    person = references.person_of(entity)
    if person is None:
        message = "nobody with this Wikidata id was admitted to the reference set; admit the person, then retry"
        raise BadInput(message, rule="person-not-admitted", value=entity)
    return guess.model_copy(update={"person": person})


def person_meant(references: References, guess: Annotation) -> str | None:
    """Return the reference person whom a guess is about, or None; whom a Wikidata id means is looked up now."""
    person = guess.person if isinstance(guess, FaceMatch | EntityMention) else None
    if person is None and isinstance(guess, EntityMention) and guess.entity:
        return references.person_of(guess.entity)
    return person
