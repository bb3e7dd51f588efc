"""Which reference person, version of the set or decision a graph describes."""

from __future__ import annotations

from uuid import UUID

from give_ld.errors import BadInput
from give_ld.model.decision import Validation
from give_ld.model.event import Admission, RefsetVersion
from give_ld.model.person import ReferencePerson, SnapshotHeader
from give_ld.model.status import Status
from give_ld.rdf.namespaces import DCT, PROV, RDFS, SCHEMA, WIKIDATA
from give_ld.rdf.people import GROUNDS
from give_ld.rdf.proposals import ROLES
from give_ld.rdf.reading.kept import Kept
from give_ld.rdf.reading.nodes import Node, made, meaning


def read_admission(node: Node, kept: Kept) -> Admission:
    """Return the decision to admit a person that a node describes, with the person; photos and user are kept elsewhere.

    Raises:
        BadInput: the graph says too little of it, two things where there is one, or the user is not among those kept.
    """
    graph, person = node.graph, node.ref(f"{PROV}used")
    fields: dict[str, object] = {
        "id": graph.local("refset-decision", node.iri),
        "iri": person.iri,
        "person": _person(node, person, kept),
        "user": _user(node, kept),
        "partner": _partner(node),
        "started": node.text(f"{PROV}startedAtTime"),
        "ended": node.text(f"{PROV}endedAtTime"),
    }
    return made(Admission, node, fields)


def _person(decision: Node, node: Node, kept: Kept) -> ReferencePerson:
    graph, gld = node.graph, node.graph.names.gld
    same = [each.iri.removeprefix(WIKIDATA) for each in node.refs(f"{SCHEMA}sameAs")]
    grounds = {ground: gld + name for ground, name in GROUNDS.items()}
    fields: dict[str, object] = {
        "id": graph.local("refset-person", node.iri),
        "name": node.text(f"{SCHEMA}name"),
        "language": node.language(f"{SCHEMA}name"),
        "given_name": node.text(f"{SCHEMA}givenName"),
        "family_name": node.text(f"{SCHEMA}familyName"),
        "aliases": tuple(node.texts(f"{SCHEMA}alternateName")),
        "wikidata": same[0] if same else None,
        "birth_date": node.text(f"{SCHEMA}birthDate"),
        "death_date": node.text(f"{SCHEMA}deathDate"),
        "photos": kept.photos,
        "ground": meaning(grounds, [decision.ref(f"{gld}ground").iri], decision),
        "ground_note": decision.text(f"{DCT}description"),
    }
    return made(ReferencePerson, node, fields)


def read_validation(node: Node, kept: Kept) -> Validation:
    """Return the decision about a guess that a node describes; the user and the status before are kept elsewhere.

    Raises:
        BadInput: the graph says too little of it, two things where there is one, or a part is not among those kept.
    """
    graph, gld = node.graph, node.graph.names.gld
    grounds, undone = node.refs(f"{gld}decisionReason"), node.refs(f"{gld}undoes")
    played = node.ref(f"{PROV}qualifiedAssociation").ref(f"{PROV}hadRole").iri
    fields: dict[str, object] = {
        "id": graph.local("validation", node.iri),
        "annotation": node.ref(f"{PROV}used").iri,
        "partner": _partner(node),
        "user": _user(node, kept),
        "role": meaning({role: gld + name for role, name in ROLES.items()}, [played], node),
        "verdict": node.text(f"{gld}verdict"),
        "before": _before(node, kept),
        "status": graph.local("status", node.ref(f"{gld}decision").iri),
        "ground": graph.local("decision-reason", grounds[0].iri) if grounds else None,
        "reason": node.text(f"{RDFS}comment"),
        "undoes": graph.local("validation", undone[0].iri) if undone else None,
        "started": node.text(f"{PROV}startedAtTime"),
        "ended": node.text(f"{PROV}endedAtTime"),
    }
    return made(Validation, node, fields)


def _before(node: Node, kept: Kept) -> Status:
    try:
        return kept.before[UUID(node.graph.local("validation", node.iri))]
    except (KeyError, ValueError) as error:
        raise BadInput(f"which status {node.iri} found is not among what is given", rule="reading") from error


def _partner(node: Node) -> str:
    return node.graph.local("organisation", node.ref(f"{PROV}wasAssociatedWith").iri)


def _user(node: Node, kept: Kept) -> str:
    iri = node.ref(f"{PROV}qualifiedAssociation").ref(f"{PROV}agent").iri
    if iri not in kept.users:
        raise BadInput(f"who took {node.iri} is not among the users that are given", rule="reading")
    return kept.users[iri]


def read_refset_version(node: Node) -> RefsetVersion:
    """Return the version of the reference set that a node describes.

    Raises:
        BadInput: the graph says too little of it, or two things where there is one.
    """
    graph = node.graph
    members = tuple(each.iri for each in node.refs(f"{PROV}hadMember"))
    fields: dict[str, object] = {
        "schema": "give-ld-refset/1",
        "version": graph.local("refset-version", node.iri),
        "created": node.text(f"{PROV}generatedAtTime"),
        "persons": len(members),
        "digest": node.text(f"{SCHEMA}sha256"),
    }
    return made(RefsetVersion, node, {"header": made(SnapshotHeader, node, fields), "persons": members})
