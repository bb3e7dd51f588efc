"""Decisions in the order in which they were taken; events by who, where and when, and what each is about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from give_ld.journal.dialects import Word

revision = "0007"
down_revision = "0006"

_GUESSES = ("partner", "item", "run", "annotation", "tally", "validation", "bulk", "sample", "review_policy")
_READ_MODEL = (*_GUESSES, "person", "refset_version", "user", "processing", "exemption", "erasure")


def upgrade() -> None:
    """Add the indexes, and leave the read model empty: it is made again, with what events are about, from them."""
    for name in _READ_MODEL:
        op.execute(sa.delete(sa.table(name)))
    op.create_index("validation_seq", "validation", ["seq"])
    for column in ("actor", "partner", "action", "time"):
        op.create_index(f"event_{column}", "event", [column, "seq"])
    op.create_table(
        "trace",
        *(sa.Column(name, sa.Integer, primary_key=True, autoincrement=False) for name in ("seq", "place")),
        *(sa.Column(name, Word, nullable=False) for name in ("annotation", "pid", "agent")),
    )
    op.create_index("trace_annotation", "trace", ["annotation", "seq"])
    op.create_index("trace_item", "trace", ["pid", "seq", "place"])
    op.create_index("trace_agent", "trace", ["agent", "seq", "place"])
