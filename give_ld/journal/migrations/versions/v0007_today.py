"""Decisions in the order in which they were taken."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the index by which the decisions of today are found."""
    op.create_index("validation_seq", "validation", ["seq"])
