"""What the Reconciliation API 0.2 answers: candidates for names, from the knowledge base and the reference set.

W3C Entity Reconciliation Community Group, Final Report 0.2 (2023). No network, no clock: the same query gets the
same answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from give_ld import __version__
from give_ld.errors import BadQuery, NotFound
from give_ld.kb.base import KnowledgeBase
from give_ld.kb.names import norm, phon
from give_ld.kb.table import NameTable
from give_ld.model.annotation import EntityType
from give_ld.model.person import ReferencePerson
from give_ld.rdf.namespaces import WIKIDATA
from give_ld.reconcile.query import TYPES, Query, read_query

MIN_MATCH, MIN_GAP = 90.0, 10.0  # of 100: a certain match has so much, and more than so much above the second
OTHER_TYPE = 0.5  # what the score of a candidate is multiplied with that should be of another type
BATCH_SIZE = 50
_SOUGHT = 30
_REFERENCE = "refset:"  # begins the identifier of a reference person without a Wikidata id


@dataclass(frozen=True)
class Candidate:
    """What a query may mean. `name` is its label, `alias` the name that is most alike; `likeness` is 0 to 1."""

    id: str
    name: str
    description: str
    type: EntityType
    alias: str
    likeness: float
    reference: bool


class NameIndex:
    """Names of the knowledge base and of reference persons, who are given as pairs of IRI and person."""

    def __init__(self, kb: KnowledgeBase, persons: Iterable[tuple[str, ReferencePerson]] = ()) -> None:
        self._kb = kb
        self._persons = {person.wikidata or _REFERENCE + person.id: (iri, person) for iri, person in persons}
        self._names = NameTable(
            (key, name) for key, (_, person) in self._persons.items() for name in (person.name, *person.aliases)
        )

    def answer(self, queries: Mapping[str, object]) -> dict[str, Any]:
        """Return the result of each query by its key; an error, and no result, for one that cannot be read."""
        return {key: self._result(query) for key, query in queries.items()}

    def view(self, identifier: str) -> str:
        """Return the IRI of what an identifier of an answer means: a reference person, or an entity of Wikidata.

        Raises:
            NotFound: no answer has this identifier.
        """
        if identifier in self._persons:
            return self._persons[identifier][0]
        if self._kb.entity(identifier) is None:
            raise NotFound(f"nothing has the identifier '{identifier}'")
        return WIKIDATA + identifier

    def _result(self, data: object) -> dict[str, Any]:
        try:
            query = read_query(data)
        except BadQuery as error:
            return {"error": {"code": error.code, "rule": error.rule, "message": error.message}}
        scored = [(_score(each, query), each) for each in self._candidates(query)]
        kept = [(score, each) for score, each in scored if query.type_strict == "should" or query.wants(each.type)]
        kept.sort(key=lambda found: (-found[0], _order(found[1].id)))
        sure = _is_sure([score for score, _ in kept])
        rows = [_row(each, score, query, sure and at == 0) for at, (score, each) in enumerate(kept[: query.limit])]
        return {"result": rows}

    def _candidates(self, query: Query) -> list[Candidate]:
        found = [self._known(qid, "", 0.0) for qid in query.qids]
        found += [
            self._known(each.entity.qid, each.name, each.score) for each in self._kb.candidates(query.name, _SOUGHT)
        ]
        found += [self._known(hit.key, hit.name, hit.score) for hit in self._names.candidates(query.name, _SOUGHT)]
        best: dict[str, Candidate] = {}
        for each in sorted(filter(None, found), key=lambda each: -each.likeness):
            best.setdefault(each.id, each)
        return list(best.values())

    def _known(self, identifier: str, alias: str, likeness: float) -> Candidate | None:
        entity = self._kb.entity(identifier)
        if identifier in self._persons:
            person = self._persons[identifier][1]
            about = entity.description if entity is not None else ""
            return Candidate(identifier, person.name, about, EntityType.PERSON, alias, likeness, True)
        if entity is None:
            return None
        return Candidate(identifier, entity.label, entity.description, entity.type, alias, likeness, False)


def manifest(base: str) -> dict[str, Any]:
    """Return the service manifest of the instance whose IRIs begin with `base`."""
    service = f"{base}/reconcile"
    return {
        "versions": ["0.2"],
        "name": "give-ld: people, places and organisations",
        # Not Wikidata's own space: reference persons without a Wikidata id are among the answers.
        "identifierSpace": f"{service}/view/",
        "schemaSpace": f"{service}#types",
        "serviceVersion": __version__,
        "documentation": f"{base}/",
        "defaultTypes": [_type(kind) for kind in TYPES],
        "view": {"url": f"{service}/view/{{{{id}}}}"},
        "batchSize": BATCH_SIZE,
    }


def _score(candidate: Candidate, query: Query) -> float:
    """Return 0 to 100: the likeness of the names; 100 for the Wikidata id asked for."""
    likeness = 1.0 if candidate.id in query.qids else candidate.likeness
    return round(100 * likeness * (1.0 if query.wants(candidate.type) else OTHER_TYPE), 2)


def _is_sure(scores: Sequence[float]) -> bool:
    gap = scores[0] - scores[1] if len(scores) > 1 else 100.0
    return bool(scores) and scores[0] >= MIN_MATCH and gap > MIN_GAP


def _row(candidate: Candidate, score: float, query: Query, match: bool) -> dict[str, Any]:
    features: dict[str, float | bool] = {
        "name_similarity": round(100 * candidate.likeness, 2),
        "same_name": bool(norm(query.name)) and norm(query.name) == norm(candidate.alias),
        "same_sound": bool(phon(query.name)) and phon(query.name) == phon(candidate.alias),
        "same_wikidata_id": candidate.id in query.qids,
        "type_match": query.wants(candidate.type),
        "in_reference_set": candidate.reference,
    }
    return {
        "id": candidate.id,
        "name": candidate.name,
        "description": candidate.description,
        "type": [_type(candidate.type)],
        "score": score,
        "match": match,
        "features": [{"id": name, "value": value} for name, value in features.items()],
    }


def _type(kind: EntityType) -> dict[str, str]:
    return {"id": kind.value, "name": TYPES.get(kind, "Other")}


def _order(identifier: str) -> tuple[int, str]:
    """Order equals by lower Wikidata number; reference persons without one come first."""
    return (0 if identifier.startswith(_REFERENCE) else int(identifier[1:]), identifier)
