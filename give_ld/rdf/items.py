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
    HA_OBJECT,
    HA_ORGANIZATION,
    MEDIAHAVEN,
    ORG,
    PREMIS,
    PROV,
    RDF,
    SCHEMA,
    SKOS,
)
from give_ld.rdf.terms import Lines, about, iri, literal, quad, typed

CLASSES = {ItemKind.VIDEO: "Video", ItemKind.AUDIO: "Audio", ItemKind.FILM: "Film", ItemKind.IMAGE: "Image"}


def item_quads(mint: Mint, item: Item) -> Lines:
    """Return what the archive says of an item, in `metadata/{partner}`.

    Raises:
        BadInput: a string that cannot stand in the graph.
    """
    graph, subject = iri(mint.names.graph("metadata", item.partner)), iri(mint.item(item.partner, item.pid))
    lines = item_lines(mint, item, graph)
    if item.collection:
        lines.append(quad(subject, f"<{mint.names.gld}collection>", literal(item.collection), graph))
    for value in item.local_ids:
        local = iri(mint.local_id(item.partner, item.pid, value))
        lines.append(quad(subject, f"<{PREMIS}identifier>", local, graph))
        lines += about(local, graph, [(TYPE, f"<{HA_OBJECT}LocalIdentifier>"), (f"<{RDF}value>", literal(value))])
    if item.part_of:
        lines += part_lines(mint.item(item.partner, item.part_of), mint.item(item.partner, item.pid), graph)
    return frozenset(lines)


def part_lines(whole: str, part: str, graph: str) -> list[str]:
    """Return that one item is a part of another, said of both; the two are plain IRIs, the graph is a term."""
    return [
        quad(iri(part), f"<{DCT}isPartOf>", iri(whole), graph),
        quad(iri(whole), f"<{DCT}hasPart>", iri(part), graph),
    ]


def item_lines(mint: Mint, item: Item, graph: str) -> list[str]:
    """Return what of an item may be public where its guesses are: no collection, local number or other item."""
    source = iri(mint.source(item.partner, item.pid))
    pairs = [
        (TYPE, f"<{HA_DESCRIPTION}{CLASSES[item.kind]}>"),
        (TYPE, f"<{PREMIS}IntellectualEntity>"),
        (f"<{SCHEMA}identifier>", literal(item.pid)),
        (f"<{SCHEMA}name>", literal(item.title, item.language)),
        (f"<{DCT}format>", literal(item.kind)),
        (f"<{SCHEMA}maintainer>", iri(mint.organisation(item.partner))),
        (f"<{PROV}wasDerivedFrom>", source),
        *((f"<{SCHEMA}license>", iri(HA_LICENCE + licence)) for licence in item.licences),
    ]
    pairs += [(f"<{SCHEMA}sameAs>", iri(other)) for other in item.also_known_as]
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
