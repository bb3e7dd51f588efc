"""What holds for every request and answer: no body is larger than its route takes, and browsers get strict rules."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from give_ld.api.problems import problem
from give_ld.config import Settings
from give_ld.errors import TooLarge

UPLOADS = "/ingest"
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
        private = "authorization" in headers or "cookie" in headers

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                _complete(MutableHeaders(scope=message), private=private)
            await send(message)

        limit = self._limit(scope["path"])
        said = headers.get("content-length", "0")
        if not said.isdigit() or int(said[:20]) > limit:
            error = TooLarge(f"the body is larger than {limit} bytes; send it in parts")
            await problem(Request(scope), error)(scope, receive, guarded)
            return
        await self._app(scope, _bounded(receive, limit), guarded)

    def _limit(self, path: str) -> int:
        uploads = path == UPLOADS or path.startswith(f"{UPLOADS}/")
        return self._settings.upload_bytes if uploads else self._settings.request_bytes


def _complete(headers: MutableHeaders, *, private: bool) -> None:
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    if private:
        headers.setdefault("Cache-Control", "no-store")


def _bounded(receive: Receive, limit: int) -> Receive:
    """Return what receives a body of unknown length as far as the limit.

    Raises:
        TooLarge: when it is called for more.
    """
    got = 0

    async def receive_some() -> Message:
        nonlocal got
        message = await receive()
        got += len(message.get("body", b""))
        if got > limit:
            raise TooLarge(f"the body is larger than {limit} bytes; send it in parts")
        return message

    return receive_some
