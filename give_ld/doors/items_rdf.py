"""How items that stand in RDF are read, in the shapes of meemoo: what is said of each, and by which statements."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from give_ld.doors.nesting import check_nesting
from give_ld.errors import BadInput, NotUsable
from give_ld.rdf.namespaces import DCT, HA_DESCRIPTION, HA_LICENCE, ORG, PREMIS, RDF, SCHEMA

STATEMENTS = 2_000_000
"""The most statements of one file."""
SECONDS = 120.0
"""The longest that reading one file may take: nesting can make a short text slow."""
_OLD_SCHEMA = "http://schema.org/"
_ITEM = f"{PREMIS}IntellectualEntity"
_KINDS = {"Video": "video", "Audio": "audio", "Film": "film", "Image": "image", "Photograph": "image"}
# An entity of a few letters can stand for gigabytes, and a parser that expands it ends the process.
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)|\0", re.IGNORECASE)
_PREFERRED = ("nl", "en", "fr")

# What stands between the signs of any syntax; the end of an IRI is a word of its own.
_WORD = re.compile(rb"[^\s<>\"',;/#:]+")

Subject = NamedNode | BlankNode
Node = NamedNode | BlankNode | Literal


@dataclass(frozen=True)
class Said:
    """What a file says of one item: the fields of an item, or what is wrong, and where and how it stands there."""

    line: int
    pid: str
    raw: bytes
    fields: dict[str, object] | BadInput


def rdf_format(name: str, media_type: str = "") -> RdfFormat | None:
    """Return the syntax that a media type or else the ending of a name says; None if neither says any."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    said = RdfFormat.from_media_type(media_type.split(";")[0].strip()) if media_type else None
    return said or RdfFormat.from_extension("jsonld" if ending == "json" else ending)


def read_items(content: bytes, form: RdfFormat | None) -> Iterator[Said]:
    """Yield each item of a file, or the whole file as refused where it is no RDF or holds no item.

    Raises:
        NotUsable: nothing says the syntax.
    """
    if form is None:
        endings = ".ttl, .trig, .nt, .nq, .rdf or .jsonld"
        raise NotUsable(f"nothing says in which syntax of RDF this is; name the file {endings}", rule="rdf-syntax")
    try:
        statements = _Statements.read(content, form)
        items = statements.items()
    except BadInput as error:
        line = int(error.value) if error.rule == "rdf" and error.value else 1
        yield Said(line, "", content, BadInput(error.message, rule=error.rule))
        return
    words = {item: _word(statements.pid(item) or item.value) for item in items}
    lines = _lines(content, set(words.values()))
    seen: set[str] = set()
    for item in items:
        said = statements.said(item, lines.get(words[item], 1))
        if said.pid in seen and not isinstance(said.fields, BadInput):
            twice = BadInput("another item of the file has the same identifier", rule="pid-twice", value=said.pid)
            said = Said(said.line, said.pid, said.raw, twice)
        seen.add(said.pid)
        yield said


