"""The gate in a second process: the same verdict, and it never outlives who asks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from give_ld.rdf.shacl import Gate
from give_ld.review.gate_process import GateProcess
from tests.factories import BASE

TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
BAD = [f"<{BASE}/id/run/1> {TYPE} <http://www.w3.org/ns/prov#Activity> <{BASE}/graph/run/OR-abc1234> ."]


@pytest.fixture
def process() -> Iterator[GateProcess]:
    process = GateProcess(BASE)
    process.wait()
    yield process
    process.close()


def is_gone(pid: int) -> bool:
    """Return whether a process ends within ten seconds; one that nobody waits for any more counts as ended."""
    for _ in range(100):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.1)
    return False


def test_its_verdict_is_that_of_the_gate(process: GateProcess) -> None:
    found = process.check(BAD, [])
    assert found
    assert found == Gate(BASE).check(BAD)
    assert process.check(BAD, BAD) == Gate(BASE).check(BAD, BAD)
    assert process.check([], BAD) == []


def test_until_it_is_ready_and_after_it_ended_it_has_no_verdict(process: GateProcess) -> None:
    starting = GateProcess(BASE)
    assert starting.check(BAD, []) is None
    starting.close()
    starting.close()
    assert starting.check(BAD, []) is None
    assert process.pid
    os.kill(process.pid, signal.SIGKILL)
    assert process.check(BAD, []) is None
    assert process.pid is None


def test_what_it_cannot_read_ends_it_and_is_for_the_caller_to_judge(process: GateProcess) -> None:
    assert process.check(["no N-Quads"], []) is None
    assert process.pid is None


@pytest.mark.parametrize("busy", [False, True])
def test_it_does_not_outlive_a_killed_parent(busy: bool) -> None:
    code = (
        "import sys, time; from give_ld.review.gate_process import GateProcess; from give_ld.store.frames import pack\n"
        "process = GateProcess(sys.argv[1]); process.wait(); print(process.pid, flush=True)\n"
        "if sys.argv[2] == 'True': process._socket.sendall(pack({'judged': 10**6}, b'x' * 1000))\n"
        "time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, BASE, str(busy)], stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        parent.kill()
    assert is_gone(pid)


def test_it_ends_when_it_is_closed(process: GateProcess) -> None:
    pid = process.pid
    assert pid
    process.close()
    assert is_gone(pid)
