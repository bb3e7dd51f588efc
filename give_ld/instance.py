"""Under which base an instance mints its IRIs, and with which secret: both stay as they were when it was made."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from give_ld.config import Settings
from give_ld.errors import Conflict, Damaged


def read_instance(path: Path, settings: Settings) -> tuple[Settings, bytes]:
    """Return the settings under the base that this home was made under, and the secret that keys its IRIs.

    With another base or another secret every IRI would change, so both are kept with the home.

    Raises:
        Conflict: the settings name another base.
        Damaged: the file holds something else.
    """
    if not path.exists():
        temporary = path.with_suffix(".new")
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump({"base": settings.base, "secret": secrets.token_hex(32)}, file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    try:
        content = json.loads(path.read_text())
        base, secret = str(content["base"]), bytes.fromhex(content["secret"])
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged(f"{path} does not hold base and secret; restore it from a backup") from error
    if "base" in settings.model_fields_set and settings.base != base:
        message = f"this home mints IRIs under {base}, the settings say {settings.base}; set GIVE_LD_BASE={base}"
        raise Conflict(message, rule="base")
    return settings.model_copy(update={"base": base}), secret
