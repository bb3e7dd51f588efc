"""Which statements a guess makes, whichever graph they go to: about itself, its fragment and what it is about."""

from __future__ import annotations

from collections.abc import Iterable

from give_ld.errors import BadInput
from give_ld.model.annotation import (
    Annotation,
    EntityMention,
    EntityType,
    FaceMatch,
    SpeakerSegment,
    Tag,
    Transcript,
    UnknownFace,
)
from give_ld.model.decision import Known
from give_ld.model.fragment import Fragment
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
    SKOS,
    Namespaces,
)
from give_ld.rdf.origin import Origin
from give_ld.rdf.terms import Pair, about, clock, decimal, integer, iri, literal, minted

TYPE = f"<{RDF}type>"

_ANNOTATION = (f"<{EBUCORE}Annotation>", f"<{OA}Annotation>", f"<{PROV}Entity>")
_TEXT = (f"<{EBUCORE}TextAnnotation>", *_ANNOTATION)
# What Wikidata calls a person is no schema:Person here: meemoo wants given and family name of those.
_ENTITY_CLASSES = {EntityType.PLACE: f"<{SCHEMA}Place>", EntityType.ORGANISATION: f"<{SCHEMA}Organization>"}
MENTION_TYPES = {
    EntityType.PERSON: "named-entity-person",
    EntityType.PLACE: "named-entity-place",
    EntityType.ORGANISATION: "named-entity-organisation",
    EntityType.OTHER: "named-entity",
}
_UNDETERMINED = "und"  # BCP 47
_TRANSCRIPT_NAME = literal("Automatische transcriptie", "nl")
_CORRECTED_NAME = literal("Verbeterde transcriptie", "nl")


def subject_of(mint: Mint, known: Known) -> str:
    """Return the IRI of what a guess is about: person, entity, name, cluster, representation, concept or words.

    Raises:
        BadInput: the concept of a tag lies in the namespace of this instance.
    """
    guess, run = known.annotation, known.run
    if isinstance(guess, FaceMatch):
        return guess.person
    if isinstance(guess, UnknownFace):
        return mint.cluster(guess.cluster)
    if isinstance(guess, Transcript):
        return mint.representation(run.partner, run.file.key, text_digest(guess.text))
    if isinstance(guess, SpeakerSegment):
        return mint.voice(guess.voice)
    if isinstance(guess, Tag):
        return _tagged(mint, run.partner, guess)
    if person := known.person or guess.person:
        return person
    return wikidata(guess.entity) if guess.entity else mint.candidate(run.partner, guess.text)


def _tagged(mint: Mint, partner: str, tag: Tag) -> str:
    if tag.concept is None:
        return mint.tag(partner, tag)
    if tag.concept.startswith(f"{mint.base}/"):
        message = "the concept of a tag stands in Wikidata or in a thesaurus, not among what this instance describes"
        raise BadInput(message, rule="concept")
    return tag.concept


def guess_lines(origin: Origin, known: Known, graph: str, more: Iterable[Pair]) -> list[str]:
    """Return what a guess says of itself in every graph, and `more` that it says in this one."""
    guess, subject = known.annotation, minted(known.iri)
    sort = (graph, guess.kind, _kind(guess), known.status, known.score_kind, guess.calibrator)
    if sort not in origin.alike:
        # Nearly half of what a guess says all its kin say too: written once, its name is all that is left to add.
        origin.alike[sort] = tuple(about("", graph, _pairs_alike(origin, known)))
    lines = [subject + rest for rest in origin.alike[sort]]
    return lines + about(subject, graph, [*_own_pairs(origin, known), *more])


def _pairs_alike(origin: Origin, known: Known) -> list[Pair]:
    names = origin.mint.names
    calibrator = origin.calibrators.get(known.annotation.calibrator) or origin.calibrators[None]
    return [
        *origin.pairs,
        *_kind_pairs(names, _kind(known.annotation)),
        (f"<{names.gld}scoreKind>", minted(names.id("score-kind", known.score_kind))),
        (f"<{names.gld}calibrator>", calibrator),
        (f"<{names.gld}status>", minted(names.id("status", known.status))),
    ]


