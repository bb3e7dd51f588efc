import importlib.util
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, Store
from rdflib import RDF
from rdflib.namespace import SH

from give_ld.errors import BadInput
from give_ld.rdf import compile as compiler
from give_ld.rdf.rules import Rules, found
from give_ld.rdf.shacl import Gate, validate
from give_ld.rdf.violation import APPROVED, Violation, read_shapes
from give_ld.resources import read_turtle
from tests.factories import BASE
from tests.rdf import w3c
from tests.rdf.faults import FAULTS, Fault
from tests.rdf.made import everything, everywhere, published, shared
from tests.rdf.test_shapes import CASES, SHAPES, gate, planted

PREFIXES = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://ex.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
# What these two want rests on how rdflib reads a literal: "none"^^xsd:boolean as false, "1"^^xsd:boolean as true.
READ_OTHERWISE = {"core/property/or-datatypes-001.ttl", "core/property/uniqueLang-002.ttl"}
Told = set[tuple[str, str, str | None, str]]


def texts(public: bool) -> list[str]:
    return [text for name, text in read_turtle("shapes", BASE).items() if public or name != APPROVED]


ALL = {public: read_shapes(texts(public)) for public in (False, True)}
PYSHACL = Gate(BASE, queries_first=False)
RULES = {public: Rules(shapes) for public, shapes in ALL.items()}


def told(violations: list[Violation]) -> Told:
    return {(each.focus, each.shape, each.value, each.severity) for each in violations}


def by_queries(store: Store, public: bool) -> Told:
    rows = [
        violation
        for query in RULES[public].queries
        for violation in found(query, store.query(query.select, use_default_graph_as_union=True))
    ]
    return told(rows)


def loaded(*lines: frozenset[str]) -> Store:
    store = Store()
    for part in lines:
        store.load(input="\n".join(part).encode(), format=RdfFormat.N_QUADS)
    return store


@pytest.mark.parametrize(("name", "fault"), CASES)
def test_both_engines_find_the_same_in_a_planted_fault(name: str, fault: Fault) -> None:
    store = loaded(*planted(f"{SHAPES}{name}", fault))
    assert by_queries(store, fault.public) == told(validate(store, ALL[fault.public]))
    assert any(shape == f"{SHAPES}{name}" for _, shape, _, _ in by_queries(store, fault.public))


QUADS = sorted(frozenset().union(*everything().values(), everywhere()))
PUBLIC_QUADS = sorted(frozenset().union(*published().values(), shared()))


@st.composite
def mutated(draw: st.DrawFn) -> tuple[bool, frozenset[str]]:
    """Good quads after a few accidents: some are lost, and some get a subject, predicate or object of others."""
    public = draw(st.booleans())
    quads = PUBLIC_QUADS if public else QUADS
    some = st.sampled_from(quads)
    lost = set(draw(st.lists(some, max_size=6)))
    mixed = draw(st.lists(st.tuples(some, some, some, st.integers(0, 2)), max_size=6))
    return public, frozenset(quads) - lost | {_mixed(*each) for each in mixed}


def _mixed(one: str, other: str, third: str, how: int) -> str:
    first, second, last = (next(iter(pyoxigraph.parse(f"{each}\n", RdfFormat.N_QUADS))) for each in (one, other, third))
    subject, predicate, obj = first.subject, (second if how else first).predicate, (last if how < 2 else second).object
    return f"{subject} {predicate} {obj} {first.graph_name} ."


@settings(max_examples=60, deadline=None)
@given(mutated())
def test_both_engines_find_the_same_in_graphs_with_accidents(accident: tuple[bool, frozenset[str]]) -> None:
    public, quads = accident
    store = loaded(quads)
    assert by_queries(store, public) == told(validate(store, ALL[public]))


@settings(max_examples=60, deadline=None)
@given(mutated(), st.data())
def test_a_gate_tells_of_the_nodes_that_it_judges_what_pyshacl_finds_in_everything(
    accident: tuple[bool, frozenset[str]], data: st.DataObject
) -> None:
    public, quads = accident
    named = sorted({line.partition(" ")[0] for line in quads})
    subjects = data.draw(st.sets(st.sampled_from(named), min_size=1, max_size=8))
    judged = frozenset(line for line in quads if line.partition(" ")[0] in subjects)
    found = (PYSHACL.check_approved if public else PYSHACL.check)(judged, quads - judged)
    store = loaded(quads)
    store.extend(PYSHACL._absences)
    everywhere_found = validate(store, ALL[public])
    assert found == [each for each in everywhere_found if f"<{each.focus}>" in subjects]


