"""What answers "why is this here, and who said so?": the public part for everybody, more for those who may see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode, Triple

from give_ld.errors import Gone, NotFound
from give_ld.rdf.namespaces import SCHEMA, Namespaces
from give_ld.review.why.document import Document, document
from give_ld.review.why.evidence import Source, annotations_in, asked_about, evidence
from give_ld.review.why.question import Question

UNKNOWN = "nothing is known about this, or nothing that you may see"
LEFT_OUT = {
    "en": (
        "the person who decided",
        "the reason given",
        "earlier decisions",
        "other candidates",
        "settings, outcome and energy of the run",
        "name and checksum of the file",
    ),
    "nl": (
        "de persoon die besliste",
        "de opgegeven reden",
        "eerdere beslissingen",
        "andere kandidaten",
        "instellingen, uitkomst en energie van de run",
        "naam en controlegetal van het bestand",
    ),
    "fr": (
        "la personne qui a décidé",
        "le motif donné",
        "les décisions antérieures",
        "les autres candidats",
        "les réglages, le résultat et l'énergie du traitement",
        "le nom et la somme de contrôle du fichier",
    ),
}
"""What a public answer does not say, by language."""


class Inside(Protocol):
    """What one asker may see beyond the public."""

    def evidence(self, annotation: NamedNode) -> Iterable[Triple]:
        """Return what the asker may know of the chain behind an annotation; nothing where that is not more."""


@dataclass(frozen=True)
class Explainer:
    """Answers from what is public; nothing else is within its reach but what it is handed with a question.

    `is_gone(iri)` says of what is not public whether it once was.
    """

    public: Source
    base: str
    is_gone: Callable[[str], bool]

    def explain(self, question: Question, inside: Inside | None = None) -> Document:
        """Return every annotation that answers, with its chain, as JSON-LD.

        Raises:
            NotFound: there is none, or none that the asker may know of.
            Gone: the annotation asked about was public and has been withdrawn.
        """
        asked = asked_about(self.public, question, self.base)
        known = {each: set(inside.evidence(each)) for each in asked} if inside else {}
        outside = [each for each in asked if not known.get(each)]
        public = evidence(self.public, outside, self.base)
        triples = public.union(*known.values())
        seen = sorted({*annotations_in(triples)} & {*asked}, key=lambda node: node.value)
        if seen:
            return answer(self.base, question, triples | _said(self.base, question, seen, left_out=bool(public)))
        if question.annotation is not None and self.is_gone(question.annotation.value):
            raise Gone("this was public and has been withdrawn")
        raise NotFound(UNKNOWN)


def answer(base: str, question: Question, triples: set[Triple]) -> Document:
    """Return triples as the answer to a question."""
    fact = {question.fact} if question.fact else set()
    return document(_name(base, question).value, question.asked, triples | fact, Namespaces(base))


def explain_inside(inside: Inside, question: Question, base: str) -> Document:
    """Return what one asker may know of an annotation, public or not.

    Raises:
        NotFound: there is none, or none that the asker may know of.
    """
    return Explainer(lambda _: (), base, lambda _: False).explain(question, inside)


def _name(base: str, question: Question) -> NamedNode:
    return NamedNode(f"{base}/why?{urlencode(question.asked)}")


def _said(base: str, question: Question, seen: Sequence[NamedNode], *, left_out: bool) -> set[Triple]:
    """Return what the answer says of itself: what it is about, and what it leaves out."""
    name = _name(base, question)
    said = {Triple(name, NamedNode(f"{SCHEMA}about"), each) for each in seen}
    texts = [(language, text) for language, names in LEFT_OUT.items() for text in names] if left_out else []
    condition = NamedNode(f"{SCHEMA}conditionsOfAccess")
    return said | {Triple(name, condition, Literal(text, language=language)) for language, text in texts}
