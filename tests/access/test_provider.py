"""What an identity provider says is believed when it can be believed, and each way to lie is refused."""

from __future__ import annotations

import hashlib
import hmac
import logging
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from give_ld.access import provider as provider_module
from give_ld.access.provider import SECONDS_TO_RETURN, Provider
from give_ld.config import Settings, load_settings
from give_ld.errors import NotAuthenticated, NotUsable, Unreachable
from tests.access.hostile_provider import CLIENT, KEY, OTHER_KEY, Hostile, serving, signed

SECRET = b"a secret of thirty-two made bytes"


@pytest.fixture
def hostile() -> Iterator[Hostile]:
    with serving(Hostile()) as made:
        yield made


def a_provider(hostile: Hostile, clock: Callable[[], float] = time.time) -> Provider:
    return Provider(Settings(oidc_issuer=hostile.issuer, oidc_client_id=CLIENT), SECRET, clock)


def come(hostile: Hostile, provider: Provider, **changed: str) -> Any:
    address, kept = provider.begin()
    return provider.finish(kept, hostile.authorize(address) | changed)


def unsigned(claims: dict[str, Any]) -> str:
    body = signed(claims).split(".")[1]
    head = urlsafe_b64encode(b'{"alg":"none","kid":"one"}').decode().rstrip("=")
    return f"{head}.{body}."


def signed_with_the_public_key(claims: dict[str, Any]) -> str:
    head = urlsafe_b64encode(b'{"alg":"HS256","kid":"one"}').decode().rstrip("=")
    said = f"{head}.{signed(claims).split('.')[1]}"
    made = hmac.new(KEY.as_pem(private=False), said.encode(), hashlib.sha256).digest()
    return f"{said}.{urlsafe_b64encode(made).decode().rstrip('=')}"


def impostor(claims: dict[str, Any]) -> str:
    return signed(claims, RSAKey.import_key(OTHER_KEY.as_dict(private=True) | {"kid": "one"}))


def with_the_key_in_the_header(claims: dict[str, Any]) -> str:
    return signed(claims, OTHER_KEY, jwk=OTHER_KEY.as_dict(private=False))


def test_who_signs_in_is_who_the_provider_says(hostile: Hostile) -> None:
    hostile.userinfo |= {"name": "Ann", "iss": "https://elsewhere.example.org"}
    claims = come(hostile, a_provider(hostile))
    assert (claims["sub"], claims["name"], claims["iss"]) == ("ann@archive", "Ann", hostile.issuer)


@pytest.mark.parametrize(
    "sign",
    [
        unsigned,
        signed_with_the_public_key,
        impostor,
        with_the_key_in_the_header,
        lambda _: "no.token",
        lambda _: "",
    ],
)
def test_a_token_that_the_provider_did_not_sign_is_refused(hostile: Hostile, sign: Any) -> None:
    hostile.sign = sign
    with pytest.raises(NotAuthenticated):
        come(hostile, a_provider(hostile))


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another client"},
        {"aud": [CLIENT, "another client"]},
        {"aud": [CLIENT, "another client"], "azp": "another client"},
        {"aud": []},
        {"iss": "https://elsewhere.example.org"},
        {"exp": int(time.time()) - 120},
        {"exp": "never"},
        {"nbf": int(time.time()) + 600},
        {"iat": int(time.time()) + 600},
        {"nonce": "of another sign-in"},
        {"at_hash": "of another token"},
        {"sub": "somebody else than userinfo says"},
    ],
    ids=" ".join,
)
def test_a_token_for_others_or_of_another_time_is_refused(hostile: Hostile, claims: dict[str, Any]) -> None:
    hostile.claims = claims
    with pytest.raises(NotAuthenticated):
        come(hostile, a_provider(hostile))


@pytest.mark.parametrize("claim", ["iss", "aud", "sub", "exp", "iat", "nonce"])
def test_a_token_that_leaves_something_out_is_refused(hostile: Hostile, claim: str) -> None:
    hostile.left_out = {claim}
    with pytest.raises(NotAuthenticated):
        come(hostile, a_provider(hostile))


@pytest.mark.parametrize("changed", [{"state": "forged"}, {"state": ""}, {"code": ""}, {"code": "of somebody else"}])
def test_an_answer_to_no_question_is_refused(hostile: Hostile, changed: dict[str, str]) -> None:
    with pytest.raises(NotAuthenticated):
        come(hostile, a_provider(hostile), **changed)


