"""What was erased, on record; what partners allow to be done, and for whom an exception was made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from give_ld.journal.dialects import Word, Words

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the tables; journals of before hold no such event, so that they begin empty."""
    op.add_column("payload", sa.Column("form", Word))
    keys = (sa.Column(name, Word, primary_key=True) for name in ("partner", "collection"))
    op.create_table("processing", *keys, sa.Column("body", Words, nullable=False))
    op.create_table(
        "exemption",
        sa.Column("id", Word, primary_key=True),
        sa.Column("person", Word, nullable=False, index=True),
        sa.Column("body", Words, nullable=False),
    )
    op.create_table(
        "erasure",
        sa.Column("id", Word, primary_key=True),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("body", Words, nullable=False),
    )
