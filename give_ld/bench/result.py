"""What a bench found, and on which machine with which versions: numbers without those say nothing."""

from __future__ import annotations

import os
import platform
import sqlite3
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

_LIBRARIES = ("give-ld", "pydantic", "pyoxigraph", "pyshacl", "rdflib", "sqlalchemy")


def _machine() -> dict[str, str | int]:
    return {"processor": _processor(), "cores": os.cpu_count() or 0, "system": platform.system()}


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _versions() -> dict[str, str]:
    own = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    return own | {name: version(name) for name in _LIBRARIES}


@dataclass(frozen=True)
class Result:
    """The metrics of one bench by name."""

    name: str
    metrics: dict[str, float]
    machine: dict[str, str | int] = field(default_factory=_machine)
    versions: dict[str, str] = field(default_factory=_versions)
