"""The gate's way to a verdict as a validator for W3C's test suite of SHACL: compiled shapes first, then pySHACL."""

import pyoxigraph
import pyshacl
from rdflib import RDF, RDFS, Graph, Literal
from rdflib.namespace import SH, XSD
from rdflib.term import BNode, Node, URIRef

from give_ld.errors import BadInput
from give_ld.rdf.rules import Rules

Term = pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal
Found = set[tuple[Node, str, str | None]]
"""The focus node, the constraint component and the value of each violation."""


def validate(data: Graph, shapes: Graph) -> tuple[bool, Graph]:
    """Return whether data conforms, and the report: an empty one where the compiled shapes let it pass."""
    try:
        if not compiled(data, shapes):
            report = Graph()
            report.add((BNode(), RDF.type, SH.ValidationReport))
            return True, report
    except BadInput:
        pass
    conforms, report, _ = pyshacl.validate(data, shacl_graph=shapes, advanced=True)
    return conforms, report


def compiled(data: Graph, shapes: Graph) -> Found:
    """Return what the compiled shapes find.

    Raises:
        BadInput: a shape cannot be compiled, or a store writes the data in another way.
    """
    store = _store(data)
    return {
        (_node(row["focus"]), row["component"].value, None if row["value"] is None else _text(_node(row["value"])))
        for query in Rules(shapes).queries
        for row in store.query(query.select)
    }


def wanted(manifest: Graph, report: Node) -> Found:
    """Return what a test wants to be found."""
    return {
        (
            _anonymous(manifest.value(result, SH.focusNode)),
            str(manifest.value(result, SH.sourceConstraintComponent)),
            None if (value := manifest.value(result, SH.value)) is None else _text(_anonymous(value)),
        )
        for result in manifest.objects(report, SH.result)
    }


def _store(data: Graph) -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    # The suite wants a node to be of the classes above its own too; ours state all of theirs.
    types = {(node, RDF.type, each) for node, kind in data.subject_objects(RDF.type) for each in _above(data, kind)}
    for subject, predicate, obj in {*data, *types}:
        quad = pyoxigraph.Quad(_term(subject), pyoxigraph.NamedNode(str(predicate)), _term(obj))
        store.add(quad)
        if quad.object not in {each.object for each in store.quads_for_pattern(quad.subject, None, None)}:
            raise BadInput("a store writes this literal in another way", rule="rewritten")
    return store


def _above(data: Graph, kind: Node) -> set[Node]:
    return set(data.transitive_objects(kind, RDFS.subClassOf))


def _term(node: Node) -> Term:
    if isinstance(node, BNode):
        return pyoxigraph.BlankNode(str(node))
    if isinstance(node, Literal):
        kind = None if node.language or node.datatype is None else pyoxigraph.NamedNode(str(node.datatype))
        return pyoxigraph.Literal(str(node), datatype=kind, language=node.language)
    return pyoxigraph.NamedNode(str(node))


def _node(term: Term) -> Node:
    if isinstance(term, pyoxigraph.BlankNode):
        return _anonymous(BNode())
    if isinstance(term, pyoxigraph.NamedNode):
        return URIRef(term.value)
    datatype = None if term.language or term.datatype.value == str(XSD.string) else URIRef(term.datatype.value)
    return Literal(term.value, lang=term.language, datatype=datatype)


def _anonymous(node: Node) -> Node:
    # Two graphs give a blank node two names.
    return BNode("some") if isinstance(node, BNode) else node


def _text(node: Node) -> str:
    return node.n3()
