"""How a process forbids itself new sockets, for good: a filter of system calls, where its network cannot be cut. Linux.

It needs no right and no namespace, only that no new rights can be gained: containers that forbid `unshare` allow it.
The filter is a program of the kernel's socket filter (Documentation/userspace-api/seccomp_filter.rst).
"""

from __future__ import annotations

import ctypes
import os
import struct

_PR_SET_SECCOMP, _MODE_FILTER = 22, 2
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER, _ARCHITECTURE = 0, 4  # where in what the filter sees
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050001  # the second is the error EPERM
_X32 = 0x40000000  # from here on, x86_64 has the same calls once more
# By machine: the kernel's name for it, and the numbers of `socket` and of `io_uring_setup`, which can make sockets too.
_MACHINES = {"x86_64": (0xC000003E, 41, 425), "aarch64": (0xC00000B7, 198, 425)}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def forbid_sockets() -> bool:
    """Let the kernel refuse this process every new socket; return whether that holds.

    The process must have given up gaining rights, see `limit_process`.
    """
    if os.uname().machine not in _MACHINES:
        return False
    architecture, *forbidden = _MACHINES[os.uname().machine]
    tests = [(_IF_AT_LEAST, _X32), *((_IF_EQUAL, number) for number in forbidden)]
    # A jump says how many steps to leave out: the last step but one allows, the last one refuses.
    steps = [(_LOAD, 0, 0, _ARCHITECTURE), (_IF_EQUAL, 0, len(tests) + 2, architecture), (_LOAD, 0, 0, _NUMBER)]
    steps += [(test, len(tests) - place, 0, number) for place, (test, number) in enumerate(tests)]
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]
    code = b"".join(struct.pack("=HBBI", *step) for step in steps)
    try:
        control = ctypes.CDLL(None, use_errno=True).prctl
    except (AttributeError, OSError):
        return False
    return bool(control(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(_Program(len(steps), code)), 0, 0) == 0)
