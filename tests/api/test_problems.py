import logging

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from give_ld.api import problems
from give_ld.errors import Busy, Conflict, GiveLdError, NotAuthenticated


@pytest.fixture
def client() -> TestClient:
    app = FastAPI()
    problems.install(app)
    errors = {"busy": Busy("full"), "who": NotAuthenticated("no token"), "state": Conflict("is rejected", rule="state")}

    @app.get("/known/{name}")
    def known(name: str) -> None:
        raise errors[name]

    @app.get("/number/{number}")
    def number(number: int) -> int:
        return number

    @app.get("/unforeseen")
    def unforeseen() -> None:
        raise ZeroDivisionError("the secret is 42")

    return TestClient(app, raise_server_exceptions=False)


def test_a_known_error_says_code_and_rule(client: TestClient) -> None:
    answer = client.get("/known/state")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "detail": "is rejected",
        "instance": "/known/state",
        "code": "conflict",
        "rule": "state",
    }


def test_load_and_login_say_how_to_go_on(client: TestClient) -> None:
    assert int(client.get("/known/busy").headers["retry-after"]) > 0
    assert client.get("/known/who").headers["www-authenticate"].startswith("Bearer")


def test_the_input_of_a_bad_request_is_not_repeated(client: TestClient) -> None:
    answer = client.get("/number/private-text")
    assert (answer.status_code, answer.json()["code"]) == (422, "bad-input")
    assert "private-text" not in answer.json()["detail"]


def test_what_the_framework_refuses_is_a_problem_too(client: TestClient) -> None:
    assert client.get("/nowhere").json()["code"] == "not-found"
    refused = client.post("/unforeseen")
    assert (refused.status_code, refused.headers["allow"], refused.json()["status"]) == (405, "GET", 405)


def test_what_nobody_foresaw_is_logged_and_not_told(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        answer = client.get("/unforeseen")
    assert (answer.status_code, answer.json()["code"]) == (500, GiveLdError.code)
    assert "42" not in answer.text
    assert "the secret is 42" in caplog.text


@pytest.mark.parametrize(("lang", "title"), [("en", "There is nothing"), ("nl", "Hier staat niets"), ("fr", "Il n")])
def test_a_browser_gets_a_page_in_its_language(client: TestClient, lang: str, title: str) -> None:
    browser = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8", "accept-language": lang}
    answer = client.get("/nowhere/<script>", headers=browser)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert title in answer.text
    assert f'lang="{lang}"' in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_page_about_an_error_keeps_what_programs_read(client: TestClient) -> None:
    answer = client.get("/known/busy", headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "full" in answer.text
    signing_in = client.get("/known/who", headers={"accept": "text/html"}, follow_redirects=False)
    assert (signing_in.status_code, signing_in.headers["location"]) == (303, "/auth/login")


def test_what_takes_anything_gets_json(client: TestClient) -> None:
    answer = client.get("/nowhere", headers={"accept": "application/json, text/html"})
    assert answer.headers["content-type"] == "application/problem+json"
