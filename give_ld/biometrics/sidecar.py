"""What a sidecar holds: the fingerprints and crops that a run of the pipeline hands over, apart from its records."""

from __future__ import annotations

import hashlib
from base64 import b64decode
from binascii import Error as Base64Error
from pathlib import Path
from typing import Annotated
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken
from pydantic import BeforeValidator, Field, ValidationError

from give_ld.biometrics.vault import Fingerprint
from give_ld.errors import BadSidecar
from give_ld.model.base import Model, Sha256
from give_ld.model.record import describe
from give_ld.model.run import Run


def _decode(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return b64decode(value, validate=True)
    except Base64Error as error:
        raise ValueError("not base64") from error


Base64Bytes = Annotated[bytes, BeforeValidator(_decode)]


class _Line(Model):
    id: UUID
    model_sha256: Sha256
    vector: Annotated[Base64Bytes, Field(min_length=4, max_length=65_536)]
    crop: Annotated[Base64Bytes, Field(max_length=1_048_576)]


def read_sidecar(path: Path, run: Run, key: str | None) -> list[Fingerprint]:
    """Return the fingerprints that a run handed over; `key` is the Fernet key where sidecars are encrypted.

    Raises:
        BadSidecar: the file is missing, has another digest, cannot be decrypted, or a line of it breaks a rule.
    """
    named = run.sidecar
    if named is None:
        raise BadSidecar(f"run {run.id} names no sidecar", rule="sidecar-missing")
    try:
        content = path.read_bytes()
    except OSError as error:
        message = f"sidecar {named.name} of run {run.id} is missing; put it beside the records file and ingest again"
        raise BadSidecar(message, rule="sidecar-missing") from error
    if hashlib.sha256(content).hexdigest() != named.sha256:
        raise BadSidecar(f"sidecar {named.name} is not the file that run {run.id} wrote", rule="sidecar-digest")
    return [_fingerprint(line, named.name, run) for line in _open(content, named.name, key).splitlines() if line]


def _open(content: bytes, name: str, key: str | None) -> bytes:
    if content.startswith(b"{") or not content:
        return content
    if key is None:
        raise BadSidecar(f"sidecar {name} is encrypted; set GIVE_LD_SIDECAR_KEY", rule="sidecar-key")
    try:
        return Fernet(key).decrypt(content)
    except (InvalidToken, ValueError) as error:
        raise BadSidecar(f"sidecar {name} does not open with GIVE_LD_SIDECAR_KEY", rule="sidecar-key") from error


def _fingerprint(line: bytes, name: str, run: Run) -> Fingerprint:
    try:
        parsed = _Line.model_validate_json(line)
    except ValidationError as error:
        raise BadSidecar(f"sidecar {name}: {describe(error)}", rule="sidecar-line") from error
    return Fingerprint(str(parsed.id), str(run.id), run.partner, parsed.model_sha256, parsed.vector, parsed.crop)
