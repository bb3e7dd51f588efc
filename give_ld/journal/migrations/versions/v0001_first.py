"""The first tables of the journal."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from give_ld.journal.dialects import Word, Words

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table."""
    _make_chain()
    _make_read_model()
    _make_annotations()
    _make_beside()


def _make_chain() -> None:
    words = ("time", "action", "actor", "partner", "commitment", "previous")
    op.create_table(
        "event",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        *(sa.Column(name, Word, nullable=False) for name in words),
        sa.Column("hash", Word, nullable=False, unique=True),
    )
    op.create_table(
        "payload",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("body", Words, nullable=False),
    )


def _make_read_model() -> None:
    op.create_table("partner", sa.Column("id", Word, primary_key=True), sa.Column("body", Words, nullable=False))
    op.create_table(
        "item",
        sa.Column("partner", Word, primary_key=True),
        sa.Column("pid", Word, primary_key=True),
        sa.Column("body", Words, nullable=False),
    )
    op.create_table(
        "person",
        sa.Column("iri", Word, primary_key=True),
        sa.Column("wikidata", Word, index=True),
        sa.Column("status", Word, nullable=False),
        sa.Column("body", Words, nullable=False),
    )
    op.create_table(
        "refset_version", sa.Column("version", Word, primary_key=True), sa.Column("body", Words, nullable=False)
    )
    op.create_table(
        "user",
        sa.Column("id", Word, primary_key=True),
        sa.Column("name", Word, nullable=False, unique=True),
        sa.Column("body", Words, nullable=False),
    )


def _make_annotations() -> None:
    op.create_table(
        "run",
        sa.Column("id", Word, primary_key=True),
        *(sa.Column(name, Word, nullable=False) for name in ("partner", "pid", "file")),
        sa.Column("body", Words, nullable=False),
    )
    op.create_index("run_file", "run", ["partner", "file"])
    op.create_index("run_item", "run", ["partner", "pid"])
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
        sa.Column("body", Words, nullable=False),
    )
    op.create_index("annotation_queue", "annotation", ["partner", "status", "confidence"])
    op.create_index("annotation_item", "annotation", ["partner", "pid"])
    op.create_index("annotation_subject", "annotation", ["partner", "file", "kind", "subject"])
    op.create_table(
        "validation",
        sa.Column("id", Word, primary_key=True),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("annotation", Word, nullable=False, index=True),
        sa.Column("body", Words, nullable=False),
    )


def _make_beside() -> None:
    op.create_table(
        "token",
        sa.Column("digest", Word, primary_key=True),
        sa.Column("user", Word, nullable=False),
        sa.Column("expires", Word, nullable=False),
    )
    op.create_table(
        "quarantine",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("digest", Word, nullable=False, unique=True),
        *(sa.Column(name, Word, nullable=False) for name in ("received", "partner", "source")),
        sa.Column("line", sa.Integer, nullable=False),
        *(sa.Column(name, Word, nullable=False) for name in ("item", "rule")),
        sa.Column("message", Words, nullable=False),
        sa.Column("raw", sa.LargeBinary, nullable=False),
    )
    op.create_table("support", *(sa.Column(name, Word, primary_key=True) for name in ("graph", "owner", "annotation")))
    op.create_index("support_annotation", "support", ["annotation"])
    op.create_table(
        "tombstone",
        sa.Column("iri", Word, primary_key=True),
        sa.Column("time", Word, nullable=False),
        sa.Column("live", sa.Boolean, nullable=False),
    )
