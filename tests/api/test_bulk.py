"""Decisions about many, samples, policies and agreement over HTTP: what is guarded, refused and not disclosed."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from give_ld.home import Home
from give_ld.model.decision import Role
from give_ld.model.fragment import Box, Fragment
from give_ld.model.run import Run
from give_ld.people import add_user
from give_ld.rebuild import check
from tests.conftest import Bearer, Bringing, People
from tests.factories import PARTNER, PERSON, a_face_match

FACES = {"by": "group", "kind": "face-match", "subject": PERSON}
BAND = {"by": "band", "kind": "face-match", "low": 0.9}
POLICY = {
    **{"partner": PARTNER, "kind": "face-match", "sample_from": 0.9, "sample_size": 3},
    **{"precision": 0.3, "level": 0.9, "reason": "three of three is enough for a made archive"},
}


@pytest.fixture
def ann(service: TestClient, bring: Bringing, run: Run, open_item: str, people: People, bearer: Bearer) -> TestClient:
    """Ann at the service; six calibrated faces of one person wait for her."""
    box = Box(x=1, y=2, width=30, height=40)
    places = [Fragment(start_ms=10_000 * n, end_ms=10_000 * n + 900, box=box) for n in range(6)]
    bring(run, *(a_face_match(fragment=place, fingerprint=uuid4()) for place in places))
    service.headers.update(bearer(people.ann))
    return service


def bulk(client: TestClient, seen: str | None = None, headers: dict[str, str] | None = None, **ask: Any) -> Any:
    guard = {"If-Match": f'"{seen}"'} if seen else {}
    return client.post(
        "/review/bulk", json={"verdict": "reject", "select": FACES} | ask, headers=guard | (headers or {})
    )


def locals_of(client: TestClient, iris: list[str]) -> list[str]:
    return [iri.rpartition("/")[2] for iri in iris]


def test_a_dry_run_then_the_deed_then_one_undo(ann: TestClient, home: Home) -> None:
    dry = bulk(ann, verdict="approve", dry_run=True)
    assert (dry.json()["decided"], dry.headers["etag"]) == ({"approved": 6}, f'"{dry.json()["digest"]}"')
    done = bulk(ann, dry.json()["digest"], verdict="approve").json()
    assert (done["decided"], done["refused"], done["dry_run"]) == ({"approved": 6}, [], False)
    kept = ann.get(f"/review/bulk/{done['id']}").json()
    assert (len(kept["annotations"]), kept["verdict"], kept["selection"]) == (6, "approve", FACES)
    undone = ann.post(f"/review/bulk/{done['id']}:undo").json()
    assert (undone["decided"], undone["undoes"]) == ({"proposed": 6}, done["id"])
    assert all(found.is_none for found in check(home).values())


def test_a_deed_that_does_not_say_what_it_saw_is_refused(ann: TestClient, home: Home) -> None:
    head = home.journal.head()
    assert bulk(ann).status_code == 428
    stale = bulk(ann, "0" * 64)
    assert (stale.status_code, stale.json()["rule"]) == (412, "bulk-stale")
    assert home.journal.head() == head


def test_a_stale_undo_is_refused_and_loses_nothing(ann: TestClient) -> None:
    row = ann.get("/review/queue").json()["rows"][0]
    ann.post(f"/review/{row['local']}:reject", json={}, headers={"If-Match": '"1"'})
    body = {"annotation": row["iri"]}
    assert ann.post("/review/undo", json=body, headers={"If-Match": '"1"'}).status_code == 412
    assert ann.post("/review/undo", json=body, headers={"If-Match": '"2"'}).json()["status"] == "proposed"


@pytest.mark.parametrize(
    "select",
    [
        {"by": "pick", "annotations": []},
        {"by": "pick", "annotations": ["https://made.example.org/id/annotation/x"] * 2 + ["not an iri"]},
        {"by": "pick", "annotations": [f"https://made.example.org/id/annotation/{n}" for n in range(10_001)]},
        {"by": "group", "kind": "face-match"},
        {"by": "group", "kind": "'; DROP TABLE annotation; --", "subject": "x"},
        {"by": "band", "kind": "face-match", "low": 0.9, "high": 0.1},
        {"by": "cluster", "cluster": "1 OR 1=1"},
        {"by": "all"},
    ],
    ids=["none", "no-iri", "too-many", "half", "injected", "down", "no-uuid", "all"],
)
def test_a_selection_that_means_nothing_or_too_much_is_refused(ann: TestClient, select: dict[str, Any]) -> None:
    assert bulk(ann, select=select, dry_run=True).status_code == 422


def test_words_that_look_like_syntax_select_nothing(ann: TestClient) -> None:
    for subject in ("' OR '1'='1", '"} DELETE WHERE { ?s ?p ?o } #', "%"):
        found = bulk(ann, select=FACES | {"subject": subject}, dry_run=True).json()
        assert (found["selected"], found["decided"]) == (0, {})


def test_another_partner_learns_nothing(ann: TestClient, people: People, bearer: Bearer) -> None:
    iris = [row["iri"] for row in ann.get("/review/queue").json()["rows"]]
    done = bulk(ann, bulk(ann, dry_run=True).json()["digest"]).json()
    bob = bearer(people.bob)
    theirs = bulk(ann, headers=bob, select={"by": "pick", "annotations": iris[:1]}, dry_run=True).json()
    none = ["https://made.example.org/id/annotation/none"]
    nobodys = bulk(ann, headers=bob, select={"by": "pick", "annotations": none}, dry_run=True).json()
    for found in (theirs, nobodys):
        (refused,) = found["refused"]
        assert (refused["status"], refused["count"], found["decided"]) == (404, 1, {})
        refused.pop("examples")
    assert theirs["refused"] == nobodys["refused"]
    assert bulk(ann, headers=bob, dry_run=True).json()["passed_over"] == {}
    for path in (f"/review/bulk/{done['id']}", f"/review/bulk/{uuid4()}"):
        assert ann.get(path, headers=bob).status_code == 404
        assert ann.post(f"{path}:undo", headers=bob).status_code == 404


def test_only_archivists_decide_about_many(ann: TestClient, people: People, bearer: Bearer) -> None:
    for user in (people.rita, people.pipeline, people.admin):
        assert bulk(ann, headers=bearer(user), dry_run=True).status_code == 403
    assert bulk(ann, headers={"Authorization": ""}, dry_run=True).status_code == 401


def test_a_band_is_approved_only_where_a_policy_and_a_sample_say_so(
    ann: TestClient, people: People, bearer: Bearer
) -> None:
    admin = bearer(people.admin)
    assert bulk(ann, verdict="approve", select=BAND, dry_run=True).json()["rule"] == "policy"
    assert ann.post("/review/samples", json={"band": BAND}).json()["rule"] == "policy"
    assert ann.post("/review/policy", json=POLICY).status_code == 403
    assert ann.post("/review/policy", json=POLICY | {"precision": 0.99}, headers=admin).json()["rule"] == "sample-size"
    assert ann.post("/review/policy", json=POLICY, headers=admin).json()["set_by"] == "admin"
    assert bulk(ann, verdict="approve", select=BAND, dry_run=True).json()["rule"] == "sample"
    drawn = ann.post("/review/samples", json={"band": BAND}).json()
    assert (len(drawn["annotations"]), drawn["population"], drawn["suffices"]) == (3, 6, False)
    approve = {"verdict": "approve", "select": BAND, "sample": drawn["id"]}
    assert bulk(ann, dry_run=True, **approve).json()["rule"] == "sample"
    for local in locals_of(ann, drawn["annotations"]):
        ann.post(f"/review/{local}:approve", json={})
    looked = ann.get(f"/review/samples/{drawn['id']}").json()
    assert (looked["checked"], looked["right"], looked["suffices"]) == (3, 3, True)
    assert looked["precision"]["bound"] == pytest.approx(0.1 ** (1 / 3), abs=1e-5)
    dry = bulk(ann, dry_run=True, **approve).json()
    done = bulk(ann, dry["digest"], **approve).json()
    assert (done["decided"], done["precision"]["right"]) == ({"approved": 3}, 3)


def test_a_sample_with_too_many_wrong_ones_approves_nothing(ann: TestClient, people: People, bearer: Bearer) -> None:
    ann.post("/review/policy", json=POLICY, headers=bearer(people.admin))
    drawn = ann.post("/review/samples", json={"band": BAND}).json()
    first, *rest = locals_of(ann, drawn["annotations"])
    ann.post(f"/review/{first}:approve", json={})
    for local in rest:
        ann.post(f"/review/{local}:reject", json={})
    refused = bulk(ann, dry_run=True, verdict="approve", select=BAND, sample=drawn["id"]).json()
    assert (refused["status"], refused["rule"]) == (409, "precision")


def test_what_the_policy_does_not_show_is_not_in_the_queue(ann: TestClient, people: People, bearer: Bearer) -> None:
    policy = {"partner": PARTNER, "kind": "face-match", "show_from": 0.95, "reason": "too many wrong ones below"}
    assert ann.post("/review/policy", json=policy, headers=bearer(people.admin)).status_code == 201
    assert ann.get("/review/queue").json()["rows"] == []
    assert len(ann.get("/review/queue", params={"all": True}).json()["rows"]) == 6
    (shown,) = ann.get("/review/policy").json()["policies"]
    assert (shown["show_from"], shown["reason"], shown["set_by"]) == (0.95, policy["reason"], "admin")
    assert ann.get("/review/policy", headers=bearer(people.bob)).json() == {"policies": []}


def test_agreement_is_told_by_pair_and_kind_to_those_who_may_know(
    ann: TestClient, home: Home, people: People, bearer: Bearer
) -> None:
    eve = bearer(add_user(home, "Eve", [Role.ARCHIVIST], PARTNER))
    rows = ann.get("/review/queue").json()["rows"]
    for place, row in enumerate(rows[:4]):
        ann.post(f"/review/{row['local']}:{'approve' if place < 2 else 'reject'}", json={})
        said = "disagree" if place == 0 else "agree"
        done = ann.post(f"/review/{row['local']}:{said}", json={"reason": "so it seems"}, headers=eve)
        assert done.status_code == 200, done.text
    found = ann.get("/review/agreement").json()["agreement"]
    assert [(each["kind"], each["count"], each["agreed"], each["kappa"]) for each in found] == [
        ("all", 4, 0.75, 0.5),
        ("face-match", 4, 0.75, 0.5),
    ]
    assert set(found[0]["users"]) == {"Ann", "Eve"}
    assert ann.get("/review/agreement", headers=bearer(people.bob)).json() == {"agreement": []}
    assert ann.get("/review/agreement", headers=bearer(people.pipeline)).status_code == 403
