"""How soon a service has a new query worker for one that is killed in the middle of a query."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import httpx

from give_ld.bench.asking import fault
from give_ld.bench.service import Service
from give_ld.bench.work import RUNAWAY
from give_ld.errors import Damaged

# A worker that uses so much processor time is at a query.
_BUSY_TICKS = 5
_PATIENCE_SECONDS = 30.0


def respawn_seconds(service: Service) -> float:
    """Return the time from the kill of the only worker, at work, to the next right answer of another one.

    Raises:
        Damaged: the query that was running got no declared answer, or the next one no right one.
    """
    (worker,) = service.workers()
    refused: list[httpx.Response] = []
    running = threading.Thread(target=lambda: refused.append(_query(service, RUNAWAY)))
    running.start()
    wait_until_busy(worker)
    os.kill(worker, signal.SIGKILL)
    killed = time.monotonic()
    answer = _query(service, "ASK {}")
    seconds = time.monotonic() - killed
    running.join()
    if wrong := fault(refused[0], lambda _: False) or fault(answer, lambda each: each.json()["boolean"] is True):
        raise Damaged(f"after a kill: {wrong}", rule="bench")
    if answer.is_error:
        raise Damaged(f"after a kill the next query got {answer.status_code}", rule="bench")
    return seconds


def _query(service: Service, query: str) -> httpx.Response:
    headers = {"Accept": "application/sparql-results+json"}
    return httpx.get(f"{service.url}/sparql", params={"query": query}, headers=headers, timeout=_PATIENCE_SECONDS)


def wait_until_busy(worker: int) -> None:
    """Wait until a worker uses processor time.

    Raises:
        Damaged: it does not begin.
    """
    before, deadline = _ticks(worker), time.monotonic() + _PATIENCE_SECONDS
    while _ticks(worker) < before + _BUSY_TICKS:
        if time.monotonic() > deadline:
            raise Damaged("the worker does not begin with the query", rule="bench")
        time.sleep(0.01)


def _ticks(pid: int) -> int:
    """Return the processor time that a process has used in user mode, in ticks of the kernel."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11])
