"""Commands about partners, users, their passwords and their tokens."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from give_ld.access.signin import invite
from give_ld.access.signin import set_password as keep_password
from give_ld.commands.erase import ReasonOption, erase_now
from give_ld.commands.options import AsOption, HomeOption, JsonOption, finish, opened
from give_ld.erasure.erase import Order
from give_ld.errors import NotFound, NotUsable
from give_ld.home import Home
from give_ld.journal.credentials import failures, tokens_of
from give_ld.journal.lookups import all_users, find_user
from give_ld.model.decision import Role
from give_ld.model.erasure import ErasureKind
from give_ld.model.item import Partner
from give_ld.model.user import Scope, User
from give_ld.people import OPERATOR, add_partner, add_user, change_user, issue_token, revoke_token

user = typer.Typer(no_args_is_help=True, help="Partners, users, passwords and tokens.")
UserArgument = Annotated[str, typer.Argument(help="Name of the user.")]


@user.command("partner")
def partner_command(
    partner: Annotated[str, typer.Argument(help="OR-id, such as OR-a1b2c3d.")],
    name: Annotated[str, typer.Option(help="Name of the institution.")],
    language: Annotated[str, typer.Option(help="Language of the name.")] = "nl",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add a partner, or change its name."""
    with opened(home) as instance:
        add_partner(instance, _partner(partner, name, language))
    finish({"partner": partner}, as_json=as_json)


def _partner(partner: str, name: str, language: str) -> Partner:
    try:
        return Partner(id=partner, name=name, language=language)
    except ValueError as error:
        raise NotUsable(
            f"partner '{partner}': an id is OR- and seven small letters or digits, a name is not empty"
        ) from error


def _actor_id(instance: Home, name: str) -> str:
    return name if name == OPERATOR else instance.user(name).id


@user.command("add")
def add(
    name: Annotated[str, typer.Argument(help="Name of the user.")],
    role: Annotated[list[Role], typer.Option(help="May be given more than once.")],
    partner: Annotated[str | None, typer.Option(help="OR-id of the user's partner.")] = None,
    actor: AsOption = OPERATOR,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add a user."""
    with opened(home) as instance:
        added = add_user(instance, name, role, partner, _actor_id(instance, actor))
    finish({"user": added.id, "name": added.name}, as_json=as_json)


@user.command("list")
def list_users(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """List users with roles and partners, and how many sign-ins failed on which day."""
    with opened(home) as instance, instance.journal.reading() as db:
        found, failed = all_users(db), failures(db)
    lines = [_in_words(each) for each in found] or ["there are no users yet"]
    lines += [f"{day}: sign-ins that failed: {count}" for day, count in failed.items()]
    listed = {"users": [each.model_dump(mode="json") for each in found], "failed": failed}
    finish(listed, as_json=as_json, words="\n".join(lines))


def _in_words(user: User) -> str:
    left = "" if user.active else " (deactivated)"
    return f"{user.name}: {', '.join(user.roles)}{' of ' + user.partner if user.partner else ''}{left}"


@user.command("roles")
def roles(
    name: Annotated[str, typer.Argument(help="Name of the user; none: list all.")] = "",
    role: Annotated[
        list[Role] | None, typer.Option(help="May be given more than once; the user has these only.")
    ] = None,
    partner: Annotated[str | None, typer.Option(help="OR-id of another partner; none: as it is.")] = None,
    actor: AsOption = OPERATOR,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give a user other roles, or another partner; without a name, list who has which."""
    if not name:
        list_users(home, as_json)
        return
    with opened(home) as instance:
        who = _user(instance, name)
        changes = {"roles": tuple(role or who.roles), "partner": partner or who.partner}
        after = change_user(instance, who, _actor_id(instance, actor), **changes)
    finish(after.model_dump(mode="json"), as_json=as_json, words=_in_words(after))


@user.command("deactivate")
def deactivate(
    name: UserArgument, actor: AsOption = OPERATOR, home: HomeOption = None, as_json: JsonOption = False
) -> None:
    """Say that a user left: sessions, tokens and one-time codes end; what the user decided stays."""
    _switch(name, actor, home, active=False, as_json=as_json)


@user.command("activate")
def activate(
    name: UserArgument, actor: AsOption = OPERATOR, home: HomeOption = None, as_json: JsonOption = False
) -> None:
    """Say that a user came back."""
    _switch(name, actor, home, active=True, as_json=as_json)


def _switch(name: str, actor: str, home: Path | None, *, active: bool, as_json: bool) -> None:
    with opened(home) as instance:
        after = change_user(instance, _user(instance, name), _actor_id(instance, actor), active=active)
    finish(after.model_dump(mode="json"), as_json=as_json, words=_in_words(after))


@user.command("password")
def password(
    name: UserArgument,
    ask: Annotated[bool, typer.Option("--ask", help="Ask for the password here, instead of making a link.")] = False,
    actor: AsOption = OPERATOR,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a link at which the user sets a password, once, within a day."""
    with opened(home) as instance:
        who, by = instance.user(name), _actor_id(instance, actor)
        if ask:
            keep_password(instance, who, typer.prompt("password", hide_input=True, confirmation_prompt=True), by)
            finish({"user": who.id}, as_json=as_json, words=f"{name} has a new password")
            return
        link = f"{instance.settings.base}/auth/password?code={invite(instance, who, by)}"
    finish({"link": link}, as_json=as_json, words=link)


@user.command("token")
def token(
    name: UserArgument,
    days: Annotated[int, typer.Option(min=1, max=3650, help="Days until it expires.")] = 30,
    scope: Annotated[
        list[Scope] | None, typer.Option(help="What it is good for; may be given more than once; none: all.")
    ] = None,
    actor: AsOption = OPERATOR,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a bearer token. It is shown once; only its digest is kept."""
    with opened(home) as instance:
        made = issue_token(instance, name, days, _actor_id(instance, actor), scope or ())
    finish({"token": made}, as_json=as_json, words=made)


@user.command("tokens")
def tokens(name: UserArgument, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """List the tokens of a user by name: what they are good for, until when, and on which day they were used last."""
    with opened(home) as instance, instance.journal.reading() as db:
        found = tokens_of(db, _user(instance, name).id)
    lines = [f"{each.id}: {' '.join(each.scopes)}, until {each.expires}, used {each.used or 'never'}" for each in found]
    rows = [vars(each) for each in found]
    finish({"tokens": rows}, as_json=as_json, words="\n".join(lines) or "there are no tokens")


@user.command("revoke")
def revoke(
    name: UserArgument,
    token_id: Annotated[str, typer.Argument(metavar="TOKEN", help="Name of the token: give-ld user tokens NAME")],
    actor: AsOption = OPERATOR,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take back a token, and end the sessions that it opened."""
    with opened(home) as instance:
        revoke_token(instance, _user(instance, name), token_id, _actor_id(instance, actor))
    finish({"token": token_id}, as_json=as_json, words=f"{token_id} is revoked")


def _user(instance: Home, name: str) -> User:
    """Return a user, also one who left.

    Raises:
        NotFound: there is none.
    """
    with instance.journal.reading() as db:
        found = find_user(db, name)
    if found is None:
        raise NotFound(f"there is no user '{name}'; see: give-ld user list")
    return found


@user.command("erase")
def erase_user(
    name: Annotated[str, typer.Argument(help="Name of the user.")],
    actor: AsOption,
    reason: ReasonOption,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Erase the name of a user: what they decided stays under their opaque id, and nothing lets them in any more."""
    erase_now(home, Order(ErasureKind.USER, (name,), reason), actor, as_json=as_json)
