"""Which errors give-ld raises, and what each means to a person, a process and an HTTP client.

GiveLdError
├── NotUsable            wrong use: a bad argument, setting or option
├── BadInput             data that breaks a rule; goes to quarantine where it was data
│   ├── BadMedia         a file that cannot be decoded, or must not be
│   ├── BadRecord        a line of JSON that is no record of this schema
│   ├── BadQuery         a query that does not parse, or asks for what is refused
│   └── BadSidecar       a sidecar that is missing, altered or unreadable
├── MissingWeights       a model file that is absent, or whose digest differs
├── NotAuthenticated     no token, or one that is unknown or expired
├── NotAllowed           a known user without the right
├── NotFound             nothing here, or nothing that the asker may see
├── Gone                 was public, has been withdrawn
├── Conflict             the state does not allow this
│   └── Stale            the version that the asker saw is not the current one
├── Unguarded            a change of many that does not say which it saw
├── NotAcceptable        none of the media types asked for can be given
├── UnsupportedMediaType a body of a type that the route does not read
├── TooLarge             over a limit of size
├── TimedOut             over a limit of time
├── Busy                 over a limit of load; try again later
├── Spent                over a limit of use; the asker has to wait
├── NoSpace              the disk is full, or nearly so
├── Unreachable          another server does not answer, or answers that it cannot
└── Damaged              stored data that does not verify
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

# How the system, and the libraries that hide its number, say that there is no room.
_FULL = (errno.ENOSPC, errno.EDQUOT)
_SAY_FULL = ("No space left", "quota exceeded", "disk is full")


class GiveLdError(Exception):
    """An error with a stable `code`, an HTTP `status`, an `exit_code`, and a message that says what to do.

    `value` is what broke the rule. It may be personal: it goes to whoever brought it, and into no message or log.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, rule: str | None = None, value: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.value = value
        self.rule = rule or self.code


class NotUsable(GiveLdError):
    """Wrong use: a bad argument, setting or option."""

    status, code, exit_code = 400, "not-usable", 2


class BadInput(GiveLdError):
    """Data that breaks a rule."""

    status, code = 422, "bad-input"


class BadMedia(BadInput):
    """A media file that cannot be decoded, or must not be."""

    code = "bad-media"


class BadRecord(BadInput):
    """A line of JSON that is no record of this schema."""

    code = "bad-record"


class BadQuery(BadInput):
    """A query that does not parse, or asks for what is refused."""

    status, code = 400, "bad-query"


class BadSidecar(BadInput):
    """A sidecar file that is missing, altered or unreadable."""

    code = "bad-sidecar"


class MissingWeights(GiveLdError):
    """A model file that is absent, or whose digest differs."""

    code = "missing-weights"


class NotAuthenticated(GiveLdError):
    """No token, or one that is unknown or expired."""

    status, code = 401, "not-authenticated"


class NotAllowed(GiveLdError):
    """A known user without the right."""

    status, code = 403, "not-allowed"


class NotFound(GiveLdError):
    """Nothing here, or nothing that the asker may see."""

    status, code = 404, "not-found"


class Gone(GiveLdError):
    """Was public, has been withdrawn."""

    status, code = 410, "gone"


class Conflict(GiveLdError):
    """The state does not allow this."""

    status, code = 409, "conflict"


class Stale(Conflict):
    """The version that the asker saw is not the current one."""

    status, code = 412, "stale"


class Unguarded(GiveLdError):
    """A change of many things that does not say in which state the asker saw them."""

    status, code = 428, "unguarded"


class NotAcceptable(GiveLdError):
    """None of the media types asked for can be given."""

    status, code = 406, "not-acceptable"


class UnsupportedMediaType(GiveLdError):
    """The body is of a type that this route does not read."""

    status, code = 415, "unsupported-media-type"


class TooLarge(GiveLdError):
    """Over a limit of size."""

    status, code = 413, "too-large"


class TimedOut(GiveLdError):
    """Over a limit of time."""

    status, code = 504, "timed-out"


class Busy(GiveLdError):
    """Over a limit of load; try again later."""

    status, code = 503, "busy"


class Spent(GiveLdError):
    """Over a limit of use: the asker may try again after `retry_after` seconds."""

    status, code = 429, "spent"

    def __init__(self, message: str, *, rule: str | None = None, retry_after: int) -> None:
        super().__init__(message, rule=rule)
        self.retry_after = retry_after


class NoSpace(GiveLdError):
    """The disk is full, or nearly so."""

    status, code = 507, "no-space"


class Unreachable(GiveLdError):
    """Another server does not answer, or answers that it cannot."""

    status, code = 502, "unreachable"


class Damaged(GiveLdError):
    """Stored data that does not verify."""

    code = "damaged"


def means_full_disk(error: Exception) -> bool:
    """Return whether an error of the system, or of a library, is about a disk without room."""
    number = error.errno if isinstance(error, OSError) else None
    return number in _FULL or any(words in str(error) for words in _SAY_FULL)


@contextmanager
def naming_full_disk(what: str, *kinds: type[Exception]) -> Iterator[None]:
    """Let errors pass; those of the system, and of these kinds, that are about a disk without room become NoSpace.

    Raises:
        NoSpace: the disk is full; the error says of which file.
    """
    expected: tuple[type[Exception], ...] = (OSError, *kinds)
    try:
        yield
    except expected as error:
        if not means_full_disk(error):
            raise
        raise NoSpace(f"{what}: the disk is full; make room, then try again") from error
