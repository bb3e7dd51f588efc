"""The JSON-LD context shortens everything that a description can hold, and loses nothing."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pyoxigraph
import pytest
from pyoxigraph import NamedNode, RdfFormat, Store, Triple
from rdflib import Graph

from give_ld.rdf import mapping
from give_ld.rdf.namespaces import RDF
from give_ld.rdf.ontology import read_example
from give_ld.resources import AUTHORED_BASE, read_turtle, resource_directory
from tests.factories import BASE, MINT
from tests.rdf.made import everything, everywhere, published

TYPE = NamedNode(f"{RDF}type")


@cache
def context() -> dict[str, Any]:
    text = (resource_directory("ontology") / "context.jsonld").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)["@context"]
    return found


def expanded(name: str) -> str:
    """The IRI that an `@id` of the context stands for."""
    prefix, _, local = name.partition(":")
    return f"{context()[prefix]}{local}"


def short_names() -> dict[str, list[dict[str, str]]]:
    """The entries of the context by the IRI that they shorten."""
    entries: dict[str, list[dict[str, str]]] = {}
    for entry in context().values():
        found = entry if isinstance(entry, dict) else {"@id": str(entry)}
        if ":" in found["@id"] and not found["@id"].startswith("http"):
            entries.setdefault(expanded(found["@id"]), []).append(found)
    return entries


@cache
def triples() -> frozenset[Triple]:
    """All that any graph of the instance may hold, under the base that the context is written for."""
    lines = [*everywhere(), *mapping.vocabulary_quads(MINT)]
    lines += [line for made in (everything(), published()) for found in made.values() for line in found]
    text = "\n".join(lines).replace(BASE, AUTHORED_BASE)
    return frozenset(quad.triple for quad in pyoxigraph.parse(text, RdfFormat.N_QUADS))


@cache
def shown() -> frozenset[Triple]:
    """The worked example and the vocabulary."""
    texts = read_turtle("ontology", AUTHORED_BASE).values()
    quads = [quad for text in texts for quad in pyoxigraph.parse(text, RdfFormat.TURTLE)]
    return frozenset(quad.triple for quad in [*quads, *pyoxigraph.parse(read_example(AUTHORED_BASE), RdfFormat.TRIG)])


@cache
def compacted() -> Any:
    lines = pyoxigraph.serialize(shown(), None, RdfFormat.N_TRIPLES) or b""
    return json.loads(Graph().parse(data=lines, format="nt").serialize(format="json-ld", context=context()))


def keys_and_types(node: object) -> Iterator[str]:
    """Every key of a document, and every value of `type`."""
    if isinstance(node, list):
        for each in node:
            yield from keys_and_types(each)
    elif isinstance(node, dict):
        for key, value in node.items():
            yield key
            if key == "type":
                yield from [value] if isinstance(value, str) else value
            yield from keys_and_types(value)


def stored(found: frozenset[Triple]) -> set[Triple]:
    """Triples as a store writes them."""
    store = Store()
    store.extend(pyoxigraph.Quad(*triple) for triple in found)
    return {quad.triple for quad in store}


def test_every_property_and_class_has_a_short_name() -> None:
    properties = {found.predicate.value for found in triples() if found.predicate != TYPE}
    classes = {str(found.object.value) for found in triples() if found.predicate == TYPE}
    assert sorted((properties | classes) - set(short_names())) == []


def test_a_property_has_the_type_of_its_values() -> None:
    for found in triples():
        if found.predicate == TYPE:
            continue
        types = {entry.get("@type", "") for entry in short_names()[found.predicate.value]}
        if isinstance(found.object, NamedNode):
            assert types == {"@id"}, found.predicate
        elif found.object.language:
            assert types == {""}, found.predicate
        else:
            datatype = found.object.datatype.value
            wanted = {"@json": f"{RDF}JSON", "": "http://www.w3.org/2001/XMLSchema#string"}
            assert datatype in {wanted.get(name) or expanded(name) for name in types}, found.predicate


def test_a_short_document_keeps_every_triple() -> None:
    back = frozenset(quad.triple for quad in pyoxigraph.parse(json.dumps(compacted()), RdfFormat.JSON_LD))
    assert stored(back) == stored(shown())


def test_a_short_document_is_short() -> None:
    long = {name for name in keys_and_types(compacted()["@graph"]) if ":" in name}
    # The library that shortens does not know @json and writes this one out.
    assert long == {"gld:parameters", "rdf:JSON"}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"parameters": {"b": 2, "a": 0.5}}, f'gld:parameters "{{\\"a\\":0.5,\\"b\\":2}}"^^<{RDF}JSON>'),
        ({"label": "x", "name": {"nl": "Gent"}}, 'schema:name "Gent"@nl'),
        ({"status": "https://give-ld.example.org/id/status/approved"}, "gld:status <https://give-ld.example.org/id/"),
        ({"confidence": "0.94"}, 'ebucore:annotationConfidence "0.94"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
    ],
)
def test_a_short_document_is_read_as_meant(written: dict[str, object], expected: str) -> None:
    document = json.dumps({"@context": context(), "id": "urn:made", **written})
    name, _, value = expected.partition(" ")
    lines = [str(quad.triple) for quad in pyoxigraph.parse(document, RdfFormat.JSON_LD)]
    assert any(f"<{expanded(name)}> {value}" in line for line in lines), lines


def test_the_prefixes_of_the_context_are_those_of_the_instance() -> None:
    assert context()["gld"] == f"{AUTHORED_BASE}/ns#"
