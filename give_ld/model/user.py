"""Who uses an instance, in which role, and for which partner."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from give_ld.model.base import Model, Name, PartnerId, Slug
from give_ld.model.decision import Role

_BOUND_TO_A_PARTNER = frozenset({Role.ARCHIVIST, Role.PIPELINE})


class User(Model):
    """A person or a program. `id` is opaque; the name stands here and nowhere else."""

    id: Slug
    name: Name
    roles: Annotated[tuple[Role, ...], Field(min_length=1)]
    partner: PartnerId | None = None

    @model_validator(mode="after")
    def _has_a_partner_where_it_must(self) -> Self:
        if bound := _BOUND_TO_A_PARTNER & set(self.roles):
            if self.partner is None:
                raise ValueError(f"a user with the role {min(bound)} belongs to a partner")
            if Role.PIPELINE in bound and len(self.roles) > 1:
                raise ValueError("a pipeline has no other role: what proposes does not decide")
        return self
