"""Whatever the bytes, a door answers with records and refusals and never with a crash."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from give_ld.doors.formats import DOORS
from give_ld.errors import BadInput
from give_ld.model.record import parse_record
from tests.doors.conftest import SAMPLES, a_statement

STATEMENT = a_statement()
TEXT_SAMPLES = {"vtt": "journaal.vtt", "srt": "news.srt", "csv": "names.csv"}
JSON_SAMPLES = {"meemoo": "ai_metadata.json", "mmif": "whisper.mmif"}
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just([]) | st.just({})


def holds(form: str, content: bytes) -> None:
    """Every piece is a record that is read back as itself, or says what is wrong."""
    for piece in DOORS[form](content, STATEMENT):
        if isinstance(piece.record, BadInput):
            assert piece.record.message
        else:
            line = piece.record.model_dump_json(by_alias=True, exclude_none=True).encode()
            assert parse_record(line) == piece.record


def paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(path for key, each in inner for path in paths(each, (*at, key)))]


@pytest.mark.parametrize("form", DOORS)
@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=200))
def test_any_bytes(form: str, content: bytes) -> None:
    holds(form, content)


@pytest.mark.parametrize("form", TEXT_SAMPLES)
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_a_sample_with_something_else_in_it(form: str, data: st.DataObject) -> None:
    content = (SAMPLES / TEXT_SAMPLES[form]).read_bytes()
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 20)))
    other = data.draw(st.text(alphabet='0123456789:.,->< \n\r\t"&;\0\u2028é', max_size=12))
    holds(form, content[:start] + other.encode() + content[end:])


@pytest.mark.parametrize("form", JSON_SAMPLES)
@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_a_page_with_another_value_in_it(form: str, data: st.DataObject) -> None:
    page = json.loads((SAMPLES / JSON_SAMPLES[form]).read_text(encoding="utf-8"))
    *way, last = data.draw(st.sampled_from([path for path in paths(page) if path]))
    inner = page
    for key in way:
        inner = inner[key]
    inner[last] = data.draw(SCALARS)
    holds(form, json.dumps(page).encode())
