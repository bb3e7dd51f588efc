"""Which queries are refused before any engine sees them: those that call another host, and those that are updates.

The words are found by reading SPARQL's tokens (SPARQL 1.1 Query, 19.8): a word inside a string, an IRI, a comment, a
variable or the local part of a prefixed name is no keyword. Oxigraph reads more than the grammar says (`1SERVICE<…>`,
`SERVICEex:a`), so a keyword may stick to its neighbours here too; and where the text can be read in two ways, a query
with one of the words in it is refused. This is the second belt: the workers have no network.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from give_ld.errors import BadQuery, NotAllowed

TOKEN = re.compile(
    r"""
      "{3}(?:(?:"|"")?(?:[^"\\]|\\.))*"{3}
    | '{3}(?:(?:'|'')?(?:[^'\\]|\\.))*'{3}
    | "(?:[^"\\\n\r]|\\.)*"
    | '(?:[^'\\\n\r]|\\.)*'
    | (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)
    | \#[^\n\r]*                                  # a comment
    | [?$][\w\u0080-\U0010ffff]+                  # a variable
    | @[A-Za-z]+(?:-+[A-Za-z0-9]+)*               # a language
    # A word or a prefix. One run either way: were the colon looked for first, a.a.a… would take quadratic time.
    | (?P<part>[\w.\u0080-\U0010ffff-]+)(?P<local>:(?:[\w.:\u0080-\U0010ffff-]|%[0-9A-Fa-f]{2}|\\.)*)?
    | :(?:[\w.:\u0080-\U0010ffff-]|%[0-9A-Fa-f]{2}|\\.)*
    | (?P<stray>["'\\])
    """,
    re.VERBOSE | re.DOTALL,
)
"""The tokens of a query that may hold a word, in groups `iri`, `part` with `local`, and `stray`."""
_CALLS_OUT = ("SERVICE", "LOAD")
_PROLOGUE = {"BASE", "PREFIX", "VERSION"}
_UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"}
# No expression has two slashes in a row: what begins like this is an IRI, never "less than".
_SURELY_IRI = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://")


def refuse(text: str) -> None:
    """Do nothing for a query that may go to an engine.

    Raises:
        NotAllowed: it is an update.
        BadQuery: it has SERVICE or LOAD.
    """
    if next((word for word in _words(text) if word not in _PROLOGUE), None) in _UPDATES:
        raise refusal_of_update()
    if found := _call_out(text):
        message = f"{found} is refused: a query here calls no other host; ask that host itself"
        raise BadQuery(message, rule="no-federation")


def refusal_of_update() -> NotAllowed:
    """Return the error that answers an update."""
    return NotAllowed("this endpoint reads only: no update is taken", rule="read-only")


def _call_out(text: str) -> str | None:
    """Return which of the words that call another host a query has, or may have."""
    upper = text.upper()
    suspects = [word for word in _CALLS_OUT if word in upper]
    if suspects and _is_ambiguous(text):
        return suspects[0]
    parts = [token["part"].upper() for token in TOKEN.finditer(text) if token["part"]] if suspects else []
    return next((word for word in suspects if any(word in part for part in parts)), None)


def _words(text: str) -> Iterator[str]:
    return (token["part"].upper() for token in TOKEN.finditer(text) if token["part"] and not token["local"])


def _is_ambiguous(text: str) -> bool:
    """Return whether a quote or a comment may begin elsewhere than where the tokens say."""
    for token in TOKEN.finditer(text):
        iri = token["iri"]
        if token["stray"] or (iri and not _SURELY_IRI.match(iri) and ("'" in iri or "#" in iri)):
            return True
    return False
