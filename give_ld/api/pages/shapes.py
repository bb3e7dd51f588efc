"""How the shapes look on a page: a file after the other, each rule with what it is for and its message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rdflib import RDF, BNode, Graph, URIRef
from rdflib.collection import Collection
from rdflib.namespace import SH
from rdflib.term import Node

from give_ld.api.pages.ontology_words import WORDS
from give_ld.api.pages.words import short_name
from give_ld.rdf.ontology import LANGUAGES


@dataclass(frozen=True)
class Rule:
    """One shape: its IRI and anchor, which nodes it looks at, along which path, and its message."""

    iri: str
    anchor: str
    target: str
    path: str
    message: str


def shapes_values(files: Mapping[str, str], base: str, lang: str) -> dict[str, object]:
    """Return what the template `shapes.html` shows of the Turtle files by name."""
    sections = [
        (name, text.partition("\n")[0].removeprefix("# "), _rules(text, base, lang)) for name, text in files.items()
    ]
    return {"iri": f"{base}/shapes", "sections": sections, "languages": LANGUAGES, "t": WORDS[lang]}


def _rules(text: str, base: str, lang: str) -> list[Rule]:
    graph = Graph().parse(data=text, format="turtle")
    found = [shape for kind in (SH.PropertyShape, SH.NodeShape) for shape in graph.subjects(RDF.type, kind)]
    return [_rule(graph, shape, base, lang) for shape in sorted(each for each in found if isinstance(each, URIRef))]


def _rule(graph: Graph, shape: URIRef, base: str, lang: str) -> Rule:
    targets = [*graph.objects(shape, SH.targetClass), *graph.objects(shape, SH.targetSubjectsOf)]
    messages = {getattr(text, "language", None): str(text) for text in graph.objects(shape, SH.message)}
    return Rule(
        iri=str(shape),
        anchor=str(shape).removeprefix(f"{base}/shapes#"),
        target=", ".join(sorted(_short(target, base) for target in targets)),
        path=" | ".join(sorted(_path(graph, path, base) for path in graph.objects(shape, SH.path))),
        message=messages.get(lang, ""),
    )


def _path(graph: Graph, path: Node, base: str) -> str:
    """Return a property path as SPARQL writes it."""
    if not isinstance(path, BNode):
        return _short(path, base)
    if (inverse := graph.value(path, SH.inversePath)) is not None:
        return f"^{_path(graph, inverse, base)}"
    if (choices := graph.value(path, SH.alternativePath)) is not None:
        return f"({' | '.join(_steps(graph, choices, base))})"
    return f"{' / '.join(_steps(graph, path, base))}"


def _steps(graph: Graph, first: Node, base: str) -> Iterator[str]:
    return (_path(graph, step, base) for step in Collection(graph, first))


def _short(node: Node, base: str) -> str:
    own = str(node).removeprefix(f"{base}/ns#")
    return f"gld:{own}" if own != str(node) else short_name(own)
