"""How much CPU time the gate takes for a batch of 500 guesses with their runs and for one, and pySHACL alone."""

from __future__ import annotations

import time
from statistics import median

from give_ld.bench import reference
from give_ld.bench.made import made_files
from give_ld.bench.result import Result
from give_ld.errors import BadInput
from give_ld.model.decision import Known
from give_ld.model.run import Run
from give_ld.rdf import mapping
from give_ld.rdf.iris import Mint
from give_ld.rdf.shacl import Gate
from give_ld.rdf.terms import Lines

BATCH = 500
_MINT = Mint("https://made.example.org", b"a secret of thirty-two made bytes")


def bench_gate(repeats: int, batch: int = BATCH) -> Result:
    """Return the median CPU seconds of a batch and the median CPU milliseconds of one guess, of so many repeats.

    Both are measured in turn with the gate as it is and with pySHACL alone.

    Raises:
        BadInput: the made records break a shape; then the numbers would be of something else.
    """
    context = reference.quads(_MINT)
    runs, guesses = _mapped(batch)
    gate, alone = Gate(_MINT.base), Gate(_MINT.base, queries_first=False)
    everything = frozenset[str]().union(*runs.values(), *(lines for _, lines in guesses))
    run, one = guesses[len(guesses) // 2]
    metrics = {
        "guesses": float(batch),
        f"batch_{batch}_cpu_seconds": round(_median(gate, everything, context, repeats), 4),
        f"batch_{batch}_pyshacl_cpu_seconds": round(_median(alone, everything, context, repeats), 4),
        "single_ms": round(1000 * _median(gate, one, context | runs[run], repeats), 2),
        "single_pyshacl_ms": round(1000 * _median(alone, one, context | runs[run], repeats), 2),
    }
    return Result("gate", metrics)


def _mapped(guesses: int) -> tuple[dict[str, Lines], list[tuple[str, Lines]]]:
    runs: dict[str, Run] = {}
    mapped: list[tuple[str, Lines]] = []
    for file in made_files(guesses, _MINT.person("0001"), reference.VERSION):
        for record in file.records:
            if isinstance(record, Run):
                runs[str(record.id)] = record
                continue
            run = runs[str(record.run)]
            known = Known(iri=_MINT.annotation(run, record), annotation=record, run=run)
            mapped.append((str(run.id), mapping.annotation_quads(_MINT, known)))
    return {name: mapping.run_quads(_MINT, run) for name, run in runs.items()}, mapped


def _median(gate: Gate, lines: Lines, context: Lines, repeats: int) -> float:
    seconds = []
    for _ in range(repeats):
        began = time.process_time()
        violations = gate.check(lines, context)
        seconds.append(time.process_time() - began)
        if violations:
            raise BadInput(f"the made records break a shape: {violations[0]}", rule="bench")
    return median(seconds)
