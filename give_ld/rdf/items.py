"""How items and the partners who own them stand in the graphs."""

from __future__ import annotations

from give_ld.model.item import Item, ItemKind, Partner
from give_ld.rdf.annotations import TYPE
from give_ld.rdf.iris import Mint
from give_ld.rdf.namespaces import (
    DCT,
    EDTF,
    HA_DESCRIPTION,
    HA_LICENCE,
    HA_ORGANIZATION,
    MEDIAHAVEN,
    ORG,
    PREMIS,
    PROV,
    SCHEMA,
    SKOS,
)
from give_ld.rdf.terms import Lines, about, iri, literal, quad, typed

_CLASSES = {ItemKind.VIDEO: "Video", ItemKind.AUDIO: "Audio", ItemKind.FILM: "Film", ItemKind.IMAGE: "Image"}


def item_quads(mint: Mint, item: Item) -> Lines:
    """Return what the archive says of an item, in `metadata/{partner}`.

    Raises:
        BadInput: a string that cannot stand in the graph.
    """
    graph = iri(mint.names.graph("metadata", item.partner))
    lines = item_lines(mint, item, graph)
    if item.collection:
        subject = iri(mint.item(item.partner, item.pid))
        lines.append(quad(subject, f"<{mint.names.gld}collection>", literal(item.collection), graph))
    return frozenset(lines)


def item_lines(mint: Mint, item: Item, graph: str) -> list[str]:
    """Return what of an item may be public where its guesses are: not the collection."""
    source = iri(mint.source(item.partner, item.pid))
    pairs = [
        (TYPE, f"<{HA_DESCRIPTION}{_CLASSES[item.kind]}>"),
        (TYPE, f"<{PREMIS}IntellectualEntity>"),
        (f"<{SCHEMA}identifier>", literal(item.pid)),
        (f"<{SCHEMA}name>", literal(item.title, item.language)),
        (f"<{DCT}format>", literal(item.kind)),
        (f"<{SCHEMA}maintainer>", iri(mint.organisation(item.partner))),
        (f"<{PROV}wasDerivedFrom>", source),
        *((f"<{SCHEMA}license>", iri(HA_LICENCE + licence)) for licence in item.licences),
    ]
    if item.created:
        pairs.append((f"<{SCHEMA}dateCreated>", typed(item.created, f"{EDTF}EDTF-level1")))
    record = [(TYPE, f"<{MEDIAHAVEN}Fragment>"), (f"<{SCHEMA}identifier>", literal(item.pid))]
    return [*about(iri(mint.item(item.partner, item.pid)), graph, pairs), *about(source, graph, record)]


def partner_quads(mint: Mint, partner: Partner) -> Lines:
    """Return an institution, in `agent`.

    Raises:
        BadInput: a string that cannot stand in the graph.
    """
    pairs = [
        (TYPE, f"<{ORG}Organization>"),
        (TYPE, f"<{HA_ORGANIZATION}ContentPartner>"),
        (TYPE, f"<{PROV}Organization>"),
        (f"<{ORG}identifier>", literal(partner.id)),
        (f"<{SKOS}prefLabel>", literal(partner.name, partner.language)),
    ]
    return frozenset(about(iri(mint.organisation(partner.id)), iri(mint.names.graph("agent")), pairs))
