"""What makes a directory one instance: its base and its secret, which stay as they were, and who has it open."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
from pathlib import Path
from typing import IO

from give_ld.config import Settings
from give_ld.errors import Conflict, Damaged, NoSpace
from give_ld.journal.journal import utc_now

LOCK = "lock"
# What only who has the home open makes in it, and removes again.
_SCRATCH = ("admission-", "snapshot-", "rebuild-")


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


def remove_unfinished(directory: Path) -> None:
    """Remove what a process that was killed was still at: photos of an admission or of a snapshot, and new graphs."""
    for prefix in _SCRATCH:
        for path in directory.glob(f"{prefix}*"):
            shutil.rmtree(path)


def take_lock(path: Path) -> IO[str]:
    """Return the file by whose lock this process has the directory, until it is closed; it says who that is.

    Raises:
        Conflict: another process has it.
    """
    lock_file = path.open("a+")
    try:
        fcntl.flock(lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock_file.seek(0)
        holder = lock_file.read().strip() or "another process"
        lock_file.close()
        message = (
            f"{path.parent} is in use by {holder}; stop it, or, if the command has --url, go through it with a token"
        )
        raise Conflict(message, rule="one-writer") from error
    # What a killed process wrote stands there still; its lock went with it.
    lock_file.truncate(0)
    lock_file.write(f"process {os.getpid()} since {utc_now().isoformat(timespec='seconds')}")
    lock_file.flush()
    return lock_file


def check_room(settings: Settings) -> None:
    """Refuse while there is still room for what was accepted: snapshots, the files of the stores, a clean end.

    Raises:
        NoSpace: the disk is nearly full.
    """
    free, reserve = shutil.disk_usage(settings.home).free, settings.reserve_bytes
    if free < reserve:
        message = f"the disk has {free} bytes left, fewer than {reserve} (GIVE_LD_RESERVE_BYTES): make room first"
        raise NoSpace(f"{message}; nothing was kept")
