"""How an identity provider says who somebody is: OpenID Connect, authorisation code with PKCE, and nothing on trust."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import secrets
import threading
import time
from base64 import urlsafe_b64encode
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from cryptography.fernet import Fernet, InvalidToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict, ValidationError

from give_ld.access.claims import Claims
from give_ld.config import Settings, is_private
from give_ld.errors import NotAuthenticated, Unreachable

# No key that both sides share, and none at all, signs for a provider.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
SECONDS_TO_RETURN, SECONDS_TO_ANSWER, LEEWAY = 600, 10.0, 60
# A key that is unknown may be new: the provider is asked again, but not at the pace of who invents keys.
SECONDS_BETWEEN_KEYS = 30.0
_LOG = logging.getLogger(__name__)


class _Metadata(BaseModel):
    """What a provider says of itself, as far as it is used."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    end_session_endpoint: str | None = None


class Provider:
    """The identity provider of the settings. Safe to use from many threads at once."""

    def __init__(self, settings: Settings, secret: bytes, clock: Callable[[], float] = time.time) -> None:
        self._settings = settings
        self._clock = clock
        key = hmac.new(secret, b"sign-in under way", hashlib.sha256).digest()
        self._box = Fernet(urlsafe_b64encode(key))
        self._lock = threading.Lock()
        self._used: OrderedDict[str, float] = OrderedDict()
        self._known: _Metadata | None = None
        self._keys: tuple[float, KeySet] | None = None

    def begin(self) -> tuple[str, str]:
        """Return where the browser goes to sign in, and what it keeps meanwhile (sealed: state, nonce and verifier).

        Raises:
            Unreachable: the provider does not answer, or not as it should.
        """
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        address = prepare_grant_uri(
            self._metadata().authorization_endpoint,
            client_id=self._settings.oidc_client_id,
            response_type="code",
            redirect_uri=self._back(),
            scope=self._settings.oidc_scopes,
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        kept = json.dumps({"state": state, "nonce": nonce, "verifier": verifier}).encode()
        return str(address), self._box.encrypt_at_time(kept, int(self._clock())).decode()

    def finish(self, kept: str, answered: Mapping[str, str]) -> Claims:
        """Return the claims about who came back; `kept` is what the browser kept, `answered` what it came back with.

        Raises:
            NotAuthenticated: it is no answer to a sign-in that this browser began, or its token is not to be trusted.
            Unreachable: the provider does not answer, or not as it should.
        """
        begun = self._open(kept)
        self._check_answer(begun, answered)
        try:
            token = self._token(answered["code"], begun["verifier"])
            claims = self._claims(token, begun["nonce"])
            return {**self._userinfo(token, claims), **claims}
        except (JoseError, KeyError, TypeError, ValueError) as error:
            raise _refused(type(error).__name__) from error
        except httpx.HTTPError as error:
            raise _unreachable(self._settings) from error

    def way_out(self) -> str | None:
        """Return where the browser goes to sign out at the provider too, or None if it has no such place.

        Raises:
            Unreachable: the provider does not answer, or not as it should.
        """
        place = self._metadata().end_session_endpoint
        back = f"{self._settings.base}/auth/login"
        said = {"client_id": self._settings.oidc_client_id, "post_logout_redirect_uri": back}
        return f"{place}{'&' if '?' in place else '?'}{urlencode(said)}" if place else None

    def _token(self, code: str, verifier: str) -> dict[str, Any]:
        secret, name = self._settings.oidc_client_secret, self._settings.oidc_client_id
        said = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
        said |= {"redirect_uri": self._back(), "client_id": name}
        # RFC 6749, section 2.3.1: encoded once more than the header does.
        by = httpx.BasicAuth(quote(name, safe=""), quote(secret.get_secret_value(), safe="")) if secret else None
        with _client(by) as client:
            answer = client.post(self._metadata().token_endpoint, data=said)
        if answer.is_client_error:
            raise _refused("the code")
        return dict(answer.raise_for_status().json())

    def _back(self) -> str:
        return f"{self._settings.base}/auth/callback"

    def _open(self, kept: str) -> dict[str, str]:
        try:
            opened = self._box.decrypt_at_time(kept.encode(), SECONDS_TO_RETURN, int(self._clock()))
        except InvalidToken as error:
            raise _refused("no sign-in under way") from error
        return dict(json.loads(opened))

    def _check_answer(self, begun: Mapping[str, str], answered: Mapping[str, str]) -> None:
        if not hmac.compare_digest(begun["state"].encode(), answered.get("state", "").encode()):
            raise _refused("state")
        if answered.get("iss", self._settings.oidc_issuer) != self._settings.oidc_issuer:
            raise _refused("another issuer answered")
        if not answered.get("code"):
            raise _refused("no code")
        with self._lock:
            now = self._clock()
            while self._used and next(iter(self._used.values())) < now - SECONDS_TO_RETURN - LEEWAY:
                self._used.popitem(last=False)
            if begun["state"] in self._used:
                raise _refused("state was used before")
            self._used[begun["state"]] = now

    def _claims(self, token: Mapping[str, Any], nonce: str) -> dict[str, Any]:
        text = str(token["id_token"])
        try:
            decoded = jwt.decode(text, self._key_set(), algorithms=list(ALGORITHMS))
        except InvalidKeyIdError:
            decoded = jwt.decode(text, self._key_set(again=True), algorithms=list(ALGORITHMS))
        options = {
            "iss": {"essential": True, "value": self._settings.oidc_issuer},
            "aud": {"essential": True, "value": self._settings.oidc_client_id},
        }
        params = {"nonce": nonce, "client_id": self._settings.oidc_client_id, "access_token": token.get("access_token")}
        claims = CodeIDToken(decoded.claims, decoded.header, options, params)
        claims.validate(now=int(self._clock()), leeway=LEEWAY)
        return dict(claims)

    def _userinfo(self, token: Mapping[str, Any], claims: Claims) -> dict[str, Any]:
        place = self._metadata().userinfo_endpoint
        if place is None or not token.get("access_token"):
            return {}
        said = dict(_get(place, {"Authorization": f"Bearer {token['access_token']}"}))
        if said.get("sub") != claims["sub"]:
            raise _refused("userinfo is about somebody else")
        return said

    def _metadata(self) -> _Metadata:
        if self._known is None:
            issuer = str(self._settings.oidc_issuer)
            try:
                found = _Metadata.model_validate(_get(f"{issuer.rstrip('/')}/.well-known/openid-configuration"))
            except (httpx.HTTPError, ValidationError, ValueError) as error:
                raise _unreachable(self._settings) from error
            places = [each for each in found.model_dump(exclude={"issuer"}).values() if each]
            if found.issuer != issuer or not all(is_private(place) for place in places):
                raise Unreachable(f"{issuer} describes another issuer, or places that are not https")
            self._known = found
        return self._known

    def _key_set(self, *, again: bool = False) -> KeySet:
        with self._lock:
            now, held = self._clock(), self._keys
            if held is None or (again and now - held[0] > SECONDS_BETWEEN_KEYS):
                self._keys = held = (now, KeySet.import_key_set(_get(self._metadata().jwks_uri)))
            return held[1]


def _client(auth: httpx.Auth | None = None) -> httpx.Client:
    return httpx.Client(auth=auth, timeout=SECONDS_TO_ANSWER, follow_redirects=False, trust_env=False)


def _get(address: str, headers: Mapping[str, str] | None = None) -> Any:  # noqa: ANN401 - whatever JSON holds
    with _client() as client:
        return client.get(address, headers=headers).raise_for_status().json()


def _refused(why: str) -> NotAuthenticated:
    _LOG.warning("a sign-in by the identity provider was refused: %s", why)
    return NotAuthenticated("the identity provider did not say who you are", rule="provider")


def _unreachable(settings: Settings) -> Unreachable:
    return Unreachable(f"the identity provider {settings.oidc_issuer} does not answer as it should", rule="provider")
