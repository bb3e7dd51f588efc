"""The query page in a browser: examples, plots, a map, errors and links, without any script of the page."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.api.test_examples import Served, served

CHROMIUM = shutil.which("chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]
WKT = "http://www.opengis.net/ont/geosparql#wktLiteral"
PLACES = "('Gent' 'POINT(3.72 51.05)'^^?t) ('Luik' 'POINT(5.57 50.63)'^^?t) ('Oostende' 'POINT(2.92 51.23)'^^?t)"
MAP = f"SELECT ?name ?place {{ VALUES (?name ?place) {{ {PLACES.replace('?t', f'<{WKT}>')} }} }}"
DAYS = "('2026-03-01' 4) ('2026-03-02' 9) ('2026-03-05' 2) ('2026-03-09' 12)"
LINE = f"""PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT ?day ?approved {{ VALUES (?text ?approved) {{ {DAYS} }} BIND(xsd:date(?text) AS ?day) }}"""
pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

__all__ = ["served"]


@pytest.fixture(params=["light", "dark"])
def page(request: pytest.FixtureRequest) -> Iterator[Page]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (Debian: chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        context = browser.new_context(locale="nl-BE", color_scheme=request.param, java_script_enabled=False)
        yield context.new_page()
        browser.close()


def shot(page: Page, name: str) -> None:
    """Keep a picture where GIVE_LD_SCREENSHOTS says, for people to look at."""
    if directory := os.environ.get("GIVE_LD_SCREENSHOTS"):
        page.screenshot(path=Path(directory) / f"{name}.png", full_page=True)


def ask(page: Page, query: str) -> None:
    page.get_by_label("Vraag", exact=True).fill(query)
    page.get_by_role("button", name="Stel de vraag").click()


def test_a_visitor_picks_an_example_and_sees_table_plot_and_map(
    served: Served, page: Page, request: pytest.FixtureRequest
) -> None:
    look = request.node.callspec.params["page"]
    page.goto(f"{served.url}/sparql")
    shot(page, f"query-empty-{look}")
    page.get_by_role("link", name="Wie en wat het vaakst vermeld wordt").click()
    page.get_by_role("cell", name="Ada Lovelace").wait_for()
    assert page.get_by_role("img", name="Staven: items, name").count() == 1
    shot(page, f"query-bars-{look}")
    page.goto(page.get_by_label("Link naar deze vraag").input_value())
    page.get_by_role("cell", name="Ada Lovelace").wait_for()
    page.get_by_role("link", name="Hoe zeker de software was").click()
    page.get_by_role("img", name="Punten: confidence, score").wait_for()
    shot(page, f"query-dots-{look}")
    ask(page, LINE)
    page.get_by_role("img", name="Lijn: approved, day").wait_for()
    shot(page, f"query-line-{look}")
    ask(page, MAP)
    page.get_by_role("img", name="Kaart").wait_for()
    page.get_by_text("Getekende plaatsen: 3, tussen").wait_for()
    shot(page, f"query-map-{look}")
    page.set_viewport_size({"width": 380, "height": 800})
    shot(page, f"query-map-narrow-{look}")
    page.set_viewport_size({"width": 1280, "height": 720})
    ask(page, "SELECT * {\n  ?s ?p ?o\n  FILTR(?o > 1)\n}")
    page.get_by_role("alert").get_by_text("regel 3").wait_for()
    shot(page, f"query-error-{look}")
    page.get_by_role("link", name="français").click()
    page.get_by_text("La requête est illisible").wait_for()
    page.goto(f"{served.url}/.well-known/void")
    page.get_by_role("heading", name="De publieke dataset").wait_for()
    shot(page, f"void-{look}")
