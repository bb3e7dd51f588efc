"""What archivists and auditors see of the chain behind a guess: every decision, the person and the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple
from sqlalchemy import Connection, select

from give_ld.journal import tables as t
from give_ld.journal.lookups import find_known
from give_ld.model.user import User
from give_ld.rdf.iris import Mint
from give_ld.rdf.namespaces import SCHEMA
from give_ld.review.decide import may_see
from give_ld.review.why.evidence import evidence
from give_ld.store.protocol import Store


@dataclass(frozen=True)
class PrivateGraphs:
    """What one user may see: of the private graph what the role may read, and the names in the journal."""

    store: Store
    db: Connection
    mint: Mint
    user: User

    def evidence(self, annotation: NamedNode) -> set[Triple]:
        """Return what the private graph says of the chain behind a guess of the user's; nothing of another's."""
        partner = self.db.scalar(select(t.annotation.c.partner).where(t.annotation.c.iri == annotation.value))
        if partner is None or not may_see(self.user, partner):
            return set()
        names = self.mint.names
        own = [names.graph(concern, partner) for concern in ("metadata", "annotation", "run", "validation")]
        graphs = [*own, *(names.graph(concern) for concern in ("refset", "agent", "vocabulary"))]
        found = evidence(lambda text: self.store.construct_graphs(text, graphs), [annotation], self.mint.base)
        return found | set(self._names(annotation))

    def _names(self, annotation: NamedNode) -> Iterator[Triple]:
        known = find_known(self.db, annotation.value)
        users = {each.user for each in known.validations} if known else set()
        for row in self.db.execute(select(t.user.c.id, t.user.c.name).where(t.user.c.id.in_(users))):
            yield Triple(NamedNode(self.mint.user(row.id)), NamedNode(f"{SCHEMA}name"), Literal(row.name))
