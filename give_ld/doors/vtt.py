"""How captions become a transcript: WebVTT (W3C, section 4) and SRT, read strictly; a hole in a text is no text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from give_ld.doors.origin import UNDETERMINED, Origin, Reading, decoded
from give_ld.errors import BadInput
from give_ld.model.record import Piece
from give_ld.model.run import Stage

_LINE_END = re.compile(r"\r\n|\n|\r")
_HOURS = 24  # xsd:time, in which the graph holds the bounds, ends there
_VTT_TIME = r"(?:([0-9]{2,9}):)?([0-5][0-9]):([0-5][0-9])\.([0-9]{3})"
_SRT_TIME = r"([0-9]{1,9}):([0-5][0-9]):([0-5][0-9])[,.]([0-9]{3})"
_VTT_TIMES = re.compile(rf"[ \t]*{_VTT_TIME}[ \t]+-->[ \t]+{_VTT_TIME}(?:[ \t].*)?")
_SRT_TIMES = re.compile(rf"[ \t]*{_SRT_TIME}[ \t]+-->[ \t]+{_SRT_TIME}(?:[ \t].*)?")
_ASIDE = re.compile(r"NOTE(?:[ \t].*)?|(?:STYLE|REGION)[ \t]*")
_LANGUAGE = re.compile(r"Language:[ \t]*([A-Za-z0-9-]+)[ \t]*")
# A tag that does not end takes the rest of the cue, as in section 6.4; so this is linear in the length of the text.
_VTT_TAG = re.compile(r"<[^>]*(?:>|$)")
_SRT_TAG = re.compile(r"</?(?:[biu]|font)(?: [^<>]*)?>|\{\\[^{}]*\}", re.IGNORECASE)


@dataclass(frozen=True)
class _Cue:
    """A caption; times in milliseconds from the start of the file."""

    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True)
class _Block:
    """Lines of a file between empty ones; `line` is the number of the first."""

    line: int
    lines: tuple[str, ...]

    @property
    def raw(self) -> bytes:
        return "\n".join(self.lines).encode()


def read_vtt(content: bytes, origin: Origin, form: str = "vtt") -> Iterator[Piece]:
    """Yield a run and its transcript, or what is wrong with each cue that is wrong. A score is never said.

    `form` is the format of which the captions are a part.
    """
    reading = Reading(form, content, origin)
    try:
        header, *blocks = _blocks(decoded(content).replace("\0", "\ufffd"))
        language = _header_language(header)
    except BadInput as error:
        yield reading.refusal(error)
        return
    cues = [block for block in blocks if not _is_aside(block)]
    yield from _transcript(reading, cues, (_VTT_TIMES, _VTT_TAG), language)


def read_srt(content: bytes, origin: Origin, form: str = "srt") -> Iterator[Piece]:
    """Yield a run and its transcript, or what is wrong with each caption that is wrong."""
    reading = Reading(form, content, origin)
    try:
        blocks = _blocks(decoded(content).replace("\0", "\ufffd"))
    except BadInput as error:
        yield reading.refusal(error)
        return
    yield from _transcript(reading, blocks, (_SRT_TIMES, _SRT_TAG), None)


def _blocks(text: str) -> list[_Block]:
    found: list[_Block] = []
    lines: list[str] = []
    for number, line in enumerate([*_LINE_END.split(text), ""], 1):
        if line.strip():
            lines.append(line)
        elif lines:
            found.append(_Block(number - len(lines), tuple(lines)))
            lines = []
    if not found:
        raise BadInput("the file is empty", rule="captions-empty")
    return found


def _header_language(header: _Block) -> str | None:
    if header.line != 1 or not re.fullmatch(r"WEBVTT(?:[ \t].*)?", header.lines[0]):
        raise BadInput("the first line of a WebVTT file is WEBVTT", rule="vtt-signature")
    if any("-->" in line for line in header.lines):
        raise BadInput("an empty line stands between the header of a WebVTT file and its cues", rule="vtt-header")
    found = [match.group(1) for line in header.lines if (match := _LANGUAGE.fullmatch(line))]
    return found[0] if found else None


def _is_aside(block: _Block) -> bool:
    return bool(_ASIDE.fullmatch(block.lines[0])) and not any("-->" in line for line in block.lines)


def _transcript(
    reading: Reading, blocks: list[_Block], form: tuple[re.Pattern[str], re.Pattern[str]], language: str | None
) -> Iterator[Piece]:
    cues: list[_Cue] = []
    refused = False
    for block in blocks:
        try:
            cues.append(_cue(block, *form))
        except BadInput as error:
            refused = True
            yield reading.refusal(error, block.line, block.raw)
    spoken = [cue for cue in cues if cue.text]
    if refused:
        return
    if not spoken:
        yield reading.refusal(BadInput("no cue has any words", rule="captions-empty"))
        return
    run = reading.run(Stage.SPEECH)
    transcript = reading.guess(1, run, _said(spoken, language or reading.origin.language or UNDETERMINED))
    if not isinstance(transcript.record, BadInput):
        yield reading.run_piece(run)
    yield transcript


def _said(cues: list[_Cue], language: str) -> dict[str, object]:
    return {
        "kind": "transcript",
        "fragment": {"start_ms": min(cue.start_ms for cue in cues), "end_ms": max(cue.end_ms for cue in cues)},
        "text": " ".join(cue.text for cue in cues),
        "language": language,
        "segments": [vars(cue) for cue in cues],
    }


def _cue(block: _Block, times: re.Pattern[str], tag: re.Pattern[str]) -> _Cue:
    arrows = [number for number, line in enumerate(block.lines) if "-->" in line]
    match = times.fullmatch(block.lines[arrows[0]]) if arrows and arrows[0] < 2 else None
    if match is None or len(arrows) > 1:
        message = "a cue is one line of times, after an identifier at most, then its text; this is none"
        raise BadInput(f"{message}; nothing of the transcript was taken in", rule="cue")
    start, end = _milliseconds(match.groups()[:4]), _milliseconds(match.groups()[4:])
    if end <= start:
        raise BadInput("a cue ends after it starts; nothing of the transcript was taken in", rule="cue-order")
    text = " ".join(block.lines[arrows[0] + 1 :])
    words = html.unescape(tag.sub("", text)) if tag is _VTT_TAG else tag.sub("", text)
    return _Cue(start, end, " ".join(words.split()))


def _milliseconds(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    if hours >= _HOURS:
        message = f"a cue lies within {_HOURS} hours, the longest file that the graph can hold times of"
        raise BadInput(f"{message}; nothing of the transcript was taken in", rule="cue-24-hours")
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths
