"""A long queue: every order and filter of it is read from an index, page after page."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import sqlite

from give_ld.journal.journal import open_memory_journal
from give_ld.journal.pending import Order, Wanted, query
from tests.factories import PARTNER

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
