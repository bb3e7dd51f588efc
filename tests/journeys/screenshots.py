"""Pictures of the main pages over made data, for the docs: `python -m tests.journeys.screenshots DIRECTORY`."""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from give_ld.journal.searching import Sought, find
from give_ld.model.status import Status, Verdict
from give_ld.review.decide import Decision
from tests.factories import PARTNER, PID
from tests.journeys.made_desk import Desk, made_desk
from tests.journeys.test_desk import CHROMIUM, QUIET, sign_in

COLOURS = 128


def decide(desk: Desk) -> tuple[str, str]:
    """Let both archivists decide a few, and return the local names of one that waits and of one that was approved."""
    with desk.home.journal.reading() as db:
        iris = [row["iri"] for row in find(db, Sought(PARTNER, status=Status.PROPOSED), 500)]
    for place, iri in enumerate(iris[:9]):
        verdict = (Verdict.APPROVE, Verdict.APPROVE, Verdict.REJECT, Verdict.UNSUITABLE)[place % 4]
        desk.home.decide(desk.home.user(("Ann", "Cleo")[place % 3 == 0]), Decision(iri, verdict))
    return iris[10].rpartition("/")[2], iris[0].rpartition("/")[2]


def keep(page: Page, path: Path) -> None:
    """Write what the page shows, in few colours."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(COLOURS).save(path, optimize=True)


def take(browser: Browser, desk: Desk, out: Path, local: str) -> None:
    """Write a picture of each page, by day and by night."""
    pages = {
        "desk": f"/review/desk?at={local}", "mention": "/review/desk?kind=entity-mention", "queue": "/review/queue",
        "item": f"/review/item/{PID}", "alike": f"/review/{local}/alike", "start": "/", "sparql": "/sparql",
        "groups": "/review/groups", "person": f"/review/{local}/person",
    }  # fmt: skip
    for scheme in ("light", "dark"):
        size = {"width": 1100, "height": 900}
        page = browser.new_context(locale="nl-BE", color_scheme=scheme, viewport=size).new_page()
        sign_in(page, desk)
        for name, path in pages.items():
            page.goto(f"{desk.url}{path}")
            page.wait_for_load_state("networkidle")
            if video := page.query_selector("#desk video"):
                video.evaluate("video => video.readyState > 1 || new Promise(done => video.oncanplay = done)")
            keep(page, out / f"{name}-{scheme}.png")


def take_erasure(browser: Browser, desk: Desk, out: Path) -> None:
    """Write a picture of what would go with somebody and, once it is gone, of the certificate."""
    size = {"width": 1100, "height": 1500}
    page = browser.new_context(locale="nl-BE", viewport=size).new_page()
    sign_in(page, desk, "Dora")
    page.goto(f"{desk.url}/erase")
    page.get_by_label("Waaraan de persoon herkend wordt").fill("Q7186")
    page.get_by_label("Waarom, zonder te zeggen wie").fill("brief van 2 maart")
    page.get_by_role("button", name="Toon wat er weg zou gaan").click()
    page.get_by_label("Deze woorden").fill("verwijder voorgoed")
    by_day_and_by_night(page, out, "erase-plan")
    page.get_by_role("button", name="Verwijderen", exact=True).click()
    page.get_by_role("heading", name="Bewijs van verwijdering").wait_for()
    by_day_and_by_night(page, out, "certificate")


def take_oversight(browser: Browser, desk: Desk, out: Path, local: str) -> None:
    """Write pictures of the log, of its proof, of why a guess is here, and of the reference set."""
    pages = {
        "log": ("Dora", "/audit/log"), "verify": ("Dora", "/audit/verify"), "refset": ("Rita", "/refset"),
        "why": ("Ann", f"/why?annotation={quote(desk.home.mint.names.id('annotation', local))}"),
    }  # fmt: skip
    for name, (who, path) in pages.items():
        page = browser.new_context(locale="nl-BE", viewport={"width": 1100, "height": 900}).new_page()
        sign_in(page, desk, who)
        page.goto(f"{desk.url}{path}")
        by_day_and_by_night(page, out, name)


def by_day_and_by_night(page: Page, out: Path, name: str) -> None:
    """Write two pictures of what the page shows."""
    page.emulate_media(color_scheme="dark")
    keep(page, out / f"{name}-dark.png")
    page.emulate_media(color_scheme="light")
    keep(page, out / f"{name}-light.png")


def main(out: Path) -> None:
    """Write all pictures into a directory."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as directory, made_desk(Path(directory), faces=40, with_film=True) as desk:
        local, decided = decide(desk)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            take(browser, desk, out, local)
            take_oversight(browser, desk, out, decided)
            take_erasure(browser, desk, out)
            browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
