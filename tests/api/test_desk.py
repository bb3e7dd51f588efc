"""The pages on which archivists decide, as plain HTTP: what they show, to whom, and what becomes of a form."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from give_ld.home import Home
from give_ld.journal.lookups import find_known
from give_ld.model.decision import Role
from give_ld.model.run import MediaFile, Run
from give_ld.model.status import Status, Verdict
from give_ld.model.user import User
from give_ld.people import add_user
from give_ld.review.claims import claim
from give_ld.review.decide import Decision
from tests.conftest import Bearer, Bringing, People
from tests.factories import PARTNER, PID, UNCALIBRATED, a_face_match, a_mention, a_transcript, an_unknown_face

HTML = {"Accept": "text/html"}


@pytest.fixture
def brought(home: Home, bring: Bringing, run: Run, open_item: str) -> Run:
    report = bring(run, a_face_match(), a_transcript(**UNCALIBRATED), a_mention(**UNCALIBRATED), an_unknown_face())
    assert not report.refused, report
    return run


@pytest.fixture
def local(home: Home, brought: Run) -> str:
    return home.mint.annotation(brought, a_face_match()).rpartition("/")[2]


@pytest.fixture
def ann(service: TestClient, people: People, token: Callable[[User], str]) -> TestClient:
    """A browser without scripts in which Ann has signed in."""
    service.headers["Accept"] = "text/html"
    service.post("/auth/login", data={"token": token(people.ann)})
    return service


def form(page: str, **more: str) -> dict[str, str]:
    """Return the hidden fields of the form about the guess on the desk, with more."""
    card = page.partition("<article")[2].partition("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', card)) | more


def test_the_desk_shows_the_surest_guess_with_face_photo_and_words(ann: TestClient, local: str) -> None:
    page = ann.get("/review/desk").text
    assert f'data-local="{local}"' in page
    assert "very likely" in page
    assert "94 %" in page
    assert f'src="/review/{local}/crop"' in page
    assert f'src="/review/{local}/photo/0"' in page
    photo = ann.get(f"/review/{local}/photo/0")
    assert (photo.content, photo.headers["cache-control"]) == (b"a made photo", "no-store")
    assert ann.get(f"/review/{local}/photo/1").status_code == 404


def test_a_name_is_marked_among_the_words_around_it(ann: TestClient, brought: Run) -> None:
    page = ann.get("/review/desk?kind=entity-mention").text
    assert "Goedenavond. In <mark>Gent</mark> opende vandaag" in page


def test_only_our_own_script_runs_and_no_cache_keeps_the_page(ann: TestClient, brought: Run) -> None:
    answer = ann.get("/review/desk")
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'; connect-src 'self'" in policy
    assert "unsafe" not in policy
    assert "media-src" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert not re.search(r"<script(?! src=)|style=| on\w+=", answer.text)


def test_without_a_script_a_form_decides_and_leads_to_the_next_guess(ann: TestClient, home: Home, local: str) -> None:
    page = ann.get("/review/desk").text
    following = ann.post(f"/review/desk/{local}", data=form(page, verdict="reject", ground="wrong-person"))
    assert (following.status_code, following.url.path) == (200, "/review/desk")
    assert "Marie Curie: rejected." in following.text
    assert f'data-local="{local}"' not in following.text
    assert '<strong id="mine">1</strong>' in following.text
    assert "Ann: " in following.text
    undone = dict(re.findall(r'name="(\w+)" value="([^"]*)"', following.text.partition('<form id="undo"')[2])[:3])
    back = ann.post(f"/review/desk/{local}", data=undone)
    assert f'data-local="{local}"' in back.text
    assert '<strong id="mine">0</strong>' in back.text


def test_a_stale_form_is_told_kindly_and_keeps_what_was_typed(
    ann: TestClient, home: Home, people: People, local: str
) -> None:
    page = ann.get("/review/desk").text
    home.decide(people.ann, Decision(home.mint.names.id("annotation", local), Verdict.UNSUITABLE))
    late = ann.post(f"/review/desk/{local}", data=form(page, verdict="reject", reason="een ander <b>gezicht</b>"))
    assert late.status_code == 412
    assert "A colleague decided about this meanwhile" in late.text
    assert "een ander &lt;b&gt;gezicht&lt;/b&gt;</textarea>" in late.text
    assert form(late.text)["version"] == "2"
    again = ann.post(f"/review/desk/{local}", data=form(late.text, verdict="reject"))
    assert (again.status_code, "a reason is missing" in again.text) == (409, True)


def test_a_correction_that_is_not_right_yet_comes_back_as_it_was(ann: TestClient, local: str) -> None:
    page = ann.get("/review/desk").text
    wrong = ann.post(f"/review/desk/{local}", data=form(page, verdict="correct", person="https://example.org/nobody"))
    assert wrong.status_code == 422
    assert 'value="https://example.org/nobody"' in wrong.text
    assert "What was filled in is not right yet" in wrong.text


def test_a_correction_finds_a_place_by_its_name_and_is_confirmed(ann: TestClient, home: Home, brought: Run) -> None:
    page = ann.get("/review/desk?kind=entity-mention").text
    (mention,) = re.findall(r'data-local="(\w+)"', page)
    asked = {"token": form(page)["token"], "name": "Antwerpen"}
    found = ann.post(f"/review/desk/{mention}/find", data=asked)
    assert 'name="pick" value="Q12892"' in found.text
    picked = ann.post(f"/review/desk/{mention}/find", data=asked | {"pick": "Q12892"}).text
    assert '<input name="entity" maxlength="13" placeholder="Q1296" value="Q12892"' in picked
    said = {"entity": "Q12892", "label": "Antwerpen", "entity_type": "place"}
    done = ann.post(f"/review/desk/{mention}", data=form(picked, verdict="correct", **said))
    assert "Gent: rejected" in done.text or "Gent: superseded" in done.text
    assert ann.post(f"/review/desk/{mention}/find", data=asked | {"token": "0" * 64}).status_code == 403


def test_a_face_is_somebodys_of_the_reference_set(ann: TestClient, home: Home, local: str) -> None:
    page = ann.get(f"/review/desk?at={local}").text
    asked = {"token": form(page)["token"], "name": "Curie"}
    found = ann.post(f"/review/desk/{local}/find", data=asked).text
    assert re.findall(r'name="pick" value="(\w+)"', found) == ["Q7186"]
    picked = ann.post(f"/review/desk/{local}/find", data=asked | {"pick": "Q7186"}).text
    assert f'name="person" maxlength="2048" value="{home.mint.person("0001")}"' in picked
    nothing = ann.post(f"/review/desk/{local}/find", data=asked | {"name": "Antwerpen", "pick": "Q12892"}).text
    assert "There is nothing here" in nothing


def test_a_selection_is_tried_decided_and_taken_back_by_plain_forms(
    ann: TestClient, home: Home, people: People, local: str
) -> None:
    def hidden(page: str) -> dict[str, str]:
        return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.partition("<main")[2]))

    iri = home.mint.names.id("annotation", local)
    page = ann.get("/review/queue").text
    assert f'name="pick" form="together" value="{iri}"' in page
    asked = {"token": hidden(page)["token"], "pick": iri, "verdict": "reject", "ground": "wrong-person"}
    assert ann.post("/review/together", data=asked | {"pick": ""}).status_code == 422
    tried = ann.post("/review/together", data=asked).text
    assert "1 rejected" in tried
    told = hidden(tried) | {"verdict": "reject"}
    home.decide(people.ann, Decision(iri, Verdict.UNSUITABLE))
    late = ann.post("/review/together", data=told)
    assert (late.status_code, "A colleague decided about this meanwhile" in late.text) == (412, True)
    home.decide(people.ann, Decision(iri, Verdict.UNDO))
    done = ann.post(
        "/review/together", data=hidden(ann.post("/review/together", data=asked).text) | {"verdict": "reject"}
    )
    assert (done.status_code, "<strong>1 rejected</strong>" in done.text) == (200, True)
    undone = ann.post(f"{done.url.path}/undo", data={"token": asked["token"]})
    assert "<strong>1 undone</strong>" in undone.text
    with home.journal.reading() as db:
        known = find_known(db, iri)
    assert known is not None
    assert known.status is Status.PROPOSED


def test_a_form_of_another_site_decides_nothing(ann: TestClient, home: Home, local: str) -> None:
    page = ann.get("/review/desk").text
    head = home.journal.head()
    assert ann.post(f"/review/desk/{local}", data=form(page, verdict="reject", token="0" * 64)).status_code == 403
    assert home.journal.head() == head


def test_skipped_guesses_wait_and_what_is_at_hand_is_left_out(ann: TestClient, local: str) -> None:
    shown = [re.search(r'data-local="(\w+)"', ann.get(f"/review/desk?skip={n}").text) for n in range(4)]
    locals_ = [found[1] for found in shown if found]
    assert len(set(locals_)) == 4
    card = ann.get("/review/desk/card", params={"without": ",".join(locals_[:2])})
    assert f'data-local="{locals_[2]}"' in card.text
    assert "<html" not in card.text
    assert ann.get("/review/desk/card", params={"without": ",".join(locals_)}).status_code == 204


def test_media_plays_from_where_the_setting_says_and_only_from_there(
    home: Home, people: People, bring: Bringing, run: Run, bearer: Bearer, open_item: str
) -> None:
    from give_ld.api.pages.card import card, media_origin

    settings = home.settings.model_copy(update={"media_url": "https://media.example.org/{partner}/{file}"})
    file = MediaFile(sha256="f" * 64, name="het nieuws.mp4", mime_type="video/mp4", width=1280, height=720)
    bring(run := run.model_copy(update={"file": file}), a_face_match())
    with home.journal.reading() as db:
        known = find_known(db, home.mint.annotation(run, a_face_match()))
        assert known is not None
        shown = card(db, settings, known, "nl")
    assert shown["media"] == f"https://media.example.org/{PARTNER}/het%20nieuws.mp4#t=12.5,15.9"
    assert (shown["frame"], shown["certainty"]) == ((1280, 720), "zeer waarschijnlijk")
    assert media_origin(settings) == "https://media.example.org"


def test_what_a_colleague_claimed_is_passed_over_and_says_who_looks_at_it(
    ann: TestClient, home: Home, people: People, local: str, brought: Run
) -> None:
    cleo = add_user(home, "Cleo", [Role.ARCHIVIST], PARTNER)
    waiting = re.search(r'id="left">(\d+)', ann.get("/review/desk").text)
    iri = home.mint.names.id("annotation", local)
    with home.writing() as writing:
        claim(writing.db, cleo, [iri], home.journal.clock(), 600)
    page = ann.get("/review/desk").text
    assert f'data-local="{local}"' not in page
    assert waiting is not None
    assert f'id="left">{int(waiting[1]) - 1}<' in page
    held = ann.get(f"/review/desk?at={local}").text
    assert "Cleo looks at this until" in held
    assert f"/review/{local}/release" not in held
    assert "Cleo looks at this until" in ann.get("/review/queue").text
    refused = ann.post(f"/review/desk/{local}", data=form(held, verdict="reject"))
    assert (refused.status_code, "Decide all the same" in refused.text) == (409, True)
    ann.post(f"/review/desk/{local}", data=form(held, verdict="reject", force="true"))
    with home.journal.reading() as db:
        known = find_known(db, iri)
    assert known is not None
    assert known.status is Status.REJECTED


def test_without_a_script_an_archivist_claims_all_about_the_same_and_lets_go(
    ann: TestClient, home: Home, local: str
) -> None:
    page = ann.get(f"/review/desk?at={local}").text
    token = form(page)["token"]
    claimed = ann.post(f"/review/{local}/claim", data={"token": token, "whole": "true"})
    assert str(claimed.url).endswith(f"/review/desk?like={local}")
    assert "You hold this until" in claimed.text
    name = re.search(r'name="claim" value="([^"]+)"', claimed.text)
    assert name is not None
    freed = ann.post(f"/review/{local}/release", data={"token": token, "claim": name[1], "back": "desk"})
    assert (freed.status_code, "You hold this until" in freed.text) == (200, False)
    assert ann.get("/review/claims").json()["claims"] == []
    assert ann.post(f"/review/{local}/claim", data={"token": "0" * 64}).status_code == 403


def test_what_the_policy_does_not_show_is_not_on_the_desk(
    ann: TestClient, home: Home, people: People, bearer: Bearer, local: str
) -> None:
    policy = {"partner": PARTNER, "kind": "face-match", "show_from": 0.99, "reason": "only what is certain"}
    assert ann.post("/review/policy", json=policy, headers=bearer(people.admin)).status_code == 201
    page = ann.get("/review/desk?kind=face-match").text
    assert "<article" not in page
    assert 'id="left">0<' in page


@pytest.mark.parametrize(
    "path",
    ["/review/desk?at={local}", "/review/desk/card?at={local}", "/review/desk?like={local}", "/review/{local}/photo/0",
     "/review/{local}/alike", "/review/{local}/person", "/review/item/{pid}", "/review/run/{run}"],
)  # fmt: skip
def test_another_partner_sees_nothing_of_it(
    service: TestClient, people: People, bearer: Bearer, local: str, brought: Run, path: str
) -> None:
    asked = path.format(local=local, pid=PID, run=brought.id)
    assert service.get(asked, headers=bearer(people.ann) | HTML).status_code == 200
    theirs = service.get(asked, headers=bearer(people.bob))
    nobodys = service.get(
        path.format(local="x" * 26, pid="nothing", run="00000000-0000-4000-8000-000000000000"),
        headers=bearer(people.bob),
    )
    assert theirs.status_code == nobodys.status_code == 404
    assert "Curie" not in theirs.text
    assert service.get(asked, headers=bearer(people.rita)).status_code == 403
    assert service.get(asked, follow_redirects=False).status_code in (303, 401)


def test_pages_of_an_item_a_run_and_a_subject_show_their_guesses(
    ann: TestClient, home: Home, people: People, local: str, brought: Run
) -> None:
    home.decide(people.ann, Decision(home.mint.names.id("annotation", local), Verdict.REJECT))
    item = ann.get(f"/review/item/{PID}").text
    assert "Avondjournaal" in item
    assert item.count("<rect") == 4
    assert "rejected (1)" in item
    assert "Marie Curie" not in ann.get(f"/review/item/{PID}?status=proposed").text
    run = ann.get(f"/review/run/{brought.id}").text
    assert "onnx-faces" in run
    assert "all (4)" in run
    alike = ann.get(f"/review/{local}/alike").text
    assert "Marie Curie" in alike
    assert "all (1)" in alike


def test_the_page_of_a_person_counts_what_became_of_each_kind_of_guess(
    ann: TestClient, home: Home, people: People, bring: Bringing, brought: Run, local: str
) -> None:
    named = a_mention(label="Marie Curie", entity="Q7186", candidates=(), **UNCALIBRATED)
    assert bring(brought, named).proposed == {"entity-mention": 1}
    home.decide(people.ann, Decision(home.mint.names.id("annotation", local), Verdict.REJECT))
    assert f'href="/review/{local}/person"' in ann.get(f"/review/desk?at={local}").text
    page = ann.get(f"/review/{local}/person").text
    assert "<h1>Marie Curie</h1>" in page
    assert re.findall(r'scope="row">([^<]+)</th><td>(\d)</td><td>(\d)</td>', page) == [
        ("mention", "1", "0"),
        ("face match", "0", "1"),
    ]
    unknown = home.mint.annotation(brought, an_unknown_face()).rpartition("/")[2]
    assert ann.get(f"/review/{unknown}/person").status_code == 404


def test_unknown_faces_are_alike_by_their_cluster(ann: TestClient, home: Home, brought: Run) -> None:
    face = home.mint.annotation(brought, an_unknown_face()).rpartition("/")[2]
    page = ann.get(f"/review/{face}/alike").text
    assert "all (1)" in page
    assert f"at={face}" in page


@pytest.mark.parametrize(
    ("words", "found"),
    [("curie", "Marie Curie"), ("AVONDJ", "Avondjournaal"), ("brt-1986", ""), ("%", ""), ("_", ""), ("é\\'\"", "")],
)
def test_a_search_finds_names_and_items_and_takes_signs_as_they_are(
    ann: TestClient, brought: Run, words: str, found: str
) -> None:
    token = re.search(r'name="token" value="(\w+)"', ann.get("/review/search").text)
    assert token is not None
    answer = ann.post("/review/search", data={"token": token[1], "text": words})
    assert answer.status_code == 200
    assert (f">{found}</a>" if found else "There is nothing here") in answer.text


def test_a_search_finds_nothing_of_another_partner(
    service: TestClient, people: People, bearer: Bearer, brought: Run
) -> None:
    answer = service.post("/review/search", data={"text": "Curie"}, headers=bearer(people.bob) | HTML)
    assert "There is nothing here" in answer.text
    assert "Marie" not in answer.text


def test_what_colleagues_did_today_is_named(
    service: TestClient, home: Home, people: People, token: Callable[[User], str], local: str
) -> None:
    home.decide(people.ann, Decision(home.mint.names.id("annotation", local), Verdict.APPROVE))
    add_user(home, "Cleo", [Role.ARCHIVIST], PARTNER)
    service.headers["Accept"] = "text/html"
    from give_ld.people import issue_token

    service.post("/auth/login", data={"token": issue_token(home, "Cleo", days=1)})
    page = service.get("/review/desk").text
    assert "Ann: 1" in page
    assert '<strong id="mine">0</strong>' in page
    assert f"at={local}" in page


@pytest.mark.parametrize("lang", ["nl", "fr", "en"])
def test_every_page_speaks_the_language_of_its_reader(ann: TestClient, local: str, brought: Run, lang: str) -> None:
    heading = {"nl": "Werktafel", "fr": "Poste de travail", "en": "Desk"}[lang]
    for path in ("desk", "queue", "search", f"item/{PID}", f"run/{brought.id}", f"{local}/alike"):
        page = ann.get(f"/review/{path}", headers={"Accept-Language": lang}).text
        assert f'<html lang="{lang}"' in page
        assert f">{heading}</a>" in page