def _own_pairs(origin: Origin, known: Known) -> list[Pair]:
    place = origin.fragment(known.annotation.fragment)
    pairs = [(f"<{EBUCORE}isAnnotatedMediaResource>", place), (f"<{OA}hasTarget>", place)]
    pairs += _subject_pairs(origin, known)
    if (score := known.score) is not None:
        pairs.append((f"<{origin.mint.names.gld}rawScore>", decimal(score)))
    if (confidence := known.confidence) is not None:
        pairs.append((f"<{EBUCORE}annotationConfidence>", decimal(confidence)))
    return pairs


def _kind_pairs(names: Namespaces, kind: str) -> tuple[Pair, ...]:
    classes, purpose = {
        "face-match": ((*_ANNOTATION, f"<{names.gld}FaceMatch>"), "identifying"),
        "face-unknown": ((*_ANNOTATION, f"<{names.gld}UnknownFace>"), "identifying"),
        "transcript": ((*_TEXT, f"<{names.gld}Transcript>"), "describing"),
        "speaker": ((*_ANNOTATION, f"<{names.gld}SpeakerSegment>"), "identifying"),
        "tag": ((*_ANNOTATION, f"<{names.gld}Tag>"), "tagging"),
    }.get(kind, ((*_TEXT, f"<{names.gld}EntityMention>"), "linking"))
    return (
        *((TYPE, name) for name in classes),
        (f"<{EBUCORE}annotationType>", iri(names.id("annotation-type", kind))),
        (f"<{OA}motivatedBy>", f"<{OA}{purpose}>"),
    )


def _kind(guess: Annotation) -> str:
    return MENTION_TYPES[guess.entity_type] if isinstance(guess, EntityMention) else guess.kind


def _subject_pairs(origin: Origin, known: Known) -> list[Pair]:
    guess = known.annotation
    subject = _subject(origin, known)
    pairs = [(f"<{EBUCORE}hasAnnotationRelatedArtefact>", subject), (f"<{OA}hasBody>", subject)]
    if isinstance(guess, FaceMatch) or (isinstance(guess, EntityMention) and _is_a_person(known, guess)):
        pairs.append((f"<{EBUCORE}hasAnnotationRelatedAgent>", subject))
    if isinstance(guess, EntityMention):
        pairs += _place_in_text(origin, guess)
    if isinstance(guess, Tag):
        pairs.append((f"<{origin.mint.names.gld}tagType>", literal(guess.tag_type)))
        pairs.append((f"<{SCHEMA}text>", literal(guess.text, guess.language)))
    return pairs


def _place_in_text(origin: Origin, mention: EntityMention) -> list[Pair]:
    if mention.transcript is None or mention.begin is None or mention.end is None:
        return []
    transcript = origin.representation(mention.transcript)
    return [
        (TYPE, f"<{NIF}EntityOccurrence>"),
        (f"<{NIF}referenceContext>", transcript),
        (f"<{NIF}beginIndex>", integer(mention.begin)),
        (f"<{NIF}endIndex>", integer(mention.end)),
        (f"<{NIF}anchorOf>", literal(mention.text)),
        (f"<{PROV}wasDerivedFrom>", transcript),
    ]


def _subject(origin: Origin, known: Known) -> str:
    guess = known.annotation
    if isinstance(guess, Transcript):
        return origin.representation(text_digest(guess.text))
    # Only the IRI of a person or of a concept comes from outside.
    named = isinstance(guess, FaceMatch | Tag)
    named = named or (isinstance(guess, EntityMention) and bool(known.person or guess.person))
    subject = subject_of(origin.mint, known)
    return iri(subject) if named else minted(subject)


