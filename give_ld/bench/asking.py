"""How a bench asks as many clients, and what it sees of an answer: right, refused as declared, or wrong."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx

# What a service may say instead of an answer, and whether it must say when to come back.
DECLARED = {429: True, 503: True, 504: False}
TIMEOUT_SECONDS = 60.0
# In each network of the loopback addresses so many clients have their own.
_ADDRESSES = 250
Check = Callable[[httpx.Response], bool]


@dataclass(frozen=True)
class Order:
    """One request: by which client, of which kind, and since when (of the monotonic clock) it is due."""

    client: int
    kind: str
    due: float


@dataclass(frozen=True)
class Seen:
    """One answer: its kind, how long after it was due it was there, its status, and what is wrong with it or ''."""

    kind: str
    seconds: float
    status: int
    wrong: str

    @property
    def is_right(self) -> bool:
        """Return whether it answers what was asked, and rightly."""
        return not self.wrong and self.status not in DECLARED


class Asking:
    """Clients of one service, each at an address of its own: by that the service tells them apart. A context."""

    def __init__(self, url: str) -> None:
        self._url = url
        # Each client would read the certificates of the machine for itself: 20 ms in which no other asks.
        self._no_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._clients: dict[int, httpx.AsyncClient] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        for client in self._clients.values():
            await client.aclose()

    def _client(self, number: int) -> httpx.AsyncClient:
        if number not in self._clients:
            address = f"127.0.{1 + number // _ADDRESSES}.{1 + number % _ADDRESSES}"
            transport = httpx.AsyncHTTPTransport(local_address=address, verify=self._no_tls)
            self._clients[number] = httpx.AsyncClient(base_url=self._url, transport=transport, timeout=TIMEOUT_SECONDS)
        return self._clients[number]

    async def ask(self, order: Order, check: Check, method: str, path: str, **request: Any) -> Seen:  # noqa: ANN401
        """Return what a client sees of the answer to a request; `check` says whether an answer is right."""
        try:
            answer = await self._client(order.client).request(method, path, **request)
        except httpx.HTTPError as error:
            return Seen(order.kind, time.monotonic() - order.due, 0, f"no answer: {type(error).__name__} {error}")
        return Seen(order.kind, time.monotonic() - order.due, answer.status_code, fault(answer, check))


def fault(answer: httpx.Response, check: Check) -> str:
    """Return what is wrong with an answer that should be right or refused as declared, or ''."""
    if answer.status_code not in DECLARED:
        return "" if check(answer) else f"not right: {answer.status_code} {answer.text[:300]}"
    # A browser gets a page that says the same.
    is_problem = answer.headers.get("content-type", "").startswith(("application/problem+json", "text/html"))
    says_when = "retry-after" in answer.headers or not DECLARED[answer.status_code]
    return "" if is_problem and says_when else f"not declared: {answer.headers}"
