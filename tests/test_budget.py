"""The size budget of the house: short files, short functions, everything typed, errors caught by name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parent.parent
FILES = sorted(file for package in ("give_ld", "pipeline") for file in (ROOT / package).rglob("*.py"))
# The two boundaries that catch everything: the stage runner and the HTTP 500 handler (a handler is no except).
BROAD = {"pipeline/stage.py": 1}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(file: Path) -> Iterator[Function]:
    return (node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, Function))


def length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_file_stays_within_the_budget(file: Path) -> None:
    assert len(file.read_text().splitlines()) <= 300
    assert ast.get_docstring(ast.parse(file.read_text())), "a file says in its docstring which question it answers"
    for function in functions(file):
        assert length(function) <= 60, f"{function.name} has {length(function)} lines"
    broad = [
        node
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id == "Exception"))
    ]
    assert len(broad) <= BROAD.get(str(file.relative_to(ROOT)), 0), f"a broad except at line {broad[-1].lineno}"


def test_functions_are_short_as_a_rule() -> None:
    lengths = sorted(length(function) for file in FILES for function in functions(file))
    assert median(lengths) <= 10
    assert lengths[int(0.9 * len(lengths))] <= 30
