"""One annotation from a file to a public fact and back to withdrawn, over HTTP, and what tries to break on the way."""

from __future__ import annotations

import gzip
import hashlib
import json
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import OTHER, PARTNER, RECORDS, Instance

MENTIONS = "https://schema.org/mentions"
FACTS = f"SELECT ?item ?subject WHERE {{ ?item <{MENTIONS}> ?subject }}"
EVERYTHING = "SELECT ?s ?p ?o WHERE { ?s ?p ?o }"
pytestmark = [pytest.mark.ai, pytest.mark.timeout(300)]


def lines_of(records: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in records.read_text(encoding="utf-8").splitlines()]


def send(instance: Instance, records: Path) -> dict[str, Any]:
    for record in lines_of(records):
        if sidecar := record.get("sidecar"):
            content = (records.parent / sidecar["name"]).read_bytes()
            assert instance.ask("PUT", f"/ingest/sidecars/{sidecar['name']}", "machine", content=content).is_success
    answer = instance.ask("POST", "/ingest", "machine", content=records.read_bytes())
    assert answer.status_code in (200, 207), answer.text
    return dict(answer.json())


def public_traces(instance: Instance, annotation: str, person: str) -> list[str]:
    """Return every public route that shows the annotation, or the fact that rests on it."""
    local = annotation.rpartition("/")[2]
    shown = []
    if any(local in json.dumps(row) or row["p"] == MENTIONS for row in instance.rows(EVERYTHING)):
        shown.append("sparql")
    for path in (f"/id/annotation/{local}", f"/doc/annotation/{local}", f"/doc/annotation/{local}.ttl"):
        if instance.ask("GET", path).status_code in (200, 303):
            shown.append(path)
    if instance.ask("GET", "/why", params={"annotation": annotation}).status_code == 200:
        shown.append("why")
    item = f"{instance.url}/id/item/{PARTNER}/demo-portrait"
    if instance.ask("GET", "/why", params={"s": item, "p": MENTIONS, "o": person}).status_code == 200:
        shown.append("why of the fact")
    if instance.ask("GET", f"/doc/item/{PARTNER}/demo-portrait").status_code == 200:
        shown.append("item page")
    return shown


