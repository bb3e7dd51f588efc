"""Which item or partner a graph describes."""

from __future__ import annotations

from give_ld.model.item import Item, Partner
from give_ld.rdf.items import CLASSES
from give_ld.rdf.namespaces import DCT, HA_DESCRIPTION, HA_LICENCE, ORG, PREMIS, RDF, SCHEMA, SKOS
from give_ld.rdf.reading.nodes import Node, made, meaning


def read_item(node: Node) -> Item:
    """Return the item that a node of the private graph describes.

    Raises:
        BadInput: the graph says too little of it, or two things where there is one.
    """
    graph = node.graph
    partner, _, pid = graph.local("item", node.iri).partition("/")
    wholes = [graph.local("item", each.iri).partition("/")[2] for each in node.refs(f"{DCT}isPartOf")]
    fields: dict[str, object] = {
        "pid": pid,
        "partner": partner,
        "title": node.text(f"{SCHEMA}name"),
        "language": node.language(f"{SCHEMA}name"),
        "kind": meaning({kind: HA_DESCRIPTION + name for kind, name in CLASSES.items()}, node.classes(), node),
        "licences": tuple(each.iri.removeprefix(HA_LICENCE) for each in node.refs(f"{SCHEMA}license")),
        "created": node.text(f"{SCHEMA}dateCreated"),
        "collection": node.text(f"{graph.names.gld}collection"),
        "local_ids": tuple(each.text(f"{RDF}value") for each in node.refs(f"{PREMIS}identifier")),
        "also_known_as": tuple(each.iri for each in node.refs(f"{SCHEMA}sameAs")),
        "part_of": wholes[0] if wholes else None,
    }
    return made(Item, node, fields)


def read_partner(node: Node) -> Partner:
    """Return the partner that a node describes.

    Raises:
        BadInput: the graph says too little of it, or two things where there is one.
    """
    fields: dict[str, object] = {
        "id": node.text(f"{ORG}identifier"),
        "name": node.text(f"{SKOS}prefLabel"),
        "language": node.language(f"{SKOS}prefLabel"),
    }
    return made(Partner, node, fields)
