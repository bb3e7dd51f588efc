"""Whether an installation has exactly one OpenCV and one ONNX Runtime: two of either overwrite each other's files."""

from __future__ import annotations

import re
import sys
from importlib.metadata import distributions
from pathlib import Path

FAMILIES = {"OpenCV": r"opencv[-_](contrib[-_])?python([-_]headless)?", "ONNX Runtime": r"onnxruntime([-_]gpu)?"}


def _named() -> set[str]:
    if len(sys.argv) > 1:
        lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
        return {re.split(r"[ =<>;\[]", line, maxsplit=1)[0].lower() for line in lines if line and line[0] not in "#-"}
    return {distribution.metadata["Name"].lower() for distribution in distributions()}


def main() -> None:
    """Print what is installed (or named in a requirements file) of each family; exit with 1 unless it is one."""
    names = _named()
    wrong = False
    for family, pattern in FAMILIES.items():
        found = sorted(name for name in names if re.fullmatch(pattern, name))
        print(f"{family}: {', '.join(found) or 'none'}")
        wrong = wrong or len(found) != 1
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
