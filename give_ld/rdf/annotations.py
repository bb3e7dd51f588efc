"""Which statements a guess makes, whichever graph they go to: about itself, its fragment and what it is about."""

from __future__ import annotations

from give_ld.model.annotation import EntityMention, EntityType, FaceMatch, Transcript, UnknownFace
from give_ld.model.decision import Known
from give_ld.model.fragment import Fragment
from give_ld.model.run import Run
from give_ld.rdf.iris import Mint, text_digest, wikidata
from give_ld.rdf.namespaces import (
    EBUCORE,
    HA_OBJECT,
    NIF,
    OA,
    PREMIS,
    PROV,
    RDF,
    RDFS,
    RELATIONSHIP,
    SCHEMA,
)
from give_ld.rdf.terms import about, clock, decimal, instant, integer, iri, literal

Pair = tuple[str, str]
TYPE = f"<{RDF}type>"

_ANNOTATION = (f"<{EBUCORE}Annotation>", f"<{OA}Annotation>", f"<{PROV}Entity>")
_TEXT = (f"<{EBUCORE}TextAnnotation>", *_ANNOTATION)
# What Wikidata calls a person is no schema:Person here: meemoo wants given and family name of those.
_ENTITY_CLASSES = {EntityType.PLACE: f"<{SCHEMA}Place>", EntityType.ORGANISATION: f"<{SCHEMA}Organization>"}
_MENTION_TYPES = {
    EntityType.PERSON: "named-entity-person",
    EntityType.PLACE: "named-entity-place",
    EntityType.ORGANISATION: "named-entity-organisation",
    EntityType.OTHER: "named-entity",
}
_TRANSCRIPT_NAME = literal("Automatische transcriptie", "nl")


def subject_of(mint: Mint, known: Known) -> str:
    """Return the IRI of what a guess is about: person, entity, name without entity, cluster or representation."""
    guess, run = known.annotation, known.run
    if isinstance(guess, FaceMatch):
        return guess.person
    if isinstance(guess, UnknownFace):
        return mint.cluster(guess.cluster)
    if isinstance(guess, Transcript):
        return mint.representation(run.partner, run.file.sha256, text_digest(guess.text))
    if person := known.person or guess.person:
        return person
    return wikidata(guess.entity) if guess.entity else mint.candidate(run.partner, guess.text)


def guess_pairs(mint: Mint, known: Known) -> list[Pair]:
    """Return what a guess says of itself in every graph: kind, place, subject, score, calibration, software, time."""
    guess, run = known.annotation, known.run
    file = mint.file(run.file.sha256, run.partner)
    fragment = iri(mint.fragment(file, guess.fragment))
    return [
        *_kind_pairs(mint, known),
        (f"<{mint.names.gld}item>", iri(mint.item(run.partner, run.item))),
        (f"<{EBUCORE}hasAnnotationTarget>", iri(file)),
        (f"<{EBUCORE}isAnnotatedMediaResource>", fragment),
        (f"<{OA}hasTarget>", fragment),
        *_subject_pairs(mint, known),
        *_score_pairs(mint, known),
        (f"<{PROV}wasGeneratedBy>", iri(mint.run(run.id))),
        (f"<{PROV}wasAttributedTo>", iri(mint.agent(run.agent))),
        *([(f"<{PROV}generatedAtTime>", instant(run.ended))] if run.ended else []),
        (f"<{mint.names.gld}status>", iri(mint.names.id("status", known.status))),
    ]


def _kind_pairs(mint: Mint, known: Known) -> list[Pair]:
    guess, gld = known.annotation, mint.names.gld
    classes: tuple[str, ...]
    if isinstance(guess, FaceMatch):
        classes, kind, purpose = (*_ANNOTATION, f"<{gld}FaceMatch>"), "face-match", "identifying"
    elif isinstance(guess, UnknownFace):
        classes, kind, purpose = (*_ANNOTATION, f"<{gld}UnknownFace>"), "face-unknown", "identifying"
    elif isinstance(guess, Transcript):
        classes, kind, purpose = (*_TEXT, f"<{gld}Transcript>"), "transcript", "describing"
    else:
        classes = (*_TEXT, f"<{gld}EntityMention>", *([f"<{NIF}EntityOccurrence>"] if guess.transcript else []))
        kind, purpose = _MENTION_TYPES[guess.entity_type], "linking"
    return [
        *((TYPE, name) for name in classes),
        (f"<{EBUCORE}annotationType>", iri(mint.names.id("annotation-type", kind))),
        (f"<{OA}motivatedBy>", f"<{OA}{purpose}>"),
    ]


def _subject_pairs(mint: Mint, known: Known) -> list[Pair]:
    guess = known.annotation
    subject = iri(subject_of(mint, known))
    pairs = [(f"<{EBUCORE}hasAnnotationRelatedArtefact>", subject), (f"<{OA}hasBody>", subject)]
    if isinstance(guess, FaceMatch) or (isinstance(guess, EntityMention) and _is_a_person(known, guess)):
        pairs.append((f"<{EBUCORE}hasAnnotationRelatedAgent>", subject))
    return [*pairs, *_place_in_text(mint, known.run, guess)] if isinstance(guess, EntityMention) else pairs


