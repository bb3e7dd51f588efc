"""What of an approved guess the public may see, split by what each statement is about so that it can be counted."""

from __future__ import annotations

from give_ld.errors import BadInput
from give_ld.model.annotation import EntityMention, SpeakerSegment, Tag, Transcript, UnknownFace
from give_ld.model.decision import Known
from give_ld.model.item import Item
from give_ld.model.run import Run
from give_ld.model.status import Status
from give_ld.rdf.annotations import (
    concept_lines,
    entity_lines,
    fragment_lines,
    guess_lines,
    name_lines,
    subject_of,
    tag_label,
    text_context_lines,
    transcript_lines,
)
from give_ld.rdf.iris import Mint, text_digest, wikidata
from give_ld.rdf.items import item_lines
from give_ld.rdf.namespaces import DCT, EBUCORE, HA_OBJECT, SCHEMA
from give_ld.rdf.origin import Origin, origin_of_known
from give_ld.rdf.runs import activity_pairs, file_pairs
from give_ld.rdf.terms import Lines, about, instant, iri, quad


def public_owners(mint: Mint, known: Known, item: Item) -> dict[str, Lines]:
    """Return, by owner, the quads in `public/{partner}` that an approved guess supports; nothing for any other guess.

    An owner is the IRI of what its quads describe, or `fact:` with a plain triple. What several guesses share (item,
    file, fragment, run, entity, text, fact) has the same owner and lives as long as one of them. An unknown face or
    an unknown voice is never public. Whether the licence allows it is for the caller to have asked.

    Raises:
        BadInput: `item` is not the item of the guess, or a string cannot stand in the graph.
    """
    run = known.run
    if (item.partner, item.pid) != (run.partner, run.item):
        raise BadInput(f"{known.iri} is about {run.partner}/{run.item}, not {item.partner}/{item.pid}", rule="item")
    nobody = isinstance(known.annotation, UnknownFace | SpeakerSegment)
    if known.status is not Status.APPROVED or not known.approval or nobody:
        return {}
    graph = iri(mint.names.graph("public", item.partner))
    origin = origin_of_known(mint, known, public=True)
    file, fragment = origin.file_iri, known.annotation.fragment
    owners = {
        known.iri: _annotation_lines(origin, known, graph),
        mint.fragment(file, fragment): fragment_lines(origin, fragment, graph),
        mint.item(item.partner, item.pid): item_lines(mint, item, graph),
        file: about(iri(file), graph, file_pairs(mint.names.gld, run.file)),
        **({} if known.corrects else _run_owner(mint, run, graph)),
        **_subject_owners(origin, known, graph),
        **_facts(mint, known, graph),
    }
    return {owner: frozenset(lines) for owner, lines in owners.items()}


def _run_owner(mint: Mint, run: Run, graph: str) -> dict[str, list[str]]:
    return {mint.run(run.id): about(iri(mint.run(run.id)), graph, activity_pairs(mint, run))}


def _annotation_lines(origin: Origin, known: Known, graph: str) -> list[str]:
    mint = origin.mint
    approval = known.approval or known.validations[-1]
    decided = instant(approval.ended)
    pairs = [
        (f"<{mint.names.gld}validatedBy>", iri(mint.organisation(approval.partner))),
        (f"<{EBUCORE}annotationCurationDateTime>", decided),
        (f"<{DCT}modified>", decided),
    ]
    return guess_lines(origin, known, graph, pairs)


def _subject_owners(origin: Origin, known: Known, graph: str) -> dict[str, list[str]]:
    guess, run, mint = known.annotation, known.run, origin.mint
    if isinstance(guess, Transcript):
        digest = text_digest(guess.text)
        return {
            **_text_owner(origin, digest, graph),
            mint.transcript_file(run.partner, run.file.key, digest): transcript_lines(origin, guess, graph),
        }
    if isinstance(guess, Tag):
        return {subject_of(mint, known): concept_lines(mint, run.partner, guess, graph)}
    if not isinstance(guess, EntityMention):
        return {}
    owners = _text_owner(origin, guess.transcript, graph) if guess.transcript else {}
    if known.person or guess.person:
        return owners
    if guess.entity:
        return {**owners, wikidata(guess.entity): entity_lines(guess, graph)}
    return {**owners, mint.candidate(run.partner, guess.text): name_lines(mint, run.partner, guess, graph)}


def _text_owner(origin: Origin, digest: str, graph: str) -> dict[str, list[str]]:
    owner = origin.mint.representation(origin.run.partner, origin.run.file.key, digest)
    return {owner: text_context_lines(origin, digest, graph)}


def _facts(mint: Mint, known: Known, graph: str) -> dict[str, list[str]]:
    guess, run = known.annotation, known.run
    item, subject = iri(mint.item(run.partner, run.item)), iri(subject_of(mint, known))
    if isinstance(guess, Transcript):
        file = iri(mint.file(run.file.key, run.partner))
        captions = iri(mint.transcript_file(run.partner, run.file.key, text_digest(guess.text)))
        return {
            **_fact(item, f"<{HA_OBJECT}hasTranscriptionCopy>", subject, graph),
            **_fact(file, f"<{EBUCORE}hasCaptioning>", captions, graph),
        }
    if isinstance(guess, Tag) and guess.concept:
        return _fact(item, f"<{SCHEMA}about>", subject, graph)
    if isinstance(guess, Tag):
        return _fact(item, f"<{SCHEMA}keywords>", tag_label(guess), graph)
    nothing_meant = isinstance(guess, EntityMention) and not (known.person or guess.person or guess.entity)
    return {} if nothing_meant else _fact(item, f"<{SCHEMA}mentions>", subject, graph)


def _fact(subject: str, predicate: str, obj: str, graph: str) -> dict[str, list[str]]:
    return {f"fact:{subject} {predicate} {obj}": [quad(subject, predicate, obj, graph)]}
