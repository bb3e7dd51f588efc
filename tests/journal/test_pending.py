"""A long queue: every order and filter of it is read from an index, page after page."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.dialects import sqlite

from give_ld.home import Home
from give_ld.journal import tables as t
from give_ld.journal.journal import open_memory_journal
from give_ld.journal.pending import Order, Wanted, query, queue
from give_ld.model.event import Proposal
from give_ld.model.run import Run
from give_ld.model.status import Status
from tests.conftest import Bringing, People
from tests.databases import over_both
from tests.factories import (
    PARTNER,
    a_face_match,
    a_mention,
    a_speaker_segment,
    a_tag,
    a_transcript,
    an_unknown_face,
)

UNCALIBRATED = {"confidence": None, "calibrator": None}
ONE_OF_EACH = (
    a_face_match(),
    an_unknown_face(),
    a_mention(**UNCALIBRATED),
    a_speaker_segment(),
    a_tag(**UNCALIBRATED),
    a_transcript(text="x" * 1000, **UNCALIBRATED),
)

PLACES = {
    Order.LIKELY: "WyJsaWtlbHkiLCAwLjUsIDdd",
    Order.DOUBTFUL: "WyJkb3VidGZ1bCIsIDAuNSwgN10",
    Order.USEFUL: "WyJ1c2VmdWwiLCA5LCAiZmFjZS1tYXRjaCIsICJ4IiwgMC41LCA3XQ",
    Order.NEWEST: "WyJuZXdlc3QiLCA3XQ",
    Order.OLDEST: "WyJvbGRlc3QiLCA3XQ",
}


def plan(wanted: Wanted, after: str | None) -> str:
    asked = query(wanted, after).limit(51)
    sql = str(asked.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
    with open_memory_journal().reading() as db:
        return "\n".join(
            row.detail for row in db.execute(text(f"EXPLAIN QUERY PLAN {sql.replace(':', chr(92) + ':')}"))
        )


@pytest.mark.parametrize("after", [False, True], ids=["first", "next"])
@pytest.mark.parametrize("order", list(Order))
def test_a_page_is_read_from_an_index_without_sorting(order: Order, after: bool) -> None:
    told = plan(Wanted(PARTNER, order=order), PLACES[order] if after else None)
    assert "USING INDEX" in told
    assert "SCAN" not in told
    assert "TEMP B-TREE" not in told


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (Wanted(PARTNER, kind="face-match"), "annotation_kind"),
        (Wanted(PARTNER, topic="x", kind="face-match"), "annotation_group"),
        (Wanted(PARTNER, topic="x"), "annotation_topic"),
        (Wanted(PARTNER, item="x"), "annotation_item"),
        (Wanted(PARTNER, run="x"), "annotation_run"),
        (Wanted(PARTNER, low=0.2, high=0.4), "annotation_queue"),
    ],
)
def test_a_filter_has_its_index(wanted: Wanted, index: str) -> None:
    assert index in plan(wanted, None)


@over_both
def test_a_row_shows_the_words_of_its_guess_and_whom_or_what_it_means(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str
) -> None:
    bring(run, *ONE_OF_EACH)
    with home.journal.reading() as db:
        rows = {row["iri"]: row for row in queue(db, Wanted(PARTNER, Status.PROPOSED)).rows}
        bodies = dict(db.execute(select(t.annotation.c.iri, t.annotation.c.body)).tuples().all())
    assert len(rows) == len(ONE_OF_EACH)
    for iri, body in bodies.items():
        said = Proposal.model_validate_json(body)
        assert (rows[iri]["words"], rows[iri]["meant"]) == (said.words, said.meant)
        assert rows[iri]["has_crop"] is (said.annotation.kind in ("face-match", "face-unknown"))
