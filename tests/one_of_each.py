"""Whether an installation has exactly one OpenCV and one ONNX Runtime: two of either overwrite each other's files."""

from __future__ import annotations

import re
import sys
from importlib.metadata import distributions

FAMILIES = {"OpenCV": r"opencv[-_](contrib[-_])?python([-_]headless)?", "ONNX Runtime": r"onnxruntime([-_]gpu)?"}


def main() -> None:
    """Print what is installed of each family; exit with 1 unless it is exactly one."""
    names = {distribution.metadata["Name"].lower() for distribution in distributions()}
    wrong = False
    for family, pattern in FAMILIES.items():
        found = sorted(name for name in names if re.fullmatch(pattern, name))
        print(f"{family}: {', '.join(found) or 'none'}")
        wrong = wrong or len(found) != 1
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
