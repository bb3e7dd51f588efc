"""A line of a records file: what it may say, and what it may not."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from give_ld.errors import BadRecord
from give_ld.model.fragment import Box, Fragment
from give_ld.model.record import MAX_LINE_BYTES, parse_record
from give_ld.model.run import Run
from tests.factories import (
    a_calibrator,
    a_face_match,
    a_mention,
    a_run,
    a_speaker_segment,
    a_tag,
    a_tag_without_concept,
    a_transcript,
    an_item,
    an_unknown_face,
)

ALL = [
    a_run(),
    a_run(stage="other"),
    a_face_match(),
    an_unknown_face(),
    a_mention(),
    a_transcript(),
    a_speaker_segment(),
    a_tag(),
    a_tag_without_concept(),
]


def line(record: Any, **changes: Any) -> bytes:
    return json.dumps({**record.model_dump(mode="json", by_alias=True), **changes}).encode()


@pytest.mark.parametrize("record", ALL, ids=lambda record: type(record).__name__)
def test_a_record_survives_the_file(record: Any) -> None:
    assert parse_record(line(record)) == record


@pytest.mark.parametrize(
    ("start_ms", "end_ms", "whole", "good"),
    [(None, None, True, True), (None, None, None, False), (1, 2, True, False), (1, 2, None, True)],
)
def test_a_fragment_has_a_place_or_is_the_whole_file(
    start_ms: int | None, end_ms: int | None, whole: bool | None, good: bool
) -> None:
    said = {"start_ms": start_ms, "end_ms": end_ms, "whole": whole}
    data = line(an_unknown_face(), fragment=said)
    if good:
        parse_record(data)
    else:
        with pytest.raises(BadRecord, match="fragment"):
            parse_record(data)


def test_what_is_somewhere_in_a_file_overlaps_nothing_that_has_a_place() -> None:
    somewhere, place = Fragment(whole=True), Fragment(start_ms=0, end_ms=1000)
    assert somewhere.overlaps(somewhere)
    assert not somewhere.overlaps(place)
    assert not place.overlaps(somewhere)
    assert somewhere.media_fragment() == "t=npt:0"


def test_a_file_is_known_by_its_digest_or_by_the_archives_own_id() -> None:
    elsewhere = {"name": "elsewhere", "models": []}
    run = a_run().model_dump(mode="json", by_alias=True)
    known = parse_record(json.dumps({**run, "agent": elsewhere, "file": {"archive_id": "a1b2"}}).encode())
    assert isinstance(known, Run)
    assert known.file.key == "archive:a1b2"
    for agent, file in ((elsewhere, {"name": "news.mp4"}), (run["agent"], {"archive_id": "a1b2"})):
        with pytest.raises(BadRecord, match="sha256"):
            parse_record(json.dumps({**run, "agent": agent, "file": file}).encode())


@pytest.mark.parametrize("record", ALL, ids=lambda record: type(record).__name__)
@pytest.mark.parametrize("smuggled", ["status", "approved", "validatedBy", "decision", "verdict"])
def test_no_record_can_say_that_it_is_approved(record: Any, smuggled: str) -> None:
    with pytest.raises(BadRecord, match=smuggled):
        parse_record(line(record, **{smuggled: "approved"}))


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"schema": "give-ld/2"}, "schema-version"),
        ({"schema": None}, "schema-version"),
        ({"type": "validation"}, "type"),
        ({"type": "correction"}, "type"),
        ({"corrects": "https://example.org/a"}, "corrects"),
        ({"kind": "approved"}, "kind"),
        ({"confidence": 1.2}, "confidence"),
        ({"confidence": None}, "confidence"),
        ({"score": "NaN"}, "score"),
        ({"score": True}, "score"),
        ({"score": "0.9"}, "score"),
        ({"samples": "12"}, "samples"),
        ({"fragment": {"start_ms": True, "end_ms": 10}}, "fragment"),
        ({"person": "not an iri"}, "person"),
        ({"person": "https://example.org/<script>"}, "person"),
        ({"fragment": {"start_ms": 20, "end_ms": 10}}, "fragment"),
        ({"fragment": {"start_ms": 10, "end_ms": 10}}, "fragment"),
        ({"fragment": {"start_ms": -1, "end_ms": 10}}, "fragment"),
        ({"fragment": {}}, "fragment"),
        ({"fragment": {"box": {"x": 0, "y": 0, "width": 0, "height": 4}}}, "fragment"),
        ({"score_kind": "human"}, "person"),
        ({"run": "not-a-uuid"}, "run"),
        ({"unknown": 1}, "unknown"),
    ],
)
def test_a_bad_value_is_refused_by_name(changes: dict[str, Any], rule: str) -> None:
    with pytest.raises(BadRecord) as caught:
        parse_record(line(a_face_match(), **changes))
    assert rule in f"{caught.value.rule} {caught.value.message}"


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[]", b'"text"', b"null", b"\xff\xfe", b"[" * 100_000, b'{"schema":"\\ud800"}', b'{"a":' * 5000],
    ids=["empty", "cut", "list", "string", "null", "not-utf8", "deep-list", "surrogate", "deep-object"],
)
def test_what_is_no_json_object_is_refused(raw: bytes) -> None:
    with pytest.raises(BadRecord):
        parse_record(raw)


def test_a_line_without_end_is_refused_by_its_length() -> None:
    with pytest.raises(BadRecord, match="bytes") as caught:
        parse_record(b" " * (MAX_LINE_BYTES + 1))
    assert caught.value.rule == "line-length"


def test_an_error_does_not_repeat_the_input() -> None:
    with pytest.raises(BadRecord) as caught:
        parse_record(line(a_face_match(), confidence="the secret of Jane Doe"))
    assert "Jane Doe" not in caught.value.message


@given(st.binary(max_size=200).filter(lambda raw: not raw.startswith(b"{")))
def test_any_other_bytes_are_a_named_error(raw: bytes) -> None:
    with pytest.raises(BadRecord) as caught:
        parse_record(raw)
    assert caught.value.rule == "json"


boxes = st.builds(
    Box,
    x=st.integers(0, 60_000),
    y=st.integers(0, 60_000),
    width=st.integers(1, 5_000),
    height=st.integers(1, 5_000),
)


@given(boxes, st.integers(0, 80_000_000), st.integers(1, 1_000_000))
def test_a_fragment_overlaps_itself_and_says_so_in_its_uri(box: Box, start: int, length: int) -> None:
    fragment = Fragment(start_ms=start, end_ms=start + length, box=box)
    assert fragment.overlaps(fragment)
    assert fragment.media_fragment().startswith(f"t=npt:{start // 1000}.{start % 1000:03d},")
    assert fragment.media_fragment().endswith(f"xywh=pixel:{box.x},{box.y},{box.width},{box.height}")


def test_fragments_apart_in_time_or_place_do_not_overlap() -> None:
    box, far = Box(x=0, y=0, width=10, height=10), Box(x=9, y=0, width=10, height=10)
    one = Fragment(start_ms=0, end_ms=10, box=box)
    assert not one.overlaps(Fragment(start_ms=10, end_ms=20, box=box))
    assert not one.overlaps(Fragment(start_ms=0, end_ms=10, box=far))
    assert one.overlaps(Fragment(start_ms=5, end_ms=20))


UNSTATED: dict[str, Any] = {"score": None, "score_kind": "unstated", "confidence": None, "calibrator": None}


@pytest.mark.parametrize(
    "bare",
    [
        line(a_run(), agent={"name": "captions", "models": []}, started=None, ended=None),
        line(a_transcript(), **UNSTATED, language_probability=None),
        line(a_mention(), **UNSTATED, begin=None, end=None, transcript=None),
    ],
    ids=["run", "transcript", "mention"],
)
def test_what_a_source_does_not_say_may_stay_unsaid(bare: bytes) -> None:
    record = parse_record(bare)
    again = record.model_dump_json(by_alias=True, exclude_none=True)
    assert parse_record(again.encode()) == record


@pytest.mark.parametrize(
    ("bare", "rule"),
    [
        (line(a_run(), started=None), "started and ended come together"),
        (line(a_run(), agent={"name": "captions"}), "agent.models"),
        (line(a_mention(), **UNSTATED | {"score_kind": "linker-score"}), "a guess without a score"),
        (line(a_mention(), score=None, score_kind="unstated"), "a confidence follows from a score"),
        (line(a_mention(), transcript=None), "begin, end and transcript come together"),
    ],
)
def test_half_of_what_belongs_together_is_refused(bare: bytes, rule: str) -> None:
    with pytest.raises(BadRecord, match=rule):
        parse_record(bare)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"voice": "S1"}, "voice"),
        ({"person": "https://example.org/person"}, "person"),
        ({"text": "what was said"}, "text"),
        ({"label": ""}, "label"),
        ({"label": "S" * 65}, "label"),
        ({"fragment": {"box": {"x": 0, "y": 0, "width": 4, "height": 4}}}, "span of time"),
        ({"fragment": {"start_ms": 0, "end_ms": 9, "box": {"x": 0, "y": 0, "width": 4, "height": 4}}}, "no box"),
    ],
)
def test_a_speaker_segment_is_a_voice_in_time_and_nothing_else(changes: dict[str, Any], rule: str) -> None:
    with pytest.raises(BadRecord) as caught:
        parse_record(line(a_speaker_segment(), **changes))
    assert rule in f"{caught.value.rule} {caught.value.message}"


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"tag_type": "two words"}, "tag_type"),
        ({"tag_type": ""}, "tag_type"),
        ({"text": ""}, "text"),
        ({"language": "Dutch"}, "language"),
        ({"concept": "not an iri"}, "concept"),
        ({"concept": "https://example.org/<script>"}, "concept"),
        ({"concept": None}, "concept"),
        ({"label": None}, "label"),
        ({"label_language": None}, "label"),
    ],
)
def test_a_bad_tag_is_refused_by_name(changes: dict[str, Any], rule: str) -> None:
    with pytest.raises(BadRecord) as caught:
        parse_record(line(a_tag(), **changes))
    assert rule in f"{caught.value.rule} {caught.value.message}"


@pytest.mark.parametrize(
    ("given", "kept"),
    [(0.94, 0.94), (5e-324, 0.0), (1e-18, 1e-18), (0.0012345678901234567, 0.001234567890123457), (1e20, 1e20)],
)
def test_a_number_has_eighteen_decimal_places_at_most(given: float, kept: float) -> None:
    assert a_face_match(margin=given).margin == kept


def test_what_has_no_order_is_kept_sorted_and_each_once() -> None:
    assert an_item(licences=("b", "a", "b")).licences == ("a", "b")
    calibrators = (a_calibrator(id="b"), a_calibrator(id="a"))
    assert [each.id for each in a_run(calibrators=calibrators).calibrators] == ["a", "b"]


def test_a_language_tag_is_kept_in_lower_case() -> None:
    assert a_tag(language="zh-Hant-TW").language == "zh-hant-tw"


@pytest.mark.parametrize(
    ("record", "changes", "rule"),
    [
        (a_run(), {"calibrators": [a_calibrator().model_dump(mode="json")] * 2}, "different ids"),
        (a_face_match(), {"margin": 1e21}, "margin"),
        (a_face_match(), {"samples": 10**16}, "samples"),
        (a_mention(), {"begin": 10**17, "end": 10**17 + 4}, "begin"),
        (a_mention(), {"entity": None, "label_language": None}, "label"),
        (a_mention(), {"entity": None, "label": None}, "label"),
    ],
)
def test_what_a_graph_would_lose_is_refused_by_name(record: Any, changes: dict[str, Any], rule: str) -> None:
    with pytest.raises(BadRecord) as caught:
        parse_record(line(record, **changes))
    assert rule in f"{caught.value.rule} {caught.value.message}"
