"""How a query worker is started, asked, watched and killed."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import give_ld
from give_ld.config import Settings
from give_ld.errors import Busy, GiveLdError, NotUsable, TimedOut, TooLarge
from give_ld.store.frames import Head, is_readable, pack, unpack

START_SECONDS = 30.0
# A worker whose socket has ended is dying; it may say of which signal.
DYING_SECONDS = 2.0
# How often a worker is looked after that has not answered yet.
_LOOK_SECONDS = 0.1
# What a process has at first, a tenth of what others get of a processor that they use up, and only what nobody wants.
FIRST_PRIORITY, LOWER_PRIORITY, LOWEST_PRIORITY = 0, 10, 19
# After so much work, most first. Waiting does not count: on a busy machine a short query would starve.
_PRIORITIES = ((0.5, LOWEST_PRIORITY), (0.05, LOWER_PRIORITY), (0.0, FIRST_PRIORITY))
# How a worker ends that gets no more memory; any other signal came from outside, and the query may be a good one.
_OUT_OF_MEMORY = (signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS)
# What a Python needs to start; everything else of the environment, secrets included, stays out of the worker.
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "LANG")
# Each arena of the C library reserves 64 MiB of address space: many threads at once would use up the limit with air.
_FEW_ARENAS = {"MALLOC_ARENA_MAX": "2"}
_LOG = logging.getLogger(__name__)


class Turn:
    """The right of one query to go on past the time of the fast lane; only so many queries have it at once."""

    def __init__(self, slots: threading.Semaphore) -> None:
        self._slots, self._held = slots, False

    def go_on(self) -> None:
        """Take a slot for long queries.

        Raises:
            Busy: all are taken.
        """
        if not self._slots.acquire(blocking=False):
            raise Busy("other long queries run now; try this one again in a few seconds, or ask for less", rule="lane")
        self._held = True

    def end(self) -> None:
        """Give the slot back, if one was taken."""
        if self._held:
            self._slots.release()
            self._held = False


class WorkerProcess:
    """One worker and the socket to it. One thread at a time asks it; who made it end makes it ready again.

    Workers of one `starting` start again one after the other: several at once would take every processor from the rest.
    """

    def __init__(self, settings: Settings, snapshots: Path, starting: threading.Lock) -> None:
        self._settings, self._snapshots, self._starting = settings, snapshots, starting
        self._process, self._socket = _start(settings, snapshots)
        self._greeted = self._owes = self._is_closed = False
        self._priority = FIRST_PRIORITY

    def greet(self) -> None:
        """Wait until the worker is ready.

        Raises:
            NotUsable: its network cannot be cut, and the settings do not accept that.
            Busy: it does not start.
        """
        try:
            head, _ = self._receive(time.monotonic() + START_SECONDS)
        except (EOFError, OSError) as error:
            self.kill()
            raise Busy(f"a query worker does not start: {error}; the server's log says why") from error
        if not (head["network_cut"] or self._settings.sparql_accept_network):
            self.kill()
            raise NotUsable(
                "the network of the query workers cannot be cut (unshare and seccomp were refused); allow one of them, "
                "or, where the machine itself has no way out, set GIVE_LD_SPARQL_ACCEPT_NETWORK=true",
                rule="sparql-network",
            )
        if not head["files_hidden"]:
            _LOG.warning("this kernel has no Landlock: query workers can read every file that the service can")
        self._greeted = True

    def ask(self, request: Head, turn: Turn) -> tuple[Head, bytes]:
        """Return the worker's answer to a request; past the fast lane's time, `turn` says whether it may go on.

        Raises:
            TimedOut: there was none in time; the worker was killed.
            Busy: it is a long query and enough of those run; or the worker was killed from outside.
            TooLarge: the query ended the worker, as one does that needs more memory than it may have.
            NotUsable: as `greet`, after a restart.
            Busy: also as `greet`, after a restart.
        """
        self.make_ready()
        try:
            started = time.monotonic()
            self._owes = True
            self._socket.settimeout(self._settings.sparql_seconds)
            self._socket.sendall(pack(request))
            self._wait(min(self._settings.sparql_fast_seconds, self._settings.sparql_seconds), turn)
            answer = self._receive(started + self._settings.sparql_seconds)
            self._owes = False
            return answer
        except Busy:
            self.kill()
            raise
        except TimeoutError as error:
            self.kill()
            raise TimedOut(
                f"the query ran longer than {self._settings.sparql_seconds:g} s and was ended; ask for less"
            ) from error
        except (EOFError, OSError) as error:
            raise self._ended(self.kill(DYING_SECONDS)) from error

    def make_ready(self) -> None:
        """Wait until the worker is ready, started anew where it has ended or a long query set it back.

        Raises:
            NotUsable: as `greet`.
            Busy: as `greet`, or the worker was closed.
        """
        # An answer that nobody took is another asker's: whatever went wrong there, it must not come out here.
        if self._owes or self._process.poll() is not None or (self._priority and not self._is_as_before()):
            with self._starting:
                self.kill()
                if self._is_closed:
                    raise Busy("the service is closing; try again in a moment")
                self._process, self._socket = _start(self._settings, self._snapshots)
                self._greeted, self._owes, self._priority = False, False, FIRST_PRIORITY
                self.greet()
        elif not self._greeted:
            self.greet()

    def _ended(self, status: int) -> GiveLdError:
        how = signal.Signals(-status).name if status < 0 else f"exit {status}"
        if status < 0 and -status not in _OUT_OF_MEMORY:
            return Busy(f"the worker of this query was ended from outside ({how}); ask again", rule="worker-killed")
        return TooLarge(
            f"the query ended its worker ({how}): most often it needs more memory than the "
            f"{self._settings.sparql_memory_bytes} bytes of a worker; ask for less, or sort less",
            rule="memory",
        )

    def _wait(self, seconds: float, turn: Turn) -> None:
        began, used = time.monotonic(), cpu_seconds(self._process.pid)
        has_turn = False
        while not is_readable(self._socket, min(_LOOK_SECONDS, seconds)):
            waited = time.monotonic() - began
            if waited >= seconds and not has_turn:
                turn.go_on()
                has_turn = True
            self._give_way(cpu_seconds(self._process.pid) - used)
            if waited >= self._settings.sparql_seconds or (has_turn and self._priority == LOWEST_PRIORITY):
                return

    def _give_way(self, worked: float) -> None:
        priority = next(each for least, each in _PRIORITIES if worked >= least)
        if priority > self._priority:
            self._priority = priority
            _prioritise(self._process.pid, priority)

    def _is_as_before(self) -> bool:
        # A priority once given up does not come back to an ordinary user: then the worker is replaced.
        if _prioritise(self._process.pid, FIRST_PRIORITY):
            self._priority = FIRST_PRIORITY
        return self._priority == FIRST_PRIORITY

    def _receive(self, deadline: float) -> tuple[Head, bytes]:
        def read(count: int) -> bytes:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._socket.settimeout(left)
            return self._socket.recv(count)

        return unpack(read)

    def close(self) -> None:
        """End the worker; it is not started again, whoever may still ask it."""
        with self._starting:
            self._is_closed = True
            self.kill()

    def kill(self, patience: float = 0.0) -> int:
        """End the worker, after so many seconds to end by itself; return how it ended, negative for a signal."""
        self._socket.close()
        try:
            return self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


def cpu_seconds(process: int) -> float:
    """Return how much CPU time another process has used; 0 where the system does not say."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:  # one that has just ended, too
        return 0.0
    # The name of the program, in brackets, may hold anything.
    fields = stat.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _prioritise(pid: int, priority: int) -> bool:
    """Give a process and its session a priority, and return whether the kernel allows it."""
    try:
        os.setpriority(os.PRIO_PROCESS, pid, priority)
        # A processor that runs only what is idle by policy counts as free: others need not stand in line for another.
        policy = os.SCHED_IDLE if priority == LOWEST_PRIORITY else os.SCHED_OTHER
        os.sched_setscheduler(pid, policy, os.sched_param(0))
        # Where the kernel shares the processor out between sessions, a priority counts within one only.
        Path(f"/proc/{pid}/autogroup").write_text(str(priority))
    except FileNotFoundError:
        return True  # a kernel that does not
    except OSError:
        return False
    return True


def _start(settings: Settings, snapshots: Path) -> tuple[subprocess.Popen[bytes], socket.socket]:
    ours, theirs = socket.socketpair()
    process_limits = (settings.sparql_memory_bytes, settings.sparql_open_files, settings.sparql_file_bytes)
    limits = (*process_limits, settings.sparql_rows, settings.sparql_answer_bytes, settings.sparql_seconds)
    environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    with theirs:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-P", "-m", "give_ld.store.worker", *map(str, limits), str(snapshots.resolve())],
            stdin=theirs.fileno(),
            stdout=theirs.fileno(),
            env=environment | _FEW_ARENAS | {"PYTHONPATH": str(Path(give_ld.__file__).parent.parent)},
            # Ctrl-C in a terminal is for the server, which then ends its workers.
            start_new_session=True,
        )
    return process, ours
