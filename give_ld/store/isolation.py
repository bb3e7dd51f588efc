"""How a process cuts itself off: no network, little memory, no new rights. Linux only; imports next to nothing.

Why: a query can name another host (SERVICE), eat all memory or run for ever, and Oxigraph has no switch against any of
the three. The kernel has.
"""

from __future__ import annotations

import ctypes
import os
import resource

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
PR_SET_NO_NEW_PRIVS = 38
OPEN_FILES = 1024


def cut_network() -> bool:
    """Move this process into a network namespace of its own, without any interface up; return whether that worked."""
    flags = CLONE_NEWNET if os.geteuid() == 0 else CLONE_NEWUSER | CLONE_NEWNET
    try:
        return bool(ctypes.CDLL(None, use_errno=True).unshare(flags) == 0)
    except (AttributeError, OSError):
        return False


def limit_process(memory_bytes: int) -> None:
    """Limit the address space and the open files, write no core files, and give up gaining rights."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    files = min(OPEN_FILES, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    except AttributeError:
        return
