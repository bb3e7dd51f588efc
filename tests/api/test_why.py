"""Why: the chain behind a fact, for everybody from the public alone, and more for those who may see more."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pyoxigraph
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from give_ld.api.app import create_dump_app
from give_ld.home import Home
from give_ld.journal import tables as t
from give_ld.model.annotation import Annotation
from give_ld.model.correction import Right
from give_ld.model.decision import DecisionReason, Role
from give_ld.model.run import Agent, Run, Stage
from give_ld.model.status import Verdict
from give_ld.people import add_user, issue_token
from give_ld.rdf.namespaces import EBUCORE, HA_OBJECT, SCHEMA
from give_ld.rdf.public import public_owners
from give_ld.review.decide import Decision
from give_ld.review.why.answer import LEFT_OUT
from give_ld.review.why.evidence import evidence, store_source
from give_ld.store.pool import QueryPool
from tests.conftest import Bearer, Bringing, People
from tests.factories import (
    MODEL,
    PARTNER,
    PERSON,
    PID,
    a_face_match,
    a_mention,
    a_mention_without_entity,
    a_run,
    a_tag,
    a_tag_without_concept,
    a_transcript,
    an_item,
    an_unknown_face,
    approved,
)

MENTIONS = f"{SCHEMA}mentions"
TYPES = ("application/ld+json", "application/json", "text/turtle", "text/html")
PLAIN = {"confidence": None, "calibrator": None}
SECRET = "her left earlobe, says my aunt"
Approving = Callable[..., str]


@pytest.fixture
def approve(home: Home, people: People, bring: Bringing, run: Run, open_item: str) -> Approving:
    """Bring guesses, approve each, and return the IRI of the last."""

    def act(*guesses: Annotation, by: Run = run, reason: str = SECRET) -> str:
        assert bring(by, *guesses).refused == []
        iris = [home.mint.annotation(by, guess) for guess in guesses]
        for iri in iris:
            home.decide(people.ann, Decision(iri, Verdict.APPROVE, reason))
        return iris[-1]

    return act


def fact_of(home: Home, guess: Annotation, run: Run) -> dict[str, str]:
    """The parameters that ask about the first fact that a guess supports."""
    known = approved(guess, run, iri=home.mint.annotation(run, guess))
    facts = sorted(owner for owner in public_owners(home.mint, known, an_item()) if owner.startswith("fact:"))
    terms = facts[0].removeprefix("fact:").split(" ", 2)
    return dict(zip(("s", "p", "o"), (term.strip("<>") for term in terms), strict=True))


def about(service: TestClient, asked: dict[str, str], **headers: str) -> list[dict[str, Any]]:
    answer = service.get("/why", params=asked, headers=headers)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["annotations"])


def triples(content: bytes, media_type: str) -> set[str]:
    return {str(each.triple) for each in pyoxigraph.parse(content, pyoxigraph.RdfFormat.from_media_type(media_type))}


# --- the chain ---


def test_a_fact_is_answered_with_its_whole_chain(service: TestClient, home: Home, approve: Approving, run: Run) -> None:
    iri = approve(a_face_match())
    (why,) = about(service, fact_of(home, a_face_match(), run))
    assert why["id"] == iri
    assert (why["score"], why["confidence"]) == (0.613, 0.94)
    assert why["score_kind"]["label"]["fr"] == "similarité cosinus"
    assert (why["calibrator"]["fitted_count"], why["calibrator"]["created"]) == (4200, "2026-02-20")
    assert why["calibrator"]["fitted_on"] == {"en": "made pairs of faces"}
    assert why["made"]["id"] == home.mint.run(run.id)
    assert (why["made"]["started"], why["made"]["ended"]) == ("2026-03-01T10:00:00Z", "2026-03-01T10:03:10Z")
    assert why["made"]["software"]["name"] == {"en": "onnx-faces"}
    assert why["made"]["software"]["weights"] == [f"sha256:{MODEL.sha256}"]
    assert why["made"]["reference_set"]["id"] == home.mint.refset_version(run.reference_set or "")
    assert len(why["made"]["reference_set"]["digest"]) == 64
    assert (why["fragment"]["start"], why["fragment"]["width"]) == ("00:00:12.48", 96)
    assert why["validated_by"]["label"] == {"nl": "Voorbeeldarchief"}
    assert why["decided"].startswith("2026-03-02T08:")
    assert why["item"]["mentions"] == [PERSON]
    assert why["subject"]["name"] == {"nl": "Marie Curie"}


def test_every_kind_of_fact_names_its_annotation(service: TestClient, home: Home, approve: Approving, run: Run) -> None:
    speech = run.model_copy(update={"id": a_run(id="00000000-0000-4000-8000-000000000005").id, "stage": Stage.SPEECH})
    guesses = [a_transcript(run=speech.id, **PLAIN), a_mention(run=speech.id, **PLAIN)]
    approve(*guesses, by=speech)
    for guess in guesses:
        known = approved(guess, speech, iri=home.mint.annotation(speech, guess))
        for owner in public_owners(home.mint, known, an_item()):
            if owner.startswith("fact:"):
                s, p, o = (term.strip("<>") for term in owner.removeprefix("fact:").split(" "))
                assert [each["id"] for each in about(service, {"s": s, "p": p, "o": o})] == [known.iri], p
                assert p in (MENTIONS, f"{HA_OBJECT}hasTranscriptionCopy", f"{EBUCORE}hasCaptioning")


@pytest.mark.parametrize("guess", [a_tag(**PLAIN), a_tag_without_concept(**PLAIN)], ids=["concept", "words"])
def test_a_tag_is_why_its_item_is_about_a_concept_or_has_a_keyword(
    service: TestClient, home: Home, approve: Approving, run: Run, guess: Annotation
) -> None:
    iri, asked = approve(guess), fact_of(home, guess, run)
    assert asked["p"] == SCHEMA + ("about" if asked["o"].startswith("http") else "keywords")
    (why,) = about(service, asked)
    assert (why["id"], why["tag_type"]) == (iri, guess.tag_type)  # type: ignore[union-attr]
    page = service.get("/why", params=asked, headers={"Accept": "text/html"}).text
    assert ("is about" in page) is asked["p"].endswith("about")
    item = service.get(asked["s"], headers={"Accept": "text/html"}).text
    assert f"/why?{urlencode(asked)}".replace("&", "&amp;") in item


def test_a_correction_is_attributed_to_the_archive_and_to_no_software(
    service: TestClient, home: Home, people: People, bearer: Bearer, bring: Bringing, run: Run, open_item: str
) -> None:
    guess = a_mention_without_entity(**PLAIN)
    bring(run, guess)
    wrong, right = home.mint.annotation(run, guess), Right(entity="Q1296", label="Gent")
    said = Decision(wrong, Verdict.CORRECT, SECRET, ground=DecisionReason.WRONG_ENTITY, right=right)
    made = home.decide(people.ann, said).made
    asked = {"annotation": made or ""}
    (why,) = about(service, asked)
    assert "made" not in why
    assert why["attributed_to"]["label"] == {"nl": "Voorbeeldarchief"}
    public = service.get("/why", params=asked).text
    assert wrong not in public
    assert SECRET not in public
    (inside,) = about(service, asked, **bearer(people.ann))
    assert inside["corrects"] == wrong
    (decision,) = inside["decisions"]
    assert (decision["verdict"], decision["ground"]["label"]["en"]) == ("correct", "wrong entity")
    page = service.get("/why", params=asked, headers={"Accept": "text/html", **bearer(people.ann)}).text
    assert "Stated by a person of the archive" in page


def test_a_name_without_an_entity_supports_no_fact_and_has_a_why(
    service: TestClient, approve: Approving, home: Home
) -> None:
    iri = approve(a_mention_without_entity(**PLAIN))
    (why,) = about(service, {"annotation": iri})
    assert (why["text"], why["subject"]["label_text"]) == ("Gent", {"nl": "Gent"})
    asked = {"s": why["item"]["id"], "p": MENTIONS, "o": why["subject"]["id"]}
    assert service.get("/why", params=asked).status_code == 404


def test_of_two_that_support_a_fact_the_other_stays_when_one_is_withdrawn(
    service: TestClient, home: Home, people: People, approve: Approving, run: Run
) -> None:
    second = a_mention(person=a_face_match().person, label="Marie Curie", **PLAIN)
    approve(a_face_match(), second)
    face, mention = (home.mint.annotation(run, each) for each in (a_face_match(), second))
    asked = fact_of(home, a_face_match(), run)
    assert {each["id"] for each in about(service, asked)} == {face, mention}
    home.decide(people.ann, Decision(face, Verdict.WITHDRAW, "not her"))
    assert [each["id"] for each in about(service, asked)] == [mention]
    assert service.get("/why", params={"annotation": face}).status_code == 410
    home.decide(people.ann, Decision(mention, Verdict.WITHDRAW, "not her"))
    assert service.get("/why", params=asked).status_code == 404


def test_what_is_not_calibrated_and_when_it_was_made_if_unstated_is_said(
    service: TestClient, home: Home, approve: Approving, run: Run
) -> None:
    elsewhere = a_run(
        id="00000000-0000-4000-8000-000000000006",
        stage=Stage.SPEECH,
        agent=Agent(name="captions", models=()),
        parameters={},
        **dict.fromkeys(("started", "ended", "reference_set", "energy_wh")),
        calibrators=(),
    )
    unstated = {"score": None, "score_kind": "unstated", "confidence": None, "calibrator": None}
    iri = approve(a_transcript(run=elsewhere.id, language_probability=None, **unstated), by=elsewhere)
    (why,) = about(service, {"annotation": iri})
    assert "confidence" not in why
    assert why["calibrator"]["label"]["en"] == "uncalibrated"
    assert "ended" not in why["made"]
    assert any(name.endswith("endedAtTime") for name in why["made"]["unstated"])
    assert any(name.endswith("modelDigest") for name in why["made"]["software"]["unstated"])
    page = service.get("/why", params={"annotation": iri}, headers={"Accept": "text/html"}).text
    for said in ("Not calibrated", "time not stated", "version not stated", "not stated by the source"):
        assert said in page


# --- who sees what ---


def hide_things(home: Home, people: People, bring: Bringing, run: Run) -> list[str]:
    """Put into the private store and the journal what no public answer may say; return what would betray it."""
    unapproved = a_face_match(
        fragment=a_mention(**PLAIN).fragment.model_copy(update={"box": a_face_match().fragment.box})
    )
    bring(run, unapproved, an_unknown_face())
    rejected = a_mention(entity="Q5", label="Anna Geheim", text="Gend", **PLAIN)
    bring(run, rejected)
    iri = home.mint.annotation(run, rejected)
    home.decide(people.ann, Decision(iri, Verdict.REJECT, "geheime reden"))
    return [
        SECRET,
        "earlobe",
        "geheime reden",
        "Anna Geheim",
        "Chicago",
        people.ann.id,
        home.mint.user(people.ann.id),
        ">Ann<",
        "Ann ",
        home.mint.annotation(run, unapproved),
        home.mint.annotation(run, an_unknown_face()),
        iri,
        "match_threshold",
        "news.mp4",
        "/id/validation/",
    ]


@pytest.mark.parametrize("media_type", TYPES)
def test_an_anonymous_answer_holds_nothing_private(
    service: TestClient, home: Home, people: People, bring: Bringing, approve: Approving, run: Run, media_type: str
) -> None:
    iri = approve(a_face_match(), a_mention(**PLAIN))
    secrets = hide_things(home, people, bring, run)
    for asked in ({"annotation": iri}, fact_of(home, a_face_match(), run), fact_of(home, a_mention(**PLAIN), run)):
        answer = service.get("/why", params=asked, headers={"Accept": media_type})
        assert answer.status_code == 200
        assert answer.headers["content-type"].split(";")[0] == media_type
        said = answer.text + json.dumps(dict(answer.headers))
        assert [secret for secret in secrets if secret in said] == []
        assert LEFT_OUT["en"][0] in answer.text


@pytest.mark.parametrize("media_type", TYPES)
def test_an_anonymous_answer_rests_on_the_public_store_alone(
    service: TestClient, home: Home, approve: Approving, media_type: str
) -> None:
    iri = approve(a_face_match())
    before = service.get("/why", params={"annotation": iri}, headers={"Accept": media_type})
    with home.journal.writing() as writing:
        for table in (t.annotation, t.run, t.validation, t.person, t.user, t.item):
            writing.db.execute(update(table).values(body='{"forged": true}'))
        writing.db.execute(update(t.annotation).values(status="rejected", partner="OR-zzz9999"))
        writing.db.execute(t.support.delete())
    home.private.apply(list(home.private.lines()), [])
    after = service.get("/why", params={"annotation": iri}, headers={"Accept": media_type})
    assert (after.status_code, after.content, after.headers["etag"]) == (200, before.content, before.headers["etag"])


def test_a_snapshot_alone_gives_the_same_answer(
    service: TestClient, home: Home, people: People, bring: Bringing, approve: Approving, run: Run
) -> None:
    """The application over a dump has no journal, no private store and no users."""
    iri = approve(a_face_match(), a_transcript(**PLAIN))
    hide_things(home, people, bring, run)
    pool = QueryPool(home.settings, home.snapshots.current)
    with TestClient(create_dump_app(home.settings, pool), base_url=home.settings.base) as alone:
        for asked in ({"annotation": iri}, fact_of(home, a_face_match(), run)):
            for media_type in TYPES:
                answers = [each.get("/why", params=asked, headers={"Accept": media_type}) for each in (service, alone)]
                assert answers[0].status_code == answers[1].status_code == 200
                assert answers[0].content == answers[1].content


def test_the_owners_archivist_and_an_auditor_see_person_and_reason(
    service: TestClient, home: Home, people: People, bearer: Bearer, approve: Approving
) -> None:
    iri = approve(a_face_match())
    for user in (people.ann, people.rita):
        answer = service.get("/why", params={"annotation": iri}, headers=bearer(user))
        assert answer.headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in answer.headers
        assert "left_out" not in answer.json()
        (decision,) = answer.json()["annotations"][0]["decisions"]
        assert decision["reason"] == SECRET
        assert decision["association"]["person"]["id"] == home.mint.user(people.ann.id)
        assert decision["association"]["person"]["user_name"] == "Ann"
        assert answer.json()["annotations"][0]["made"]["energy_wh"] == 4.2


def test_nobody_else_sees_more_than_the_public(
    service: TestClient, home: Home, people: People, bearer: Bearer, approve: Approving
) -> None:
    iri = approve(a_face_match())
    plain = service.get("/why", params={"annotation": iri}).content
    for user in (people.bob, people.pipeline, people.other_pipeline, people.admin):
        assert service.get("/why", params={"annotation": iri}, headers=bearer(user)).content == plain


def test_what_is_not_public_is_answered_to_its_archivist_only(
    service: TestClient, home: Home, people: People, bearer: Bearer, bring: Bringing, run: Run, open_item: str
) -> None:
    bring(run, a_face_match(), an_unknown_face())
    for guess in (a_face_match(), an_unknown_face()):
        asked = {"annotation": home.mint.annotation(run, guess)}
        assert service.get("/why", params=asked).status_code == 404
        assert service.get("/why", params=asked, headers=bearer(people.bob)).status_code == 404
        why = about(service, asked, **bearer(people.ann))[0]
        assert why["status"]["label"]["en"] == "proposed"
        page = service.get("/why", params=asked, headers={"Accept": "text/html", **bearer(people.ann)})
        assert "Waits for a person to decide" in page.text
        assert "Only a guess:" in page.text


def test_every_decision_is_told_in_its_order(
    service: TestClient, home: Home, people: People, bearer: Bearer, approve: Approving
) -> None:
    iri = approve(a_face_match())
    home.decide(people.ann, Decision(iri, Verdict.WITHDRAW, "an actress"))
    home.decide(people.ann, Decision(iri, Verdict.APPROVE, "it is her"))
    decisions = about(service, {"annotation": iri}, **bearer(people.rita))[0]["decisions"]
    assert {each["reason"] for each in decisions} == {SECRET, "an actress", "it is her"}
    page = service.get("/why", params={"annotation": iri}, headers={"Accept": "text/html", **bearer(people.rita)}).text
    assert page.index("earlobe") < page.index("an actress") < page.index("it is her")


def test_an_expired_token_is_refused_and_says_so(
    service: TestClient, home: Home, people: People, approve: Approving
) -> None:
    iri, token = approve(a_face_match()), issue_token(home, "Ann", days=1)
    home.journal.clock.now += timedelta(days=2)  # type: ignore[attr-defined]
    bearer = {"Authorization": f"Bearer {token}"}
    answer = service.get("/why", params={"annotation": iri}, headers=bearer)
    assert (answer.status_code, answer.json()["code"]) == (401, "not-authenticated")
    page = service.get("/why", params={"annotation": iri}, headers={**bearer, "Accept": "text/html"})
    assert (page.status_code, "/auth/login" in page.text) == (401, True)


# --- unknown, gone, wrong ---


@pytest.mark.parametrize("media_type", TYPES)
def test_unknown_unapproved_and_invisible_look_the_same(
    service: TestClient, home: Home, people: People, bring: Bringing, run: Run, closed_item: str, media_type: str
) -> None:
    """The run's item has no licence here: what is approved is not visible."""
    hidden, proposed = a_face_match(), a_mention(**PLAIN)
    bring(run, hidden, proposed)
    iri = home.mint.annotation(run, hidden)
    home.decide(people.ann, Decision(iri, Verdict.APPROVE, "sure"))
    unknown = iri[:-4] + "aaaa"
    answers = []
    for each in (iri, home.mint.annotation(run, proposed), unknown):
        answer = service.get("/why", params={"annotation": each}, headers={"Accept": media_type})
        assert answer.status_code == 404
        answers.append(answer.text.replace(each, "IRI"))
    assert len(set(answers)) == 1


