"""How a process that decodes is forked and locked down: for each open file that comes over a socket, one.

A file comes over the socket on standard input, with a pipe and a task in JSON; the answer is a descriptor of the
process, which speaks on the pipe. This is run as a script in isolated mode; the other end is `pipeline.isolation`.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import socket
import sys
from contextlib import suppress

CLONE_NEWUSER, CLONE_NEWNET, PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 0x10000000, 0x40000000, 1, 38
OPEN_FILES = 64
TASK_BYTES = 64 * 1024


def serve() -> None:
    """Fork a process for each file that comes, until the other end is closed."""
    lock_down()
    from pipeline import decoder

    decoder.load()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it ends when the process that it serves does
    control = socket.socket(fileno=os.dup(0))
    while True:
        task, files, _, _ = socket.recv_fds(control, TASK_BYTES, 2)
        if not task:
            return
        child = os.fork()
        if child == 0:
            try:
                control.close()
                become(files)
                decoder.decode(json.loads(task))
            finally:
                os._exit(0)  # at once: the threads of a decoder are not waited for
        process = os.pidfd_open(child)
        socket.send_fds(control, [b"."], [process])
        for file in (process, *files):
            os.close(file)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG) != (0, 0):
                pass


def lock_down() -> None:
    """Give up network (where the kernel lets us), new privileges and writing, for good and for every child."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    for limit, value in ((resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_NOFILE, OPEN_FILES), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(limit, (value, value))


def become(files: list[int]) -> None:
    """Put a file on standard input and a pipe on standard output; die with the process that forked this one."""
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


if __name__ == "__main__":
    sys.path.append(sys.argv[1])  # where this package lies
    serve()
