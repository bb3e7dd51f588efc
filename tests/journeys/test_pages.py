"""The pages in a browser: an archivist signs in, decides by keyboard, and everybody sees the fact."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.journeys.conftest import PARTNER, RECORDS, Instance

CHROMIUM = shutil.which("chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]
# An image that is still on its way has no width yet; one that does not come is an error.
LOADED_WIDTH = "image => image.decode().then(() => image.naturalWidth)"
pytestmark = [pytest.mark.ai, pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture(params=["light", "dark"])
def page(request: pytest.FixtureRequest) -> Iterator[Page]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (Debian: chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        context = browser.new_context(locale="nl-BE", color_scheme=request.param)
        opened = context.new_page()
        errors: list[str] = []
        opened.on("pageerror", lambda error: errors.append(str(error)))
        opened.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        yield opened
        browser.close()
        assert errors == []


def shot(page: Page, name: str) -> None:
    """Keep a picture where GIVE_LD_SCREENSHOTS says, for people to look at."""
    if directory := os.environ.get("GIVE_LD_SCREENSHOTS"):
        page.screenshot(path=Path(directory) / f"{name}.png", full_page=True)


def test_an_archivist_approves_by_keyboard_and_everybody_sees_it(
    instance: Instance, page: Page, request: pytest.FixtureRequest
) -> None:
    look = request.node.callspec.params["page"]
    instance.json("ingest", instance.directory / RECORDS, "--as", "machine")
    instance.start()

    page.goto(f"{instance.url}/review/queue")
    assert page.url.endswith("/auth/login")
    page.get_by_text("Aanmelden met een token").first.click()
    page.get_by_label("Token").fill(instance.tokens["Ann"])
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Eileen Collins").wait_for()
    assert "kans dat dit klopt" in page.content()
    assert page.get_by_role("img", name="Uitsnede van het gezicht").evaluate(LOADED_WIDTH) > 0
    shot(page, f"queue-{look}")

    page.get_by_role("button", name="Goedkeuren", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_text("Alles is beslist").wait_for()
    page.goto(f"{instance.url}/review/queue?status=approved")
    page.get_by_role("button", name="Intrekken", exact=True).wait_for()
    shot(page, f"approved-{look}")

    page.goto(f"{instance.url}/id/item/{PARTNER}/demo-portrait")
    page.get_by_role("link", name="Eileen Collins").first.wait_for()
    shot(page, f"item-{look}")
    page.get_by_role("link", name="Waarom staat dit hier, en wie zei dat?").first.click()
    page.get_by_role("heading", name="Waarom staat dit hier?").wait_for()
    assert page.get_by_role("meter").count() == 1
    page.get_by_text("Ann", exact=True).wait_for()
    page.set_viewport_size({"width": 380, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 380
    shot(page, f"why-{look}")
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{instance.url}/why")
    page.get_by_role("button", name="Waarom?").first.wait_for()
    shot(page, f"why-form-{look}")
    page.goto(instance.url)
    shot(page, f"start-{look}")
    page.goto(f"{instance.url}/ns")
    shot(page, f"ontology-{look}")
    page.goto(f"{instance.url}/sparql")
    page.get_by_role("textbox").first.fill("SELECT ?who WHERE { ?item <https://schema.org/mentions> ?who }")
    page.get_by_role("button").first.click()
    page.get_by_text("eileen-collins").first.wait_for()
    shot(page, f"sparql-{look}")
