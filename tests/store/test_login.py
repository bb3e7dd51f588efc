"""How a store says who it is: only when it is asked, and in the way that is asked for."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from give_ld.store.login import Login

CHALLENGES = {
    "/basic": 'Basic realm="engine"',
    "/digest": 'Digest realm="engine", nonce="abc", qop="auth", algorithm="MD5"',
}


class Engine(BaseHTTPRequestHandler):
    """An engine that asks for a login everywhere but at /open, and keeps what it was told."""

    told: list[str | None]

    def do_GET(self) -> None:
        said = self.headers.get("authorization")
        type(self).told.append(said)
        self.send_response(200 if said or self.path == "/open" else 401)
        if not said and self.path in CHALLENGES:
            self.send_header("WWW-Authenticate", CHALLENGES[self.path])
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def engine() -> Iterator[tuple[str, type[Engine]]]:
    class Fresh(Engine):
        told: list[str | None] = []  # noqa: RUF012 - one list a test

    server = ThreadingHTTPServer(("127.0.0.1", 0), Fresh)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", Fresh
    server.shutdown()
    thread.join()
    server.server_close()


def test_nothing_is_told_to_an_engine_that_does_not_ask(engine: tuple[str, type[Engine]]) -> None:
    url, kept = engine
    with httpx.Client(auth=Login("ann", "secret")) as client:
        assert client.get(f"{url}/open").status_code == 200
    assert kept.told == [None]


@pytest.mark.parametrize("scheme", ["basic", "digest"])
def test_the_scheme_is_the_one_that_is_asked_for_and_it_is_asked_once(
    engine: tuple[str, type[Engine]], scheme: str
) -> None:
    url, kept = engine
    with httpx.Client(auth=Login("ann", "secret")) as client:
        answers = [client.get(f"{url}/{scheme}").status_code for _ in range(2)]
    assert answers == [200, 200]
    first, *rest = kept.told
    assert first is None
    assert len(rest) == 2
    assert all(said and said.lower().startswith(scheme) for said in rest)
    password = base64.b64encode(b"ann:secret").decode()
    assert all((password in str(said)) is (scheme == "basic") for said in rest)
