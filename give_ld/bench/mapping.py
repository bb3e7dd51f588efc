"""How many quads a CPU second the mapping makes: from validated models, and from lines of JSON with validation."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Iterator
from uuid import UUID

from give_ld.bench.made import made_files
from give_ld.bench.reference import VERSION
from give_ld.bench.result import Result
from give_ld.model.annotation import Annotation
from give_ld.model.decision import Known
from give_ld.model.parts import in_parts
from give_ld.model.record import parse_record
from give_ld.model.run import Run
from give_ld.rdf import mapping
from give_ld.rdf.iris import Mint
from give_ld.source import BATCH

_PASSES = 7
_MINT = Mint("https://made.example.org", b"a secret of thirty-two made bytes")


def bench_mapping(guesses: int) -> Result:
    """Return quads a CPU second over so many guesses and their runs, on one core; the distinct quads of each record."""
    person = _MINT.person("0001")
    records = [record for file in made_files(guesses, person, VERSION) for record in file.records]
    lines = [record.model_dump_json(by_alias=True).encode() for record in records]
    validated = list(_with_runs(records))
    metrics = {
        "guesses": float(guesses),
        "quads_per_cpu_second": _rate(lambda: _quads(validated)),
        "json_to_quads_per_cpu_second": _rate(lambda: _quads(_with_runs(_records(lines)))),
    }
    return Result("mapping", metrics)


def _records(lines: Iterable[bytes]) -> Iterator[Run | Annotation]:
    """Yield the records of lines, read as many at a time as the ingest reads."""
    for some in in_parts(lines, BATCH):
        yield from [parse_record(line) for line in some]


def _with_runs(records: Iterable[Run | Annotation]) -> Iterator[Run | Known]:
    runs: dict[UUID, Run] = {}
    for record in records:
        if isinstance(record, Run):
            runs[record.id] = record
            yield record
            continue
        run = runs[record.run]
        yield Known(iri=_MINT.annotation(run, record), annotation=record, run=run)


def _quads(records: Iterable[Run | Known]) -> int:
    origins: dict[UUID, mapping.Origin] = {}
    count = 0
    for record in records:
        if isinstance(record, Run):
            origins[record.id] = mapping.origin_of(_MINT, record)
            count += len(mapping.run_quads(_MINT, record))
        else:
            count += len(mapping.annotation_lines(origins[record.run.id], record))
    return count


def _rate(count: Callable[[], int]) -> float:
    """Return the best of some passes: what else runs on a machine can only make a pass slower."""
    rates = []
    gc.collect()
    gc.freeze()  # a pass looks for its own garbage, not through the records that were made for it
    for _ in range(_PASSES):
        began = time.process_time()
        total = count()
        rates.append(total / (time.process_time() - began))
    gc.unfreeze()
    return round(max(rates))
