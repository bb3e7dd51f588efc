"""What one reconciliation query asks, and what makes it unreadable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from give_ld.errors import BadQuery
from give_ld.model.annotation import EntityType

QID_PROPERTY = "qid"
TYPES = {EntityType.PERSON: "Person", EntityType.PLACE: "Place", EntityType.ORGANISATION: "Organisation"}
DEFAULT_LIMIT, MAX_LIMIT, MAX_NAME_CHARACTERS = 10, 100, 1_000
_STRICTNESS = ("any", "should", "all")
_QID = re.compile(r"(?:https?://www\.wikidata\.org/(?:entity|wiki)/)?(Q[1-9][0-9]{0,11})")


@dataclass(frozen=True)
class Query:
    """A name, or Wikidata ids, or both; no types means any type."""

    name: str
    qids: tuple[str, ...] = ()
    types: frozenset[EntityType] = frozenset()
    type_strict: str = "any"
    limit: int = DEFAULT_LIMIT

    def wants(self, kind: EntityType) -> bool:
        """Return whether an entity of this type is asked for."""
        if self.type_strict == "all":
            return self.types <= {kind}
        return not self.types or kind in self.types


def read_query(data: object) -> Query:
    """Return the query that a JSON value holds, as in the Reconciliation API 0.2, section 4.2.

    Raises:
        BadQuery: it breaks a rule.
    """
    if not isinstance(data, dict):
        raise BadQuery("a query is a JSON object", rule="query")
    name, qids = data.get("query", ""), tuple(_qids(data.get("properties", [])))
    if not isinstance(name, str) or len(name) > MAX_NAME_CHARACTERS:
        raise BadQuery(f"'query' is a text of at most {MAX_NAME_CHARACTERS} characters", rule="query")
    if not name.strip() and not qids:
        raise BadQuery(f"give a name as 'query', or a property '{QID_PROPERTY}'", rule="query")
    strict = data.get("type_strict", "any")
    if strict not in _STRICTNESS:
        raise BadQuery(f"'type_strict' is one of: {', '.join(_STRICTNESS)}", rule="type_strict")
    return Query(name.strip(), qids, _types(data.get("type", [])), strict, _limit(data.get("limit", DEFAULT_LIMIT)))


def _types(given: object) -> frozenset[EntityType]:
    wanted = [given] if isinstance(given, str) else given
    if not isinstance(wanted, list) or any(kind not in list(TYPES) for kind in wanted if kind):
        raise BadQuery(f"'type' is one or some of: {', '.join(TYPES)}", rule="type")
    return frozenset(EntityType(kind) for kind in wanted if kind)


def _limit(given: object) -> int:
    if not isinstance(given, int | float) or isinstance(given, bool) or not given >= 1:
        raise BadQuery("'limit' is a number from 1 on", rule="limit")
    return int(min(given, MAX_LIMIT))


def _qids(properties: object) -> Iterator[str]:
    """Yield the Wikidata ids among the properties; a property that this service does not know is left out."""
    if not isinstance(properties, list) or not all(isinstance(each, dict) for each in properties):
        raise BadQuery("'properties' is a list of objects with 'pid' and 'v'", rule="properties")
    for each in properties:
        if each.get("pid") != QID_PROPERTY:
            continue
        values = each.get("v")
        for value in values if isinstance(values, list) else [values]:
            text = value.get("id") if isinstance(value, dict) else value
            found = _QID.fullmatch(text.strip()) if isinstance(text, str) else None
            if found is None:
                raise BadQuery(f"property '{QID_PROPERTY}' needs a Wikidata id such as Q937", rule="properties")
            yield found[1]