@dataclass
class _Statements:
    """The statements of a file by subject; graphs are taken together, in the order in which they stand."""

    of: dict[Subject, dict[str, list[Node]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))

    @classmethod
    def read(cls, content: bytes, form: RdfFormat) -> _Statements:
        if form == RdfFormat.RDF_XML and _DECLARATION.search(content):
            raise BadInput("RDF/XML with a document type is not read: write without entities", rule="rdf-doctype")
        check_nesting(content, form)
        found, deadline = cls(), time.monotonic() + SECONDS
        try:
            for number, quad in enumerate(parse(content, format=form), 1):
                if number > STATEMENTS or time.monotonic() > deadline:
                    message = (
                        f"more than {STATEMENTS} statements, or {SECONDS:.0f} seconds of reading; bring it in parts"
                    )
                    raise BadInput(message, rule="rdf-size")
                found._add(quad)
        except SyntaxError as error:
            if "LoadDocumentCallback" in str(error):
                message = "a context elsewhere is never fetched; write the context into the file"
                raise BadInput(message, rule="rdf-context") from error
            message = f"no {form.name}: {error.msg}"
            raise BadInput(message, rule="rdf", value=str(error.lineno or 1)) from error
        except ValueError as error:
            raise BadInput(f"no {form.name}: {error}", rule="rdf", value="1") from error
        return found

    def _add(self, quad: Quad) -> None:
        if isinstance(quad.subject, NamedNode | BlankNode) and isinstance(quad.object, NamedNode | BlankNode | Literal):
            predicate = quad.predicate.value.replace(_OLD_SCHEMA, SCHEMA, 1)
            self.of[quad.subject][predicate].append(quad.object)

    def items(self) -> list[Subject]:
        """Return the subjects that are items.

        Raises:
            BadInput: there is none.
        """
        found = [subject for subject, said in self.of.items() if any(_is_item(each) for each in said[f"{RDF}type"])]
        if not found:
            raise BadInput("nothing is an item: premis:IntellectualEntity, or a class of haDes", rule="items")
        return found

    def pid(self, item: Subject) -> str:
        """Return the first identifier of an item, if it has one."""
        return next((each.value for each in self.of[item][f"{SCHEMA}identifier"] if isinstance(each, Literal)), "")

    def said(self, item: Subject, line: int) -> Said:
        """Return what is said of an item, with its statements as they are kept if it is refused."""
        of = self.of[item]
        raw = "\n".join(f"{item} <{name}> {each} ." for name, values in of.items() for each in values).encode()
        try:
            fields: dict[str, object] | BadInput = self._fields(of)
        except BadInput as error:
            fields = error
        return Said(line, self.pid(item), raw, fields)

    def _fields(self, of: dict[str, list[Node]]) -> dict[str, object]:
        pids = sorted({each.value for each in of[f"{SCHEMA}identifier"]})
        if len(pids) != 1:
            raise BadInput("an item has one schema:identifier", rule="pid", value=", ".join(pids))
        title, language = _title(of[f"{SCHEMA}name"])
        collections = {name for each in of[f"{SCHEMA}isPartOf"] if (name := self._name(each))}
        dates = {each.value for each in of[f"{SCHEMA}dateCreated"]}
        if len(dates) > 1:
            raise BadInput("an item has one schema:dateCreated at most", rule="dates", value=", ".join(sorted(dates)))
        said = {
            "pid": pids[0],
            "title": title,
            "language": language,
            "kind": _kind(of),
            "licences": tuple(sorted({_licence(each) for each in of[f"{SCHEMA}license"]})),
            "created": next(iter(dates), None),
            "collection": collections.pop() if len(collections) == 1 else None,
            "local_ids": tuple(filter(None, (self._local_id(each) for each in of[f"{PREMIS}identifier"]))),
            "also_known_as": tuple(each.value for each in of[f"{SCHEMA}sameAs"]),
            "part_of": self._whole(of[f"{DCT}isPartOf"]),
            "owner": self._owner(of[f"{SCHEMA}maintainer"]),
        }
        return {name: value for name, value in said.items() if value}

    def _local_id(self, node: Node) -> str:
        """Return the number that an archive itself gives an item: a text, or the value of a haObj:LocalIdentifier."""
        if isinstance(node, Literal):
            return node.value
        values = self.of[node][f"{RDF}value"] if node in self.of else []
        return values[0].value if values else ""

    def _whole(self, wholes: list[Node]) -> str:
        """Return the PID of the item that an item is a part of: what the file says of it, or the end of its IRI."""
        if len(wholes) > 1:
            named = ", ".join(sorted(each.value for each in wholes))
            raise BadInput("an item is a part of one item at most", rule="parts", value=named)
        for each in wholes:
            said = [] if isinstance(each, Literal) or each not in self.of else self.of[each][f"{SCHEMA}identifier"]
            return said[0].value if said else each.value.rpartition("/")[2]
        return ""

    def _name(self, node: Node) -> str:
        """Return the name of a node, or the text that it is, or its IRI."""
        if isinstance(node, Literal):
            return node.value
        named = (
            [each for each in self.of[node][f"{SCHEMA}name"] if isinstance(each, Literal)] if node in self.of else []
        )
        return _title(list(named))[0] or (node.value if isinstance(node, NamedNode) else "")

    def _owner(self, maintainers: list[Node]) -> str:
        """Return the OR-id of who keeps an item: what the maintainer says of itself, or the end of its IRI."""
        for each in maintainers:
            if not isinstance(each, Literal) and each in self.of:
                for named in self.of[each][f"{ORG}identifier"]:
                    return named.value
            if (found := each.value.rpartition("/")[2]).startswith("OR-"):
                return found
        return ""


def _is_item(node: Node) -> bool:
    return node.value == _ITEM or (node.value.startswith(HA_DESCRIPTION) and isinstance(node, NamedNode))


def _title(names: list[Node]) -> tuple[str, str]:
    """Return a name with its language: Dutch, English or French if there is one, else the first by language."""
    found = sorted((each.language or "und", each.value) for each in names if isinstance(each, Literal))
    for language in _PREFERRED:
        for tag, value in found:
            if tag.split("-")[0] == language:
                return value, tag
    return (found[0][1], found[0][0]) if found else ("", "")


def _kind(of: dict[str, list[Node]]) -> str:
    classes = [each.value.removeprefix(HA_DESCRIPTION) for each in of[f"{RDF}type"]]
    stated = [_KINDS[name] for name in classes if name in _KINDS] or [each.value for each in of[f"{DCT}format"]]
    return stated[0] if stated else next((name for name in classes if "/" not in name), "")


def _licence(node: Node) -> str:
    value = node.value
    if isinstance(node, NamedNode) and not value.startswith(HA_LICENCE):
        raise BadInput(f"a licence is a concept under {HA_LICENCE}, or its code", rule="licence", value=value)
    return value.removeprefix(HA_LICENCE)


def _word(text: str) -> bytes:
    """Return the last word of a text."""
    words: list[bytes] = _WORD.findall(text.encode())
    return words[-1] if words else b""


def _lines(content: bytes, words: set[bytes]) -> dict[bytes, int]:
    """Return the number of the first line with each word, as near as bytes can say; all of them in one pass."""
    found: dict[bytes, int] = {}
    line, at = 1, 0
    for word in _WORD.finditer(content):
        if word.group() in words and word.group() not in found:
            line += content.count(b"\n", at, word.start())
            at = word.start()
            found[word.group()] = line
    return found
