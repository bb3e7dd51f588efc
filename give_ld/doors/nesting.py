"""How deep RDF may be nested: a parser that goes down with its text ends the process, so depth is counted before."""

from __future__ import annotations

import re
from xml.parsers import expat

from pyoxigraph import RdfFormat

from give_ld.errors import BadInput

DEPTH = 200
"""The deepest nesting of JSON or XML that is read."""
TRIPLE_TERMS = 1000
"""The most triple terms of RDF 1.2 in one file: each may stand within another, and items have none."""
_JSON = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[{\]}]', re.DOTALL)


def check_nesting(content: bytes, form: RdfFormat) -> None:
    """Check, in one pass and without going down with it, that a text can be parsed.

    Raises:
        BadInput: it is nested too deep; or it is XML that is not well-formed, of which a parser of RDF may read a part.
    """
    if form == RdfFormat.JSON_LD:
        _check_json(content)
    elif form == RdfFormat.RDF_XML:
        _check_xml(content)
    elif content.count(b"<<(") > TRIPLE_TERMS:
        raise BadInput(f"more than {TRIPLE_TERMS} triple terms; items have none", rule="rdf-size")


def _check_json(content: bytes) -> None:
    depth = 0
    for token in _JSON.finditer(content):
        mark = content[token.start()]
        if mark in b"[{":
            depth += 1
            _check_depth(depth)
        elif mark in b"]}":
            depth -= 1


def _check_xml(content: bytes) -> None:
    depth = 0

    def start(_name: str, _attributes: object) -> None:
        nonlocal depth
        depth += 1
        _check_depth(depth)

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        message = f"no well-formed XML: {expat.errors.messages[error.code]}"
        raise BadInput(message, rule="rdf", value=str(error.lineno)) from error


def _check_depth(depth: int) -> None:
    if depth > DEPTH:
        raise BadInput(f"nested deeper than {DEPTH} levels", rule="rdf-size")
