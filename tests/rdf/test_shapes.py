from functools import cache

import pytest
from pyoxigraph import RdfFormat, Store
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from give_ld.rdf.shacl import Gate, validate
from give_ld.rdf.terms import Lines, integer
from give_ld.rdf.violation import APPROVED, messages_of, read_shapes
from give_ld.resources import read_turtle
from tests.factories import BASE
from tests.rdf.faults import FAULTS, Deed, Fault
from tests.rdf.made import everything, everywhere, published, shared

SHAPES = f"{BASE}/shapes#"
CASES = [pytest.param(name, fault, id=f"{name}-{n}") for name, all_ in FAULTS.items() for n, fault in enumerate(all_)]


@cache
def gate() -> Gate:
    return Gate(BASE)


@cache
def shapes_by_file() -> dict[str, Graph]:
    return {name: read_shapes([text]) for name, text in read_turtle("shapes", BASE).items()}


@cache
def all_shapes() -> Graph:
    return read_shapes(read_turtle("shapes", BASE).values())


def targeted(graph: Graph) -> set[Node]:
    """The shapes that have a name; those inside them have none."""
    return {node for kind in (SH.PropertyShape, SH.NodeShape) for node in graph.subjects(RDF.type, kind)}


def focus_nodes(shape: str, lines: Lines) -> set[str]:
    """The nodes among the subjects of some lines that a shape looks at."""
    graph, node = all_shapes(), URIRef(shape)
    typed_as = {f" <{RDF.type}> <{found}> " for found in graph.objects(node, SH.targetClass)}
    having = {f" <{found}> " for found in graph.objects(node, SH.targetSubjectsOf)}
    return {line.split(" ")[0] for line in lines if any(part in line for part in typed_as | having)}


def planted(shape: str, fault: Fault) -> tuple[Lines, Lines]:
    """The made quads with the fault in them, and the context without what it is about."""
    made = published() if fault.public and fault.made in published() else everything()
    lines = made[fault.made]
    subjects = focus_nodes(shape, lines)
    if fault.predicate.endswith("wasAssociatedWith") and fault.deed is Deed.SET:
        # The shape looks at the user, the fault is in the decision.
        subjects = {line.split(" ")[0] for line in lines if f"<{fault.predicate}>" in line}
    assert subjects, f"{fault.made} has no node for {shape}"
    after = set(lines)
    for subject in subjects:
        graph = next(line for line in lines if line.startswith(f"{subject} ")).rpartition(" <")[2]
        had = {line for line in lines if line.startswith(f"{subject} <{fault.predicate}> ")}
        assert had or fault.deed is Deed.ADD, f"{subject} has no {fault.predicate} to take away"
        after -= set() if fault.deed is Deed.ADD else had
        after |= set() if fault.deed is Deed.DROP else {f"{subject} <{fault.predicate}> {fault.value} <{graph}"}
    context = shared() if fault.public else everywhere()
    return frozenset(after), frozenset(line for line in context if line.split(" ")[0] not in subjects)


def found(shapes: Graph, lines: Lines, context: Lines) -> set[str]:
    store = Store()
    uncalibrated = "".join(shapes_context())
    store.load(input="\n".join((*lines, *context, uncalibrated)).encode(), format=RdfFormat.N_QUADS)
    return {violation.shape for violation in validate(store, shapes)}


def shapes_context() -> list[str]:
    skos = "http://www.w3.org/2004/02/skos/core#"
    node = f"<{BASE}/id/calibrator/uncalibrated>"
    return [
        f'{node} <{BASE}/ns#method> "none" .\n{node} <{skos}definition> "none"@en .\n',
        f'<{BASE}/id/calibrator/human> <{BASE}/ns#method> "none" .\n',
        f"<{BASE}/id/calibrator/human> <{BASE}/ns#fittedCount> {integer(0)} .\n",
        f'<{BASE}/id/score-kind/unstated> <{skos}notation> "unstated" .\n',
    ]


@pytest.mark.parametrize("name", sorted(everything()))
def test_what_is_made_right_passes_the_gate(name: str) -> None:
    assert not [found for found in gate().check(everything()[name], everywhere()) if found.refuses]


@pytest.mark.parametrize("name", sorted(published()))
def test_what_is_published_passes_the_stricter_gate(name: str) -> None:
    assert gate().check_approved(published()[name], shared()) == []


