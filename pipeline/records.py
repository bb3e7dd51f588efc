"""How records are written: those of a media file all at once, so that a run that was killed can be gone on with."""

from __future__ import annotations

import fcntl
import glob
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from give_ld.errors import BadRecord, GiveLdError, NotUsable
from give_ld.model.annotation import Annotation
from give_ld.model.record import MAX_LINE_BYTES, parse_record
from give_ld.model.run import SCHEMA, Outcome, Run
from give_ld.model.run import Stage as StageName

Done = set[tuple[str, str, str, StageName]]  # key of the file, partner, item, stage

START = f'{{"schema":"{SCHEMA}","type":"'.encode()  # of every line
MAX_NAME_BYTES = 200  # so that the names of sidecars, which begin with it, have less than 255


@dataclass
class RecordsFile:
    """A records file that is open for writing, and what has been done according to it."""

    path: Path
    file: int
    done: Done = field(default_factory=set)

    def append(self, records: Sequence[Run | Annotation]) -> None:
        """Write the records of one media file and wait until they are on the disk.

        Raises:
            GiveLdError: they cannot be written; the file is as it was before.
        """
        rest = b"".join(each.model_dump_json(by_alias=True, exclude_none=True).encode() + b"\n" for each in records)
        before = os.lseek(self.file, 0, os.SEEK_END)
        try:
            while rest:
                rest = rest[os.write(self.file, rest) :]
            os.fsync(self.file)
        except OSError as error:
            os.ftruncate(self.file, before)
            raise GiveLdError(f"{self.path} cannot be written: {error.strerror}; go on later: --resume") from error
        self.done.update(_key(each) for each in records if isinstance(each, Run) and each.outcome != Outcome.FAILURE)


@dataclass
class _Content:
    """What a records file holds: `size` bytes on media files that are whole, and the runs of the latest one after them.

    Those count when the latest one is seen to be whole.
    """

    size: int = 0
    done: Done = field(default_factory=set)
    sidecars: set[str] = field(default_factory=set)
    subject: tuple[str, str, str] | None = None
    latest: list[Run] = field(default_factory=list)

    def take(self, record: Run | Annotation, at: int) -> None:
        """Take the record that stands at this byte."""
        if not isinstance(record, Run):
            return
        if (subject := (record.file.key, record.partner, record.item)) != self.subject:
            self.close(at)
            self.subject = subject
        self.latest.append(record)

    def close(self, at: int) -> None:
        """Count the last media file, whose records end at this byte."""
        self.size = at
        self.done.update(_key(run) for run in self.latest if run.outcome is not Outcome.FAILURE)
        self.sidecars.update(run.sidecar.name for run in self.latest if run.sidecar is not None)
        self.latest = []


@contextmanager
def records_file(path: Path, resume: bool) -> Iterator[RecordsFile]:
    """Open a records file; one that has something in it must be resumed.

    What a process that was killed left behind of a media file is removed, sidecar included.

    Raises:
        NotUsable: it has something in it and is not to be resumed, is no records file, is being written by another
            process, or cannot be opened.
    """
    _check_name(path)
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise NotUsable(f"{path} cannot be written: {error.strerror}") from error
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise NotUsable(f"{path} is being written by another process; name another file") from error
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            raise NotUsable(f"{path} is no file; name a file to write the records to")
        if status.st_size and not resume:
            raise NotUsable(f"{path} has records in it already; name another file, or go on with it: --resume")
        content = _read(path)
        os.ftruncate(file, content.size)
        _remove_strays(path, content.sidecars)
        yield RecordsFile(path, file, content.done)
    finally:
        os.close(file)


def sidecar_path(records: Path, run: object) -> Path:
    """Return where the sidecar of a run lies: beside the records file, with its name before the run's id."""
    return records.with_name(f"{records.name}.{run}.faces")


def _check_name(path: Path) -> None:
    name = os.fsencode(path.name)
    try:
        name.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotUsable("the name of the records file must be UTF-8, for records name sidecars by it") from error
    if len(name) > MAX_NAME_BYTES:
        raise NotUsable(f"the name of the records file has {len(name)} bytes, it may have {MAX_NAME_BYTES}")


def _read(path: Path) -> _Content:
    """Return what a records file holds; half a line shows that the last media file is not whole."""
    content, at = _Content(), 0
    with path.open("rb") as lines:
        for number, line in enumerate(iter(lambda: lines.readline(MAX_LINE_BYTES + 1), b""), start=1):
            half = not line.endswith(b"\n") and len(line) <= MAX_LINE_BYTES
            if half and line[: len(START)] == START[: len(line)]:
                return content
            try:
                content.take(parse_record(line), at)
            except BadRecord as error:
                message = f"{path}, line {number}, is no record ({error.message}); only a records file can be resumed"
                raise NotUsable(message) from error
            at += len(line)
    content.close(at)
    return content


def _remove_strays(path: Path, named: set[str]) -> None:
    pattern = sidecar_path(path.with_name(glob.escape(path.name)), "?" * 36).name
    for sidecar in path.parent.glob(pattern):
        if sidecar.name not in named:
            sidecar.unlink()


def _key(run: Run) -> tuple[str, str, str, StageName]:
    return run.file.key, run.partner, run.item, run.stage
