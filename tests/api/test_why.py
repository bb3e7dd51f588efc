"""Why: the chain behind a fact, for everybody and for those who may see more."""

from __future__ import annotations

from fastapi.testclient import TestClient

from give_ld.home import Home
from give_ld.model.run import Run
from give_ld.model.status import Verdict
from give_ld.review.decide import Decision
from tests.conftest import Bearer, Bringing, People
from tests.factories import MODEL, a_face_match

FACT = "SELECT ?s ?o WHERE { ?s <https://schema.org/mentions> ?o }"


def test_why_answers_for_a_fact_and_leaves_out_the_person(
    service: TestClient, home: Home, people: People, bring: Bringing, run: Run, open_item: str, bearer: Bearer
) -> None:
    bring(run, a_face_match())
    iri = home.mint.annotation(run, a_face_match())
    assert service.get("/why", params={"annotation": iri}).status_code == 404
    home.decide(people.ann, Decision(iri, Verdict.APPROVE, "her left earlobe"))
    row = service.get("/sparql", params={"query": FACT}).json()["results"]["bindings"][0]
    asked = {"s": row["s"]["value"], "p": "https://schema.org/mentions", "o": row["o"]["value"]}
    answer = service.get("/why", params=asked)
    why = answer.json()["annotations"][0]
    assert why["annotation"] == iri
    assert (why["score"], why["confidence"], why["calibrator"]["fitted_count"]) == (0.613, 0.94, 4200)
    assert why["made"]["software"]["models"][0]["sha256"] == MODEL.sha256
    assert why["made"]["reference_set"] == run.reference_set
    assert why["fragment"]["box"]["width"] == 96
    assert why["decisions"][0]["organisation"].endswith(run.partner)
    assert why["left_out"]
    assert "earlobe" not in answer.text
    assert people.ann.id not in answer.text
    more = service.get("/why", params={"annotation": iri}, headers=bearer(people.ann)).json()
    assert more["annotations"][0]["decisions"][0]["reason"] == "her left earlobe"
    assert "left_out" not in more["annotations"][0] or not more["annotations"][0]["left_out"]
    home.decide(people.ann, Decision(iri, Verdict.WITHDRAW, "not her"))
    assert service.get("/why", params={"annotation": iri}).status_code == 410
    assert service.get("/why", params=asked).status_code == 404


def test_a_question_that_is_none_is_refused(service: TestClient) -> None:
    assert service.get("/why").status_code == 422
    assert service.get("/why", params={"annotation": "no iri"}).status_code == 422
    assert service.get("/why", params={"s": "https://x.example/a"}).status_code == 422
