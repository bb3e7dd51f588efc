"""A journey starts from real media, goes through the real pipeline, and meets a real server in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from give_ld.errors import MissingWeights

PARTNER, OTHER = "OR-a1b2c3d", "OR-e4f5g6h"
RECORDS = "demo-portrait.jsonl"
STARTUP_SECONDS = 60


@dataclass
class Instance:
    """An instance in a directory: its commands and its server, all as processes."""

    directory: Path
    port: int
    server: subprocess.Popen[bytes] | None = None
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        own = {"GIVE_LD_HOME": str(self.directory / "home"), "GIVE_LD_BASE": self.url}
        # A journey looks at once for what was decided.
        return {**os.environ, **own, "GIVE_LD_SPARQL_LAG_SECONDS": "0"}

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run one command and return what it did."""
        command = [sys.executable, "-m", "give_ld.cli", *map(str, arguments)]
        return subprocess.run(command, env=self.environment(), capture_output=True, text=True, check=False)

    def json(self, *arguments: str | Path) -> Any:
        """Run one command that must succeed, and return the JSON on its last line."""
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    def start(self) -> None:
        """Start the server and wait until it answers."""
        command = [sys.executable, "-m", "give_ld.cli", "serve", "--port", str(self.port)]
        with (self.directory / "server.log").open("ab") as log:
            self.server = subprocess.Popen(command, env=self.environment(), stdout=log, stderr=log)
        deadline = time.monotonic() + STARTUP_SECONDS
        while time.monotonic() < deadline:
            assert self.server.poll() is None, (self.directory / "server.log").read_text()
            try:
                if httpx.get(f"{self.url}/healthz").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        pytest.fail((self.directory / "server.log").read_text())

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the server, gently or not."""
        if self.server is not None:
            self.server.send_signal(how)
            self.server.wait(timeout=30)
            self.server = None

    def ask(self, method: str, path: str, user: str = "", **request: Any) -> httpx.Response:
        """Send one request as a user, or as nobody."""
        headers = {**request.pop("headers", {})}
        if user:
            headers["Authorization"] = f"Bearer {self.tokens[user]}"
        return httpx.request(method, f"{self.url}{path}", headers=headers, timeout=60, **request)

    def rows(self, query: str) -> list[dict[str, str]]:
        """Return the rows of a public query."""
        answer = self.ask(
            "GET", "/sparql", params={"query": query}, headers={"Accept": "application/sparql-results+json"}
        )
        assert answer.status_code == 200, answer.text
        found = answer.json()["results"]["bindings"]
        return [{name: cell["value"] for name, cell in row.items()} for row in found]


@pytest.fixture(scope="session")
def portrait(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with sample media, made by the pipeline's own command."""
    pytest.importorskip("av", reason="needs the extra [ai]")
    from pipeline.weights import directories, find

    try:
        find("faceplugin", directories(os.environ))
        find("whisper-base", directories(os.environ))
    except MissingWeights as error:
        pytest.skip(error.message)
    out = tmp_path_factory.mktemp("sample")
    made = Instance(out, 0)
    made.json("pipeline", "sample", "--out", out)
    return out


@pytest.fixture(scope="session")
def prepared(portrait: Path, tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """Two partners, an archivist and a pipeline, a reference set, items, and the records of one film; no server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        made = Instance(tmp_path_factory.mktemp("prepared"), int(probe.getsockname()[1]))
    media = made.directory / "media"
    shutil.copytree(portrait, media)
    for partner, name in ((PARTNER, "Demo-omroep"), (OTHER, "Demo-museum")):
        made.json("user", "partner", partner, "--name", name)
    for name, role, partner in (
        ("Ann", "archivist", PARTNER),
        ("Bob", "archivist", OTHER),
        ("machine", "pipeline", PARTNER),
    ):
        made.json("user", "add", name, "--role", role, "--partner", partner)
        made.tokens[name] = made.json("user", "token", name)["token"]
    made.json("user", "add", "root", "--role", "admin")
    made.json("user", "add", "Rita", "--role", "reference-set-manager", "--role", "auditor")
    made.tokens["Rita"] = made.json("user", "token", "Rita")["token"]
    made.json("ingest", media / f"items-{PARTNER}.csv", "--format", "items", "--partner", PARTNER, "--as", "Ann")
    made.json("refset", "import", media / "refset.csv", "--as", "Rita", "--partner", PARTNER)
    refset = made.directory / "refset.jsonl"
    made.json("refset", "snapshot", "--out", refset, "--as", "Rita")
    order = ("--partner", PARTNER, "--item", "demo-portrait", "--stages", "faces", "--refset", refset)
    done = made.json("pipeline", "run", media / "demo-portrait.mp4", *order, "--out", made.directory / RECORDS)
    assert done["failed"] == 0
    return made


@pytest.fixture
def instance(prepared: Instance, tmp_path: Path) -> Iterator[Instance]:
    """A copy of the prepared instance, of this test alone."""
    shutil.copytree(prepared.directory, tmp_path / "instance", symlinks=True)
    copied = Instance(tmp_path / "instance", prepared.port, tokens=prepared.tokens)
    yield copied
    copied.stop()
