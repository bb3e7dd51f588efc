"""Which part of a media file a guess is about: a span of time, a region of the picture, or both."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from give_ld.errors import BadInput
from give_ld.model.base import Model

# xsd:time, in which the graph holds the bounds, ends at 24 hours.
Milliseconds = Annotated[int, Field(ge=0, lt=86_400_000)]
Pixels = Annotated[int, Field(ge=0, le=65_535)]


_SECONDS, _PIXELS = r"([0-9]{1,6}(?:\.[0-9]{1,3})?)", "([0-9]{1,5})"
_FRAGMENT = re.compile(
    rf"(?:t=(?:npt:)?{_SECONDS},{_SECONDS})?&?(?:xywh=(?:pixel:)?{_PIXELS},{_PIXELS},{_PIXELS},{_PIXELS})?"
)


class Box(Model):
    """A region of the picture in pixels of the file as coded, from the top left corner."""

    x: Pixels
    y: Pixels
    width: Annotated[Pixels, Field(gt=0)]
    height: Annotated[Pixels, Field(gt=0)]


class Fragment(Model):
    """A span in milliseconds from the start of the file and a box; a still image has no span, sound has no box.

    `whole` stands alone: the source says that it is in the file, and not where.
    """

    start_ms: Milliseconds | None = None
    end_ms: Milliseconds | None = None
    box: Box | None = None
    whole: Literal[True] | None = None

    @model_validator(mode="after")
    def _is_a_part(self) -> Self:
        if (self.start_ms is None) != (self.end_ms is None):
            raise ValueError("a span needs both start_ms and end_ms")
        if self.start_ms is not None and self.end_ms is not None and self.end_ms <= self.start_ms:
            raise ValueError("end_ms must come after start_ms")
        if (self.start_ms is None and self.box is None) != bool(self.whole):
            raise ValueError("a fragment has a span or a box, or is the whole file")
        return self

    def media_fragment(self) -> str:
        """Return the fragment as in W3C Media Fragments URI 1.0, without the `#`: `t=npt:1.000,2.000&xywh=pixel:…`.

        The whole file is all that comes from its start on: `t=npt:0`.
        """
        return self._media_fragment

    # A guess is named by it, and its fragment again.
    @cached_property
    def _media_fragment(self) -> str:
        parts = ["t=npt:0"] if self.whole else []
        if self.start_ms is not None and self.end_ms is not None:
            parts.append(f"t=npt:{self.start_ms / 1000:.3f},{self.end_ms / 1000:.3f}")
        if self.box is not None:
            parts.append(f"xywh=pixel:{self.box.x},{self.box.y},{self.box.width},{self.box.height}")
        return "&".join(parts)

    def overlaps(self, other: Fragment) -> bool:
        """Return whether two fragments of a file share time and, where both have a box, a third of the joint area.

        What is somewhere in a file is known to overlap only what is somewhere in it as well.
        """
        if self.whole or other.whole:
            return self.whole is other.whole
        if not _share_time(self, other):
            return False
        return self.box is None or other.box is None or _share_a_third(self.box, other.box)


def parse_fragment(text: str) -> Fragment:
    """Return the fragment that a Media Fragments URI names after its `#`: `t=1.5,2` and `xywh=1,2,3,4`, in pixels.

    Raises:
        BadInput: it has not that form, or is no part of a file.
    """
    found = _FRAGMENT.fullmatch(text)
    if not text or not found:
        raise BadInput(f"{text!r} is no fragment; say t=START,END in seconds, xywh=X,Y,WIDTH,HEIGHT, or both with &")
    start, end, x, y, width, height = found.groups()
    span = {} if start is None else {"start_ms": round(1000 * float(start)), "end_ms": round(1000 * float(end))}
    box = {} if x is None else {"box": {"x": int(x), "y": int(y), "width": int(width), "height": int(height)}}
    try:
        return Fragment.model_validate(span | box)
    except ValidationError as error:
        raise BadInput(f"{text!r} is no fragment: {error.errors()[0]['msg']}") from error


def _share_time(one: Fragment, other: Fragment) -> bool:
    if one.start_ms is None or one.end_ms is None or other.start_ms is None or other.end_ms is None:
        return True
    return min(one.end_ms, other.end_ms) > max(one.start_ms, other.start_ms)


def _share_a_third(one: Box, other: Box) -> bool:
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    if width <= 0 or height <= 0:
        return False
    joint = one.width * one.height + other.width * other.height - width * height
    return 3 * width * height >= joint
