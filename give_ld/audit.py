"""Whether both graphs as a whole keep every rule: the shapes, and what must hold between the two stores.

A rule is a set-based query over a whole store. All that breaks it is counted, and the first of it kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice

from pyoxigraph import QuerySolution

from give_ld.home import Home
from give_ld.model.visibility import Visibility
from give_ld.rdf.compile import Query
from give_ld.rdf.namespaces import EBUCORE, HA_LICENCE, PREMIS, PROV, SCHEMA, Namespaces
from give_ld.rdf.rules import Rules, found
from give_ld.rdf.violation import APPROVED, Violation, read_shapes
from give_ld.resources import AUTHORED_BASE, read_turtle
from give_ld.store.protocol import Store
from give_ld.store.queries import query, query_names

_LANGUAGES = ("en", "nl", "fr")
_OPEN_LICENCES = "# OPEN LICENCES"
_CLASSES = {
    "face-match": "FaceMatch",
    "entity-mention": "EntityMention",
    "transcript": "Transcript",
    "tag": "Tag",
}


@dataclass(frozen=True)
class Audited:
    """What is looked at: two stores, the base of their IRIs, and what is public under which licence."""

    private: Store
    public: Store
    base: str
    visibility: Visibility

    @classmethod
    def of(cls, home: Home) -> Audited:
        """Return the stores of an open instance."""
        return cls(home.private, home.public, home.settings.base, home.settings.visibility)

    def store(self, name: str) -> Store:
        """Return the store called `private` or `public`."""
        return self.private if name == "private" else self.public


@dataclass(frozen=True)
class Finding:
    """What breaks a rule, and the item that it has to do with: empty where none is known."""

    item: str
    violation: Violation


@dataclass(frozen=True)
class Checked:
    """One rule that was asked of one store: how long it took, how much breaks it, and the first of that."""

    store: str
    rule: str
    seconds: float
    count: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class _Step:
    store: str
    rule: str
    violations: Callable[[], Iterator[Violation]]


class Audit:
    """One pass over both stores, a rule at a time. Of each rule at most `most` findings are kept."""

    def __init__(self, audited: Audited, most: int = 100) -> None:
        self._audited = audited
        self._most = most
        self._item_query = _item_query(audited.base)
        self._steps = [*self._shapes("private"), *self._shapes("public"), *self._own()]

    def __len__(self) -> int:
        return len(self._steps)

    def __iter__(self) -> Iterator[Checked]:
        for step in self._steps:
            began = time.monotonic()
            violations = step.violations()
            first = [Finding(self._item(step.store, each), each) for each in islice(violations, self._most)]
            count = len(first) + sum(1 for _ in violations)
            yield Checked(step.store, step.rule, time.monotonic() - began, count, tuple(first))

    def _shapes(self, name: str) -> Iterator[_Step]:
        texts = read_turtle("shapes", self._audited.base).items()
        rules = Rules(read_shapes(text for file, text in texts if name == "public" or file != APPROVED))
        store = self._audited.store(name)
        for each in rules.queries:
            yield _Step(name, _local(str(each.shape)), partial(_broken, store, each))

    def _own(self) -> Iterator[_Step]:
        for name in query_names():
            if name.startswith("audit-"):
                rule = _Own(name.removeprefix("audit-"), query(name))
                yield _Step(rule.header["store"], rule.name, partial(self._break, rule))

    def _break(self, rule: _Own) -> Iterator[Violation]:
        excused = self._foci(rule.header["unless"]) if "unless" in rule.header else frozenset[str]()
        for row in self._ask(rule.header["store"], rule.text):
            focus, value = row["focus"].value, row[1].value if len(row) > 1 and row[1] is not None else None
            if focus not in excused:
                yield rule.violation(focus, value)

    def _foci(self, name: str) -> frozenset[str]:
        known = _Own(name, query(name))
        return frozenset(row["focus"].value for row in self._ask(known.header["store"], known.text))

    def _ask(self, store: str, text: str) -> Iterable[QuerySolution]:
        text = text.replace(AUTHORED_BASE, self._audited.base)
        if _OPEN_LICENCES in text:
            text = text.replace(_OPEN_LICENCES, self._open_licences())
        return self._audited.store(store).query_everything(text)

    def _open_licences(self) -> str:
        """Return the rows of a VALUES block: each licence in the public store with each class that it opens."""
        rows = self._audited.public.query_everything(f"SELECT DISTINCT ?licence {{ ?item <{SCHEMA}license> ?licence }}")
        gld, kinds = Namespaces(self._audited.base).gld, self._audited.visibility.kinds
        licences = [row["licence"].value for row in rows]
        opened = ((each, kind) for each in licences for kind in kinds([each.removeprefix(HA_LICENCE)]))
        return " ".join(f"(<{licence}> <{gld}{_CLASSES[kind]}>)" for licence, kind in opened)

    def _item(self, store: str, violation: Violation) -> str:
        rows = self._audited.store(store).query_everything(self._item_query.replace("urn:focus", violation.focus))
        return next((row["item"].value for row in rows), "")


class _Own:
    """A rule that is a query of its own: what its first lines say of it."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        lines = (line.removeprefix("# ").partition(": ") for line in text.splitlines() if line.startswith("# "))
        self.header = {key: value for key, _, value in lines if value}

    def violation(self, focus: str, value: str | None) -> Violation:
        """Return what breaks the rule."""
        messages = {language: self.header[language] for language in _LANGUAGES}
        severity = self.header.get("severity", "violation").capitalize()
        return Violation(focus, self.name, "", value, messages, f"http://www.w3.org/ns/shacl#{severity}")


def _broken(store: Store, shape: Query) -> Iterator[Violation]:
    return found(shape, store.query_everything(shape.select))


def _item_query(base: str) -> str:
    """Return the query for the item that a node has to do with: its own, or that of a guess that points to it."""
    item = f"<{Namespaces(base).gld}item>"
    links = (f"{EBUCORE}isAnnotatedMediaResource", f"{EBUCORE}hasAnnotationTarget", f"{PROV}wasGeneratedBy")
    related = "|".join(f"^<{link}>" for link in (*links, f"{EBUCORE}hasAnnotationRelatedArtefact", f"{PROV}used"))
    own = f"{{ <urn:focus> a <{PREMIS}IntellectualEntity> BIND(<urn:focus> AS ?item) }}"
    return f"SELECT ?item WHERE {{ {own} UNION {{ <urn:focus> ({related})?/{item} ?item }} }} LIMIT 1"


def _local(iri: str) -> str:
    return iri.rpartition("#")[2]
