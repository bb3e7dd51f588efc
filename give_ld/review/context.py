"""What a guess refers to and does not describe itself: the gate looks at it, and does not judge it again."""

from __future__ import annotations

from sqlalchemy import Connection

from give_ld.journal.lookups import find_partner, find_person, find_refset_version
from give_ld.model.decision import Known
from give_ld.rdf import mapping
from give_ld.rdf.iris import Mint
from give_ld.rdf.terms import Lines


def context_of(db: Connection, mint: Mint, known: Known) -> Lines:
    """Return what stands behind a guess: software and version of the reference set, partner, reference person."""
    run = known.run
    partner = find_partner(db, run.partner)
    admission = find_person(db, iri=known.person) if known.person else None
    matched = None if known.corrects else run.reference_set
    version = find_refset_version(db, matched) if matched else None
    return frozenset[str]().union(
        () if known.corrects else mapping.agent_quads(mint, run),
        mapping.partner_quads(mint, partner) if partner else (),
        mapping.person_quads(mint, admission) if admission else (),
        mapping.refset_version_quads(mint, version.header, version.persons) if version else (),
    )
