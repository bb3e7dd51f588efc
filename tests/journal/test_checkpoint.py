"""Checkpoints: a signed word about where the journal ended, which outlives what is done to the journal."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from give_ld.errors import Damaged
from give_ld.journal.chain import Head
from give_ld.journal.checkpoint import Checkpoint, public_key, read_checkpoint, sign

SECRET = b"s" * 32
HEAD = Head(7, "a" * 64)
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "kept.json"
    path.write_text(sign(SECRET, "https://example.org", HEAD, NOW).model_dump_json(indent=1))
    return path


def test_a_checkpoint_says_where_the_journal_ended(file: Path) -> None:
    found = read_checkpoint(file, public_key(SECRET))
    assert found.statement.head == HEAD
    assert found.statement.time == NOW


def test_the_secret_is_not_in_it(file: Path) -> None:
    assert SECRET.hex() not in file.read_text()
    assert SECRET.decode() not in file.read_text()


@pytest.mark.parametrize(
    ("field", "value"),
    [("seq", 6), ("hash", "b" * 64), ("instance", "https://example.com"), ("time", "2026-03-01T00:00:00Z")],
)
def test_an_altered_statement_is_found(file: Path, field: str, value: object) -> None:
    content = json.loads(file.read_text())
    content["statement"][field] = value
    file.write_text(json.dumps(content))
    with pytest.raises(Damaged, match="altered"):
        read_checkpoint(file, public_key(SECRET))


def test_another_instance_cannot_sign_for_this_one(file: Path) -> None:
    forged = sign(b"x" * 32, "https://example.org", Head(), NOW)
    file.write_text(forged.model_dump_json())
    with pytest.raises(Damaged, match="another key"):
        read_checkpoint(file, public_key(SECRET))
    file.write_text(
        Checkpoint(statement=forged.statement, key=public_key(SECRET), signature=forged.signature).model_dump_json()
    )
    with pytest.raises(Damaged, match="altered"):
        read_checkpoint(file, public_key(SECRET))


@pytest.mark.parametrize("content", ["", "{}", "null", "not JSON", '{"statement": {}, "key": "?", "signature": "é"}'])
def test_what_is_no_checkpoint_is_named(file: Path, content: str) -> None:
    file.write_text(content)
    with pytest.raises(Damaged, match=r"kept\.json"):
        read_checkpoint(file, public_key(SECRET))
