"""Which kinds of approved guesses are public under which licence: a table that the instance configures."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, RootModel

from give_ld.model.base import Model

PUBLISHABLE = ("face-match", "entity-mention", "transcript", "tag")
"""The kinds that a row may publish."""

# Nobody said who it is: a face or a voice without a name identifies a person to whoever knows them.
NEVER_PUBLIC = ("face-unknown", "speaker")


def _check_kinds(kinds: tuple[str, ...]) -> tuple[str, ...]:
    if never := sorted(set(kinds) & set(NEVER_PUBLIC)):
        raise ValueError(f"{' and '.join(never)} can never be public; take it out of the row")
    if unknown := sorted(set(kinds) - set(PUBLISHABLE)):
        raise ValueError(f"no kind of annotation is called {unknown[0]}; a row may publish: {', '.join(PUBLISHABLE)}")
    return kinds


class VisibilityRow(Model):
    """Licences, as shell patterns, and what is public under them; every other kind is for the partner only."""

    licences: Annotated[tuple[str, ...], Field(min_length=1)]
    public: Annotated[tuple[str, ...], AfterValidator(_check_kinds)] = ()


class Visibility(RootModel[tuple[VisibilityRow, ...]]):
    """Rows in order: of each licence the first that matches counts. What no row names is for the partner only."""

    model_config = ConfigDict(frozen=True)

    def __str__(self) -> str:
        return self.model_dump_json()

    def kinds(self, licences: Iterable[str]) -> frozenset[str]:
        """Return the kinds that are public under these licences together: the most open row counts."""
        return frozenset(kind for licence in licences for kind in self._row(licence))

    def _row(self, licence: str) -> tuple[str, ...]:
        matching = (row.public for row in self.root if any(fnmatchcase(licence, each) for each in row.licences))
        return next(matching, ())


DEFAULT_VISIBILITY = Visibility(
    (
        VisibilityRow(licences=("VIAA-PUBLIEK-CONTENT", "CC0-CONTENT", "CC_BY*-CONTENT"), public=PUBLISHABLE),
        VisibilityRow(licences=("VIAA-PUBLIEK-METADATA-ALL", "VIAA-PUBLIEK-METADATA-LTD", "*-METADATA")),
        VisibilityRow(licences=("*",)),
    )
)
