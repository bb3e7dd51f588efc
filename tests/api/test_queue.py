"""The queue over HTTP: orders, filters, pages that go on while others decide, groups, and claims."""

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
from tests.conftest import Bearer, Bringing, People
from tests.factories import PARTNER, PERSON, a_face_match, a_mention, an_unknown_face

UNCALIBRATED = {"confidence": None, "calibrator": None}
SCORES = ((0.613, 0.94), (0.5, 0.8014), (0.4, 0.5489), (0.3, 0.2682))


def place(number: int) -> Fragment:
    start = 10_000 * number
    return Fragment(start_ms=start, end_ms=start + 900, box=Box(x=1, y=2, width=30, height=40))


@pytest.fixture
def ann(service: TestClient, bring: Bringing, run: Run, open_item: str, people: People, bearer: Bearer) -> TestClient:
    """Ann at the service; four faces of one person, two mentions of Ghent and two unknown faces wait for her."""
    margins = {"margin": None}
    matches = [
        a_face_match(fragment=place(n), fingerprint=uuid4(), score=score, confidence=sure, **margins)
        for n, (score, sure) in enumerate(SCORES)
    ]
    mentions = [a_mention(fragment=Fragment(start_ms=n, end_ms=n + 9), **UNCALIBRATED) for n in (1_000, 2_000)]
    unknown = [an_unknown_face(fragment=place(n), fingerprint=uuid4()) for n in (20, 30)]
    assert [each.message for each in bring(run, *matches, *mentions, *unknown).refused] == []
    service.headers.update(bearer(people.ann))
    return service


def rows(client: TestClient, **asked: Any) -> list[dict[str, Any]]:
    answer = client.get("/review/queue", params=asked)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["rows"]
    return found


def test_the_queue_goes_up_or_down_by_confidence(ann: TestClient) -> None:
    down = [row["confidence"] for row in rows(ann)]
    assert down == [0.94, 0.8014, 0.5489, 0.2682, None, None, None, None]
    assert [row["confidence"] for row in rows(ann, order="doubtful")] == [0.2682, 0.5489, 0.8014, 0.94]


def test_the_newest_or_the_oldest_come_first(ann: TestClient) -> None:
    oldest = [row["iri"] for row in rows(ann, order="oldest")]
    assert oldest == [row["iri"] for row in rows(ann, order="newest")][::-1]
    assert rows(ann, order="oldest")[0]["confidence"] == 0.94


def test_the_most_useful_group_comes_first(ann: TestClient) -> None:
    assert [row["kind"] for row in rows(ann, order="useful")] == [
        *["face-match"] * 4,
        *["entity-mention"] * 2,
        *["face-unknown"] * 2,
    ]


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"kind": "face-match"}, 4),
        ({"kind": "tag"}, 0),
        ({"subject": PERSON}, 4),
        ({"subject": "Q1296"}, 2),
        ({"low": 0.5, "high": 0.9}, 2),
        ({"uncalibrated": True}, 4),
        ({"uncalibrated": False}, 4),
        ({"text": "CURIE"}, 4),
        ({"text": "%"}, 0),
        ({"model": "fr_feature.onnx"}, 8),
        ({"item": "elsewhere"}, 0),
        ({"run": "none"}, 0),
        ({"rejected_before": True}, 0),
        ({"status": "approved"}, 0),
        ({"subject": "' OR 1=1 --"}, 0),
        ({"text": "x'; DROP TABLE annotation; --"}, 0),
    ],
)
def test_the_queue_is_filtered(ann: TestClient, asked: dict[str, Any], count: int) -> None:
    assert len(rows(ann, **asked)) == count


@pytest.mark.parametrize("asked", [{"kind": "x"}, {"low": 2}, {"order": "best"}, {"size": 10_000}, {"item": "a b"}])
def test_a_filter_that_means_nothing_is_refused(ann: TestClient, asked: dict[str, Any]) -> None:
    assert ann.get("/review/queue", params=asked).status_code == 422


