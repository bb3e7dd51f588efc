"""Items as RDF: which syntaxes are read, what of meemoo's shapes becomes an item, and what never happens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat

from give_ld.doors import items_rdf
from give_ld.doors.entrance import Brought, take_in
from give_ld.doors.items_rdf import Said, rdf_format, read_items
from give_ld.doors.origin import read_statement
from give_ld.errors import BadInput, NotUsable
from give_ld.home import Home
from give_ld.items import ItemReport
from give_ld.journal.lookups import find_item
from give_ld.journal.quarantine import entries, quarantined
from give_ld.model.user import User
from give_ld.rdf.namespaces import PREMIS, SCHEMA
from tests.conftest import OTHER, People
from tests.doors.conftest import SAMPLES
from tests.factories import PARTNER, PID

TURTLE = (SAMPLES / "items.ttl").read_bytes()
SYNTAXES = {
    "ttl": RdfFormat.TURTLE,
    "trig": RdfFormat.TRIG,
    "nt": RdfFormat.N_TRIPLES,
    "nq": RdfFormat.N_QUADS,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}


def bring(home: Home, user: User, name: str, content: bytes, partner: str = PARTNER) -> ItemReport:
    report = take_in(home, Brought(name, "items-rdf", content, read_statement({"partner": partner})), user)
    assert isinstance(report, ItemReport)
    return report


@cache
def written(form: RdfFormat) -> bytes:
    """The sample in another syntax."""
    found = pyoxigraph.serialize(
        (quad.triple for quad in pyoxigraph.parse(TURTLE, format=RdfFormat.TURTLE)), format=form
    )
    assert found is not None
    return found


def refusals(said: list[Said]) -> list[str]:
    return [each.fields.rule for each in said if isinstance(each.fields, BadInput)]


@pytest.mark.parametrize("ending", SYNTAXES)
def test_items_come_in_from_every_syntax_and_again_change_nothing(home: Home, people: People, ending: str) -> None:
    name, content = f"items.{ending}", written(SYNTAXES[ending])
    report = bring(home, people.ann, name, content)
    assert (report.recorded, report.refused) == (2, [])
    with home.journal.reading() as db:
        item, radio = find_item(db, PARTNER, PID), find_item(db, PARTNER, "9x8y7z6w5v")
    assert item is not None
    assert (item.title, item.language, item.kind, item.created) == ("Avondjournaal", "nl", "video", "1985-03-01")
    assert item.licences == ("VIAA-PUBLIEK-CONTENT", "VIAA-PUBLIEK-METADATA-ALL")
    assert item.collection == "Het Journaal"
    assert radio is not None
    assert (radio.kind, radio.licences, radio.collection) == ("audio", (), None)
    head = home.journal.head()
    assert bring(home, people.ann, name, content).unchanged == 2
    assert home.journal.head() == head


def test_each_bad_item_is_refused_with_its_line_and_the_rest_is_recorded(home: Home, people: People) -> None:
    report = bring(home, people.ann, "broken.ttl", (SAMPLES / "broken_items.ttl").read_bytes())
    assert report.recorded == 1
    found = {each.rule: (each.line, each.item) for each in report.refused}
    assert found["pid-twice"] == (6, "good1")
    assert found["pid"] == (8, "")
    assert found["kind.missing"] == (9, "nokind1")
    assert found["kind.enum"] == (10, "paper1")
    assert found["title.missing"] == (11, "noname1")
    assert found["licence"] == (12, "licence1")
    assert found["partner"] == (14, "other1")
    assert found["created.string_pattern_mismatch"] == (16, "date1")
    assert quarantined(home.journal) == report.refused
    assert all(b"schema.org" in entry.kept.raw for entry in entries(home.journal))
    assert not any("creativecommons" in each.message for each in report.refused)


def test_an_item_that_was_mended_waits_no_more(home: Home, people: People) -> None:
    bad = TURTLE.replace(b'"1985-03-01"', b'"gisteren"')
    assert bring(home, people.ann, "items.ttl", bad).recorded == 1
    assert len(quarantined(home.journal)) == 1
    assert bring(home, people.ann, "items.ttl", TURTLE).recorded == 1
    assert quarantined(home.journal) == []


def test_items_of_another_partner_are_refused(home: Home, people: People) -> None:
    report = bring(home, people.bob, "items.ttl", TURTLE, OTHER)
    assert {each.rule for each in report.refused} == {"partner"}


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """A server that writes down every request that it gets."""
    seen: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"@context": {"name": "https://schema.org/name"}}')

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Listener)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    server.server_close()


def test_nothing_that_a_file_names_is_ever_fetched(listener: tuple[str, list[str]]) -> None:
    address, seen = listener
    contexts = [f"{address}/c", [f"{address}/c"], {"@import": f"{address}/c", "@version": 1.1}, {"@base": address}]
    for context in contexts:
        page = {"@context": context, "@id": f"{address}/item", "@type": f"{address}/Video", "name": "x"}
        list(read_items(json.dumps(page).encode(), RdfFormat.JSON_LD))
    xml = f'<!DOCTYPE a [<!ENTITY b SYSTEM "{address}/e">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'
    list(read_items(xml.encode(), RdfFormat.RDF_XML))
    assert refusals(list(read_items(json.dumps({"@context": f"{address}/c"}).encode(), RdfFormat.JSON_LD))) == [
        "rdf-context"
    ]
    assert seen == []


@pytest.mark.parametrize(
    ("content", "form", "rule"),
    [
        (b"<urn:a> <urn:b> \n <urn:c", RdfFormat.TURTLE, "rdf"),
        (b"<a> <b> <c> .", RdfFormat.TURTLE, "rdf"),
        (b"<urn:a> <urn:b> <urn:c> .", RdfFormat.TURTLE, "items"),
        (b"", RdfFormat.TURTLE, "items"),
        (b"{" * 200_000, RdfFormat.JSON_LD, "rdf-size"),
        (b'<!doctype a [<!ENTITY b "c">]><a/>', RdfFormat.RDF_XML, "rdf-doctype"),
        ("<!DOCTYPE a>".encode("utf-16"), RdfFormat.RDF_XML, "rdf-doctype"),
        (b"\xff\xfe", RdfFormat.RDF_XML, "rdf"),
    ],
)
def test_what_is_no_rdf_or_holds_no_item_is_refused_whole(content: bytes, form: RdfFormat, rule: str) -> None:
    (said,) = read_items(content, form)
    assert refusals([said]) == [rule]
    assert said.raw == content


def test_a_file_over_the_limits_is_refused_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as smaller:
        smaller.setattr(items_rdf, "STATEMENTS", 3)
        assert refusals(list(read_items(TURTLE, RdfFormat.TURTLE))) == ["rdf-size"]
    monkeypatch.setattr(items_rdf, "SECONDS", -1.0)
    assert refusals(list(read_items(TURTLE, RdfFormat.TURTLE))) == ["rdf-size"]


def nested(form: RdfFormat, depth: int) -> bytes:
    """RDF in which a thing stands within a thing within a thing."""
    if form == RdfFormat.JSON_LD:
        return b'{"urn:b":' * depth + b'"\\"{["' + b"}" * depth
    if form == RdfFormat.RDF_XML:
        names = b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:a="urn:a:"'
        return b"<rdf:RDF " + names + b">" + b"<a:A><a:b>" * depth + b"</a:b></a:A>" * depth + b"</rdf:RDF>"
    return b"<urn:a> <urn:b> " + b"<<( <urn:a> <urn:b> " * depth + b"1" + b" )>>" * depth + b" ."


@pytest.mark.parametrize("form", [RdfFormat.JSON_LD, RdfFormat.RDF_XML, RdfFormat.TURTLE, RdfFormat.TRIG])
def test_what_is_nested_too_deep_is_refused_before_the_parser_goes_down_with_it(form: RdfFormat) -> None:
    for depth in (5_000, 100_000):
        assert refusals(list(read_items(nested(form, depth), form))) == ["rdf-size"]
    assert refusals(list(read_items(nested(form, 50), form))) == ["items"]


def test_xml_that_was_cut_off_is_no_item_of_which_the_rest_was_never_said() -> None:
    whole = written(RdfFormat.RDF_XML)
    assert refusals(list(read_items(whole, RdfFormat.RDF_XML))) == []
    for end in (b"</rdf:RDF>", b"schema:license"):
        (said,) = read_items(whole[: whole.rindex(end)] if end in whole else whole[:-1], RdfFormat.RDF_XML)
        assert refusals([said]) == ["rdf"]


def test_the_lines_of_many_items_are_found_in_one_pass() -> None:
    said = [f'<urn:x/p{n}> a <{PREMIS}IntellectualEntity> ; <{SCHEMA}identifier> "p{n}" .' for n in range(20_000)]
    read = list(read_items("\n".join(said).encode(), RdfFormat.TURTLE))
    assert [each.line for each in read] == list(range(1, 20_001))


def test_a_name_or_a_media_type_says_the_syntax() -> None:
    assert [rdf_format(f"a.{ending}") for ending in SYNTAXES] == list(SYNTAXES.values())
    assert rdf_format("upload", "text/turtle; charset=utf-8") == RdfFormat.TURTLE
    assert rdf_format("a.json") == RdfFormat.JSON_LD
    assert [rdf_format(name) for name in ("items.csv", "upload", "ttl")] == [None, None, None]
    with pytest.raises(NotUsable, match="syntax"):
        list(read_items(b"", None))


@settings(max_examples=120, deadline=None)
@given(form=st.sampled_from(sorted(SYNTAXES)), data=st.data())
def test_whatever_stands_in_a_file_is_read_or_refused(form: str, data: st.DataObject) -> None:
    content = written(SYNTAXES[form])
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 30)))
    other = data.draw(st.binary(max_size=8) | st.text(alphabet='<>"@^_:[](){}.;, \n\\u00', max_size=12).map(str.encode))
    for said in read_items(content[:start] + other + content[end:], SYNTAXES[form]):
        assert said.line > 0
        assert isinstance(said.fields, dict) or said.fields.message


def test_numbers_of_the_archive_other_identifiers_and_the_whole_come_in(home: Home, people: People) -> None:
    said = b"""
        @prefix dct: <http://purl.org/dc/terms/> . @prefix schema: <https://schema.org/> .
        @prefix premis: <http://www.loc.gov/premis/rdf/v3/> .
        @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
        <urn:a> a premis:IntellectualEntity ; schema:identifier "part1" ; schema:name "Deel 1"@nl ; dct:format "video" ;
          premis:identifier [ rdf:value "BRT-1986/12" ] , "Band 7" ; schema:sameAs <https://hdl.handle.net/1/2> ;
          dct:isPartOf <https://made.example.org/id/item/OR-abc1234/series1> .
        <urn:b> a premis:IntellectualEntity ; schema:identifier "part2" ; schema:name "Deel 2"@nl ; dct:format "video" ;
          dct:isPartOf <urn:x/one> , <urn:x/two> .
    """
    report = bring(home, people.ann, "parts.ttl", said)
    assert [each.rule for each in report.refused] == ["parts"]
    with home.journal.reading() as db:
        item = find_item(db, PARTNER, "part1")
    assert item is not None
    assert (item.local_ids, item.also_known_as) == (("BRT-1986/12", "Band 7"), ("https://hdl.handle.net/1/2",))
    assert item.part_of == "series1"