def test_another_issuer_may_not_answer(hostile: Hostile) -> None:
    with pytest.raises(NotAuthenticated):
        come(hostile, a_provider(hostile), iss="https://elsewhere.example.org")
    come(hostile, a_provider(hostile), iss=hostile.issuer)


def test_a_sign_in_is_answered_once_and_in_the_browser_that_began_it(hostile: Hostile) -> None:
    provider = a_provider(hostile)
    address, kept = provider.begin()
    answered = hostile.authorize(address)
    with pytest.raises(NotAuthenticated):
        provider.finish(provider.begin()[1], answered)
    with pytest.raises(NotAuthenticated):
        provider.finish("", answered)
    with pytest.raises(NotAuthenticated):
        provider.finish(kept[:-4] + "AAAA", answered)
    provider.finish(kept, answered)
    again = hostile.authorize(address)
    with pytest.raises(NotAuthenticated):
        provider.finish(kept, again)


def test_a_code_is_of_no_use_to_who_stole_it(hostile: Hostile) -> None:
    provider = a_provider(hostile)
    stolen = hostile.authorize(provider.begin()[0])["code"]
    with pytest.raises(NotAuthenticated):
        come(hostile, provider, code=stolen)


def test_a_sign_in_that_takes_too_long_is_over(hostile: Hostile) -> None:
    now = time.time()
    provider = a_provider(hostile, lambda: now)
    address, kept = provider.begin()
    now += SECONDS_TO_RETURN + 61
    with pytest.raises(NotAuthenticated):
        provider.finish(kept, hostile.authorize(address))


def test_a_new_key_is_fetched_and_an_invented_one_not_again_and_again(
    hostile: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    provider = a_provider(hostile, lambda: now)
    come(hostile, provider)
    hostile.sign = lambda claims: signed(claims, OTHER_KEY)
    for _ in range(3):
        with pytest.raises(NotAuthenticated):
            come(hostile, provider)
    assert hostile.asked.count("/keys") == 1
    hostile.keys = [OTHER_KEY]
    now += provider_module.SECONDS_BETWEEN_KEYS + 1
    come(hostile, provider)
    assert hostile.asked.count("/keys") == 2
    hostile.sign = signed
    with pytest.raises(NotAuthenticated):
        come(hostile, provider)


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://elsewhere.example.org"},
        {"token_endpoint": "http://elsewhere.example.org/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": None},
    ],
    ids=str,
)
def test_a_provider_that_describes_another_or_an_open_place_is_not_asked(
    hostile: Hostile, metadata: dict[str, Any]
) -> None:
    hostile.metadata = metadata
    with pytest.raises(Unreachable):
        a_provider(hostile).begin()


def test_a_provider_that_is_not_there_or_refuses_the_code_is_no_crash(hostile: Hostile) -> None:
    gone = Settings(oidc_issuer="http://127.0.0.1:9", oidc_client_id=CLIENT)
    with pytest.raises(Unreachable):
        Provider(gone, SECRET).begin()
    hostile.token_status = 400
    with pytest.raises(NotAuthenticated):
        come(hostile, a_provider(hostile))


def test_what_is_refused_is_logged_without_who_it_was(hostile: Hostile, caplog: pytest.LogCaptureFixture) -> None:
    hostile.claims = {"aud": "another client", "name": "Ann De Smet"}
    with caplog.at_level(logging.WARNING), pytest.raises(NotAuthenticated):
        come(hostile, a_provider(hostile))
    assert "refused" in caplog.text
    assert not any(said in caplog.text for said in ("Ann", "ann@archive", "code 0"))


def test_a_provider_over_an_open_line_is_no_setting() -> None:
    with pytest.raises(NotUsable, match="https"):
        load_settings(oidc_issuer="http://elsewhere.example.org")


def test_one_signs_out_at_the_provider_too(hostile: Hostile) -> None:
    assert str(a_provider(hostile).way_out()).startswith(f"{hostile.issuer}/bye?client_id=give-ld+at+the+archive&")
    hostile.metadata = {"end_session_endpoint": None}
    assert a_provider(hostile).way_out() is None
