"""Where ontology and shapes lie: inside an installed wheel, or beside the packages in a checkout."""

from __future__ import annotations

from pathlib import Path

from give_ld.errors import Damaged

# The base under which the files in ontology/ and shapes/ are written; an instance puts its own in its place.
AUTHORED_BASE = "https://give-ld.example.org"


def resource_directory(name: str) -> Path:
    """Return the directory `ontology` or `shapes`.

    Raises:
        Damaged: the installation lacks it.
    """
    package = Path(__file__).parent
    for directory in (package / "_resources" / name, package.parent / name):
        if directory.is_dir():
            return directory
    raise Damaged(f"the installation lacks its directory '{name}'; install give-ld again")


def read_turtle(name: str, base: str) -> dict[str, str]:
    """Return the Turtle files of a directory by file name, with `base` in place of the base they are written under."""
    files = sorted(resource_directory(name).glob("*.ttl"))
    return {file.name: file.read_text(encoding="utf-8").replace(AUTHORED_BASE, base) for file in files}
