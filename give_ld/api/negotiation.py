"""Which media type or language an answer gets (RFC 9110, section 12.5)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from give_ld.errors import NotAcceptable

_RANGE = re.compile(r'(?P<range>[^\s;,"]+)(?P<parameters>(?:\s*;\s*(?:[^;,"]|"(?:[^"\\]|\\.)*")*)*)')
_QUALITY = re.compile(r";\s*q\s*=\s*(?P<q>[01](?:\.\d{0,3})?)\s*(?:;|$)", re.IGNORECASE)


def best(accept: str | None, offered: Sequence[str]) -> str | None:
    """Return the offered media type that an Accept header likes most, the first of equals; None where it wants none.

    Parameters of a range other than q are ignored. A header that is absent, empty or cannot be read accepts all.
    """
    ranges = list(_ranges(accept or ""))
    if not ranges:
        return offered[0] if offered else None
    liked = [(_quality(offer, ranges), -place, offer) for place, offer in enumerate(offered)]
    quality, _, offer = max(liked, default=(0.0, 0, ""))
    return offer if quality > 0 else None


def choose(accept: str | None, offered: Sequence[str]) -> str:
    """Return the offered media type that an Accept header likes most.

    Raises:
        NotAcceptable: it wants none of them.
    """
    chosen = best(accept, offered)
    if chosen is None:
        raise NotAcceptable(
            f"none of the media types of '{accept}' is given here; ask for one of: {', '.join(offered)}"
        )
    return chosen


def language(accept: str | None, offered: Sequence[str]) -> str:
    """Return the offered language that an Accept-Language header likes most, or else the first."""
    ranges = [(name.split("-")[0], q) for name, q in _ranges(accept or "")]
    liked = [
        (max((q for name, q in ranges if name in (offer, "*")), default=0.0), -place, offer)
        for place, offer in enumerate(offered)
    ]
    quality, _, offer = max(liked)
    return offer if quality > 0 else offered[0]


def _ranges(header: str) -> Iterator[tuple[str, float]]:
    for part in _RANGE.finditer(header):
        quality = _QUALITY.search(part["parameters"])
        yield part["range"].lower(), min(float(quality["q"]), 1.0) if quality else 1.0


def _quality(offer: str, ranges: list[tuple[str, float]]) -> float:
    """Return the quality of the most specific range that matches."""
    for wanted in (offer, offer.split("/")[0] + "/*", "*/*"):
        matching = [quality for name, quality in ranges if name == wanted]
        if matching:
            return max(matching)
    return 0.0
