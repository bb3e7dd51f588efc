"""Commands about users, partners and the reference set."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from give_ld.commands.erase import ReasonOption, erase_now
from give_ld.commands.options import AsOption, HomeOption, JsonOption, finish, opened
from give_ld.erasure.erase import Order
from give_ld.errors import NotUsable
from give_ld.home import Home
from give_ld.journal.lookups import admissions, all_users
from give_ld.model.decision import Role
from give_ld.model.erasure import ErasureKind
from give_ld.model.item import Partner
from give_ld.people import OPERATOR, add_partner, add_user, issue_token
from give_ld.reference.admit import admit_from_csv
from give_ld.reference.exempt import exempt
from give_ld.reference.snapshot import write_snapshot

user = typer.Typer(no_args_is_help=True, help="Users, partners and tokens.")
refset = typer.Typer(no_args_is_help=True, help="The reference set: who may be recognised.")


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


@user.command("token")
def token(
    name: Annotated[str, typer.Argument(help="Name of the user.")],
    days: Annotated[int, typer.Option(min=1, max=3650, help="Days until it expires.")] = 30,
    actor: AsOption = OPERATOR,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a bearer token. It is shown once; only its digest is kept."""
    with opened(home) as instance:
        made = issue_token(instance, name, days, _actor_id(instance, actor))
    finish({"token": made}, as_json=as_json, words=made)


@user.command("roles")
def roles(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """List users with roles and partners."""
    with opened(home) as instance, instance.journal.reading() as db:
        users = [each.model_dump(mode="json") for each in all_users(db)]
    lines = [f"{u['name']}: {', '.join(u['roles'])}{' of ' + u['partner'] if u['partner'] else ''}" for u in users]
    finish({"users": users}, as_json=as_json, words="\n".join(lines) or "there are no users yet")


@user.command("erase")
def erase_user(
    name: Annotated[str, typer.Argument(help="Name of the user.")],
    actor: AsOption,
    reason: ReasonOption,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Erase the name of a user: what they decided stays under their opaque id, and their tokens end."""
    erase_now(home, Order(ErasureKind.USER, (name,), reason), actor, as_json=as_json)


@refset.command("erase")
def erase_person(
    person: Annotated[str, typer.Argument(help="Id, IRI or Wikidata id of the person.")],
    actor: AsOption,
    reason: ReasonOption,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Erase a reference person and every guess about them, from everything; exit code 1 if anything is left."""
    erase_now(home, Order(ErasureKind.PERSON, (person,), reason), actor, as_json=as_json)


@refset.command("import")
def import_persons(
    file: Annotated[Path, typer.Argument(help="CSV, one row a photo.", exists=True, dir_okay=False)],
    manager: AsOption,
    partner: Annotated[str, typer.Option(help="Organisation that takes the decision.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Admit the persons of a CSV; each admission is a recorded decision."""
    with opened(home) as instance:
        iris = admit_from_csv(instance, file, instance.user(manager), partner)
    finish({"persons": iris}, as_json=as_json, words="\n".join(iris))


@refset.command("exempt")
def exempt_person(
    person: Annotated[str, typer.Argument(help="IRI of the person.")],
    manager: AsOption,
    reason: ReasonOption,
    partner: Annotated[str, typer.Option(help="OR-id of the owner of the item.")] = "",
    item: Annotated[str, typer.Option(help="Item (its pid); without it, everywhere.")] = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Decide that somebody may be recognised where it is not certain that they were of age."""
    where = (partner, item) if partner or item else None
    with opened(home) as instance:
        made = exempt(instance, person, where, instance.user(manager), reason)
    finish(made.model_dump(mode="json"), as_json=as_json)


@refset.command("list")
def list_persons(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """List who may be recognised, and on what ground."""
    with opened(home) as instance, instance.journal.reading() as db:
        found = [
            {"iri": a.iri, "name": a.person.name, "ground": a.person.ground, "photos": len(a.person.photos)}
            for a in admissions(db)
        ]
    lines = [f"{p['name']}: {p['ground']}, photos: {p['photos']}, {p['iri']}" for p in found]
    finish({"persons": found}, as_json=as_json, words="\n".join(lines) or "the reference set is empty")


@refset.command("snapshot")
def snapshot(
    out: Annotated[Path, typer.Option(help="File for the pipeline; it holds photos, keep it safe.")],
    manager: AsOption,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the reference set as a versioned file for the pipeline."""
    with opened(home) as instance:
        header = write_snapshot(instance, out, instance.user(manager))
    finish(header.model_dump(mode="json", by_alias=True), as_json=as_json, words=f"{header.version}: {out}")