def test_from_file_to_fact_and_back(instance: Instance) -> None:
    records = instance.directory / RECORDS
    run, face = lines_of(records)
    assert face["kind"] == "face-match"
    assert 0 < face["confidence"] <= 1
    assert face["calibrator"] in [each["id"] for each in run["calibrators"]]
    instance.start()

    # Invariant 8: the same records twice change nothing. Invariant 1: a proposal is nowhere public.
    assert send(instance, records)["proposed"] == {"face-match": 1}
    again = send(instance, records)
    assert (again["proposed"], again["known"]) == ({}, 2)
    row = instance.ask("GET", "/review/queue", "Ann").json()["rows"][0]
    annotation, person = row["iri"], face["person"]
    assert public_traces(instance, annotation, person) == []

    # Invariants 2, 9, 10: what a pipeline may not say is refused by name, and the rest goes on.
    bad = [
        (face | {"status": "approved"}, "status"),
        (face | {"type": "validation", "verdict": "approve"}, "type"),
        (face | {"confidence": 1.2}, "confidence"),
        (face | {"calibrator": None}, "calibrator"),
        (face | {"schema": "give-ld/0"}, "schema-version"),
        (run | {"partner": OTHER, "id": "00000000-0000-4000-8000-000000000001"}, "partner"),
    ]
    smuggled = instance.directory / "smuggled.jsonl"
    smuggled.write_text("".join(json.dumps(record) + "\n" for record, _ in bad) + records.read_text(), encoding="utf-8")
    report = send(instance, smuggled)
    assert [refused["line"] for refused in report["refused"]] == [1, 2, 3, 4, 5, 6]
    for refused, (_, rule) in zip(report["refused"], bad, strict=True):
        assert rule in refused["rule"] + refused["message"]
    assert report["known"] == 2
    assert public_traces(instance, annotation, person) == []

    # Invariant 13: nobody but an archivist of the owner decides.
    local = annotation.rpartition("/")[2]
    for user, status in (("", 401), ("Bob", 404), ("machine", 403), ("Rita", 403)):
        assert instance.ask("POST", f"/review/{local}:approve", user, json={"reason": ""}).status_code == status
    assert public_traces(instance, annotation, person) == []

    # Approved: a fact, with all that explains it (invariant 3), at once.
    done = instance.ask("POST", f"/review/{local}:approve", "Ann", json={"reason": "her portrait"})
    assert done.status_code == 200, done.text
    fact = {"item": f"{instance.url}/id/item/{PARTNER}/demo-portrait", "subject": person}
    assert instance.rows(FACTS) == [fact]
    why = instance.ask("GET", "/why", params={"s": fact["item"], "p": MENTIONS, "o": person}).json()["annotations"][0]
    assert (why["score"], why["confidence"]) == (face["score"], face["confidence"])
    assert why["calibrator"]["fitted_count"] > 0
    assert f"sha256:{run['agent']['models'][0]['sha256']}" in why["made"]["software"]["weights"]
    assert why["made"]["reference_set"]["id"].endswith(run["reference_set"])
    assert {side: why["fragment"][side] for side in ("x", "y", "width", "height")} == face["fragment"]["box"]
    assert why["validated_by"]["id"].endswith(PARTNER)
    assert "her portrait" not in json.dumps(why)
    page = instance.ask("GET", f"/id/annotation/{local}", headers={"Accept": "text/turtle"}, follow_redirects=True)
    assert page.status_code == 200
    assert "annotationConfidence" in page.text

    # Invariant 8: a server killed right after it acknowledged has lost nothing.
    instance.stop(signal.SIGKILL)
    instance.start()
    assert instance.rows(FACTS) == [fact]

    # Back: withdrawn, gone from every route, and remembered as gone.
    instance.ask("POST", f"/review/{local}:withdraw", "Ann", json={"reason": "an actress plays her"})
    assert public_traces(instance, annotation, person) == []
    assert instance.ask("GET", f"/doc/annotation/{local}").status_code == 410
    assert instance.ask("GET", "/why", params={"annotation": annotation}).status_code == 410
    assert not any("/graph/public" in row["o"] for row in instance.rows(EVERYTHING))

    # What was written is whole: the chain, both graphs, the dump.
    instance.stop()
    assert instance.json("audit", "verify")["fault"] is None
    assert instance.run("rebuild", "--check").returncode == 0
    dumped = instance.json("dump", "--out", instance.directory / "dump")
    for form in ("nquads", "trig"):
        dump = Path(dumped[form]["data"])
        assert f"{datetime.now(UTC):%Y-%m-%d}" in dump.name
        assert hashlib.sha256(dump.read_bytes()).hexdigest() == dumped[form]["sha256"]
        assert local not in gzip.decompress(dump.read_bytes()).decode()
    assert instance.json("audit", "verify", "--against", dumped["checkpoint"])["fault"] is None


def test_two_processes_do_not_write_to_one_home(instance: Instance) -> None:
    instance.start()
    refused = instance.run("user", "roles")
    assert refused.returncode == 1
    assert f"serving {instance.url}" in refused.stderr


def test_a_command_goes_through_the_running_server(instance: Instance) -> None:
    records = instance.directory / RECORDS
    instance.start()
    server = ("--url", instance.url, "--token")
    assert instance.run("ingest", records, *server, instance.tokens["machine"]).returncode == 0
    listed = instance.json("review", "list", *server, instance.tokens["Ann"])
    iri = listed["rows"][0]["iri"]
    assert instance.run("review", "decide", iri, "approve", *server, instance.tokens["Bob"]).returncode == 1
    assert instance.json("review", "decide", iri, "approve", *server, instance.tokens["Ann"])["status"] == "approved"
    (fact,) = instance.rows(FACTS)
    triple = (fact["item"], MENTIONS, fact["subject"])
    for token, known in (("", False), (instance.tokens["Bob"], False), (instance.tokens["Ann"], True)):
        told = instance.json("why", *triple, *server, token)
        assert told["annotations"][0]["id"] == iri
        assert ("decisions" in told["annotations"][0]) is known
        assert ("left_out" in told) is not known


def test_quarantine_has_an_exit_code_of_its_own(instance: Instance) -> None:
    records = instance.directory / RECORDS
    with records.open("a", encoding="utf-8") as file:
        file.write('{"schema": "give-ld/1", "type": "annotation", "kind": "nonsense"}\n')
    done = instance.run("ingest", records, "--as", "root")
    assert done.returncode == 3
    assert "line 3" in done.stdout
    assert instance.run("ingest", records, "--as", "nobody").returncode == 1
    assert instance.run("ingest", records).returncode == 2
    assert instance.run("ingest", records.with_name("missing.jsonl"), "--as", "root").returncode == 2
