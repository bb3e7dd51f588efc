"""What of a result is drawn: bars, a line, dots or a map, and nothing where it has none of these."""

from __future__ import annotations

import math
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from give_ld.api.pages.columns import columns
from give_ld.api.pages.places import Map, map_of
from give_ld.api.pages.plot import Plot, plot_of
from give_ld.api.pages.scale import Scale
from give_ld.rdf.namespaces import XSD

WKT = "http://www.opengis.net/ont/geosparql#wktLiteral"
Term = dict[str, str]
Row = tuple[Term | None, ...]


def lit(value: object, datatype: str = "") -> Term:
    known = {"WKT": WKT, "": ""}.get(datatype, XSD + datatype)
    return {"type": "literal", "value": str(value), **({"datatype": known} if known else {})}


def plot(*rows: Row) -> Plot | None:
    return plot_of(_columns(rows, [f"v{place}" for place in range(len(rows[0]))]))


def a_map(*rows: Row, names: str = "name place") -> Map | None:
    return map_of(_columns(rows, names.split()))


def _columns(rows: tuple[Row, ...], names: list[str]) -> Any:
    return columns(names, [{name: term for name, term in zip(names, row, strict=True) if term} for row in rows])


def test_names_and_numbers_are_bars_as_long_as_their_numbers() -> None:
    rows = (lit("Gent"), lit(4, "integer")), (lit("Brugge"), lit(2, "integer")), (lit("x" * 50), lit(0, "integer"))
    drawn = plot(*rows)
    assert drawn is not None
    assert (drawn.kind, drawn.x_name, drawn.y_name) == ("bars", "v0", "v1")
    assert drawn.bars[0].width == pytest.approx(2 * drawn.bars[1].width)
    assert drawn.bars[2].width == 0
    assert drawn.bars[2].label.endswith("…")


def test_bars_below_zero_end_where_the_others_begin() -> None:
    drawn = plot((lit("a"), lit("-1", "decimal")), (lit("b"), lit("1", "decimal")))
    assert drawn is not None
    assert drawn.bars[0].x + drawn.bars[0].width == pytest.approx(drawn.bars[1].x)


def test_days_and_numbers_are_a_line_in_the_order_of_the_days() -> None:
    drawn = plot((lit("2026-03-02", "date"), lit(1, "integer")), (lit("2026-03-01", "date"), lit(3, "integer")))
    assert drawn is not None
    assert drawn.kind == "line"
    assert [dot.label for dot in drawn.dots] == ["2026-03-01: 3", "2026-03-02: 1"]
    assert drawn.dots[0].y < drawn.dots[1].y
    assert [tick.label for tick in drawn.x_ticks] == ["2026-03-01", "2026-03-02"]


def test_two_numbers_are_dots() -> None:
    drawn = plot((lit("0.1", "decimal"), lit("0.2", "double")), (lit("0.4", "decimal"), lit("0.9", "double")))
    assert drawn is not None
    assert drawn.kind == "scatter"
    assert len(drawn.dots) == 2


@pytest.mark.parametrize(
    "rows",
    [
        [(lit("a"), lit(1, "integer"))],
        [(lit("a"), lit("b")), (lit("c"), lit("d"))],
        [(lit("a"), lit(1, "integer")), (lit("b"), None)],
        [(lit("a"), lit("INF", "double")), (lit("b"), lit("NaN", "double"))],
        [(lit(1, "integer"),), (lit(2, "integer"),)],
    ],
)
def test_what_has_no_picture_has_none(rows: list[Row]) -> None:
    assert plot(*rows) is None
    assert a_map(*rows, names=" ".join(f"v{place}" for place in range(len(rows[0])))) is None


