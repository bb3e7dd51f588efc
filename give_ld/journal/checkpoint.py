"""How an instance signs where its journal ends, so that anyone who keeps the word can tell when entries go missing."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import ValidationError

from give_ld.errors import Damaged
from give_ld.journal.chain import Fault, Head
from give_ld.model.base import Instant, Model, Sha256
from give_ld.model.record import describe

if TYPE_CHECKING:
    from give_ld.journal.journal import Journal

_PURPOSE = b"give-ld checkpoint key"


class Statement(Model):
    """What is signed: at this time the journal of this instance ended with this entry."""

    format: Literal["give-ld-checkpoint/1"] = "give-ld-checkpoint/1"
    instance: str
    seq: int
    hash: Sha256
    time: Instant

    @property
    def head(self) -> Head:
        """Return where the journal ended."""
        return Head(self.seq, self.hash)


class Checkpoint(Model):
    """A statement with its Ed25519 signature (RFC 8032) and the public key, both in base64."""

    statement: Statement
    key: str
    signature: str


def sign(secret: bytes, instance: str, head: Head, now: datetime) -> Checkpoint:
    """Return a signed statement of where the journal ends; the key follows from the secret of the instance."""
    statement = Statement(instance=instance, seq=head.seq, hash=head.hash, time=now)
    return Checkpoint(statement=statement, key=public_key(secret), signature=signature(secret, _bytes(statement)))


def signature(secret: bytes, content: bytes) -> str:
    """Return the signature of an instance under anything that it states, in base64."""
    return base64.b64encode(_private_key(secret).sign(content)).decode()


def is_signed(content: bytes, signed: str, key: str) -> bool:
    """Return whether a signature is that of the holder of a public key, both in base64, under this content."""
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True))
        public.verify(base64.b64decode(signed, validate=True), content)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def public_key(secret: bytes) -> str:
    """Return the public key with which the checkpoints of an instance verify, in base64."""
    return _text(_private_key(secret).public_key())


def read_checkpoint(path: Path, key: str) -> Checkpoint:
    """Return the checkpoint in a file if it was signed with this public key; see `parse_checkpoint`."""
    return parse_checkpoint(path.read_bytes(), path.name, key)


def parse_checkpoint(content: bytes, name: str, key: str) -> Checkpoint:
    """Return the checkpoint that a file of this name holds if it was signed with this public key.

    Raises:
        Damaged: it is no checkpoint, is signed by another, or was altered.
    """
    try:
        checkpoint = Checkpoint.model_validate_json(content)
    except ValidationError as error:
        raise Damaged(f"{name} is no checkpoint: {describe(error)}", rule="checkpoint") from error
    if checkpoint.key != key:
        raise Damaged(f"{name} was signed with another key than that of this instance", rule="checkpoint")
    if not is_signed(_bytes(checkpoint.statement), checkpoint.signature, key):
        raise Damaged(f"the signature of {name} does not fit: it was altered", rule="checkpoint")
    return checkpoint


def first_lost(journal: Journal, key: str, checkpoints: Iterable[Path]) -> Fault | None:
    """Return the first entry that a checkpoint in a file attests and the journal holds no more, or None.

    Raises:
        Damaged: a file is no checkpoint of the holder of this public key, or was altered.
    """
    for path in checkpoints:
        statement = read_checkpoint(path, key).statement
        if not journal.holds(statement.head):
            reason = f"was there at {statement.time:%Y-%m-%d %H:%M:%S}Z ({path.name}), and is gone or was replaced"
            return Fault(statement.seq, reason)
    return None


def _private_key(secret: bytes) -> Ed25519PrivateKey:
    # Of the secret that keys the IRIs, so that a restored instance signs as the same one.
    seed = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret)
    return Ed25519PrivateKey.from_private_bytes(seed)


def _text(key: Ed25519PublicKey) -> str:
    return base64.b64encode(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def _bytes(statement: Statement) -> bytes:
    return statement.model_dump_json().encode()
