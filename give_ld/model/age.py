"""Whether somebody was of age when an item was made, as far as its date and the date of birth tell."""

from __future__ import annotations

_LAST_MONTH, _LAST_DAY = 12, 31  # later than any real last day: nobody is made older by it
_OF_AGE = 18
_UNSURE_YEARS = 10  # either side of a date that its source doubts


def was_adult(made: str | None, born: str | None) -> bool:
    """Return whether a person born then (EDTF) was surely 18 when an item was made (EDTF); what is unknown is no."""
    if made is None or born is None:
        return False
    earliest, latest = _bounds(made)[0], _bounds(born)[1]
    eighteenth = (latest[0] + _OF_AGE, *latest[1:])
    return earliest >= eighteenth


def _bounds(said: str) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    """Return the first and the last day that a date may mean, as year, month and day."""
    unsure = _UNSURE_YEARS if said[-1] in "?~%" else 0
    plain = said.rstrip("?~%")
    before = plain.startswith("-")
    year, *rest = (int(part) for part in plain.lstrip("-").split("-"))
    year = -year if before else year
    month = rest[0] if rest else None
    day = rest[1] if len(rest) > 1 else None
    first = (year - unsure, month or 1, day or 1)
    return first, (year + unsure, month or _LAST_MONTH, day or _LAST_DAY)
