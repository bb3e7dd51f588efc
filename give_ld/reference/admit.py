"""How a person enters the reference set: from a CSV with photos, by a recorded decision of a named user."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from pydantic import ValidationError

from give_ld.errors import BadInput, Conflict, NotAllowed
from give_ld.home import Home
from give_ld.journal.erasing import all_erasures
from give_ld.journal.lookups import find_partner, find_person
from give_ld.journal.sought import Sought
from give_ld.model.decision import Role
from give_ld.model.event import Admission
from give_ld.model.person import Photo, ReferencePerson
from give_ld.model.record import describe
from give_ld.model.user import User

COLUMNS = (
    "id", "name", "given_name", "family_name", "language", "aliases", "wikidata", "birth_date", "death_date",
    "ground", "ground_note", "photo", "photo_licence", "photo_source",
)  # fmt: skip
MAX_PHOTO_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True)
class Candidate:
    """A person of the CSV with the photos as bytes by digest."""

    person: ReferencePerson
    images: dict[str, bytes]


def admit_from_csv(home: Home, file: Path, user: User, partner: str) -> list[str]:
    """Admit every person of a CSV (one row a photo, photo paths relative to it) and return their IRIs.

    All or nothing: a bad row admits nobody.

    Raises:
        NotAllowed: the user is no reference-set manager.
        BadInput: a column, a value or a photo is missing or wrong; the message names file and row.
        Conflict: somebody in it was erased.
    """
    if Role.REFERENCE_SET_MANAGER not in user.roles:
        raise NotAllowed(f"{user.name} is no reference-set manager; only one may admit persons")
    with home.journal.reading() as db:
        if find_partner(db, partner) is None:
            raise BadInput(f"partner {partner} is unknown; add it first", rule="partner-unknown")
    candidates = list(read_candidates(file))
    now = home.journal.clock()
    admitted = []
    for candidate in candidates:
        for sha256, image in candidate.images.items():
            home.vault.add_photo(sha256, image)
    with home.writing() as writing:
        erased = Sought.again(home.mint.secret, all_erasures(writing.db))
        for candidate in candidates:
            iri = home.mint.person(candidate.person.id)
            if erased.meets(iri, candidate.person.wikidata):
                raise Conflict("a person of this CSV was erased and cannot be admitted again", rule="erased")
            admitted.append(iri)
            earlier = find_person(writing.db, iri=iri)
            if earlier is not None and earlier.person == candidate.person:
                continue
            admission = Admission(
                id=uuid4(), iri=iri, person=candidate.person, user=user.id, partner=partner, started=now, ended=now
            )
            writing.append(admission, user.id, partner)
    return admitted


def read_candidates(file: Path) -> Iterator[Candidate]:
    """Yield the persons of a CSV in the order of their first rows.

    Raises:
        BadInput: see `admit_from_csv`.
    """
    rows: dict[str, list[tuple[int, dict[str, str]]]] = {}
    try:
        with file.open(newline="", encoding="utf-8-sig") as stream:
            reader = csv.DictReader(stream)
            if missing := set(COLUMNS) - set(reader.fieldnames or ()):
                raise BadInput(f"{file.name}: columns are missing: {', '.join(sorted(missing))}", rule="columns")
            for number, row in enumerate(reader, 2):
                rows.setdefault(row["id"], []).append((number, {k: (v or "").strip() for k, v in row.items() if k}))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"{file.name} cannot be read as CSV in UTF-8: {error}", rule="csv") from error
    for group in rows.values():
        yield _candidate(file, group)


def _candidate(file: Path, rows: list[tuple[int, dict[str, str]]]) -> Candidate:
    number, first = rows[0]
    images: dict[str, bytes] = {}
    photos = []
    for row_number, row in rows:
        sha256, image = _photo(file, row_number, row["photo"])
        images[sha256] = image
        photos.append({"sha256": sha256, "licence": row["photo_licence"], "source": row["photo_source"]})
    plain = ("id", "name", "given_name", "family_name", "language", "wikidata", "birth_date", "death_date")
    values = {name: first[name] for name in (*plain, "ground", "ground_note") if first[name]}
    aliases = [alias for alias in first["aliases"].split("|") if alias]
    try:
        photo_models = [Photo.model_validate(photo) for photo in photos]
        person = ReferencePerson.model_validate({**values, "aliases": aliases, "photos": photo_models})
    except ValidationError as error:
        raise BadInput(f"{file.name}, row {number}: {describe(error)}", rule="person") from error
    return Candidate(person, images)


def _photo(file: Path, row: int, name: str) -> tuple[str, bytes]:
    path = file.parent / name
    if not path.resolve().is_relative_to(file.parent.resolve()):
        raise BadInput(f"{file.name}, row {row}: a photo lies beside the CSV, or in a folder there", rule="photo")
    try:
        if not name or path.stat().st_size > MAX_PHOTO_BYTES:
            raise BadInput(f"{file.name}, row {row}: a photo is needed, of at most 32 MiB", rule="photo")
        image = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{file.name}, row {row}: photo {name} cannot be read", rule="photo") from error
    return hashlib.sha256(image).hexdigest(), image
