"""A server that is ended while it is asked finishes what it began, keeps what it acknowledged, and comes back."""

import threading
import time
from collections.abc import Callable

import httpx

from give_ld.bench.respawn import wait_until_busy
from give_ld.bench.service import Service
from give_ld.bench.work import RUNAWAY
from tests.faults.conftest import Archive, ask, decide, truth

Serve = Callable[..., Service]
DECLARED = {200, 503}


class Clients:
    """Two threads that ask and decide until nobody answers any more."""

    def __init__(self, service: Service, archive: Archive) -> None:
        self.statuses: set[int] = set()
        self.approved: list[str] = []
        self._service, self._archive = service, archive
        self._threads = [threading.Thread(target=work) for work in (self._ask, self._decide)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        for thread in self._threads:
            thread.join()

    def _ask(self) -> None:
        try:
            while True:
                self.statuses.add(ask(self._service, "ASK { ?s ?p ?o }").status_code)
        except httpx.TransportError:
            return

    def _decide(self) -> None:
        try:
            for iri in self._archive.undecided():
                answer = decide(self._service, self._archive, iri)
                self.statuses.add(answer.status_code)
                if answer.status_code == 200:
                    self.approved.append(iri)
        except httpx.TransportError:
            return


def test_a_restart_under_load_loses_nothing_that_was_acknowledged(archive: Archive, serve: Serve) -> None:
    service = serve(archive.home, sparql_workers="1", sparql_seconds="3", sparql_queue="50")
    clients, long_answers = Clients(service, archive), list[httpx.Response]()
    clients.start()
    while len(clients.approved) < 3:
        time.sleep(0.01)
    (worker,) = service.workers()
    long = threading.Thread(target=lambda: long_answers.append(ask(service, RUNAWAY)))
    long.start()
    wait_until_busy(worker)
    service.stop()
    clients.join()
    long.join()
    assert long_answers[0].status_code in (503, 504)
    assert long_answers[0].headers["content-type"] == "application/problem+json"
    assert clients.statuses <= DECLARED
    again = serve(archive.home)
    assert all(truth(again, f"<{iri}> ?p ?o") for iri in clients.approved[:3])
    again.stop()
    statuses = archive.statuses()
    assert {statuses[iri] for iri in clients.approved} == {"approved"}
