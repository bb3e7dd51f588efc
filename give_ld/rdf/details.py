"""What only the private graph says of a guess: all that the record said and that nobody outside needs to know."""

from __future__ import annotations

from give_ld.model.annotation import EntityMention, FaceMatch, SpeakerSegment, Tag, Transcript, UnknownFace
from give_ld.model.decision import Known
from give_ld.rdf.iris import Mint, wikidata
from give_ld.rdf.namespaces import DCT, ITSRDF, RDFS, SCHEMA
from give_ld.rdf.terms import Pair, decimal, integer, iri, literal, minted


def detail_pairs(mint: Mint, known: Known) -> list[Pair]:
    """Return margins, counts, labels and languages of a guess, so that the graph gives the guess back as it came.

    Raises:
        BadInput: a string that cannot stand in the graph.
    """
    guess, gld = known.annotation, mint.names.gld
    match guess:
        case FaceMatch():
            margin = [] if guess.margin is None else [(f"<{gld}margin>", decimal(guess.margin))]
            return [_label(guess.person_name), *_samples(gld, guess.samples), *margin]
        case UnknownFace():
            return _samples(gld, guess.samples)
        case SpeakerSegment():
            return [_label(guess.label)] if guess.label else []
        case Tag():
            return [_label(guess.label, guess.label_language)] if guess.label else []
        case Transcript():
            sure = guess.language_probability
            return [
                _language(guess.language),
                *([] if sure is None else [(f"<{gld}languageProbability>", decimal(sure))]),
            ]
        case EntityMention():
            return _of_mention(gld, known, guess)


def _samples(gld: str, samples: int | None) -> list[Pair]:
    return [] if samples is None else [(f"<{gld}samples>", integer(samples))]


def _of_mention(gld: str, known: Known, mention: EntityMention) -> list[Pair]:
    pairs = [_language(mention.language)]
    if mention.label:
        pairs.append(_label(mention.label, mention.label_language))
    if mention.transcript is None:
        pairs.append((f"<{SCHEMA}text>", literal(mention.text)))
    if mention.person:
        pairs.append((f"<{gld}statedPerson>", iri(mention.person)))
    if mention.entity and (known.person or mention.person):
        pairs.append((f"<{ITSRDF}taIdentRef>", minted(wikidata(mention.entity))))
    return pairs


def _label(text: str, language: str | None = None) -> Pair:
    return f"<{RDFS}label>", literal(text, language)


def _language(language: str) -> Pair:
    return f"<{DCT}language>", literal(language)
