"""How shapes become queries: one set-based SPARQL query a shape, so that gate and audit read the same rules.

What it cannot compile it refuses by name: sh:sparql, recursion, blank nodes as terms, disjoint qualified shapes. A node
is of the classes that it states: which class is below which is the ontology's to say, and no graph here rests on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from rdflib import RDF, RDFS, Graph
from rdflib.namespace import SH
from rdflib.term import BNode, Node

from give_ld.errors import BadInput
from give_ld.rdf import constraints as c
from give_ld.rdf.constraints import Focus, Offence, Values, members, term
from give_ld.rdf.violation import messages_of

_TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
_SAYS_NOTHING = {
    RDF.type,
    *_TARGETS,
    *(SH.path, SH.property, SH.message, SH.severity, SH.deactivated, SH.name, SH.description, SH.order, SH.group),
    *(SH.defaultValue, SH.flags, SH.ignoredProperties),
    *(SH.qualifiedMinCount, SH.qualifiedMaxCount, SH.qualifiedValueShapesDisjoint),
}
_REPEATED = {SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}


@dataclass(frozen=True)
class Query:
    """One shape as a SELECT of ?focus, ?component and, where there is one, ?value; as an ASK it stops at the first.

    `targets` are the classes and predicates of which one must occur for there to be anything to look at; none is any.
    """

    shape: Node
    path: str
    severity: str
    messages: Mapping[str, str]
    targets: frozenset[str]
    select: str
    ask: str

    @property
    def refuses(self) -> bool:
        """Return whether what breaks the shape is kept out; a warning is only told."""
        return self.severity == str(SH.Violation)


def compile_shapes(shapes: Graph) -> list[Query]:
    """Return a query for each shape that has a target, and for each property shape inside those, in a fixed order.

    Raises:
        BadInput: a shape has a constraint that cannot be compiled; it names both.
    """
    if (None, SH.parameter, None) in shapes:
        raise BadInput("a constraint component of one's own cannot be compiled", rule="shape-not-compiled")
    targeted = {node for target in _TARGETS for node in shapes.subjects(target)}
    targeted |= {node for node in _declared(shapes) if (node, RDF.type, RDFS.Class) in shapes}
    reader = _Reader(shapes)
    return [query for node in sorted(targeted, key=str) for query in reader.queries(node)]


def _declared(shapes: Graph) -> Iterator[Node]:
    for kind in (SH.NodeShape, SH.PropertyShape):
        yield from shapes.subjects(RDF.type, kind)


class _Reader:
    """One pass over a graph of shapes; every variable that it makes is new."""

    def __init__(self, shapes: Graph) -> None:
        self._shapes = shapes
        self._numbers = count()
        self._inside: list[Node] = []

    def queries(self, shape: Node) -> Iterator[Query]:
        """Yield the query of a shape and those of the property shapes inside it."""
        target, targets = self._target(shape), self._target_terms(shape)
        for part, focus, offences in self._parts(shape, Focus(target, ("?this",))):
            yield Query(
                shape=part,
                path=self._path_name(part),
                severity=str(self._shapes.value(part, SH.severity) or SH.Violation),
                messages=messages_of(self._shapes, part),
                targets=targets,
                select=f"SELECT DISTINCT ?focus ?component ?value WHERE {{ {_reported(focus, offences)} }}",
                ask=f"ASK {{ {_union(offences)} }}",
            )

    def _new(self) -> str:
        return f"?v{next(self._numbers)}"

    def _path_name(self, shape: Node) -> str:
        path = self._shapes.value(shape, SH.path)
        return "" if path is None or isinstance(path, BNode) else str(path)

    def _target_terms(self, shape: Node) -> frozenset[str]:
        if (shape, SH.targetNode, None) in self._shapes:
            return frozenset()
        classes = {str(each) for each in self._shapes.objects(shape, SH.targetClass)}
        if (shape, RDF.type, RDFS.Class) in self._shapes:
            classes.add(str(shape))
        predicates = [
            *self._shapes.objects(shape, SH.targetSubjectsOf),
            *self._shapes.objects(shape, SH.targetObjectsOf),
        ]
        return frozenset(classes | set(map(str, predicates)))

    def _target(self, shape: Node) -> str:
        said = self._shapes.objects
        found = [c.instance_of("?this", each) for each in said(shape, SH.targetClass)]
        if (shape, RDF.type, RDFS.Class) in self._shapes:
            found.append(c.instance_of("?this", shape))
        found += [f"VALUES ?this {{ {term(each)} }}" for each in said(shape, SH.targetNode)]
        found += [f"?this {term(each)} {self._new()} ." for each in said(shape, SH.targetSubjectsOf)]
        found += [f"{self._new()} {term(each)} ?this ." for each in said(shape, SH.targetObjectsOf)]
        return found[0] if len(found) == 1 else " UNION ".join(f"{{ {each} }}" for each in sorted(found))

    def _parts(self, shape: Node, focus: Focus) -> Iterator[tuple[Node, Focus, list[Offence]]]:
        """Yield a shape and the property shapes inside it, each with what it looks at and what breaks it."""
        if shape in self._inside:
            raise BadInput(f"{shape}: a shape inside itself cannot be compiled", rule="shape-not-compiled")
        if str(self._shapes.value(shape, SH.deactivated)) == "true":
            return
        self._inside.append(shape)
        values = self._values(shape, focus)
        if offences := list(self._offences(shape, values)):
            yield shape, focus, offences
        for inner in self._shapes.objects(shape, SH.property):
            yield from self._parts(inner, values.as_focus())
        self._inside.pop()

    def _values(self, shape: Node, focus: Focus) -> Values:
        path = self._shapes.value(shape, SH.path)
        return Values(focus, "", focus.node) if path is None else Values(focus, self._path(path), self._new())

    def _path(self, path: Node) -> str:
        if not isinstance(path, BNode):
            return term(path)
        if (path, RDF.first, None) in self._shapes:
            return f"({'/'.join(self._path(each) for each in members(self._shapes, path))})"
        if (inverse := self._shapes.value(path, SH.inversePath)) is not None:
            return f"^({self._path(inverse)})"
        if (either := self._shapes.value(path, SH.alternativePath)) is not None:
            return f"({'|'.join(self._path(each) for each in members(self._shapes, either))})"
        for predicate, sign in _REPEATED.items():
            if (repeated := self._shapes.value(path, predicate)) is not None:
                return f"({self._path(repeated)}){sign}"
        raise BadInput(f"{path}: no path that SHACL knows", rule="shape-not-compiled")

    def _offences(self, shape: Node, values: Values) -> Iterator[Offence]:
        for predicate, wanted in sorted(self._shapes.predicate_objects(shape), key=str):
            name = str(predicate).removeprefix(str(SH))
            component = f"{SH}{name[0].upper()}{name[1:]}ConstraintComponent"
            if predicate in c.OF_VALUES:
                yield Offence(component, c.OF_VALUES[predicate](values, wanted), values.variable)
            elif predicate in c.OF_NODES:
                yield Offence(component, c.OF_NODES[predicate](values, wanted))
            elif predicate in _OTHERS:
                yield from _OTHERS[predicate](self, shape, wanted, values)
            elif predicate not in _SAYS_NOTHING and str(predicate).startswith(str(SH)):
                raise BadInput(f"{shape}: sh:{name} cannot be compiled", rule="shape-not-compiled")

    def _class(self, shape: Node, wanted: Node, values: Values) -> Iterator[Offence]:
        others = c.instance_of(values.variable, wanted)
        yield Offence(f"{SH}ClassConstraintComponent", values.wrong(f"MINUS {{ {others} }}"), values.variable)

    def _in(self, shape: Node, wanted: Node, values: Values) -> Iterator[Offence]:
        where = c.one_of(values, members(self._shapes, wanted))
        yield Offence(f"{SH}InConstraintComponent", where, values.variable)

    def _languages(self, shape: Node, wanted: Node, values: Values) -> Iterator[Offence]:
        where = c.languages(values, members(self._shapes, wanted))
        yield Offence(f"{SH}LanguageInConstraintComponent", where, values.variable)

    def _pattern(self, shape: Node, wanted: Node, values: Values) -> Iterator[Offence]:
        flags = str(self._shapes.value(shape, SH.flags) or "")
        yield Offence(f"{SH}PatternConstraintComponent", c.pattern(values, wanted, flags), values.variable)

    def _unique_language(self, shape: Node, wanted: Node, values: Values) -> Iterator[Offence]:
        if str(wanted) == "true":
            yield Offence(f"{SH}UniqueLangConstraintComponent", c.one_a_language(values))

    def _equals(self, shape: Node, wanted: Node, values: Values) -> Iterator[Offence]:
        for where in c.equal_to(values, wanted):
            yield Offence(f"{SH}EqualsConstraintComponent", where, values.variable)

    def _closed(self, shape: Node, wanted: Node, values: Values) -> Iterator[Offence]:
        if str(wanted) != "true":
            return
        inner = self._shapes.objects(shape, SH.property)
        paths = [path for each in inner if (path := self._shapes.value(each, SH.path)) is not None]
        ignored = self._shapes.value(shape, SH.ignoredProperties)
        allowed = [*paths, *(members(self._shapes, ignored) if ignored is not None else ())]
        where = c.closed(values, {str(each) for each in allowed if not isinstance(each, BNode)})
        yield Offence(f"{SH}ClosedConstraintComponent", where, f"{values.variable}Said")

    def _violators(self, shape: Node, values: Values) -> str | None:
        """Return the pattern of those values that break a shape, or None if nothing can."""
        focus = values.as_focus()
        offences = [each for _, _, found in self._parts(shape, focus) for each in found]
        if not offences:
            return None
        return f"{{ SELECT DISTINCT {' '.join(focus.variables)} WHERE {{ {_union(offences)} }} }}"

    def _all(self, shape: Node, wanted: Node, values: Values) -> Iterator[Offence]:
        found = [where for each in members(self._shapes, wanted) if (where := self._violators(each, values))]
        if found:
            yield Offence(f"{SH}AndConstraintComponent", " UNION ".join(found), values.variable)

    def _any(self, shape: Node, wanted: Node, values: Values) -> Iterator[Offence]:
        found = [self._violators(each, values) for each in members(self._shapes, wanted)]
        where = " ".join(each for each in found if each)
        if all(found):
            yield Offence(f"{SH}OrConstraintComponent", where, values.variable)

    def _exactly_one(self, shape: Node, wanted: Node, values: Values) -> Iterator[Offence]:
        shapes, failed = members(self._shapes, wanted), self._new()
        found = [self._violators(each, values) for each in shapes]
        numbered = [f"{{ {where} BIND({n} AS {failed}) }}" for n, where in enumerate(found) if where]
        where = f"{values.where} OPTIONAL {{ {' UNION '.join(numbered)} }}" if numbered else values.where
        having = f"COUNT(DISTINCT {failed}) != {len(shapes) - 1}"
        yield Offence(f"{SH}XoneConstraintComponent", values.as_focus().grouped(where, having), values.variable)

    def _not(self, shape: Node, wanted: Node, values: Values) -> Iterator[Offence]:
        broken = self._violators(wanted, values)
        where = f"{values.where} MINUS {{ {broken} }}" if broken else values.where
        yield Offence(f"{SH}NotConstraintComponent", where, values.variable)

    def _node(self, shape: Node, wanted: Node, values: Values) -> Iterator[Offence]:
        if where := self._violators(wanted, values):
            yield Offence(f"{SH}NodeConstraintComponent", where, values.variable)

    def _qualified(self, shape: Node, wanted: Node, values: Values) -> Iterator[Offence]:
        if str(self._shapes.value(shape, SH.qualifiedValueShapesDisjoint)) == "true":
            raise BadInput(f"{shape}: sh:qualifiedValueShapesDisjoint cannot be compiled", rule="shape-not-compiled")
        broken = self._violators(wanted, values)
        right = f"{values.where} MINUS {{ {broken} }}" if broken else values.where
        where = f"{values.focus.where} OPTIONAL {{ {right} }}"
        for bound, sign in ((SH.qualifiedMinCount, "<"), (SH.qualifiedMaxCount, ">")):
            if (number := self._shapes.value(shape, bound)) is not None:
                having = f"COUNT(DISTINCT {values.variable}) {sign} {int(str(number))}"
                name = str(bound).removeprefix(f"{SH}q")
                yield Offence(f"{SH}Q{name}ConstraintComponent", values.focus.grouped(where, having))


_OTHERS: dict[Node, Callable[[_Reader, Node, Node, Values], Iterator[Offence]]] = {
    SH["class"]: _Reader._class,
    SH["in"]: _Reader._in,
    SH["and"]: _Reader._all,
    SH["or"]: _Reader._any,
    SH["not"]: _Reader._not,
    SH.xone: _Reader._exactly_one,
    SH.node: _Reader._node,
    SH.qualifiedValueShape: _Reader._qualified,
    SH.languageIn: _Reader._languages,
    SH.pattern: _Reader._pattern,
    SH.uniqueLang: _Reader._unique_language,
    SH.equals: _Reader._equals,
    SH.closed: _Reader._closed,
}


def _union(offences: list[Offence]) -> str:
    return " UNION ".join(f"{{ {each.where} }}" for each in offences)


def _reported(focus: Focus, offences: list[Offence]) -> str:
    told = [
        f"{{ {each.where} BIND({focus.node} AS ?focus) BIND(<{each.component}> AS ?component)"
        f"{f' BIND({each.value} AS ?value)' if each.value else ''} }}"
        for each in offences
    ]
    return " UNION ".join(told)
