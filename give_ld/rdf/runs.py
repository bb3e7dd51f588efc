"""How a run stands in the private graphs: the activity, the file it read, the software and the calibrators."""

from __future__ import annotations

import json
from functools import lru_cache

from give_ld.model.calibration import Calibrator
from give_ld.model.run import Agent, MediaFile, ModelFile, Outcome, Run, Stage
from give_ld.rdf.annotations import TYPE
from give_ld.rdf.iris import Mint
from give_ld.rdf.namespaces import (
    DCT,
    EBUCORE,
    EVENT_AGENT_ROLE,
    EVENT_OUTCOME,
    HA_EVENT_TYPE,
    HA_OBJECT,
    HASH_FUNCTION,
    PREMIS,
    PROV,
    RDF,
    RDFS,
    RELATIONSHIP,
    SCHEMA,
)
from give_ld.rdf.terms import Lines, Pair, about, day, decimal, duration, instant, integer, iri, literal, quad, typed

STAGE_CLASSES = {
    Stage.SPEECH: "SpeechRun",
    Stage.ENTITIES: "EntityLinkingRun",
    Stage.FACES: "FaceRecognitionRun",
    Stage.OTHER: "OtherRun",
}
OUTCOMES = {Outcome.SUCCESS: "suc", Outcome.WARNING: "war", Outcome.FAILURE: "fai"}


def run_quads(mint: Mint, run: Run) -> Lines:
    """Return a run (`run/{partner}`), its software and calibrators (`agent`) and its file (`metadata/{partner}`).

    Raises:
        BadInput: a string that cannot stand in the graph.
    """
    graph = iri(mint.names.graph("run", run.partner))
    lines = about(iri(mint.run(run.id)), graph, [*activity_pairs(mint, run), *_event_pairs(mint, run)])
    return frozenset([*lines, *_usage_lines(mint, run, graph), *_file_lines(mint, run)]) | agent_quads(mint, run)


def agent_quads(mint: Mint, run: Run) -> Lines:
    """Return the software of a run with its weights and calibrators, in `agent`: alike in both stores."""
    return frozenset[str]().union(*agent_owners(mint, run).values())


def agent_owners(mint: Mint, run: Run) -> dict[str, Lines]:
    """Return the same by what it is about: the software, and each calibrator together with the software."""
    agent = mint.agent(run.agent)
    owners = {f"{mint.calibrator(each)} {agent}": _calibrator_lines(mint, agent, each) for each in run.calibrators}
    return {agent: _agent_lines(mint, run.agent), **owners}


def activity_pairs(mint: Mint, run: Run) -> list[Pair]:
    """Return what may be said of a run in every graph: stage, times, file, reference set, software, organisation."""
    agent = iri(mint.agent(run.agent))
    pairs = [
        (TYPE, f"<{PROV}Activity>"),
        (TYPE, f"<{mint.names.gld}{STAGE_CLASSES[run.stage]}>"),
        *_times(mint.names.gld, run),
        (f"<{PROV}used>", iri(mint.file(run.file.key, run.partner))),
        (f"<{PROV}wasAssociatedWith>", agent),
        (f"<{EVENT_AGENT_ROLE}exe>", agent),
        (f"<{EVENT_AGENT_ROLE}imp>", iri(mint.organisation(run.partner))),
    ]
    if run.reference_set:
        pairs.append((f"<{PROV}used>", iri(mint.refset_version(run.reference_set))))
    return pairs


def _times(gld: str, run: Run) -> list[Pair]:
    said = ((f"<{PROV}startedAtTime>", run.started), (f"<{PROV}endedAtTime>", run.ended))
    return [(name, instant(time)) if time else (f"<{gld}unstated>", name) for name, time in said]


def _event_pairs(mint: Mint, run: Run) -> list[Pair]:
    gld = mint.names.gld
    pairs = [
        (TYPE, f"<{PREMIS}Event>"),
        (f"<{PREMIS}outcome>", f"<{EVENT_OUTCOME}{OUTCOMES[run.outcome]}>"),
        (f"<{gld}item>", iri(mint.item(run.partner, run.item))),
        (f"<{PROV}qualifiedUsage>", iri(mint.usage(run.id))),
        *((f"<{PROV}used>", iri(mint.calibrator(each))) for each in run.calibrators),
    ]
    if run.stage is Stage.SPEECH:
        pairs.append((TYPE, f"<{HA_EVENT_TYPE}transcription>"))
    if run.note is not None:
        pairs.append((f"<{PREMIS}outcomeNote>", literal(run.note)))
    if run.parameters:
        text = json.dumps(run.parameters, sort_keys=True, separators=(",", ":"))
        pairs.append((f"<{gld}parameters>", typed(text, f"{RDF}JSON")))
    if run.policy is not None:
        pairs.append((f"<{gld}processingPolicy>", literal(f"sha256:{run.policy}")))
    if run.energy_wh is not None:
        pairs.append((f"<{gld}energyWh>", decimal(run.energy_wh)))
    return pairs


def _usage_lines(mint: Mint, run: Run, graph: str) -> list[str]:
    """Return the file as this run found it: another run may know the same content under another name."""
    file = run.file
    pairs = [
        (TYPE, f"<{PROV}Usage>"),
        (f"<{PROV}entity>", iri(mint.file(file.key, run.partner))),
    ]
    if file.name:
        pairs.append((f"<{EBUCORE}filename>", literal(file.name)))
    if file.archive_id:
        pairs.append((f"<{DCT}identifier>", literal(file.archive_id)))
    if file.duration_ms is not None:
        pairs.append((f"<{SCHEMA}duration>", duration(file.duration_ms)))
    sides = ((f"<{EBUCORE}width>", file.width), (f"<{EBUCORE}height>", file.height))
    pairs += [(name, integer(side)) for name, side in sides if side is not None]
    return about(iri(mint.usage(run.id)), graph, pairs)


