"""Which tables the journal holds: the chain of events, their payloads, and the read model that events make."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, LargeBinary, MetaData, Table, text

from give_ld.journal.dialects import Word, Words

# The last migration; a database of an earlier one is brought here when it is opened.
VERSION = "0007"
metadata = MetaData()
_CORRECTS, _BULK = text("corrects IS NOT NULL"), text("bulk IS NOT NULL")
_OPINION = text("verdict IN ('agree', 'disagree')")

# --- the chain: append-only, holds nothing personal ---
event = Table(
    "event",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("time", Word, nullable=False),
    Column("action", Word, nullable=False),
    Column("actor", Word, nullable=False),
    Column("partner", Word, nullable=False),
    Column("commitment", Word, nullable=False),
    Column("previous", Word, nullable=False),
    Column("hash", Word, nullable=False, unique=True),
    # An auditor reads it from the newest on: all, or what one person did, or one partner's, or one kind of event.
    Index("event_actor", "actor", "seq"),
    Index("event_partner", "partner", "seq"),
    Index("event_action", "action", "seq"),
    Index("event_time", "time", "seq"),
)
# --- what the events say; erasing a row leaves the chain verifiable and nothing to guess ---
payload = Table(
    "payload",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("key", LargeBinary, nullable=False),
    Column("body", Words, nullable=False),
    # What is left of an event after a redaction may be an event of another kind.
    Column("form", Word),
)

# --- the read model: made from the events alone ---
partner = Table("partner", metadata, Column("id", Word, primary_key=True), Column("body", Words, nullable=False))
item = Table(
    "item",
    metadata,
    Column("partner", Word, primary_key=True),
    Column("pid", Word, primary_key=True),
    Column("body", Words, nullable=False),
)
run = Table(
    "run",
    metadata,
    Column("id", Word, primary_key=True),
    Column("partner", Word, nullable=False),
    Column("pid", Word, nullable=False),
    Column("file", Word, nullable=False),
    Column("stage", Word, nullable=False),
    Column("model", Word, nullable=False),
    Column("ended", Word),
    Column("seq", Integer, nullable=False),
    Column("body", Words, nullable=False),
    Index("run_file", "partner", "file", "stage"),
    Index("run_item", "partner", "pid"),
)
annotation = Table(
    "annotation",
    metadata,
    Column("iri", Word, primary_key=True),
    Column("partner", Word, nullable=False),
    Column("pid", Word, nullable=False),
    Column("file", Word, nullable=False),
    Column("kind", Word, nullable=False),
    Column("subject", Word, nullable=False),
    Column("label", Words, nullable=False),
    Column("start_ms", Integer),
    Column("end_ms", Integer),
    Column("x", Integer),
    Column("y", Integer),
    Column("width", Integer),
    Column("height", Integer),
    Column("score", Float),
    Column("confidence", Float),
    Column("run", Word, nullable=False),
    Column("person", Word),
    Column("status", Word, nullable=False),
    Column("version", Integer, nullable=False),
    Column("decided", Boolean, nullable=False),
    Column("disputed", Boolean, nullable=False),
    Column("corrects", Word),
    Column("said_by", Word, nullable=False),
    Column("replaced_by", Word),
    Column("rejected_before", Boolean, nullable=False),
    Column("topic", Word, nullable=False),
    Column("rank", Float, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("body", Words, nullable=False),
    Index("annotation_queue", "partner", "status", "rank", "seq"),
    Index("annotation_kind", "partner", "status", "kind", "rank", "seq"),
    Index("annotation_group", "partner", "status", "kind", "topic", "rank", "seq"),
    Index("annotation_topic", "partner", "status", "topic", "rank", "seq"),
    Index("annotation_new", "partner", "status", "seq"),
    Index("annotation_item", "partner", "pid", "status", "rank", "seq"),
    Index("annotation_run", "partner", "status", "said_by", "rank", "seq"),
    Index("annotation_subject", "partner", "file", "kind", "subject"),
    Index("annotation_corrects", "corrects", sqlite_where=_CORRECTS, postgresql_where=_CORRECTS),
)
tally = Table(
    "tally",
    metadata,
    Column("partner", Word, primary_key=True),
    Column("status", Word, primary_key=True),
    Column("kind", Word, primary_key=True),
    Column("topic", Word, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("weight", Integer, nullable=False),
    Index("tally_weight", "partner", "status", "weight", "kind", "topic", unique=True),
)
validation = Table(
    "validation",
    metadata,
    Column("id", Word, primary_key=True),
    Column("annotation", Word, primary_key=True, index=True),
    Column("seq", Integer, nullable=False),
    Column("verdict", Word, nullable=False),
    Column("bulk", Word),
    Column("body", Words, nullable=False),
    Index("validation_seq", "seq"),
    Index("validation_bulk", "bulk", sqlite_where=_BULK, postgresql_where=_BULK),
    Index("validation_opinion", "verdict", sqlite_where=_OPINION, postgresql_where=_OPINION),
)
bulk = Table(
    "bulk",
    metadata,
    Column("id", Word, primary_key=True),
    Column("partner", Word, nullable=False),
    Column("user", Word, nullable=False),
    Column("body", Words, nullable=False),
)
sample = Table(
    "sample",
    metadata,
    Column("id", Word, primary_key=True),
    Column("partner", Word, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("body", Words, nullable=False),
)
review_policy = Table(
    "review_policy",
    metadata,
    Column("partner", Word, primary_key=True),
    Column("kind", Word, primary_key=True),
    Column("body", Words, nullable=False),
)
# What an event is about; `place` is 1 for the annotation that a correction made, and else 0.
trace = Table(
    "trace",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("annotation", Word, nullable=False),
    Column("pid", Word, nullable=False),
    Column("agent", Word, nullable=False),
    Index("trace_annotation", "annotation", "seq"),
    Index("trace_item", "pid", "seq", "place"),
    Index("trace_agent", "agent", "seq", "place"),
)
person = Table(
    "person",
    metadata,
    Column("iri", Word, primary_key=True),
    Column("wikidata", Word, index=True),
    Column("status", Word, nullable=False),
    Column("body", Words, nullable=False),
)
refset_version = Table(
    "refset_version", metadata, Column("version", Word, primary_key=True), Column("body", Words, nullable=False)
)
user = Table(
    "user",
    metadata,
    Column("id", Word, primary_key=True),
    Column("name", Word, nullable=False, unique=True),
    Column("body", Words, nullable=False),
)
processing = Table(
    "processing",
    metadata,
    Column("partner", Word, primary_key=True),
    Column("collection", Word, primary_key=True),
    Column("body", Words, nullable=False),
)
exemption = Table(
    "exemption",
    metadata,
    Column("id", Word, primary_key=True),
    Column("person", Word, nullable=False, index=True),
    Column("body", Words, nullable=False),
)
erasure = Table(
    "erasure",
    metadata,
    Column("id", Word, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("body", Words, nullable=False),
)

# --- beside the chain: secrets, what was refused, and what the public store rests on ---
token = Table(
    "token",
    metadata,
    Column("digest", Word, primary_key=True),
    Column("id", Word, nullable=False, unique=True),
    Column("user", Word, nullable=False, index=True),
    Column("scopes", Word, nullable=False),
    Column("expires", Word, nullable=False),
    Column("used", Word, nullable=False, server_default=""),
)
password = Table("password", metadata, Column("user", Word, primary_key=True), Column("hash", Word, nullable=False))
invitation = Table(
    "invitation",
    metadata,
    Column("digest", Word, primary_key=True),
    Column("user", Word, nullable=False, index=True),
    Column("by", Word, nullable=False),
    Column("expires", Word, nullable=False),
)
session = Table(
    "session",
    metadata,
    Column("digest", Word, primary_key=True),
    Column("user", Word, nullable=False, index=True),
    Column("scopes", Word, nullable=False),
    Column("token", Word, nullable=False),
    Column("seen", Word, nullable=False),
    Column("expires", Word, nullable=False),
)
failure = Table("failure", metadata, Column("day", Word, primary_key=True), Column("failed", Integer, nullable=False))
claim = Table(
    "claim",
    metadata,
    Column("annotation", Word, primary_key=True),
    Column("id", Word, nullable=False, index=True),
    Column("partner", Word, nullable=False, index=True),
    Column("user", Word, nullable=False),
    Column("expires", Word, nullable=False),
)
quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", Word, nullable=False, unique=True),
    Column("received", Word, nullable=False),
    Column("partner", Word, nullable=False),
    Column("source", Word, nullable=False),
    Column("line", Integer, nullable=False),
    Column("item", Word, nullable=False),
    Column("rule", Word, nullable=False),
    Column("message", Words, nullable=False),
    Column("value", Words, nullable=False, server_default=""),
    Column("raw", LargeBinary, nullable=False),
    Column("form", Word, nullable=False, server_default="give"),
    Column("record", LargeBinary),
    Column("settled", Word, nullable=False, server_default=""),
    Column("settled_by", Word, nullable=False, server_default=""),
)
support = Table(
    "support",
    metadata,
    Column("graph", Word, primary_key=True),
    Column("owner", Word, primary_key=True),
    Column("annotation", Word, primary_key=True),
    Index("support_annotation", "annotation"),
)
tombstone = Table(
    "tombstone",
    metadata,
    Column("iri", Word, primary_key=True),
    Column("time", Word, nullable=False),
    Column("live", Boolean, nullable=False),
)
# Whose journal it is: the public key of the home, so that no other one writes into it.
owner = Table("owner", metadata, Column("key", Word, primary_key=True))
# Not of the metadata: alembic keeps it.
version = Table("alembic_version", MetaData(), Column("version_num", Word, primary_key=True))
_DECIDED = (validation, bulk, sample, review_policy, trace)
_RULES = (processing, exemption, erasure)
READ_MODEL = (partner, item, run, annotation, tally, *_DECIDED, person, refset_version, user, *_RULES)
