"""Whose journal it is; corrections by what they correct; long subjects as digests, so that an index holds them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from give_ld.journal.dialects import Word

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the table of the owner; the index may be there already, from before versions were written down."""
    for name in ("partner", "item", "run", "annotation", "validation", "person", "refset_version", "user"):
        op.execute(sa.delete(sa.table(name)))
    op.create_table("owner", sa.Column("key", Word, primary_key=True))
    corrects = sa.text("corrects IS NOT NULL")
    op.create_index(
        "annotation_corrects",
        "annotation",
        ["corrects"],
        sqlite_where=corrects,
        postgresql_where=corrects,
        if_not_exists=True,
    )
