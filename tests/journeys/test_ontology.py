"""The pages about the model in a browser: on a desk and on a phone, by day and by night, in three languages."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from give_ld.api.pages.ontology import anchor
from give_ld.rdf.ontology import LANGUAGES, Ontology
from tests.journeys.conftest import Instance
from tests.journeys.test_pages import CHROMIUM, QUIET, shot

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
LOOKS = {
    "desk-light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "desk-dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone-light": {"viewport": {"width": 360, "height": 740}, "color_scheme": "light", "has_touch": True},
    "phone-dark": {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark", "has_touch": True},
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """A server over a home with nothing in it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    made = Instance(tmp_path_factory.mktemp("served"), port)
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (Debian: chromium)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture(params=list(LOOKS))
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page without JavaScript of its own, on which nothing may go wrong."""
    context = browser.new_context(locale="fr-BE", **LOOKS[request.param])
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    # What is still under way when the page is left, such as its icon, did not go wrong.
    opened.on("requestfailed", lambda asked: errors.append(asked.url) if asked.failure != "net::ERR_ABORTED" else None)
    yield opened
    context.close()
    assert errors == []


def overflow(page: Page) -> int:
    """How many pixels of the page lie beside the window."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wide


def test_a_reader_finds_a_term_its_picture_and_its_rule(
    served: Instance, page: Page, request: pytest.FixtureRequest
) -> None:
    look = request.node.callspec.params["page"]
    page.goto(f"{served.url}/ns")
    assert page.locator("html").get_attribute("lang") == "fr"
    assert overflow(page) <= 0
    shot(page, f"ontology-{look}")

    page.get_by_role("link", name="Nederlands").click()
    page.get_by_role("heading", name="Begrippenlijsten").wait_for()
    page.locator("nav.contents").get_by_role("link", name="gezichtsmatch", exact=True).click()
    assert page.url.endswith("/ns?lang=nl#FaceMatch")
    assert page.locator("#FaceMatch").evaluate("section => section.getBoundingClientRect().top < innerHeight / 2")
    page.locator("#FaceMatch").get_by_text("waarschijnlijkheid 0,94").wait_for()

    picture = page.get_by_role("img", name="Het model in één blik")
    assert picture.locator("text.label").count() == picture.locator("rect").count() == 10
    boxes = [box.bounding_box() for box in picture.locator("rect").all()]
    assert all(box and box["width"] > 100 for box in boxes)

    page.goto(f"{served.url}/shapes?lang=nl#PublicValidator")
    page.locator("#PublicValidator").get_by_text("publieke gissing").wait_for()
    assert overflow(page) <= 0
    shot(page, f"shapes-{look}")


@pytest.mark.parametrize("page", ["desk-light"], indirect=True)
def test_every_iri_of_the_ontology_lands_on_its_place(served: Instance, page: Page) -> None:
    ontology = Ontology(served.url)
    page.goto(f"{served.url}/ns")
    for iri in ontology.described():
        assert page.locator(f'[id="{anchor(iri, served.url)}"]').get_by_text(iri, exact=True).first.is_visible(), iri
    for iri in (f"{ontology.iri}#scoreKind", f"{served.url}/id/status", f"{served.url}/id/status/approved"):
        page.goto(iri)
        assert page.get_by_text(iri, exact=True).first.is_visible(), iri
    assert page.goto(f"{served.url}/id/status")
    assert page.url.endswith("/ns#scheme-status")


@pytest.mark.parametrize("page", ["phone-dark"], indirect=True)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_language_leaves_a_hole(served: Instance, page: Page, lang: str) -> None:
    page.goto(f"{served.url}/ns?lang={lang}")
    empty = page.evaluate(
        "[...document.querySelectorAll('main p, main h3, main h4, main dd')].filter(e => !e.innerText.trim()).length"
    )
    assert empty == 0
    assert overflow(page) <= 0
