"""An archivist at the desk, in a browser: by keyboard, without scripts, after a colleague; nobody is shut out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from give_ld.journal.searching import Sought, find
from give_ld.model.status import Status, Verdict
from give_ld.review.decide import Decision
from tests.factories import PARTNER, PID
from tests.journeys.made_desk import Desk, made_desk

CHROMIUM = shutil.which("chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]
KEYS = "aaaraaauaraaaaraauaa"
pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (Debian: chromium)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with made_desk(tmp_path, faces=24) as made:
        yield made


@dataclass(frozen=True)
class Reader:
    """A page of somebody who has signed in, on which nothing may go wrong."""

    page: Page
    errors: list[str]


def sign_in(page: Page, desk: Desk, who: str = "Ann") -> None:
    page.request.post(f"{desk.url}/auth/login", form={"token": desk.tokens[who]})


def opened(browser: Browser, desk: Desk, who: str = "Ann", **options: object) -> Reader:
    context = browser.new_context(**{"locale": "nl-BE", **options})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    sign_in(page, desk, who)
    return Reader(page, errors)


def waiting(desk: Desk, status: Status = Status.PROPOSED) -> list[str]:
    with desk.home.journal.reading() as db:
        return [row["iri"] for row in find(db, Sought(PARTNER, status=status), 500)]


def heading(page: Page) -> str:
    return page.locator("#desk article.guess").get_attribute("data-local") or ""


def test_twenty_decisions_by_keyboard_need_a_key_each(desk: Desk, browser: Browser) -> None:
    reader = opened(browser, desk)
    page = reader.page
    page.goto(f"{desk.url}/review/desk")
    order = [iri.rpartition("/")[2] for iri in waiting(desk)]
    expect(page.locator("#ahead article")).to_have_count(2)
    for place, key in enumerate(KEYS):
        expect(page.locator("#desk article")).to_have_attribute("data-local", order[place])
        page.keyboard.press(key)
    expect(page.locator("#mine")).to_have_text("20")
    assert len(waiting(desk, Status.APPROVED)) == 15
    assert len(waiting(desk, Status.REJECTED)) == 3
    assert len(waiting(desk, Status.UNSUITABLE)) == 2
    assert page.locator("#left").text_content() == str(len(waiting(desk)))
    assert reader.errors == []


def test_a_decision_is_undone_by_a_key_and_the_guess_is_back(desk: Desk, browser: Browser) -> None:
    reader = opened(browser, desk)
    page = reader.page
    page.goto(f"{desk.url}/review/desk")
    first = heading(page)
    page.keyboard.press("r")
    expect(page.locator("#told")).to_have_text("Marie Curie: afgekeurd.")
    assert heading(page) != first
    page.keyboard.press("z")
    expect(page.locator("#desk article")).to_have_attribute("data-local", first)
    expect(page.locator("#told")).to_have_text("Marie Curie: ongedaan gemaakt.")
    assert waiting(desk, Status.REJECTED) == []
    page.keyboard.press("a")
    expect(page.locator("#mine")).to_have_text("1")
    assert len(waiting(desk, Status.APPROVED)) == 1
    assert reader.errors == []


def test_skipping_and_going_back_decide_nothing_and_typing_is_no_shortcut(desk: Desk, browser: Browser) -> None:
    reader = opened(browser, desk)
    page = reader.page
    page.goto(f"{desk.url}/review/desk")
    before = waiting(desk)
    first = heading(page)
    page.keyboard.press("j")
    expect(page.locator("#desk article")).not_to_have_attribute("data-local", first)
    page.keyboard.press("k")
    expect(page.locator("#desk article")).to_have_attribute("data-local", first)
    page.keyboard.press("n")
    page.keyboard.type("raar, zeker")
    page.keyboard.press("Escape")
    page.keyboard.press("3")
    assert page.locator("#desk textarea[name=reason]").first.input_value() == "raar, zeker"
    assert page.locator("#desk select[name=ground]").first.input_value() == "not-a-name"
    page.keyboard.press("?")
    page.get_by_label("Beslis met één toets").uncheck()
    page.locator("body").press("a")
    assert waiting(desk) == before
    page.reload()
    page.locator("body").press("a")
    assert waiting(desk) == before
    assert reader.errors == []


def test_what_a_colleague_decided_meanwhile_comes_back_with_what_was_typed(desk: Desk, browser: Browser) -> None:
    page = opened(browser, desk).page
    page.goto(f"{desk.url}/review/desk")
    first = heading(page)
    iri = desk.home.mint.names.id("annotation", first)
    desk.home.decide(desk.home.user("Cleo"), Decision(iri, Verdict.UNSUITABLE))
    page.keyboard.press("n")
    page.keyboard.type("een ander gezicht")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.get_by_role("alert").get_by_text("Een collega besliste hier intussen over").wait_for()
    assert heading(page) == first
    assert page.locator("#desk textarea[name=reason]").first.input_value() == "een ander gezicht"
    page.keyboard.press("r")
    expect(page.locator("#mine")).to_have_text("1")
    assert waiting(desk, Status.REJECTED) == [iri]
    # The card that stood there meanwhile was not lost.
    assert heading(page) != first


def test_a_correction_by_keyboard_waits_for_its_answer(desk: Desk, browser: Browser) -> None:
    page = opened(browser, desk).page
    page.goto(f"{desk.url}/review/desk?kind=entity-mention")
    first = heading(page)
    page.keyboard.press("c")
    page.get_by_label("Referentiepersoon (IRI)").first.fill("https://example.org/nobody")
    page.get_by_role("button", name="Verbeteren").click()
    page.get_by_role("alert").get_by_text("Wat ingevuld is, klopt nog niet").wait_for()
    assert heading(page) == first
    page.get_by_label("Referentiepersoon (IRI)").first.fill("")
    page.get_by_label("Typ een naam").first.fill("Antwerp")
    page.locator("#desk .candidates").get_by_role("button", name="Antwerpen", exact=True).click()
    expect(page.get_by_label("Wikidata").first).to_have_value("Q12892")
    page.get_by_role("button", name="Verbeteren").click()
    expect(page.locator("#desk article")).not_to_have_attribute("data-local", first)
    assert len(waiting(desk, Status.APPROVED)) == 1


@pytest.mark.parametrize("has_script", [True, False])
def test_from_the_queue_one_comes_to_where_a_name_is_looked_for(desk: Desk, browser: Browser, has_script: bool) -> None:
    page = opened(browser, desk, java_script_enabled=has_script).page
    page.goto(f"{desk.url}/review/queue")
    mention = page.locator("ol.queue > li").filter(has=page.get_by_role("link", name="Hasselt"))
    local = mention.get_attribute("id") or ""
    mention.get_by_role("link", name="Verbeteren …").click()
    assert heading(page) == local
    page.get_by_label("Typ een naam").first.fill("Antwerp")


def test_without_scripts_an_archivist_decides_skips_and_undoes(desk: Desk, browser: Browser) -> None:
    page = opened(browser, desk, java_script_enabled=False).page
    page.goto(f"{desk.url}/review/desk")
    first = heading(page)
    page.get_by_role("button", name="Goedkeuren").click()
    page.get_by_role("status").get_by_text("Marie Curie: goedgekeurd.").wait_for()
    assert heading(page) != first
    page.get_by_role("button", name="Ongedaan maken").click()
    page.get_by_role("status").get_by_text("Marie Curie: voorgesteld.").wait_for()
    assert heading(page) == first
    page.get_by_role("link", name="Overslaan").click()
    assert heading(page) != first
    assert not page.locator("kbd").first.is_visible()


def test_the_film_stands_at_the_fragment_with_the_box_over_it(tmp_path: Path, browser: Browser) -> None:
    pytest.importorskip("av", reason="needs the extra [ai]")
    with made_desk(tmp_path, faces=6, with_film=True) as desk:
        reader = opened(browser, desk)
        page = reader.page
        page.goto(f"{desk.url}/review/desk?skip=4")
        video = page.locator("#desk video")
        there = "video => video.currentTime > 1.5 || new Promise(done => video.addEventListener('seeked', done))"
        video.evaluate(there)
        assert video.evaluate("video => video.currentTime") == pytest.approx(1.6, abs=0.1)
        frame, box = video.bounding_box(), page.locator("#desk svg.box rect").bounding_box()
        assert frame is not None
        assert box is not None
        assert (box["x"] - frame["x"]) / frame["width"] == pytest.approx(120 / 320, abs=0.02)
        assert box["height"] / frame["height"] == pytest.approx(100 / 180, abs=0.02)
        page.keyboard.press("p")
        video.evaluate("video => !video.paused || new Promise(done => video.addEventListener('play', done))")
        video.evaluate("video => video.paused || new Promise(done => video.addEventListener('pause', done))")
        assert video.evaluate("video => video.currentTime") == pytest.approx(1.9, abs=0.3)
        assert reader.errors == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(desk: Desk, browser: Browser, scheme: str) -> None:
    page = opened(browser, desk, color_scheme=scheme).page
    local = waiting(desk)[0].rpartition("/")[2]
    found = []
    paths = [
        "/review/desk",
        "/review/queue",
        f"/review/item/{PID}",
        f"/review/{local}/alike",
        "/review/search",
        "/review/groups",
    ]
    run = desk.home.mint
    paths += ["/review/groups", f"/review/{local}/person", "/auth/login", "/", "/sparql", "/ns"]
    paths.append(f"/why?annotation={run.names.id('annotation', local)}")
    for path in paths:
        page.goto(f"{desk.url}{path}")
        for fault in Axe().run(page).response["violations"]:
            if fault["impact"] in ("serious", "critical"):
                found.append((path, fault["id"], [node["html"] for node in fault["nodes"]][:3]))
    assert found == []


@pytest.mark.parametrize("scripts", [True, False])
def test_guesses_are_decided_together_and_all_taken_back(desk: Desk, browser: Browser, scripts: bool) -> None:
    page = opened(browser, desk, java_script_enabled=scripts).page
    page.goto(f"{desk.url}/review/groups")
    page.get_by_role("link", name="Marie Curie", exact=True).click()
    page.get_by_label("Alles wat wacht").check()
    page.locator("#together").get_by_role("button", name="Afkeuren").click()
    page.get_by_text("24 afgekeurd").first.wait_for()
    assert waiting(desk, Status.REJECTED) == []
    page.get_by_role("button", name="Doe het").click()
    page.get_by_role("status").get_by_text("24 afgekeurd").wait_for()
    assert len(waiting(desk, Status.REJECTED)) == 24
    page.get_by_role("button", name="Ongedaan maken").click()
    page.get_by_role("status").get_by_text("24 ongedaan gemaakt").wait_for()
    assert waiting(desk, Status.REJECTED) == []
