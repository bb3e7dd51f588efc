"""Pages from elsewhere: which addresses may be fetched, how pages follow each other, and what no answer can do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from typer.testing import CliRunner

from give_ld.cli import create_cli
from give_ld.config import Settings
from give_ld.doors.export import read_export
from give_ld.doors.remote import PAGE_ROWS, check_address, fetch_pages
from give_ld.doors.views import VIEWS
from give_ld.errors import BadInput, GiveLdError, NotAllowed, NotUsable, TimedOut, TooLarge
from give_ld.home import Home
from tests.conftest import People
from tests.doors.conftest import SAMPLES
from tests.factories import PID

PAGE = json.loads((SAMPLES / "ai_metadata.json").read_bytes())["data"]
TOKEN = "a-made-token-that-nobody-may-see"
ALLOWED = ("https://api.example.org/v1/", "http://127.0.0.1:8000/pages")


@pytest.mark.parametrize(
    "url", ["https://api.example.org/v1/graphql", "https://api.example.org/v1", "http://127.0.0.1:8000/pages?where=x"]
)
def test_an_address_under_an_allowed_one_may_be_fetched(url: str) -> None:
    assert check_address(url, ALLOWED).geturl() == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "file:///etc/passwd",
        "https://example.org/v1/",
        "https://api.example.org/v10",
        "https://api.example.org/",
        "https://api.example.org:8443/v1/",
        "http://api.example.org/v1/",
        "https://api.example.org/v1/../admin",
        "https://api.example.org/v1/%2e%2e/admin",
        "https://api.example.org/v1/\\evil.example",
        "https://api.example.org@evil.example/v1/",
        "https://user:secret@api.example.org/v1/",
        "https://api.example.org.evil.example/v1/",
        "https://api.example.org/v1/#x",
        "http://localhost:8000/pages",
        "http://127.0.0.1:8000/pagesx",
        "http://127.0.0.1:99999/pages",
        "https://[::1/v1/",
    ],
)
def test_any_other_address_is_refused(url: str) -> None:
    with pytest.raises(NotAllowed) as caught:
        check_address(url, ALLOWED)
    assert caught.value.rule == "import-url"


def test_without_a_setting_nothing_may_be_fetched() -> None:
    assert Settings().import_urls == ()
    with pytest.raises(NotAllowed):
        fetch_pages("https://api.example.org/v1/", Settings())


@given(rest=st.text(max_size=20), scheme=st.sampled_from(["https://", "http://", "//", "ftp://"]))
def test_no_text_reaches_another_host(rest: str, scheme: str) -> None:
    try:
        parts = check_address(scheme + rest, ALLOWED)
    except NotAllowed:
        return
    assert parts.hostname in ("api.example.org", "127.0.0.1")


class Service(BaseHTTPRequestHandler):
    """Gives the views of the sample, by GraphQL or by plain pages; some of its paths misbehave."""

    views: dict[str, list[Any]]
    seen: list[tuple[str, str]]

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        self.seen.append((url.path, self.headers.get("Authorization", "")))
        if url.path == "/away":
            self.send_response(302)
            self.send_header("Location", "/plain")
            self.end_headers()
        elif url.path == "/large":
            self._send(b"[" + b"1," * 1_000_000)
        elif url.path == "/html":
            self._send(b"<html>")
        elif url.path == "/same":
            self._send(json.dumps({"speech_tasks": self.views["speech_tasks"]}).encode())
        else:
            asked = parse_qs(url.query)
            start, count = int(asked["offset"][0]), int(asked["limit"][0])
            self._send(json.dumps({name: rows[start : start + count] for name, rows in self.views.items()}).encode())

    def do_POST(self) -> None:
        self.seen.append((self.path, self.headers.get("Authorization", "")))
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        view = next(name for name in VIEWS if f" {name}(" in body["query"])
        start, count = body["variables"]["offset"], body["variables"]["limit"]
        self._send(json.dumps({"data": {view: self.views[view][start : start + count]}}).encode())

    def _send(self, content: bytes) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    """Where the service of the views answers."""
    many = [PAGE["speech_tasks"][0] | {"task_id": f"t{number}"} for number in range(PAGE_ROWS + 3)]
    Service.views, Service.seen = {**PAGE, "speech_tasks": many}, []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def settings(address: str, **changes: Any) -> Settings:
    return Settings(import_urls=(address,), import_token=SecretStr(TOKEN), **changes)


@pytest.mark.parametrize("path", ["/v1/graphql", "/plain"])
def test_every_page_is_fetched_with_the_token(address: str, path: str) -> None:
    found = json.loads(fetch_pages(address + path, settings(address)))
    assert found == Service.views
    assert {token for _, token in Service.seen} == {f"Bearer {TOKEN}"}


def test_a_service_without_paging_is_asked_until_it_says_the_same_again(address: str) -> None:
    assert len(json.loads(fetch_pages(address + "/same", settings(address)))["speech_tasks"]) == PAGE_ROWS + 3
    assert len(Service.seen) == 2


@pytest.mark.parametrize(
    ("path", "changes", "error"),
    [
        ("/away", {}, BadInput),
        ("/html", {}, BadInput),
        ("/large", {"upload_bytes": 1_000}, TooLarge),
        ("/plain", {"import_seconds": 1e-9}, TimedOut),
    ],
)
def test_an_answer_that_misbehaves_ends_the_import(
    address: str, path: str, changes: dict[str, Any], error: type[GiveLdError]
) -> None:
    with pytest.raises(error) as caught:
        fetch_pages(address + path, settings(address, **changes))
    assert TOKEN not in str(caught.value)
    assert [seen for seen, _ in Service.seen] == [path], "no redirect is followed"


def test_the_command_line_reads_an_allowed_address(home: Home, people: People, address: str) -> None:
    home.close()
    environment = {"GIVE_LD_HOME": str(home.settings.home), "GIVE_LD_IMPORT_TOKEN": TOKEN, "TERM": "dumb"}
    arguments = ["ingest", f"{address}/plain", "--format", "meemoo", "--as", "pipeline", "--item", PID, "--json"]
    refused = CliRunner().invoke(create_cli(), arguments, env=environment)
    assert (refused.exit_code, Service.seen) == (1, [])
    allowed = environment | {"GIVE_LD_IMPORT_URLS": json.dumps([address])}
    result = CliRunner().invoke(create_cli(), arguments, env=allowed)
    assert result.exit_code == 3, result.output
    assert json.loads(result.output.splitlines()[-1])["proposed"]["transcript"] == 1
    assert TOKEN not in refused.output + result.output


def export(directory: Path) -> Path:
    """The sample as the layout of an export: rows by id, images under their other name, captions beside their task."""
    for view, rows in PAGE.items():
        named = {"image_tasks": "face_image_tasks", "image_matches": "face_image_matches"}.get(view, view)
        key = {"face_matches": "cluster_uuid", "image_matches": "cluster_uuid", "refset_persons": "id"}.get(
            view, "task_id"
        )
        (directory / named).mkdir(parents=True)
        by_id = {str(row[key]): {name: value for name, value in row.items() if name != key} for row in rows}
        (directory / named / "page_0.json").write_text(json.dumps(by_id), encoding="utf-8")
    task = PAGE["speech_tasks"][0]
    beside = directory / "speech_tasks" / "tasks" / task["task_id"]
    beside.mkdir(parents=True)
    (beside / "metadata.json").write_text(json.dumps(task | {"transcript_vtt": None}), encoding="utf-8")
    (beside / "subtitles.vtt").write_text(task["transcript_vtt"], encoding="utf-8")
    (beside / "speechmatics_raw.json").write_text("not even JSON", encoding="utf-8")
    return directory


def test_an_export_on_disk_says_what_the_pages_say(home: Home, people: People, refset: str, tmp_path: Path) -> None:
    directory = export(tmp_path / "output")
    found = json.loads(read_export(directory, 10_000_000))
    assert {view: len(rows) for view, rows in found.items()} == {view: len(rows) for view, rows in PAGE.items()}
    assert [row["transcript_vtt"][:6] for row in found["speech_tasks"]] == ["WEBVTT", "WEBVTT"]
    home.close()
    environment = {"GIVE_LD_HOME": str(home.settings.home), "TERM": "dumb"}
    arguments = ["ingest", str(directory), "--format", "meemoo", "--as", "pipeline", "--json"]
    result = CliRunner().invoke(create_cli(), arguments, env=environment)
    assert result.exit_code == 0, result.output
    proposed = json.loads(result.output.splitlines()[-1])["proposed"]
    assert proposed == {"transcript": 2, "face-match": 3, "face-unknown": 1, "entity-mention": 2}


def test_an_export_that_is_too_large_empty_or_broken_is_refused_by_name(tmp_path: Path) -> None:
    directory = export(tmp_path / "output")
    with pytest.raises(TooLarge):
        read_export(directory, 100)
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotUsable):
        read_export(tmp_path / "empty", 100)
    (directory / "ner_tasks" / "page_1.json").write_text("{", encoding="utf-8")
    with pytest.raises(BadInput, match=r"ner_tasks/page_1\.json"):
        read_export(directory, 10_000_000)
