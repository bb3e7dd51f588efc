"""How a store in a directory is opened, and what it means where that fails."""

from __future__ import annotations

from pathlib import Path

from give_ld.errors import Conflict, NoSpace, means_full_disk
from give_ld.store.embedded import EmbeddedStore, damaged, is_locked


def open_store(path: Path, *, union: bool = False) -> EmbeddedStore:
    """Open the store in a directory, or make one there; `union` as in `EmbeddedStore`.

    Raises:
        Conflict: another process, or another part of this one, has it open.
        Damaged: what lies there is no store, or does not verify.
        NoSpace: the disk is full.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir() and any(path.iterdir()) and not (path / "CURRENT").is_file():
        # RocksDB would begin an empty store over the remains of this one, without a word.
        raise damaged(path, FileNotFoundError("CURRENT is missing"))
    try:
        return EmbeddedStore(path, union)
    except (OSError, RuntimeError) as error:
        if means_full_disk(error):
            raise NoSpace(f"{path}: the disk is full; make room, then open it again") from error
        if is_locked(error):
            message = f"{path}: the store is open already; end the running server or command, or ask the server"
            raise Conflict(message, rule="store-locked") from error
        raise damaged(path, error) from error
