"""Which entities a name may mean, asked of one read-only SQLite file."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from give_ld.errors import Damaged, NotFound
from give_ld.kb.build import FORMAT, build_kb
from give_ld.kb.names import norm, phon, score
from give_ld.model.annotation import EntityType

SHIPPED = Path(__file__).with_name("entities.tsv")
# How many names of like spelling are fetched for each candidate asked for, before they are scored.
_NAMES_PER_CANDIDATE = 4


@dataclass(frozen=True)
class Entity:
    """A person, place or organisation of Wikidata; `language` is that of the label."""

    qid: str
    label: str
    language: str
    type: EntityType
    description: str


@dataclass(frozen=True)
class Candidate:
    """An entity that a name may mean, the one of its names that is most alike, and how alike that is (0 to 1)."""

    entity: Entity
    name: str
    language: str
    score: float


@dataclass(frozen=True)
class Label:
    """One name of an entity as it is written in one language."""

    text: str
    language: str
    qid: str


class KnowledgeBase:
    """The entities of one snapshot. Threads may share it: each gets a connection of its own.

    With `in_memory` each gets a copy besides, and the file is not needed any more.
    """

    def __init__(self, file: Path, *, in_memory: bool = False) -> None:
        self._content = file.read_bytes() if in_memory else None
        self._address = f"file:{quote(str(file.resolve()))}?mode=ro&immutable=1"
        self._local = threading.local()
        meta = self._meta(file)
        self.snapshot, self.source, self.licence = meta["snapshot"], meta["source"], meta["licence"]
        self.digest = meta["sha256"]

    @property
    def version(self) -> str:
        """The snapshot's name: `kb-` and its date."""
        return f"kb-{self.snapshot}"

    def entity(self, qid: str) -> Entity | None:
        """Return the entity of a Wikidata id, None if the snapshot lacks it."""
        row = self._all("SELECT qid, label, language, type, description FROM entity WHERE qid = ?", (qid,))
        return _entity(row[0]) if row else None

    def exact(self, name: str) -> list[Candidate]:
        """Return the entities that bear this name, up to case, accents and punctuation; each has score 1."""
        return [found for found in self._ranked(name, self._named(norm(name))) if found.score == 1.0]

    def candidates(self, name: str, limit: int = 30) -> list[Candidate]:
        """Return at most `limit` entities whose name looks or sounds like this one, the most alike first."""
        rows = [*self._named(norm(name)), *self._sounding(phon(name)), *self._spelt(norm(name), limit)]
        return self._ranked(name, rows)[:limit]

    def labels(self) -> list[Label]:
        """Return every name of every entity, in the order of the snapshot."""
        return [
            Label(text, language, qid) for text, language, qid in self._all("SELECT text, language, qid FROM label")
        ]

    def _named(self, key: str) -> list[tuple[str, ...]]:
        return self._all(_ALIASES + "WHERE normalised = ?", (key,)) if key else []

    def _sounding(self, key: str) -> list[tuple[str, ...]]:
        return self._all(_ALIASES + "WHERE phonetic = ?", (key,)) if key else []

    def _spelt(self, key: str, limit: int) -> list[tuple[str, ...]]:
        trigrams = sorted({key[at : at + 3] for at in range(len(key) - 2)})
        if not trigrams:
            return []
        sought = " OR ".join(f'"{trigram}"' for trigram in trigrams)
        return self._all(_SPELT, (sought, limit * _NAMES_PER_CANDIDATE))

    def _ranked(self, name: str, rows: list[tuple[str, ...]]) -> list[Candidate]:
        best: dict[str, Candidate] = {}
        for text, spoken, *entity in rows:
            found = Candidate(_entity(tuple(entity)), text, spoken, score(name, text))
            if found.entity.qid not in best or found.score > best[found.entity.qid].score:
                best[found.entity.qid] = found
        return sorted(best.values(), key=lambda found: (-found.score, int(found.entity.qid[1:])))

    def _meta(self, file: Path) -> dict[str, str]:
        try:
            version = self._connection().execute("PRAGMA user_version").fetchone()[0]
            meta = {key: value for key, value in self._all("SELECT key, value FROM meta")}
        except sqlite3.Error as error:
            raise Damaged(f"knowledge base {file.name}: {error}; build it again with 'give-ld kb build'") from error
        if version != FORMAT or not {"snapshot", "source", "licence", "sha256"} <= meta.keys():
            raise Damaged(f"knowledge base {file.name}: not of format {FORMAT}; build it again with 'give-ld kb build'")
        return meta

    def _all(self, query: str, values: tuple[object, ...] = ()) -> list[tuple[str, ...]]:
        return self._connection().execute(query, values).fetchall()

    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self._local, "connection"):
            self._local.connection = self._connect()
        connection: sqlite3.Connection = self._local.connection
        return connection

    def _connect(self) -> sqlite3.Connection:
        if self._content is None:
            return sqlite3.connect(self._address, uri=True)
        connection = sqlite3.connect(":memory:")
        connection.deserialize(self._content)
        return connection


def open_kb(path: Path | None = None) -> KnowledgeBase:
    """Return the knowledge base in `path`; without one, the shipped snapshot, which is small, in memory.

    Raises:
        NotFound: there is no such file.
        Damaged: the file is no knowledge base of this format.
    """
    if path is not None:
        if not path.is_file():
            raise NotFound(f"knowledge base {path} does not exist; build it with 'give-ld kb build'")
        return KnowledgeBase(path)
    with TemporaryDirectory(prefix="give-ld-kb-") as scratch:
        file = Path(scratch) / "kb.sqlite"
        build_kb(SHIPPED, file)
        return KnowledgeBase(file, in_memory=True)


_ALIASES = """
SELECT alias.text, alias.language, entity.qid, entity.label, entity.language, entity.type, entity.description
FROM alias JOIN entity USING (qid)
"""
_SPELT = """
SELECT alias.text, alias.language, entity.qid, entity.label, entity.language, entity.type, entity.description
FROM trigram JOIN alias ON alias.id = trigram.rowid JOIN entity USING (qid)
WHERE trigram MATCH ? ORDER BY trigram.rank, alias.id LIMIT ?
"""


def _entity(row: tuple[str, ...]) -> Entity:
    qid, label, language, type_, description = row
    return Entity(qid, label, language, EntityType(type_), description)
