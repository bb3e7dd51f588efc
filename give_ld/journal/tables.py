"""Which tables the journal holds: the chain of events, their payloads, and the read model that events make."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, LargeBinary, MetaData, String, Table, Text, text

metadata = MetaData()

# --- the chain: append-only, holds nothing personal ---
event = Table(
    "event",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("time", String, nullable=False),
    Column("action", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("partner", String, nullable=False),
    Column("commitment", String, nullable=False),
    Column("previous", String, nullable=False),
    Column("hash", String, nullable=False, unique=True),
)
# --- what the events say; erasing a row leaves the chain verifiable and nothing to guess ---
payload = Table(
    "payload",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("key", LargeBinary, nullable=False),
    Column("body", Text, nullable=False),
)

# --- the read model: made from the events alone ---
partner = Table("partner", metadata, Column("id", String, primary_key=True), Column("body", Text, nullable=False))
item = Table(
    "item",
    metadata,
    Column("partner", String, primary_key=True),
    Column("pid", String, primary_key=True),
    Column("body", Text, nullable=False),
)
run = Table(
    "run",
    metadata,
    Column("id", String, primary_key=True),
    Column("partner", String, nullable=False),
    Column("pid", String, nullable=False),
    Column("file", String, nullable=False),
    Column("stage", String, nullable=False),
    Column("model", String, nullable=False),
    Column("ended", String),
    Column("seq", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Index("run_file", "partner", "file", "stage"),
    Index("run_item", "partner", "pid"),
)
annotation = Table(
    "annotation",
    metadata,
    Column("iri", String, primary_key=True),
    Column("partner", String, nullable=False),
    Column("pid", String, nullable=False),
    Column("file", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("label", Text, nullable=False),
    Column("start_ms", Integer),
    Column("end_ms", Integer),
    Column("x", Integer),
    Column("y", Integer),
    Column("width", Integer),
    Column("height", Integer),
    Column("score", Float),
    Column("confidence", Float),
    Column("run", String, nullable=False),
    Column("person", String),
    Column("status", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("decided", Boolean, nullable=False),
    Column("disputed", Boolean, nullable=False),
    Column("corrects", String),
    Column("said_by", String, nullable=False),
    Column("replaced_by", String),
    Column("rejected_before", Boolean, nullable=False),
    Column("topic", String, nullable=False),
    Column("rank", Float, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Index("annotation_queue", "partner", "status", "rank", "seq"),
    Index("annotation_kind", "partner", "status", "kind", "rank", "seq"),
    Index("annotation_group", "partner", "status", "kind", "topic", "rank", "seq"),
    Index("annotation_topic", "partner", "status", "topic", "rank", "seq"),
    Index("annotation_new", "partner", "status", "seq"),
    Index("annotation_item", "partner", "pid", "status", "rank", "seq"),
    Index("annotation_run", "partner", "status", "said_by", "rank", "seq"),
    Index("annotation_subject", "partner", "file", "kind", "subject"),
    Index("annotation_corrects", "corrects", sqlite_where=text("corrects IS NOT NULL")),
)
tally = Table(
    "tally",
    metadata,
    Column("partner", String, primary_key=True),
    Column("status", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("topic", String, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("weight", Integer, nullable=False),
    Index("tally_weight", "partner", "status", "weight", "kind", "topic", unique=True),
)
validation = Table(
    "validation",
    metadata,
    Column("id", String, primary_key=True),
    Column("annotation", String, primary_key=True, index=True),
    Column("seq", Integer, nullable=False),
    Column("verdict", String, nullable=False),
    Column("bulk", String),
    Column("body", Text, nullable=False),
    Index("validation_bulk", "bulk", sqlite_where=text("bulk IS NOT NULL")),
    Index("validation_opinion", "verdict", sqlite_where=text("verdict IN ('agree', 'disagree')")),
)
bulk = Table(
    "bulk",
    metadata,
    Column("id", String, primary_key=True),
    Column("partner", String, nullable=False),
    Column("user", String, nullable=False),
    Column("body", Text, nullable=False),
)
sample = Table(
    "sample",
    metadata,
    Column("id", String, primary_key=True),
    Column("partner", String, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("body", Text, nullable=False),
)
review_policy = Table(
    "review_policy",
    metadata,
    Column("partner", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("body", Text, nullable=False),
)
person = Table(
    "person",
    metadata,
    Column("iri", String, primary_key=True),
    Column("wikidata", String, index=True),
    Column("status", String, nullable=False),
    Column("body", Text, nullable=False),
)
refset_version = Table(
    "refset_version", metadata, Column("version", String, primary_key=True), Column("body", Text, nullable=False)
)
user = Table(
    "user",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("body", Text, nullable=False),
)

# --- beside the chain: secrets, what was refused, and what the public store rests on ---
token = Table(
    "token",
    metadata,
    Column("digest", String, primary_key=True),
    Column("user", String, nullable=False),
    Column("expires", String, nullable=False),
)
claim = Table(
    "claim",
    metadata,
    Column("annotation", String, primary_key=True),
    Column("id", String, nullable=False, index=True),
    Column("partner", String, nullable=False, index=True),
    Column("user", String, nullable=False),
    Column("expires", String, nullable=False),
)
quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", String, nullable=False, unique=True),
    Column("received", String, nullable=False),
    Column("partner", String, nullable=False),
    Column("source", String, nullable=False),
    Column("line", Integer, nullable=False),
    Column("item", String, nullable=False),
    Column("rule", String, nullable=False),
    Column("message", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("form", String, nullable=False),
    Column("record", LargeBinary),
    Column("settled", String, nullable=False, server_default=""),
    Column("settled_by", String, nullable=False, server_default=""),
)
support = Table(
    "support",
    metadata,
    Column("graph", String, primary_key=True),
    Column("owner", String, primary_key=True),
    Column("annotation", String, primary_key=True),
    Index("support_annotation", "annotation"),
)
tombstone = Table(
    "tombstone",
    metadata,
    Column("iri", String, primary_key=True),
    Column("time", String, nullable=False),
    Column("live", Boolean, nullable=False),
)
READ_MODEL = (
    partner,
    item,
    run,
    annotation,
    tally,
    validation,
    bulk,
    sample,
    review_policy,
    person,
    refset_version,
    user,
)
