"""How pages are fetched from elsewhere: only from addresses that a setting allows, and within limits."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlsplit

import httpx
from pydantic_core import from_json

from give_ld.config import Settings
from give_ld.doors.views import MATCHES, NAMES, PERSONS, SPEECH, TASKS
from give_ld.errors import BadInput, NotAllowed, TimedOut, TooLarge

PAGE_ROWS = 500
_TASK = "task_id pid cp status error processed_time"
_MATCH = "cluster_uuid cp match_score matched_time refset_person_id refset_person_name refset_person_wiki_id"
_FACES = "media_object_id cluster_uuids n_faces n_faces_per_frame n_persons n_persons_per_frame n_scenes"
# The columns that a view is asked for, and by which its pages are put in order.
_COLUMNS = {
    **dict.fromkeys(TASKS, (f"{_TASK} {_FACES} perc_frames_with_faces", "task_id")),
    **dict.fromkeys(MATCHES, (f"{_MATCH} time_intervals", "cluster_uuid")),
    SPEECH: (f"{_TASK} media_object_id fragment_id transcript_vtt transcript_srt", "task_id"),
    NAMES: (f"{_TASK} fragment_id processed_json textrazor_json", "task_id"),
    PERSONS: ("id label description public_links status", "id"),
}
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def check_address(url: str, allowed: tuple[str, ...]) -> SplitResult:
    """Return the parts of an address that may be fetched.

    Raises:
        NotAllowed: it does not start with an allowed address, or is no https (http on this machine itself).
    """
    parts = _split(url)
    if parts is None or not any(_is_under(parts, start) for each in allowed if (start := _split(each))):
        message = "this address is not among those from which an instance may fetch; see GIVE_LD_IMPORT_URLS"
        raise NotAllowed(message, rule="import-url")
    return parts


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    strange = parts.username is not None or parts.password is not None or parts.fragment or port == 0
    if strange or not parts.hostname or any(each in url for each in ("\\", "\t", "\n", "\r", " ", "%")):
        return None
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    return parts if safe and not {"..", "."} & set(parts.path.split("/")) else None


def _is_under(parts: SplitResult, start: SplitResult) -> bool:
    same = (parts.scheme, parts.hostname, parts.port) == (start.scheme, start.hostname, start.port)
    path = start.path.rstrip("/")
    return same and (parts.path == start.path or parts.path == path or parts.path.startswith(f"{path}/"))


@dataclass
class _Budget:
    """What is left of the bytes and seconds of one source."""

    size: int
    deadline: float
    views: dict[str, list[Any]] = field(default_factory=dict)

    def take(self, count: int) -> None:
        self.size -= count
        if self.size < 0:
            raise TooLarge("the pages are larger together than GIVE_LD_UPLOAD_BYTES", rule="import-size")
        if time.monotonic() > self.deadline:
            raise TimedOut("the pages took longer than GIVE_LD_IMPORT_SECONDS", rule="import-time")


def fetch_pages(url: str, settings: Settings) -> bytes:
    """Return all pages of an address as one page of views.

    An address that ends in `graphql` is asked for each view by a query, any other for what it holds, with `limit` and
    `offset`. No redirect is followed, and the token of the settings goes nowhere else and into no message.

    Raises:
        NotAllowed: the address is not allowed.
        BadInput: an answer is no page; or it is an error, or leads elsewhere.
        TooLarge, TimedOut: over a limit.
    """
    parts = check_address(url, settings.import_urls)
    budget = _Budget(settings.upload_bytes, time.monotonic() + settings.import_seconds)
    token = settings.import_token
    headers = {"Authorization": f"Bearer {token.get_secret_value()}"} if token else {}
    with httpx.Client(headers=headers, timeout=30, follow_redirects=False, trust_env=False) as http:
        if parts.path.rstrip("/").endswith("graphql"):
            for view, (columns, order) in _COLUMNS.items():
                _fetch_view(http, url, (view, columns, order), budget)
        else:
            _fetch_plain(http, url, budget)
    return json.dumps(budget.views).encode()


def _fetch_view(http: httpx.Client, url: str, view: tuple[str, str, str], budget: _Budget) -> None:
    name, columns, order = view
    query = (
        "query($limit: Int!, $offset: Int!) { "
        f"{name}(limit: $limit, offset: $offset, order_by: {{{order}: asc}}) {{ {columns} }} }}"
    )
    rows = budget.views.setdefault(name, [])
    while True:
        body = {"query": query, "variables": {"limit": PAGE_ROWS, "offset": len(rows)}}
        page = _page(http, httpx.Request("POST", url, json=body), budget)
        data = page.get("data")
        found = data.get(name) if isinstance(data, dict) else None
        if not isinstance(found, list):
            raise BadInput(f"the service gives no rows of {name}; may this token read it?", rule="import-answer")
        rows += found
        if len(found) < PAGE_ROWS:
            return


def _fetch_plain(http: httpx.Client, url: str, budget: _Budget) -> None:
    offset, before = 0, None
    while True:
        request = httpx.Request("GET", httpx.URL(url).copy_merge_params({"limit": PAGE_ROWS, "offset": offset}))
        page = _page(http, request, budget)
        inner = page["data"] if isinstance(page.get("data"), dict) else page
        views = {name: list(rows) for name, rows in inner.items() if isinstance(rows, list)}
        most = max((len(rows) for rows in views.values()), default=0)
        # A service that knows no paging gives the same page again.
        if most == 0 or views == before:
            return
        for name, rows in views.items():
            budget.views.setdefault(name, []).extend(rows)
        before, offset = views, offset + most


def _page(http: httpx.Client, request: httpx.Request, budget: _Budget) -> Mapping[str, Any]:
    request.headers.update(http.headers)
    content = b"".join(_body(http, request, budget))
    try:
        page = from_json(content)
    except ValueError as error:
        raise BadInput("the service answered with something else than JSON", rule="import-answer") from error
    if not isinstance(page, dict) or page.get("errors"):
        raise BadInput("the service answered with errors in place of rows", rule="import-answer")
    return page


def _body(http: httpx.Client, request: httpx.Request, budget: _Budget) -> Iterator[bytes]:
    with _answered():
        answer = http.send(request, stream=True)
        try:
            if answer.status_code != httpx.codes.OK:
                message = f"the service answered with status {answer.status_code}, which no page does"
                raise BadInput(message, rule="import-answer")
            for chunk in answer.iter_bytes():
                budget.take(len(chunk))
                yield chunk
        finally:
            answer.close()


@contextmanager
def _answered() -> Iterator[None]:
    try:
        yield
    except (httpx.TransportError, httpx.DecodingError) as error:
        raise BadInput(f"the service cannot be reached ({type(error).__name__})", rule="import-answer") from error
