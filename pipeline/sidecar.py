"""How fingerprints and face crops leave the pipeline: in a file beside the records, never in them."""

from __future__ import annotations

import hashlib
import json
import os
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import cv2
from cryptography.fernet import Fernet

from give_ld.errors import NotUsable
from give_ld.model.run import Sidecar
from pipeline.embedding import Image, Vector

JPEG_QUALITY = 90


@dataclass(frozen=True)
class Fingerprint:
    """A face embedding under the id by which annotations name it, with the crop that shows whose it is."""

    id: UUID
    vector: Vector
    crop: Image


def open_cipher(key: str | None) -> Fernet | None:
    """Return what encrypts sidecars, or None where no key is configured.

    Raises:
        NotUsable: the key is no Fernet key.
    """
    try:
        return None if key is None else Fernet(key)
    except ValueError as error:
        raise NotUsable("GIVE_LD_SIDECAR_KEY is no Fernet key: 32 bytes in URL-safe base64") from error


def write_sidecar(path: Path, fingerprints: Sequence[Fingerprint], model_sha256: str, cipher: Fernet | None) -> Sidecar:
    """Write fingerprints to a new file of mode 0600 and return what a Run says of it.

    Raises:
        NotUsable: the file cannot be written; nothing of it is left.
    """
    content = "".join(_line(each, model_sha256) for each in fingerprints).encode()
    if cipher is not None:
        content = cipher.encrypt(content)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        path.unlink(missing_ok=True)
        raise NotUsable(f"the sidecar {path.name} cannot be written: {error.strerror}") from error
    return Sidecar(name=path.name, sha256=hashlib.sha256(content).hexdigest())


def _line(fingerprint: Fingerprint, model_sha256: str) -> str:
    _, crop = cv2.imencode(".jpg", fingerprint.crop, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    fields = {
        "id": str(fingerprint.id),
        "model_sha256": model_sha256,
        "vector": b64encode(fingerprint.vector.astype("<f4").tobytes()).decode("ascii"),
        "crop": b64encode(crop.tobytes()).decode("ascii"),
    }
    return json.dumps(fields) + "\n"
