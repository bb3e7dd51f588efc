"""One process at a time has a home open: another is told who has it, and a killed one keeps nobody out."""

import os
import re
import signal
from collections.abc import Callable

import pytest

from give_ld.bench.service import Service
from give_ld.errors import Damaged
from give_ld.home import open_home
from tests.faults.conftest import Archive, truth

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