NUMBERS = st.floats(allow_nan=False, width=32)


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=2))
def test_everything_that_is_drawn_lies_inside_the_picture(pairs: list[tuple[float, float]]) -> None:
    drawn = plot(*((lit(x, "double"), lit(y, "double")) for x, y in pairs))
    if drawn is None:
        assert any(math.isinf(value) for pair in pairs for value in pair)
        return
    for dot in drawn.dots:
        assert 0 <= dot.x <= drawn.size[0]
        assert 0 <= dot.y <= drawn.size[1]
    assert all(-1 <= tick.at <= drawn.size[0] + 1 for tick in drawn.x_ticks)


@given(st.floats(-1e6, 1e6), st.floats(0.001, 1e6))
def test_marks_lie_on_their_axis_and_are_few(low: float, span: float) -> None:
    marks = list(Scale(low, low + span, 0, 100).marks(5))
    assert len(marks) <= 12
    slack = 1e-6 * (1 + abs(low) + span)
    assert all(low - slack <= mark <= low + span + slack for mark in marks)


def test_points_are_placed_by_longitude_and_latitude() -> None:
    drawn = a_map((lit("Gent"), lit("POINT(3.72 51.05)", "WKT")), (lit("Luik"), lit("Point (5.57 50.63)", "WKT")))
    assert drawn is not None
    ghent, liege = drawn.dots
    assert (ghent.label, ghent.x < liege.x, ghent.y < liege.y) == ("Gent", True, True)
    assert drawn.is_labelled


def test_the_axes_of_a_coordinate_system_are_kept_apart() -> None:
    swapped = lit("<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(51.05 3.72)", "WKT")
    plain = lit("<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT(3.72 51.05)", "WKT")
    drawn = a_map((lit("a"), swapped), (lit("b"), plain))
    assert drawn is not None
    assert (drawn.dots[0].x, drawn.dots[0].y) == (drawn.dots[1].x, drawn.dots[1].y)


def test_columns_named_lat_and_long_are_places_too_and_what_is_no_point_is_counted() -> None:
    rows: list[Row] = [
        (lit("Gent"), lit("51.05", "decimal"), lit("3.72", "decimal")),
        (lit("nowhere"), lit("951", "decimal"), lit("3", "decimal")),
        (lit("unknown"), None, None),
    ]
    drawn = a_map(*rows, names="name lat long")
    assert drawn is not None
    assert (len(drawn.dots), drawn.left) == (1, 2)
    assert a_map((lit("road"), lit("LINESTRING(1 2, 3 4)", "WKT"))) is None


def shown(client: TestClient, query: str, lang: str) -> str:
    headers = {"accept": "text/html", "accept-language": lang}
    return client.get("/sparql", params={"query": query}, headers=headers).text


def test_the_page_draws_and_says_what_it_drew(client: TestClient) -> None:
    page = shown(client, "SELECT ?name ?n { VALUES (?name ?n) { ('<b>Gent</b>' 4) ('Brugge' 2) } }", "nl")
    assert "n tegen name: 2 van 2 rijen, van 2 tot 4" in page
    assert "<b>" not in page
    assert page.index("<svg") < page.index("<table")
    page = shown(client, f"SELECT ?n ?p {{ VALUES (?n ?p) {{ ('Gent' 'POINT(3.72 51.05)'^^<{WKT}>) }} }}", "fr")
    assert "Lieux dessinés : 1, entre 3.71° et 3.73° est" in page
    assert "<circle" in page


def test_a_syntax_error_is_shown_where_it_is(client: TestClient) -> None:
    page = shown(client, "SELECT ?s {\n  ?s ?p <b>\n  FILTR(?s)\n}", "fr")
    assert "À la ligne 3, colonne" in page
    assert "<pre>  FILTR(?s)</pre>" in page
    assert "La requête est illisible" in page


def test_a_link_to_share_leads_back_to_the_same_answer(client: TestClient) -> None:
    page = shown(client, "SELECT (1 + 1 AS ?two) {}", "en")
    share = page.partition('readonly value="')[2].partition('"')[0].replace("&amp;", "&")
    assert share.startswith("http://testserver/sparql?query=")
    assert client.get(share, headers={"accept": "text/csv"}).text == "two\r\n2\r\n"
