"""Whom the pipeline may look for: the persons of a reference-set snapshot, checked against its digest."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from give_ld.errors import BadInput
from give_ld.model.person import SnapshotHeader, SnapshotPerson, snapshot_digest
from give_ld.model.record import describe


@dataclass(frozen=True)
class Snapshot:
    """A version of the reference set; `path` is the file that it was read from."""

    path: Path
    header: SnapshotHeader
    persons: tuple[SnapshotPerson, ...]


def read_snapshot(path: Path) -> Snapshot:
    """Return the snapshot that a JSON Lines file holds.

    Raises:
        BadInput: it cannot be read, a line breaks a rule, or the persons are not those that the header was made for.
    """
    try:
        head, *lines = path.read_bytes().splitlines(keepends=True)
        header = SnapshotHeader.model_validate_json(head)
        persons = tuple(SnapshotPerson.model_validate_json(line) for line in lines)
        digest = snapshot_digest(line.decode("utf-8") for line in lines)
    except ValidationError as error:
        raise BadInput(f"reference set {path.name}: {describe(error)}", rule="refset-line") from error
    except (OSError, ValueError) as error:
        raise BadInput(f"reference set {path.name} cannot be read: {error}", rule="refset-file") from error
    if digest != header.digest or len(persons) != header.persons:
        message = f"reference set {path.name} is not what its header says; write it again: give-ld refset snapshot"
        raise BadInput(message, rule="refset-digest")
    return Snapshot(path, header, persons)
