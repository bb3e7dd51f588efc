"""What archivists and auditors see of the chain behind a guess: every decision, the person and the reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from pyoxigraph import Literal, NamedNode, Triple
from sqlalchemy import Connection, func, select

from give_ld.journal import tables as t
from give_ld.journal.lookups import find_known
from give_ld.model.decision import Validation
from give_ld.model.user import User
from give_ld.rdf.iris import Mint
from give_ld.rdf.namespaces import SCHEMA
from give_ld.review.decide import may_see
from give_ld.review.why.evidence import evidence
from give_ld.store.protocol import Store

_POSITION = NamedNode(f"{SCHEMA}position")


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
        known = find_known(self.db, annotation.value)
        decisions = known.validations if known else ()
        return found | set(self._names(decisions)) | set(self._order(decisions))

    def _names(self, decisions: Sequence[Validation]) -> Iterator[Triple]:
        users = {each.user for each in decisions}
        for row in self.db.execute(select(t.user.c.id, t.user.c.name).where(t.user.c.id.in_(users))):
            yield Triple(NamedNode(self.mint.user(row.id)), NamedNode(f"{SCHEMA}name"), Literal(row.name))

    def _order(self, decisions: Sequence[Validation]) -> Iterator[Triple]:
        """Yield which entry of the journal each decision is: clocks are set back, the journal only grows."""
        column = t.validation.c
        query = select(column.id, func.min(column.seq)).where(column.id.in_({str(each.id) for each in decisions}))
        for decision, seq in self.db.execute(query.group_by(column.id)):
            yield Triple(NamedNode(self.mint.validation(UUID(decision))), _POSITION, Literal(seq))
