"""What may be run, over HTTP: set by who may, against what was seen, and read by nobody of another partner."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tests.conftest import OTHER, Bearer, People
from tests.factories import PARTNER, PERSON

RULE = {"collection": "nieuws", "stages": ["speech"], "persons": [], "reason": "no faces in the news"}
pytestmark = pytest.mark.filterwarnings("ignore:Duplicate Operation ID")


def test_an_archivist_says_what_may_be_run_in_the_place_of_what_was_seen(
    service: TestClient, people: People, bearer: Bearer
) -> None:
    headers, place = bearer(people.ann), f"/processing/{PARTNER}"
    seen = service.get(place, headers=headers)
    assert [rule["collection"] for rule in seen.json()["rules"]] == [None]
    assert service.post(place, json=RULE, headers=headers).status_code == 428
    match = headers | {"If-Match": seen.headers["etag"]}
    assert service.post(place, json=RULE, headers=match).status_code == 201
    late = service.post(place, json=RULE | {"stages": []}, headers=match)
    assert (late.status_code, late.json()["code"]) == (412, "stale")
    rules = service.get(place, headers=headers).json()["rules"]
    assert [(rule["collection"], rule["stages"], rule["persons"]) for rule in rules][1] == ("nieuws", ["speech"], [])
    assert rules[1]["reason"] == "no faces in the news"


def test_a_person_who_is_not_in_the_reference_set_is_refused_by_name_of_the_rule(
    service: TestClient, people: People, bearer: Bearer
) -> None:
    headers, place = bearer(people.admin), f"/processing/{PARTNER}"
    match = headers | {"If-Match": service.get(place, headers=headers).headers["etag"]}
    for rule, name in (({"persons": [PERSON]}, "person-unknown"), ({"reason": " "}, "reason")):
        answer = service.post(place, json=RULE | rule, headers=match)
        assert (answer.status_code, answer.json()["rule"]) == (422, name), answer.text


def test_a_partner_reads_its_own_policy_only(service: TestClient, people: People, bearer: Bearer) -> None:
    listed = service.get("/processing", headers=bearer(people.bob)).json()["policies"]
    assert [each["partner"] for each in listed] == [OTHER]
    assert len(service.get("/processing", headers=bearer(people.admin)).json()["policies"]) == 2


def test_a_manager_lets_somebody_be_recognised_although_not_surely_of_age(
    service: TestClient, people: People, bearer: Bearer, refset: str
) -> None:
    headers = bearer(people.rita)
    ask = {"person": PERSON, "reason": "a public child star"}
    half = service.post("/refset/exempt", json=ask | {"partner": PARTNER}, headers=headers)
    assert (half.status_code, half.json()["rule"]) == (422, "exemption")
    assert service.post("/refset/exempt", json=ask, headers=headers).status_code == 201
    (found,) = service.get("/refset/exempt", headers=headers).json()["exemptions"]
    assert (found["person"], found["reason"]) == (PERSON, "a public child star")
