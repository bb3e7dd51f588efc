"""Which run, software or calibrator a graph describes."""

from __future__ import annotations

import json

from give_ld.errors import BadInput
from give_ld.model.calibration import Calibrator
from give_ld.model.run import SCHEMA as RECORD
from give_ld.model.run import Agent, MediaFile, ModelFile, Run
from give_ld.rdf.namespaces import (
    DCT,
    EBUCORE,
    EVENT_AGENT_ROLE,
    EVENT_OUTCOME,
    PREMIS,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
)
from give_ld.rdf.reading.kept import NOTHING, Kept
from give_ld.rdf.reading.nodes import Node, made, meaning
from give_ld.rdf.runs import OUTCOMES, STAGE_CLASSES

_DIGEST_END = 33  # a hyphen and 32 digits


def read_run(node: Node, kept: Kept = NOTHING) -> Run:
    """Return the run that a node describes, with its file, software and calibrators.

    Raises:
        BadInput: the graph says too little of it, or two things where there is one.
    """
    graph, gld = node.graph, node.graph.names.gld
    partner, _, item = graph.local("item", node.ref(f"{gld}item").iri).partition("/")
    used = node.refs(f"{PROV}used")
    stages = {stage: gld + name for stage, name in STAGE_CLASSES.items()}
    fields: dict[str, object] = {
        "schema": RECORD,
        "id": graph.local("run", node.iri),
        "stage": meaning(stages, node.classes(), node),
        "partner": partner,
        "item": item,
        "file": _file(node.ref(f"{PROV}qualifiedUsage")),
        "agent": read_agent(node.ref(f"{EVENT_AGENT_ROLE}exe")),
        "parameters": _parameters(node),
        "started": node.text(f"{PROV}startedAtTime"),
        "ended": node.text(f"{PROV}endedAtTime"),
        "outcome": meaning(OUTCOMES, [node.ref(f"{PREMIS}outcome").iri.removeprefix(EVENT_OUTCOME)], node),
        "note": node.text(f"{PREMIS}outcomeNote"),
        "calibrators": tuple(read_calibrator(each) for each in used if graph.is_a("calibrator", each.iri)),
        "sidecar": kept.sidecar,
        "policy": (node.text(f"{gld}processingPolicy") or "").removeprefix("sha256:") or None,
        "energy_wh": node.text(f"{gld}energyWh"),
    }
    for each in used:
        if graph.is_a("refset-version", each.iri):
            fields["reference_set"] = graph.local("refset-version", each.iri)
    return made(Run, node, fields)


def _parameters(node: Node) -> object:
    text = node.text(f"{node.graph.names.gld}parameters")
    try:
        return None if text is None else json.loads(text)
    except ValueError as error:
        raise BadInput(f"the parameters of {node.iri} are no JSON: {error}", rule="reading") from error


def _file(usage: Node) -> MediaFile:
    file = usage.ref(f"{PROV}entity")
    digests = file.refs(f"{PREMIS}fixity")
    fields: dict[str, object] = {
        "sha256": digests[0].text(f"{RDF}value") if digests else None,
        "archive_id": usage.text(f"{DCT}identifier"),
        "name": usage.text(f"{EBUCORE}filename"),
        "mime_type": file.text(f"{EBUCORE}hasMimeType"),
        "duration_ms": usage.duration(f"{SCHEMA}duration"),
        "width": usage.text(f"{EBUCORE}width"),
        "height": usage.text(f"{EBUCORE}height"),
    }
    return made(MediaFile, usage, fields)


def read_agent(node: Node) -> Agent:
    """Return the software that a node describes.

    Raises:
        BadInput: the graph says too little of it, or two things where there is one.
    """
    files = node.refs(f"{node.graph.names.gld}modelFile")
    files.sort(key=lambda each: int(each.text(f"{SCHEMA}position") or 0))
    fields: dict[str, object] = {
        "name": node.text(f"{SCHEMA}name"),
        "version": node.text(f"{SCHEMA}version"),
        "models": tuple(_model(each) for each in files),
    }
    return made(Agent, node, fields)


def _model(node: Node) -> ModelFile:
    fields: dict[str, object] = {
        "name": node.text(f"{RDFS}label"),
        "sha256": _digest(node),
        "licence": node.text(f"{DCT}rights"),
    }
    return made(ModelFile, node, fields)


def _digest(node: Node) -> str:
    return (node.text(f"{node.graph.names.gld}modelDigest") or "").removeprefix("sha256:")


def read_calibrator(node: Node) -> Calibrator:
    """Return the calibrator that a node describes.

    Raises:
        BadInput: the graph says too little of it, or two things where there is one.
    """
    graph, gld = node.graph, node.graph.names.gld
    fields: dict[str, object] = {
        "id": calibrator_id(node),
        "label": node.text(f"{RDFS}label"),
        "method": node.text(f"{gld}method"),
        "from_score": graph.local("score-kind", node.ref(f"{gld}scoreKind").iri),
        "model_sha256": _digest(node),
        "intercept": node.text(f"{gld}intercept"),
        "score_weight": node.text(f"{gld}scoreWeight"),
        "margin_weight": node.text(f"{gld}marginWeight"),
        "lone_margin": node.text(f"{gld}loneMargin"),
        "fitted_on": node.text(f"{gld}fittedOn"),
        "fitted_count": node.text(f"{gld}fittedCount"),
        "created": node.text(f"{DCT}created"),
    }
    return made(Calibrator, node, fields)


def calibrator_id(node: Node) -> str | None:
    """Return the id that records give a calibrator, or None for the one that is none."""
    local = node.graph.local("calibrator", node.iri)
    return None if local == "uncalibrated" else local[:-_DIGEST_END]
