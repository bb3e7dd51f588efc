"""Captions: what of WebVTT and SRT becomes a transcript, and what is refused by name."""

from __future__ import annotations

import pytest

from give_ld.errors import NotUsable
from give_ld.model.annotation import Transcript
from give_ld.model.run import Run
from tests.doors.conftest import Reading, guesses, rules
from tests.factories import PID

HEAD = b"WEBVTT\n\n"


def test_webvtt_becomes_one_run_and_one_transcript(read: Reading) -> None:
    pieces = read("vtt", "journaal.vtt", language="fr")
    (transcript,) = guesses(pieces)
    assert isinstance(transcript, Transcript)
    assert transcript.language == "nl", "the file says it itself"
    assert [(each.start_ms, each.end_ms, each.text) for each in transcript.segments] == [
        (1_000, 4_250, "Goedenavond. In Gent opende vandaag een tentoonstelling"),
        (3_900, 7_000, "over Marie Curie & haar werk."),
        (3_599_999, 3_602_000, "<muziek>"),
    ]
    assert transcript.text == " ".join(each.text for each in transcript.segments)
    assert (transcript.fragment.start_ms, transcript.fragment.end_ms) == (1_000, 3_602_000)


def test_what_captions_do_not_say_stays_unsaid(read: Reading) -> None:
    pieces = read("srt", "news.srt")
    run = pieces[0].record
    assert isinstance(run, Run)
    assert (run.agent.name, run.agent.version, run.agent.models) == ("captioner", None, ())
    assert (run.started, run.ended) == (None, None)
    (transcript,) = guesses(pieces)
    assert (transcript.score, transcript.score_kind, transcript.confidence) == (None, "unstated", None)
    assert (transcript.language, transcript.language_probability) == ("und", None)
    assert {(each.avg_logprob, each.no_speech_prob) for each in transcript.segments} == {(None, None)}


def test_srt_has_comma_times_odd_numbers_and_few_tags(read: Reading) -> None:
    (transcript,) = guesses(read("srt", "news.srt", language="en"))
    assert [(each.start_ms, each.text) for each in transcript.segments] == [
        (1_000, "Good evening."),
        (2_400, "No number and 3 < 4."),
        (5_000, "A number that is out of order."),
    ]


def test_what_the_operator_states_is_said_and_marked_as_inferred(read: Reading) -> None:
    run = read("srt", "news.srt", software_version="2.0", made="2026-03-01T11:00:00+01:00")[0].record
    assert isinstance(run, Run)
    assert run.agent.version == "2.0"
    assert run.started is not None
    assert run.started == run.ended
    assert run.started.isoformat() == "2026-03-01T10:00:00+00:00"
    assert run.parameters["times"] == "inferred from one instant"


def test_the_same_content_is_the_same_run_and_other_content_another(read: Reading) -> None:
    first, again, stated = (
        read("vtt", "journaal.vtt"),
        read("vtt", "journaal.vtt"),
        read("vtt", "journaal.vtt", software_version="2.0"),
    )
    assert first == again
    assert guesses(first)[0].run != guesses(stated)[0].run


def test_each_bad_cue_is_named_and_a_text_with_holes_is_no_text(read: Reading) -> None:
    pieces = read("vtt", "broken.vtt")
    assert rules(pieces) == [(6, "cue-24-hours"), (9, "cue-order"), (12, "cue"), (15, "cue"), (20, "cue")]
    assert len(pieces) == 5
    assert pieces[0].raw == b"24:00:00.000 --> 24:00:02.000\nNa een etmaal."
    assert rules(read("srt", "broken.srt")) == [(5, "cue"), (9, "cue-24-hours")]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "captions-empty"),
        (b"\n\nWEBVTT\n\n00:01.000 --> 00:02.000\nx\n", "vtt-signature"),
        (b"WEBVTTX\n\n00:01.000 --> 00:02.000\nx\n", "vtt-signature"),
        (b"1\n00:00:01,000 --> 00:00:02,000\nSRT\n", "vtt-signature"),
        (b"WEBVTT\n00:01.000 --> 00:02.000\nx\n", "vtt-header"),
        (HEAD, "captions-empty"),
        (HEAD + b"00:01.000 --> 00:02.000\n<v Ann>\n", "captions-empty"),
        (HEAD + "00:01.000 --> 00:02.000\nUTF-16".encode("utf-16"), "utf-8"),
        (HEAD + "00:01.000 --> 00:02.000\ncaf\xe9".encode("latin-1"), "utf-8"),
        (HEAD + b"00:61.000 --> 00:62.000\nx\n", "cue"),
        (HEAD + b"9999999999:00:01.000 --> 9999999999:00:02.000\nx\n", "cue"),
        (HEAD + "00:0\u0661.000 --> 00:02.000\nx\n".encode(), "cue"),
        (HEAD + b"00:01.000 --> 00:02.000\n" + b"x" * 1_000_001, "text.string_too_long"),
        (b"WEBVTT\nLanguage: Nederlands\n\n00:01.000 --> 00:02.000\nx\n", "language.string_pattern_mismatch"),
    ],
)
def test_a_hostile_file_is_refused_by_name(read: Reading, content: bytes, rule: str) -> None:
    pieces = read("vtt", content)
    assert [found for _, found in rules(pieces)] == [rule] or rule in rules(pieces)[0][1]
    assert len(pieces) == 1


def test_tags_that_never_end_take_no_time(read: Reading) -> None:
    content = HEAD + b"00:01.000 --> 00:02.000\nwords " + b"<" * 2_000_000
    (transcript,) = guesses(read("vtt", content))
    assert transcript.text == "words"
    (kept,) = guesses(read("srt", b"00:00:01,000 --> 00:00:02,000\nwords " + b"<b " * 200_000))
    assert kept.text.startswith("words <b")


def test_a_line_separator_is_no_end_of_a_line(read: Reading) -> None:
    (transcript,) = guesses(read("vtt", HEAD + "00:01.000 --> 00:02.000\none\u2028two\x85three\0\n".encode()))
    assert transcript.text == "one two three\ufffd"


def test_captions_without_software_are_wrong_use(read: Reading) -> None:
    with pytest.raises(NotUsable, match="software"):
        read("vtt", "journaal.vtt", software="")


@pytest.mark.parametrize(
    "missing", [{"media_sha256": "abc"}, {"item": "no dots."}, {"item": ""}, {"partner": ""}, {"made": "today"}]
)
def test_an_origin_that_is_not_stated_is_wrong_use(read: Reading, missing: dict[str, str]) -> None:
    with pytest.raises(NotUsable) as caught:
        read("vtt", "journaal.vtt", **missing)
    assert caught.value.rule == "origin"


def test_a_file_that_nobody_knows_goes_by_its_item(read: Reading) -> None:
    run = read("vtt", "journaal.vtt", media_sha256="", media_name="", media_type="")[0].record
    assert isinstance(run, Run)
    assert (run.file.sha256, run.file.archive_id, run.file.mime_type) == (None, PID, None)
