"""Commands about the reference set."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from give_ld.commands.erase import ReasonOption, erase_now
from give_ld.commands.options import AsOption, HomeOption, JsonOption, finish, opened
from give_ld.erasure.erase import Order
from give_ld.journal.lookups import admissions
from give_ld.model.erasure import ErasureKind
from give_ld.reference.admit import admit_from_csv
from give_ld.reference.exempt import exempt
from give_ld.reference.snapshot import write_snapshot

refset = typer.Typer(no_args_is_help=True, help="The reference set: who may be recognised.")


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
