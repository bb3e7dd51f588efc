"""Which tables docs/model.md holds: made from the ontology, the diagram and the worked example.

`make model` writes them into the file; a test holds the file against them.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph
from pyoxigraph import Literal, Quad, RdfFormat

from give_ld.api.pages.diagram import ARROWS, BOXES
from give_ld.api.pages.words import short_name
from give_ld.rdf.namespaces import EBUCORE, RDF, SKOS
from give_ld.rdf.ontology import ALIGNMENTS, CLASS, PRIVATE_GRAPHS, PROPERTY, SCHEME, Ontology, read_example
from give_ld.resources import AUTHORED_BASE

FILE = Path(__file__).parent.parent.parent / "docs" / "model.md"
MEANINGS = {
    "rdf:type": "an annotation in three vocabularies, and of which kind",
    "dct:modified": "when its public description last changed",
    "ebucore:annotationConfidence": "the calibrated probability of being right",
    "ebucore:annotationCurationDateTime": "when it was last decided about",
    "ebucore:annotationType": "the kind as a concept",
    "ebucore:hasAnnotationRelatedAgent": "whom it is about, where that is a person",
    "ebucore:hasAnnotationRelatedArtefact": "who or what it is about",
    "ebucore:hasAnnotationTarget": "the file",
    "ebucore:isAnnotatedMediaResource": "the part of the file, as a Media Fragments URI",
    "oa:hasBody": "the same, for readers of Web Annotation",
    "oa:hasTarget": "the same, for readers of Web Annotation",
    "oa:motivatedBy": "why it was made, for readers of Web Annotation",
    "prov:generatedAtTime": "when the run made it",
    "prov:wasAttributedTo": "the software, with its version and its weights",
    "prov:wasGeneratedBy": "the run: when, on which file, against which reference set",
}


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(heads), ["---"] * len(list(heads)), *map(list, rows)]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def _name(iri: str) -> str:
    """What the tables call a term or a thing: with a prefix, or as its path under /id/."""
    for start, prefix in ((f"{AUTHORED_BASE}/ns#", "gld:"), (f"{AUTHORED_BASE}/id/", "")):
        if iri.startswith(start):
            return prefix + iri.removeprefix(start)
    return short_name(iri)


def _terms(kind: str) -> str:
    ontology = Ontology(AUTHORED_BASE)
    rows = []
    for iri in sorted(ontology.a(kind), key=str.casefold):
        graphs = ontology.graphs(iri)
        seen = "private" if PRIVATE_GRAPHS.issuperset(graphs) else "public"
        near = ", ".join(f"`{_name(link)}`" for link in ontology.links(iri, *ALIGNMENTS))
        rows.append((f"`{_name(iri)}`", ontology.texts(iri, SKOS + "definition")["en"], near or "none", seen))
    return _table(("term", "what it says", "near to", "seen"), rows)


def _schemes() -> str:
    ontology = Ontology(AUTHORED_BASE)
    rows = []
    for scheme in ontology.a(SCHEME):
        concepts = ", ".join(f"`{_name(concept)}`" for concept in ontology.concepts(scheme))
        local = scheme.removeprefix(AUTHORED_BASE)
        rows.append((f"`{local}`", ontology.texts(scheme, SKOS + "definition")["en"], concepts))
    return _table(("scheme", "what it is for", "concepts"), rows)


def _annotation() -> str:
    """Each statement of the approved face match with a confidence in the public graph."""
    quads = [*pyoxigraph.parse(read_example(AUTHORED_BASE), RdfFormat.TRIG)]
    public = [quad for quad in quads if "/graph/public/" in str(quad.graph_name)]
    matches = {quad.subject for quad in public if str(quad.object).endswith("ns#FaceMatch>")}
    sure = (quad for quad in public if quad.predicate.value == EBUCORE + "annotationConfidence")
    match = next(quad.subject for quad in sure if quad.subject in matches)
    said: dict[str, list[str]] = {}
    for quad in sorted((quad for quad in public if quad.subject == match), key=_order):
        said.setdefault(_predicate(quad), []).append(_value(quad.object))
    return _table(
        ("property", "value", "says"), ((f"`{name}`", ", ".join(each), _said(name)) for name, each in said.items())
    )


def _order(quad: Quad) -> tuple[bool, bool, str]:
    name = quad.predicate.value
    return name != RDF + "type", not name.startswith(EBUCORE), name


def _predicate(quad: Quad) -> str:
    return _name(quad.predicate.value)


def _value(term: object) -> str:
    if isinstance(term, Literal):
        return f"`{term.value}`"
    return f"`{_name(str(term).strip('<>'))}`"


def _said(name: str) -> str:
    if name in MEANINGS:
        return MEANINGS[name]
    ontology = Ontology(AUTHORED_BASE)
    return ontology.texts(name.replace("gld:", f"{AUTHORED_BASE}/ns#"), SKOS + "definition")["en"]


def _diagram() -> str:
    ontology = Ontology(AUTHORED_BASE)
    labels = {
        key: box.labels.get("en") or ontology.label(box.iri.replace("gld:", f"{AUTHORED_BASE}/ns#"), "en")
        for key, box in BOXES.items()
    }
    boxes = [f'  {key}["{labels[key]}<br><code>{box.name}</code>"]' for key, box in BOXES.items()]
    ways = {"fact": "==>", "private": "-.->", "": "-->"}
    lines = [f"  {start} {ways[kind]}|{_name(predicate)}| {end}" for start, predicate, _, end, kind in ARROWS]
    return "\n".join(("```mermaid", "flowchart LR", *boxes, *lines, "```"))


BLOCKS: dict[str, Callable[[], str]] = {
    "diagram": _diagram,
    "annotation": _annotation,
    "classes": lambda: _terms(CLASS),
    "properties": lambda: _terms(PROPERTY),
    "schemes": _schemes,
}


def written(text: str) -> str:
    """The text of the file with every block as it should be."""
    for name, block in BLOCKS.items():
        start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        before, _, rest = text.partition(start)
        _, found, after = rest.partition(end)
        assert found, f"docs/model.md has no block {name}"
        text = f"{before}{start}\n{block()}\n\n{end}{after}"
    return text


if __name__ == "__main__":
    FILE.write_text(written(FILE.read_text(encoding="utf-8")), encoding="utf-8")
