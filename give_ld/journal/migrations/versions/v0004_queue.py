"""The queue in its whole order, and its numbers counted beforehand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from give_ld.journal.dialects import Word

revision = "0004"
down_revision = "0003"

_QUEUE = ("partner", "status", sa.text("(confidence IS NULL)"), sa.text("confidence DESC"), "iri")


def upgrade() -> None:
    """Change the index, and leave the read model empty: it is made again, with its numbers, from the events."""
    for name in ("partner", "item", "run", "annotation", "validation", "person", "refset_version", "user"):
        op.execute(sa.delete(sa.table(name)))
    op.drop_index("annotation_queue", "annotation")
    op.create_index("annotation_queue", "annotation", list(_QUEUE))
    op.create_table(
        "tally",
        sa.Column("partner", Word, primary_key=True),
        sa.Column("kind", Word, primary_key=True),
        sa.Column("status", Word, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
    )
