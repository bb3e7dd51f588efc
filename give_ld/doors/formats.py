"""Which door reads which format."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from give_ld.doors.meemoo import read_meemoo
from give_ld.doors.mmif import read_mmif
from give_ld.doors.origin import Door
from give_ld.doors.table import read_table
from give_ld.doors.vtt import read_srt, read_vtt

DOORS: Mapping[str, Door] = MappingProxyType(
    {"vtt": read_vtt, "srt": read_srt, "csv": read_table, "meemoo": read_meemoo, "mmif": read_mmif}
)
