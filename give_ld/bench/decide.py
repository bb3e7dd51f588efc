"""How long deciding takes: many guesses at once, one by one, and a look at a long queue."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from sqlalchemy import insert

from give_ld.bench import reference
from give_ld.bench.made import PARTNER, made_files
from give_ld.bench.result import Result
from give_ld.config import Settings
from give_ld.home import Home, open_home
from give_ld.journal import tables as t
from give_ld.journal.journal import open_journal
from give_ld.journal.pending import Order, Wanted, groups, queue
from give_ld.journal.tally import count_all
from give_ld.model.annotation import FaceMatch
from give_ld.model.bulk import Picked
from give_ld.model.decision import Role
from give_ld.model.event import Proposal
from give_ld.model.fragment import Fragment
from give_ld.model.parts import in_parts
from give_ld.model.run import Run
from give_ld.model.status import Verdict
from give_ld.people import add_user
from give_ld.review.decide import Decision
from give_ld.review.many import ManyAsk

_COPIES = 5
_MATCHES_A_FILE = 11
_SINGLE = 30
_PAGE = 50
_SUBJECTS_OF = 10  # pending guesses a subject
_AT_ONCE = 10_000


def bench_decide(guesses: int, pending: int) -> Result:
    """Return how long a bulk approval of so many guesses takes, single decisions, and pages of so long a queue.

    Every approved guess becomes a public fact; times are of the wall clock, the gate read before. A bulk decision is
    acknowledged when the journal has it; how long both graphs take from then on is given beside.
    """
    with TemporaryDirectory(prefix="give-ld-bench-") as scratch:
        home = open_home(Settings(home=Path(scratch) / "home"))
        try:
            metrics = _decide(home, guesses)
        finally:
            home.close()
        metrics |= _look(Path(scratch) / "queue.sqlite", pending)
    return Result("decide", {"guesses": float(guesses), "pending": float(pending), **metrics})


def _decide(home: Home, guesses: int) -> dict[str, float]:
    iris = _propose(home, guesses + _SINGLE)
    archivist = home.user("archivist")
    _ = home.gate
    many = ManyAsk(Verdict.APPROVE, Picked(annotations=tuple(iris[:guesses])))
    before = home.journal.head().seq
    seconds = _seconds(lambda: home.decide_many(archivist, many, wait=False))
    entries = home.journal.head().seq - before
    followed = _seconds(lambda: home.public)
    undo = _seconds(lambda: home.undo_many(archivist, many.id, wait=False))
    undone = _seconds(lambda: home.public)
    decisions = (partial(home.decide, archivist, Decision(iri, Verdict.APPROVE)) for iri in iris[guesses:])
    single = [1000 * _seconds(decision) for decision in decisions]
    metrics = {
        f"bulk_{guesses}_s": seconds,
        f"bulk_{guesses}_graphs_s": followed,
        "bulk_entries": float(entries),
        f"bulk_undo_{guesses}_s": undo,
        f"bulk_undo_{guesses}_graphs_s": undone,
    }
    return {name: round(value, 3) for name, value in metrics.items()} | {"decision_ms": round(median(single), 2)}


def _propose(home: Home, guesses: int) -> list[str]:
    """Add so many calibrated face matches in items with an open licence; return their IRIs."""
    pipeline = reference.add_people(home)
    archivist = add_user(home, "archivist", [Role.ARCHIVIST], PARTNER)
    files = -(-guesses // (_COPIES * _MATCHES_A_FILE))
    reference.describe(home, archivist, files)
    iris: list[str] = []
    with home.writing() as writing:
        for run, matches in islice(_faces(home), files):
            some = [
                Proposal(iri=home.mint.annotation(run, each), annotation=each, person=each.person) for each in matches
            ]
            some = some[: guesses - len(iris)]
            writing.append(run, pipeline.id, PARTNER)
            writing.append_all(((each, PARTNER) for each in some), pipeline.id)
            iris += [each.iri for each in some]
    return iris


def _faces(home: Home) -> Iterator[tuple[Run, list[FaceMatch]]]:
    for file in made_files(10**8, home.mint.person("0001"), reference.VERSION):
        found = [each for each in file.records if isinstance(each, FaceMatch)]
        (run,) = (each for each in file.records if isinstance(each, Run) and each.id == found[0].run)
        yield (
            run.model_copy(update={"sidecar": None}),
            [_later(each, step) for each in found for step in range(_COPIES)],
        )


def _later(match: FaceMatch, step: int) -> FaceMatch:
    place = match.fragment
    start, end = (place.start_ms or 0) + step, (place.end_ms or 0) + step
    return match.model_copy(update={"fragment": Fragment(start_ms=start, end_ms=end, box=place.box)})


def _look(path: Path, pending: int) -> dict[str, float]:
    """Return the slowest page of any order in a queue of so many guesses, and a page of groups, in milliseconds."""
    journal = open_journal(path)
    with journal.writing() as writing:
        for some in in_parts(_rows(pending), _AT_ONCE):
            writing.db.execute(insert(t.annotation), some)
            count_all(writing.db, ((row, 1) for row in some))
    times: dict[str, float] = {}
    with journal.reading() as db:
        for order in Order:
            wanted = Wanted(PARTNER, order=order)
            first = queue(db, wanted, _PAGE)
            pages = [partial(queue, db, wanted, _PAGE, after) for after in (None, first.next)]
            times[order] = max(median(1000 * _seconds(page) for _ in range(5)) for page in pages)
        one = Wanted(PARTNER, kind="face-match", topic="person 1")
        times["subject"] = median(1000 * _seconds(lambda: queue(db, one, _PAGE)) for _ in range(5))
        in_groups = median(1000 * _seconds(lambda: groups(db, Wanted(PARTNER), _PAGE)) for _ in range(5))
    journal.close()
    found = {f"queue_{order}_ms": round(taken, 2) for order, taken in times.items()}
    return {"queue_ms": round(max(times.values()), 2), **found, "groups_ms": round(in_groups, 2)}


def _rows(pending: int) -> Iterator[dict[str, object]]:
    file = next(made_files(50, "https://made.example.org/id/refset-person/0001", reference.VERSION))
    match = next(each for each in file.records if isinstance(each, FaceMatch))
    body = Proposal(iri="urn:made", annotation=match).model_dump_json(by_alias=True, exclude_none=True)
    for number in range(pending):
        subject, sure = f"person {number * number % max(1, pending // _SUBJECTS_OF)}", number * 7919 % 1000 / 1000
        yield {
            **dict.fromkeys(("x", "y", "width", "height", "corrects", "replaced_by", "person")),
            **{"iri": f"urn:made:{number}", "partner": PARTNER, "pid": f"made{number // 50}", "file": "f"},
            **{"kind": "face-match", "subject": subject, "topic": subject, "label": subject, "start_ms": 0},
            **{"end_ms": 1, "score": sure, "confidence": sure, "rank": sure, "run": "r", "said_by": "r"},
            **{"status": "proposed", "version": 1, "decided": False, "disputed": False, "rejected_before": False},
            **{"seq": number + 1, "body": body},
        }


def _seconds(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began
