"""Which guess a graph describes, and what is known of it by now."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from give_ld.errors import BadInput
from give_ld.model.annotation import (
    Annotation,
    EntityMention,
    FaceMatch,
    Guess,
    LinkCandidate,
    SpeakerSegment,
    Tag,
    Transcript,
    UnknownFace,
)
from give_ld.model.calibration import ScoreKind
from give_ld.model.decision import Known, Validation
from give_ld.model.event import Correction
from give_ld.model.fragment import Box, Fragment
from give_ld.model.run import SCHEMA as RECORD
from give_ld.model.status import Status
from give_ld.rdf.annotations import MENTION_TYPES
from give_ld.rdf.namespaces import DCT, EBUCORE, ITSRDF, NIF, PROV, RDFS, SCHEMA, WIKIDATA
from give_ld.rdf.reading.kept import NOTHING, Kept
from give_ld.rdf.reading.nodes import Node, made, meaning
from give_ld.rdf.reading.people import read_validation
from give_ld.rdf.reading.runs import calibrator_id, read_run

_Fields = dict[str, object]
_SUBJECT = f"{EBUCORE}hasAnnotationRelatedArtefact"
_LABEL = f"{RDFS}label"


def read_known(node: Node, kept: Kept = NOTHING) -> Known:
    """Return a guess with its run, status and decisions; `person` is whom it means.

    Raises:
        BadInput: the graph says too little of one of these, or two things where there is one.
    """
    graph, gld = node.graph, node.graph.names.gld
    corrected, newer = _corrected(node), node.refs(f"{DCT}isReplacedBy")
    guess = read_annotation(node, kept)
    return Known(
        iri=node.iri,
        annotation=guess,
        run=read_run(_run(node), kept),
        status=_status(graph.local("status", node.ref(f"{gld}status").iri)),
        person=node.ref(_SUBJECT).iri if _means_a_person(node) else None,
        validations=_decisions(node, guess, kept),
        corrects=corrected.iri if corrected else None,
        replaced_by=newer[0].iri if newer else None,
    )


def _status(name: str) -> Status:
    try:
        return Status(name)
    except ValueError as error:
        raise BadInput(f"{name} is no status of a guess", rule="reading") from error


def _corrected(node: Node) -> Node | None:
    """Return the guess in whose place a person said this one; None where software did."""
    if f"{node.graph.names.gld}HumanAnnotation" not in node.classes():
        return None
    found = [each for each in node.refs(f"{PROV}wasDerivedFrom") if node.graph.is_a("annotation", each.iri)]
    if len(found) != 1:
        raise BadInput(f"{node.iri} corrects {len(found)} guesses, and must correct one", rule="reading")
    return found[0]


def _run(node: Node) -> Node:
    """Return the run of a guess; of a correction, that of the guess in whose place it stands."""
    while (corrected := _corrected(node)) is not None:
        node = corrected
    return node.ref(f"{PROV}wasGeneratedBy")


def _decisions(node: Node, guess: Annotation, kept: Kept) -> tuple[Validation, ...]:
    nodes = _in_order(node.refs(f"{node.graph.names.gld}validatedIn"))
    found = [read_validation(each, kept) for each in nodes]
    if found and found[0].annotation != node.iri:
        # One act decided about the guess that was wrong, and said this one.
        found[0] = Correction(validation=found[0], iri=node.iri, annotation=guess).approval
    return tuple(found)


def _means_a_person(node: Node) -> bool:
    gld = node.graph.names.gld
    by_the_mention = node.all(f"{gld}statedPerson") or node.all(f"{ITSRDF}taIdentRef")
    return f"{gld}FaceMatch" in node.classes() or bool(by_the_mention)


def _in_order(decisions: list[Node]) -> list[Node]:
    """Return decisions, each after those that it was informed by."""
    ids = {each.iri for each in decisions}
    left = {node: {each.iri for each in node.refs(f"{PROV}wasInformedBy")} & ids for node in decisions}
    ordered: list[Node] = []
    while left:
        done = {each.iri for each in ordered}
        ready = [node for node, before in left.items() if before <= done]
        if len(ready) != 1:
            raise BadInput(f"the decisions {', '.join(sorted(ids))} are in no order", rule="reading")
        ordered += ready
        del left[ready[0]]
    return ordered


def read_annotation(node: Node, kept: Kept = NOTHING) -> Annotation:
    """Return the guess that a node of the private graph describes.

    Raises:
        BadInput: the graph says too little of it, or two things where there is one.
    """
    gld = node.graph.names.gld
    model = meaning({each: gld + each.__name__ for each in _READERS}, node.classes(), node)
    return cast("Annotation", made(model, node, {**_guess(node), **_READERS[model](node, kept)}))


def _guess(node: Node) -> _Fields:
    graph, gld = node.graph, node.graph.names.gld
    shared: _Fields = {
        "schema": RECORD,
        "run": graph.local("run", _run(node).iri),
        "fragment": _fragment(node.ref(f"{EBUCORE}isAnnotatedMediaResource")),
    }
    if _corrected(node) is not None:
        return {**shared, "score_kind": ScoreKind.UNSTATED}
    return {
        **shared,
        "score": node.text(f"{gld}rawScore"),
        "score_kind": graph.local("score-kind", node.ref(f"{gld}scoreKind").iri),
        "confidence": node.text(f"{EBUCORE}annotationConfidence"),
        "calibrator": calibrator_id(node.ref(f"{gld}calibrator")),
    }


def _fragment(node: Node) -> Fragment:
    sides = {"x": "regionDelimX", "y": "regionDelimY", "width": "width", "height": "height"}
    found: _Fields = {side: node.text(EBUCORE + name) for side, name in sides.items()}
    unstated = node.refs(f"{node.graph.names.gld}unstated")
    fields: _Fields = {
        "start_ms": node.clock(f"{SCHEMA}startTime"),
        "end_ms": node.clock(f"{SCHEMA}endTime"),
        "box": made(Box, node, found) if any(found.values()) else None,
        "whole": True if any(each.iri == f"{SCHEMA}startTime" for each in unstated) else None,
    }
    return made(Fragment, node, fields)


def _face_match(node: Node, kept: Kept) -> _Fields:
    return {
        "person": node.ref(_SUBJECT).iri,
        "person_name": node.text(_LABEL),
        "margin": node.text(f"{node.graph.names.gld}margin"),
        "samples": node.text(f"{node.graph.names.gld}samples"),
        "fingerprint": kept.fingerprint,
    }


def _unknown_face(node: Node, kept: Kept) -> _Fields:
    return {
        "cluster": node.graph.local("face-cluster", node.ref(_SUBJECT).iri),
        "samples": node.text(f"{node.graph.names.gld}samples"),
        "fingerprint": kept.fingerprint,
    }


def _speaker_segment(node: Node, _: Kept) -> _Fields:
    return {"voice": node.graph.local("voice-cluster", node.ref(_SUBJECT).iri), "label": node.text(_LABEL)}


def _tag(node: Node, _: Kept) -> _Fields:
    subject = node.ref(_SUBJECT).iri
    return {
        "tag_type": node.text(f"{node.graph.names.gld}tagType"),
        "text": node.text(f"{SCHEMA}text"),
        "language": node.language(f"{SCHEMA}text"),
        "concept": None if node.graph.is_a("tag", subject) else subject,
        "label": node.text(_LABEL),
        "label_language": node.language(_LABEL),
    }


def _transcript(node: Node, kept: Kept) -> _Fields:
    return {
        "text": node.ref(_SUBJECT).text(f"{SCHEMA}transcript"),
        "language": node.text(f"{DCT}language"),
        "language_probability": node.text(f"{node.graph.names.gld}languageProbability"),
        "segments": kept.segments,
    }


def _mention(node: Node, _: Kept) -> _Fields:
    gld = node.graph.names.gld
    types = {value: node.graph.names.id("annotation-type", name) for value, name in MENTION_TYPES.items()}
    candidates = sorted(node.refs(f"{gld}hasCandidate"), key=lambda each: int(each.text(f"{SCHEMA}position") or 0))
    return {
        "text": node.text(f"{NIF}anchorOf") or node.text(f"{SCHEMA}text"),
        "begin": node.text(f"{NIF}beginIndex"),
        "end": node.text(f"{NIF}endIndex"),
        "language": node.text(f"{DCT}language"),
        "transcript": _text_digest(node),
        "entity_type": meaning(types, [node.ref(f"{EBUCORE}annotationType").iri], node),
        "entity": _entity(node),
        "person": node.ref(f"{gld}statedPerson").iri if node.all(f"{gld}statedPerson") else None,
        "label": node.text(_LABEL),
        "label_language": node.language(_LABEL),
        "candidates": tuple(_candidate(each) for each in candidates),
    }


def _text_digest(node: Node) -> str | None:
    if not node.all(f"{NIF}referenceContext"):
        return None
    return node.ref(f"{NIF}referenceContext").text(f"{SCHEMA}sha256")


def _entity(node: Node) -> str | None:
    if _means_a_person(node):
        linked = node.refs(f"{ITSRDF}taIdentRef")
        return linked[0].iri.removeprefix(WIKIDATA) if linked else None
    subject = node.ref(_SUBJECT).iri
    return subject.removeprefix(WIKIDATA) if subject.startswith(WIKIDATA) else None


def _candidate(node: Node) -> LinkCandidate:
    gld = node.graph.names.gld
    fields: _Fields = {
        "entity": node.ref(f"{SCHEMA}item").iri.removeprefix(WIKIDATA),
        "label": node.text(_LABEL),
        "score": node.text(f"{gld}rawScore"),
    }
    return made(LinkCandidate, node, fields)


_READERS: dict[type[Guess], Callable[[Node, Kept], _Fields]] = {
    FaceMatch: _face_match,
    UnknownFace: _unknown_face,
    EntityMention: _mention,
    Transcript: _transcript,
    SpeakerSegment: _speaker_segment,
    Tag: _tag,
}
