"""An auditor follows a decision from the log to its reasons and proves the journal whole: in a browser, and by HTTP."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import PARTNER, RECORDS, Instance
from tests.journeys.test_pages import page, shot

__all__ = ["page"]
pytestmark = [pytest.mark.ai, pytest.mark.timeout(300)]
REASON = "<b>her</b> portrait"


def decide(instance: Instance) -> str:
    """Approve the face, and return the IRI of the annotation."""
    row = instance.ask("GET", "/review/queue", "Ann").json()["rows"][0]
    answer = instance.ask("POST", f"/review/{row['local']}:approve", "Ann", json={"reason": REASON})
    assert answer.status_code == 200, answer.text
    return str(row["iri"])


@pytest.mark.browser
def test_an_auditor_goes_from_the_log_to_why_and_to_the_proof(
    instance: Instance,
    page: Page,
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> None:
    look = request.node.callspec.params["page"]
    instance.json("ingest", instance.directory / RECORDS, "--as", "machine")
    instance.start()
    decide(instance)

    page.goto(f"{instance.url}/audit/log")
    assert page.url.endswith("/auth/login")
    page.context.set_extra_http_headers({"Authorization": f"Bearer {instance.tokens['Rita']}"})
    page.goto(f"{instance.url}/audit/log")
    page.get_by_role("heading", name="Wie deed wat").wait_for()
    shot(page, f"audit-log-{look}")

    page.get_by_label("Persoon (naam of id)").fill("Ann")
    page.get_by_label("Wat er gebeurde").select_option("annotation.decided")
    page.keyboard.press("Enter")
    page.get_by_text("Gevonden regels: 1").wait_for()
    page.get_by_text(REASON, exact=True).wait_for()
    shot(page, f"audit-log-one-{look}")
    page.set_viewport_size({"width": 380, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 380
    shot(page, f"audit-log-narrow-{look}")
    page.set_viewport_size({"width": 1280, "height": 720})

    page.get_by_role("link", name="waarom? Regel").click()
    page.get_by_role("heading", name="Waarom staat dit hier?").wait_for()
    page.get_by_text("Ann", exact=True).wait_for()
    page.go_back()
    page.get_by_role("link", name="Is het journaal heel?").click()
    page.get_by_role("heading", name="Het journaal is heel.").wait_for()
    shot(page, f"audit-verify-{look}")
    with page.expect_download() as begun:
        page.get_by_role("link", name="Download een ijkpunt").click()
    kept = tmp_path / "kept.json"
    begun.value.save_as(kept)
    page.get_by_label("Bestand met het ijkpunt").set_input_files(kept)
    page.get_by_role("button", name="Vergelijken").click()
    page.get_by_text("bevat deze regel nog").wait_for()
    shot(page, f"audit-compared-{look}")
    instance.stop()
    assert instance.json("audit", "verify", "--against", kept)["fault"] is None


def test_an_auditor_does_the_same_by_http(instance: Instance) -> None:
    instance.json("ingest", instance.directory / RECORDS, "--as", "machine")
    instance.start()
    annotation = decide(instance)
    found = instance.ask("GET", "/audit/log", "Rita", params={"person": "Ann", "partner": PARTNER}).json()
    (entry,) = (each for each in found["entries"] if each["annotation"] == annotation)
    assert (entry["verdict"], entry["name"], entry["reason"]) == ("approve", "Ann", REASON)
    why = instance.ask("GET", entry["why"], "Rita").json()["annotations"][0]
    assert why["decisions"][0]["id"] == entry["decision"]
    rows = instance.ask("GET", "/audit/export", "Rita", params={"format": "jsonl", "annotation": annotation})
    assert entry["hash"] in {json.loads(row)["hash"] for row in rows.text.splitlines()}
    proof = instance.ask("GET", "/audit/verify", "Rita").json()["proof"]
    assert proof["whole"]
    assert instance.ask("GET", "/audit/log", "Bob", params={"annotation": annotation}).json()["entries"] == []
    assert instance.ask("GET", "/audit/log").status_code == 401
    assert instance.ask("GET", "/audit/verify", "Ann").status_code == 403
