"""Signing in over HTTP: by name and password, by a one-time code, by token, and by a real identity provider."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from give_ld.access.attempts import FREE_FOR_AN_ACCOUNT
from give_ld.access.passwords import Passwords
from give_ld.access.signin import invite, set_password
from give_ld.api.app import create_app
from give_ld.config import Settings
from give_ld.home import Home, open_home
from give_ld.kb.base import open_kb
from give_ld.model.decision import Role
from give_ld.model.item import Partner
from give_ld.model.user import ClaimRow, Scope, User
from give_ld.people import add_partner, change_user, issue_token
from give_ld.store.pool import QueryPool
from tests.conftest import People, Ticking
from tests.factories import PARTNER

GOOD = "vier paarden op de kade"
FAST = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
PAGE = {"Accept": "text/html"}


@pytest.fixture
def ann(home: Home, people: People) -> User:
    set_password(home, people.ann, GOOD, "operator", FAST)
    return people.ann


def sign_in(service: TestClient, name: str = "Ann", password: str = GOOD, **headers: str) -> httpx.Response:
    data = {"name": name, "password": password}
    return service.post("/auth/login", data=data, headers=headers, follow_redirects=False)


def cookie_of(answer: httpx.Response) -> str:
    return answer.headers["set-cookie"].split("=", 1)[1].split(";")[0]


def test_a_password_opens_a_session_in_a_cookie_that_scripts_and_other_sites_cannot_use(
    service: TestClient, ann: User
) -> None:
    answer = sign_in(service)
    assert (answer.status_code, answer.headers["location"]) == (303, "/review/queue")
    cookie = answer.headers["set-cookie"]
    # The base of this instance is https.
    assert cookie.startswith("__Host-give-ld=")
    assert all(rule in cookie for rule in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"))
    assert "Domain" not in cookie
    assert service.get("/me").json()["name"] == "Ann"


def test_each_sign_in_makes_a_new_session_and_a_planted_one_is_not_taken_over(service: TestClient, ann: User) -> None:
    service.cookies.set("__Host-give-ld", "planted")
    first = cookie_of(sign_in(service))
    service.cookies.clear()
    service.cookies.set("__Host-give-ld", first)
    second = cookie_of(sign_in(service))
    assert len({"planted", first, second}) == 3
    for old in ("planted", first):
        assert service.get("/me", headers={"Cookie": f"__Host-give-ld={old}"}).status_code == 401


def test_signing_out_ends_the_session_on_the_server(service: TestClient, ann: User) -> None:
    kept = cookie_of(sign_in(service))
    answer = service.post("/auth/logout", follow_redirects=False)
    assert "Max-Age=0" in answer.headers["set-cookie"]
    service.cookies.clear()
    assert service.get("/me", headers={"Cookie": f"__Host-give-ld={kept}"}).status_code == 401


def test_an_unknown_name_and_a_wrong_password_look_the_same(service: TestClient, ann: User) -> None:
    answers = [sign_in(service, name, password) for name, password in (("Ann", "wrong"), ("Nobody", GOOD))]
    assert {answer.status_code for answer in answers} == {401}
    assert answers[0].content == answers[1].content
    names = {"date"}
    first, second = ({k: v for k, v in answer.headers.items() if k not in names} for answer in answers)
    assert first == second


def test_too_many_attempts_wait_whether_the_account_exists_or_not(service: TestClient, ann: User) -> None:
    for name in ("Ann", "Nobody"):
        assert [sign_in(service, name, "wrong").status_code for _ in range(FREE_FOR_AN_ACCOUNT)] == [401] * 5
        answer = sign_in(service, name)
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize("path", ["/auth/login", "/auth/logout", "/auth/password"])
@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example.org"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
    ids=str,
)
def test_a_form_of_another_site_signs_nobody_in_or_out(
    service: TestClient, ann: User, path: str, headers: dict[str, str]
) -> None:
    form = {"name": "Ann", "password": GOOD, "code": "made"}
    answer = service.post(path, data=form, headers=headers, follow_redirects=False)
    assert (answer.status_code, answer.json()["rule"]) == (403, "csrf")
    assert "set-cookie" not in answer.headers


def test_a_form_of_our_own_page_is_taken_behind_a_proxy_too(service: TestClient, ann: User) -> None:
    ours = {"Origin": "https://made.example.org", "Sec-Fetch-Site": "same-origin", "Host": "upstream:8000"}
    assert sign_in(service, **ours).status_code == 303


@pytest.mark.parametrize(("language", "title"), [("nl", "Aanmelden"), ("fr", "Se connecter"), ("en", "Sign in")])
def test_the_page_speaks_three_languages(service: TestClient, language: str, title: str) -> None:
    page = service.get("/auth/login", headers={"Accept-Language": language})
    assert f"<h1>{title}</h1>" in page.text
    assert f'<html lang="{language}">' in page.text


def test_a_link_sets_a_password_once(service: TestClient, home: Home, people: People) -> None:
    path = f"/auth/password?code={invite(home, people.ann)}"
    page = service.get(path)
    assert 'value="Ann"' in page.text
    assert page.headers["cache-control"] == "no-store"
    code = page.text.split('name="code" value="')[1].split('"')[0]
    weak = service.post("/auth/password", data={"code": code, "password": "short"})
    assert (weak.status_code, "too short" in weak.text) == (422, True)
    done = service.post("/auth/password", data={"code": code, "password": GOOD}, follow_redirects=False)
    assert done.status_code == 303
    assert "password is set" in service.get(done.headers["location"]).text
    assert service.get(path).status_code == 401
    assert sign_in(service).status_code == 303


def test_a_session_that_is_over_leads_a_browser_to_the_page(service: TestClient, home: Home, ann: User) -> None:
    sign_in(service)
    change_user(home, ann, active=False)
    answer = service.get("/review/queue", headers=PAGE, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/auth/login")
    assert service.get("/review/queue").status_code == 401


def test_a_session_by_token_may_do_no_more_than_the_token(service: TestClient, home: Home, people: People) -> None:
    token = issue_token(home, "Ann", 1, scopes=[Scope.READ])
    answer = service.post("/auth/login", data={"token": token}, follow_redirects=False)
    assert token not in answer.headers["set-cookie"]
    secret = {"X-Form-Token": service.get("/me").json()["form_token"]}
    refused = service.post("/review/undo", json={"annotation": "urn:x"}, headers=secret)
    assert (refused.status_code, refused.json()["rule"]) == (403, "scope")


@pytest.mark.parametrize(
    "header", ["X-Remote-User", "X-Forwarded-User", "X-User", "X-Roles", "mu-auth-sudo", "Remote-User"]
)
def test_no_header_makes_somebody_of_nobody(service: TestClient, people: People, header: str) -> None:
    assert service.get("/me", headers={header: "admin"}).status_code == 401


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A provider as a process of its own: PyPI has it as oidc-provider-mock."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    users = [
        {"sub": "ann@archive", "name": "Ann De Smet", "give_rol_3d": ["Archivaris:OVO000001,OVO000009"]},
        {"sub": "eve@elsewhere", "name": "Eve", "give_rol_3d": ["Lezer:OVO000001"]},
    ]
    claims = [part for user in users for part in ("--user-claims", json.dumps(user))]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), "--host", "127.0.0.1"]
    process = subprocess.Popen([*command, "--require-nonce", *claims], stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                httpx.get(f"{address}/.well-known/openid-configuration").raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def by_provider(settings: Settings, issuer: str, request: pytest.FixtureRequest) -> Iterator[tuple[Home, TestClient]]:
    row = ClaimRow(claim="give_rol_3d", value="Archivaris:OVO000001", roles=(Role.ARCHIVIST,), partner=PARTNER)
    changes = {"oidc_issuer": issuer, "oidc_client_id": "give-ld", "oidc_client_secret": "made", "oidc_roles": (row,)}
    home = open_home(Settings(**(settings.model_dump() | changes)), Ticking())
    add_partner(home, Partner(id=PARTNER, name="Voorbeeldarchief"))
    app = create_app(home, QueryPool(home.settings, home.snapshots.current), open_kb(None))
    with TestClient(app, base_url=home.settings.base, follow_redirects=False) as client:
        yield home, client


def through(service: TestClient, sub: str) -> str:
    """Sign in at the provider as a browser does, and return where it sends the browser back."""
    leave = service.get("/auth/provider")
    assert leave.status_code == 303
    back = httpx.post(leave.headers["location"], data={"sub": sub})
    assert back.status_code == 302, back.text
    place = str(back.headers["location"])
    assert place.startswith("https://made.example.org/auth/callback?")
    return place


def test_a_real_provider_signs_somebody_in_and_out(by_provider: tuple[Home, TestClient], issuer: str) -> None:
    _, service = by_provider
    assert "/auth/provider" in service.get("/auth/login").text
    answer = service.get(through(service, "ann@archive"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/review/queue")
    me = service.get("/me").json()
    assert (me["name"], me["roles"], me["partner"]) == ("Ann De Smet", ["archivist"], PARTNER)
    assert service.get("/review/queue").status_code == 200
    out = service.post("/auth/logout").headers["location"]
    assert "/auth/provider/logout" in service.get(out).text
    assert service.get("/auth/provider/logout").headers["location"].startswith(f"{issuer}/oauth2/end_session?")
    assert service.get("/me").status_code == 401


def test_who_has_no_role_at_the_provider_has_none_here(by_provider: tuple[Home, TestClient]) -> None:
    home, service = by_provider
    head = home.journal.head()
    answer = service.get(through(service, "eve@elsewhere"))
    assert (answer.status_code, "no role" in answer.text) == (403, True)
    assert service.get("/me").status_code == 401
    assert home.journal.head() == head


def test_the_way_back_is_good_once_and_in_one_browser(by_provider: tuple[Home, TestClient]) -> None:
    _, service = by_provider
    place = through(service, "ann@archive")
    kept = dict(service.cookies)
    service.cookies.clear()
    assert service.get(place).status_code == 401
    service.cookies.update(kept)
    assert service.get(place).status_code == 303
    service.cookies.clear()
    service.cookies.update(kept)
    assert service.get(place).status_code == 401
    assert service.get("/me").status_code == 401


def test_without_a_provider_its_routes_are_not_there(service: TestClient, people: People) -> None:
    paths = ["/auth/provider", "/auth/callback", "/auth/provider/logout"]
    assert [service.get(path).status_code for path in paths] == [404, 404, 404]
    assert "/auth/provider" not in service.get("/auth/login").text
