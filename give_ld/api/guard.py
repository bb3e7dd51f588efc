"""What holds for every request and answer: no body is larger than its route takes, and browsers get strict rules."""

from __future__ import annotations

from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from give_ld.api.problems import problem
from give_ld.config import Settings
from give_ld.errors import TooLarge

UPLOADS, STATIC = ("/ingest", "/refset/persons"), "/static/"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    # Data is no page: nothing in it runs, and nothing frames it. Pages bring a policy of their own.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


class Guard:
    """An application between the server and another one."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        limit = self._limit(scope["path"])
        body = _Body(receive, limit)
        private = ("authorization" in headers or "cookie" in headers) and not scope["path"].startswith(STATIC)

        async def complete(message: Message) -> None:
            # What has not changed keeps the headers that came with it, also in the cache of a browser.
            if message["type"] == "http.response.start" and message["status"] != HTTPStatus.NOT_MODIFIED:
                _complete(MutableHeaders(scope=message), private=private)
            await send(message)

        async def unless_too_large(message: Message) -> None:
            if not body.is_too_large:
                await complete(message)

        said = headers.get("content-length", "0")
        if said.isascii() and said.isdigit() and int(said[:20]) <= limit:
            await self._app(scope, body.receive, unless_too_large)
        else:
            body.is_too_large = True
        if body.is_too_large:
            await problem(Request(scope), _too_large(limit))(scope, receive, complete)

    def _limit(self, path: str) -> int:
        uploads = any(path == each or path.startswith(f"{each}/") for each in UPLOADS)
        return self._settings.upload_bytes if uploads else self._settings.request_bytes


def _complete(headers: MutableHeaders, *, private: bool) -> None:
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    if private:
        headers.setdefault("Cache-Control", "no-store")


class _Body:
    """The body of a request, as far as the limit: who asks for more gets an error, whatever becomes of that."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self.is_too_large = False
        self._receive = receive
        self._limit = self._left = limit

    async def receive(self) -> Message:
        """Return the next message.

        Raises:
            TooLarge: the body goes on beyond the limit.
        """
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            self.is_too_large = True
            raise _too_large(self._limit)
        return message


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"the body is larger than {limit} bytes; send it in parts")
