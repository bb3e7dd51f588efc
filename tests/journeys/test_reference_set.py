"""The reference-set manager admits somebody, exempts them and takes a snapshot, and an archivist's queue follows."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from give_ld.ingest import Ingest, Source
from give_ld.model.fragment import Box, Fragment
from give_ld.model.run import MediaFile
from tests.factories import PARTNER, a_face_match, a_run
from tests.journeys.made_desk import Desk, face, made_desk, sidecar
from tests.journeys.test_desk import browser, opened

__all__ = ["browser"]
COLUMNS = (
    "id,name,given_name,family_name,language,aliases,wikidata,birth_date,death_date,ground,ground_note,"
    "photo,photo_licence,photo_source"
)
ROW = "0002,Ada Voorbeeld,Ada,Voorbeeld,nl,,,,,{ground},Gaf toestemming op papier,ada.jpg,CC0-1.0,made"
pytestmark = [pytest.mark.timeout(300)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    (tmp_path / "ada.jpg").write_bytes(face(200, 120))
    (tmp_path / "ada.csv").write_text(f"{COLUMNS}\n{ROW.format(ground='consent')}\n", encoding="utf-8")
    with made_desk(tmp_path, faces=2) as made:
        yield made


def recognised(desk: Desk, directory: Path, person: str, version: str) -> None:
    """Let a run recognise somebody with a version of the reference set."""
    file = MediaFile(sha256="a" * 64, name="later.mp4", mime_type="video/mp4")
    run = a_run(id=uuid4(), reference_set=version, file=file)
    place = Fragment(start_ms=0, end_ms=900, box=Box(x=1, y=2, width=30, height=40))
    named = {"person": person, "person_name": "Ada Voorbeeld", "fingerprint": uuid4()}
    guess = a_face_match(run=run.id, fragment=place, **named)
    run = run.model_copy(update={"sidecar": sidecar(directory, run, [guess])})
    lines = "\n".join(each.model_dump_json(by_alias=True) for each in (run, guess))
    source = Source("later.jsonl", directory, desk.home.user("machine"))
    assert Ingest(desk.home, source).read(io.BytesIO(lines.encode())).refused == []


def queued(desk: Desk) -> list[str]:
    """Return whose faces an archivist's queue holds."""
    headers = {"Authorization": f"Bearer {desk.tokens['Ann']}"}
    answer = httpx.get(f"{desk.url}/review/queue?kind=face-match", headers=headers).json()
    return [row["label"] for row in answer["rows"]]


def approved(desk: Desk) -> int:
    """Return the status of the answer to an archivist who approves the newest face."""
    headers = {"Authorization": f"Bearer {desk.tokens['Ann']}"}
    rows = httpx.get(f"{desk.url}/review/queue?kind=face-match&text=Ada", headers=headers).json()["rows"]
    return httpx.post(f"{desk.url}/review/{rows[0]['local']}:approve", json={}, headers=headers).status_code


def test_a_reference_person_is_admitted_exempted_and_recognised_over_plain_http(desk: Desk, tmp_path: Path) -> None:
    with httpx.Client(base_url=desk.url, headers={"Accept": "text/html"}, follow_redirects=True) as rita:
        rita.post("/auth/login", data={"token": desk.tokens["Rita"]})
        token = {"token": re.findall(r'name="token" value="(\w+)"', rita.get("/refset").text)[0]}
        photos = {"photos": ("ada.jpg", (tmp_path / "ada.jpg").read_bytes(), "image/jpeg")}
        decides = token | {"partner": PARTNER}
        wrong = f"{COLUMNS}\n{ROW.format(ground='because')}\n".encode()
        refused = rita.post("/refset/persons", data=decides, files=photos | {"table": ("a.csv", wrong)})
        assert (refused.status_code, "a.csv, row 2" in refused.text) == (422, True)
        outside = wrong.replace(b"because", b"consent").replace(b"ada.jpg", b"../ada.jpg")
        refused = rita.post("/refset/persons", data=decides, files={"table": ("a.csv", outside)})
        assert refused.status_code == 422
        assert "Ada Voorbeeld" not in rita.get("/refset").text
        table = {"table": ("ada.csv", (tmp_path / "ada.csv").read_bytes(), "text/csv")}
        seen = rita.post("/refset/persons", data=decides, files=photos | table)
        assert "consent: Gaf toestemming op papier" in seen.text
        person = desk.home.mint.person("0002")
        snapshot = rita.post("/refset/snapshots", data=token)
        header, *lines = [json.loads(line) for line in snapshot.text.splitlines()]
        assert (header["persons"], snapshot.headers["cache-control"]) == (2, "no-store")
        assert {line["name"] for line in lines} == {"Marie Curie", "Ada Voorbeeld"}
        recognised(desk, tmp_path, person, header["version"])
        assert "Ada Voorbeeld" in queued(desk)
        # Without a date of birth nobody knows that she was of age.
        assert approved(desk) == 409
        exempted = rita.post("/refset/exemptions", data=token | {"person": person, "reason": ""})
        assert exempted.status_code == 422
        exempted = rita.post("/refset/exemptions", data=token | {"person": person, "reason": "Meerderjarig, gezien"})
        assert "everywhere: Meerderjarig, gezien" in exempted.text
        forged = rita.post("/refset/snapshots", data={"token": "0" * 64})
        assert forged.status_code == 403
    assert approved(desk) == 200
    assert list(desk.home.settings.home.glob("snapshot-*")) == []


@pytest.mark.browser
def test_a_reference_person_is_admitted_exempted_and_recognised_in_a_browser(
    desk: Desk, browser: Browser, tmp_path: Path
) -> None:
    reader = opened(browser, desk, who="Rita")
    page = reader.page
    page.goto(f"{desk.url}/refset")
    page.get_by_label("Personen (CSV").set_input_files(tmp_path / "ada.csv")
    page.get_by_label("Hun foto's").set_input_files(tmp_path / "ada.jpg")
    page.get_by_label("Organisatie die beslist").fill(PARTNER)
    page.get_by_role("button", name="Personen opnemen").click()
    row = page.get_by_role("row", name="Ada Voorbeeld")
    expect(row).to_contain_text("toestemming: Gaf toestemming op papier")
    page.get_by_label("Persoon").select_option("Ada Voorbeeld")
    page.get_by_label("Reden").fill("Meerderjarig, gezien")
    page.get_by_role("button", name="Iemand vrijstellen").click()
    expect(row).to_contain_text("overal: Meerderjarig, gezien")
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []
    with page.expect_download() as download:
        page.get_by_role("button", name="Momentopname maken").click()
    header = json.loads(download.value.path().read_text(encoding="utf-8").partition("\n")[0])
    recognised(desk, tmp_path, desk.home.mint.person("0002"), header["version"])
    assert "Ada Voorbeeld" in queued(desk)
    assert approved(desk) == 200
    assert reader.errors == []