def test_options_head_and_tags_are_those_of_the_neighbours(service: TestClient, approve: Approving) -> None:
    asked = {"annotation": approve(a_face_match())}
    assert service.options("/why").headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    tags = set()
    for media_type in TYPES:
        get = service.get("/why", params=asked, headers={"Accept": media_type})
        head = service.head("/why", params=asked, headers={"Accept": media_type})
        assert (head.content, head.headers["etag"]) == (b"", get.headers["etag"])
        assert get.headers["access-control-allow-origin"] == "*"
        assert set(get.headers["vary"].split(", ")) == {"Accept", "Accept-Language", "Authorization", "Cookie"}
        again = service.get("/why", params=asked, headers={"Accept": media_type, "If-None-Match": get.headers["etag"]})
        assert again.status_code == 304
        tags.add(get.headers["etag"])
    assert len(tags) == len(TYPES)
    assert service.get("/why", params=asked, headers={"Accept": "image/png"}).status_code == 406


def test_json_is_json_ld_of_the_same_triples_as_turtle_and_of_all_the_evidence(
    service: TestClient, home: Home, people: People, bearer: Bearer, approve: Approving, run: Run
) -> None:
    iri = approve(a_face_match(), a_mention(**PLAIN), a_transcript(**PLAIN))
    found = evidence(store_source(home.public), [pyoxigraph.NamedNode(iri)], home.mint.base)
    assert len(found) > 40
    for params, headers in (
        ({"annotation": iri}, {}),
        (fact_of(home, a_face_match(), run), {}),
        ({"annotation": iri}, bearer(people.ann)),
    ):
        by_type = {kind: service.get("/why", params=params, headers={"Accept": kind, **headers}) for kind in TYPES[:3]}
        turtle = triples(by_type["text/turtle"].content, "text/turtle")
        assert triples(by_type["application/ld+json"].content, "application/ld+json") == turtle
        assert by_type["application/json"].content == by_type["application/ld+json"].content
        by_parameter = service.get("/why", params=params | {"_mediatype": "text/turtle"}, headers=headers)
        assert by_parameter.content == by_type["text/turtle"].content
        if params == {"annotation": iri} and not headers:
            assert set(map(str, found)) <= turtle


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"annotation": "no iri"},
        {"annotation": "https://x.example/a> ?p ?o } #"},
        {"annotation": "https://x.example/" + "a" * 3000},
        {"s": "https://x.example/a"},
        {"s": "https://x.example/a", "p": MENTIONS},
        {"annotation": "https://x.example/a", "s": "https://x.example/a", "p": MENTIONS, "o": "https://x.example/b"},
        {"s": "https://x.example/a", "p": MENTIONS, "o": '"open'},
        {"s": "https://x.example/a", "p": MENTIONS, "o": '"a" . <https://x.example/b> <https://x.example/c> "d"'},
        {"s": "https://x.example/a", "p": MENTIONS, "o": '"a"@no tag'},
        {"s": "https://x.example/a", "p": MENTIONS, "o": '"' + "a" * 20_000 + '"'},
        {"s": "_:b", "p": MENTIONS, "o": "https://x.example/b"},
        {"s": "https://x.example/a", "p": '"p"', "o": "https://x.example/b"},
    ],
)
def test_a_question_that_is_none_is_refused(service: TestClient, asked: dict[str, str]) -> None:
    answer = service.get("/why", params=asked)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    page = service.get("/why", params=asked, headers={"Accept": "text/html"})
    assert page.status_code == (400 if asked else 200)
    assert "<form" in page.text


