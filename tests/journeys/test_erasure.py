"""A data protection officer, from the request of a person to the certificate: in a browser, and by HTTP."""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from give_ld.harvest.dump import write_dump
from give_ld.journal.searching import Sought, find
from give_ld.model.status import Status, Verdict
from give_ld.review.decide import Decision
from tests.factories import PARTNER
from tests.journeys.made_desk import Desk, made_desk
from tests.journeys.test_desk import browser, sign_in

__all__ = ["browser"]
pytestmark = pytest.mark.timeout(300)
WHO, NAME = "Q7186", "Marie Curie"
REASON = "brief van 2 maart"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with made_desk(tmp_path, faces=6) as made:
        yield made


def publish(desk: Desk) -> list[str]:
    """Let an archivist approve all faces, write a dump inside the home, and return the IRIs of the guesses."""
    with desk.home.journal.reading() as db:
        rows = find(db, Sought(PARTNER, kind="face-match", status=Status.PROPOSED), 100)
    iris = [row["iri"] for row in rows]
    for iri in iris:
        desk.home.decide(desk.home.user("Ann"), Decision(iri, Verdict.APPROVE, "het is Marie Curie"))
    write_dump(desk.home.snapshots.current(), desk.home.settings.home / "dumps", datetime.now(UTC).date())
    return iris


def ask(desk: Desk, method: str, path: str, who: str = "", **request: object) -> httpx.Response:
    headers = {"Authorization": f"Bearer {desk.tokens[who]}"} if who else {}
    headers |= request.pop("headers", {})  # type: ignore[arg-type]
    return httpx.request(method, f"{desk.url}{path}", headers=headers, timeout=120, **request)  # type: ignore[arg-type]


def places_with(desk: Desk, iris: list[str], person: str) -> set[str]:
    """Return where the public, and archivists who search, still meet the person."""
    query = f"ASK {{ {{ ?s ?p <{person}> }} UNION {{ <{person}> ?p ?s }} UNION {{ <{iris[0]}> ?p ?s }} }}"
    found = {
        "sparql": ask(desk, "GET", "/sparql", params={"query": query}).json()["boolean"],
        "pages": any(page_of(desk, iri) != 410 for iri in (person, *iris)),
        "dumps": is_dumped(desk, person),
        "reconcile": person in ask(desk, "GET", f"/reconcile/view/{WHO}").headers.get("location", ""),
        "queue": ask(desk, "GET", "/review/queue?status=approved&kind=face-match", "Ann").json()["rows"],
        "search": iris[0].rpartition("/")[2] in searched(desk),
    }
    return {place for place, is_there in found.items() if is_there}


def page_of(desk: Desk, iri: str) -> int:
    return ask(desk, "GET", iri.removeprefix(desk.url), follow_redirects=True).status_code


def searched(desk: Desk) -> str:
    found = ask(desk, "POST", "/review/search", "Ann", data={"text": NAME, "token": "none"}, follow_redirects=True)
    assert found.status_code == 200, found.text
    return found.text


def is_dumped(desk: Desk, person: str) -> bool:
    """Return whether a dump of before, or one that is made now, holds the person."""
    with tempfile.TemporaryDirectory() as now:
        write_dump(desk.home.snapshots.current(), Path(now), datetime.now(UTC).date())
        files = [*Path(now).rglob("*.gz"), *(desk.home.settings.home / "dumps").rglob("*.gz")]
        return any(person.encode() in gzip.decompress(file.read_bytes()) for file in files)


def is_whole(desk: Desk) -> bool:
    proof = ask(desk, "GET", "/audit/verify", "Dora").json()["proof"]
    return bool(proof["whole"] and proof["erased"] > 0)


@pytest.mark.browser
def test_an_officer_erases_a_person_without_scripts(desk: Desk, browser: Browser) -> None:
    iris, person = publish(desk), desk.home.mint.person("0001")
    assert places_with(desk, iris, person) == {"sparql", "pages", "dumps", "reconcile", "queue", "search"}
    page = browser.new_context(locale="nl-BE", java_script_enabled=False).new_page()
    page.goto(f"{desk.url}/erase")
    assert page.url.endswith("/auth/login")
    sign_in(page, desk, "Dora")
    page.goto(f"{desk.url}/erase")
    page.get_by_role("heading", name="Een persoon verwijderen").wait_for()
    page.get_by_label("een referentiepersoon").check()
    page.get_by_label("Waaraan de persoon herkend wordt").fill("Q1")
    page.get_by_label("Waarom, zonder te zeggen wie").fill(REASON)
    page.get_by_role("button", name="Toon wat er weg zou gaan").click()
    page.get_by_role("alert").get_by_text("Niemand van deze soort").wait_for()
    page.get_by_label("Waaraan de persoon herkend wordt").fill(WHO)
    page.get_by_role("button", name="Toon wat er weg zou gaan").click()
    page.get_by_role("heading", name="Wat er weg zou gaan").wait_for()
    expect(page.get_by_role("row", name="gezichtsmatch goedgekeurd")).to_contain_text("6")
    faults = serious(browser, desk, page.content())
    page.get_by_label("Deze woorden").fill("ja, doe maar")
    page.get_by_role("button", name="Verwijderen", exact=True).click()
    page.get_by_role("alert").get_by_text("er is niets verwijderd").wait_for()
    assert "pages" in places_with(desk, iris, person)
    page.get_by_label("Deze woorden").fill("verwijder voorgoed")
    page.get_by_role("button", name="Verwijderen", exact=True).click()
    page.get_by_role("heading", name="Bewijs van verwijdering").wait_for(timeout=120_000)
    page.get_by_text("Er is niets meer gevonden.").wait_for()
    assert NAME not in page.content()
    page.set_viewport_size({"width": 380, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 380
    faults += serious(browser, desk, page.content())
    page.get_by_role("link", name="Alle verwijderingen").click()
    page.get_by_role("cell", name=REASON).wait_for()
    faults += serious(browser, desk, page.content())
    assert faults == []
    assert places_with(desk, iris, person) == set()
    assert is_whole(desk)


def serious(browser: Browser, desk: Desk, content: str) -> list[str]:
    """Return what axe finds in a page by day and by night, with the scripts that axe itself is made of."""
    page = browser.new_context(bypass_csp=True).new_page()
    page.goto(f"{desk.url}/healthz")
    page.set_content(content)
    page.wait_for_load_state("networkidle")
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found += Axe().run(page).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found if each["impact"] in ("serious", "critical")]


def test_an_officer_does_the_same_by_http(desk: Desk) -> None:
    iris, person = publish(desk), desk.home.mint.person("0001")
    order = {"kind": "subject", "entity": [WHO], "reason": REASON}
    seen = ask(desk, "POST", "/erase", "Dora", json=order | {"dry_run": True})
    assert seen.json()["guesses"] == {"face-match": {"approved": 6}}
    match = {"If-Match": seen.headers["etag"]}
    assert ask(desk, "POST", "/erase", "Ann", json=order, headers=match).status_code == 403
    done = ask(desk, "POST", "/erase", "Dora", json=order, headers=match)
    assert (done.status_code, done.json()["statement"]["found"]) == (201, {})
    assert places_with(desk, iris, person) == set()
    assert is_whole(desk)
    log = ask(desk, "GET", "/audit/log", "Dora", params={"action": "person.erased"})
    assert NAME not in log.text
    assert ask(desk, "GET", f"/why?annotation={quote(iris[0])}").status_code == 410