def test_the_gate_lets_pass_without_pyshacl_what_breaks_no_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("give_ld.rdf.shacl._violations", lambda *_: pytest.fail("pySHACL was asked"))
    monkeypatch.setattr("give_ld.rdf.shacl._FEW", 0)
    for lines in everything().values():
        assert not [each for each in gate().check(lines, everywhere()) if each.refuses]


def test_threads_share_a_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("give_ld.rdf.shacl._FEW", 0)
    own = Gate(BASE)
    cases = [planted(f"{SHAPES}{name}", FAULTS[name][0]) for name in sorted(FAULTS) if not FAULTS[name][0].public]
    cases += [(lines, everywhere()) for lines in everything().values()]
    alone = [PYSHACL.check(*case) for case in cases]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda case: own.check(*case), cases)) == alone


def w3c_runner(evaluation: Path) -> ModuleType:
    script = evaluation / "conformance" / "shacl-core" / "w3c_shacl.py"
    spec = importlib.util.spec_from_file_location("w3c_shacl", script)
    assert spec
    assert spec.loader
    runner = importlib.util.module_from_spec(spec)
    sys.modules["w3c_shacl"] = runner
    spec.loader.exec_module(runner)
    return runner


@pytest.fixture(scope="module")
def runner(evaluation: Path) -> Iterator[ModuleType]:
    yield w3c_runner(evaluation)
    del sys.modules["w3c_shacl"]


@pytest.mark.evaluation
@pytest.mark.filterwarnings("ignore")
def test_compiled_shapes_before_pyshacl_pass_the_suite_as_pyshacl_does(runner: ModuleType) -> None:
    failed = {
        f"{path}": why
        for path, manifest, test in runner.tests()
        if (why := runner.problem(w3c.validate, path, manifest, test))
    }
    assert len(list(runner.tests())) - len(failed) >= 112, failed


@pytest.mark.evaluation
@pytest.mark.filterwarnings("ignore")
def test_compiled_shapes_find_alone_what_the_suite_wants(runner: ModuleType) -> None:
    compiled = 0
    for path, manifest, test in runner.tests():
        action, expected = manifest.value(test, runner.MF.action), manifest.value(test, runner.MF.result)
        data, shapes = (
            runner.graph_of(manifest, action, role, path) for role in (runner.SHT.dataGraph, runner.SHT.shapesGraph)
        )
        try:
            seen = w3c.compiled(data, shapes)
        except BadInput:
            continue
        name = str(path.relative_to(runner.TESTS))
        compiled += 1
        assert name in READ_OTHERWISE or seen == w3c.wanted(manifest, expected), name
    assert compiled >= 90


@pytest.mark.parametrize(
    ("shape", "named"),
    [
        ("ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:sparql [ sh:select 'SELECT $this {}' ] .", "sh:sparql"),
        ("ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:node ex:S .", "inside itself"),
        ("ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:hasValue [] .", "blank node"),
        (
            "ex:S a sh:PropertyShape ; sh:targetClass ex:C ; sh:path ex:p ; sh:datatype xsd:byte .",
            "byte",
        ),
        ("ex:S a sh:PropertyShape ; sh:targetClass ex:C ; sh:path [ ex:odd ex:p ] ; sh:minCount 1 .", "no path"),
        ("ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:equals ex:p .", "sh:equals"),
        ("ex:C a ex:Own ; sh:parameter ex:P . ex:S a sh:NodeShape ; sh:targetClass ex:C .", "component"),
        (
            "ex:S a sh:PropertyShape ; sh:targetClass ex:C ; sh:path ex:p ; sh:qualifiedMinCount 1 ; "
            "sh:qualifiedValueShape [ sh:class ex:D ] ; sh:qualifiedValueShapesDisjoint true .",
            "sh:qualifiedValueShapesDisjoint",
        ),
    ],
)
def test_what_cannot_be_compiled_is_refused_by_name(shape: str, named: str) -> None:
    with pytest.raises(BadInput, match=named):
        compiler.compile_shapes(read_shapes([PREFIXES + shape]))


def test_every_shape_of_ours_is_compiled_to_one_query() -> None:
    names = [str(query.shape) for query in RULES[True].queries]
    declared = {str(node) for kind in (SH.PropertyShape, SH.NodeShape) for node in ALL[True].subjects(RDF.type, kind)}
    assert len(names) == len(set(names))
    assert set(names) == declared


def test_no_query_asks_for_what_is_not_there() -> None:
    assert not [query for query in RULES[True].queries if "NOT EXISTS" in query.select]


def test_of_data_with_subclasses_the_quick_answer_is_no() -> None:
    assert RULES[False].are_kept(Store())
    below = pyoxigraph.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
    node = pyoxigraph.NamedNode("http://ex.org/a")
    store = Store()
    store.add(pyoxigraph.Quad(node, below, node))
    assert not RULES[False].are_kept(store)
