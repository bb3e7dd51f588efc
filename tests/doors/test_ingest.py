"""Every door ends where records do: in the gate, the journal and the quarantine, over the command line and HTTP."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable

import httpx
import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from give_ld.cli import create_cli
from give_ld.client import Client
from give_ld.doors.entrance import Brought, take_in
from give_ld.doors.formats import OF_MANY_ITEMS
from give_ld.doors.origin import read_statement
from give_ld.home import Home
from give_ld.ingest import Report
from give_ld.journal.quarantine import quarantined
from give_ld.model.annotation import Annotation
from give_ld.model.status import Verdict
from give_ld.model.user import User
from give_ld.rdf.namespaces import NIF, PROV, SCHEMA
from give_ld.rebuild import check as check_graphs
from give_ld.review.decide import Decision
from give_ld.review.why.answer import Explainer
from give_ld.review.why.evidence import store_source
from give_ld.review.why.question import question
from tests.conftest import Bearer, People
from tests.doors.conftest import SAMPLES, STATED, Reading, a_statement, guesses
from tests.factories import BASE, PID

GLD = f"{BASE}/ns#"
GOOD = {
    "vtt": ("journaal.vtt", {"transcript": 1}),
    "srt": ("news.srt", {"transcript": 1}),
    "csv": ("names.csv", {"entity-mention": 3}),
    "meemoo": ("ai_metadata.json", {"transcript": 2, "face-match": 3, "face-unknown": 1, "entity-mention": 2}),
    "mmif": ("whisper.mmif", {"transcript": 1}),
}
BROKEN = {
    "vtt": ("broken.vtt", 5),
    "srt": ("broken.srt", 2),
    "csv": ("broken.csv", 9),
    "meemoo": ("broken_ai_metadata.json", 17),
    "mmif": ("broken.mmif", 5),
}


def bring(home: Home, user: User, form: str, name: str) -> Report:
    statement = read_statement({}) if form in OF_MANY_ITEMS else a_statement()
    report = take_in(home, Brought(name, form, (SAMPLES / name).read_bytes(), statement), user)
    assert isinstance(report, Report)
    return report


@pytest.mark.parametrize("form", GOOD)
def test_a_real_sample_passes_the_gate_and_again_changes_nothing(
    home: Home, people: People, refset: str, form: str
) -> None:
    name, proposed = GOOD[form]
    report = bring(home, people.pipeline, form, name)
    assert report.refused == []
    assert (report.runs, report.proposed) == (8 if form == "meemoo" else 1, proposed)
    head, lines = home.journal.head(), sorted(home.private.lines())
    again = bring(home, people.pipeline, form, name)
    assert (again.runs, again.proposed, again.known) == (0, {}, report.runs + sum(proposed.values()))
    assert home.journal.head() == head
    assert sorted(home.private.lines()) == lines
    assert all(difference.is_none for difference in check_graphs(home).values())


@pytest.mark.parametrize("form", BROKEN)
def test_a_broken_sample_goes_to_quarantine_by_line(home: Home, people: People, form: str) -> None:
    name, refused = BROKEN[form]
    report = bring(home, people.pipeline, form, name)
    assert len(report.refused) == refused
    assert all(each.source == name and each.message and each.line for each in report.refused)
    assert {each.item for each in report.refused if each.item} == {PID}
    assert quarantined(home.journal) == report.refused
    bring(home, people.pipeline, form, name)
    assert len(quarantined(home.journal)) == refused


def test_nobody_brings_captions_for_another_partner(home: Home, people: People) -> None:
    for user in (people.other_pipeline, people.ann):
        assert {each.rule for each in bring(home, user, "vtt", "journaal.vtt").refused} == {"partner", "run-unknown"}


def _iri(home: Home, read: Reading, form: str) -> tuple[str, Annotation]:
    pieces = read(form, GOOD[form][0])
    guess = guesses(pieces)[0]
    return home.mint.annotation(pieces[0].record, guess), guess  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["vtt", "csv"])
def test_what_is_unsaid_is_unsaid_in_both_graphs_and_may_be_approved(
    home: Home, people: People, read: Reading, open_item: str, form: str
) -> None:
    bring(home, people.pipeline, form, GOOD[form][0])
    iri, guess = _iri(home, read, form)
    home.decide(people.ann, Decision(iri, Verdict.APPROVE))
    run = home.mint.run(guess.run)
    for store in (home.private, home.public):
        said = statements(store.lines(), iri)
        assert said[f"{GLD}scoreKind"] == [f"<{home.settings.base}/id/score-kind/unstated>"]
        assert f"{PROV}generatedAtTime" not in said
        assert not any(name.startswith(NIF) for name in said)
        assert (f"{GLD}rawScore" in said) is (guess.score is not None)
        times = statements(store.lines(), run)
        assert sorted(times[f"{GLD}unstated"]) == [f"<{PROV}endedAtTime>", f"<{PROV}startedAtTime>"]
        assert not times.keys() & {f"{PROV}startedAtTime", f"{PROV}endedAtTime"}
        (agent,) = said[f"{PROV}wasAttributedTo"]
        software = statements(store.lines(), agent.strip("<>"))
        assert sorted(software[f"{GLD}unstated"]) == sorted(
            [f"<{GLD}modelDigest>", f"<{SCHEMA}model>", f"<{SCHEMA}version>"]
        )
        assert not software.keys() & {f"{GLD}modelDigest", f"{SCHEMA}model", f"{SCHEMA}version"}
    explainer = Explainer(store_source(home.public), BASE, lambda _: False)
    (why,) = explainer.explain(question({"annotation": iri}))["annotations"]  # type: ignore[misc]
    assert "started" not in why["made"]
    assert "version" not in why["made"]["software"]


def statements(lines: Iterable[str], subject: str) -> dict[str, list[str]]:
    """What is said of a subject: the objects of each property, as N-Quads terms."""
    found = defaultdict(list)
    for line in lines:
        if line.startswith(f"<{subject}> "):
            _, predicate, rest = line.split(" ", 2)
            found[predicate.strip("<>")].append(rest.rsplit(" <", 1)[0])
    return found


def options() -> list[str]:
    return [part for name, value in STATED.items() for part in (f"--{name.replace('_', '-')}", value)]


def test_the_command_line_takes_captions_in_and_tells_why(home: Home, people: People, read: Reading) -> None:
    iri, _ = _iri(home, read, "vtt")
    home.close()
    environment = {"GIVE_LD_HOME": str(home.settings.home), "TERM": "dumb", "COLUMNS": "200"}

    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(create_cli(), arguments, env=environment)
        return result.exit_code, result.output

    file = str(SAMPLES / "journaal.vtt")
    assert run("ingest", file, "--format", "vtt", "--as", "pipeline")[0] == 2
    code, said = run("ingest", file, "--format", "vtt", "--as", "pipeline", *options(), "--json")
    assert (code, json.loads(said.splitlines()[-1])["proposed"]) == (0, {"transcript": 1})
    assert run("ingest", str(SAMPLES / "broken.srt"), "--format", "srt", "--as", "pipeline", *options())[0] == 3
    assert "score unstated" in run("review", "list", "--as", "Ann")[1]
    told = run("review", "show", iri, "--as", "Ann")[1]
    assert "at an unstated time by captioner (version unstated)" in told


def test_http_takes_the_same_with_query_parameters(service: TestClient, people: People, bearer: Bearer) -> None:
    headers = bearer(people.pipeline)
    content = (SAMPLES / "names.csv").read_bytes()
    answer = service.post("/ingest", params={"format": "csv", **STATED}, content=content, headers=headers)
    assert (answer.status_code, answer.json()["proposed"]) == (200, {"entity-mention": 3})
    broken = (SAMPLES / "broken.vtt").read_bytes()
    answer = service.post("/ingest", params={"format": "vtt", **STATED}, content=broken, headers=headers)
    assert (answer.status_code, len(answer.json()["refused"])) == (207, 5)
    answer = service.post("/ingest?format=vtt", content=broken, headers=headers)
    assert (answer.status_code, answer.json()["rule"]) == (400, "origin")
    token = headers["Authorization"].removeprefix("Bearer ")

    def serve(request: httpx.Request) -> httpx.Response:
        answer = service.request(request.method, str(request.url), content=request.content, headers=request.headers)
        return httpx.Response(answer.status_code, content=answer.content)

    captions = (SAMPLES / "journaal.vtt").read_bytes()
    with Client(str(service.base_url), token, transport=httpx.MockTransport(serve)) as client:
        assert client.ingest_as(Brought("journaal.vtt", "vtt", captions), STATED)["proposed"] == {"transcript": 1}


def test_the_queue_shows_a_guess_without_a_score(
    service: TestClient, home: Home, people: People, bearer: Bearer
) -> None:
    bring(home, people.pipeline, "vtt", "journaal.vtt")
    page = service.get("/review/queue", headers={**bearer(people.ann), "Accept": "text/html"})
    assert page.status_code == 200
    assert "niet vermeld" in page.text or "unstated" in page.text
