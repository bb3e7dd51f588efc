"""How entries of the journal read in PROV-O: each an activity with who, when, what it used, and the entry it made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from give_ld.rdf.iris import Mint
from give_ld.rdf.namespaces import HASH_FUNCTION, PREMIS, PROV, RDF, RDFS, SCHEMA
from give_ld.rdf.terms import Pair, instant, integer, iri, literal
from give_ld.trail.log import Line

_TYPE = f"<{RDF}type>"


def trig(lines: Iterable[Line], mint: Mint) -> Iterator[str]:
    """Yield the entries as TriG, a block of text each.

    Names of people stand in a graph of their own, so that the other one can be handed on without them.
    """
    names: dict[str, str] = {}
    yield f"{iri(mint.names.graph('journal'))} {{\n"
    for line in lines:
        if line.name is not None:
            names[iri(mint.user(line.actor))] = literal(line.name)
        yield "".join(f"{statement} .\n" for statement in statements(line, mint))
    # What ends without this was cut off, and no parser takes it for whole.
    yield "}\n"
    if names:
        named = "".join(f"{user} <{SCHEMA}name> {name} .\n" for user, name in sorted(names.items()))
        yield f"{iri(mint.names.graph('journal-names'))} {{\n{named}}}\n"


def statements(line: Line, mint: Mint) -> list[str]:
    """Return what one entry says, a statement each."""
    event, entry = mint.names.id("event", str(line.seq)), mint.names.id("journal-entry", str(line.seq))
    return [
        *_said(event, _event_pairs(line, mint)),
        *_said(entry, _entry_pairs(line, mint, entry)),
        *(_said(line.made, _made_pairs(line, event)) if line.made else ()),
        *_said(
            f"{entry}/sha256",
            [(_TYPE, f"<{PREMIS}Fixity>"), (_TYPE, f"<{HASH_FUNCTION}sha256>"), (f"<{RDF}value>", literal(line.hash))],
        ),
        *_said(mint.user(line.actor), [(_TYPE, f"<{PROV}Agent>")]),
        *(_decision(line, mint) if line.decision else ()),
        *(_organisation(line, mint) if line.partner else ()),
    ]


def _event_pairs(line: Line, mint: Mint) -> list[Pair]:
    agents = [mint.user(line.actor), *([mint.organisation(line.partner)] if line.partner else [])]
    time = instant(datetime.fromisoformat(line.time).astimezone(UTC))
    return [
        (_TYPE, f"<{PROV}Activity>"),
        (f"<{RDFS}label>", literal(line.action)),
        # To write an entry takes no time that anybody measured.
        (f"<{PROV}startedAtTime>", time),
        (f"<{PROV}endedAtTime>", time),
        *((f"<{PROV}wasAssociatedWith>", iri(agent)) for agent in agents),
        *((f"<{PROV}used>", iri(used)) for used in (line.annotation, line.item) if used),
        *([(f"<{PROV}wasInformedBy>", iri(line.decision))] if line.decision else []),
    ]


def _entry_pairs(line: Line, mint: Mint, entry: str) -> list[Pair]:
    before = [mint.names.id("journal-entry", str(line.seq - 1))] if line.seq > 1 else []
    return [
        (_TYPE, f"<{PROV}Entity>"),
        (f"<{PROV}wasGeneratedBy>", iri(mint.names.id("event", str(line.seq)))),
        (f"<{SCHEMA}position>", integer(line.seq)),
        (f"<{PREMIS}fixity>", iri(f"{entry}/sha256")),
        *((f"<{PROV}wasDerivedFrom>", iri(each)) for each in before),
    ]


def _made_pairs(line: Line, event: str) -> list[Pair]:
    return [(f"<{PROV}wasGeneratedBy>", iri(event)), (f"<{PROV}wasDerivedFrom>", iri(line.annotation))]


def _decision(line: Line, mint: Mint) -> list[str]:
    gld, names = mint.names.gld, mint.names
    ground = [(f"<{gld}decisionReason>", iri(names.id("decision-reason", line.ground)))] if line.ground else []
    reason = [(f"<{RDFS}comment>", literal(line.reason))] if line.reason else []
    said = [
        (f"<{gld}verdict>", literal(line.verdict)),
        (f"<{gld}decision>", iri(names.id("status", line.status))),
        *ground,
        *reason,
    ]
    return _said(line.decision, said)


def _organisation(line: Line, mint: Mint) -> list[str]:
    name = [(f"<{RDFS}label>", literal(line.organisation))] if line.organisation else []
    return _said(mint.organisation(line.partner), [(_TYPE, f"<{PROV}Organization>"), *name])


def _said(subject: str, pairs: Iterable[Pair]) -> list[str]:
    return [f"{iri(subject)} {predicate} {value}" for predicate, value in pairs]
