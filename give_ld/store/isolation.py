"""How a process cuts itself off: no network, few files, little memory, no new rights. Linux; imports next to nothing.

Why: a query can name another host (SERVICE), eat all memory or run for ever, and Oxigraph has no switch against any of
the three. The kernel has.
"""

from __future__ import annotations

import ctypes
import os
import resource
import struct
import sys
from collections.abc import Iterable

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
PR_SET_NO_NEW_PRIVS = 38


def cut_network() -> bool:
    """Move this process into a network namespace of its own, without any interface up; return whether that worked."""
    flags = CLONE_NEWNET if os.geteuid() == 0 else CLONE_NEWUSER | CLONE_NEWNET
    try:
        return bool(ctypes.CDLL(None, use_errno=True).unshare(flags) == 0)
    except (AttributeError, OSError):
        return False


def limit_process(memory_bytes: int, open_files: int, file_bytes: int) -> None:
    """Limit the address space, the open files and the size of files; write no core files; give up gaining rights."""
    for what, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_NOFILE, open_files),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (limit, limit))
    try:
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    except AttributeError:
        return


# Landlock (kernel 5.13 and later): the numbers of its three system calls are the same on every architecture.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION, _PATH_BENEATH = 1, 1
_READ = 0b1101  # execute, read a file, list a directory
# How many kinds of access to files each version of Landlock knows.
_KINDS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}


def hide_files(readable: Iterable[str]) -> bool:
    """Let this process read only what lies under these directories, and its Python; write nothing. Return if it holds.

    Raises:
        OSError: one of the directories cannot be opened.
    """
    call = ctypes.CDLL(None, use_errno=True).syscall
    version = call(_CREATE_RULESET, None, 0, _ASK_VERSION)
    if version < 1:
        return False
    handled = (1 << _KINDS[min(version, max(_KINDS))]) - 1
    rules = call(_CREATE_RULESET, struct.pack("Q", handled), 8, 0)
    if rules < 0:
        return False
    try:
        for path in (*readable, *_python_paths()):
            if os.path.exists(path):
                _allow(call, rules, path)
        return bool(call(_RESTRICT_SELF, rules, 0) == 0)
    finally:
        os.close(rules)


def _python_paths() -> set[str]:
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    system = ("/usr", "/lib", "/lib64", "/etc", "/dev/null", "/dev/urandom", "/sys/devices/system/cpu")
    # What the package lies in is a checkout, perhaps with an instance in it, or a part of the prefix.
    libraries = {path for path in sys.path if path and path != os.path.dirname(package)}
    return {*system, *libraries, package, sys.prefix, sys.base_prefix}


def _allow(call: ctypes._NamedFuncPointer, rules: int, path: str) -> None:
    beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        access = _READ if os.path.isdir(path) else _READ & ~0b1000
        call(_ADD_RULE, rules, _PATH_BENEATH, struct.pack("=Qi", access, beneath), 0)
    finally:
        os.close(beneath)
