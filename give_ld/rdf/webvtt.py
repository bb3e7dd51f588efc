"""How a transcript is written as captions: WebVTT (W3C), and read back from what is written here to the letter."""

from __future__ import annotations

import re

from give_ld.errors import BadInput
from give_ld.model.annotation import Segment, Transcript

MEDIA_TYPE = "text/vtt"
# A cue ends at an empty line, and its text is read as markup; the last three would otherwise end or change it.
_REFERENCES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\n": "&#10;", "\r": "&#13;", "\0": "&#0;"}
_CHARACTERS = {reference: character for character, reference in _REFERENCES.items()}
_TIMES = re.compile(r"([0-9]{2}):([0-9]{2}):([0-9]{2})\.([0-9]{3}) --> ([0-9]{2}):([0-9]{2}):([0-9]{2})\.([0-9]{3})")
_TO_WRITE = re.compile("[&<>\n\r\0]")
_TO_READ = re.compile("|".join(_CHARACTERS))


def webvtt(transcript: Transcript) -> str:
    """Return the captions of a transcript: its language, and a cue for each segment without the decoder's doubts."""
    cues = "".join(_cue(segment) for segment in transcript.segments)
    return f"WEBVTT\nLanguage: {transcript.language}\n\n{cues}"


def read_segments(captions: str) -> tuple[Segment, ...]:
    """Return the segments that `webvtt` wrote; captions of others come in through their door.

    Raises:
        BadInput: it did not write these.
    """
    lines = captions.split("\n")[3:-1]
    return tuple(_segment(*cue) for cue in zip(lines[0::3], lines[1::3], strict=False))


def _cue(segment: Segment) -> str:
    words = _TO_WRITE.sub(lambda found: _REFERENCES[found.group()], segment.text)
    return f"{_time(segment.start_ms)} --> {_time(segment.end_ms)}\n{words}\n\n"


def _time(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"


def _segment(times: str, words: str) -> Segment:
    found = _TIMES.fullmatch(times)
    if found is None:
        raise BadInput("these captions were not written by this instance", rule="captions")
    start, end = _milliseconds(found.groups()[:4]), _milliseconds(found.groups()[4:])
    text = _TO_READ.sub(lambda reference: _CHARACTERS[reference.group()], words)
    return Segment(start_ms=start, end_ms=end, text=text)


def _milliseconds(parts: tuple[str, ...]) -> int:
    hours, minutes, seconds, thousandths = map(int, parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths
