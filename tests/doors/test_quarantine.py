"""What was refused waits, is told in words, and is taken in again when what was missing is there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from typer.testing import CliRunner

from give_ld.cli import create_cli
from give_ld.doors.entrance import Brought, retry, take_in
from give_ld.doors.origin import read_statement
from give_ld.home import Home
from give_ld.ingest import Ingest, Source
from give_ld.journal import tables as t
from give_ld.journal.pending import counts
from give_ld.journal.quarantine import entries, quarantined, settle
from give_ld.model.item import Partner
from give_ld.model.run import Run
from give_ld.people import add_partner
from give_ld.rebuild import check as check_graphs
from tests.conftest import Bearer, Bringing, People, admit_curie
from tests.doors.conftest import SAMPLES, STATED
from tests.factories import PARTNER, a_face_match, a_run

PAGE = (SAMPLES / "ai_metadata.json").read_bytes()


def bring_page(home: Home, people: People) -> None:
    take_in(home, Brought("page.json", "meemoo", PAGE, read_statement({})), people.pipeline)


def test_a_face_of_somebody_who_was_not_admitted_waits_until_the_person_is(
    home: Home, people: People, tmp_path: Path
) -> None:
    bring_page(home, people)
    assert [each.rule for each in quarantined(home.journal)] == ["person-not-admitted"] * 3
    assert not any('"Marie Curie"' in line or "Q7186" in line for line in home.private.lines())
    waiting = entries(home.journal, PARTNER)
    assert retry(home, waiting, people.pipeline, tmp_path).taken == 0
    assert len(entries(home.journal, PARTNER)) == 3
    admit_curie(home, people, tmp_path)
    result = retry(home, waiting, people.pipeline, tmp_path)
    assert (result.taken, result.refused) == (3, [])
    assert entries(home.journal) == []
    with home.journal.reading() as db:
        assert counts(db, PARTNER)["face-match"] == {"proposed": 3}
        kept = db.execute(select(t.quarantine.c["raw", "settled_by"])).all()
    assert [(bool(row.raw), row.settled_by) for row in kept] == [(True, people.pipeline.id)] * 3, "nothing is lost"
    assert all(difference.is_none for difference in check_graphs(home).values())


def test_what_is_refused_again_after_it_was_settled_waits_again(home: Home, people: People, bring: Bringing) -> None:
    bring("no record")
    (entry,) = entries(home.journal)
    settle(home.journal, [entry.id], "somebody")
    assert entries(home.journal) == []
    bring("no record")
    assert [each.id for each in entries(home.journal)] == [entry.id]


def test_a_run_that_was_refused_is_retried_before_its_guesses(
    home: Home, people: People, bring: Bringing, tmp_path: Path
) -> None:
    agent = {"name": "elsewhere", "models": ()}
    run = a_run(partner="OR-new1234", reference_set=None, agent=agent, calibrators=())
    guess = a_face_match(
        run=run.id,
        confidence=None,
        calibrator=None,
        samples=None,
        fingerprint=None,
        person="http://www.wikidata.org/entity/Q7186",
    )
    bring(run, guess, user=people.admin)
    assert [each.rule for each in quarantined(home.journal)] == ["partner-unknown", "run-unknown"]
    add_partner(home, Partner(id="OR-new1234", name="New"))
    admit_curie(home, people, tmp_path)
    assert retry(home, entries(home.journal), people.admin, tmp_path).taken == 2


def test_sidecars_that_were_missing_are_looked_for_again(home: Home, bring: Bringing, people: People, run: Run) -> None:
    path = bring.write([run, a_face_match()])
    named = bring.directory / f"{run.id}.faces"
    content = named.read_bytes()
    named.unlink()
    with path.open("rb") as lines:
        report = Ingest(home, Source(path.name, bring.directory, people.pipeline)).read(lines)
    assert [each.rule for each in report.refused] == ["sidecar-missing"]
    named.write_bytes(content)
    assert retry(home, entries(home.journal), people.pipeline, bring.directory).taken == 1


def test_what_was_no_record_goes_on_waiting(home: Home, people: People, tmp_path: Path) -> None:
    statement = read_statement(STATED)
    take_in(home, Brought("broken.csv", "csv", (SAMPLES / "broken.csv").read_bytes(), statement), people.pipeline)
    waiting = entries(home.journal)
    result = retry(home, waiting, people.pipeline, tmp_path)
    assert (result.taken, len(result.refused)) == (0, len(waiting))
    assert [each.line for each in quarantined(home.journal)] == [entry.kept.refused.line for entry in waiting]


@pytest.mark.parametrize(("lang", "said"), [("nl", "niet toegelaten"), ("fr", "pas admise"), ("", "admit the person")])
def test_the_command_line_lists_shows_exports_and_retries(
    home: Home, people: People, tmp_path: Path, lang: str, said: str
) -> None:
    page = tmp_path / "page.json"
    page.write_bytes(PAGE)
    admitted = tmp_path / "refset"
    admitted.mkdir()
    home.close()
    environment = {"GIVE_LD_HOME": str(home.settings.home), "TERM": "dumb", "COLUMNS": "200", "LC_ALL": "C"}
    chosen = ["--lang", lang] if lang else []

    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(create_cli(), arguments, env=environment)
        return result.exit_code, result.output

    report, persons = tmp_path / "report.html", tmp_path / "persons.csv"
    written = ("--report", str(report), "--candidates", str(persons))
    code, told = run("ingest", str(page), "--format", "meemoo", "--as", "pipeline", *written, *chosen)
    assert (code, said in told) == (3, True)
    assert said in report.read_text(encoding="utf-8")
    assert "1,Marie Curie,,,,,Q7186" in persons.read_text(encoding="utf-8")
    assert run("quarantine", "list", "--as", "Bob", *chosen) == (0, "nothing is in quarantine\n")
    code, listed = run("quarantine", "list", "--as", "Ann", "--json", *chosen)
    rows = json.loads(listed.splitlines()[-1])["refused"]
    assert (code, len(rows), {row["value"] for row in rows}) == (0, 3, {"Q7186"})
    assert "face-match" in run("quarantine", "show", str(rows[0]["id"]), "--as", "Ann", *chosen)[1]
    assert run("quarantine", "show", str(rows[0]["id"]), "--as", "Bob")[0] == 1
    assert run("quarantine", "export", "--out", str(tmp_path / "out"), "--as", "Ann", *chosen)[0] == 0
    assert len(list((tmp_path / "out").glob("*.meemoo"))) == 3
    assert run("quarantine", "retry", "--as", "pipeline", *chosen)[0] == 3


def test_http_tells_what_was_refused_in_the_language_of_the_asker(
    service: TestClient, people: People, bearer: Bearer
) -> None:
    headers = bearer(people.pipeline)
    for accept, language, said in (
        ("fr-BE, nl;q=0.5", "fr", "pas admise"),
        ("nl", "nl", "niet toegelaten"),
        ("de", "en", "admit"),
    ):
        answer = service.post("/ingest?format=meemoo", content=PAGE, headers={**headers, "Accept-Language": accept})
        assert (answer.status_code, answer.headers["content-language"]) == (207, language)
        row = answer.json()["refused"][0]
        assert said in row["message"]
        assert (row["rule"], row["value"], bool(row["advice"])) == ("person-not-admitted", "Q7186", True)
        assert [each["wikidata"] for each in answer.json()["candidates"]] == ["Q7186", ""]


def test_a_token_of_another_partner_brings_nothing(service: TestClient, people: People, bearer: Bearer) -> None:
    answer = service.post("/ingest?format=meemoo", content=PAGE, headers=bearer(people.other_pipeline)).json()
    assert answer["proposed"] == {}
    assert {row["rule"] for row in answer["refused"]} == {"partner", "run-unknown"}
