"""Views of the AI metadata API: what each row becomes, whose it is, and which rows are refused by name."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from give_ld.doors.formats import DOORS, check_statement
from give_ld.doors.meemoo import read_candidates
from give_ld.doors.origin import read_statement
from give_ld.errors import BadInput, NotUsable
from give_ld.model.annotation import EntityMention, FaceMatch, Transcript, UnknownFace
from give_ld.model.record import Piece
from give_ld.model.run import Outcome, Run
from tests.doors.conftest import SAMPLES, guesses, rules
from tests.factories import PARTNER, PID

PAGE = (SAMPLES / "ai_metadata.json").read_bytes()
BROKEN = (SAMPLES / "broken_ai_metadata.json").read_bytes()


def read(content: bytes, *owners: str, **stated: str) -> list[Piece]:
    return list(DOORS["meemoo"](content, read_statement(stated, owners)))


def views(**changes: Any) -> bytes:
    """The sample with other rows in some of its views."""
    return json.dumps(json.loads(PAGE)["data"] | changes).encode()


def rows(view: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(PAGE)["data"][view]
    return found


def runs(pieces: list[Piece]) -> list[Run]:
    return [piece.record for piece in pieces if isinstance(piece.record, Run)]


def test_a_match_becomes_a_guess_for_each_interval_without_box_or_fingerprint() -> None:
    found = [guess for guess in guesses(read(PAGE, item=PID)) if isinstance(guess, FaceMatch)]
    assert [(each.fragment.start_ms, each.fragment.end_ms) for each in found] == [(12_480, 15_920), (61_000, 61_001)]
    for each in found:
        assert (each.person, each.person_name) == ("http://www.wikidata.org/entity/Q7186", "Marie Curie")
        assert (each.score, each.score_kind, each.confidence) == (0.61, "unstated", None)
        assert (each.fragment.box, each.samples, each.fingerprint, each.margin) == (None, None, None, None)


def test_matching_and_detecting_are_two_runs_with_their_own_times() -> None:
    detected, matched, failed = [run for run in runs(read(PAGE, item=PID)) if run.stage == "faces"]
    assert detected.started is not None
    assert matched.started is not None
    assert (detected.started.hour, matched.started.hour) == (9, 10)
    assert (detected.started, detected.parameters["n_faces"]) == (detected.ended, 412)
    assert matched.parameters["times"] == "inferred from one instant"
    assert (failed.outcome, failed.note) == (Outcome.FAILURE, "decoder: no video stream")
    for run in (detected, matched):
        assert (run.agent.version, run.agent.models, run.reference_set) == (None, (), None)
        assert (run.file.sha256, run.file.mime_type, run.file.archive_id) == (None, None, "a1b2c3d4e5f6")


def test_a_cluster_without_a_match_is_an_unknown_face_somewhere_in_the_file() -> None:
    (unknown,) = [guess for guess in guesses(read(PAGE)) if isinstance(guess, UnknownFace)]
    assert unknown.cluster == UUID("11111111-7ae8-43bd-997a-97b32e685dae")
    assert (unknown.fragment.whole, unknown.fragment.start_ms) == (True, None)


def test_a_cluster_whose_match_is_refused_is_no_unknown_face() -> None:
    (match,) = rows("face_matches")
    found = read(views(face_matches=[match | {"match_score": "high"}]), item=PID)
    assert rules(found)
    (unknown,) = [guess for guess in guesses(found) if isinstance(guess, UnknownFace)]
    assert str(unknown.cluster) != match["cluster_uuid"]


def test_a_match_in_a_still_image_has_no_place_and_its_person_is_found_by_a_link() -> None:
    (match,) = guesses(read(PAGE, item="beeld001"))
    assert (match.fragment.whole, match.person) == (True, "http://www.wikidata.org/entity/Q7186")


def test_names_stand_in_the_transcript_where_their_offsets_fit_it() -> None:
    pieces = read(PAGE, item=PID)
    (transcript,) = [guess for guess in guesses(pieces) if isinstance(guess, Transcript)]
    ghent, other = [guess for guess in guesses(pieces) if isinstance(guess, EntityMention)]
    assert transcript.text[ghent.begin : ghent.end] == ghent.text == "Gent"
    assert (ghent.entity, ghent.entity_type, ghent.label_language, ghent.fragment.start_ms) == (
        "Q1296",
        "place",
        "nl",
        2_000,
    )
    assert (other.fragment.whole, other.begin, other.transcript, other.entity) == (True, None, None, None)
    files = {run.agent.name: run.file.archive_id for run in runs(pieces)}
    assert files["textrazor"] == files["speechmatics"]


def test_a_page_holds_many_items_and_each_row_says_whose_it_is() -> None:
    pieces = read(PAGE)
    assert {(run.partner, run.item) for run in runs(pieces)} == {
        (PARTNER, PID),
        (PARTNER, "elders01"),
        (PARTNER, "beeld001"),
    }
    assert rules(pieces) == []


@pytest.mark.parametrize(
    ("stated", "owners", "rule"),
    [
        ({}, (), "owner"),
        ({}, ("VRT=OR-abc1234",), None),
        ({"partner": PARTNER}, (), None),
        ({"partner": PARTNER}, ("BRT=OR-abc1234",), "owner"),
        ({"partner": PARTNER}, ("VRT=OR-zzz9999",), "partner"),
    ],
)
def test_an_owner_by_name_is_whom_the_operator_says(
    stated: dict[str, str], owners: tuple[str, ...], rule: str | None
) -> None:
    task = rows("speech_tasks")[0] | {"cp": "VRT"}
    pieces = read(json.dumps({"speech_tasks": [task]}).encode(), *owners, **stated)
    assert rules(pieces) == ([(1, rule)] if rule else [])
    assert {run.partner for run in runs(pieces)} == (set() if rule else {PARTNER})


def test_matches_alone_need_an_item_that_somebody_states() -> None:
    page = json.dumps(rows("face_matches")).encode()
    assert rules(read(page)) == [(1, "task-unknown")]
    assert len(guesses(read(page, item=PID))) == 2


@pytest.mark.parametrize("page", [PAGE, json.dumps(rows("speech_tasks")).encode()])
def test_a_stated_digest_is_of_the_file_of_a_stated_item(page: bytes) -> None:
    stated = {"media_sha256": "f" * 64, "media_name": "news.mp4", "media_type": "video/mp4"}
    assert {run.file.sha256 for run in runs(read(page, item=PID, **stated))} == {"f" * 64}
    with pytest.raises(NotUsable, match="of one item"):
        check_statement("meemoo", read_statement(stated))


def test_an_export_page_has_its_rows_by_id() -> None:
    by_id = {row["task_id"]: {k: v for k, v in row.items() if k != "task_id"} for row in rows("speech_tasks")}
    assert [run.item for run in runs(read(json.dumps(by_id).encode()))] == [PID, "elders01"]
    by_cluster = {"face_image_matches": {"33333333-7ae8-43bd-997a-97b32e685dae": rows("image_matches")[0]}}
    assert rules(read(json.dumps(by_cluster).encode(), item=PID)) == [(1, "person-unnamed")]


def test_nobody_becomes_a_reference_person() -> None:
    assert [(row.label, row.entity) for row in read_candidates(PAGE)] == [
        ("Marie Curie", "Q7186"),
        ("Niemand Bekend", None),
    ]


def test_bad_rows_are_named_one_by_one() -> None:
    assert rules(read(BROKEN, partner="")) == [
        (1, "captions"),
        (3, "cue"),
        (2, "intervals"),
        (3, "person-unnamed"),
        (5, "face-match.fragment.value_error"),
        (1, "face-unknown.cluster.uuid_parsing"),
        (2, "task-status"),
        (3, "owner"),
        (4, "row"),
        (4, "task-unknown"),
        (1, "entities"),
        (2, "entities"),
        (1, "refset-person"),
    ]


def test_no_message_tells_a_value() -> None:
    wrong = [piece.record for piece in read(BROKEN) if isinstance(piece.record, BadInput)]
    assert "Marie Curie" in {error.value for error in wrong}
    assert not any("Curie" in error.message or "twaalf" in error.message for error in wrong)


def test_the_same_row_is_the_same_run_on_whatever_page() -> None:
    first = runs(read(PAGE, item="elders01"))
    alone = runs(read(json.dumps(rows("speech_tasks")[1:]).encode()))
    assert first == alone


@pytest.mark.parametrize(
    ("intervals", "rule"),
    [
        ([12.5, 13], None),
        ([{"start": "12.5", "end": 13}], None),
        ("[[1, 2]]", None),
        ("{", "intervals"),
        ({"a": 1}, "intervals"),
        ([[1]], "intervals"),
        ([[1, 1e400]], "intervals"),
        ([True, 5], "intervals"),
        ("[" * 100_000, "intervals"),
        ([[-1, 2]], "face-match.fragment.start_ms.greater_than_equal"),
    ],
)
def test_intervals_are_pairs_of_seconds(intervals: object, rule: str | None) -> None:
    row = rows("face_matches")[0] | {"time_intervals": intervals}
    page = views(face_matches=[row], face_tasks=[], speech_tasks=[], ner_tasks=[], image_tasks=[], image_matches=[])
    assert rules(read(page, item=PID)) == ([(1, rule)] if rule else [])


def test_a_run_stands_once_before_all_its_matches_however_many_runs_there_are() -> None:
    row = rows("face_matches")[0]
    days = [f"2024-{month:02}-{day:02}T10:00:00Z" for month in range(1, 13) for day in range(1, 29)]
    matches = [row | {"matched_time": day, "match_score": score} for score in (0.5, 0.6) for day in days]
    made = runs(read(json.dumps({"face_matches": matches}).encode(), item=PID))
    assert len(made) == len({run.id for run in made}) == len(days)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "json"),
        (b"[" * 100_000, "json"),
        (b'"page"', "json"),
        (b'{"data": 1}', "view"),
        (b'{"errors": [{"message": "no"}]}', "view"),
        (b'{"speech_tasks": 1}', "view"),
        (b'{"speech_tasks": [], "other": []}', "view"),
        (b'{"speech_tasks": []}', "item"),
        (b'[{"a": 1}]', "view"),
        (b"[]", "item"),
    ],
)
def test_what_is_no_page_is_refused(content: bytes, rule: str) -> None:
    assert rules(read(content)) == [(1, rule)]
