"""Parts of a file as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from give_ld.errors import BadInput
from give_ld.model.fragment import Box, Fragment, parse_fragment

PIXELS = st.integers(0, 65_535)
SIZES = st.integers(1, 65_535)
BOXES = st.builds(Box, x=PIXELS, y=PIXELS, width=SIZES, height=SIZES)
SPANS = st.tuples(st.integers(0, 86_399_998), st.integers(0, 86_399_998)).map(lambda pair: (min(pair), max(pair) + 1))


@given(SPANS, st.none() | BOXES)
def test_a_fragment_comes_back_from_its_text(span: tuple[int, int], box: Box | None) -> None:
    fragment = Fragment(start_ms=span[0], end_ms=span[1], box=box)
    assert parse_fragment(fragment.media_fragment()) == fragment


@given(BOXES)
def test_so_does_a_part_of_a_picture(box: Box) -> None:
    assert parse_fragment(Fragment(box=box).media_fragment()) == Fragment(box=box)


@pytest.mark.parametrize("text", ["", "&", "t=1", "t=2,1", "t=1,1", "t=a,b", "xywh=1,2,3", "xywh=1,2,0,4", "t=1,99999"])
def test_what_is_no_fragment_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        parse_fragment(text)
