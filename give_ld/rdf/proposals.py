"""How a guess and the decisions about it stand in the private graphs."""

from __future__ import annotations

from itertools import pairwise

from give_ld.model.annotation import EntityMention, SpeakerSegment, Tag, Transcript, UnknownFace
from give_ld.model.decision import Known, Role, Validation
from give_ld.model.status import Status, Verdict
from give_ld.rdf.annotations import (
    TYPE,
    concept_lines,
    entity_lines,
    fragment_lines,
    guess_lines,
    name_lines,
    text_context_lines,
    transcript_lines,
)
from give_ld.rdf.details import detail_pairs
from give_ld.rdf.iris import Mint, text_digest, wikidata
from give_ld.rdf.namespaces import DCT, EBUCORE, ORG, PROV, RDFS, SCHEMA
from give_ld.rdf.origin import Origin, origin_of_known
from give_ld.rdf.terms import Lines, Pair, about, boolean, decimal, instant, integer, iri, literal, minted, quad

ROLES = {
    Role.ARCHIVIST: "Archivist",
    Role.REFERENCE_SET_MANAGER: "ReferenceSetManager",
    Role.AUDITOR: "Auditor",
    Role.HARVESTER: "Harvester",
    Role.ADMIN: "Administrator",
    Role.PIPELINE: "Pipeline",
}

_KINDS = {
    Verdict.CORRECT: ("Validation", "Correction"),
    Verdict.AGREE: ("Validation", "Agreement"),
    Verdict.DISAGREE: ("Validation", "Disagreement"),
    Verdict.UNDO: ("Undo",),
}


def annotation_quads(mint: Mint, known: Known) -> Lines:
    """Return a guess of any status with all that it alone describes, in `annotation/{partner}`.

    Raises:
        BadInput: a string that cannot stand in the graph.
    """
    return frozenset(annotation_lines(origin_of_known(mint, known), known))


def annotation_lines(origin: Origin, known: Known) -> list[str]:
    """Return the same, each line once, for who maps many guesses of a run: `origin` is that of its run.

    Raises:
        BadInput: a string that cannot stand in the graph.
    """
    mint = origin.mint
    graph = minted(mint.names.graph("annotation", known.run.partner))
    pairs = [*_alternatives(mint, known), *detail_pairs(mint, known)]
    lines = guess_lines(origin, known, graph, pairs)
    if known.validations or known.replaced_by:
        lines += about(minted(known.iri), graph, _decided(mint, known))
        lines += _order_lines(mint, known, graph)
    lines += fragment_lines(origin, known.annotation.fragment, graph)
    lines += _subject_lines(origin, known, graph)
    return lines


def _decided(mint: Mint, known: Known) -> list[Pair]:
    gld = mint.names.gld
    pairs = [(f"<{gld}validatedIn>", iri(mint.validation(decision.id))) for decision in known.validations]
    if known.validations:
        pairs.append((f"<{EBUCORE}annotationCurationDateTime>", instant(known.validations[-1].ended)))
    if known.validations and known.disputed:
        pairs.append((f"<{gld}disputed>", boolean(True)))
    if known.status is Status.SUPERSEDED and known.replaced_by:
        pairs.append((f"<{DCT}isReplacedBy>", iri(known.replaced_by)))
    return pairs


def _order_lines(mint: Mint, known: Known, graph: str) -> list[str]:
    """Return which decision came after which: two may have been taken in one instant."""
    taken = [iri(mint.validation(decision.id)) for decision in known.validations]
    return [quad(later, f"<{PROV}wasInformedBy>", earlier, graph) for earlier, later in pairwise(taken)]


def _alternatives(mint: Mint, known: Known) -> list[Pair]:
    if not isinstance(known.annotation, EntityMention):
        return []
    ranks = range(1, len(known.annotation.candidates) + 1)
    return [(f"<{mint.names.gld}hasCandidate>", minted(mint.link_candidate(known.iri, rank))) for rank in ranks]


def _subject_lines(origin: Origin, known: Known, graph: str) -> list[str]:
    guess, mint = known.annotation, origin.mint
    if isinstance(guess, UnknownFace):
        return _cluster_lines((mint.cluster(guess.cluster), f"{mint.names.gld}FaceCluster"), known, graph)
    if isinstance(guess, SpeakerSegment):
        return _cluster_lines((mint.voice(guess.voice), f"{mint.names.gld}VoiceCluster"), known, graph)
    if isinstance(guess, Tag):
        return concept_lines(mint, known.run.partner, guess, graph)
    if isinstance(guess, Transcript):
        digest = text_digest(guess.text)
        made_by = (origin.representation(digest), f"<{PROV}wasGeneratedBy>", origin.activity)
        lines = [*text_context_lines(origin, digest, graph), *transcript_lines(origin, guess, graph)]
        # To meemoo only a premis:Event makes a representation, and a decision is none.
        return lines if origin.stated else [*lines, quad(*made_by, graph)]
    return _mention_lines(origin, known, guess, graph) if isinstance(guess, EntityMention) else []


