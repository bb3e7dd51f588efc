"""A full disk: what is refused is named, what was acknowledged is kept, reading goes on, and with room all goes on."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from give_ld.bench.instance import made_file
from give_ld.bench.made import MadeFile
from give_ld.bench.service import Service
from give_ld.home import open_home
from give_ld.model.run import Run
from tests.faults.conftest import ITEMS, Archive, ask, decide, truth

Serve = Callable[..., Service]
SIZE = "72m"
DESCRIBED = ("no-space", 507)


@dataclass(frozen=True)
class Disk:
    """A small file system in a mount namespace of its own: where it lies, seen from within and from here."""

    within: Path
    holder: int

    @property
    def here(self) -> Path:
        return Path(f"/proc/{self.holder}/root{self.within}")

    @property
    def enter(self) -> tuple[str, ...]:
        """Return the command that starts another one within."""
        user = () if os.geteuid() == 0 else ("--user", "--preserve-credentials")
        return ("nsenter", "--target", str(self.holder), *user, "--mount", "--")

    def fill(self, but: int = 0) -> None:
        """Use up the room that is left, but for so many bytes."""
        with (self.here / "ballast").open("ab") as ballast:
            for _ in range(100):
                left = shutil.disk_usage(self.here).free - but
                if left <= 0:
                    return
                # The service writes meanwhile: what was free may be taken.
                with suppress(OSError):
                    os.posix_fallocate(ballast.fileno(), ballast.tell(), left)
                    return
            raise AssertionError("the disk does not fill up")

    def make_room(self) -> None:
        (self.here / "ballast").unlink()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    within = tmp_path / "disk"
    within.mkdir()
    unshare = ("unshare", "--mount") if os.geteuid() == 0 else ("unshare", "--map-root-user", "--mount")
    script = f"mount -t tmpfs -o size={SIZE} none '{within}' && echo mounted && exec sleep 600"
    with subprocess.Popen([*unshare, "sh", "-c", script], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        if holder.stdout.readline() != b"mounted\n":
            pytest.skip("needs a mount namespace of its own (unshare)")
        yield Disk(within, holder.pid)
        holder.kill()


@dataclass
class Pipeline:
    """Brings made files over HTTP, one after the other, and remembers what was acknowledged."""

    service: Service
    archive: Archive
    files: Iterator[MadeFile]

    def bring(self) -> httpx.Response:
        """Send the sidecar and the records of the next file."""
        file = next(self.files)
        headers = {"Authorization": f"Bearer {self.archive.filled.pipeline}"}
        with httpx.Client(base_url=self.service.url, headers=headers, timeout=60) as client:
            answer = client.put(f"/ingest/sidecars/{file.sidecar_name}", content=file.sidecar)
            if answer.is_error:
                return answer
            return client.post(
                "/ingest", content="\n".join(each.model_dump_json(by_alias=True) for each in file.records)
            )


@pytest.fixture
def made(archive: Archive) -> list[MadeFile]:
    home = open_home(archive.settings)
    files = [made_file(home, number) for number in range(2, ITEMS)]
    home.close()
    return files


def runs_of(file: MadeFile) -> set[str]:
    return {str(record.id) for record in file.records if isinstance(record, Run)}


def assert_named(answer: httpx.Response) -> None:
    assert (answer.json()["code"], answer.status_code) == DESCRIBED, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("reserve", [8 * 1024 * 1024, 0], ids=["with a reserve", "to the last byte"])
def test_nothing_acknowledged_is_lost_and_the_service_goes_on_when_there_is_room(
    archive: Archive, disk: Disk, serve: Serve, made: list[MadeFile], tmp_path: Path, reserve: int
) -> None:
    held = archive.copy(disk.here / "home")
    service = serve(disk.within / "home", disk.enter, reserve_bytes=str(reserve))
    pipeline, guesses = Pipeline(service, archive, iter(made)), iter(archive.undecided())
    kept = [next(guesses)]
    assert decide(service, archive, kept[0]).status_code == 200
    assert ask(service, "ASK {}").status_code == 200
    disk.fill(but=reserve + 12 * 1024 * 1024)
    brought = 0
    while (answer := pipeline.bring()).status_code == 200:
        brought += 1
        kept.append(next(guesses))
        if (decided := decide(service, archive, kept[-1])).is_error:
            assert_named(decided)
            kept.pop()
    assert_named(answer)
    assert brought > 0
    disk.fill()
    assert_named(pipeline.bring())
    kept.append(next(guesses))
    # There may be room yet for one in the journal, and then it is kept, though no graph can follow.
    if (decided := decide(service, archive, kept[-1])).is_error:
        assert_named(decided)
        kept.pop()
    assert truth(service, f"<{kept[0]}> ?p ?o")

    disk.make_room()
    kept.append(next(guesses))
    assert decide(service, archive, kept[-1]).status_code == 200
    assert pipeline.bring().status_code == 200
    service.stop()
    # Read where SQLite finds the file by the name that it was given.
    after = Archive(Path(shutil.copytree(held.home, tmp_path / "after", symlinks=True)), archive.filled)
    statuses = after.statuses()
    assert {statuses[iri] for iri in kept} == {"approved"}
    assert all(runs_of(file) <= after.runs() for file in made[:brought])
