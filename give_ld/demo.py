"""The whole path on sample media: pipeline, ingest, decisions over HTTP, and what SPARQL answers before and after."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from give_ld.client import Client
from give_ld.config import load_settings
from give_ld.errors import Busy, Conflict, Damaged, GiveLdError
from give_ld.home import open_home
from give_ld.items import ingest_items
from give_ld.model.decision import Role
from give_ld.model.item import Partner
from give_ld.model.processing import Allowed
from give_ld.model.run import Stage
from give_ld.model.status import Verdict
from give_ld.people import add_partner, add_user, issue_token
from give_ld.processing import allow
from give_ld.reference.admit import admit_from_csv
from give_ld.reference.snapshot import write_snapshot

_MARK = "give-ld-demo.json"
_STARTUP_SECONDS = 60
_SHOWN = 5
_FACTS = "SELECT ?item ?subject WHERE { ?item <https://schema.org/mentions> ?subject } ORDER BY ?item ?subject"


@dataclass
class _Demo:
    directory: Path
    url: str
    console: Console
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str, words: str) -> Iterator[None]:
        began = time.monotonic()
        with self.console.status(f"{words} …"):
            yield
        took = time.monotonic() - began
        self.seconds[name] = round(self.seconds.get(name, 0) + took, 2)
        self.console.print(f"[green]✓[/green] {words} [dim]({took:.1f} s)[/dim]")

    def run(self, *arguments: str | Path) -> dict[str, Any]:
        """Run one command of give-ld as a user would, and return the JSON on its last line."""
        command = [sys.executable, "-m", "give_ld.cli", *map(str, arguments), "--json"]
        done = subprocess.run(command, env=self.environment(), capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode != 0:
            raise Damaged(
                f"'give-ld {' '.join(map(str, arguments))}' ended with {done.returncode}: {done.stderr.strip()}"
            )
        return dict(json.loads(done.stdout.splitlines()[-1]))

    def environment(self) -> dict[str, str]:
        return {**os.environ, "GIVE_LD_HOME": str(self.directory / "home"), "GIVE_LD_BASE": self.url}


def demo(
    home: Annotated[Path, typer.Option("--home", help="Directory for everything that the demo makes.")] = Path(
        "give-ld-demo"
    ),
    no_serve: Annotated[bool, typer.Option("--no-serve", help="End after the summary instead of serving.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The summary is always one JSON object.")] = False,
) -> None:
    """Make sample media and take them the whole way: from guess to approved fact, and say why it is there."""
    port = _free_port()
    made = _Demo(_fresh(home), f"http://127.0.0.1:{port}", Console(stderr=True, soft_wrap=True))
    with made.step("weights", "Model weights found and verified"):
        made.run("models", "pull", "--all-offline")
    with made.step("media", "Sample media made: a voice, a portrait, a group"):
        sample = made.run("pipeline", "sample", "--out", made.directory / "media")
    with made.step("setup", "Two partners, three users, a reference set with recorded admissions"):
        tokens = _set_up(made, sample)
    records, weights = _run_pipeline(made, sample)
    with _serving(made, port) as server:
        summary = _decide(made, sample, tokens, records)
        summary |= {"seconds": made.seconds, "weights": weights, "same_source": sample["same_source"]}
        if not no_serve:
            _show(made, tokens)
            print(json.dumps(summary, ensure_ascii=False), flush=True)
            server.wait()
            return
    print(json.dumps(summary, ensure_ascii=False))


def _fresh(directory: Path) -> Path:
    """Return the directory, empty; one that holds anything but an earlier demo is left alone.

    Raises:
        Conflict: it is somebody's.
    """
    directory = directory.resolve()
    if directory.exists() and any(directory.iterdir()):
        if not (directory / _MARK).is_file():
            raise Conflict(f"{directory} is not empty and not an earlier demo; give another with --home")
        shutil.rmtree(directory)
    directory.mkdir(parents=True, exist_ok=True)
    (directory / _MARK).write_text("{}\n")
    return directory


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _set_up(made: _Demo, sample: dict[str, Any]) -> dict[str, str]:
    """Return a token by user name: an archivist and a pipeline for each partner."""
    settings = load_settings(home=made.directory / "home", base=made.url)
    home = open_home(settings)
    try:
        owner, other = (partner["id"] for partner in sample["partners"])
        for partner in sample["partners"]:
            add_partner(home, Partner.model_validate(partner))
        for name, partner in (("Ann", owner), ("Bob", other)):
            archivist = add_user(home, name, [Role.ARCHIVIST], partner)
            add_user(home, f"pipeline of {partner}", [Role.PIPELINE], partner)
            with Path(sample["items"][partner]).open(encoding="utf-8", newline="") as items:
                ingest_items(home, items, Path(items.name).name, partner, archivist)
            everything = Allowed(stages=tuple(Stage), unknown_faces=True)
            allow(home, partner, everything, archivist, "the sample media of the demonstration")
        rita = add_user(home, "Rita", [Role.REFERENCE_SET_MANAGER, Role.AUDITOR], None)
        admit_from_csv(home, Path(sample["refset"]), rita, owner)
        write_snapshot(home, made.directory / "refset.jsonl", rita)
        names = ("Ann", "Bob", f"pipeline of {owner}", f"pipeline of {other}")
        return {name: issue_token(home, name, days=1) for name in names}
    finally:
        home.close()


def _run_pipeline(made: _Demo, sample: dict[str, Any]) -> tuple[dict[str, list[Path]], dict[str, str]]:
    """Return the records files by partner, and the digests of the weights that made them."""
    records: dict[str, list[Path]] = {}
    weights: dict[str, str] = {}
    (made.directory / "records").mkdir()
    for file in sample["files"]:
        name = Path(file["path"]).name
        out = made.directory / "records" / f"{file['pid']}.jsonl"
        with made.step("pipeline", f"Pipeline: {name}"):
            done = made.run(
                "pipeline", "run", file["path"], "--partner", file["partner"], "--item", file["pid"],
                "--refset", made.directory / "refset.jsonl", "--out", out,
            )  # fmt: skip
        for stage, seconds in done["seconds"].items():
            made.seconds[stage] = round(made.seconds.get(stage, 0) + seconds, 2)
        weights |= done["weights"]
        records.setdefault(file["partner"], []).append(out)
    return records, weights


@contextmanager
def _serving(made: _Demo, port: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "give_ld.cli", "serve", "--port", str(port)]
    with (made.directory / "server.log").open("wb") as log:
        server = subprocess.Popen(command, env=made.environment(), stdout=log, stderr=log)  # noqa: S603
        try:
            with made.step("start", "Service started"):
                _wait_for(made, server)
            yield server
        except KeyboardInterrupt:
            made.console.print("stopped")
        finally:
            server.terminate()
            server.wait(timeout=30)


def _wait_for(made: _Demo, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _STARTUP_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise Damaged(f"the server ended; see {made.directory / 'server.log'}")
        try:
            with Client(made.url) as client:
                client.select("SELECT * {} LIMIT 1")
            return
        except GiveLdError:
            time.sleep(0.2)
    raise Busy(f"the server did not answer in {_STARTUP_SECONDS} s; see {made.directory / 'server.log'}")


def _decide(
    made: _Demo, sample: dict[str, Any], tokens: dict[str, str], records: dict[str, list[Path]]
) -> dict[str, Any]:
    with made.step("ingest", "Records checked, gated and kept as proposals"):
        for partner, files in records.items():
            with Client(made.url, tokens[f"pipeline of {partner}"]) as pipeline:
                reports = [pipeline.ingest(file) for file in files]
            if any(report["refused"] for report in reports):
                raise Damaged(f"records of the demo were refused: {reports}")
    before = _facts(made)
    if before:
        raise Damaged(f"the public graph holds facts that nobody approved: {before}")
    made.console.print("  SPARQL before anybody decided: [bold]0 facts[/bold]")
    with made.step("decide", "Ann and Bob decide, each about their own partner"):
        queues = [_decide_all(made, tokens[name]) for name in ("Ann", "Bob")]
    facts = _facts(made)
    made.console.print(f"  SPARQL now: [bold]{len(facts)} facts[/bold]")
    for fact in facts[:_SHOWN]:
        made.console.print(f"    {fact['item']} mentions {fact['subject']}", highlight=False)
    return {
        "items": len(sample["files"]),
        "annotations": _sum([queue["counts"] for queue in queues]),
        "facts": len(facts),
    }


def _decide_all(made: _Demo, token: str) -> dict[str, Any]:
    """Decide as a careful archivist would: yes to what names somebody, no to a name without an entity."""
    with Client(made.url, token) as archivist:
        rows = archivist.queue()["rows"]
        for row in rows:
            if row["kind"] == "face-unknown":
                continue
            guess = archivist.look(row["iri"])["record"]
            unlinked = row["kind"] == "entity-mention" and not (guess.get("entity") or guess.get("person"))
            verdict = Verdict.REJECT if unlinked else Verdict.APPROVE
            archivist.decide(row["iri"], verdict, "seen in the demo", row["version"])
        return archivist.queue()


def _facts(made: _Demo) -> list[dict[str, str]]:
    with Client(made.url) as anybody:
        return anybody.select(_FACTS)


def _sum(tables: list[dict[str, dict[str, int]]]) -> dict[str, dict[str, int]]:
    total: dict[str, dict[str, int]] = {}
    for table in tables:
        for kind, numbers in table.items():
            row = total.setdefault(kind, {})
            for status, number in numbers.items():
                row[status] = row.get(status, 0) + number
    return total


def _show(made: _Demo, tokens: dict[str, str]) -> None:
    made.console.print(f"\nServing at [bold]{made.url}/[/bold] (Ctrl-C ends it)")
    made.console.print(f"  query     {made.url}/sparql")
    made.console.print(f"  review    {made.url}/review/queue")
    made.console.print(f"  reconcile {made.url}/reconcile")
    for name in ("Ann", "Bob"):
        made.console.print(f"  token of {name} for the review page: {tokens[name]}", highlight=False)
