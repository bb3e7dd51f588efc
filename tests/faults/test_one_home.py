"""One process at a time has a home open: another is told who has it, and a killed one keeps nobody out."""

import gzip
import json
import os
import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from give_ld.bench.service import Service
from give_ld.cli import create_cli
from give_ld.errors import Damaged
from give_ld.home import open_home
from give_ld.store.remote import Endpoints, RemoteStore
from tests.faults.conftest import Archive, decide, truth

Serve = Callable[..., Service]


def test_a_second_server_is_told_who_has_the_home_and_since_when(archive: Archive, serve: Serve) -> None:
    first = serve(archive.home)
    with pytest.raises(Damaged) as caught:
        serve(archive.home)
    said = re.search(r"in use by process (\d+) since (\S+) serving (\S+); stop it", caught.value.message)
    assert said is not None, caught.value.message
    assert (int(said[1]), said[3]) == (first.pid, f"{first.url}/")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", said[2])
    assert truth(first, "?s ?p ?o")


def test_a_killed_server_keeps_nobody_out_and_leaves_no_worker(archive: Archive, serve: Serve) -> None:
    killed = serve(archive.home)
    workers = killed.workers()
    killed.stop(signal.SIGKILL)
    assert truth(serve(archive.home), "?s ?p ?o")
    assert not any(os.path.exists(f"/proc/{worker}") for worker in workers)


def test_a_killed_server_leaves_a_home_that_opens(archive: Archive, serve: Serve) -> None:
    serve(archive.home).stop(signal.SIGKILL)
    open_home(archive.settings).close()


def run(archive: Archive, *arguments: object) -> Result:
    return CliRunner().invoke(create_cli(), [*map(str, arguments), "--home", str(archive.home), "--json"])


def test_what_was_just_decided_is_dumped_and_pushed_while_the_server_runs(
    archive: Archive, serve: Serve, oxigraph: Endpoints, tmp_path: Path
) -> None:
    service = serve(archive.home)
    decided = next(guess.iri for guess in archive.filled.guesses if not guess.approved and guess.means)
    assert decide(service, archive, decided).status_code == 200
    dumped = run(archive, "dump", "--out", tmp_path / "dump")
    assert dumped.exit_code == 0, dumped.output
    found = json.loads(dumped.stdout.splitlines()[-1])
    assert decided in gzip.decompress(Path(found["nquads"]["data"]).read_bytes()).decode()
    pushed = run(archive, "publish", "--to", oxigraph.query.removesuffix("/query"))
    assert pushed.exit_code == 0, pushed.output
    engine = RemoteStore(oxigraph)
    assert any(decided in line for line in engine.lines())
    engine.close()
    assert not list(archive.home.glob("standing-*"))
    assert truth(service, "?s ?p ?o")


def test_who_has_a_home_open_and_serves_nothing_is_waited_for(archive: Archive) -> None:
    home = open_home(archive.settings)
    refused = run(archive, "publish", "--to", "http://127.0.0.1:9")
    home.close()
    assert (refused.exit_code, "is in use by process" in refused.output) == (1, True)
