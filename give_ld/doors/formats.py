"""Which door reads which format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from give_ld.doors.meemoo import read_meemoo
from give_ld.doors.mmif import read_mmif
from give_ld.doors.origin import Door, Origin, Statement
from give_ld.doors.table import read_table
from give_ld.doors.vtt import read_srt, read_vtt
from give_ld.errors import NotUsable
from give_ld.model.record import Piece


def _of_one_item(read: Callable[[bytes, Origin], Iterator[Piece]]) -> Door:
    def door(content: bytes, statement: Statement) -> Iterator[Piece]:
        return read(content, statement.origin())

    return door


DOORS: Mapping[str, Door] = MappingProxyType(
    {
        "vtt": _of_one_item(read_vtt),
        "srt": _of_one_item(read_srt),
        "csv": _of_one_item(read_table),
        "meemoo": read_meemoo,
        "mmif": _of_one_item(read_mmif),
    }
)
OF_MANY_ITEMS = frozenset({"meemoo"})
"""The formats whose pieces say themselves which item they are about."""


def check_statement(form: str, statement: Statement) -> None:
    """Check that enough is stated for a format, before anything is read.

    Raises:
        NotUsable: partner or item are needed and absent; or a file is stated of many items at once.
    """
    if form not in OF_MANY_ITEMS:
        statement.origin()
    elif statement.file and statement.item is None:
        raise NotUsable("a file is of one item: state --item too, or leave the file out", rule="origin")
