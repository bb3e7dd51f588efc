"""The queue in its orders, its numbers counted beforehand; decisions about many, samples, policies and claims."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from give_ld.journal.dialects import Word, Words

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make runs, annotations and validations anew, from the events; add what people do with many of them."""
    for name in ("run", "annotation", "validation"):
        op.drop_table(name)
    for name in ("partner", "item", "person", "refset_version", "user"):
        op.execute(sa.delete(sa.table(name)))
    _make_runs()
    _make_annotations()
    _make_validations()
    _make_tally()
    for name, columns in (
        ("bulk", (_word("partner"), _word("user"))),
        ("sample", (_word("partner"), sa.Column("seq", sa.Integer, nullable=False))),
    ):
        op.create_table(name, sa.Column("id", Word, primary_key=True), *columns, _body())
    keys = (sa.Column(name, Word, primary_key=True) for name in ("partner", "kind"))
    op.create_table("review_policy", *keys, _body())
    op.create_table(
        "claim",
        sa.Column("annotation", Word, primary_key=True),
        sa.Column("id", Word, nullable=False, index=True),
        sa.Column("partner", Word, nullable=False, index=True),
        _word("user"),
        _word("expires"),
    )


def _word(name: str) -> sa.Column[str]:
    return sa.Column(name, Word, nullable=False)


def _body() -> sa.Column[str]:
    return sa.Column("body", Words, nullable=False)


def _make_runs() -> None:
    op.create_table(
        "run",
        sa.Column("id", Word, primary_key=True),
        *map(_word, ("partner", "pid", "file", "stage", "model")),
        sa.Column("ended", Word),
        sa.Column("seq", sa.Integer, nullable=False),
        _body(),
    )
    op.create_index("run_file", "run", ["partner", "file", "stage"])
    op.create_index("run_item", "run", ["partner", "pid"])


def _make_annotations() -> None:
    op.create_table(
        "annotation",
        sa.Column("iri", Word, primary_key=True),
        *map(_word, ("partner", "pid", "file", "kind", "subject")),
        sa.Column("label", Words, nullable=False),
        *(sa.Column(name, sa.Integer) for name in ("start_ms", "end_ms", "x", "y", "width", "height")),
        *(sa.Column(name, sa.Float) for name in ("score", "confidence")),
        _word("run"),
        sa.Column("person", Word),
        _word("status"),
        sa.Column("version", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Boolean, nullable=False) for name in ("decided", "disputed")),
        sa.Column("corrects", Word),
        _word("said_by"),
        sa.Column("replaced_by", Word),
        sa.Column("rejected_before", sa.Boolean, nullable=False),
        _word("topic"),
        sa.Column("rank", sa.Float, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        _body(),
    )
    for name, columns in (
        ("queue", ["partner", "status", "rank", "seq"]),
        ("kind", ["partner", "status", "kind", "rank", "seq"]),
        ("group", ["partner", "status", "kind", "topic", "rank", "seq"]),
        ("topic", ["partner", "status", "topic", "rank", "seq"]),
        ("new", ["partner", "status", "seq"]),
        ("item", ["partner", "pid", "status", "rank", "seq"]),
        ("run", ["partner", "status", "said_by", "rank", "seq"]),
        ("subject", ["partner", "file", "kind", "subject"]),
    ):
        op.create_index(f"annotation_{name}", "annotation", columns)
    where = sa.text("corrects IS NOT NULL")
    op.create_index("annotation_corrects", "annotation", ["corrects"], sqlite_where=where, postgresql_where=where)


def _make_validations() -> None:
    op.create_table(
        "validation",
        sa.Column("id", Word, primary_key=True),
        sa.Column("annotation", Word, primary_key=True, index=True),
        sa.Column("seq", sa.Integer, nullable=False),
        _word("verdict"),
        sa.Column("bulk", Word),
        _body(),
    )
    for column, which in (("bulk", "bulk IS NOT NULL"), ("verdict", "verdict IN ('agree', 'disagree')")):
        where, name = sa.text(which), "validation_bulk" if column == "bulk" else "validation_opinion"
        op.create_index(name, "validation", [column], sqlite_where=where, postgresql_where=where)


def _make_tally() -> None:
    keys = ("partner", "status", "kind", "topic")
    op.create_table(
        "tally",
        *(sa.Column(name, Word, primary_key=True) for name in keys),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("count", "weight")),
    )
    op.create_index("tally_weight", "tally", ["partner", "status", "weight", "kind", "topic"], unique=True)