def test_only_what_is_violated_refuses_and_what_warns_is_told() -> None:
    found = gate().check(everything()["run from elsewhere"])
    assert [(each.shape, each.refuses) for each in found] == [(f"{SHAPES}SoftwareVersionStated", False)]
    lines, context = planted(f"{SHAPES}SoftwareVersionOrUnstated", FAULTS["SoftwareVersionOrUnstated"][0])
    both = gate().check(lines, context)
    assert [each.refuses for each in both] == [True, False]
    assert both[1].shape == f"{SHAPES}SoftwareVersionStated"


def test_the_rules_that_only_warn_are_these() -> None:
    warning = {str(node).removeprefix(SHAPES) for node in all_shapes().subjects(SH.severity, SH.Warning)}
    assert warning == {"ItemLicenceStated", "SoftwareVersionStated", "PersonLinked"}
    assert set(all_shapes().objects(None, SH.severity)) == {SH.Warning}


def test_a_proposal_never_passes_the_gate_to_the_public() -> None:
    violations = gate().check_approved(everything()["face match"], everywhere())
    assert f"{SHAPES}PublicStatus" in {violation.shape for violation in violations}


def test_every_shape_has_a_fault_that_it_must_find() -> None:
    present = {str(node).removeprefix(SHAPES) for node in targeted(all_shapes())}
    assert present == set(FAULTS)


@pytest.mark.parametrize(("name", "fault"), CASES)
def test_a_planted_fault_is_found_by_its_shape(name: str, fault: Fault) -> None:
    lines, context = planted(f"{SHAPES}{name}", fault)
    check = gate().check_approved if fault.public else gate().check
    violations = [violation for violation in check(lines, context) if violation.shape == f"{SHAPES}{name}"]
    assert violations
    assert {"en", "nl", "fr"} == set(violations[0].messages)
    assert all(each.messages == messages_of(all_shapes(), URIRef(f"{SHAPES}{name}")) for each in violations)


@pytest.mark.parametrize("name", FAULTS)
def test_without_its_shape_a_fault_passes_unnoticed_by_it(name: str) -> None:
    shape = URIRef(f"{SHAPES}{name}")
    (home,) = [graph for graph in shapes_by_file().values() if shape in targeted(graph)]
    alone, without = Graph(), Graph()
    for triple in home:
        alone.add(triple)
        if triple[0] != shape:
            without.add(triple)
    for fault in FAULTS[name]:
        lines, context = planted(str(shape), fault)
        assert str(shape) in found(alone, lines, context)
        assert str(shape) not in found(without, lines, context)


def test_every_shape_says_what_is_wrong_in_three_languages() -> None:
    for node in targeted(all_shapes()):
        messages = [text for text in all_shapes().objects(node, SH.message) if isinstance(text, Literal)]
        assert isinstance(node, URIRef)
        assert sorted(str(text.language) for text in messages) == ["en", "fr", "nl"], node


def test_the_shapes_are_shacl_core_and_only_the_approved_ones_are_kept_from_the_private_gate() -> None:
    predicates = {str(predicate) for predicate in all_shapes().predicates() if str(predicate).startswith(str(SH))}
    assert not predicates & {str(SH.sparql), str(SH.js), str(SH.rule), str(SH.target)}
    strict = {str(node) for node in targeted(shapes_by_file()[APPROVED])}
    assert all(shape.removeprefix(SHAPES).startswith(("Public", "Fact")) for shape in strict)


def test_the_context_is_not_judged() -> None:
    lines, context = planted(f"{SHAPES}RunOutcome", FAULTS["RunOutcome"][0])
    assert gate().check(everything()["face match"], lines | context) == []


def test_a_violation_names_node_shape_path_and_message_but_not_the_value_in_its_text() -> None:
    lines, context = planted(f"{SHAPES}AnnotationConfidence", FAULTS["AnnotationConfidence"][0])
    (violation,) = gate().check(lines, context)
    assert violation.path.endswith("annotationConfidence")
    assert violation.value == "1.2"
    assert violation.messages["nl"].startswith("een waarschijnlijkheid")
    assert violation.focus in str(violation)
    assert "1.2" not in str(violation)


def test_what_is_no_n_quads_is_refused() -> None:
    with pytest.raises(SyntaxError):
        gate().check(["this is no statement"])
