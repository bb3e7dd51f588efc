"""What a query says by FROM that it is about."""

from __future__ import annotations

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from give_ld.errors import BadQuery
from give_ld.store.dataset import Dataset, dataset_of, has_dataset, refuse_dataset

G, H = "http://ex.org/g", "http://ex.org/h"


def test_only_the_keyword_says_what_a_query_is_about() -> None:
    assert has_dataset("SELECT * FROM <http://ex.org/g> { ?s ?p ?o }")
    assert has_dataset("SELECT * from <http://ex.org/g> { ?s ?p ?o }")
    assert not has_dataset('SELECT * { ?s ?p "FROM <http://ex.org/g>" ; <http://ex.org/from> ?from }')
    with pytest.raises(BadQuery, match="FROM"):
        refuse_dataset("SELECT * FROM <http://ex.org/g> { ?s ?p ?o }")


@pytest.mark.parametrize(
    ("text", "default", "named"),
    [
        ("SELECT * FROM <http://ex.org/g> FROM <http://ex.org/h> {}", (G, H), ()),
        ("SELECT * FROM<http://ex.org/g>FROM NAMED<http://ex.org/h>{}", (G,), (H,)),
        ("PREFIX ex: <http://ex.org/> select * from ex:g from named ex:h where {}", (G,), (H,)),
        ("PREFIX : <http://ex.org/> # FROM <x>\nASK FROM :g {}", (G,), ()),
        ("BASE <http://ex.org/> CONSTRUCT { ?s a ?from } FROM <g> WHERE { ?s a ?from }", (G,), ()),
        ("SELECT * FROM <g> FROM NAMED <h> {}", (G,), (H,)),
        ("SELECT * FROM NAMED <http://ex.org/h> { GRAPH ?g { ?s ?p 'FROM <http://ex.org/g>' } }", (), (H,)),
        ("DESCRIBE <http://ex.org/x> FROM <http://ex.org/g>", (G,), ()),
    ],
)
def test_the_graphs_are_read_with_prefixes_and_base(
    text: str, default: tuple[str, ...], named: tuple[str, ...]
) -> None:
    assert dataset_of(text, "http://ex.org/sparql") == Dataset(default, named)


@pytest.mark.parametrize(
    "text", ["SELECT * FROM {}", "SELECT * FROM unknown:g {}", "SELECT * {} LIMIT 1FROM <http://x/>"]
)
def test_what_cannot_be_read_for_sure_is_left_to_the_engine(text: str) -> None:
    assert dataset_of(text, None) is None


CLAUSES = st.lists(st.tuples(st.booleans(), st.integers(0, 3)), max_size=6)
WAYS = st.sampled_from(["<http://ex.org/%s>", "ex:%s", "<%s>"])
WHERE = "{ { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"


@given(CLAUSES, WAYS)
def test_a_query_means_the_same_whether_it_or_the_caller_says_the_graphs(
    clauses: list[tuple[bool, int]], way: str
) -> None:
    store, node = pyoxigraph.Store(), pyoxigraph.NamedNode
    for i in range(4):
        store.add(pyoxigraph.Quad(node(f"{G}/s"), node(f"{G}/p"), node(f"{G}/o{i}"), node(f"http://ex.org/{i}")))
    said = " ".join(f"FROM {'NAMED ' if named else ''}{way % graph}" for named, graph in clauses)
    text = f"PREFIX ex: <http://ex.org/> SELECT DISTINCT ?o ?g {said} {WHERE}"
    dataset = dataset_of(text, "http://ex.org/")
    assert dataset is not None
    assert has_dataset(text) is bool(clauses)
    if clauses:
        default, named = (list(map(node, part)) for part in (dataset.default, dataset.named))
        rows = store.query(text, base_iri="http://ex.org/", default_graph=[*default], named_graphs=[*named])
        assert {str(row) for row in rows} == {str(row) for row in store.query(text, base_iri="http://ex.org/")}
