"""How a partner's own item metadata comes in: a CSV that says which items there are and under which licences."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from pydantic import ValidationError

from give_ld.errors import BadInput, GiveLdError, NotAllowed
from give_ld.home import Home
from give_ld.journal.lookups import find_item, find_partner
from give_ld.journal.quarantine import Refused, keep
from give_ld.model.decision import Role
from give_ld.model.item import Item
from give_ld.model.record import describe
from give_ld.model.user import User
from give_ld.rdf.mapping import item_quads

_LISTS = frozenset({"licences", "local_ids", "also_known_as"})
COLUMNS = _LISTS | {"pid", "title", "language", "kind", "created", "collection", "part_of"}
_REQUIRED = frozenset({"pid", "title", "kind"})


@dataclass
class ItemReport:
    """How many items were new or changed, how many stayed as they were, and which rows were refused."""

    recorded: int = 0
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)


def ingest_items(home: Home, lines: Iterable[str], name: str, partner: str, user: User) -> ItemReport:
    """Record the items of a CSV: pid, title, language, kind, created, collection, part_of, and lists joined by `|`:
    licences, local_ids, also_known_as.

    Raises:
        NotAllowed: the user is neither an archivist of the partner nor an administrator.
        BadInput: the header lacks a column, or the partner is unknown.
    """
    if Role.ADMIN not in user.roles and not (Role.ARCHIVIST in user.roles and user.partner == partner):
        raise NotAllowed(f"{user.name} may not bring items of {partner}; an archivist of it or an administrator may")
    with home.journal.reading() as db:
        if find_partner(db, partner) is None:
            raise BadInput(f"partner {partner} is unknown; add it first", rule="partner-unknown")
    reader = csv.DictReader(lines)
    with _read_as_csv(reader, name):
        _check_header(reader.fieldnames, name)
    report = ItemReport()
    to_keep: list[tuple[Refused, bytes]] = []
    with _read_as_csv(reader, name), home.writing() as writing:
        for number, row in enumerate(reader, 2):
            try:
                item = _item(row, partner)
                item_quads(home.mint, item)
            except GiveLdError as error:
                refused = Refused(name, number, row.get("pid") or "", error.rule, error.message)
                report.refused.append(refused)
                to_keep.append((refused, repr(row).encode()))
                continue
            if find_item(writing.db, partner, item.pid) == item:
                report.unchanged += 1
            else:
                writing.append(item, user.id, partner)
                report.recorded += 1
    keep(home.journal, partner, to_keep)
    return report


@contextmanager
def _read_as_csv(reader: csv.DictReader[str], name: str) -> Iterator[None]:
    try:
        yield
    except (csv.Error, UnicodeDecodeError) as error:
        message = f"{name}, after line {reader.line_num}: not a CSV in UTF-8 ({error}); nothing of it was recorded"
        raise BadInput(message, rule="csv") from error


def _check_header(header: Sequence[str] | None, name: str) -> None:
    found = set(header or ())
    if missing := _REQUIRED - found:
        raise BadInput(f"{name}: columns are missing: {', '.join(sorted(missing))}", rule="columns")
    if len(found) < len(list(header or ())):
        raise BadInput(f"{name}: columns stand twice in the header", rule="columns")
    if unknown := found - COLUMNS:
        raise BadInput(f"{name}: unknown columns: {', '.join(sorted(unknown))}", rule="columns")


def _item(row: dict[str, str | None], partner: str) -> Item:
    if None in row or None in row.values():
        raise BadInput("the row has more or fewer fields than the header", rule="fields")
    values = {column: value.strip() for column, value in row.items() if value and value.strip()}
    lists = {column: _parts(values.pop(column, "")) for column in _LISTS}
    try:
        return Item.model_validate({**values, **lists, "partner": partner})
    except ValidationError as error:
        raise BadInput(describe(error), rule="item") from error


def _parts(joined: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in joined.split("|") if part.strip())
