"""The whole life of an annotation, and a quarantine that remembers what came of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from give_ld.journal.dialects import Word, Words

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make runs, annotations and validations anew; add to the quarantine, whose rows stay."""
    for name in ("run", "annotation", "validation"):
        op.drop_table(name)
    for name in ("partner", "item", "person", "refset_version", "user"):
        op.execute(sa.delete(sa.table(name)))
    _make_runs()
    _make_annotations()
    op.create_table(
        "validation",
        sa.Column("id", Word, primary_key=True),
        sa.Column("annotation", Word, primary_key=True, index=True),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("body", Words, nullable=False),
    )
    for name, kind, default in (
        ("value", Words, ""),
        ("form", Word, "give"),
        ("settled", Word, ""),
        ("settled_by", Word, ""),
    ):
        op.add_column("quarantine", sa.Column(name, kind, nullable=False, server_default=default))
    op.add_column("quarantine", sa.Column("record", sa.LargeBinary))


def _make_runs() -> None:
    op.create_table(
        "run",
        sa.Column("id", Word, primary_key=True),
        *(sa.Column(name, Word, nullable=False) for name in ("partner", "pid", "file", "stage")),
        sa.Column("ended", Word),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("body", Words, nullable=False),
    )
    op.create_index("run_file", "run", ["partner", "file", "stage"])
    op.create_index("run_item", "run", ["partner", "pid"])


def _make_annotations() -> None:
    op.create_table(
        "annotation",
        sa.Column("iri", Word, primary_key=True),
        *(sa.Column(name, Word, nullable=False) for name in ("partner", "pid", "file", "kind", "subject")),
        sa.Column("label", Words, nullable=False),
        *(sa.Column(name, sa.Integer) for name in ("start_ms", "end_ms", "x", "y", "width", "height")),
        *(sa.Column(name, sa.Float) for name in ("score", "confidence")),
        sa.Column("run", Word, nullable=False),
        sa.Column("person", Word),
        sa.Column("status", Word, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Boolean, nullable=False) for name in ("decided", "disputed")),
        sa.Column("corrects", Word),
        sa.Column("said_by", Word, nullable=False),
        sa.Column("replaced_by", Word),
        sa.Column("body", Words, nullable=False),
    )
    op.create_index("annotation_queue", "annotation", ["partner", "status", "confidence"])
    op.create_index("annotation_item", "annotation", ["partner", "pid"])
    op.create_index("annotation_subject", "annotation", ["partner", "file", "kind", "subject"])
