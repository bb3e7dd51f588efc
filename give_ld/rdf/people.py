"""How reference persons, the decisions to admit them and the versions of the set stand in the graphs."""

from __future__ import annotations

from collections.abc import Iterable

from give_ld.model.decision import Role
from give_ld.model.event import Admission
from give_ld.model.person import Ground, ReferencePerson, SnapshotHeader
from give_ld.rdf.annotations import TYPE
from give_ld.rdf.iris import Mint, wikidata
from give_ld.rdf.namespaces import DCT, EDTF, PROV, SCHEMA
from give_ld.rdf.proposals import association_lines
from give_ld.rdf.terms import Lines, Pair, about, instant, integer, iri, literal, quad, typed

GROUNDS = {
    Ground.PUBLIC_FIGURE: "PublicFigure",
    Ground.CONSENT: "Consent",
    Ground.HISTORICAL_FIGURE: "HistoricalFigure",
}


def person_quads(mint: Mint, admission: Admission) -> Lines:
    """Return a reference person and the decision to admit, in `refset`; who took it is in `admission_quads`.

    Raises:
        BadInput: a string that cannot stand in the graph.
    """
    graph, gld, person = iri(mint.names.graph("refset")), mint.names.gld, admission.person
    subject, decision = iri(admission.iri), iri(mint.refset_decision(admission.id))
    person_pairs = [
        (TYPE, f"<{gld}ReferencePerson>"),
        (f"<{gld}admittedIn>", decision),
        (f"<{gld}photoCount>", integer(len(person.photos))),
        *_name_pairs(person),
    ]
    decision_pairs = [
        (TYPE, f"<{PROV}Activity>"),
        (TYPE, f"<{gld}ReferenceSetDecision>"),
        (f"<{PROV}used>", subject),
        (f"<{gld}decision>", f"<{gld}Admitted>"),
        (f"<{gld}ground>", f"<{gld}{GROUNDS[person.ground]}>"),
        (f"<{DCT}description>", literal(person.ground_note)),
        (f"<{PROV}startedAtTime>", instant(admission.started)),
        (f"<{PROV}endedAtTime>", instant(admission.ended)),
        (f"<{PROV}wasAssociatedWith>", iri(mint.organisation(admission.partner))),
    ]
    return frozenset([*about(subject, graph, person_pairs), *about(decision, graph, decision_pairs)])


def _name_pairs(person: ReferencePerson) -> list[Pair]:
    pairs = [
        (TYPE, f"<{SCHEMA}Person>"),
        (TYPE, f"<{SCHEMA}Thing>"),
        (f"<{SCHEMA}name>", literal(person.name, person.language)),
        (f"<{SCHEMA}givenName>", literal(person.given_name)),
        (f"<{SCHEMA}familyName>", literal(person.family_name)),
        *((f"<{SCHEMA}alternateName>", literal(alias, person.language)) for alias in person.aliases),
    ]
    if person.wikidata:
        pairs.append((f"<{SCHEMA}sameAs>", iri(wikidata(person.wikidata))))
    if person.birth_date:
        pairs.append((f"<{SCHEMA}birthDate>", typed(person.birth_date, f"{EDTF}EDTF-level1")))
    if person.death_date:
        pairs.append((f"<{SCHEMA}deathDate>", typed(person.death_date, f"{EDTF}EDTF-level1")))
    return pairs


def admission_quads(mint: Mint, admission: Admission) -> Lines:
    """Return who took the decision to admit, in `validation/{partner}`: the only place of natural persons."""
    graph = iri(mint.names.graph("validation", admission.partner))
    association = iri(mint.association(admission.id))
    decision = iri(mint.refset_decision(admission.id))
    who = (admission.user, Role.REFERENCE_SET_MANAGER, admission.partner)
    link = quad(decision, f"<{PROV}qualifiedAssociation>", association, graph)
    return frozenset([link, *association_lines(mint, association, who, graph)])


def refset_version_quads(mint: Mint, header: SnapshotHeader, person_iris: Iterable[str]) -> Lines:
    """Return a version of the reference set with its members, in `refset`."""
    gld = mint.names.gld
    pairs = [
        (TYPE, f"<{gld}ReferenceSetVersion>"),
        (TYPE, f"<{PROV}Entity>"),
        (f"<{PROV}generatedAtTime>", instant(header.created)),
        (f"<{SCHEMA}sha256>", literal(header.digest)),
        *((f"<{PROV}hadMember>", iri(person)) for person in person_iris),
    ]
    return frozenset(about(iri(mint.refset_version(header.version)), iri(mint.names.graph("refset")), pairs))
