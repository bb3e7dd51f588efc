"""What auditors take away: CSV without formulas, JSON Lines and PROV-O, whole, in parts, and read back as it was."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode, RdfFormat

from give_ld.model.user import User
from give_ld.rdf.namespaces import PROV, RDF, RDFS, SCHEMA, XSD
from give_ld.trail import table
from give_ld.trail.export import Export, Form, Part
from give_ld.trail.log import Line
from give_ld.trail.prov import trig
from give_ld.trail.wanted import Wanted, sight_of
from tests.factories import MINT, PARTNER
from tests.trail.conftest import HOSTILE, History


def taken(history: History, form: Form, user: User | None = None, wanted: Wanted | None = None) -> str:
    export = Export(history.home.journal, history.home.mint, sight_of(user or history.people.rita))
    part = export.part(wanted or Wanted(), 0, 1000)
    assert part.is_last
    return b"".join(export.written(form, wanted or Wanted(), part)).decode()


def quads(text: str) -> list[pyoxigraph.Quad]:
    return list(pyoxigraph.parse(text.encode(), RdfFormat.TRIG))


def a_line(**changes: object) -> Line:
    fields: dict[str, object] = {"seq": 7, "time": "2026-03-01T11:00:21+00:00", "action": "annotation.decided"}
    fields |= {"actor": "archivist-1", "partner": PARTNER, "hash": "a" * 64, "previous": "b" * 64}
    return Line(**fields | changes)  # type: ignore[arg-type]


def test_every_form_has_the_same_entries(history: History) -> None:
    lines = [json.loads(row) for row in taken(history, Form.JSONL).splitlines()]
    assert [line["seq"] for line in lines] == list(range(1, history.home.journal.head().seq + 1))
    rows = list(table.read(io.StringIO(taken(history, Form.CSV), newline="")))
    texts = [
        {
            name: "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
            for name, value in line.items()
        }
        for line in lines
    ]
    assert rows == texts
    activities = {
        quad.subject for quad in quads(taken(history, Form.TRIG)) if quad.object == NamedNode(f"{PROV}Activity")
    }
    assert {str(each.value).rpartition("/")[2] for each in activities} == {str(line["seq"]) for line in lines}


def test_no_cell_begins_a_formula_and_reading_gives_the_value(history: History) -> None:
    text = taken(history, Form.CSV)
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)
    reasons = {row["reason"] for row in table.read(io.StringIO(text, newline=""))}
    assert HOSTILE in reasons


@given(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.sampled_from(["", "=", "+", "-", "@", "'", "\t", "\r", "\uff1d"]),
)
def test_any_value_is_harmless_and_comes_back(value: str, start: str) -> None:
    (row,) = table.read(io.StringIO(table.header() + table.row(a_line(reason=start + value)), newline=""))
    assert row["reason"] == start + value
    assert not table.harmless(start + value).startswith(("=", "+", "-", "@", "\t", "\r", "\uff1d"))


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_name_and_reason_stay_within_their_literals(reason: str, name: str) -> None:
    said = a_line(
        reason=reason, name=name, decision=f"{MINT.base}/id/validation/1", verdict="approve", status="approved"
    )
    found = quads("".join(trig([said], MINT)))
    literals = {quad.object.value for quad in found if isinstance(quad.object, pyoxigraph.Literal)}
    assert name in literals
    assert reason in literals or not reason
    assert {quad.graph_name for quad in found} == {
        NamedNode(MINT.names.graph("journal")),
        NamedNode(MINT.names.graph("journal-names")),
    }


def test_each_entry_is_an_activity_with_agent_time_what_it_used_and_its_hash(history: History) -> None:
    store = pyoxigraph.Store()
    store.load(taken(history, Form.TRIG).encode(), RdfFormat.TRIG)
    found = store.query(
        """
        PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX premis: <http://www.loc.gov/premis/rdf/v3/>
        PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT ?event ?hash ?name ?used WHERE {
          ?event a prov:Activity ; rdfs:label ?action ; prov:endedAtTime ?time ; prov:wasAssociatedWith ?who .
          ?who a prov:Agent . ?entry prov:wasGeneratedBy ?event ; premis:fixity/rdf:value ?hash .
          OPTIONAL { ?who <https://schema.org/name> ?name } OPTIONAL { ?event prov:used ?used }
        }""",
        use_default_graph_as_union=True,
    )
    rows = list(found)  # type: ignore[arg-type]
    hashes = {row["hash"].value for row in rows}
    assert hashes == {link.hash for link in history.home.journal.entries()}
    about = {row["used"].value for row in rows if row["used"]}
    assert about >= {history.face, history.mention, history.others}
    assert {row["name"].value for row in rows if row["name"]} >= {"Ann", "Bob"}


def test_the_export_keeps_every_shape(history: History) -> None:
    lines = [str(quad) + " ." for quad in quads(taken(history, Form.TRIG))]
    assert history.home.gate.check(lines, []) == []
    assert not [line for line in lines if "_:" in line.split('"')[0]]


def test_the_graph_without_the_names_names_nobody(history: History) -> None:
    graph = NamedNode(history.home.mint.names.graph("journal"))
    said = "\n".join(str(quad.object) for quad in quads(taken(history, Form.TRIG)) if quad.graph_name == graph)
    assert "Ann" not in said.replace("Annotation", "").replace("Ander", "")
    assert {quad.predicate for quad in quads(taken(history, Form.TRIG))} >= {
        NamedNode(f"{RDFS}label"),
        NamedNode(f"{RDF}type"),
        NamedNode(f"{SCHEMA}name"),
    }


@pytest.mark.parametrize("form", list(Form))
def test_names_and_words_go_only_to_who_may_see_them(history: History, form: Form) -> None:
    admin, bob = (taken(history, form, user) for user in (history.people.admin, history.people.bob))
    for text in (admin, bob):
        assert "her portrait" not in text
        assert '"Ann"' not in text
    assert "seen by Bob" in bob
    assert "seen by Bob" not in admin
    assert history.people.ann.id not in bob


def test_parts_follow_each_other_and_make_the_whole(history: History) -> None:
    export = Export(history.home.journal, history.home.mint, sight_of(history.people.rita))
    after, found, parts = 0, list[int](), list[Part]()
    while not parts or not parts[-1].is_last:
        parts.append(export.part(Wanted(), after, 4))
        some = [line.seq for line in export.lines(Wanted(), parts[-1])]
        assert len(some) <= 4
        found, after = found + some, parts[-1].last
    assert found == list(range(1, history.home.journal.head().seq + 1))


def test_a_file_that_was_cut_off_is_no_whole_one(history: History) -> None:
    blocks = list(trig(_lines(history), history.home.mint))
    with pytest.raises(SyntaxError):
        quads("".join(blocks[:-2]))


def test_times_stand_as_the_store_keeps_them() -> None:
    (found,) = (quad.object for quad in quads("".join(trig([a_line()], MINT))) if "endedAtTime" in str(quad.predicate))
    assert str(found) == f'"2026-03-01T11:00:21Z"^^<{XSD}dateTime>'


def _lines(history: History) -> Iterable[Line]:
    return reversed(history.lines(history.people.rita))
