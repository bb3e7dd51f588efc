"""Captions: what is written is WebVTT that a player reads, and comes back to the letter."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from give_ld.doors.origin import read_statement
from give_ld.doors.vtt import read_vtt
from give_ld.errors import BadInput
from give_ld.model.annotation import Segment, Transcript
from give_ld.rdf.webvtt import read_segments, webvtt
from tests.factories import PARTNER, PID, a_transcript
from tests.rdf.models import segments

ORIGIN = read_statement(
    {
        "partner": PARTNER,
        "item": PID,
        "media_sha256": "f" * 64,
        "media_name": "news.mp4",
        "media_type": "video/mp4",
        "software": "made",
    }
).origin()
several = st.lists(segments, min_size=1, max_size=5)


def through_the_door(captions: str) -> list[Transcript]:
    return [piece.record for piece in read_vtt(captions.encode(), ORIGIN) if isinstance(piece.record, Transcript)]


def as_a_player_shows(text: str) -> str:
    return " ".join(text.replace("\0", "\ufffd").split())


def test_a_transcript_is_written_as_cues_with_its_language() -> None:
    spoken = (
        Segment(start_ms=0, end_ms=1_500, text="Goedenavond."),
        Segment(start_ms=3_599_999, end_ms=86_399_999, text="Curie & <i>co</i> -->\n\neinde"),
    )
    assert webvtt(a_transcript(segments=spoken)) == (
        "WEBVTT\nLanguage: nl\n\n"
        "00:00:00.000 --> 00:00:01.500\nGoedenavond.\n\n"
        "00:59:59.999 --> 23:59:59.999\nCurie &amp; &lt;i&gt;co&lt;/i&gt; --&gt;&#10;&#10;einde\n\n"
    )


@settings(deadline=None)
@given(several)
def test_segments_come_back_to_the_letter(spoken: list[Segment]) -> None:
    plain = tuple(each.model_copy(update={"avg_logprob": None, "no_speech_prob": None}) for each in spoken)
    assert read_segments(webvtt(a_transcript(segments=tuple(spoken)))) == plain


@settings(deadline=None)
@given(several)
def test_the_door_for_captions_reads_them_as_a_player_shows_them(spoken: list[Segment]) -> None:
    found = through_the_door(webvtt(a_transcript(segments=tuple(spoken))))
    shown = [(each.start_ms, each.end_ms, as_a_player_shows(each.text)) for each in spoken]
    expected = [each for each in shown if each[2]]
    assert [each.language for each in found] == ["nl"] * bool(expected)
    assert [(each.start_ms, each.end_ms, each.text) for said in found for each in said.segments] == expected


@pytest.mark.parametrize("captions", ["WEBVTT\n\n\n00:01.000 --> 00:02.000\nshort times\n\n", "WEBVTT\n\n\nx\ny\n\n"])
def test_captions_of_others_are_refused_by_name(captions: str) -> None:
    with pytest.raises(BadInput, match="not written by this instance"):
        read_segments(captions)
