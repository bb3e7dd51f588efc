"""What somebody asks about: an annotation, or a plain triple."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyoxigraph
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple

from give_ld.errors import BadQuery
from give_ld.model.base import check_iri

MOST_CHARACTERS = 10_000
_HOW = 'ask about ?annotation=IRI, or about a triple with ?s=IRI&p=IRI&o=IRI; a literal is written o="text"@nl'


@dataclass(frozen=True)
class Question:
    """Exactly one of the two is asked about."""

    annotation: NamedNode | None = None
    fact: Triple | None = None

    @property
    def asked(self) -> dict[str, str]:
        """Return the parameters that ask this, a literal object as an N-Triples term."""
        if self.fact is None:
            return {"annotation": self.annotation.value if self.annotation else ""}
        s, p, o = self.fact.subject, self.fact.predicate, self.fact.object
        return {"s": str(s)[1:-1], "p": p.value, "o": o.value if isinstance(o, NamedNode) else str(o)}


def question(asked: dict[str, str]) -> Question:
    """Return the question of the parameters `annotation`, or `s`, `p` and `o`; empty ones count as absent.

    Raises:
        BadQuery: they ask about nothing, about both, or about what is no IRI and no literal.
    """
    given = {name: value for name, value in asked.items() if value}
    if given.keys() == {"annotation"}:
        return Question(annotation=_iri("annotation", given["annotation"]))
    if given.keys() == {"s", "p", "o"}:
        return Question(fact=Triple(_iri("s", given["s"]), _iri("p", given["p"]), _object(given["o"])))
    raise BadQuery(_HOW, rule="question")


def question_of(terms: Sequence[str]) -> Question:
    """Return the question of the words of a command: an IRI, three terms, or one N-Triples statement.

    Raises:
        BadQuery: they are none of these.
    """
    if len(terms) == 3:
        return question(dict(zip(("s", "p", "o"), terms, strict=True)))
    if len(terms) != 1:
        raise BadQuery("give the IRI of an annotation, a triple as three arguments, or one N-Triples statement")
    text = terms[0].strip().removesuffix(" .")
    parts = text.split(maxsplit=2)
    return question(dict(zip(("s", "p", "o"), parts, strict=True)) if len(parts) == 3 else {"annotation": text})


def _iri(name: str, value: str) -> NamedNode:
    try:
        return NamedNode(check_iri(value.removeprefix("<").removesuffix(">")))
    except ValueError as error:
        raise BadQuery(f"{name} is no IRI: {error}", rule="iri") from error


def _object(value: str) -> NamedNode | Literal:
    if not value.startswith('"'):
        return _iri("o", value)
    if len(value) > MOST_CHARACTERS:
        raise BadQuery(f"o has more than {MOST_CHARACTERS} characters", rule="literal")
    try:
        found = list(pyoxigraph.parse(f"<asked:s> <asked:p> {value} .", RdfFormat.N_TRIPLES))
    except (SyntaxError, ValueError) as error:
        raise BadQuery('o is no literal; write it as "text", "text"@nl or "1"^^<IRI>', rule="literal") from error
    if len(found) != 1 or not isinstance(found[0].object, Literal):
        raise BadQuery("o is more than one literal", rule="literal")
    return found[0].object