def _cluster_lines(cluster: tuple[str, str], known: Known, graph: str) -> list[str]:
    """Return a group of guesses that are about one face or voice; `cluster` is its IRI and its class."""
    subject, kind = cluster
    pairs = [
        (TYPE, f"<{kind}>"),
        (TYPE, f"<{PROV}Collection>"),
        (f"<{PROV}hadMember>", minted(known.iri)),
    ]
    return about(minted(subject), graph, pairs)


def _mention_lines(origin: Origin, known: Known, mention: EntityMention, graph: str) -> list[str]:
    mint, gld = origin.mint, origin.mint.names.gld
    lines: list[str] = []
    if mention.transcript:
        # Not in public: who guessed a text could prove it by its digest.
        digest = literal(mention.transcript)
        lines += text_context_lines(origin, mention.transcript, graph)
        lines.append(quad(origin.representation(mention.transcript), f"<{SCHEMA}sha256>", digest, graph))
    if not (known.person or mention.person):
        lines += entity_lines(mention, graph) or name_lines(mint, known.run.partner, mention, graph)
    for rank, candidate in enumerate(mention.candidates, start=1):
        pairs = [
            (TYPE, f"<{gld}LinkCandidate>"),
            (f"<{SCHEMA}item>", minted(wikidata(candidate.entity))),
            (f"<{RDFS}label>", literal(candidate.label)),
            (f"<{SCHEMA}position>", integer(rank)),
            (f"<{gld}rawScore>", decimal(candidate.score)),
        ]
        lines += about(minted(mint.link_candidate(known.iri, rank)), graph, pairs)
    return lines


def validation_quads(mint: Mint, validation: Validation) -> Lines:
    """Return a decision and, here only, the opaque user who took it, in `validation/{partner}`.

    Raises:
        BadInput: a string that cannot stand in the graph.
    """
    graph, gld = iri(mint.names.graph("validation", validation.partner)), mint.names.gld
    decision, association = iri(mint.validation(validation.id)), iri(mint.association(validation.id))
    pairs = [
        (TYPE, f"<{PROV}Activity>"),
        *((TYPE, f"<{gld}{name}>") for name in _KINDS.get(validation.verdict, ("Validation",))),
        (f"<{gld}decision>", iri(mint.names.id("status", validation.status))),
        (f"<{gld}verdict>", literal(validation.verdict)),
        (f"<{PROV}used>", iri(validation.annotation)),
        (f"<{PROV}startedAtTime>", instant(validation.started)),
        (f"<{PROV}endedAtTime>", instant(validation.ended)),
        (f"<{PROV}wasAssociatedWith>", iri(mint.organisation(validation.partner))),
        (f"<{PROV}qualifiedAssociation>", association),
    ]
    if validation.ground:
        pairs.append((f"<{gld}decisionReason>", iri(mint.names.id("decision-reason", validation.ground))))
    if validation.undoes:
        pairs.append((f"<{gld}undoes>", iri(mint.validation(validation.undoes))))
    if validation.reason:
        pairs.append((f"<{RDFS}comment>", literal(validation.reason)))
    who = association_lines(mint, association, (validation.user, validation.role, validation.partner), graph)
    return frozenset([*about(decision, graph, pairs), *who])


def association_lines(mint: Mint, association: str, who: tuple[str, Role, str], graph: str) -> list[str]:
    """Return who took a decision: `who` is the opaque user id, the role in which, and the partner for whom."""
    user_id, role, partner = who
    user, played = iri(mint.user(user_id)), f"<{mint.names.gld}{ROLES[role]}>"
    return [
        *about(
            association,
            graph,
            [
                (TYPE, f"<{PROV}Association>"),
                (f"<{PROV}agent>", user),
                (f"<{PROV}hadRole>", played),
            ],
        ),
        *about(
            user,
            graph,
            [
                (TYPE, f"<{PROV}Person>"),
                (f"<{ORG}memberOf>", iri(mint.organisation(partner))),
            ],
        ),
    ]
