"""Which two stores follow the journal, and what decides how."""

from __future__ import annotations

from dataclasses import dataclass

from give_ld.config import Settings
from give_ld.rdf.iris import Mint
from give_ld.store.protocol import Store


@dataclass(frozen=True)
class Graphs:
    """The two stores, what mints their IRIs, and what is visible to whom."""

    private: Store
    public: Store
    mint: Mint
    settings: Settings
