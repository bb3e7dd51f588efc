"""What a partner allows to be run on its items: which stages, whom to look for, and whether unknown faces are kept."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from give_ld.errors import NotAllowed
from give_ld.model.base import Instant, Iri, Model, Name, PartnerId, Slug, each_once
from give_ld.model.run import Stage


class Allowed(Model):
    """What may be run on the items of a collection, or (without one) on all others of the partner.

    `persons` are the reference persons who may be looked for; absent, it is all of them.
    """

    collection: Name | None = None
    stages: Annotated[tuple[Stage, ...], AfterValidator(each_once)]
    persons: Annotated[tuple[Iri, ...], AfterValidator(each_once)] | None = None
    unknown_faces: bool = False

    def may_look_for(self, person: str) -> bool:
        """Return whether a reference person may be looked for."""
        return self.persons is None or person in self.persons


class Processing(Model):
    """The decision of a person about what a partner allows; it replaces an earlier one about the same collection."""

    id: UUID
    partner: PartnerId
    allowed: Allowed
    user: Slug
    reason: Annotated[str, Field(min_length=1, max_length=10_000)]
    started: Instant
    ended: Instant


class ProcessingPolicy(Model):
    """All that a partner allows, as a file for the pipeline."""

    schema_version: Literal["give-ld-policy/1"] = Field(alias="schema")
    partner: PartnerId
    rules: tuple[Allowed, ...]

    @property
    def digest(self) -> str:
        """Return the SHA-256 of what it says, in hexadecimal: a run names by it which policy it obeyed."""
        return hashlib.sha256(self.model_dump_json(by_alias=True).encode()).hexdigest()

    def rule(self, collection: str | None) -> Allowed:
        """Return what is allowed in a collection.

        Raises:
            NotAllowed: the policy says nothing about it; then nothing is.
        """
        by_name = {each.collection: each for each in self.rules}
        found = by_name.get(collection) or by_name.get(None)
        if found is None:
            where = f"the collection '{collection}'" if collection else "what is in no collection"
            raise NotAllowed(f"{self._name} allows nothing in {where}", rule="policy")
        return found

    def check_stage(self, stage: Stage, collection: str | None) -> None:
        """Check whether a stage may run on the items of a collection.

        Raises:
            NotAllowed: it may not.
        """
        allowed = self.rule(collection).stages
        if stage not in allowed:
            may = ", ".join(allowed) or "none"
            where = f" in the collection '{collection}'" if collection else ""
            raise NotAllowed(f"{self._name} does not allow the stage {stage}{where}; it allows: {may}", rule="policy")

    @property
    def _name(self) -> str:
        return f"the policy {self.digest[:12]} of {self.partner}"
