"""How a partner's own item metadata comes in, as CSV or RDF: which items there are and under which licences."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError
from pyoxigraph import RdfFormat

from give_ld.doors.items_rdf import read_items
from give_ld.errors import BadInput, GiveLdError, NotAllowed
from give_ld.home import Home
from give_ld.journal.lookups import find_item, find_partner
from give_ld.journal.quarantine import Kept, Refused, keep, settle_items
from give_ld.model.decision import Role
from give_ld.model.item import Item
from give_ld.model.record import describe, rule_of, value_of
from give_ld.model.user import User
from give_ld.rdf.mapping import item_quads

_LISTS = frozenset({"licences", "local_ids", "also_known_as"})
COLUMNS = _LISTS | {"pid", "title", "language", "kind", "created", "collection", "part_of"}
_REQUIRED = frozenset({"pid", "title", "kind"})
# What spreadsheets of Dutch speakers call them.
_DUTCH = {
    "titel": "title",
    "taal": "language",
    "soort": "kind",
    "licenties": "licences",
    "datum": "created",
    "collectie": "collection",
}
_DUTCH_KINDS = {"beeld": "image", "foto": "image", "geluid": "audio"}
_DELIMITERS = ",;\t"


@dataclass
class ItemReport:
    """How many items were new or changed, how many stayed as they were, and which rows were refused."""

    recorded: int = 0
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)


@dataclass(frozen=True)
class _Piece:
    """A row or a subject: its line, its identifier, how it is kept if it is refused, the item or what is wrong."""

    line: int
    pid: str
    raw: bytes
    item: Item | GiveLdError


def ingest_items(home: Home, lines: Iterable[str], name: str, partner: str, user: User) -> ItemReport:
    """Record the items of a CSV: pid, title, language, kind, created, collection, part_of, and lists joined by `|`:
    licences, local_ids, also_known_as.

    The columns may have Dutch names, and stand apart by commas, semicolons or tabs.

    Raises:
        NotAllowed: the user is neither an archivist of the partner nor an administrator.
        BadInput: the header lacks a column, or the partner is unknown.
    """
    _check_rights(home, partner, user)
    table = _table(lines, name)
    return _record(home, _pieces(table, partner), (name, "items", partner), user)


def ingest_rdf_items(
    home: Home, content: bytes, form: RdfFormat | None, source: tuple[str, str], user: User
) -> ItemReport:
    """Record the items of RDF in the shapes of meemoo; `source` is what reports call it, and the partner.

    Raises:
        NotAllowed: the user is neither an archivist of the partner nor an administrator.
        NotUsable: nothing says in which syntax it is.
        BadInput: the partner is unknown.
    """
    name, partner = source
    _check_rights(home, partner, user)
    pieces = []
    for said in read_items(content, form):
        fields = said.fields if isinstance(said.fields, BadInput) else _owned(said.fields, partner)
        item = fields if isinstance(fields, BadInput) else _checked(fields)
        pieces.append(_Piece(said.line, said.pid, said.raw, item))
    return _record(home, pieces, (name, "items-rdf", partner), user)


def _check_rights(home: Home, partner: str, user: User) -> None:
    if not (user.has_role_for(Role.ADMIN, partner) or user.has_role_for(Role.ARCHIVIST, partner)):
        raise NotAllowed(f"{user.name} may not bring items of {partner}; an archivist of it or an administrator may")
    with home.journal.reading() as db:
        if find_partner(db, partner) is None:
            raise BadInput(f"partner {partner} is unknown; add it first", rule="partner-unknown")


def _record(home: Home, pieces: Iterable[_Piece], source: tuple[str, str, str], user: User) -> ItemReport:
    name, form, partner = source
    report = ItemReport()
    to_keep: list[Kept] = []
    good: list[str] = []
    with home.writing() as writing:
        for piece in pieces:
            try:
                item = _mapped(home, piece.item)
            except GiveLdError as error:
                refused = Refused(name, piece.line, piece.pid, error.rule, error.message, error.value)
                report.refused.append(refused)
                to_keep.append(Kept(refused, piece.raw, form))
                continue
            good.append(item.pid)
            if find_item(writing.db, partner, item.pid) == item:
                report.unchanged += 1
            else:
                writing.append(item, user.id, partner)
                report.recorded += 1
    settle_items(home.journal, partner, good, user.id)
    keep(home.journal, partner, to_keep)
    return report


def _mapped(home: Home, item: Item | GiveLdError) -> Item:
    if isinstance(item, GiveLdError):
        raise item
    item_quads(home.mint, item)
    return item


def _owned(fields: dict[str, object], partner: str) -> dict[str, object] | BadInput:
    """Return the fields of an item under its partner, if it is that of whoever keeps it."""
    said = dict(fields)
    owner = said.pop("owner", partner)
    if owner != partner:
        return BadInput(f"the item is not of {partner}: its maintainer is another", rule="partner", value=str(owner))
    return {**said, "partner": partner}


@dataclass(frozen=True)
class _Table:
    """The lines of a CSV, how many stand before its header, what reads the rest, and what its columns mean."""

    lines: list[str]
    before: int
    reader: csv.DictReader[str]
    columns: dict[str, str]


def _table(lines: Iterable[str], name: str) -> _Table:
    """Return a CSV whatever the delimiter: the line `sep=;` of a spreadsheet says it, else the header.

    Raises:
        BadInput: it is not in UTF-8, or the header lacks a column or has others.
    """
    try:
        text = list(lines)
        header = text[0].removeprefix("\ufeff") if text else ""
        text[:1] = [header]
        said = header[:4].lower() == "sep="
        delimiter = header[4:5] if said and header[4:5] in set(_DELIMITERS) else max(_DELIMITERS, key=header.count)
        reader = csv.DictReader(text[said:], delimiter=delimiter, strict=True)
        return _Table(text, int(said), reader, _columns(reader.fieldnames, name))
    except (csv.Error, UnicodeDecodeError) as error:
        raise BadInput(f"{name}: no CSV in UTF-8 ({error}); nothing of it was recorded", rule="csv") from error


def _columns(header: Sequence[str] | None, name: str) -> dict[str, str]:
    """Return what each column of the header means; a column without a name means nothing."""
    names = [each.strip().lower() for each in header or ()]
    found = [_DUTCH.get(each, each) for each in names if each]
    if missing := _REQUIRED - set(found):
        raise BadInput(f"{name}: columns are missing: {', '.join(sorted(missing))}", rule="columns")
    if len(set(found)) < len(found):
        raise BadInput(f"{name}: columns stand twice in the header", rule="columns")
    if unknown := set(found) - COLUMNS:
        raise BadInput(f"{name}: unknown columns: {', '.join(sorted(unknown))}", rule="columns")
    return {said: _DUTCH.get(each, each) for said, each in zip(header or (), names, strict=True)}


def _pieces(table: _Table, partner: str) -> Iterator[_Piece]:
    while True:
        at = table.before + table.reader.line_num
        try:
            row = next(table.reader, None)
        except csv.Error as error:
            # Nothing is lost: what cannot be told apart any more is kept together.
            wrong = BadInput(f"from here on no CSV ({error}); nothing after this row was read", rule="csv")
            yield _Piece(at + 1, "", "".join(table.lines[at:]).encode("utf-8", "surrogatepass"), wrong)
            return
        if row is None:
            return
        # A spreadsheet writes rows that are empty.
        if any(cell and cell.strip() for value in row.values() for cell in _cells(value)):
            yield _piece(table.before + table.reader.line_num, row, table.columns, partner)


def _piece(line: int, row: dict[str, str], columns: dict[str, str], partner: str) -> _Piece:
    named: dict[str, str | None] = {columns.get(said, said): value for said, value in row.items()}
    unnamed = named.pop("", None)
    raw = json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass")
    try:
        if unnamed:
            raise BadInput("a cell stands in a column without a name", rule="fields", value=unnamed)
        item: Item | GiveLdError = _item(named, partner)
    except BadInput as error:
        item = error
    return _Piece(line, named.get("pid") or "", raw, item)


def _cells(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value or "")]


def _checked(fields: dict[str, object]) -> Item | BadInput:
    try:
        return Item.model_validate(fields)
    except ValidationError as error:
        return BadInput(describe(error), rule=rule_of(error), value=value_of(error))


def _item(row: dict[str, str | None], partner: str) -> Item:
    if None in row or None in row.values():
        raise BadInput("the row has more or fewer fields than the header", rule="fields")
    values = {column: value.strip() for column, value in row.items() if value and value.strip()}
    lists = {column: _parts(values.pop(column, "")) for column in _LISTS}
    kind = values.get("kind", "").lower()
    values |= {"kind": _DUTCH_KINDS.get(kind, kind)} if kind else {}
    item = _checked({**values, **lists, "partner": partner})
    if isinstance(item, BadInput):
        raise item
    return item


def _parts(joined: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in joined.split("|") if part.strip())