def test_a_parameter_given_twice_is_refused(service: TestClient) -> None:
    asked = [("annotation", "https://x.example/a"), ("annotation", "https://x.example/b")]
    assert service.get("/why", params=asked).status_code == 400
    assert service.get("/why", params=asked, headers={"Accept": "text/html"}).status_code == 400


@pytest.mark.parametrize(
    "value",
    [
        '"SERVICE <http://evil.example/> { }"@nl',
        '"<asked:subject> } UNION { ?s ?p ?o"',
        '"a\\"b\\\\c"@nl',
        '"1"^^<http://www.w3.org/2001/XMLSchema#integer>',
        "https://x.example/a#SERVICE",
    ],
)
def test_a_hostile_value_is_only_a_value(service: TestClient, open_item: str, value: str) -> None:
    asked = {"s": "https://x.example/LOAD", "p": MENTIONS, "o": value}
    assert service.get("/why", params=asked).status_code == 404
    page = service.get("/why", params=asked | {"o": '"<script>x</script>"'}, headers={"Accept": "text/html"})
    assert "<script" not in page.text


def test_a_literal_fact_is_asked_in_its_n_triples_form(service: TestClient, home: Home, approve: Approving) -> None:
    """A made fact whose value is what the body of a transcript is called."""
    iri, text = approve(a_transcript(**PLAIN)), '"Automatische transcriptie"@nl'
    item, graph = home.mint.item(PARTNER, PID), home.mint.names.graph("public", PARTNER)
    home.public.apply([], [f"<{item}> <{SCHEMA}keywords> {text} <{graph}> ."])
    home.snapshots.mark_dirty()
    asked = {"s": item, "p": f"{SCHEMA}keywords", "o": text}
    assert [each["id"] for each in about(service, asked)] == [iri]
    answer = service.get("/why", params=asked)
    assert f"<{item}> <{SCHEMA}keywords> {text}" in triples(answer.content, "application/ld+json")
    assert service.get("/why", params=asked | {"o": text.removesuffix("@nl")}).status_code == 404


@pytest.mark.parametrize(("lang", "title"), [("en", "Why is this here?"), ("nl", "Waarom"), ("fr", "Pourquoi")])
def test_the_page_speaks_three_languages(
    service: TestClient, home: Home, approve: Approving, run: Run, lang: str, title: str
) -> None:
    approve(a_face_match())
    asked = fact_of(home, a_face_match(), run)
    page = service.get("/why", params=asked, headers={"Accept": "text/html", "Accept-Language": lang}).text
    for said in (f'lang="{lang}"', title, "Marie Curie", "Avondjournaal", "94 %", "4200", LEFT_OUT[lang][0], "<meter"):
        assert said in page


def test_a_person_in_two_roles_is_judged_by_the_partner_of_the_guess(
    service: TestClient, home: Home, bearer: Bearer, approve: Approving
) -> None:
    both = add_user(home, "Eve", [Role.ARCHIVIST, Role.REFERENCE_SET_MANAGER], "OR-zzz9999")
    iri = approve(a_face_match())
    assert "decisions" not in about(service, {"annotation": iri}, **bearer(both))[0]