def _is_a_person(known: Known, mention: EntityMention) -> bool:
    linked = bool(known.person or mention.person)
    return linked or (mention.entity is not None and mention.entity_type is EntityType.PERSON)


def fragment_lines(origin: Origin, fragment: Fragment, graph: str) -> list[str]:
    """Return a fragment: what it is a part of, its bounds in time and its box, if it has them."""
    pairs = [
        (TYPE, f"<{EBUCORE}MediaFragment>"),
        (f"<{EBUCORE}isMediaFragmentOf>", origin.file),
        *_bounds(fragment),
    ]
    if fragment.whole:
        pairs.append((f"<{origin.mint.names.gld}unstated>", f"<{SCHEMA}startTime>"))
    return about(origin.fragment(fragment), graph, pairs)


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
    return about(minted(wikidata(mention.entity)), graph, pairs)


def name_lines(mint: Mint, partner: str, mention: EntityMention, graph: str) -> list[str]:
    """Return the name of a mention that has no entity: one node for all its mentions at the partner."""
    candidate = minted(mint.candidate(partner, mention.text))
    label = literal(mention.text, mention.language)
    return about(candidate, graph, [(TYPE, f"<{mint.names.gld}EntityCandidate>"), (f"<{RDFS}label>", label)])


def concept_lines(mint: Mint, partner: str, tag: Tag, graph: str) -> list[str]:
    """Return the concept of a tag with its label; without a concept, the words themselves as one.

    Raises:
        BadInput: the concept lies in the namespace of this instance, or a string cannot stand in the graph.
    """
    concept = iri(_tagged(mint, partner, tag))
    return about(concept, graph, [(TYPE, f"<{SKOS}Concept>"), (f"<{SKOS}prefLabel>", tag_label(tag))])


def tag_label(tag: Tag) -> str:
    """Return what a tag calls its concept, or else its words, as a term in a language."""
    return literal(tag.label or tag.text, tag.label_language or tag.language or _UNDETERMINED)


def text_context_lines(origin: Origin, transcript_sha256: str, graph: str) -> list[str]:
    """Return that a text exists of an item: enough for the offsets of a mention to have something to count in."""
    pairs = [(TYPE, f"<{HA_OBJECT}DigitalRepresentation>"), (f"<{RELATIONSHIP}rep>", origin.item)]
    return about(origin.representation(transcript_sha256), graph, pairs)


def transcript_lines(origin: Origin, transcript: Transcript, graph: str) -> list[str]:
    """Return the text of a transcript and its WebVTT file."""
    mint, run, digest = origin.mint, origin.run, text_digest(transcript.text)
    representation = origin.representation(digest)
    file = iri(mint.transcript_file(run.partner, run.file.key, digest))
    text_pairs = [
        (f"<{HA_OBJECT}isTranscriptionCopyOf>", origin.item),
        (f"<{RELATIONSHIP}inc>", file),
        (f"<{RELATIONSHIP}hsr>", file),
        (f"<{SCHEMA}name>", _CORRECTED_NAME if origin.stated else _TRANSCRIPT_NAME),
        (f"<{SCHEMA}inLanguage>", literal(transcript.language)),
        (f"<{SCHEMA}transcript>", literal(transcript.text)),
        (f"<{PROV}wasAttributedTo>", origin.agent),
        (f"<{PROV}wasDerivedFrom>", iri(mint.source(run.partner, run.item))),
    ]
    file_pairs = [
        (TYPE, f"<{PREMIS}File>"),
        (f"<{EBUCORE}hasMimeType>", literal("text/vtt")),
        (f"<{RELATIONSHIP}isi>", representation),
        (f"<{SCHEMA}name>", literal(f"{run.item}.{transcript.language}.vtt", transcript.language)),
    ]
    return [*about(representation, graph, text_pairs), *about(file, graph, file_pairs)]
