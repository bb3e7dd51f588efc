"""Which values break a constraint of SHACL Core: as set-based patterns of SPARQL, a function for each constraint.

A pattern finds all offenders at once. What must not be there is taken off with MINUS, and what is counted is grouped:
FILTER NOT EXISTS over several patterns is quadratic in Oxigraph.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rdflib import RDF, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import SH, XSD
from rdflib.term import Node

from give_ld.errors import BadInput

# The datatypes whose literals may be ill-formed and that SPARQL can cast, so that it can tell.
_CAST = {
    str(each)
    for each in (
        XSD.boolean,
        XSD.date,
        XSD.dateTime,
        XSD.decimal,
        XSD.double,
        XSD.duration,
        XSD.float,
        XSD.integer,
        XSD.time,
    )
}
_KINDS = {
    SH.IRI: "isIRI({0})",
    SH.Literal: "isLiteral({0})",
    SH.BlankNode: "isBlank({0})",
    SH.BlankNodeOrIRI: "!isLiteral({0})",
    SH.BlankNodeOrLiteral: "!isIRI({0})",
    SH.IRIOrLiteral: "!isBlank({0})",
}


@dataclass(frozen=True)
class Focus:
    """The nodes that a shape looks at: a pattern, and the variables in it that say which; the last is the node."""

    where: str
    variables: tuple[str, ...]

    @property
    def node(self) -> str:
        """Return the variable of the node."""
        return self.variables[-1]

    def grouped(self, where: str, having: str) -> str:
        """Return a pattern of the nodes for which an aggregate over `where` holds."""
        names = " ".join(self.variables)
        return f"{{ SELECT {names} WHERE {{ {where} }} GROUP BY {names} HAVING ({having}) }}"


@dataclass(frozen=True)
class Values:
    """The value nodes of a shape: the focus itself, or what its path leads to from there. `path` is SPARQL."""

    focus: Focus
    path: str
    variable: str

    @property
    def where(self) -> str:
        """Return the pattern that binds the focus and the value."""
        return f"{self.focus.where} {self.step}" if self.path else self.focus.where

    @property
    def step(self) -> str:
        """Return the pattern from the focus to the value."""
        return f"{self.focus.node} {self.path} {self.variable} ."

    def wrong(self, condition: str) -> str:
        """Return the pattern of the values, with their focus, for which a condition holds."""
        if not self.path or self._is_reflexive:
            return f"{self.where} {condition}"
        # First what is wrong, then whether the shape looks at it: most often nothing is, and no node is looked up.
        names = f"{self.focus.node} {self.variable}"
        return f"{{ SELECT {names} WHERE {{ {self.step} {condition} }} }} {self.focus.where}"

    def counted(self, having: str, more: str = "", by: str = "") -> str:
        """Return the pattern of the nodes for whose values an aggregate holds."""
        if not self.path or self._is_reflexive:
            return self.focus.grouped(f"{self.where} {more}", having)
        node = self.focus.node
        groups = f"{{ SELECT {node} WHERE {{ {self.step} {more} }} GROUP BY {node} {by} HAVING ({having}) }}"
        return f"{groups} {self.focus.where}"

    @property
    def _is_reflexive(self) -> bool:
        # Such a path leads from a node to itself even where no statement has the node.
        return "*" in self.path or "?" in self.path

    def as_focus(self) -> Focus:
        """Return the values as what a shape inside this one looks at."""
        if not self.path:
            return self.focus
        return Focus(self.where, (*self.focus.variables, self.variable))


@dataclass(frozen=True)
class Offence:
    """A pattern of what breaks one constraint; `value` is the variable of the value, empty where there is none."""

    component: str
    where: str
    value: str = ""


def term(node: Node) -> str:
    """Return a term as SPARQL writes it.

    Raises:
        BadInput: it is a blank node, which no query can name.
    """
    if isinstance(node, URIRef | Literal):
        return node.n3()
    raise BadInput("a blank node cannot be named in a query; give it an IRI", rule="shape-not-compiled")


def members(shapes: Graph, head: Node) -> list[Node]:
    """Return the members of a list in a shapes graph."""
    return list(Collection(shapes, head))


def _unless(values: Values, test: str) -> str:
    """Return the pattern of the values for which a test is false or an error."""
    return values.wrong(f"FILTER(!COALESCE({test}, false))")


def instance_of(variable: str, name: Node) -> str:
    """Return the pattern of the instances of a class."""
    return f"{variable} <{RDF.type}> {term(name)} ."


def datatype(values: Values, wanted: Node) -> str:
    """Return the pattern of the values that are no well-formed literals of a datatype.

    Raises:
        BadInput: SPARQL cannot tell whether a literal of this datatype is well-formed.
    """
    name, value = str(wanted), values.variable
    right = f"isLiteral({value}) && DATATYPE({value}) = <{name}>"
    if name in _CAST:
        right += f" && DATATYPE(<{name}>(STR({value}))) = <{name}>"
    elif name.startswith(str(XSD)) and wanted != XSD.string:
        raise BadInput(f"sh:datatype {name} cannot be compiled", rule="shape-not-compiled")
    return _unless(values, right)


def node_kind(values: Values, wanted: Node) -> str:
    """Return the pattern of the values that are not of a kind of node."""
    return _unless(values, _KINDS[URIRef(str(wanted))].format(values.variable))


def at_least(values: Values, count: Node) -> str:
    """Return the pattern of the nodes with fewer values."""
    focus = values.focus
    if int(str(count)) == 0:
        return f"{focus.where} FILTER(false)"
    if int(str(count)) == 1:
        return f"{focus.where} MINUS {{ {values.step} }}"
    where = f"{focus.where} OPTIONAL {{ {values.step} }}"
    return focus.grouped(where, f"COUNT(DISTINCT {values.variable}) < {int(str(count))}")


def at_most(values: Values, count: Node) -> str:
    """Return the pattern of the nodes with more values."""
    return values.counted(f"COUNT(DISTINCT {values.variable}) > {int(str(count))}")


def pattern(values: Values, wanted: Node, flags: str) -> str:
    """Return the pattern of the values whose text does not match a regular expression."""
    expression, value = Literal(str(wanted)).n3(), values.variable
    return _unless(values, f"!isBlank({value}) && REGEX(STR({value}), {expression}, {Literal(flags).n3()})")


def _length(sign: str) -> Callable[[Values, Node], str]:
    def compiled(values: Values, wanted: Node) -> str:
        value = values.variable
        return _unless(values, f"!isBlank({value}) && STRLEN(STR({value})) {sign} {int(str(wanted))}")

    return compiled


def _range(sign: str) -> Callable[[Values, Node], str]:
    return lambda values, wanted: _unless(values, f"{values.variable} {sign} {term(wanted)}")


def one_of(values: Values, wanted: list[Node]) -> str:
    """Return the pattern of the values that are none of these terms."""
    return values.wrong(f"MINUS {{ VALUES {values.variable} {{ {' '.join(map(term, wanted))} }} }}")


def has(values: Values, wanted: Node) -> str:
    """Return the pattern of the nodes that do not have a value."""
    if not values.path:
        return _unless(values, f"sameTerm({values.variable}, {term(wanted)})")
    return f"{values.focus.where} MINUS {{ {values.focus.node} {values.path} {term(wanted)} }}"


def languages(values: Values, wanted: list[Node]) -> str:
    """Return the pattern of the values in none of these languages."""
    tag = f"LANG({values.variable})"
    return _unless(values, " || ".join(f"LANGMATCHES({tag}, {Literal(str(each)).n3()})" for each in wanted))


def one_a_language(values: Values) -> str:
    """Return the pattern of the nodes with two values in one language."""
    tag = f"{values.variable}Tag"
    tagged = f"BIND(LCASE(LANG({values.variable})) AS {tag}) FILTER({tag} != '')"
    return values.counted(f"COUNT(DISTINCT {values.variable}) > 1", tagged, by=tag)


def equal_to(values: Values, other: Node) -> list[str]:
    """Return the patterns of the values that only one of two properties has.

    Raises:
        BadInput: the shape has no path.
    """
    if not values.path:
        raise BadInput("sh:equals of a node shape cannot be compiled", rule="shape-not-compiled")
    same = f"{values.focus.node} {term(other)} {values.variable}"
    turned = Values(values.focus, term(other), values.variable)
    return [values.wrong(f"MINUS {{ {same} }}"), turned.wrong(f"MINUS {{ {values.step} }}")]


def apart_from(values: Values, other: Node) -> str:
    """Return the pattern of the values that another property has as well."""
    return values.wrong(f"{values.focus.node} {term(other)} {values.variable} .")


def _before(sign: str) -> Callable[[Values, Node], str]:
    def compiled(values: Values, other: Node) -> str:
        against = f"{values.variable}Other"
        pair = f"{values.focus.node} {term(other)} {against} ."
        return values.wrong(f"{pair} FILTER(!COALESCE({values.variable} {sign} {against}, false))")

    return compiled


def closed(values: Values, allowed: set[str]) -> str:
    """Return the pattern of the values of predicates that are not among those allowed."""
    predicate, value = f"{values.variable}Predicate", f"{values.variable}Said"
    listed = " ".join(f"<{each}>" for each in sorted(allowed))
    where = f"{values.where} {values.variable} {predicate} {value} ."
    return f"{where} MINUS {{ VALUES {predicate} {{ {listed} }} }}"


# Constraints whose offenders are values, and those whose offenders are nodes; each has one parameter.
OF_VALUES: dict[Node, Callable[[Values, Node], str]] = {
    SH.datatype: datatype,
    SH.nodeKind: node_kind,
    SH.minInclusive: _range(">="),
    SH.maxInclusive: _range("<="),
    SH.minExclusive: _range(">"),
    SH.maxExclusive: _range("<"),
    SH.minLength: _length(">="),
    SH.maxLength: _length("<="),
    SH.disjoint: apart_from,
    SH.lessThan: _before("<"),
    SH.lessThanOrEquals: _before("<="),
}
OF_NODES: dict[Node, Callable[[Values, Node], str]] = {SH.minCount: at_least, SH.maxCount: at_most, SH.hasValue: has}
