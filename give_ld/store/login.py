"""How this service says who it is to an engine elsewhere: in the way that the engine asks for, basic or digest."""

from __future__ import annotations

from collections.abc import Generator

import httpx

Flow = Generator[httpx.Request, httpx.Response, None]


class Login(httpx.Auth):
    """User and password for one engine; nothing of them is sent before it asks (RFC 7235)."""

    def __init__(self, user: str, password: str) -> None:
        self._basic, self._digest = httpx.BasicAuth(user, password), httpx.DigestAuth(user, password)
        self._chosen: httpx.Auth | None = None

    def auth_flow(self, request: httpx.Request) -> Flow:
        """Yield the request as it is, and once more with what the engine asks for."""
        if self._chosen is not None:
            yield from self._chosen.auth_flow(request)
            return
        response = yield request
        if response.status_code != httpx.codes.UNAUTHORIZED:
            return
        if "digest" in response.headers.get("www-authenticate", "").lower():
            self._chosen = self._digest
            first = self._digest.auth_flow(request)
            next(first)
            yield first.send(response)
        else:
            self._chosen = self._basic
            yield from self._basic.auth_flow(request)
