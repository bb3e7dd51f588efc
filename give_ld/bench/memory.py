"""How much memory processes use, and how much disk a directory takes."""

from __future__ import annotations

import resource
from pathlib import Path

MIB = 1024 * 1024
_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def forget_peak() -> None:
    """Let the peak begin anew, where the system can (Linux); elsewhere it is that of the whole life of the process."""
    if _CLEAR.exists():
        _CLEAR.write_text("5")


def peak_mib() -> float:
    """Return the most memory used since the peak was forgotten, in MiB."""
    return _field("self", "VmHWM") if _STATUS.exists() else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def resident_mib(process: int) -> float:
    """Return how much memory another process has now, in MiB; 0 where the system does not say."""
    return _field(str(process), "VmRSS") if _STATUS.exists() else 0.0


def _field(process: str, name: str) -> float:
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:"))


def disk_bytes(directory: Path) -> int:
    """Return how many bytes the files under a directory have."""
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())