def _file_lines(mint: Mint, run: Run) -> list[str]:
    graph = iri(mint.names.graph("metadata", run.partner))
    name = mint.file(run.file.key, run.partner)
    file, item = iri(name), iri(mint.item(run.partner, run.item))
    copy = iri(mint.access_copy(run.file.key, run.partner, run.item))
    return [
        quad(item, f"<{HA_OBJECT}hasAccessCopy>", copy, graph),
        quad(copy, TYPE, f"<{HA_OBJECT}DigitalRepresentation>", graph),
        quad(copy, f"<{RELATIONSHIP}rep>", item, graph),
        quad(copy, f"<{RELATIONSHIP}inc>", file, graph),
        *about(file, graph, file_pairs(mint.names.gld, run.file)),
        *_fixity_lines(name, run.file, (mint, graph)),
    ]


def file_pairs(gld: str, file: MediaFile) -> list[Pair]:
    """Return what may be said of a file in every graph: its media type, or that no source states it."""
    kind = literal(file.mime_type) if file.mime_type else None
    said = (f"<{EBUCORE}hasMimeType>", kind) if kind else (f"<{gld}unstated>", f"<{EBUCORE}hasMimeType>")
    return [(TYPE, f"<{PREMIS}File>"), said]


def _fixity_lines(name: str, file: MediaFile, where: tuple[Mint, str]) -> list[str]:
    (mint, graph), subject = where, iri(name)
    if file.sha256 is None:
        known_by = (f"<{DCT}identifier>", literal(file.archive_id or ""))
        return about(subject, graph, [known_by, (f"<{mint.names.gld}unstated>", f"<{PREMIS}fixity>")])
    fixity = iri(mint.fixity(name))
    pairs = [(TYPE, f"<{PREMIS}Fixity>"), (TYPE, f"<{HASH_FUNCTION}sha256>"), (f"<{RDF}value>", literal(file.sha256))]
    return [*about(subject, graph, [(f"<{PREMIS}fixity>", fixity)]), *about(fixity, graph, pairs)]


# Thousands of runs name the same software.
@lru_cache(maxsize=256)
def _agent_lines(mint: Mint, agent: Agent) -> Lines:
    gld = mint.names.gld
    scoring = agent.models[0].name if agent.models else None
    said = ((f"<{SCHEMA}version>", agent.version), (f"<{SCHEMA}model>", scoring))
    digests = [(f"<{gld}modelDigest>", literal(f"sha256:{model.sha256}")) for model in agent.models]
    pairs = [
        (TYPE, f"<{PREMIS}SoftwareAgent>"),
        (TYPE, f"<{PROV}SoftwareAgent>"),
        (f"<{SCHEMA}name>", literal(agent.name, "en")),
        *((name, literal(text)) if text else (f"<{gld}unstated>", name) for name, text in said),
        *(digests or [(f"<{gld}unstated>", f"<{gld}modelDigest>")]),
    ]
    graph, name = iri(mint.names.graph("agent")), mint.agent(agent)
    files = [(iri(mint.model_file(name, rank)), rank, model) for rank, model in enumerate(agent.models, start=1)]
    pairs += [(f"<{gld}modelFile>", file) for file, _, _ in files]
    lines = about(iri(name), graph, pairs)
    for file, rank, model in files:
        lines += about(file, graph, _model_pairs(gld, rank, model))
    return frozenset(lines)


def _model_pairs(gld: str, rank: int, model: ModelFile) -> list[Pair]:
    return [
        (TYPE, f"<{gld}ModelFile>"),
        (f"<{SCHEMA}position>", integer(rank)),
        (f"<{RDFS}label>", literal(model.name)),
        (f"<{gld}modelDigest>", literal(f"sha256:{model.sha256}")),
        (f"<{DCT}rights>", literal(model.licence)),
    ]


@lru_cache(maxsize=256)
def _calibrator_lines(mint: Mint, agent: str, calibrator: Calibrator) -> Lines:
    gld = mint.names.gld
    pairs = [
        (TYPE, f"<{gld}Calibrator>"),
        (TYPE, f"<{PROV}Entity>"),
        (f"<{RDFS}label>", literal(calibrator.label, "en")),
        (f"<{gld}calibrates>", iri(agent)),
        (f"<{gld}modelDigest>", literal(f"sha256:{calibrator.model_sha256}")),
        (f"<{gld}scoreKind>", iri(mint.names.id("score-kind", calibrator.from_score))),
        (f"<{gld}method>", literal(calibrator.method)),
        (f"<{gld}intercept>", decimal(calibrator.intercept)),
        (f"<{gld}scoreWeight>", decimal(calibrator.score_weight)),
        (f"<{gld}marginWeight>", decimal(calibrator.margin_weight)),
        (f"<{gld}loneMargin>", decimal(calibrator.lone_margin)),
        (f"<{gld}fittedOn>", literal(calibrator.fitted_on, "en")),
        (f"<{gld}fittedCount>", integer(calibrator.fitted_count)),
        (f"<{DCT}created>", day(calibrator.created)),
    ]
    return frozenset(about(iri(mint.calibrator(calibrator)), iri(mint.names.graph("agent")), pairs))
