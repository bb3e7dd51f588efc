"""Who uses an instance, in which role, and for which partner."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from give_ld.model.base import Instant, Model, Name, PartnerId, Slug, each_once
from give_ld.model.decision import Role

_BOUND_TO_A_PARTNER = frozenset({Role.ARCHIVIST, Role.PIPELINE})


class Scope(StrEnum):
    """What a token may be used for, within what its user may do."""

    READ = "read"
    REVIEW = "review"
    INGEST = "ingest"
    HARVEST = "harvest"
    ADMIN = "admin"


Scopes = Annotated[tuple[Scope, ...], AfterValidator(each_once), Field(min_length=1)]
ALL_SCOPES: tuple[Scope, ...] = tuple(Scope)


class User(Model):
    """A person or a program. `id` is opaque; the name stands here and nowhere else. Who left is no longer active."""

    id: Slug
    name: Name
    roles: Annotated[tuple[Role, ...], Field(min_length=1)]
    partner: PartnerId | None = None
    active: bool = True

    @model_validator(mode="after")
    def _has_a_partner_where_it_must(self) -> Self:
        if bound := _BOUND_TO_A_PARTNER & set(self.roles):
            if self.partner is None:
                raise ValueError(f"a user with the role {min(bound)} belongs to a partner")
            if Role.PIPELINE in bound and len(self.roles) > 1:
                raise ValueError("a pipeline has no other role: what proposes does not decide")
        return self

    def has_role_for(self, role: Role, partner: str | None) -> bool:
        """Return whether the user has a role for a partner: one that belongs to no partner has it for all."""
        return role in self.roles and self.partner in (None, partner)


class UserChanged(Model):
    """A user has other roles, another partner, or left, or came back; the name is not said again."""

    user: Slug
    roles: Annotated[tuple[Role, ...], Field(min_length=1)]
    partner: PartnerId | None = None
    active: bool = True


class TokenIssued(Model):
    """A token was made for a user; the token itself is not kept. `token` is the name by which it can be revoked.

    Journals hold some from before tokens had names and scopes: those were good for everything.
    """

    user: Slug
    token: Slug | None = None
    scopes: Scopes = ALL_SCOPES
    expires: Instant


class TokenRevoked(Model):
    """A token of a user was taken back."""

    user: Slug
    token: Slug


class PasswordSet(Model):
    """A user got a password, which is not kept; who acted is the user, or who made the one-time code."""

    user: Slug


class ClaimRow(Model):
    """What somebody may do of whom an identity provider says this: a value in the claim at a path of names by dots."""

    claim: Name
    value: Name
    roles: Annotated[tuple[Role, ...], Field(min_length=1)]
    partner: PartnerId | None = None

    @model_validator(mode="after")
    def _makes_a_user(self) -> Self:
        User(id="made", name="made", roles=self.roles, partner=self.partner)
        return self
