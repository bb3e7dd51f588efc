"""How an archivist says what is right in the place of a guess: a new annotation, approved by the same act."""

from __future__ import annotations

from give_ld.errors import BadInput
from give_ld.journal.lookups import find_person
from give_ld.model.annotation import Annotation, EntityMention, FaceMatch
from give_ld.model.correction import Right, corrected
from give_ld.model.decision import Known
from give_ld.model.event import Correction, Proposal
from give_ld.model.status import Status, Verdict, next_status
from give_ld.rdf import mapping
from give_ld.review.case import Case
from give_ld.review.context import context_of


def correct(case: Case) -> Correction:
    """Return the correction: what the person says, and what becomes of the guess in whose place it is said.

    Raises:
        BadInput: it does not say what is right, says the same as the guess, or breaks a shape.
    """
    known, mint = case.known, case.bench.mint
    guess = corrected(known.annotation, _named(case, case.decision.right or Right()))
    person = _person(case, guess)
    validation = case.validation(next_status(known.status, Verdict.CORRECT))
    iri = mint.correction(known.run, guess, validation.id)
    correction = Correction(validation=validation, iri=iri, annotation=guess, person=person)
    if _content(correction.said) == _content(Proposal(iri=iri, annotation=known.annotation, person=known.person)):
        raise BadInput("the correction says what the guess says; approve it instead", rule="correction")
    _check(case, correction)
    return correction


def _named(case: Case, right: Right) -> Right:
    """Return what is right with the name of the reference person in it."""
    if right.person is None:
        return right
    admission = find_person(case.db, iri=right.person)
    if admission is None:
        raise BadInput(f"{right.person} is no active reference person", rule="person-unknown")
    named = {"label": admission.person.name, "label_language": admission.person.language}
    return right.model_copy(update=named)


def _person(case: Case, guess: Annotation) -> str | None:
    if isinstance(guess, FaceMatch):
        return guess.person
    if not isinstance(guess, EntityMention):
        return None
    meant = find_person(case.db, wikidata=guess.entity) if guess.entity else None
    return guess.person or (meant.iri if meant else None)


def _content(said: Proposal) -> tuple[object, ...]:
    guess = said.annotation
    sort = guess.entity_type if isinstance(guess, EntityMention) else None
    return guess.kind, said.subject, guess.fragment, sort


def _check(case: Case, correction: Correction) -> None:
    bench, db = case.bench, case.db
    after = Known(
        iri=correction.iri,
        annotation=correction.annotation,
        run=case.known.run,
        status=Status.APPROVED,
        person=correction.person,
        validations=(correction.approval,),
        corrects=case.known.iri,
    )
    lines = mapping.annotation_quads(bench.mint, after) | mapping.validation_quads(bench.mint, correction.validation)
    context = context_of(db, bench.mint, after) | mapping.run_quads(bench.mint, after.run)
    if violations := bench.gate.check(lines, context):
        raise BadInput(f"the correction breaks a rule: {violations[0]}", rule=violations[0].shape)
    case.check_age(after)
    case.check_publishable(after)
