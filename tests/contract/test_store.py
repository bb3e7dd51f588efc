"""What every store must do, whatever engine lies behind it: each test runs on each of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad

from give_ld.errors import BadInput, BadQuery
from give_ld.store.opening import open_store
from give_ld.store.protocol import Store
from give_ld.store.remote import RemoteStore

S, P, G, H = "<http://ex.org/s>", "<http://ex.org/p>", "<http://ex.org/g>", "<http://ex.org/h>"
ALL = "SELECT ?s ?p ?o { ?s ?p ?o }"
# Every datatype of XML Schema that the public graph has, in the form in which Oxigraph stores it.
VALUES = [
    ("decimal", "0.94"),
    ("decimal", "1"),
    ("decimal", "-0.31"),
    ("integer", "58"),
    ("boolean", "true"),
    ("date", "1815-12-10"),
    ("gYear", "1815"),
    ("time", "00:00:12.48"),
    ("time", "00:00:07"),
    ("dateTime", "2026-03-01T11:00:21Z"),
    ("dateTime", "2026-03-01T11:00:21.5Z"),
    ("anyURI", "https://example.org/"),
]


@pytest.fixture(params=["embedded", "oxigraph", "virtuoso"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    store: Store
    if request.param == "embedded":
        store = open_store(tmp_path / "store")
    else:
        store = RemoteStore(request.getfixturevalue(request.param))
        store.apply(list(store.lines()), [])
    yield store
    store.close()


def test_the_same_change_twice_is_the_same_as_once(store: Store) -> None:
    for _ in range(2):
        store.apply([f'{S} {P} "old" {G} .'], [f'{S} {P} "new" {G} .'])
    assert list(store.lines()) == [f'{S} {P} "new" {G} .']
    assert store.count() == 1


def test_what_is_removed_and_added_in_one_call_stays(store: Store) -> None:
    line = f'{S} {P} "x" {G} .'
    store.apply([line], [line])
    assert list(store.lines()) == [line]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (f'{S} {P} "no end" {G}', "n-quads"),
        (f"{S} {P} .", "n-quads"),
        (f'<relative> {P} "x" {G} .', "n-quads"),
        (f'{S} {P} "no graph" .', "named-graph"),
        (f"{S} {P} _:b {G} .", "no-blank-nodes"),
    ],
)
def test_a_bad_line_is_refused_and_changes_nothing(store: Store, line: str, rule: str) -> None:
    store.apply([], [f'{S} {P} "there" {G} .'])
    with pytest.raises(BadInput) as caught:
        store.apply([f'{S} {P} "there" {G} .'], [f'{S} {P} "good" {G} .', line])
    assert caught.value.rule == rule
    assert list(store.lines()) == [f'{S} {P} "there" {G} .']


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back_as_it_went_in(store: Store, text: str) -> None:
    quad = Quad(NamedNode("http://ex.org/s"), NamedNode("http://ex.org/p"), Literal(text), NamedNode("http://ex.org/g"))
    store.apply([], [f"{quad} ."])
    rows = store.query_graphs(ALL, ["http://ex.org/g"])
    store.apply([f"{quad} ."], [])
    assert [row["o"] for row in rows] == [Literal(text)]
    assert store.count() == 0


def test_subjects_are_removed_from_one_graph_only(store: Store) -> None:
    store.apply(
        [], [f'{S} {P} "1" {G} .', f'{S} {P} "2" {G} .', f'{S} {P} "1" {H} .', f'<http://ex.org/t> {P} "3" {G} .']
    )
    store.remove_subjects("http://ex.org/g", ["http://ex.org/s", "http://ex.org/unknown"])
    assert sorted(store.lines()) == [f'{S} {P} "1" {H} .', f'<http://ex.org/t> {P} "3" {G} .']
    with pytest.raises(BadInput, match="IRI"):
        store.remove_subject("http://ex.org/g", "a> ?p ?o } ; CLEAR ALL #")


def test_what_a_subject_says_is_replaced_in_one_graph(store: Store) -> None:
    store.apply([], [f'{S} {P} "1" {G} .', f'{S} {P} "2" {G} .', f'{S} {P} "1" {H} .'])
    other = f'<http://ex.org/t> {P} "3" {G} .'
    store.say_anew("http://ex.org/g", ["http://ex.org/s"], [f'{S} {P} "2" {G} .', f'{S} {P} "4" {G} .', other])
    said = [f'{S} {P} "1" {H} .', f'{S} {P} "2" {G} .', f'{S} {P} "4" {G} .', other]
    assert sorted(store.lines()) == sorted(said)
    store.say_anew("http://ex.org/g", ["http://ex.org/s"], [])
    assert sorted(store.lines()) == sorted([said[0], other])


@pytest.mark.parametrize(
    "sparql",
    [
        "SELECT ?o { ?s ?p ?o }",
        "SELECT ?o { GRAPH ?g { ?s ?p ?o } }",
        "SELECT ?o { GRAPH <http://ex.org/h> { ?s ?p ?o } }",
        "SELECT ?o { { SELECT ?o { GRAPH ?any { ?s ?p ?o } } } }",
    ],
)
def test_a_query_sees_no_graph_but_those_it_was_given(store: Store, sparql: str) -> None:
    store.apply([], [f'{S} {P} "mine" {G} .', f'{S} {P} "secret" {H} .'])
    rows = store.query_graphs(sparql, ["http://ex.org/g"])
    assert "secret" not in {row["o"].value for row in rows}
    assert store.query_graphs(sparql, []) == []


@pytest.mark.parametrize("dataset", ["FROM <http://ex.org/h>", "from named <http://ex.org/h>"])
def test_a_query_that_says_itself_what_it_is_about_is_refused(store: Store, dataset: str) -> None:
    store.apply([], [f'{S} {P} "secret" {H} .'])
    for ask, form in ((store.query_graphs, "SELECT ?o"), (store.construct_graphs, "CONSTRUCT { ?s ?p ?o }")):
        with pytest.raises(BadQuery, match="FROM"):
            ask(f"{form} {dataset} WHERE {{ ?s ?p ?o }}", ["http://ex.org/g"])


def test_bindings_fill_variables_and_absent_values_are_left_out(store: Store) -> None:
    store.apply([], [f'{S} {P} "x" {G} .', f'<http://ex.org/t> {P} "y" {G} .'])
    sparql = "SELECT ?s ?o ?none { ?s ?p ?o OPTIONAL { ?s <http://ex.org/none> ?none } }"
    rows = store.query_graphs(sparql, ["http://ex.org/g"], {"s": NamedNode("http://ex.org/t")})
    assert [row["o"].value for row in rows] == ["y"]
    assert "none" not in rows[0]


def test_a_construct_gives_each_triple_once(store: Store) -> None:
    store.apply([], [f'{S} {P} "x" {G} .', f'{S} {P} "x" {H} .'])
    triples = store.construct_graphs("CONSTRUCT WHERE { ?s ?p ?o }", ["http://ex.org/g", "http://ex.org/h"])
    assert [str(triple.object) for triple in triples] == ['"x"']
    with pytest.raises(BadQuery):
        store.construct_graphs("ASK {}", [])
    with pytest.raises(BadQuery, match="1:"):
        store.query_graphs("SELECT {", [])


def test_graphs_and_quads_are_named_and_counted(store: Store) -> None:
    lines = [f'{S} {P} "x" {G} .', f'{S} {P} "x" {H} .', f'{S} {P} "y"@nl {H} .']
    assert (store.graph_names(), store.count()) == ([], 0)
    store.apply([], lines)
    assert (store.graph_names(), store.count()) == (["http://ex.org/g", "http://ex.org/h"], 3)
    assert sorted(store.lines()) == lines
    store.apply(lines, [])
    assert (store.graph_names(), store.count()) == ([], 0)


@pytest.mark.parametrize(
    "term",
    [
        *(f'"{value}"^^<http://www.w3.org/2001/XMLSchema#{name}>' for name, value in VALUES),
        '"2026-01-01"^^<http://id.loc.gov/datatypes/edtf/EDTF-level1>',
        '"g"@nl',
        '"g"@nl-be',
        "<http://ex.org/o>",
        "<http://ex.org/id#t=npt:1.5,2&xywh=pixel:1,2,3,4>",
        '"a\\nb"',
    ],
)
def test_terms_come_back_with_type_and_language(store: Store, term: str) -> None:
    store.apply([], [f"{S} {P} {term} {G} ."])
    assert [str(row["o"]) for row in store.query_graphs(ALL, ["http://ex.org/g"])] == [term]
    assert [
        str(triple.object) for triple in store.construct_graphs("CONSTRUCT WHERE { ?s ?p ?o }", ["http://ex.org/g"])
    ] == [term]


def test_everything_is_asked_as_one_graph(store: Store) -> None:
    store.apply([], [f'{S} {P} "x" {G} .', f'<http://ex.org/t> {P} "x" {H} .'])
    joined = "SELECT ?a ?b { ?a ?p ?v . ?b ?p ?v FILTER(STR(?a) < STR(?b)) }"
    assert [(row["a"].value, row["b"].value) for row in store.query_everything(joined)] == [
        ("http://ex.org/s", "http://ex.org/t")
    ]
    with pytest.raises(BadQuery):
        store.query_everything("ASK {}")
