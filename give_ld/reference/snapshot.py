"""What the pipeline gets of the reference set: a versioned file with persons and photos, without the decisions."""

from __future__ import annotations

import os
from base64 import b64encode
from pathlib import Path

from give_ld.errors import Damaged, NotAllowed, NotFound
from give_ld.home import Home
from give_ld.journal.lookups import admissions, find_refset_version
from give_ld.model.decision import Role
from give_ld.model.event import Admission, RefsetVersion
from give_ld.model.person import SnapshotHeader, SnapshotPerson, SnapshotPhoto, snapshot_digest
from give_ld.model.user import User


def write_snapshot(home: Home, out: Path, user: User) -> SnapshotHeader:
    """Write the active reference set to a JSON Lines file (mode 0600) and return its header.

    The version is the date and the start of the digest: the same set twice is the same version, recorded once.

    Raises:
        NotAllowed: the user is no reference-set manager; the file holds photos.
        NotFound: the reference set is empty.
        Damaged: a photo is missing from the biometric store.
    """
    if Role.REFERENCE_SET_MANAGER not in user.roles:
        raise NotAllowed(f"{user.name} is no reference-set manager; only one may take the photos out")
    with home.journal.reading() as db:
        active = admissions(db)
    if not active:
        raise NotFound("the reference set is empty; admit persons first: give-ld refset import FILE.csv")
    lines = [_person(home, admission).model_dump_json(exclude_none=True) + "\n" for admission in active]
    digest = snapshot_digest(lines)
    created = max(admission.ended for admission in active)
    header = SnapshotHeader(
        schema_version="give-ld-refset/1",
        version=f"{created:%Y-%m-%d}-{digest[:8]}",
        created=created,
        persons=len(active),
        digest=digest,
    )
    with home.writing() as writing:
        if find_refset_version(writing.db, header.version) is None:
            writing.append(RefsetVersion(header=header, persons=tuple(each.iri for each in active)), user.id)
    temporary = out.with_name(out.name + ".new")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(header.model_dump_json(by_alias=True) + "\n")
        file.writelines(lines)
    temporary.replace(out)
    return header


def _person(home: Home, admission: Admission) -> SnapshotPerson:
    person = admission.person
    photos = []
    for photo in person.photos:
        image = home.vault.photo(photo.sha256)
        if image is None:
            raise Damaged(f"a photo of {admission.iri} is missing from the biometric store; restore it from a backup")
        photos.append(SnapshotPhoto(sha256=photo.sha256, image=b64encode(image).decode("ascii")))
    return SnapshotPerson(
        id=admission.iri,
        name=person.name,
        language=person.language,
        aliases=person.aliases,
        wikidata=person.wikidata,
        birth_date=person.birth_date,
        photos=tuple(photos),
    )
