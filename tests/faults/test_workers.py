"""A query worker may be killed in the middle of a query: that query is told so, and the next is answered."""

import os
import signal
import threading
from collections.abc import Callable

import httpx

from give_ld.bench.respawn import respawn_seconds, wait_until_busy
from give_ld.bench.service import Service
from give_ld.bench.work import RUNAWAY
from tests.faults.conftest import Archive, ask, truth

Serve = Callable[..., Service]


def test_the_query_of_a_killed_worker_is_told_to_come_back_and_the_next_is_answered(
    archive: Archive, serve: Serve
) -> None:
    service = serve(archive.home, sparql_workers="1")
    (worker,) = service.workers()
    answers: list[httpx.Response] = []
    running = threading.Thread(target=lambda: answers.append(ask(service, RUNAWAY)))
    running.start()
    wait_until_busy(worker)
    os.kill(worker, signal.SIGKILL)
    running.join()
    assert (answers[0].status_code, answers[0].headers["content-type"]) == (503, "application/problem+json")
    assert answers[0].json()["rule"] == "worker-killed"
    assert int(answers[0].headers["retry-after"]) > 0
    assert truth(service, "?s ?p ?o")
    assert service.workers() != [worker]


def test_a_worker_is_replaced_again_and_again(archive: Archive, serve: Serve) -> None:
    service = serve(archive.home, sparql_workers="1")
    assert all(respawn_seconds(service) > 0 for _ in range(3))
    assert len(service.workers()) == 1


def test_every_worker_at_once_may_be_killed(archive: Archive, serve: Serve) -> None:
    service = serve(archive.home)
    for worker in service.workers():
        os.kill(worker, signal.SIGKILL)
    statuses = {ask(service, "ASK {}").status_code for _ in range(8)}
    assert statuses <= {200, 503}
    assert truth(service, "?s ?p ?o")
