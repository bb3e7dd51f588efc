"""MMIF: views with speech in text and time come in with the app that made them; the rest is refused by name."""

from __future__ import annotations

import json
from typing import Any

import pytest

from give_ld.model.run import Run
from tests.doors.conftest import SAMPLES, Reading, guesses, rules


def whisper() -> Any:
    return json.loads((SAMPLES / "whisper.mmif").read_text(encoding="utf-8"))


def test_a_view_becomes_a_transcript_by_the_app_that_it_names(read: Reading) -> None:
    pieces = read("mmif", "whisper.mmif", software="")
    run = pieces[0].record
    assert isinstance(run, Run)
    assert (run.agent.name, run.agent.version, run.agent.models) == ("whisper-wrapper", "v8", ())
    assert run.started is not None
    assert run.started.isoformat() == "2024-07-25T16:19:48.123456+00:00"
    assert run.parameters["times"] == "inferred from one instant"
    (transcript,) = guesses(pieces)
    assert (transcript.text, transcript.language) == ("Good evening. Ghent opened.", "en")
    assert [(each.start_ms, each.end_ms, each.text) for each in transcript.segments] == [
        (0, 900, "Good evening."),
        (1_200, 2_100, "Ghent opened."),
    ]


def test_a_time_without_a_zone_says_no_instant(read: Reading) -> None:
    mmif = whisper()
    mmif["views"][0]["metadata"]["timestamp"] = "2024-07-25T16:19:48"
    run = read("mmif", json.dumps(mmif).encode())[0].record
    assert isinstance(run, Run)
    assert (run.started, "times" in run.parameters) == (None, False)


def test_a_year_out_of_range_refuses_the_view(read: Reading) -> None:
    mmif = whisper()
    mmif["views"][0]["metadata"]["timestamp"] = "0001-01-01T00:00:00+10:00"
    assert rules(read("mmif", json.dumps(mmif).encode())) == [(1, "run")]


def test_seconds_and_ids_with_their_view_are_read_too(read: Reading) -> None:
    mmif = whisper()
    view = mmif["views"][0]
    for annotation in view["annotations"]:
        said = annotation["properties"]
        for name in {"id", "source", "target"} & set(said):
            said[name] = f"v_0:{said[name]}"
        if "frameType" in said:
            said |= {"start": said["start"] / 1000, "end": said["end"] / 1000, "timeUnit": "seconds"}
    (transcript,) = guesses(read("mmif", json.dumps(mmif).encode()))
    assert [(each.start_ms, each.end_ms) for each in transcript.segments] == [(0, 900), (1_200, 2_100)]


def test_each_bad_view_is_refused_by_name(read: Reading) -> None:
    pieces = read("mmif", "broken.mmif")
    assert [rule for _, rule in rules(pieces)] == [
        "mmif-time-unit",
        "mmif-untimed",
        "mmif-untimed",
        "mmif-text",
        "mmif-time",
    ]
    assert len(pieces) == 5


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "mmif"),
        (b"{}", "mmif"),
        (b"[" * 100_000, "mmif"),
        (b'{"metadata": {"mmif": "http://mmif.clams.ai/0.4.0"}, "views": []}', "mmif-version"),
        (b'{"metadata": {"mmif": "http://mmif.clams.ai/1.0.5"}, "views": []}', "mmif-text"),
    ],
)
def test_what_is_no_mmif_is_refused(read: Reading, content: bytes, rule: str) -> None:
    assert rules(read("mmif", content)) == [(1, rule)]
