"""The API for administrators while the service runs: who may come in, as what, and by which tokens."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import Field

from give_ld.access.signin import invite
from give_ld.api.access import OpenHome, check_form_token, known_asker
from give_ld.errors import NotFound
from give_ld.home import Home
from give_ld.journal.credentials import end_sessions, failures, sessions_by_user, tokens_of
from give_ld.journal.lookups import all_users, find_user_by_id
from give_ld.model.base import Model, Name, PartnerId
from give_ld.model.decision import Role
from give_ld.model.user import Scope, Scopes, User
from give_ld.people import add_user, change_user, check_manages, issue_token, revoke_token

router = APIRouter(prefix="/admin", tags=["administration"])


class NewUser(Model):
    """A user who is to be added."""

    name: Annotated[Name, Field(max_length=1000)]
    roles: Annotated[list[Role], Field(min_length=1)]
    partner: PartnerId | None = None


class Change(Model):
    """How a user is from now on; what is left out stays."""

    roles: Annotated[list[Role] | None, Field(min_length=1)] = None
    partner: PartnerId | None = None
    active: bool | None = None


class NewToken(Model):
    """What a token is good for, and for how many days."""

    scopes: Scopes
    days: Annotated[int, Field(ge=1, le=3650)] = 30


@router.get("/users")
def users(home: OpenHome, request: Request) -> dict[str, Any]:
    """Return the users whom the administrator manages, with their tokens by name, and how many sign-ins failed."""
    admin = _admin(home, request)
    with home.journal.reading() as db:
        managed = [user for user in all_users(db) if admin.has_role_for(Role.ADMIN, user.partner)]
        sessions = sessions_by_user(db)
        rows = [_row(user, sessions) | {"tokens": tokens_of(db, user.id)} for user in managed]
        return {"users": rows} | ({"failed": failures(db)} if admin.partner is None else {})


@router.post("/users", status_code=201)
def add(home: OpenHome, request: Request, new: NewUser) -> User:
    """Add a user."""
    admin = _admin(home, request)
    check_manages(admin, new.partner)
    return add_user(home, new.name, new.roles, new.partner, admin.id)


@router.post("/users/{user_id}")
def change(home: OpenHome, request: Request, user_id: str, change: Change) -> User:
    """Give a user other roles or another partner, or say that the user left or came back."""
    admin, user = _managed(home, request, user_id)
    said = change.model_dump(exclude_none=True)
    check_manages(admin, said.get("partner", user.partner))
    return change_user(home, user, admin.id, **said)


@router.post("/users/{user_id}/invitation", status_code=201)
def invitation(home: OpenHome, request: Request, user_id: str) -> dict[str, str]:
    """Return the address at which a user sets a password, once, within a day."""
    admin, user = _managed(home, request, user_id)
    return {"link": f"{home.settings.base}/auth/password?code={invite(home, user, admin.id)}"}


@router.post("/users/{user_id}/sign-out", status_code=204)
def sign_out(home: OpenHome, request: Request, user_id: str) -> Response:
    """End every session of a user."""
    _, user = _managed(home, request, user_id)
    with home.journal.beside() as db:
        end_sessions(db, user.id)
    return Response(status_code=204)


@router.post("/users/{user_id}/tokens", status_code=201)
def new_token(home: OpenHome, request: Request, user_id: str, new: NewToken) -> dict[str, str]:
    """Make a token. It is told once; only its digest is kept."""
    admin, user = _managed(home, request, user_id)
    return {"token": issue_token(home, user.name, new.days, admin.id, new.scopes)}


@router.delete("/users/{user_id}/tokens/{token_id}", status_code=204)
def drop_token(home: OpenHome, request: Request, user_id: str, token_id: str) -> Response:
    """Take back a token."""
    admin, user = _managed(home, request, user_id)
    revoke_token(home, user, token_id, admin.id)
    return Response(status_code=204)


def _admin(home: Home, request: Request) -> User:
    admin = known_asker(home, request, Role.ADMIN, scope=Scope.ADMIN)
    if request.method != "GET":
        check_form_token(request, request.headers.get("x-form-token", ""))
    return admin


def _managed(home: Home, request: Request, user_id: str) -> tuple[User, User]:
    """Return the administrator who asks and the user meant; one of another partner is as unknown as none."""
    admin = _admin(home, request)
    with home.journal.reading() as db:
        user = find_user_by_id(db, user_id)
    if user is None or not admin.has_role_for(Role.ADMIN, user.partner):
        raise NotFound("there is no such user")
    return admin, user


def _row(user: User, sessions: dict[str, int]) -> dict[str, Any]:
    return user.model_dump(mode="json") | {"sessions": sessions.get(user.id, 0)}