def _place_in_text(mint: Mint, run: Run, mention: EntityMention) -> list[Pair]:
    if mention.transcript is None or mention.begin is None or mention.end is None:
        return []
    transcript = iri(mint.representation(run.partner, run.file.sha256, mention.transcript))
    return [
        (f"<{NIF}referenceContext>", transcript),
        (f"<{NIF}beginIndex>", integer(mention.begin)),
        (f"<{NIF}endIndex>", integer(mention.end)),
        (f"<{NIF}anchorOf>", literal(mention.text)),
        (f"<{PROV}wasDerivedFrom>", transcript),
    ]


def _is_a_person(known: Known, mention: EntityMention) -> bool:
    linked = bool(known.person or mention.person)
    return linked or (mention.entity is not None and mention.entity_type is EntityType.PERSON)


def _score_pairs(mint: Mint, known: Known) -> list[Pair]:
    guess, gld = known.annotation, mint.names.gld
    calibrator = next((each for each in known.run.calibrators if each.id == guess.calibrator), None)
    pairs = [
        *([(f"<{gld}rawScore>", decimal(guess.score))] if guess.score is not None else []),
        (f"<{gld}scoreKind>", iri(mint.names.id("score-kind", guess.score_kind))),
        (f"<{gld}calibrator>", iri(mint.calibrator(calibrator))),
    ]
    if guess.confidence is not None:
        pairs.append((f"<{EBUCORE}annotationConfidence>", decimal(guess.confidence)))
    return pairs


def fragment_lines(mint: Mint, known: Known, graph: str) -> list[str]:
    """Return the fragment: what it is a part of, its bounds in time and its box, as far as it has them."""
    file = mint.file(known.run.file.sha256, known.run.partner)
    fragment = known.annotation.fragment
    pairs = [
        (TYPE, f"<{EBUCORE}MediaFragment>"),
        (f"<{EBUCORE}isMediaFragmentOf>", iri(file)),
        *_bounds(fragment),
    ]
    return about(iri(mint.fragment(file, fragment)), graph, pairs)


def _bounds(fragment: Fragment) -> list[Pair]:
    pairs = []
    if fragment.start_ms is not None and fragment.end_ms is not None:
        pairs += [
            (f"<{SCHEMA}startTime>", clock(fragment.start_ms)),
            (f"<{SCHEMA}endTime>", clock(fragment.end_ms)),
        ]
    if box := fragment.box:
        pairs += [
            (f"<{EBUCORE}regionDelimX>", integer(box.x)),
            (f"<{EBUCORE}regionDelimY>", integer(box.y)),
            (f"<{EBUCORE}width>", integer(box.width)),
            (f"<{EBUCORE}height>", integer(box.height)),
        ]
    return pairs


def entity_lines(mention: EntityMention, graph: str) -> list[str]:
    """Return the Wikidata entity of a mention with the class and the label that the knowledge base has for it."""
    if not (mention.entity and mention.label):
        return []
    pairs = [(TYPE, f"<{SCHEMA}Thing>"), (f"<{SCHEMA}name>", literal(mention.label, mention.label_language))]
    if name := _ENTITY_CLASSES.get(mention.entity_type):
        pairs.append((TYPE, name))
    return about(iri(wikidata(mention.entity)), graph, pairs)


def name_lines(mint: Mint, known: Known, mention: EntityMention, graph: str) -> list[str]:
    """Return the name of a mention that has no entity: one node for all its mentions at the partner."""
    candidate = iri(mint.candidate(known.run.partner, mention.text))
    label = literal(mention.text, mention.language)
    return about(candidate, graph, [(TYPE, f"<{mint.names.gld}EntityCandidate>"), (f"<{RDFS}label>", label)])


def text_context_lines(mint: Mint, known: Known, transcript_sha256: str, graph: str) -> list[str]:
    """Return that a text exists of an item: enough for the offsets of a mention to have something to count in."""
    run = known.run
    representation = iri(mint.representation(run.partner, run.file.sha256, transcript_sha256))
    item = iri(mint.item(run.partner, run.item))
    pairs = [(TYPE, f"<{HA_OBJECT}DigitalRepresentation>"), (f"<{RELATIONSHIP}rep>", item)]
    return about(representation, graph, pairs)


def transcript_lines(mint: Mint, known: Known, transcript: Transcript, graph: str) -> list[str]:
    """Return the text of a transcript and its WebVTT file."""
    run, digest = known.run, text_digest(transcript.text)
    representation = iri(mint.representation(run.partner, run.file.sha256, digest))
    file = iri(mint.transcript_file(run.partner, run.file.sha256, digest))
    text_pairs = [
        (f"<{HA_OBJECT}isTranscriptionCopyOf>", iri(mint.item(run.partner, run.item))),
        (f"<{RELATIONSHIP}inc>", file),
        (f"<{RELATIONSHIP}hsr>", file),
        (f"<{SCHEMA}name>", _TRANSCRIPT_NAME),
        (f"<{SCHEMA}inLanguage>", literal(transcript.language)),
        (f"<{SCHEMA}transcript>", literal(transcript.text)),
        (f"<{PROV}wasAttributedTo>", iri(mint.agent(run.agent))),
        (f"<{PROV}wasDerivedFrom>", iri(mint.source(run.partner, run.item))),
    ]
    file_pairs = [
        (TYPE, f"<{PREMIS}File>"),
        (f"<{EBUCORE}hasMimeType>", literal("text/vtt")),
        (f"<{RELATIONSHIP}isi>", representation),
        (f"<{SCHEMA}name>", literal(f"{run.item}.{transcript.language}.vtt", transcript.language)),
    ]
    return [*about(representation, graph, text_pairs), *about(file, graph, file_pairs)]
