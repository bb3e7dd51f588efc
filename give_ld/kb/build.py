"""How a table of facts becomes the knowledge base: one SQLite file, checked line by line."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from give_ld.errors import BadInput
from give_ld.kb.names import norm, phon
from give_ld.model.annotation import EntityType
from give_ld.model.base import LanguageTag, WikidataId

FORMAT = 1
COLUMNS = ("qid", "label", "language", "aliases", "type", "description")
_META = ("snapshot", "source", "licence")
_QID: TypeAdapter[str] = TypeAdapter(WikidataId)
_LANGUAGE: TypeAdapter[str] = TypeAdapter(LanguageTag)
_TABLES = f"""
PRAGMA user_version = {FORMAT};
CREATE TABLE entity(
    qid TEXT PRIMARY KEY, label TEXT NOT NULL, language TEXT NOT NULL, type TEXT NOT NULL, description TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE label(qid TEXT NOT NULL REFERENCES entity, language TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE alias(
    id INTEGER PRIMARY KEY, qid TEXT NOT NULL REFERENCES entity, text TEXT NOT NULL, normalised TEXT NOT NULL,
    language TEXT NOT NULL, kind TEXT NOT NULL, prior REAL NOT NULL, phonetic TEXT NOT NULL
);
CREATE INDEX alias_normalised ON alias(normalised);
CREATE INDEX alias_phonetic ON alias(phonetic);
CREATE VIRTUAL TABLE trigram USING fts5(normalised, content='alias', content_rowid='id', tokenize='trigram');
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class _Name:
    text: str
    language: str
    kind: str


@dataclass(frozen=True)
class _Fact:
    qid: str
    label: str
    language: str
    names: tuple[_Name, ...]
    type: EntityType
    description: str


def build_kb(tsv: Path, out: Path) -> None:
    """Write the knowledge base of a table of facts to `out`; the same table makes the same content.

    The table is UTF-8: comment lines `# snapshot: DATE`, `# source: …` and `# licence: …`, a line with the
    columns' names, then one entity a line, its aliases as `language:name` joined by `|`.

    Raises:
        BadInput: a line breaks a rule; the message names file, line and rule.
    """
    content = _read(tsv)
    lines = content.decode("utf-8").splitlines()
    meta = _meta(tsv, lines) | {"sha256": hashlib.sha256(content).hexdigest()}
    facts = list(_facts(tsv, lines))
    draft = out.with_name(out.name + ".part")
    draft.unlink(missing_ok=True)
    with closing(sqlite3.connect(draft)) as base:
        base.executescript(_TABLES)
        _fill(base, facts, meta)
        base.commit()
    os.replace(draft, out)


def _read(tsv: Path) -> bytes:
    try:
        content = tsv.read_bytes()
        content.decode("utf-8")
    except OSError as error:
        raise BadInput(f"{tsv.name}: cannot be read ({error.strerror}); give a readable file", rule="file") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise BadInput(f"{tsv.name}, line {line}: not UTF-8; save the table as UTF-8", rule="utf-8") from error
    return content


def _meta(tsv: Path, lines: list[str]) -> dict[str, str]:
    pairs = (line[1:].partition(":") for line in lines if line.startswith("#"))
    found = {key.strip(): value.strip() for key, _, value in pairs}
    for key in _META:
        if not found.get(key):
            raise BadInput(f"{tsv.name}: no line '# {key}: …'; say it before the columns' names", rule=f"meta-{key}")
    try:
        date.fromisoformat(found["snapshot"])
    except ValueError as error:
        raise BadInput(f"{tsv.name}: '# snapshot:' must be a date like 2026-11-22", rule="meta-snapshot") from error
    return {key: found[key] for key in _META}


def _facts(tsv: Path, lines: list[str]) -> Iterator[_Fact]:
    rows = [(number, line) for number, line in enumerate(lines, start=1) if line and not line.startswith("#")]
    if not rows or tuple(rows[0][1].split("\t")) != COLUMNS:
        number = rows[0][0] if rows else 1
        raise _bad(tsv, number, "columns", f"the columns must be {', '.join(COLUMNS)}, with tabs between them")
    seen: dict[str, int] = {}
    for number, line in rows[1:]:
        fact = _fact(tsv, number, line)
        if fact.qid in seen:
            raise _bad(tsv, number, "unique", f"{fact.qid} stands on line {seen[fact.qid]} already; keep one line")
        seen[fact.qid] = number
        yield fact


def _fact(tsv: Path, number: int, line: str) -> _Fact:
    cells = line.split("\t")
    if len(cells) != len(COLUMNS):
        raise _bad(tsv, number, "columns", f"{len(cells)} cells where {len(COLUMNS)} are needed")
    qid, label, language, aliases, type_, description = (cell.strip() for cell in cells)
    if not label:
        raise _bad(tsv, number, "label", "an entity needs a label")
    try:
        _QID.validate_python(qid)
        kind = EntityType(type_)
        names = (_Name(label, _LANGUAGE.validate_python(language), "label"), *_aliases(aliases))
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        raise _bad(tsv, number, "form", f"{problem['input']!r}: {problem['msg']}") from error
    except ValueError as error:
        raise _bad(tsv, number, "form", str(error)) from error
    return _Fact(qid, label, language, names, kind, description)


def _aliases(cell: str) -> Iterator[_Name]:
    for part in filter(None, cell.split("|")):
        language, colon, text = part.partition(":")
        if not colon or not text.strip():
            raise ValueError(f"alias {part!r} is not of the form language:name")
        yield _Name(text.strip(), _LANGUAGE.validate_python(language.strip()), "alias")


def _bad(tsv: Path, number: int, rule: str, what: str) -> BadInput:
    return BadInput(f"{tsv.name}, line {number}: {what}", rule=rule)


def _fill(base: sqlite3.Connection, facts: list[_Fact], meta: dict[str, str]) -> None:
    sharing = Counter(key for fact in facts for key in {norm(name.text) for name in fact.names})
    base.executemany(
        "INSERT INTO entity VALUES (?, ?, ?, ?, ?)",
        ((fact.qid, fact.label, fact.language, fact.type.value, fact.description) for fact in facts),
    )
    names = [(fact.qid, name) for fact in facts for name in fact.names]
    base.executemany("INSERT INTO label VALUES (?, ?, ?)", ((qid, name.language, name.text) for qid, name in names))
    base.executemany(
        "INSERT INTO alias(qid, text, normalised, language, kind, prior, phonetic) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            # The prior that a name means this entity: nothing but the number of its namesakes is known here.
            (qid, name.text, key, name.language, name.kind, 1 / sharing[key], phon(name.text))
            for qid, name in names
            for key in (norm(name.text),)
        ),
    )
    base.execute("INSERT INTO trigram(trigram) VALUES ('rebuild')")
    base.executemany("INSERT INTO meta VALUES (?, ?)", sorted(meta.items()))