@pytest.mark.parametrize("order", ["likely", "doubtful", "useful", "newest", "oldest"])
def test_pages_go_on_where_the_last_ended_while_guesses_are_decided(ann: TestClient, order: str) -> None:
    everything = [row["iri"] for row in rows(ann, order=order)]
    seen, after = [], None
    while True:
        asked = {"order": order, "size": 2} | ({"after": after} if after else {})
        page = ann.get("/review/queue", params=asked).json()
        seen += [row["iri"] for row in page["rows"]]
        local = page["rows"][0]["local"]
        assert ann.post(f"/review/{local}:reject", json={}).status_code == 200
        if (after := page["next"]) is None:
            break
    # A group moves down as it is decided about: what is left of it may come again, nothing is left out.
    assert seen == everything if order != "useful" else set(seen) == set(everything)


@pytest.mark.parametrize("after", ["x", "bnVsbA", "W10", "WyJuZXdlc3QiLCAxXQ"])
def test_a_place_in_no_queue_is_refused(ann: TestClient, after: str) -> None:
    assert ann.get("/review/queue", params={"after": after}).json()["rule"] == "after"


def test_groups_say_how_many_wait_and_show_the_best(ann: TestClient) -> None:
    found = ann.get("/review/groups").json()["groups"]
    assert [(each["kind"], each["label"], each["count"]) for each in found] == [
        ("face-match", "Marie Curie", 4),
        ("entity-mention", "Gent", 2),
        ("face-unknown", "", 2),
    ]
    assert [row["confidence"] for row in found[0]["examples"]] == [0.94, 0.8014, 0.5489]
    assert found[2]["subject"] == str(an_unknown_face().cluster)
    first = ann.get("/review/groups", params={"size": 1}).json()
    second = ann.get("/review/groups", params={"size": 1, "after": first["next"]}).json()
    assert [second["groups"][0]["kind"], len(second["groups"])] == ["entity-mention", 1]


def test_another_partner_sees_no_group(ann: TestClient, people: People, bearer: Bearer) -> None:
    assert ann.get("/review/groups", headers=bearer(people.bob)).json()["groups"] == []


def test_a_claimed_group_is_left_to_who_claimed_it(ann: TestClient, home: Home, bearer: Bearer) -> None:
    eve = bearer(add_user(home, "Eve", [Role.ARCHIVIST], PARTNER))
    faces = {"select": {"by": "group", "kind": "face-match", "subject": PERSON}}
    claim = ann.post("/review/claims", json=faces).json()
    assert (claim["count"], claim["by"], claim["mine"], claim["left_out"]) == (4, "Ann", True, 0)
    seen = ann.get("/review/queue", headers=eve).json()["rows"][0]
    assert (seen["claimed"]["by"], seen["claimed"]["mine"]) == ("Ann", False)
    assert len(ann.get("/review/queue", params={"free": True}, headers=eve).json()["rows"]) == 4
    held = ann.post(f"/review/{seen['local']}:reject", json={}, headers=eve)
    assert (held.status_code, held.json()["rule"]) == (409, "claimed")
    assert ann.post("/review/claims", json=faces, headers=eve).status_code == 409
    assert ann.delete(f"/review/claims/{claim['id']}", headers=eve).status_code == 404
    assert ann.post(f"/review/{seen['local']}:reject", json={"force": True}, headers=eve).status_code == 200
    assert ann.delete(f"/review/claims/{claim['id']}").json()["released"] == 4
    assert ann.get("/review/claims").json()["claims"] == []


def test_a_claim_lapses(ann: TestClient, home: Home, bearer: Bearer) -> None:
    eve = bearer(add_user(home, "Eve", [Role.ARCHIVIST], PARTNER))
    faces = {"select": {"by": "group", "kind": "face-match", "subject": PERSON}}
    assert ann.post("/review/claims", json={**faces, "seconds": 1}).status_code == 201
    assert ann.post("/review/claims", json=faces, headers=eve).json()["by"] == "Eve"


def test_another_partner_learns_nothing_of_claims(ann: TestClient, people: People, bearer: Bearer) -> None:
    (iri, *_) = (row["iri"] for row in rows(ann))
    picked = {"select": {"by": "pick", "annotations": [iri]}}
    ann.post("/review/claims", json=picked)
    bob = bearer(people.bob)
    assert ann.get("/review/claims", headers=bob).json() == {"claims": []}
    theirs = ann.post("/review/claims", json=picked, headers=bob)
    none = {"select": {"by": "pick", "annotations": ["https://made.example.org/id/annotation/none"]}}
    assert theirs.json() == ann.post("/review/claims", json=none, headers=bob).json()
