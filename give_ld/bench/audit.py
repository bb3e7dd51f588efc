"""How long the audit of both graphs takes, how much memory it needs, and whether it finds every planted error."""

from __future__ import annotations

import resource
import time
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from give_ld.audit import Audit, Audited, Checked
from give_ld.bench import reference
from give_ld.bench.graph import approval, item_of
from give_ld.bench.made import PARTNER, made_files
from give_ld.bench.result import Result
from give_ld.errors import BadInput
from give_ld.model.decision import Known
from give_ld.model.item import Item
from give_ld.model.run import Run
from give_ld.model.status import Status
from give_ld.model.visibility import DEFAULT_VISIBILITY
from give_ld.rdf import mapping
from give_ld.rdf.iris import Mint
from give_ld.rdf.namespaces import EBUCORE, PROV, RDF, RDFS, SCHEMA
from give_ld.rdf.public import public_owners
from give_ld.rdf.terms import decimal, iri, literal, quad
from give_ld.store.embedded import EmbeddedStore
from give_ld.store.opening import open_store

_MINT = Mint("https://made.example.org", b"a secret of thirty-two made bytes")
_EVERY = 4
"""Every so many guesses one is approved, and public unless it is an unknown face."""


_GRAPHS = {"private": "annotation", "public": "public"}
_Planted = tuple[str, str, str]
"""The store, the rule and the node of an error."""


@dataclass
class _Made:
    """The two stores, and IRIs to plant errors at."""

    private: EmbeddedStore
    public: EmbeddedStore
    proposed: list[str]
    approved: list[str]


def bench_audit(guesses: int) -> Result:
    """Return the seconds and the peak memory of an audit over so many made guesses, with planted errors in them.

    Raises:
        BadInput: a planted error was not found, or something else was.
    """
    with TemporaryDirectory(prefix="give-ld-bench-") as scratch:
        private, public = open_store(Path(scratch) / "private"), open_store(Path(scratch) / "public", union=True)
        made = _Made(private, public, [], [])
        _fill(made, guesses)
        planted = _plant(made)
        began, cpu = time.monotonic(), time.process_time()
        checked = list(Audit(Audited(private, public, _MINT.base, DEFAULT_VISIBILITY)))
        seconds, cpu = time.monotonic() - began, time.process_time() - cpu
        quads = private.count() + public.count()
        private.close()
        public.close()
    _compare(planted, checked)
    slowest = sorted(checked, key=lambda each: -each.seconds)[:5]
    metrics = {
        "guesses": float(guesses),
        "quads": float(quads),
        "rules": float(len(checked)),
        "planted_errors": float(len(planted)),
        "found_errors": float(len(planted & _found(checked))),
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu, 2),
        "peak_rss_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }
    return Result("audit", metrics | {f"{each.store}_{each.rule}_seconds": round(each.seconds, 3) for each in slowest})


def _fill(made: _Made, guesses: int) -> None:
    shared = reference.quads(_MINT) | mapping.vocabulary_quads(_MINT)
    made.private.apply((), shared)
    made.public.apply((), shared)
    for file in made_files(guesses, _MINT.person("0001"), reference.VERSION):
        runs = {record.id: record for record in file.records if isinstance(record, Run)}
        item = item_of(next(iter(runs.values())))
        lines = mapping.item_quads(_MINT, item).union(*(mapping.run_quads(_MINT, run) for run in runs.values()))
        made.private.apply((), lines)
        for number, record in enumerate(file.records):
            if not isinstance(record, Run):
                run = runs[record.run]
                known = Known(iri=_MINT.annotation(run, record), annotation=record, run=run)
                _add(made, known, item, approve=number % _EVERY == 0)


def _add(made: _Made, known: Known, item: Item, approve: bool) -> None:
    if approve:
        known = replace(known, status=Status.APPROVED, validations=(approval(known),))
        made.private.apply((), mapping.validation_quads(_MINT, known.validations[0]))
        if owners := public_owners(_MINT, known, item):
            made.public.apply((), mapping.agent_quads(_MINT, known.run).union(*owners.values()))
            made.approved.append(known.iri)
    else:
        made.proposed.append(known.iri)
    made.private.apply((), mapping.annotation_quads(_MINT, known))


def _plant(made: _Made) -> set[_Planted]:
    """Plant twenty errors, two of a kind, and return what must be found."""
    gld, user = _MINT.names.gld, iri(_MINT.user("archivist-1"))
    private = (
        ("AnnotationStatus", f"<{gld}status>", iri(_MINT.names.id("status", "made-up"))),
        ("AnnotationConfidence", f"<{EBUCORE}annotationConfidence>", decimal(1.5)),
        ("AnnotationFile", f"<{EBUCORE}hasAnnotationTarget>", "<urn:no-file>"),
        ("AnnotationItem", f"<{gld}item>", literal("no item")),
        ("AnnotationAgent", f"<{PROV}wasAttributedTo>", "<urn:nobody>"),
    )
    public = (
        ("PublicWithoutPrivate", f"<{RDFS}comment>", literal("a reason")),
        ("public-names-nobody", f"<{PROV}wasAttributedTo>", user),
        ("fact-has-support", f"<{SCHEMA}mentions>", iri(_MINT.person("0001"))),
        ("PublicStatus", f"<{gld}status>", iri(_MINT.names.id("status", "proposed"))),
        ("public-is-approved", f"<{RDF}type>", f"<{EBUCORE}Annotation>"),
    )
    strangers = iter(made.proposed)
    planted = set()
    for place, (rule, predicate, value) in enumerate((*private, *public)):
        name = "public" if place >= len(private) else "private"
        known = strangers if rule == "public-is-approved" or name == "private" else iter(made.approved[place:])
        for node in islice(known, 2):
            store = made.public if name == "public" else made.private
            store.apply((), [quad(iri(node), predicate, value, iri(_MINT.names.graph(_GRAPHS[name], PARTNER)))])
            planted.add((name, rule, node))
    return planted


def _compare(planted: set[_Planted], checked: list[Checked]) -> None:
    if missed := planted - _found(checked):
        raise BadInput(f"a planted error was not found: {sorted(missed)[0]}", rule="bench")
    nodes = {node for _, _, node in planted}
    if wrong := {each for each in _found(checked) if each[2] not in nodes}:
        raise BadInput(f"something was found that nobody planted: {sorted(wrong)[0]}", rule="bench")


def _found(checked: list[Checked]) -> set[_Planted]:
    errors = ((each, finding.violation) for each in checked for finding in each.findings if finding.violation.refuses)
    return {(each.store, each.rule, violation.focus) for each, violation in errors}
