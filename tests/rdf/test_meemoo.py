import subprocess
import sys
from pathlib import Path

import pytest

from give_ld.rdf import mapping
from give_ld.rdf.terms import Lines
from tests.factories import MINT, a_run, an_admission, approved
from tests.rdf.example import guesses, private_lines, public_lines
from tests.rdf.made import GUESSES, STATED, everything, published, shared, surroundings

# meemoo wants exactly one confidence: what no calibrator covers cannot be handed over.
CALIBRATED = [name for name, guess in GUESSES.items() if guess.confidence is not None]

HUMAN = [f"human {name}" for name in STATED]


def check(evaluation: Path, lines: Lines, directory: Path) -> subprocess.CompletedProcess[str]:
    export = directory / "export.nq"
    export.write_text("\n".join(sorted(lines)) + "\n", encoding="utf-8")
    script = evaluation / "conformance" / "meemoo-shapes" / "check_export.py"
    return subprocess.run([sys.executable, str(script), str(export)], capture_output=True, text=True, check=False)


@pytest.mark.evaluation
def test_the_private_graphs_pass_the_shapes_of_meemoo(evaluation: Path, tmp_path: Path) -> None:
    lines = frozenset[str]().union(
        surroundings(),
        mapping.vocabulary_quads(MINT),
        mapping.admission_quads(MINT, an_admission()),
        everything()["validation"],
        *(mapping.annotation_quads(MINT, approved(GUESSES[name])) for name in CALIBRATED),
        *(everything()[name] for name in (*HUMAN, "correct", "agree", "disagree", "undo", "disputed face match")),
    )
    found = check(evaluation, lines, tmp_path)
    assert "0 violations on give-ld nodes" in found.stdout, found.stdout + found.stderr
    assert found.returncode == 0


@pytest.mark.evaluation
def test_the_public_graph_passes_the_shapes_of_meemoo(evaluation: Path, tmp_path: Path) -> None:
    names = [name for name in (*CALIBRATED, *HUMAN) if name in published()]
    lines = frozenset[str]().union(shared(), mapping.vocabulary_quads(MINT), *(published()[name] for name in names))
    found = check(evaluation, lines, tmp_path)
    assert "0 violations on give-ld nodes" in found.stdout, found.stdout + found.stderr


@pytest.mark.evaluation
def test_a_missing_confidence_fails_the_shapes_of_meemoo(evaluation: Path, tmp_path: Path) -> None:
    lines = surroundings() | mapping.agent_quads(MINT, a_run()) | everything()["face match, uncalibrated"]
    found = check(evaluation, lines | mapping.vocabulary_quads(MINT), tmp_path)
    assert "1 violations on give-ld nodes" in found.stdout, found.stdout + found.stderr


@pytest.mark.evaluation
def test_the_worked_example_fails_the_shapes_of_meemoo_only_where_it_says_that_it_does_not_know(
    evaluation: Path, tmp_path: Path
) -> None:
    lines = private_lines() | public_lines() | mapping.vocabulary_quads(MINT)
    found = check(evaluation, lines, tmp_path)
    failed = {line.split()[1].strip("<>") for line in found.stdout.splitlines() if line.startswith("FAIL")}
    uncalibrated = {known.iri for known in guesses() if known.confidence is None}
    untimed = {MINT.run(known.run.id) for known in guesses() if known.run.started is None}
    assert failed == uncalibrated | untimed, found.stdout + found.stderr
