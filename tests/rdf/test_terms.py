from datetime import UTC, date, datetime

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from give_ld.errors import BadInput
from give_ld.rdf.namespaces import RDF, XSD
from give_ld.rdf.terms import clock, day, decimal, instant, integer, iri, literal, quad, typed

S, P, G = "<urn:s>", "<urn:p>", "<urn:g>"


def stored(term: str) -> pyoxigraph.Literal:
    """What a store gives back for a term."""
    store = pyoxigraph.Store()
    store.load(input=quad(S, P, term, G).encode(), format=pyoxigraph.RdfFormat.N_QUADS)
    (found,) = store
    assert isinstance(found.object, pyoxigraph.Literal)
    return found.object


@given(st.text())
def test_any_text_survives_the_graph(text: str) -> None:
    assert stored(literal(text)).value == text
    assert stored(literal(text, "nl")).value == text
    assert stored(typed(text, f"{RDF}JSON")).value == text


@pytest.mark.parametrize(
    "text", ['" <urn:a> .\n<urn:b> <urn:c> <urn:d> .', "\\", "a\r\nb", '"', "\x00\x7f\u2028", "\\u0041"]
)
def test_a_text_that_looks_like_syntax_stays_one_literal(text: str) -> None:
    line = quad(S, P, literal(text), G)
    assert "\n" not in line
    assert stored(literal(text)).value == text


@pytest.mark.parametrize("code", [*range(0x300), 0x2028, 0xFDD0, 0xFFFD, 0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF])
def test_every_character_is_written_as_the_store_writes_it(code: int) -> None:
    assert literal(f"a{chr(code)}b") == str(pyoxigraph.Literal(f"a{chr(code)}b"))
    assert literal(chr(code), "nl-BE") == str(pyoxigraph.Literal(chr(code), language="nl-BE"))


def test_half_a_character_is_refused() -> None:
    with pytest.raises(BadInput, match="graph"):
        literal("a\ud800b")
    with pytest.raises(BadInput, match="graph"):
        typed("a\ud800b", f"{XSD}string")


def test_a_language_that_no_store_takes_is_refused() -> None:
    with pytest.raises(BadInput, match="nl-x"):
        literal("a", "nl-x")


@pytest.mark.parametrize(
    "bad", ["x", "http://a/ b", "http://a/<", "http://a/%zz", "http://a/\n", "http://a/\ud800", "http://a/[", ""]
)
def test_what_is_no_iri_is_refused(bad: str) -> None:
    with pytest.raises(BadInput, match="IRI"):
        iri(bad)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_decimal_is_what_the_store_keeps(value: float) -> None:
    term = decimal(value)
    assert str(stored(term)) == term
    assert "e" not in term.partition("^^")[0].lower()


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.94, "0.94"), (1.0, "1"), (-0.31, "-0.31"), (0.0, "0"), (-0.0, "0"), (1e-7, "0.0000001"), (100, "100")],
)
def test_a_decimal_is_written_out(value: float, expected: str) -> None:
    assert decimal(value) == f'"{expected}"^^<{XSD}decimal>'


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_no_number_is_no_decimal(value: float) -> None:
    with pytest.raises(BadInput, match="number"):
        decimal(value)


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (clock(12_480), "00:00:12.48"),
        (clock(0), "00:00:00"),
        (clock(86_399_999), "23:59:59.999"),
        (instant(datetime(2026, 3, 1, 10, 3, 10, tzinfo=UTC)), "2026-03-01T10:03:10Z"),
        (instant(datetime(2026, 3, 1, 10, 3, 10, 120_000, tzinfo=UTC)), "2026-03-01T10:03:10.12Z"),
        (day(date(2026, 2, 20)), "2026-02-20"),
        (integer(-7), "-7"),
    ],
)
def test_a_value_has_the_form_in_which_the_store_keeps_it(term: str, expected: str) -> None:
    assert stored(term).value == expected
    assert str(stored(term)) == term


@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(1, 1, 1)))
def test_any_instant_is_what_the_store_keeps(value: datetime) -> None:
    assert str(stored(instant(value))) == instant(value)
