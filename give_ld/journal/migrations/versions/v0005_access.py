"""Tokens by name and with scopes; passwords, invitations and sessions; how many sign-ins failed on a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from give_ld.journal.dialects import Word

revision = "0005"
down_revision = "0004"

_KEPT = """
INSERT INTO token (digest, id, "user", scopes, expires)
SELECT digest, substr(digest, 1, 16), "user", 'admin harvest ingest read review', expires FROM token_before
"""


def upgrade() -> None:
    """Keep the tokens that there are: each gets a name from its digest, and may be used for all that it was."""
    op.rename_table("token", "token_before")
    op.create_table(
        "token",
        sa.Column("digest", Word, primary_key=True),
        sa.Column("id", Word, nullable=False, unique=True),
        sa.Column("user", Word, nullable=False, index=True),
        sa.Column("scopes", Word, nullable=False),
        sa.Column("expires", Word, nullable=False),
        sa.Column("used", Word, nullable=False, server_default=""),
    )
    op.execute(_KEPT)
    op.drop_table("token_before")
    op.create_table("password", sa.Column("user", Word, primary_key=True), sa.Column("hash", Word, nullable=False))
    op.create_table(
        "invitation",
        sa.Column("digest", Word, primary_key=True),
        sa.Column("user", Word, nullable=False, index=True),
        sa.Column("by", Word, nullable=False),
        sa.Column("expires", Word, nullable=False),
    )
    op.create_table(
        "session",
        sa.Column("digest", Word, primary_key=True),
        sa.Column("user", Word, nullable=False, index=True),
        sa.Column("scopes", Word, nullable=False),
        sa.Column("token", Word, nullable=False),
        sa.Column("seen", Word, nullable=False),
        sa.Column("expires", Word, nullable=False),
    )
    op.create_table(
        "failure", sa.Column("day", Word, primary_key=True), sa.Column("failed", sa.Integer, nullable=False)
    )
