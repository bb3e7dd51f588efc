"""Data over HTTP: sidecars that wait, records, items, limits, and whom the routes let in."""

from __future__ import annotations

from fastapi.testclient import TestClient

from give_ld.home import Home
from give_ld.model.run import Run
from tests.conftest import Bearer, Bringing, People
from tests.factories import PARTNER, a_face_match


def put_sidecar(service: TestClient, bring: Bringing, run: Run, headers: dict[str, str]) -> int:
    content = (bring.directory / f"{run.id}.faces").read_bytes()
    return service.put(f"/ingest/sidecars/{run.id}.faces", content=content, headers=headers).status_code


def test_records_with_their_sidecar_become_proposals(
    service: TestClient, people: People, bearer: Bearer, bring: Bringing, run: Run, home: Home
) -> None:
    headers = bearer(people.pipeline)
    records = bring.write([run, a_face_match()]).read_bytes()
    assert put_sidecar(service, bring, run, headers) == 204
    # What another records file leaves waiting, nobody else's request removes.
    assert service.post("/ingest", content=b"", headers=headers).status_code == 200
    report = service.post("/ingest?name=tape.jsonl", content=records, headers=headers)
    assert (report.status_code, report.json()["proposed"]) == (200, {"face-match": 1})
    assert not any(path.is_file() for path in (home.settings.home / "inbox").rglob("*"))


def test_a_part_that_is_refused_makes_it_207(
    service: TestClient, people: People, bearer: Bearer, bring: Bringing, run: Run
) -> None:
    records = bring.write([run, "no record", a_face_match()]).read_bytes()
    answer = service.post("/ingest", content=records, headers=bearer(people.pipeline))
    assert answer.status_code == 207
    assert [refused["rule"] for refused in answer.json()["refused"]] == ["json", "sidecar-missing"]


def test_items_come_from_their_archivist(service: TestClient, people: People, bearer: Bearer) -> None:
    rows = "pid,title,kind\none,N\u0085e\u2028ws,video\n".encode()
    path = f"/ingest?format=items&partner={PARTNER}"
    assert service.post(path, content=rows, headers=bearer(people.ann)).json()["recorded"] == 1
    assert service.post(path, content=rows, headers=bearer(people.bob)).status_code == 403
    assert service.post(path, content=b"pid\xff", headers=bearer(people.ann)).json()["rule"] == "utf-8"
    assert service.post("/ingest?format=items", content=rows, headers=bearer(people.ann)).status_code == 400
    assert service.post("/ingest?format=cards", content=rows, headers=bearer(people.ann)).status_code == 422


def test_a_body_over_the_limit_is_refused_whole(
    service: TestClient, people: People, bearer: Bearer, home: Home
) -> None:
    small = home.settings.model_copy(update={"upload_bytes": 100})
    home.settings = small
    headers = bearer(people.pipeline)
    assert service.post("/ingest", content=b"x" * 101, headers=headers).status_code == 413
    assert service.put("/ingest/sidecars/a.faces", content=b"x" * 60, headers=headers).status_code == 204
    assert service.put("/ingest/sidecars/b.faces", content=b"x" * 60, headers=headers).status_code == 413


def test_nobody_without_a_pipelines_token_leaves_a_sidecar(service: TestClient, people: People, bearer: Bearer) -> None:
    assert service.put("/ingest/sidecars/a.faces", content=b"x").status_code == 401
    assert service.put("/ingest/sidecars/a.faces", content=b"x", headers=bearer(people.ann)).status_code == 403
    for name in ("..%2Fa", ".hidden", "a%2Fb"):
        answer = service.put(f"/ingest/sidecars/{name}", content=b"x", headers=bearer(people.pipeline))
        assert answer.status_code in (404, 405, 422)
