"""Which erasures an instance has made, kept outside of it: a backup that is older does not know them.

The file holds keyed digests and nothing by which anybody is known, and is signed as checkpoints are.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from give_ld.errors import Conflict, Damaged
from give_ld.journal.checkpoint import is_signed, public_key, signature
from give_ld.journal.erasing import all_erasures
from give_ld.journal.journal import Journal
from give_ld.model.base import Model
from give_ld.model.erasure import Erasure
from give_ld.model.record import describe


class Ledger(Model):
    """The erasures of an instance, oldest first, without the entries that they were about."""

    format: Literal["give-ld-erasures/1"] = "give-ld-erasures/1"
    erasures: tuple[Erasure, ...]


class SignedLedger(Model):
    """A ledger with its Ed25519 signature, in base64."""

    ledger: Ledger
    signature: str


def ledger_path(home: Path) -> Path:
    """Return where the ledger of a home lies: beside it, so that who brings a backup back finds it there."""
    return home.with_name(f"{home.name}.erasures.json")


def write_ledger(path: Path, secret: bytes, journal: Journal) -> None:
    """Write the erasures of a journal to a file, whole or not at all."""
    with journal.reading() as db:
        erasures = tuple(map(_outside, all_erasures(db)))
    ledger = Ledger(erasures=erasures)
    signed = SignedLedger(ledger=ledger, signature=signature(secret, _bytes(ledger)))
    temporary = path.with_suffix(".new")
    with temporary.open("w") as file:
        file.write(signed.model_dump_json(indent=1, exclude_none=True))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def read_ledger(path: Path, secret: bytes) -> tuple[Erasure, ...]:
    """Return the erasures in a ledger of the instance with this secret.

    Raises:
        Damaged: it is no ledger, is that of another instance, or was altered.
    """
    try:
        signed = SignedLedger.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise Damaged(f"{path.name} is no ledger of erasures: {describe(error)}", rule="erasures") from error
    if not is_signed(_bytes(signed.ledger), signed.signature, public_key(secret)):
        raise Damaged(f"{path.name} was altered, or is the ledger of another instance", rule="erasures")
    return signed.ledger.erasures


def check_ledger(path: Path, secret: bytes, journal: Journal) -> None:
    """Check that the journal has every erasure of the ledger beside the home; what the ledger lacks is added to it.

    Raises:
        Conflict: it has not: it was brought back from a backup that is older than an erasure.
        Damaged: it is no ledger of this instance.
    """
    with journal.reading() as db:
        known = {each.id for each in all_erasures(db)}
    there = {each.id for each in read_ledger(path, secret)} if path.exists() else set()
    if missing := there - known:
        message = (
            f"{len(missing)} of the erasures in {path} are not in this journal: it comes from an older backup, and "
            f"would show who was erased; bring the backup back with: give-ld restore --erasures {path}"
        )
        raise Conflict(message, rule="erasures")
    if known - there:
        write_ledger(path, secret, journal)


def _outside(erasure: Erasure) -> Erasure:
    return erasure.model_copy(update={"erased": (), "redacted": (), "gone": ()})


def _bytes(ledger: Ledger) -> bytes:
    return ledger.model_dump_json().encode()
