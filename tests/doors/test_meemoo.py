"""Pages of the AI metadata API: speech tasks of one item come in; what says too little is refused by name."""

from __future__ import annotations

import pytest

from give_ld.model.run import Run
from tests.doors.conftest import Reading, guesses, rules
from tests.factories import PARTNER, PID


def test_the_captions_of_a_speech_task_become_a_transcript(read: Reading) -> None:
    pieces = read("meemoo", "speech_tasks.json", language="nl", software="speechmatics")
    assert len(pieces) == 2, "the row of another item waits for its own reading"
    run = pieces[0].record
    assert isinstance(run, Run)
    assert (run.partner, run.item, run.agent.name, run.agent.models, run.started) == (
        PARTNER,
        PID,
        "speechmatics",
        (),
        None,
    )
    assert run.parameters["source_format"] == "meemoo"
    (transcript,) = guesses(pieces)
    assert transcript.text == "Goedenavond. In Gent opende een tentoonstelling."
    assert guesses(read("meemoo", "speech_tasks.json", item="elders01"))


def test_bad_rows_are_named_one_by_one(read: Reading) -> None:
    found = rules(read("meemoo", "broken_speech_tasks.json"))
    assert found == [(1, "speech-task"), (2, "partner"), (3, "cue"), (4, "speech-task")]


def test_a_view_of_faces_says_too_little_to_become_guesses(read: Reading) -> None:
    assert rules(read("meemoo", "face_matches.json")) == [(1, "view")]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "json"),
        (b"[" * 100_000, "json"),
        (b'"page"', "json"),
        (b'{"data": 1}', "view"),
        (b'{"speech_tasks": {}}', "view"),
        (b'{"speech_tasks": []}', "item"),
        (b"[]", "item"),
    ],
)
def test_what_is_no_page_is_refused(read: Reading, content: bytes, rule: str) -> None:
    assert rules(read("meemoo", content)) == [(1, rule)]
